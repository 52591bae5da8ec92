"""Draws share cards: from a post, a layout and a theme to a picture file.

    composer = Composer(site=Site(name="Common Counsel"), theme=Theme(use="press"))
    drawing = composer.draw(post, layout="photo", size="og", out=Path("cards"))

A card passes through these stages, one module each: `recipe` (which layout, which picture, the
digest of it all), `solve` (every layer in its place), `draw` (cuts of pictures), `paint`
(layers to pixels), `checks` (can it be read) and `encode` (bytes within a budget). What a
layout may say is in `schema`; `library` finds the files, `layout` checks them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.lazy import exports

if TYPE_CHECKING:
    from sharekit.composer.compose import Composer, Drawing, Request
    from sharekit.composer.sizes import SIZES, Size
    from sharekit.composer.theme import THEMES, Theme

__all__ = ["SIZES", "THEMES", "Composer", "Drawing", "Request", "Size", "Theme"]

__getattr__ = exports(
    __name__,
    {
        "SIZES": "sizes",
        "Size": "sizes",
        "THEMES": "theme",
        "Theme": "theme",
        "Composer": "compose",
        "Drawing": "compose",
        "Request": "compose",
    },
)
