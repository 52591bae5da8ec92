"""The workshop of layouts: a post in every layout, size and look, and the look put to use."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sharekit import files
from sharekit.composer import Composer, Theme
from sharekit.errors import ConfigError, Problem, SharekitError, UserError
from sharekit.model import Asset, Card, Post

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["EXTREMES", "Tile", "composer_for", "contrasts", "draw", "extreme", "grid", "save_look"]

TOKENS = ("ground", "ink", "muted", "accent", "on_accent", "radius", "face")
"""The tokens of a theme that the workshop changes."""

EXTREMES: Mapping[str, str] = {
    "long": (
        "Why nobody on the whole of the upper river had ever counted the kingfishers properly "
        "before this spring, what we found when four schools and a rowing club did, and what "
        "we would do differently next time"
    ),
    "short": "Flood",
    "word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "japanese": "川と暮らす人びとの声を、百年の写真と手紙からたどる",
    "arabic": "النهر لا ينسى مجراه القديم، ونحن نعيده إليه خطوة بعد خطوة",
    "thai": "แม่น้ำสายเก่ากลับมามีชีวิตอีกครั้งด้วยมือของชาวบ้าน",
    "emoji": "🦦 Otters, 🐟 fish and 👩🏽‍🌾 farmers: who shares the river? 🏞️",
    "figures": "£1,284,000 for 3.5 km: the 2026/27 budget, line by line",
}
"""Titles that layouts break on, by what is hard about them."""
_LANGUAGES = {"japanese": "ja", "arabic": "ar", "thai": "th", "word": "de"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A post in one layout, or why it cannot be drawn so."""

    layout: str
    card: Card | None
    problems: tuple[Problem, ...] = ()


def extreme(post: Post, name: str) -> Post:
    """*post* with the title of `EXTREMES` called *name*, or without its picture (`bare`)."""
    if name == "bare":
        return replace(post, image=None, share_image=None)
    if name not in EXTREMES:
        return post
    return replace(post, title=EXTREMES[name], language=_LANGUAGES.get(name, post.language))


def composer_for(app: App, tokens: Mapping[str, Any]) -> Composer:
    """A composer with *tokens* over the config's theme; the app's own for none.

    Raises `UserError` for a look in which a text could not be read.
    """
    if not tokens:
        return app.composer
    theme = _theme(app, tokens)
    if theme == app.config.theme:
        return app.composer
    return Composer(
        site=app.config.site,
        theme=theme,
        layout_folders=(app.config.layouts,),
        cache_dir=app.config.state / "cache",
        web=app.web,
    )


def _theme(app: App, tokens: Mapping[str, Any]) -> Theme:
    from pydantic import ValidationError

    unknown = set(tokens) - {*TOKENS, "use"}
    if unknown:
        raise UserError(f"a look has no {min(unknown)[:40]!r}", code="theme")
    own = app.config.theme.model_dump(exclude_unset=True)
    try:
        return Theme.model_validate({**own, **tokens})
    except ValidationError as error:
        said = error.errors(include_url=False, include_input=False)[0]["msg"]
        raise UserError(said.removeprefix("Value error, "), code="theme") from error


def draw(
    app: App,
    post: Post,
    layout: str,
    *,
    size: str = "og",
    composer: Composer | None = None,
    type: Literal["png", "jpeg", "webp", "avif"] | None = None,  # noqa: A002
) -> Tile:
    """*post* in *layout*. What cannot be drawn is told in the tile."""
    try:
        card = (
            (composer or app.composer)
            .draw(
                post,
                layout=layout,
                size=size,
                type=type,
                out=app.config.state / "cache" / "workshop",
            )
            .card
        )
    except SharekitError as error:
        return Tile(layout=layout, card=None, problems=error.problems)
    return Tile(layout=layout, card=card, problems=card.problems)


