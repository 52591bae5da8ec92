"""The masters a card is drawn in, their classes, and where nothing readable may stand."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, replace
from typing import TypeAlias

from sharekit.errors import UserError

__all__ = ["CLASSES", "SIZES", "Area", "Size", "named"]

Area: TypeAlias = tuple[int, int, int, int]
"""Left, top, right and bottom, in px from the top start corner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """One master. *covered* are areas that the network prints over, in left-to-right order.

    *classes* are the names under which a layout may give a value for several masters at once.
    *band* is how much of the top and of the bottom is cut off where the card is shown small: what
    must be seen is laid out between, and what runs to an edge there runs on to the card's own.
    *shown_as* names masters to whose shape a network cuts this one, and prints over it as there.
    """

    name: str
    width: int
    height: int
    classes: tuple[str, ...]
    covered: tuple[Area, ...] = ()
    band: int = 0
    shown_as: tuple[str, ...] = ()

    @property
    def core(self) -> Size:
        """The master between the bands, in which a layout's boxes are counted."""
        return replace(self, height=self.height - 2 * self.band, covered=(), band=0)

    def covered_as(self, other: Size) -> tuple[Area, ...]:
        """What is printed over of this master when its middle is shown in *other*'s shape."""
        scale = min(self.width / other.width, self.height / other.height)
        left = (self.width - other.width * scale) / 2
        top = (self.height - other.height * scale) / 2
        return tuple(
            (round(left + a * scale), round(top + b * scale),
             round(left + c * scale), round(top + d * scale))
            for a, b, c, d in other.covered
        )  # fmt: skip

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height, in px."""
        return self.width, self.height


SIZES = {
    size.name: size
    for size in (
        Size(name="og", width=1200, height=630, classes=("landscape",), shown_as=("x",)),
        # A pill with the link's title is printed over the bottom start corner.
        Size(
            name="x",
            width=1200,
            height=675,
            classes=("landscape",),
            covered=((0, 579, 840, 675),),
        ),
        Size(name="square", width=1080, height=1080, classes=("tall",)),
        Size(name="portrait", width=1080, height=1350, classes=("tall",)),
        # A profile's grid of squares cuts it, and shows just what a square card would.
        Size(
            name="grid",
            width=1080,
            height=1350,
            classes=("square", "tall"),
            covered=((0, 0, 1080, 135), (0, 1215, 1080, 1350)),
            band=135,
        ),
        # Name, progress bar and answer field lie over the first and the last 250 px.
        Size(
            name="story",
            width=1080,
            height=1920,
            classes=("tall",),
            covered=((0, 0, 1080, 250), (0, 1670, 1080, 1920)),
        ),
        Size(name="pin", width=1000, height=1500, classes=("tall",)),
    )
}

CLASSES = ("landscape", "tall", "any")
"""Names for several masters: wider than high, not wider than high, all."""


def named(name: str) -> Size:
    """The master called *name*. Raises `UserError` with a suggestion."""
    if name in SIZES:
        return SIZES[name]
    near = difflib.get_close_matches(name, SIZES, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(SIZES)}."
    raise UserError(f"there is no card size named {name!r}", hint=hint, code="size-unknown")
