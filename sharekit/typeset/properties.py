"""Character properties by character: `KINDS[char]`, over the generated table.

The values are those of the Unicode Character Database: bidi classes as in UAX #9, line break
classes as in UAX #14, scripts as ISO 15924 codes.
"""

from __future__ import annotations

import base64
import sys
import zlib
from array import array
from bisect import bisect_right
from typing import NamedTuple

from sharekit.typeset import unicode_table as table

__all__ = ["KINDS", "Kind"]

# A text of random characters may name all of Unicode; remembering that many is not worth it.
_REMEMBERED = 30_000


class Kind(NamedTuple):
    """What a character is. *flags* are the bits of `unicode_table`."""

    bidi: str
    line: str
    script: str
    flags: int


class _Kinds(dict[str, Kind]):
    """A dictionary that fills itself, because a plain look-up is what is fast in Python."""

    def __init__(self) -> None:
        raw = zlib.decompress(base64.b85decode(table.DATA))
        self._starts, self._indexes = array("I"), array("H")
        self._starts.frombytes(raw[: 4 * table.COUNT])
        self._indexes.frombytes(raw[4 * table.COUNT :])
        if sys.byteorder == "big":
            self._starts.byteswap()
            self._indexes.byteswap()
        rows = (kind.split("/") for kind in table.KINDS.split())
        self._kinds = [Kind(bidi, line, script, int(flags)) for bidi, line, script, flags in rows]

    def __missing__(self, char: str) -> Kind:
        if len(self) > _REMEMBERED:
            self.clear()
        kind = self._kinds[self._indexes[bisect_right(self._starts, ord(char)) - 1]]
        self[char] = kind
        return kind


KINDS = _Kinds()
