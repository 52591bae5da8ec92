"""The same blocks drawn by Pillow, should HarfBuzz's raster library be missing or change.

Text is drawn by FreeType, cluster by cluster where letter spacing or kerning moved it, else run
by run through Raqm. Colour glyphs (COLR) are beyond it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from sharekit.typeset.harfbuzz import Face
from sharekit.typeset.style import Block, Piece

__all__ = ["paint_mask"]


def paint_mask(block: Block, corner: tuple[float, float], size: tuple[int, int]) -> Image.Image:
    """A mask (mode L) of *size* px with the block's outlines, its corner at *corner*.

    Baselines fall on whole pixels: Pillow keeps the fraction of x only.
    """
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    for line in block.lines:
        for piece in line.pieces:
            if piece.emoji:
                continue
            font = _font(piece.face, block.step.size)
            for text, x in _spelled(piece):
                pen.text(
                    (x - corner[0], line.baseline - corner[1]),
                    text,
                    fill=255,
                    font=font,
                    anchor="ls",
                    direction="rtl" if piece.rtl else "ltr",
                    language=piece.language or None,
                )
    return mask


def _spelled(piece: Piece) -> Iterator[tuple[str, float]]:
    """Texts and where they start: each cluster of a left-to-right piece, a joined piece whole."""
    if piece.rtl:
        yield piece.text, min(piece.xs, default=0.0)
        return
    starts = sorted({*piece.clusters})
    ends = [*starts[1:], piece.start + len(piece.text)]
    first: dict[int, float] = {}
    for cluster, x in zip(piece.clusters, piece.xs, strict=True):
        first.setdefault(cluster, x)
    for start, end in zip(starts, ends, strict=True):
        yield piece.text[start - piece.start : end - piece.start], first[start]


@lru_cache(64)
def _font(face: Face, size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(face.path), size, face.index)
    if face.axes and (axes := face.axis_values()):
        font.set_variation_by_axes(axes)
    return font
