"""How light pixels are, as histograms: contrast and calm are read off them.

Luminance is WCAG's (colors.luminance) in 256 steps of linear light. Its error is at most 0.004,
which moves a contrast ratio near 4.5 by less than 0.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias, cast

from sharekit.composer.colors import LINEAR, Rgb, contrast, contrast_of, luminance

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "WEIGHTS",
    "flat_color",
    "light_histogram",
    "light_image",
    "percentile",
    "worst_contrasts",
]

Rect: TypeAlias = tuple[int, int, int, int]

_TO_LINEAR = [round(light * 255) for light in LINEAR] * 3
_MANY = 20_000
"""Pixels from which on a quarter of them is enough."""
WEIGHTS = (0.2126, 0.7152, 0.0722, 0)


def light_histogram(image: Image) -> list[int]:
    """How many pixels of *image* (RGB) have each of 256 luminances."""
    return light_image(image).histogram()


def percentile(histogram: Sequence[int], share: float) -> float:
    """The luminance, 0 to 1, that *share* of the pixels do not exceed."""
    wanted = sum(histogram) * share
    passed = 0
    for step, count in enumerate(histogram):
        passed += count
        if passed >= wanted:
            return step / 255
    return 1.0


def light_image(image: Image) -> Image:
    """The luminance of each pixel of *image* (RGB) in 256 steps of linear light (L)."""
    return image.point(_TO_LINEAR).convert("L", WEIGHTS)


def flat_color(image: Image) -> Rgb | None:
    """The colour of *image* (RGB) when it has but one."""
    bands = [cast("tuple[int, int]", band) for band in image.getextrema()]
    if any(low != high for low, high in bands):
        return None
    red, green, blue = (low for low, _ in bands)
    return red, green, blue


def worst_contrasts(
    image: Image, text: Rgb, rects: Sequence[Rect], share: float = 0.98
) -> list[float]:
    """The contrast of *text* with each of *rects*, their worst 1 - *share* of pixels left out."""
    from PIL.Image import Resampling

    area = (
        min(rect[0] for rect in rects),
        min(rect[1] for rect in rects),
        max(rect[2] for rect in rects),
        max(rect[3] for rect in rects),
    )
    left, top = area[:2]
    size = (area[2] - left, area[3] - top)
    # Every second pixel of every second row, none of them smoothed, speaks for its neighbours.
    step = 2 if size[0] * size[1] > _MANY else 1
    part = image.resize((size[0] // step, size[1] // step), Resampling.NEAREST, box=area)
    if flat := flat_color(part):
        return [contrast(text, flat)] * len(rects)
    light, own = light_image(part), luminance(text)
    # A crop that reached outside would count black that is not there.
    inside = [
        (
            min((a - left) // step, light.width - 1),
            min((b - top) // step, light.height - 1),
            min(-(-(c - left) // step), light.width),
            min(-(-(d - top) // step), light.height),
        )
        for a, b, c, d in rects
    ]
    return [_worst(light.crop(rect).histogram(), own, share) for rect in inside]


def _worst(histogram: Sequence[int], text: float, share: float) -> float:
    low, high = percentile(histogram, 1 - share), percentile(histogram, share)
    if low < text < high:
        # Some of it is as light as the text itself.
        return 1.0
    return contrast_of(text, high if text >= high else low)
