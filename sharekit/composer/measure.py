"""How light pixels are, as histograms: contrast and calm are read off them.

Luminance is WCAG's (colors.luminance) in 256 steps of linear light. Its error is at most 0.004,
which moves a contrast ratio near 4.5 by less than 0.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from sharekit.composer.colors import LINEAR, Rgb, contrast_of, lightness, luminance

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["deviation", "light_histogram", "percentile", "worst_contrast"]

_TO_LINEAR = [round(light * 255) for light in LINEAR] * 3
_WEIGHTS = (0.2126, 0.7152, 0.0722, 0)
_LIGHTNESS = tuple(lightness(light) for light in LINEAR)


def light_histogram(image: Image) -> list[int]:
    """How many pixels of *image* (RGB) have each of 256 luminances."""
    return image.point(_TO_LINEAR).convert("L", _WEIGHTS).histogram()


def percentile(histogram: Sequence[int], share: float) -> float:
    """The luminance, 0 to 1, that *share* of the pixels do not exceed."""
    wanted = sum(histogram) * share
    passed = 0
    for step, count in enumerate(histogram):
        passed += count
        if passed >= wanted:
            return step / 255
    return 1.0


def deviation(image: Image) -> float:
    """The standard deviation of L* over *image* (RGB): how restless it is, 0 to 50."""
    # Mixed before linear light, where dark tones keep their 256 steps; equal for greys.
    histogram = image.convert("L", _WEIGHTS).histogram()
    total = sum(histogram)
    mean = sum(n * light for n, light in zip(histogram, _LIGHTNESS, strict=True)) / total
    square = sum(n * (light - mean) ** 2 for n, light in zip(histogram, _LIGHTNESS, strict=True))
    return float((square / total) ** 0.5)


def worst_contrast(image: Image, text: Rgb, *, share: float = 0.98) -> float:
    """The contrast of *text* with all but the worst 1 - *share* of *image*'s pixels (RGB)."""
    light = luminance(text)
    if flat := _only_color(image):
        return contrast_of(light, luminance(flat))
    histogram = light_histogram(image)
    low, high = percentile(histogram, 1 - share), percentile(histogram, share)
    if low < light < high:
        # Some of it is as light as the text itself.
        return 1.0
    return contrast_of(light, high if light >= high else low)


def _only_color(image: Image) -> Rgb | None:
    """The colour of *image* when it has but one."""
    bands = [cast("tuple[int, int]", band) for band in image.getextrema()]
    if any(low != high for low, high in bands):
        return None
    red, green, blue = (low for low, _ in bands)
    return red, green, blue
