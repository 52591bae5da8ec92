"""Where to look in a picture whose post does not say: skin and fine detail, away from the edges.

After Jonas Wagner's smartcrop (https://github.com/jwagner/smartcrop.js): each pixel of a small
copy is scored, scores are smoothed to the size of a head, and the best place wins.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sharekit.composer.crop import Point

if TYPE_CHECKING:
    from PIL.Image import Image

    from sharekit.composer.pictures import Picture

__all__ = ["focal_point", "score"]

_SIDE = 96
_DETAIL, _SKIN = 1.0, 0.55
_HEAD = 0.06
"""Standard deviation of the smoothing, in shares of the longer side."""
_CLEAR = 1.35
"""The best place must stand out from the mean so many times to be believed."""


def focal_point(picture: Picture) -> Point | None:
    """Where *picture*'s subject seems to be (shares of its sides); `None` if nothing stands out."""
    marks = score(picture.thumbnail(_SIDE).convert("RGB"))
    histogram = marks.histogram()
    mean = sum(value * count for value, count in enumerate(histogram)) / sum(histogram)
    best = max(value for value, count in enumerate(histogram) if count)
    if best < 8 or best < mean * _CLEAR:
        return None
    peak = marks.point(lambda value: 255 if value >= best * 0.92 else 0)
    box = peak.getbbox()
    assert box is not None
    x, y = (box[0] + box[2]) / 2 / marks.width, (box[1] + box[3]) / 2 / marks.height
    # What stands at the very edge is rarely what the picture is of.
    return min(max(x, 0.15), 0.85), min(max(y, 0.15), 0.80)


def score(small: Image) -> Image:
    """How much each place of *small* (RGB) asks to be looked at (L)."""
    from PIL import ImageChops, ImageFilter

    grey = small.convert("L")
    detail = ImageChops.difference(grey, grey.filter(ImageFilter.GaussianBlur(2)))
    scored = ImageChops.add(
        detail.point(lambda value: min(255, round(value * 4 * _DETAIL))),
        _skin(small).point(lambda value: round(value * _SKIN)),
    )
    weighted = ImageChops.multiply(scored, _centre(*small.size))
    return weighted.filter(ImageFilter.GaussianBlur(max(small.size) * _HEAD))


def _skin(small: Image) -> Image:
    """Where the hue is that of skin, of any shade (L)."""
    from PIL import ImageChops

    hue, saturation, value = small.convert("HSV").split()
    hue = hue.point(lambda step: 255 if step < 28 or step > 247 else 0)
    saturation = saturation.point(lambda step: 255 if 38 < step < 175 else 0)
    value = value.point(lambda step: 255 if step > 50 else 0)
    return ImageChops.multiply(ImageChops.multiply(hue, saturation), value)


@lru_cache(maxsize=16)
def _centre(width: int, height: int) -> Image:
    """Full in the middle, weak towards the edges; a little above the middle is best (L)."""
    from PIL import Image

    def weight(x: int, y: int) -> int:
        across, down = (x + 0.5) / width - 0.5, (y + 0.5) / height - 0.45
        return round(255 * max(0.15, 1 - 2.2 * (across * across + down * down)))

    return Image.frombytes(
        "L", (width, height), bytes(weight(x, y) for y in range(height) for x in range(width))
    )
