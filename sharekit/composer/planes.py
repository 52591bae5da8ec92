"""Painting planes: colours, gradients, what lies below made softer or darker, rounded corners."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from sharekit.composer import shapes
from sharekit.composer.canvas import Canvas, Rect
from sharekit.composer.colors import Rgb
from sharekit.composer.schema import Fill
from sharekit.composer.spots import Spot

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["corner_mask", "paint_fill"]


def paint_fill(canvas: Canvas, spot: Spot) -> None:
    """Paint a `fill` layer."""
    fill = spot.layer.fill
    assert isinstance(fill, Fill)
    rect = canvas.rect(spot)
    if fill.blur:
        _blur(canvas, spot, fill.blur)
    if fill.darken:
        _plane(canvas, spot, rect, (0, 0, 0), fill.darken)
    if fill.color is None:
        return
    color, opacity = canvas.color(fill.color)
    if fill.to is None:
        _plane(canvas, spot, rect, color, opacity * fill.opacity)
        return
    _gradient(canvas, spot, fill, (color, opacity))


def _plane(canvas: Canvas, spot: Spot, rect: Rect, color: Rgb, opacity: float) -> None:
    mask = corner_mask(canvas, spot)
    if mask is None and opacity >= 1:
        canvas.image.paste(color, rect)
        return
    if mask is None:
        mask = _flat_mask((spot.width, spot.height), round(255 * opacity))
    elif opacity < 1:
        mask = mask.point(lambda value: round(value * opacity))
    canvas.image.paste(color, rect, mask)


@lru_cache(maxsize=16)
def _flat_mask(size: tuple[int, int], value: int) -> Image:
    from PIL import Image

    return Image.new("L", size, value)


def _gradient(canvas: Canvas, spot: Spot, fill: Fill, start: tuple[Rgb, float]) -> None:
    from PIL import ImageChops

    assert fill.to is not None
    angle = fill.angle if canvas.direction == "ltr" else -fill.angle % 360
    end, end_opacity = canvas.color(fill.to)
    plane, mask = _graded(
        (spot.width, spot.height),
        angle,
        (start[0], end),
        (start[1] * fill.opacity, end_opacity * fill.opacity * fill.fade),
    )
    if corners := corner_mask(canvas, spot):
        mask = ImageChops.multiply(mask, corners)
    canvas.image.paste(plane, canvas.rect(spot)[:2], mask)


@lru_cache(maxsize=8)
def _graded(
    size: tuple[int, int],
    angle: int,
    colors: tuple[Rgb, Rgb],
    opacities: tuple[float, float],
) -> tuple[Image, Image]:
    """A gradient's plane and its mask; the same for every card of a layout."""
    from PIL import Image

    way = shapes.gradient(*size, angle)
    low, high = opacities
    mask = way.point([round(255 * (low + (high - low) * step / 255)) for step in range(256)])
    first, last = (Image.new("RGB", size, color) for color in colors)
    return Image.composite(last, first, way), mask


def _blur(canvas: Canvas, spot: Spot, radius: int) -> None:
    from PIL import ImageFilter

    rect = canvas.rect(spot)
    part = canvas.image.crop(rect).filter(ImageFilter.GaussianBlur(radius))
    canvas.image.paste(part, rect[:2], corner_mask(canvas, spot))


def corner_mask(canvas: Canvas, spot: Spot) -> Image | None:
    """The spot's box with its rounded corners; `None` when it has none."""
    wanted = spot.layer.radius
    radius = canvas.tokens.radius if wanted == "theme" else wanted
    if not radius:
        return None
    corners = spot.layer.corners
    names: Sequence[str] = shapes.ALL_CORNERS if corners is None else corners
    if canvas.direction == "rtl" and spot.layer.mirror:
        names = [_other_side(name) for name in names]
    return shapes.rounded(spot.width, spot.height, radius, tuple(names))


def _other_side(corner: str) -> str:
    place, _, side = corner.partition("-")
    return f"{place}-{'end' if side == 'start' else 'start'}"
