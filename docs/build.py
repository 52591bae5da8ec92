"""Write what the docs take from the code: commands, keys of config and layouts, contact sheets.

python docs/build.py            write the generated pages of docs/reference and the pictures
python docs/build.py --check    write nothing; end with 1 when a page is stale
"""

from __future__ import annotations

import sys
import typing
from pathlib import Path
from typing import Any

import click
import layout_keys
import sheets

HERE = Path(__file__).parent
SHOWN_ONCE = {
    "directory", "config", "as_json", "format", "color", "no_progress", "no_input", "offline",
    "quiet", "verbose", "debug",
}  # fmt: skip


def commands() -> str:
    """Every command with its arguments and options."""
    from sharekit.cli.main import COMMANDS, SECTIONS, cli

    context = click.Context(cli, info_name="sharekit")
    lines = [
        "# Commands",
        "",
        "Data goes to stdout, everything else to stderr. `--json` prints one document:",
        '`{"schema": 1, "ok": bool, "data": ..., "problems": [...]}`.',
        "One more key is `remarks`, texts: of `schedule`, `queue move` and `queue import`.",
        "",
        "Exit codes: 0 done · 1 ran, but found problems or some posts failed · 2 wrong usage or",
        "config · 3 network or remote, worth retrying · 4 sign-in missing or expired · 130",
        "interrupted.",
        "",
        "## Options of every command",
        "",
        *_options(cli, everything=True),
    ]
    for title, names in SECTIONS.items():
        lines += ["", f"## {title}"]
        for name in names:
            command = cli.get_command(context, name)
            assert command is not None
            lines += ["", *_command(command, f"sharekit {name}", COMMANDS[name][1])]
    return "\n".join(lines) + "\n"


def _command(command: click.Command, path: str, first: str) -> list[str]:
    context = click.Context(command, info_name=path)
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [f"### `{path}`", "", f"    {path} {usage}", "", (command.help or first).strip()]
    options = _options(command)
    if options:
        lines += ["", *options]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner:
                lines += ["", *_command(inner, f"{path} {name}", "")]
    return [line.rstrip() for line in lines]


def _options(command: click.Command, *, everything: bool = False) -> list[str]:
    rows = []
    for option in command.params:
        if not isinstance(option, click.Option):
            continue
        if option.name in SHOWN_ONCE and not everything:
            continue
        names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
        kind = option.make_metavar(click.Context(command)) if not option.is_flag else ""
        rows.append(f"| {names} | {kind.replace('|', ' or ')} | {option.help or ''} |")
    return ["| option | value | |", "|---|---|---|", *rows] if rows else []


def config() -> str:
    """Every key of config.yaml."""
    from sharekit import plugins
    from sharekit.config.accounts import section_model
    from sharekit.config.sections import AccountSection, Document, SourceSection

    lines = [
        "# config.yaml",
        "",
        "Found as `-c FILE`, else the nearest `sharekit.yaml` going up, else the nearest",
        "`config.yaml` whose first key is `sharekit:`. Relative paths start at the file; state",
        "lives in `.sharekit/` beside it. `!env NAME` takes a secret from the environment.",
        "`sharekit config schema` prints the JSON Schema, and `sharekit init` writes the line",
        "that tells an editor of it.",
    ]
    for name, info in Document.model_fields.items():
        model = _section(info.annotation)
        lines += ["", f"## `{name}`", "", info.description or (model.__doc__ or "").strip()]
        if hasattr(model, "model_fields"):
            lines += ["", *_keys(model)]
        if name == "theme":
            from sharekit.composer.theme import Theme

            lines += ["", *_keys(Theme)]
        if name == "sources":
            lines += ["", *_keys(SourceSection)]
            for reader in plugins.names(plugins.READERS):
                kind = plugins.load(plugins.READERS, reader)
                lines += ["", f"### `reader: {reader}`", "", *_keys(kind, skip={"source"})]
        if name == "channels":
            lines += ["", "Every channel has:", "", *_keys(AccountSection)]
            for channel in plugins.names(plugins.PUBLISHERS):
                kind = section_model(channel)
                skip = set(AccountSection.model_fields)
                lines += ["", f"### `{channel}`", "", (kind.__doc__ or "").split("\n")[0], "",
                          *_keys(kind, skip=skip)]  # fmt: skip
    return "\n".join(line.rstrip() for line in lines) + "\n"


