"""Pictures in fewer colours: grey, two tones, a tint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.composer.colors import Rgb

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["duotone", "mono", "tinted"]


def mono(image: Image) -> Image:
    """*image* in greys (RGB)."""
    return image.convert("L").convert("RGB")


def duotone(image: Image, dark: Rgb, light: Rgb) -> Image:
    """*image* from *dark* to *light*, its middle 98 per cent stretched over the whole way."""
    from PIL import Image as Images

    grey = image.convert("L")
    low, high = _range(grey.histogram())
    way = [min(max((step - low) / (high - low), 0), 1) for step in range(256)]
    tables = [
        [round(a + (b - a) * share) for share in way] for a, b in zip(dark, light, strict=True)
    ]
    return Images.merge("RGB", [grey.point(table) for table in tables])


def tinted(image: Image, color: Rgb, strength: float = 0.6) -> Image:
    """*image* in greys with *color* laid over it."""
    from PIL import Image as Images

    grey = mono(image)
    return Images.blend(grey, Images.new("RGB", grey.size, color), strength)


def _range(histogram: list[int], share: float = 0.01) -> tuple[int, int]:
    """The steps between which all but *share* of the pixels at each end lie."""
    total, passed, low, high = sum(histogram), 0, 0, 255
    for step, count in enumerate(histogram):
        if passed <= total * share:
            low = step
        passed += count
        if passed < total * (1 - share):
            high = step + 1
    return (low, high) if high > low else (low, low + 1)
