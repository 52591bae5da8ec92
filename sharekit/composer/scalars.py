"""The small values of a layout file, checked and said in a layout author's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

from sharekit.composer import colors, places, values
from sharekit.composer.sizes import SIZES
from sharekit.composer.theme import COLOR_NAMES

__all__ = [
    "MAX_EDGE",
    "Color",
    "Condition",
    "Corners",
    "Extent",
    "FontSize",
    "FontSizes",
    "Name",
    "Numbers",
    "Places",
    "Px",
    "Radius",
    "Rooms",
    "Share",
    "SizeName",
    "Value",
]

MAX_EDGE = 4_000
"""How far from the card's corner anything may lie, px."""

_CORNERS = ("top-start", "top-end", "bottom-end", "bottom-start")
_LEAST_FONT, _MOST_FONT = 8, 2_000
_MOST_RADIUS = 2_000
_MIX = re.compile(r"(?P<name>[a-z_]+)\s+(?P<percent>\d{1,3}(\.\d+)?)%")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _listed(value: Any, most: int) -> list[Any]:
    """One value or several as several."""
    several = list(value) if isinstance(value, (list, tuple)) else [value]
    if not 1 <= len(several) <= most:
        raise ValueError(f"takes one to {most} values, not {len(several)}")
    return several


def _places(value: Any) -> tuple[int | str, ...]:
    options = _listed(value, 4)
    for option in options:
        if isinstance(option, str):
            places.place(option)
        elif not _is_whole(option) or abs(option) > MAX_EDGE:
            raise ValueError(f"{option!r} is not a place; write a number or  title.top - 36")
    return tuple(options)


def _rooms(value: Any) -> tuple[str, ...]:
    conditions = _listed(value, 4)
    for condition in conditions:
        places.room(str(condition))
    return tuple(conditions)


def _corners(value: Any) -> tuple[str, ...]:
    named = _listed(value, 4)
    for corner in named:
        if corner not in _CORNERS:
            raise ValueError(f"{corner!r} is not a corner; there are {', '.join(_CORNERS)}")
    return tuple(named)


def _radius(value: Any) -> Any:
    if value != "theme" and not (_is_whole(value) and 0 <= value <= _MOST_RADIUS):
        raise ValueError(f"is 0 to {_MOST_RADIUS} px, or 'theme', not {value!r}")
    return value


def _numbers(value: Any) -> Any:
    """The whole card, or a box as numbers: in range, and neither empty nor negative."""
    if value == "card":
        return value
    if not isinstance(value, (list, tuple)) or len(value) != 4 or not all(map(_is_whole, value)):
        raise ValueError("is 'card', [x, y, width, height] in whole px, or a mapping of edges")
    if any(abs(number) > MAX_EDGE for number in value):
        raise ValueError(f"lies within {MAX_EDGE} px of the card's corner")
    if value[2] < 1 or value[3] < 1:
        raise ValueError(f"is at least 1 px wide and high, not {value[2]} by {value[3]}")
    return value


def _font_sizes(value: Any) -> tuple[int, int]:
    largest, smallest = _pair(value)
    if not _LEAST_FONT <= smallest <= largest <= _MOST_FONT:
        raise ValueError(
            f"are [largest, smallest] px, from {_MOST_FONT} down to {_LEAST_FONT}, not {value!r}"
        )
    return largest, smallest


def _pair(value: Any) -> Sequence[int]:
    """A single size stands for a range of one."""
    pair = [value, value] if _is_whole(value) else value
    if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not all(map(_is_whole, pair)):
        raise ValueError(f"are one whole number or [largest, smallest], not {value!r}")
    return pair


def _color(value: str) -> str:
    """A token, a token's share over the ground, a hex colour, or `{{ theme.ink }}`."""
    name = value.strip()
    if name.startswith("{{") and name.endswith("}}"):
        name = name[2:-2].strip().removeprefix("theme.")
    if name.startswith("#"):
        colors.parse(name)
        return name
    if mixed := _MIX.fullmatch(name):
        if mixed["name"] in COLOR_NAMES and float(mixed["percent"]) <= 100:
            return name
    elif name in COLOR_NAMES or name == "auto":
        return name
    known = ", ".join(COLOR_NAMES)
    raise ValueError(f"{value!r} is not a colour; write '#0b5d8a', 'ink 16%' or one of {known}")


def _value(text: str) -> str:
    values.template(text)
    return text


def _condition(text: str) -> str:
    values.condition(text)
    return text


def _size_name(value: str) -> str:
    if value not in SIZES:
        raise ValueError(f"{value!r} is not a size; there are {', '.join(SIZES)}")
    return value


Px: TypeAlias = Annotated[int, Field(ge=-MAX_EDGE, le=MAX_EDGE)]
Extent: TypeAlias = Annotated[int, Field(ge=1, le=MAX_EDGE)]
Numbers: TypeAlias = Annotated[
    tuple[int, int, int, int] | Literal["card"], BeforeValidator(_numbers)
]
Places: TypeAlias = Annotated[tuple[int | str, ...], BeforeValidator(_places)]
Rooms: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_rooms)]
Corners: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_corners)]
Radius: TypeAlias = Annotated[int | Literal["theme"], BeforeValidator(_radius)]
FontSize: TypeAlias = Annotated[int, Field(ge=_LEAST_FONT, le=_MOST_FONT)]
FontSizes: TypeAlias = Annotated[tuple[int, int], BeforeValidator(_font_sizes)]
Color: TypeAlias = Annotated[str, AfterValidator(_color)]
Value: TypeAlias = Annotated[str, Field(max_length=2_000), AfterValidator(_value)]
Condition: TypeAlias = Annotated[str, Field(max_length=2_000), AfterValidator(_condition)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
SizeName: TypeAlias = Annotated[str, AfterValidator(_size_name)]
