"""Which part of a picture a box shows."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

__all__ = ["DEFAULT_FOCUS", "Crop", "Point", "cover", "scale_for"]

Point: TypeAlias = tuple[float, float]

DEFAULT_FOCUS: Point = (0.5, 0.4)
"""Where to look in a picture that says nothing and shows nothing that stands out."""


class Crop(NamedTuple):
    """A part of a picture, in px of its full size, and where its focal point lands in the box.

    *scale* is how many px of the box one px of the picture becomes: above 1 it is enlarged.
    """

    left: float
    top: float
    right: float
    bottom: float
    scale: float
    focus: Point


def scale_for(picture: tuple[int, int], box: tuple[int, int], zoom: float = 1.0) -> float:
    """How many px of *box* one px of *picture* becomes when it covers the box."""
    return max(box[0] / picture[0], box[1] / picture[1]) * zoom


def cover(
    picture: tuple[int, int],
    box: tuple[int, int],
    *,
    focus: Point = DEFAULT_FOCUS,
    at: Point = (0.5, 0.5),
    zoom: float = 1.0,
) -> Crop:
    """The part of *picture* that covers *box*, its *focus* as near to *at* as the edges allow.

    *focus* and *at* are shares, 0 to 1, of the picture and of the box.
    """
    scale = scale_for(picture, box, zoom)
    shown = (box[0] / scale, box[1] / scale)
    corner = [
        min(
            max(focus[axis] * picture[axis] - at[axis] * shown[axis], 0),
            picture[axis] - shown[axis],
        )
        for axis in (0, 1)
    ]
    landed = (
        (focus[0] * picture[0] - corner[0]) * scale,
        (focus[1] * picture[1] - corner[1]) * scale,
    )
    return Crop(corner[0], corner[1], corner[0] + shown[0], corner[1] + shown[1], scale, landed)
