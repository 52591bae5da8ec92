"""Layers to pixels: each kind of layer has its painter, and all work on one RGB picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import takewhile
from typing import TYPE_CHECKING

from sharekit.composer import measure, shapes, values
from sharekit.composer.canvas import Canvas, Measured
from sharekit.composer.colors import WHITE, Rgb
from sharekit.composer.photos import MIN_CONTRAST, paint_image, paint_scrim
from sharekit.composer.planes import paint_fill
from sharekit.composer.schema import Icon, Logo, Qr, Shape
from sharekit.composer.spots import Spot

if TYPE_CHECKING:
    from PIL.Image import Image

    from sharekit.typeset import Block

__all__ = ["paint"]


def paint(canvas: Canvas) -> None:
    """Paint every layer in order. Raises `Unsuited` and `RenderError`."""
    spots = list(canvas.spots.values())
    behind = _paint_backdrop(canvas, spots)
    for spot in spots[behind:]:
        _PAINTERS[spot.layer.kind or ""](canvas, spot)
        canvas.kept = None


def _paint_backdrop(canvas: Canvas, spots: list[Spot]) -> int:
    """Paint the first layers, planes and pictures, and say how many; kept for the next title."""
    behind = list(takewhile(lambda spot: spot.layer.kind in ("fill", "image"), spots))
    pictures = [canvas.cuts[spot.name] for spot in behind if spot.name in canvas.cuts]
    if not pictures:
        return 0
    backdrops = pictures[0][0].backdrops
    key = (
        canvas.size,
        canvas.direction,
        canvas.tokens,
        tuple(cut for _, cut in pictures),
        tuple((spot.layer, canvas.rect(spot)) for spot in behind),
    )
    canvas.kept = backdrops
    kept = backdrops.get(key)
    if kept is not None:
        canvas.image = kept.copy()
        return len(behind)
    for spot in behind:
        _PAINTERS[spot.layer.kind or ""](canvas, spot)
    # Copying costs as much as painting: only what is wanted a second time is kept.
    seen = key in backdrops
    if not seen:
        backdrops.clear()
    backdrops[key] = canvas.image.copy() if seen else None
    return len(behind)


def _text(canvas: Canvas, spot: Spot) -> None:
    from sharekit.typeset import draw

    text, block = spot.layer.text, spot.block
    assert text is not None
    assert block is not None
    if text.color is None:
        color = _legible(canvas, spot)
    else:
        color, _ = canvas.color(text.color)
    if text.measured:
        _measure(canvas, spot, block, color)
    draw(block, canvas.image, (spot.left(canvas.size, canvas.direction), spot.top), color)


def _legible(canvas: Canvas, spot: Spot) -> Rgb:
    """The theme's ink, unless its ground or white can be read better on what lies below."""
    ink = canvas.tokens.ink
    rects = [rect for _, rect in canvas.line_rects(spot)]
    if not rects or min(measure.worst_contrasts(canvas.image, ink, rects)) >= MIN_CONTRAST:
        return ink
    return max(
        (ink, canvas.tokens.ground, WHITE),
        key=lambda color: min(measure.worst_contrasts(canvas.image, color, rects)),
    )


def _measure(canvas: Canvas, spot: Spot, block: Block, color: Rgb) -> None:
    lines = canvas.line_rects(spot)
    if not lines:
        return
    ratios = measure.worst_contrasts(canvas.image, color, [rect for _, rect in lines])
    for (line, _), ratio in zip(lines, ratios, strict=True):
        canvas.measured.append(
            Measured(
                layer=spot.name,
                text=line,
                contrast=ratio,
                size=block.step.size,
                weight=_weight(block),
            )
        )


def _weight(block: Block) -> float:
    axes = dict(block.lines[0].pieces[0].face.axes) if block.lines[0].pieces else {}
    return float(axes.get("wght", 400))


def _shape(canvas: Canvas, spot: Spot) -> None:
    shape = spot.layer.shape
    assert isinstance(shape, Shape)
    rect, size = canvas.rect(spot), (spot.width, spot.height)
    color, _ = canvas.color(shape.color)
    if shape.kind == "segments":
        _segments(canvas, spot, shape)
    elif shape.kind == "dots":
        _dots(canvas, spot, shape)
    else:
        mask = {
            "disc": lambda: shapes.disc(*size),
            "quotes": lambda: _flipped(canvas, shapes.quotes(*size)),
            "perforation": lambda: shapes.perforation(*size, shape.radius, shape.pitch),
        }[shape.kind or ""]()
        canvas.image.paste(color, rect, mask)


