"""Painting pictures, and the veil that makes a text on one legible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.composer import colors, measure, scrim, shapes, tones
from sharekit.composer.canvas import Canvas, Rect, Unsuited
from sharekit.composer.colors import WHITE
from sharekit.composer.planes import corner_mask
from sharekit.composer.spots import Spot

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
    left, top, right, bottom = canvas.rect(spot)
    size = (spot.width, spot.height)
    if image.background:
        canvas.image.paste(canvas.color(image.background)[0], (left, top, right, bottom))
    if image.fit == "contain":
        size = _contained(picture.size, size)
        left += (spot.width - size[0]) // 2
        top += (spot.height - size[1]) // 2
    cut = picture.cut(crop, size)
    mask = _mask(canvas, spot, cut)
    # `convert` copies even what needs no converting.
    flat = cut if cut.mode == "RGB" else cut.convert("RGB")
    toned = _toned(canvas, flat, image.tone, image.tint)
    if mask is None and (left, top, *size) == (0, 0, *canvas.size.pixels):
        # It covers the whole card: no need to copy it.
        canvas.image = toned
    else:
        canvas.image.paste(toned, (left, top), mask)


def _contained(picture: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """The size at which all of *picture* is seen in *box*."""
    scale = min(box[0] / picture[0], box[1] / picture[1])
    return max(1, round(picture[0] * scale)), max(1, round(picture[1] * scale))


def _mask(canvas: Canvas, spot: Spot, cut: Image) -> Image | None:
    """Where the picture is seen: its own alpha, in a disc or with rounded corners."""
    image = spot.layer.image
    assert image is not None
    outline = None
    if image.disc:
        outline = shapes.disc(*cut.size)
    elif cut.size == (spot.width, spot.height):
        outline = corner_mask(canvas, spot)
    if cut.mode != "RGBA":
        return outline
    alpha = cut.getchannel("A")
    if outline is None:
        return alpha
    from PIL import ImageChops

    return ImageChops.multiply(alpha, outline)


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
    """Paint a `scrim` layer. Raises `Unsuited` when no strength is enough."""
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
        across=right + 64 if wish.across and right + 64 < 0.86 * width else None,
        mirrored=canvas.direction == "rtl",
    )
    if chosen.blurred:
        _soften(canvas, shape)
    _veil_until_legible(canvas, shape, chosen, lines, wish.otherwise)


def _soften(canvas: Canvas, shape: scrim.Shape) -> None:
    """`scrim.soften`, kept for the next title of as many lines over the same picture."""
    kept = canvas.kept
    if kept is not None and (done := kept.get(shape)) is not None:
        canvas.image = done.copy()
        return
    scrim.soften(canvas.image, shape)
    if kept is None:
        return
    # As with the picture itself: only what is wanted a second time is worth the copy.
    seen = shape in kept
    for other in [key for key in kept if isinstance(key, scrim.Shape)]:
        del kept[other]
    kept[shape] = canvas.image.copy() if seen else None


def _veil_until_legible(
    canvas: Canvas, shape: scrim.Shape, chosen: scrim.Veil, lines: list[Rect], otherwise: str | None
) -> None:
    """Lay the veil, look at every line at full size, and lay a stronger one where one is short."""
    opacity = chosen.opacity
    if opacity:
        scrim.veil(canvas.image, shape, chosen, opacity)
    while min(measure.worst_contrasts(canvas.image, chosen.text, lines)) < MIN_CONTRAST:
        if opacity + _STEP_UP > _MOST_OPAQUE:
            raise Unsuited(otherwise)
        # A second veil over the first, so that both together are a step stronger.
        scrim.veil(canvas.image, shape, chosen, _STEP_UP / (1 - opacity))
        opacity += _STEP_UP
