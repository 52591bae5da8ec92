"""The shadow or the light under a text on a picture: as strong as it must be, and no stronger.

Two candidates are taken from the picture's own hue, so that the veil belongs to it. For each the
least opacity is sought at which the text can be read and its ground is calm; the darker one wins
unless the lighter is much weaker, so bright pictures carry dark text on their own brightness.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, cast

from sharekit.composer import colors, measure
from sharekit.composer.colors import WHITE, Rgb

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Region", "Shape", "Veil", "choose", "soften", "veil"]

Region: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom, px."""

Polarity = Literal["auto", "dark", "light"]

CONTRAST = 5.2
"""Aimed at under the text; 4.5 must be left on the finished card."""
CALM = 9.5
"""Standard deviation of L* that the eye reads over."""
RESTLESS = 11.0
"""Above this the picture is softened as well."""

_LIGHTNESS = tuple(colors.lightness(light) for light in colors.LINEAR)
"""L* of each of sRGB's greys."""

_SOFT_LIMIT, _HARD_LIMIT = 0.90, 0.97
_LIGHT_BONUS = 0.18
_EASE = (
    *((0.0, 1.0), (0.12, 0.965), (0.25, 0.88), (0.40, 0.70), (0.55, 0.48)),
    *((0.70, 0.27), (0.84, 0.10), (0.93, 0.03), (1.0, 0.0)),
)
"""How the veil falls off: share of the way, share of the opacity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Veil:
    """What is laid under a text. *opacity* 0 to 1, *text* is the colour to write in."""

    color: Rgb
    text: Rgb
    opacity: float
    blurred: bool


def choose(under: Image, *, scrim: Rgb, ink: Rgb, polarity: Polarity = "auto") -> Veil:
    """The veil for a text over *under* (RGB, the pixels below the text and a little around it)."""
    small = under.reduce(4) if min(under.size) >= 16 else under
    ground = _Ground(small)
    mean = cast("Rgb", small.resize((1, 1), resample=4).getpixel((0, 0)))
    dark = _Candidate(_darkened(mean, scrim), WHITE)
    light = _Candidate(_lightened(mean), ink if colors.luminance(ink) < 0.18 else scrim)
    by_dark, by_light = ground.least_opacity(dark), ground.least_opacity(light)
    is_light = polarity == "light" or (polarity == "auto" and by_light + _LIGHT_BONUS < by_dark)
    chosen, opacity = (light, by_light) if is_light else (dark, by_dark)
    return Veil(
        color=chosen.color,
        text=chosen.text,
        opacity=opacity,
        blurred=ground.restlessness > RESTLESS,
    )


class _Candidate(NamedTuple):
    color: Rgb
    text: Rgb


def _darkened(color: Rgb, scrim: Rgb) -> Rgb:
    while colors.luminance(color) > 0.0045:
        color = cast("Rgb", tuple(int(channel * 0.85) for channel in color))
    return colors.mix(color, scrim, 0.5)


def _lightened(color: Rgb) -> Rgb:
    while colors.luminance(color) < 0.86:
        color = cast(
            "Rgb", tuple(min(255, -(-int(100 * (c + (255 - c) * 0.12)) // 100)) for c in color)
        )
    return color


class _Ground:
    """What lies under a text, as two histograms; what a veil makes of it is worked out on them.

    A veil mixes in sRGB, so in sRGB's steps a pixel's lightness moves in a straight line towards
    the veil's. That is exact for greys and near for colours; the finished card is looked at again.
    """

    def __init__(self, small: Image) -> None:
        self._light = measure.light_histogram(small)
        tones = small.convert("L", measure.WEIGHTS).histogram()
        # A quarter of the steps is fine enough, and these sums are taken some twenty times.
        self._tones = [
            (4 * step + 1.5, count)
            for step in range(64)
            if (count := sum(tones[4 * step : 4 * step + 4]))
        ]
        self.restlessness = self._restless(1.0, 0.0)

    def least_opacity(self, candidate: _Candidate) -> float:
        """The smallest opacity at which the text is legible on calm ground."""
        text = colors.luminance(candidate.text)
        # The pixels that are most like the text: the lightest ones under a white text.
        worst = measure.percentile(self._light, 0.985 if text > 0.5 else 0.015)
        step, veil_step = colors.encoded(worst), colors.encoded(colors.luminance(candidate.color))

        def legible(opacity: float) -> bool:
            mixed = colors.decoded(step * (1 - opacity) + veil_step * opacity)
            return colors.contrast_of(text, mixed) >= CONTRAST

        def good(opacity: float) -> bool:
            return legible(opacity) and self._restless(1 - opacity, veil_step * opacity) <= CALM

        if good(0.0):
            return 0.0
        if good(_SOFT_LIMIT):
            return _bisected(good, 0.0, _SOFT_LIMIT)
        # Calm is a wish, contrast is not.
        return _SOFT_LIMIT if legible(_SOFT_LIMIT) else _bisected(legible, _SOFT_LIMIT, _HARD_LIMIT)

    def _restless(self, scale: float, shift: float) -> float:
        """The standard deviation of L* when each tone is scaled and shifted (0 to 1)."""
        up = shift * 255 + 0.5
        tones = [(count, _LIGHTNESS[int(step * scale + up)]) for step, count in self._tones]
        total = sum(count for count, _ in tones)
        mean = sum(count * tone for count, tone in tones) / total
        return float((sum(count * (tone - mean) ** 2 for count, tone in tones) / total) ** 0.5)


def _bisected(good: Callable[[float], bool], low: float, high: float) -> float:
    while high - low > 0.005:
        middle = (low + high) / 2
        low, high = (low, middle) if good(middle) else (middle, high)
    return high


def veil(card: Image, shape: Shape, chosen: Veil, opacity: float) -> None:
    """Lay *chosen* over *card*, in *shape*, at *opacity* instead of its own."""
    from PIL import Image

    mask = _mask(shape, shape.fall, round(opacity * 1000))
    # Pasting a plane costs a third of pasting a colour.
    card.paste(Image.new("RGB", mask.size, chosen.color), (0, shape.start(shape.fall)), mask)


def soften(card: Image, shape: Shape) -> None:
    """Blur *card* under the veil's shape, with a shorter fall."""
    from PIL import Image, ImageFilter

    fall = round(shape.size[1] * 0.10)
    top = shape.start(fall)
    radius = max(0.0035 * card.width, 3)
    # A quarter of the size, and the enlarging itself smooths: a quarter of the time as well.
    small = card.reduce(4, (0, top, *card.size))
    small = small.filter(ImageFilter.GaussianBlur(radius / 4 * 0.92))
    blurred = small.resize((card.width, card.height - top), Image.Resampling.BILINEAR)
    card.paste(blurred, (0, top), _mask(shape, fall, 1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Where a veil lies: full below *top*, falling over *fall* px above it.

    *across* is the px from the start edge up to which it is full, `None` for the whole width;
    *mirrored* counts them from the right.
    """

    size: tuple[int, int]
    top: int
    fall: int
    across: int | None = None
    mirrored: bool = False

    def start(self, fall: int) -> int:
        """The first row that a fall of *fall* px touches."""
        return max(0, self.top - fall)


@lru_cache(maxsize=32)
def _mask(shape: Shape, fall: int, opacity: int) -> Image:
    """The veil per pixel from `shape.start(fall)` to the bottom; *opacity* is in thousandths."""
    from PIL import Image, ImageChops
    from PIL.Image import Transpose

    width, height = shape.size
    first = shape.start(fall)
    rows = [
        _at(_EASE, (shape.top - row) / fall) if row < shape.top else 1.0
        for row in range(first, height)
    ]
    column = bytes(round(255 * share * opacity / 1000) for share in rows)
    mask = Image.frombytes("L", (1, len(rows)), column).resize(
        (width, len(rows)), Image.Resampling.NEAREST
    )
    if shape.across is None:
        return mask
    stops = _across(shape.across, width)
    row_bytes = bytes(round(255 * _at(stops, x / width)) for x in range(width))
    across = Image.frombytes("L", (width, 1), row_bytes).resize(mask.size, Image.Resampling.NEAREST)
    if shape.mirrored:
        across = across.transpose(Transpose.FLIP_LEFT_RIGHT)
    return ImageChops.multiply(mask, across)


def _across(full: int, width: int) -> Sequence[tuple[float, float]]:
    """Full up to *full* px, then weaker towards the end edge."""
    start = full / width
    rest = 1 - start
    return (
        (0.0, 1.0),
        (start, 1.0),
        (start + rest * 0.25, 0.86),
        (start + rest * 0.60, 0.62),
        (1.0, 0.45),
    )


def _at(stops: Sequence[tuple[float, float]], where: float) -> float:
    """The value at *where* between *stops*."""
    for (left, low), (right, high) in pairwise(stops):
        if where <= right:
            return low + (high - low) * (where - left) / (right - left) if right > left else high
    return stops[-1][1]
