"""A block on a picture: one grey mask for all outlines, one stamp for each colour glyph."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Protocol

from PIL import Image

from sharekit.typeset import harfbuzz
from sharekit.typeset.style import Block, Box

__all__ = ["Painter", "draw"]

# Ink further out of the box than this many sizes is cut off: nobody's letters reach there.
_REACH = 1.0
_QUARTERS = 4  # stamps are kept for sizes in quarters of a pixel


class Painter(Protocol):
    """What draws outlines: `sharekit.typeset.harfbuzz`, or `sharekit.typeset.pillow`."""

    def paint_mask(
        self, block: Block, corner: tuple[float, float], size: tuple[int, int]
    ) -> Image.Image:
        """A mask (mode L) of *size* px, whose corner is at *corner* in the block's px."""
        ...


def draw(
    block: Block,
    image: Image.Image,
    at: tuple[float, float] = (0, 0),
    fill: tuple[int, ...] = (0, 0, 0),
    *,
    painter: Painter | None = None,
) -> Box | None:
    """Draw *block* on *image* (RGB, RGBA or L) with its corner *at* px, and return its ink.

    What lies outside the picture is cut off. The ink is in the picture's px, `None` when there
    is none. *painter* is for tests; by default HarfBuzz draws, or Pillow where it cannot.
    """
    if block.ink is None:
        return None
    area = _area(block, image, at)
    if area is None:
        return None
    left, top, right, bottom = area
    if any(not piece.emoji for line in block.lines for piece in line.pieces):
        corner = (left - at[0], top - at[1])
        mask = (painter or _painter()).paint_mask(block, corner, (right - left, bottom - top))
        # Pasting a plane costs a third of pasting a colour.
        plane = Image.new(image.mode, mask.size, _colour(image, fill))
        image.paste(plane, (left, top), mask)
    for stamp, x, y in _stamps(block):
        place = (round(at[0] + x), round(at[1] + y))
        image.paste(stamp if image.mode != "L" else stamp.convert("L"), place, stamp)
    return Box(
        block.ink.left + at[0],
        block.ink.top + at[1],
        block.ink.right + at[0],
        block.ink.bottom + at[1],
    )


def _painter() -> Painter:
    if harfbuzz.CAN_RASTER:
        return harfbuzz
    from sharekit.typeset import pillow

    return pillow


def _area(
    block: Block, image: Image.Image, at: tuple[float, float]
) -> tuple[int, int, int, int] | None:
    """Whole pixels of the picture that the ink may touch."""
    ink = block.ink
    assert ink is not None
    reach = block.step.size * _REACH
    left = max(0, math.floor(at[0] + max(ink.left, -reach)) - 1)
    top = max(0, math.floor(at[1] + max(ink.top, -reach)) - 1)
    right = min(image.width, math.ceil(at[0] + ink.right) + 1)
    bottom = min(image.height, math.ceil(at[1] + min(ink.bottom, _lowest(block) + reach)) + 1)
    return (left, top, right, bottom) if right > left and bottom > top else None


def _lowest(block: Block) -> float:
    return max(block.height, block.lines[-1].baseline)


def _colour(image: Image.Image, fill: tuple[int, ...]) -> Any:
    if image.mode == "L":
        return (
            fill[0]
            if len(set(fill[:3])) == 1
            else Image.new("RGB", (1, 1), fill[:3]).convert("L").getpixel((0, 0))
        )
    return (*fill[:3], 255) if image.mode == "RGBA" else fill[:3]


def _stamps(block: Block) -> Iterator[tuple[Image.Image, float, float]]:
    size = round(block.step.size * _QUARTERS) / _QUARTERS
    for line in block.lines:
        for piece in line.pieces:
            if not piece.emoji:
                continue
            for glyph, x, y in zip(piece.glyphs, piece.xs, piece.ys, strict=True):
                if stamp := harfbuzz.stamp(piece.face, glyph, size):
                    yield stamp.image, x + stamp.left, line.baseline - y - stamp.top
