"""Whether a finished card can be read, is covered nowhere, and says what it should.

Everything is measured on the drawn pixels and the set text, and told as problems with codes:
`contrast-low`, `text-small`, `text-cut`, `text-covered`, `hyphens-missing`, `picture-enlarged`,
`alt-missing`, `card-too-large`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from sharekit.composer.canvas import Canvas, Measured
from sharekit.composer.encode import Written
from sharekit.composer.sizes import Area
from sharekit.composer.spots import Spot
from sharekit.errors import Problem

__all__ = ["card_problems", "file_problems", "under"]

_PHONE = 335
"""px: a card's width on the narrowest phone in use."""
_MASTER = 1200
_WARN_SIZE, _LEAST_SIZE = 48, 45
"""px on a card 1200 px wide: 13.4 and 12.6 px on the phone."""
_CONTRAST, _LARGE_CONTRAST = 4.5, 3.0
"""WCAG 2.2, success criterion 1.4.3."""
_LARGE, _LARGE_BOLD = 24.0, 18.66
"""px on the phone from which text is large (14 and 18 pt)."""
_TOLERANCE = 4
"""px that may be printed over: descenders and side bearings are no more."""
_ENLARGED, _ENLARGED_TONED, _FAR_TOO_SMALL = 1.25, 2.0, 2.0


def card_problems(canvas: Canvas, *, alt_missing: bool, where: str) -> list[Problem]:
    """What is wrong with the painted card of the post at *where*."""
    found = [
        *_contrasts(canvas.measured, canvas.size.width),
        *_texts(canvas),
        *_covered(canvas),
        *_pictures(canvas),
    ]
    if alt_missing:
        found.append(
            _problem(
                "alt-missing",
                "the picture has no alternative text; the card's own says what is written on it",
                "Describe the picture in the post.",
            )
        )
    return [replace(problem, where=where) for problem in found]


def file_problems(written: Written, max_bytes: int | None, where: str) -> list[Problem]:
    """Whether the file keeps to its budget."""
    if written.fits or max_bytes is None:
        return []
    return [
        Problem(
            code="card-too-large",
            message=f"the card has {written.bytes:,} bytes, {max_bytes:,} are allowed",
            hint="Choose a layout with less picture, or another type.",
            where=where,
        )
    ]


def _problem(
    code: str,
    message: str,
    hint: str | None = None,
    severity: Literal["error", "warning"] = "warning",
) -> Problem:
    return Problem(code=code, message=message, severity=severity, hint=hint)


def _contrasts(measured: Sequence[Measured], width: int) -> Iterator[Problem]:
    """One problem a layer: its worst line."""
    worst: dict[str, Measured] = {}
    for item in measured:
        other = worst.get(item.layer)
        if other is None or item.contrast < other.contrast:
            worst[item.layer] = item
    for layer, item in worst.items():
        shown = item.size * _PHONE / width
        large = shown >= _LARGE or (item.weight >= 700 and shown >= _LARGE_BOLD)
        least = _LARGE_CONTRAST if large else _CONTRAST
        # The measurement is good to a twentieth.
        if item.contrast < least - 0.05:
            yield _problem(
                "contrast-low",
                f"{layer} {item.text[:40]!r} has a contrast of {item.contrast:.1f} with what is "
                f"behind it; it needs {least:g}",
                "Put a scrim under it, or choose another colour in the layout.",
                "error",
            )


def _texts(canvas: Canvas) -> Iterator[Problem]:
    for spot in canvas.spots.values():
        text, block = spot.layer.text, spot.block
        if text is None or block is None:
            continue
        if block.truncated:
            kept = len(block.text.rstrip("…"))
            yield _problem(
                "text-cut",
                f"{spot.name} is cut after {kept} characters: {block.text[-40:]!r}",
                "Shorten it, or give the layout's box more lines.",
            )
        if text.hyphenate and not _can_hyphenate():
            yield _problem(
                "hyphens-missing",
                f"{spot.name} should be hyphenated, and no patterns are installed",
                "pip install 'sharekit[hyphens]'",
            )
        if text.measured and (problem := _size(spot.name, block.step.size, canvas.size.width)):
            yield problem


def _can_hyphenate() -> bool:
    from sharekit.typeset.hyphens import has_patterns

    return has_patterns()


def _size(layer: str, size: float, width: int) -> Problem | None:
    on_master = size * _MASTER / width
    if on_master >= _WARN_SIZE - 0.5:
        return None
    shown = f"{layer} is {size:g} px high, {size * _PHONE / width:.1f} px on a phone"
    if on_master < _LEAST_SIZE:
        return _problem("text-small", f"{shown}: nobody will read it", "Make it larger.", "error")
    return _problem("text-small", shown, f"From {_WARN_SIZE} px on it is easily read.")


def _covered(canvas: Canvas) -> Iterator[Problem]:
    for name, (left, top, right, bottom) in under(canvas, canvas.size.covered):
        yield _problem(
            "text-covered",
            f"{name} reaches where {canvas.size.name!r} cards are printed over",
            f"Keep it out of {left},{top} to {right},{bottom}.",
        )


def under(canvas: Canvas, areas: Sequence[Area]) -> Iterator[tuple[str, Area]]:
    """Texts and logos in the *areas* that a network prints over, and in which of them."""
    for spot in canvas.spots.values():
        ink = _ink(canvas, spot)
        if ink is None or (spot.layer.text and not spot.layer.text.measured):
            continue
        for left, top, right, bottom in areas:
            if canvas.direction == "rtl" and right - left < canvas.size.width:
                left, right = canvas.size.width - right, canvas.size.width - left  # noqa: PLW2901
            if _overlaps(ink, (left, top, right, bottom)):
                yield spot.name, (left, top, right, bottom)


def _overlaps(ink: tuple[float, float, float, float], area: Area) -> bool:
    """Whether more than a few px of *ink* lie in *area*."""
    return (
        ink[0] < area[2] - _TOLERANCE
        and ink[2] > area[0] + _TOLERANCE
        and ink[1] < area[3] - _TOLERANCE
        and ink[3] > area[1] + _TOLERANCE
    )


def _ink(canvas: Canvas, spot: Spot) -> tuple[float, float, float, float] | None:
    """Cap line to last baseline of a text or of the name beside a logo, in the picture."""
    start, end = spot.edges["start"], spot.edges["end"]
    if spot.lockup is not None:
        start = end - spot.lockup.name.text_width if spot.lockup.name else end
    elif spot.block is None:
        return None
    if canvas.direction == "rtl":
        start, end = canvas.size.width - end, canvas.size.width - start
    return start, spot.edges["top"], end, spot.edges["bottom"]


def _pictures(canvas: Canvas) -> Iterator[Problem]:
    for name, (picture, crop) in canvas.cuts.items():
        image = canvas.spots[name].layer.image
        assert image is not None
        limit = _ENLARGED if image.tone == "none" else _ENLARGED_TONED
        if crop.scale <= limit:
            continue
        width, height = picture.size
        needed = (round(width * crop.scale), round(height * crop.scale))
        how = "far too small" if crop.scale > _FAR_TOO_SMALL else "small"
        yield _problem(
            "picture-enlarged",
            f"picture {picture.name} is {width}x{height} px, {how} for this card: it is enlarged "
            f"{crop.scale:.1f} times",
            f"Use one of at least {needed[0]}x{needed[1]} px.",
        )
