"""`sharekit posts`: what a source holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharekit.cli.options import Run, command
from sharekit.cli.output import several, table
from sharekit.errors import UserError

if TYPE_CHECKING:
    from datetime import datetime

    from sharekit.model import Post

__all__ = ["parse_settings", "posts", "reading_options"]

MISSING = ("card", "alt", "text", "title", "url")


def reading_options(function: Any) -> Any:
    """The options of every command that reads sources."""
    for decorator in reversed(
        (
            click.option("--reader", metavar="NAME", callback=_known,
                         help="Read with this reader; do not guess."),
            click.option("--supplement", type=click.Path(exists=True, dir_okay=False),
                         metavar="FILE", help="YAML with titles, links and pictures."),
            click.option("--set", "settings", multiple=True, metavar="KEY=VALUE",
                         help="A setting of the reader, such as timezone=Europe/Berlin."),
        )
    ):  # fmt: skip
        function = decorator(function)
    return function


def _known(_ctx: click.Context, _param: click.Parameter, name: str | None) -> str | None:
    """*name* if there is such a reader: a slip of the hand is no reason to read on."""
    from sharekit import plugins

    if name is not None and name not in (known := plugins.names(plugins.READERS)):
        raise click.BadParameter(f"there is no reader {name!r}. There are: {', '.join(known)}.")
    return name


def parse_settings(pairs: tuple[str, ...]) -> dict[str, Any]:
    """`KEY=VALUE` pairs as YAML values. Raises `UserError` for one without `=`."""
    found: dict[str, Any] = {}
    for pair in pairs:
        from sharekit import marked

        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UserError(f"--set {pair}: write it as KEY=VALUE")
        found[key.strip().replace("-", "_")] = marked.parse(value, f"--set {key}").data
    return found


@command("posts")
@click.argument("sources", nargs=-1, metavar="[SOURCE...]")
@reading_options
@click.option("--since", metavar="WHEN", help="Only posts since then: 2026-11-01, 7d.")
@click.option("--missing", type=click.Choice(MISSING), help="Only posts that lack this.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N posts.")
def posts(
    run: Run,
    sources: tuple[str, ...],
    reader: str | None,
    supplement: str | None,
    settings: tuple[str, ...],
    since: str | None,
    missing: str | None,
    limit: int | None,
) -> int:
    """List the posts of SOURCE: a path, a folder, an address, or a source's name in the config.

    Without SOURCE, all sources of the config.
    """
    first = _first(run, since) if since is not None else None
    reading = run.app.posts(
        sources,
        reader=reader,
        supplement=Path(supplement) if supplement else None,
        settings=parse_settings(settings),
    )
    found = list(reading.posts)
    if first is not None:
        found = [p for p in found if p.published and p.published >= first]
    if missing:
        found = [p for p in found if _lacks(p, missing)]
    found = found[:limit]
    for source, name in reading.readers.items():
        if not reader:
            run.out.note(f"{source}: read as {name}")
    run.out.answer(found, reading.problems, show=lambda: _show(run, found))
    return 1 if any(p.severity == "error" for p in reading.problems) else 0


def _first(run: Run, since: str) -> datetime:
    from sharekit.app import times

    return times.since(run.app, since)


def _lacks(post: Post, what: str) -> bool:
    picture = post.share_image or post.image
    return {
        "card": not (picture and picture.src),
        "alt": not (picture and picture.alt),
        "text": not post.social,
        "title": not post.title,
        "url": not post.url,
    }[what]


def _show(run: Run, found: list[Post]) -> None:
    from sharekit.app.posts import name_of

    rows = []
    for post in found:
        day = f"{post.published:%Y-%m-%d %H:%M}" if post.published else "no date"
        marks = " (draft)" if post.draft else ""
        title = post.title or "(no title)"
        rows.append((day, name_of(post), f"{title}{marks}"))
    for line in table(rows, head=("date", "post", "title")):
        run.out.line(line)
    run.out.note(several(len(found), "post"))
