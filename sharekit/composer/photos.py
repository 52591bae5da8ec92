"""Painting pictures, and the veil that makes a text on one legible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.composer import colors, measure, scrim, shapes, tones
from sharekit.composer.canvas import Canvas, NotLegible, Rect
from sharekit.composer.colors import WHITE
from sharekit.composer.planes import corner_mask
from sharekit.composer.solve import Spot

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["paint_image", "paint_scrim"]

MIN_CONTRAST = 4.5
_STEP_UP = 0.04
_MOST_OPAQUE = 0.95


def paint_image(canvas: Canvas, spot: Spot) -> None:
    """Paint an `image` layer."""
    image = spot.layer.image
    assert image is not None
    picture, crop = canvas.cuts[spot.name]
    size = (spot.width, spot.height)
    corner = canvas.rect(spot)[:2]
    if image.background:
        canvas.image.paste(canvas.color(image.background)[0], canvas.rect(spot))
    if image.fit == "contain":
        scale = min(size[0] / picture.size[0], size[1] / picture.size[1])
        inner = (max(1, round(picture.size[0] * scale)), max(1, round(picture.size[1] * scale)))
        corner = (corner[0] + (size[0] - inner[0]) // 2, corner[1] + (size[1] - inner[1]) // 2)
        size = inner
    cut = picture.cut(crop, size)
    alpha = cut.getchannel("A") if cut.mode == "RGBA" else None
    toned = _toned(canvas, cut.convert("RGB") if alpha else cut, image.tone, image.tint)
    mask = (
        shapes.disc(*size)
        if image.disc
        else corner_mask(canvas, spot)
        if size == (spot.width, spot.height)
        else None
    )
    if alpha and mask:
        from PIL import ImageChops

        mask = ImageChops.multiply(alpha, mask)
    canvas.image.paste(toned, corner, mask or alpha)


def _toned(canvas: Canvas, image: Image, tone: str, tint: str | None) -> Image:
    tokens = canvas.tokens
    if tone == "mono":
        return tones.mono(image)
    if tone == "duotone":
        return tones.duotone(image, tokens.dark, tokens.light)
    if tone == "tint":
        return tones.tinted(image, canvas.color(tint or "accent")[0])
    if tone == "portrait":
        # On an accent ground the light tone leans to it: more so where it is bright itself.
        white = 0.78 if colors.luminance(tokens.on_accent) < 0.18 else 0.90
        return tones.duotone(image, tokens.dark, colors.mix(WHITE, tokens.accent, white))
    return image


def paint_scrim(canvas: Canvas, spot: Spot) -> None:
    """Paint a `scrim` layer. Raises `NotLegible` when no strength is enough."""
    wish = spot.layer.scrim
    assert wish is not None
    under = [canvas.spots[name] for name in wish.under if name in canvas.spots]
    lines = [rect for other in under if other.block for _, rect in canvas.line_rects(other)]
    if not lines:
        return
    width, height = canvas.image.size
    left, top = min(r[0] for r in lines), min(r[1] for r in lines)
    right, bottom = max(r[2] for r in lines), max(r[3] for r in lines)
    region = (max(left - 16, 0), max(top - 12, 0), min(right + 16, width), min(bottom + 16, height))
    chosen = scrim.choose(
        canvas.image.crop(region),
        scrim=canvas.tokens.scrim,
        ink=canvas.tokens.ink,
        polarity=wish.polarity,
    )
    canvas.text_color = chosen.text
    if canvas.direction == "rtl":
        left, right = width - right, width - left
    shape = scrim.Shape(
        size=canvas.image.size,
        top=max(region[1] - 8, 0),
        fall=round(height * wish.fall),
        across=right + 64 if wish.across and right < 0.86 * width else None,
        mirrored=canvas.direction == "rtl",
    )
    if chosen.blurred:
        scrim.soften(canvas.image, shape)
    _veil_until_legible(canvas, shape, chosen, lines, wish.otherwise)


def _veil_until_legible(
    canvas: Canvas, shape: scrim.Shape, chosen: scrim.Veil, lines: list[Rect], otherwise: str | None
) -> None:
    """Lay the veil, look at every line at full size, and lay a stronger one where one is short."""
    bare = canvas.image.crop((0, shape.start(shape.fall), *canvas.image.size))
    opacity = chosen.opacity
    while True:
        if opacity:
            scrim.veil(canvas.image, shape, chosen, opacity)
        if min(measure.worst_contrasts(canvas.image, chosen.text, lines)) >= MIN_CONTRAST:
            return
        opacity += _STEP_UP
        if opacity > _MOST_OPAQUE:
            raise NotLegible(otherwise)
        canvas.image.paste(bare, (0, shape.start(shape.fall)))