def grid(app: App, post: Post, layout: str, *, size: str, composer: Composer) -> Path:
    """*layout* with its boxes and their names over it, as a PNG. Raises `SharekitError`."""
    folder = app.config.state / "cache" / "workshop"
    path = folder / f"grid-{secrets.token_hex(8)}.png"
    for old in sorted(folder.glob("grid-*.png"), key=lambda p: p.stat().st_mtime)[:-40]:
        old.unlink(missing_ok=True)
    chosen = app.composer.layout(layout).picks
    return composer.grid(chosen[-1] if chosen else layout, size, path, post)


def contrasts(app: App, tokens: Mapping[str, Any]) -> list[tuple[str, str, float]]:
    """The pairs of colours that texts are written in: ink, ground and their contrast (WCAG)."""
    from sharekit.composer import colors

    values = _theme(app, tokens).tokens
    pairs = (("ink", "ground"), ("muted", "ground"), ("on_accent", "accent"))
    found = []
    for over, under in pairs:
        one, other = values.color(over), values.color(under)
        assert one is not None
        assert other is not None
        found.append((over, under, colors.contrast(one, other)))
    return found


def save_look(app: App, tokens: Mapping[str, Any]) -> Path:
    """Write *tokens* into the `theme` section of the config, every other line left as it is.

    Raises `UserError` when the config would not be right with them; nothing is written then.
    """
    path = app.config.path
    if path is None:
        raise UserError("there is no config to keep the look in", hint="First: sharekit init")
    _theme(app, tokens)
    before = path.read_text("utf-8")
    after = before
    for name in (*TOKENS, "use"):
        if name in tokens:
            after = _with_token(after, name, tokens[name])
    _check(path, after)
    return files.write(path, after, mode=path.stat().st_mode)


def _check(path: Path, text: str) -> None:
    """See that *text* would be a right config in *path*'s place."""
    from sharekit.config import load

    trial = path.with_name(f".{secrets.token_hex(6)}.yaml")
    try:
        files.write(trial, text, mode=0o600)
        load(trial)
    except ConfigError as error:
        raise UserError(
            f"the look cannot be written into {path.name}: {error.problems[0].message}",
            hint="Write it into the `theme` section yourself.",
        ) from error
    finally:
        trial.unlink(missing_ok=True)


def _with_token(text: str, name: str, value: Any) -> str:
    """The config *text* with `theme: {name: value}`; comments and order stay."""
    import yaml

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    said = str(value) if isinstance(value, int) else f'"{value}"'
    pairs: Sequence[Any] = root.value if isinstance(root, yaml.MappingNode) else ()
    theme = next((v for k, v in pairs if k.value == "theme"), None)
    if theme is None:
        return text.rstrip("\n") + f"\n\ntheme:\n  {name}: {said}\n"
    start, end = theme.start_mark.index, theme.end_mark.index
    if isinstance(theme, yaml.ScalarNode):  # `theme: press`
        use = "" if name == "use" or not theme.value else f"\n  use: {theme.value}"
        return f"{text[:start].rstrip(' ')}{use}\n  {name}: {said}{text[end:]}"
    for key, node in theme.value:
        if key.value == name:
            a, b = node.start_mark.index, node.end_mark.index
            return text[:a] + said + text[b:]
    if theme.flow_style:
        comma = ", " if theme.value else ""
        return f"{text[: end - 1].rstrip()}{comma}{name}: {said}{text[end - 1 :]}"
    last = theme.value[-1][1].end_mark.index
    line_end = text.find("\n", last)
    line_end = len(text) if line_end < 0 else line_end
    indent = " " * theme.value[0][0].start_mark.column
    return f"{text[:line_end]}\n{indent}{name}: {said}{text[line_end:]}"


def sample(site_name: str) -> Post:
    """A post to draw layouts with where there is none yet."""
    title = "A title of the usual length, to see where its lines break"
    name = re.sub(r"\s+", " ", site_name) or "Sample"
    return Post(id="sample", title=title, summary=name, image=Asset(), language="en")