def problems() -> str:
    """Every code that a problem may have."""
    from sharekit.app.codes import GROUPS

    lines = [
        "# Problems",
        "",
        "Every problem has a code that stays: in `--json`, in `--format sarif`, and for",
        "`sharekit check --select CODE` and `--ignore CODE`, which also take the beginning of",
        "codes (`picture-` is all of them on pictures). With a text that no code begins with, the",
        "command ends with 2 and looks at nothing.",
        "A problem's own message says where it is and what to do; this is what each code means.",
    ]
    for title, group in GROUPS.items():
        lines += ["", f"## {title}", "", "| code | |", "|---|---|"]
        lines += [f"| `{code}` | {text} |" for code, text in sorted(group.items())]
    return "\n".join(lines) + "\n"


def _section(annotation: Any) -> Any:
    """The section of a key that may also be left empty."""
    members = [annotation, *typing.get_args(annotation)]
    return next((kind for kind in members if hasattr(kind, "model_fields")), annotation)


def _keys(model: Any, *, skip: set[str] | frozenset[str] = frozenset()) -> list[str]:
    from sharekit.ports import section_of

    rows = ["| key | default | |", "|---|---|---|"]
    below = model.descriptions() if hasattr(model, "descriptions") else {}
    for name, info in section_of(model).model_fields.items():
        if name in skip:
            continue
        default = (
            "required"
            if info.is_required()
            else _shown(info.get_default(call_default_factory=True))
        )
        about = " ".join((below.get(name) or info.description or "").split())
        rows.append(f"| `{name}` | {default} | {about.replace('|', chr(92) + '|')} |")
    return rows


def _shown(value: Any) -> str:
    if value in (None, "", {}, [], ()):
        return ""
    return f"`{value}`" if isinstance(value, (str, int, float, bool, Path)) else ""


# Post (short name) and layout or theme of each card in the README's picture.
SHOWN = (
    ("flood-meadow", "photo", "press"),
    ("old-bends", "editorial", "forest"),
    ("kawabune", "split", "rose"),
    ("riverfly-saturday", "event", "marigold"),
    ("logbook-quote", "quote", "press"),
    ("food-wrapping", "number", "civic"),
    ("snowmelt", "series", "night"),
    ("one-light", "framed", "press"),
    ("small-grants", "minimal", "night"),
)


def picture(path: Path) -> None:
    """The README's picture: sample posts in several layouts and themes, three in a row."""
    import tempfile

    from PIL import Image

    from sharekit.app import App
    from sharekit.app.posts import choose
    from sharekit.composer import Composer, Theme

    app = App.open(HERE.parent)
    posts = app.posts().posts
    width, height, gap = 480, 252, 24
    rows = -(-len(SHOWN) // 3)
    sheet = Image.new("RGB", (3 * width + 4 * gap, rows * height + (rows + 1) * gap), "#E6E8EB")
    with tempfile.TemporaryDirectory() as folder:
        for index, (name, layout, theme) in enumerate(SHOWN):
            composer = Composer(app.config.site, Theme(use=theme), system_fonts=False)
            (post,) = choose(posts, name)
            card = composer.draw(post, layout=layout, type="png", out=Path(folder)).card
            with Image.open(card.path) as image:
                small = image.resize((width, height), Image.Resampling.LANCZOS)
            place = (gap + index % 3 * (width + gap), gap + index // 3 * (height + gap))
            sheet.paste(small, place)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, quality=88, optimize=True)


PAGES = {
    "reference/commands.md": commands,
    "reference/config.md": config,
    "reference/layout-keys.md": layout_keys.page,
    "reference/problems.md": problems,
}


def main() -> int:
    """Write the pages, or with --check compare them."""
    check = "--check" in sys.argv
    stale = []
    for name, make in PAGES.items():
        path = HERE / name
        text = make()
        if check:
            if not path.exists() or path.read_text("utf-8") != text:
                stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    if not check:
        picture(HERE / "pictures" / "cards.jpg")
        sheets.write(HERE / "pictures")
    for name in stale:
        click.echo(f"docs/{name} is stale: make docs", err=True)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
