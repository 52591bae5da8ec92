"""A card being painted: the picture, and what the painters of its layers need to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sharekit.composer import values
from sharekit.composer.colors import WHITE, Rgb
from sharekit.composer.crop import Crop
from sharekit.composer.palette import resolve
from sharekit.composer.setting import Direction
from sharekit.composer.sizes import Size
from sharekit.composer.spots import Spot
from sharekit.composer.theme import Tokens

if TYPE_CHECKING:
    from PIL.Image import Image

    from sharekit.composer.marks import Mark
    from sharekit.composer.pictures import Picture

__all__ = ["Canvas", "Measured", "Rect", "Unsuited"]

Rect: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom, px in the picture."""


class Unsuited(Exception):
    """The picture does not suit the layout. *layout* is what to draw instead, if there is one."""

    def __init__(self, layout: str | None) -> None:
        super().__init__(layout)
        self.layout = layout


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The contrast of one line of text with what is really behind it."""

    layer: str
    text: str
    contrast: float
    size: float
    weight: float


@dataclass(slots=True, kw_only=True)
class Canvas:
    """A card being painted, and what its painters need to know."""

    size: Size
    direction: Direction
    tokens: Tokens
    values: Mapping[str, Any]
    spots: Mapping[str, Spot]
    cuts: Mapping[str, tuple[Picture, Crop]]
    mark: Mark | None
    logo_tint: Any
    files: Callable[[str], Path]
    _image: Image | None = None
    text_color: Rgb = WHITE
    """What `color: auto` is: the last veil's."""
    measured: list[Measured] = field(default_factory=list)
    kept: dict[object, Image | None] | None = None
    """What was made of the picture before, as long as nothing but that is painted."""

    @property
    def image(self) -> Image:
        """The picture, RGB; a plane of the theme's ground at first."""
        if self._image is None:
            from PIL import Image

            self._image = Image.new("RGB", self.size.pixels, self.tokens.ground)
        return self._image

    @image.setter
    def image(self, image: Image) -> None:
        self._image = image

    def rect(self, spot: Spot) -> Rect:
        """The spot's box in the picture."""
        left = spot.left(self.size, self.direction)
        return left, spot.top, left + spot.width, spot.top + spot.height

    def color(self, name: str) -> tuple[Rgb, float]:
        """The colour *name* and its opacity."""
        return resolve(name, self.tokens, self.text_color)

    def number(self, template: str) -> int:
        """The whole number that *template* says, 0 for anything else."""
        text = values.template(template)(self.values).strip()
        return min(int(text), 100_000) if text.isdecimal() else 0

    def line_rects(self, spot: Spot) -> list[tuple[str, Rect]]:
        """The inked box of each line of the spot's text, as whole px inside the picture."""
        assert spot.block is not None
        left = spot.left(self.size, self.direction)
        boxes = [
            (
                line.text,
                (
                    left + line.ink.left,
                    spot.top + line.ink.top,
                    left + line.ink.right,
                    spot.top + line.ink.bottom,
                ),
            )
            for line in spot.block.lines
            if line.ink
        ]
        width, height = self.image.size
        whole = [
            (
                text,
                (max(int(a), 0), max(int(b), 0), min(int(c) + 1, width), min(int(d) + 1, height)),
            )
            for text, (a, b, c, d) in boxes
        ]
        return [(text, box) for text, box in whole if box[0] < box[2] and box[1] < box[3]]
