"""Layouts: every layout with one's own posts, in every size and look."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sharekit.app import overrides, workshop
from sharekit.composer import SIZES
from sharekit.errors import Problem, SharekitError
from sharekit.model import Card, Post
from sharekit.preview.words import of_card, told, w

if TYPE_CHECKING:
    from sharekit.composer import Composer
    from sharekit.preview.desk import Desk, Item

__all__ = ["compared", "context", "drawn", "zipped"]

COLOURS = ("ground", "ink", "accent")
THEMES = ("press", "night", "marigold", "civic", "rose", "forest")
FACES = ("sans", "heavy", "serif")
COMPARED = 4
"""Articles shown before and after."""
LOOKED_AT = 8
"""Articles that are drawn to find those."""


def context(desk: Desk, wanted: str | None, size: str | None) -> dict[str, Any]:
    """What the template shows. The tiles are drawn here, so that they are there without script."""
    items = desk.items()
    item = desk.item(wanted or "") or _longest_with_picture(items)
    size = size if size in SIZES else "og"
    post = item.post if item else workshop.sample(desk.app.config.site.name)
    tiles = [
        _tile(desk, entry, post, size, desk.app.composer) for entry in desk.app.composer.layouts()
    ]
    tiles.sort(key=lambda tile: tile["src"] is None)
    users = Counter(_layout_of(i.post) for i in items)
    tokens = desk.app.config.theme.tokens
    return {
        "item": item,
        "items": items,
        "size": SIZES[size],
        "sizes": list(SIZES.values()),
        "tiles": tiles,
        "in_use": _layout_of(item.post) if item else "article",
        "users": users,
        "zip": f"/layouts.zip?post={item.key if item else ''}&size={size}",
        "extremes": [*workshop.EXTREMES, "bare"],
        "look": {
            **{name: _hex(tokens.color(name)) for name in COLOURS},
            "radius": tokens.radius,
            "use": desk.app.config.theme.use,
            "face": tokens.face,
        },
        "themes": THEMES,
        "faces": FACES,
        "contrast": _contrast_words(workshop.contrasts(desk.app, {})),
        "compared": compared(desk, {}),
        "config": desk.app.config.path,
    }


def zipped(desk: Desk, wanted: str | None, size: str | None) -> tuple[str, bytes]:
    """Every layout of an article as PNG files in one ZIP, and a name for it."""
    item = desk.item(wanted or "") or _longest_with_picture(desk.items())
    size = size if size in SIZES else "og"
    post = item.post if item else workshop.sample(desk.app.config.site.name)
    name = f"{item.key if item else 'sample'}-{size}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for entry in desk.app.composer.layouts():
            card = workshop.draw(desk.app, post, entry.name, size=size, type="png").card
            if card is not None:
                archive.write(card.path, f"{name}/{entry.name}.png")
    return name, out.getvalue()


def _longest_with_picture(items: Sequence[Item]) -> Item | None:
    """A post that shows what layouts do: with a picture if there is one."""
    with_picture = [item for item in items if item.post.image or item.post.share_image]
    return next(iter(with_picture or items), None)


def _hex(color: Any) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)


def _layout_of(post: Post) -> str:
    """The layout that was chosen for an article, else the one that chooses by itself."""
    return str(overrides.value_of(post, "layout") or "article")


def _tile(desk: Desk, entry: Any, post: Post, size: str, composer: Any) -> dict[str, Any]:
    tile = workshop.draw(desk.app, post, entry.name, size=size, composer=composer)
    return {
        "name": entry.name,
        "about": entry.about,
        "own": "/" in entry.origin,
        **_shown(desk, tile, post, composer),
    }


def _shown(desk: Desk, tile: workshop.Tile, post: Post, composer: Composer) -> dict[str, Any]:
    card = tile.card
    covered = _covered(card, post, composer) if card else ()
    problems = of_card(card) if card else tile.problems
    return {
        "src": desk.url_of(card) if card else None,
        "alt": card.alt if card else "",
        "drawn": card.layout if card else tile.layout,
        "notes": [
            *(_note(p, tile) for p in problems if p.code != "alt-missing"),
            *({"kind": "warn", "says": w(f"covered.{name}"), "more": ""} for name in covered),
        ],
    }


def _covered(card: Card, post: Post, composer: Composer) -> Sequence[str]:
    """The sizes in whose shape a network shows *card* and prints over something in it."""
    try:
        return composer.covered(post, card.layout, card.size)
    except SharekitError:  # it was drawn without a picture that cannot be had
        return ()


def _note(problem: Problem, tile: workshop.Tile) -> dict[str, str]:
    kind = "fail" if problem.severity == "error" else "warn"
    size = tile.card.size if tile.card else ""
    says = told(problem, layout=tile.layout, size=size, channel="", n=0)
    return {"kind": kind if tile.card else "info", "says": says, "more": problem.message}


def _contrast_words(pairs: Sequence[tuple[str, str, float]]) -> dict[str, str]:
    worst = min(ratio for _, _, ratio in pairs)
    title = pairs[0][2]
    kind = "sent" if worst >= 4.5 else "fail"
    return {"kind": kind, "ratio": w("layouts.ratio", ratio=f"{title:.1f}"),
            "says": w("layouts.reads_well" if kind == "sent" else "layouts.reads_badly")}  # fmt: skip  # noqa: E501


def drawn(desk: Desk, data: Mapping[str, Any]) -> dict[str, Any]:
    """One tile in a look that is not saved: for the page's script.

    Raises `SharekitError` for a look that cannot be read.
    """
    tokens = dict(data.get("tokens") or {})
    item = desk.item(str(data.get("post")))
    post = item.post if item else workshop.sample(desk.app.config.site.name)
    post = workshop.extreme(post, str(data.get("extreme") or ""))
    size = str(data.get("size") or "og")
    composer = desk.composer(tokens)
    layout = str(data.get("layout") or "article")
    tile = workshop.draw(desk.app, post, layout, size=size, composer=composer)
    shown = _shown(desk, tile, post, composer)
    if data.get("grid") and tile.card:
        path = workshop.grid(desk.app, post, tile.card.layout, size=size, composer=composer)
        shown["src"] = desk.publish(path, "image/png")
    return {**shown, "contrast": _contrast_words(workshop.contrasts(desk.app, tokens))}


def compared(desk: Desk, tokens: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Cards before and after: in the saved look and in *tokens*; for none, the last change."""
    found: list[dict[str, Any]] = []
    composer = desk.composer(tokens)
    for item in desk.items()[:LOOKED_AT]:
        after = workshop.draw(desk.app, item.post, "article", composer=composer).card
        if after is None:
            continue
        if tokens:
            before = workshop.draw(desk.app, item.post, "article").card
        else:
            before = desk.remember(f"workshop {item.key}", after)
        if before and before.digest != after.digest:
            found.append(
                {
                    "title": item.post.title or w("articles.untitled"),
                    "before": desk.url_of(before),
                    "after": desk.url_of(after),
                }
            )
        if len(found) == COMPARED:
            break
    return found
