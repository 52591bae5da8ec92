"""One layer of one card in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.composer.schema import Layer
from sharekit.composer.setting import Direction
from sharekit.composer.sizes import Size

if TYPE_CHECKING:
    from sharekit.typeset import Block

__all__ = ["Lockup", "Spot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockup:
    """A mark and a name beside it. *mark* is its width and height, `None` without a mark."""

    mark: tuple[int, int] | None
    gap: int
    name: Block | None

    @property
    def width(self) -> int:
        """How far it is, px, from the mark's start to the name's end."""
        name = round(self.name.text_width) if self.name else 0
        mark = self.mark[0] if self.mark else 0
        return mark + name + (self.gap if mark and name else 0)


@dataclass(slots=True, kw_only=True)
class Spot:
    """One layer in its place. *start*, *top*, *width* and *height* are its box, px.

    *edges* are what other layers may follow: for a text its cap line, last baseline and the ends
    of its widest line, else the box.
    """

    name: str
    layer: Layer
    start: int
    top: int
    width: int
    height: int
    edges: dict[str, float]
    block: Block | None = None
    lockup: Lockup | None = None

    def left(self, size: Size, direction: Direction) -> int:
        """The box's left edge in the picture."""
        if direction == "rtl" and self.layer.mirror:
            return size.width - self.start - self.width
        return self.start

    def move(self, by: int) -> None:
        """Shift it *by* px towards the end edge."""
        self.start += by
        for edge in ("start", "end"):
            self.edges[edge] += by

    def settle(self, size: Size) -> None:
        """Go from the core of *size* to where it is in the whole; planes at its edges run on."""
        core, band = size.core, size.band
        bleeds = self.layer.kind in ("fill", "image", "scrim")
        above = band if bleeds and self.top <= 0 else 0
        below = band if bleeds and self.top + self.height >= core.height else 0
        self.top += band - above
        self.height += above + below
        self.edges["top"] += band - above
        self.edges["bottom"] += band + below
