"""Text in every script: from a string and a box to glyphs in their places.

    fonts = Fonts()
    style = Style(stack=fonts.stack("sans"), steps=(Step(96, 98, -23), Step(64, 72, -12)), lines=3)
    block = lay_out("Any title", 1072, 300, style)
    draw(block, image, at=(64, 64), fill=(255, 255, 255))

A text passes through these stages, one module each: `clean`, `bidi` (direction), `itemise`
(faces and scripts), `breaks` and `words` (where a line may end), `fit` (which step, which
lines), `place` (glyphs) and `drawing`. Shaping and rasterising is HarfBuzz, in `harfbuzz` only.
Nothing is imported before it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.lazy import exports

if TYPE_CHECKING:
    from sharekit.typeset.drawing import draw
    from sharekit.typeset.fit import lay_out, measure
    from sharekit.typeset.fonts import Fonts, FontStack
    from sharekit.typeset.inventory import Fact, fingerprint, report
    from sharekit.typeset.style import Block, Box, Line, Missing, Piece, Step, Style

__all__ = [
    "Block",
    "Box",
    "Fact",
    "FontStack",
    "Fonts",
    "Line",
    "Missing",
    "Piece",
    "Step",
    "Style",
    "draw",
    "fingerprint",
    "lay_out",
    "measure",
    "report",
]

__getattr__ = exports(
    __name__,
    {
        "draw": "drawing",
        "lay_out": "fit",
        "measure": "fit",
        "Fonts": "fonts",
        "FontStack": "fonts",
        "Fact": "inventory",
        "fingerprint": "inventory",
        "report": "inventory",
        "Block": "style",
        "Box": "style",
        "Line": "style",
        "Missing": "style",
        "Piece": "style",
        "Step": "style",
        "Style": "style",
    },
)
