"""Masks of the drawn shapes, with smooth edges. Each is made once and kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "ALL_CORNERS",
    "disc",
    "dots",
    "gradient",
    "perforation",
    "quotes",
    "rounded",
    "segments",
]

ALL_CORNERS = ("top-start", "top-end", "bottom-end", "bottom-start")

_FINE = 4
"""Shapes are drawn so many times larger and then reduced."""


@lru_cache(maxsize=64)
def disc(width: int, height: int) -> Image:
    """An ellipse that fills *width* by *height* px, as a mask (L)."""
    from PIL import Image, ImageDraw

    mask = Image.new("L", (width * _FINE, height * _FINE))
    ImageDraw.Draw(mask).ellipse((0, 0, mask.width - 1, mask.height - 1), fill=255)
    return mask.reduce(_FINE)


@lru_cache(maxsize=64)
def rounded(width: int, height: int, radius: int, corners: tuple[str, ...] = ALL_CORNERS) -> Image:
    """A rectangle with *corners* (as in a left-to-right card) rounded by *radius* px (L)."""
    from PIL import Image

    radius = min(radius, width // 2, height // 2)
    mask = Image.new("L", (width, height), 255)
    if radius < 1:
        return mask
    circle = disc(2 * radius, 2 * radius)
    for corner in corners:
        right, low = corner.endswith("end"), corner.startswith("bottom")
        x, y = (radius if right else 0), (radius if low else 0)
        part = circle.crop((x, y, x + radius, y + radius))
        mask.paste(part, (width - radius if right else 0, height - radius if low else 0))
    return mask


@lru_cache(maxsize=16)
def quotes(width: int, height: int) -> Image:
    """An opening quotation mark: two commas with a quarter cut out, *height* px high (L)."""
    from PIL import Image, ImageDraw

    tall = height * _FINE
    mask = Image.new("L", (width * _FINE, tall))
    draw = ImageDraw.Draw(mask)
    body, pitch = 0.67 * tall, 0.875 * tall
    for start in (0.0, pitch):
        draw.rectangle((start, 0.5 * tall, start + body - 1, tall), fill=255)
        tail = start + 0.94 * body
        _quarter(draw, (tail, 0.5 * tall), (0.94 * body, 0.5 * tall), 255)
        _quarter(draw, (tail, 0.5 * tall), (0.42 * body, 0.26 * tall), 0)
    return mask.reduce(_FINE)


def _quarter(draw: Any, centre: tuple[float, float], radii: tuple[float, float], fill: int) -> None:
    """The upper left quarter of an ellipse."""
    (x, y), (across, up) = centre, radii
    draw.pieslice((x - across, y - up, x + across, y + up), 180, 270, fill=fill)


def _field(size: tuple[int, int], radius: int, centres: Iterable[tuple[float, float]]) -> Image:
    from PIL import Image

    mask = Image.new("L", size)
    stamp = disc(2 * radius, 2 * radius)
    for x, y in centres:
        mask.paste(stamp, (round(x - radius), round(y - radius)), stamp)
    return mask


@lru_cache(maxsize=32)
def dots(size: tuple[int, int], radius: int, grid: tuple[int, int], part: tuple[int, int]) -> Image:
    """Discs of a *grid* (columns, rows) that fills *size*, read line by line (L).

    *part* is the first one and the one after the last.
    """
    columns, rows = grid

    def along(index: int, count: int, length: int) -> float:
        return radius + (length - 2 * radius) * index / max(count - 1, 1)

    places = (
        (along(index % columns, columns, size[0]), along(index // columns, rows, size[1]))
        for index in range(part[0], min(part[1], columns * rows))
    )
    return _field(size, radius, places)


@lru_cache(maxsize=16)
def perforation(width: int, height: int, radius: int, pitch: int) -> Image:
    """Discs along the middle of the longer side, *pitch* px apart, centred (L)."""
    length = max(width, height)
    count = max(length // pitch, 1)
    first = (length - (count - 1) * pitch) / 2
    middle = min(width, height) / 2
    along = [first + index * pitch for index in range(count)]
    return _field(
        (width, height), radius, [(at, middle) if width >= height else (middle, at) for at in along]
    )


def segments(
    width: int, count: int, filled: int, gap: int, most: int
) -> list[tuple[int, int, bool]]:
    """Start, end and whether it is filled, of each part of a bar of *width* px.

    More than *most* parts are one bar with its first share filled.
    """
    if count > most:
        reached = round(width * min(filled, count) / count)
        return [part for part in ((0, reached, True), (reached, width, False)) if part[1] > part[0]]
    each = (width - gap * (count - 1)) / count
    starts = [index * (each + gap) for index in range(count)]
    return [(round(at), round(at + each), index < filled) for index, at in enumerate(starts)]


@lru_cache(maxsize=16)
def gradient(width: int, height: int, angle: int) -> Image:
    """From 0 to 255 along *angle*, clockwise from top to bottom (L)."""
    import math

    from PIL import Image

    fine = 64
    turn = math.radians(angle)
    across, down = -math.sin(turn) * width, math.cos(turn) * height
    length = abs(across) + abs(down) or 1
    points = bytes(
        round(
            255
            * min(
                max(
                    0.5
                    + (across * (x / (fine - 1) - 0.5) + down * (y / (fine - 1) - 0.5)) / length,
                    0,
                ),
                1,
            )
        )
        for y in range(fine)
        for x in range(fine)
    )
    small = Image.frombytes("L", (fine, fine), points)
    return small.resize((width, height), Image.Resampling.BILINEAR)
