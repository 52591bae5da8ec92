"""Places that follow other layers: `title.top - 36`, `top >= brand.bottom + 40`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

__all__ = ["Bound", "Ref", "place", "room"]

_PLACE = re.compile(r"([a-z][a-z0-9_-]*)\.(start|end|top|bottom)(?:\s*([+-])\s*(\d+))?")
_EDGE = r"(?:([a-z][a-z0-9_-]*)\.)?(start|end|top|bottom|lines)"
_ROOM = re.compile(rf"{_EDGE}\s*(>=|<=)\s*(?:{_EDGE}(?:\s*([+-])\s*(\d+))?|(\d+))")


@dataclass(frozen=True, slots=True)
class Ref:
    """An edge of another layer (of this one, when *layer* is empty), moved *by* px."""

    layer: str
    edge: str
    by: int = 0


@dataclass(frozen=True, slots=True)
class Bound:
    """A condition over places: *one* is at least or at most *other*."""

    one: Ref
    sign: str
    other: Ref | int


@cache
def place(value: int | str) -> int | Ref:
    """A number, or the edge that *value* names. Raises `ValueError`."""
    if isinstance(value, int):
        return value
    found = _PLACE.fullmatch(value)
    if not found:
        raise ValueError(f"{value!r} is not a place; write a number or  title.top - 36")
    layer, edge, sign, by = found.groups()
    return Ref(layer, edge, int(f"{sign}{by}") if by else 0)


@cache
def room(value: str) -> Bound:
    """The condition that *value* says. Raises `ValueError`."""
    found = _ROOM.fullmatch(value)
    if not found:
        raise ValueError(f"{value!r} is not a condition; write  top >= brand.bottom + 40")
    layer, edge, sign, other_layer, other_edge, plus, by, number = found.groups()
    one = Ref(layer or "", edge)
    if number is not None:
        return Bound(one, str(sign), int(number))
    return Bound(one, sign, Ref(other_layer or "", other_edge, int(f"{plus}{by}") if by else 0))