def _segments(canvas: Canvas, spot: Spot, shape: Shape) -> None:
    rect = canvas.rect(spot)
    count, filled = canvas.number(shape.count), canvas.number(shape.filled)
    for start, end, is_filled in shapes.segments(
        spot.width, max(count, 1), filled, shape.gap, shape.most
    ):
        low, high = (
            (start, end) if canvas.direction == "ltr" else (spot.width - end, spot.width - start)
        )
        part = (rect[0] + low, rect[1], rect[0] + high, rect[3])
        color = canvas.color(shape.color if is_filled else shape.off)[0]
        canvas.image.paste(color, part)


def _dots(canvas: Canvas, spot: Spot, shape: Shape) -> None:
    filled = canvas.number(shape.filled)
    for first, last, name in (
        (0, filled, shape.color),
        (filled, shape.columns * shape.rows, shape.off),
    ):
        grid = (shape.columns, shape.rows)
        mask = shapes.dots((spot.width, spot.height), shape.radius, grid, (first, last))
        canvas.image.paste(canvas.color(name)[0], canvas.rect(spot), _flipped(canvas, mask))


def _flipped(canvas: Canvas, mask: Image) -> Image:
    from PIL.Image import Transpose

    return mask.transpose(Transpose.FLIP_LEFT_RIGHT) if canvas.direction == "rtl" else mask


def _logo(canvas: Canvas, spot: Spot) -> None:
    from sharekit.typeset import draw

    logo, lockup = spot.layer.logo, spot.lockup
    assert isinstance(logo, Logo)
    if lockup is None:
        return
    color, _ = canvas.color(logo.color)
    start = round(spot.edges["start"])
    after = start
    if lockup.mark and canvas.mark:
        _mark(canvas, spot, start, lockup.mark)
        after = start + lockup.mark[0] + lockup.gap
    if not lockup.name:
        return
    block = lockup.name
    left = after if canvas.direction == "ltr" else canvas.size.width - after - round(block.width)
    name_spot = Spot(
        name=spot.name,
        layer=spot.layer.model_copy(update={"mirror": False}),
        start=left,
        top=spot.top,
        width=round(block.width),
        height=spot.height,
        edges={},
        block=block,
    )
    _measure(canvas, name_spot, block, color)
    draw(block, canvas.image, (left, spot.top), color)


def _mark(canvas: Canvas, spot: Spot, start: int, size: tuple[int, int]) -> None:
    logo, mark = spot.layer.logo, canvas.mark
    assert logo is not None
    assert mark is not None
    left = start if canvas.direction == "ltr" else canvas.size.width - start - size[0]
    top = spot.top + (spot.height - size[1]) // 2
    picture = mark.picture(*size)
    tinted = logo.only_tinted or mark.is_tinted(canvas.logo_tint)
    if logo.tint and tinted:
        color = canvas.color(logo.tint)[0]
        canvas.image.paste(
            color, (left, top, left + size[0], top + size[1]), picture.getchannel("A")
        )
    else:
        canvas.image.paste(picture, (left, top), picture)


def _qr(canvas: Canvas, spot: Spot) -> None:
    from sharekit.composer.qr import modules

    qr = spot.layer.qr
    assert isinstance(qr, Qr)
    text = values.template(qr.value)(canvas.values).strip()
    if not text:
        return
    left, top, right, bottom = canvas.rect(spot)
    mask = modules(text, qr.correction, qr.quiet, min(spot.width, spot.height))
    side = mask.width
    corner = (left + (right - left - side) // 2, top + (bottom - top - side) // 2)
    area = (*corner, corner[0] + side, corner[1] + side)
    canvas.image.paste(canvas.color(qr.ground)[0], area)
    canvas.image.paste(canvas.color(qr.color)[0], area, mask)


def _icon(canvas: Canvas, spot: Spot) -> None:
    from sharekit.composer import marks

    icon = spot.layer.icon
    assert isinstance(icon, Icon)
    if icon.src is None:
        mask = marks.icon(icon.name or "", spot.width, spot.height)
    else:
        found = marks.load(canvas.files(values.template(icon.src)(canvas.values)))
        mask = found.picture(spot.width, spot.height).getchannel("A")
    canvas.image.paste(canvas.color(icon.color)[0], canvas.rect(spot), mask)


_PAINTERS: Mapping[str, Callable[[Canvas, Spot], None]] = {
    "fill": paint_fill,
    "image": paint_image,
    "text": _text,
    "shape": _shape,
    "logo": _logo,
    "qr": _qr,
    "icon": _icon,
    "scrim": paint_scrim,
}
