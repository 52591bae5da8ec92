"""Draws share cards: from a post, a layout and a theme to a picture file.

    composer = Composer(site=Site(name="Common Counsel"), theme=Theme(use="press"))
    drawing = composer.draw(post, layout="photo", size="og", out=Path("cards"))

A card passes through these stages, one module each: `recipe` (which layout, which picture, the
digest of it all), `solve` (every layer in its place), `draw` (cuts of pictures), `paint`
(layers to pixels), `checks` (can it be read) and `encode` (bytes within a budget). What a
layout may say is in `schema`; `library` finds the files, `layout` checks them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sharekit.composer.compose import Composer, Drawing, Request
    from sharekit.composer.sizes import SIZES, Size
    from sharekit.composer.theme import THEMES, Theme

__all__ = ["SIZES", "THEMES", "Composer", "Drawing", "Request", "Size", "Theme"]

_HOMES = {
    "SIZES": "sizes",
    "Size": "sizes",
    "THEMES": "theme",
    "Theme": "theme",
    "Composer": "compose",
    "Drawing": "compose",
    "Request": "compose",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
