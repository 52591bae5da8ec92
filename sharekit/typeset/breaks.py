"""Where a line may end: UAX #14 with the tailorings that titles want.

https://www.unicode.org/reports/tr14/ (revision 55, Unicode 17); names like LB15a are that
document's rules. `tests/typeset/test_breaks.py` compares them with ICU.

A break's *rank* says how good it is:

- `NEVER`: inside a character, or where the standard forbids it.
- `EMERGENCY`: between any two characters, when nothing else fits.
- `INNER`: inside a word, after its hyphen or slash or at a hyphenation point.
- `ALLOWED`: where the standard allows it.
- `PREFERRED`: at a space, or between two phrases of Japanese or Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sharekit.typeset.properties import KINDS, Kind
from sharekit.typeset.unicode_table import (
    EXTEND,
    FINAL_QUOTE,
    INITIAL_QUOTE,
    PICTOGRAPHIC,
    UNASSIGNED,
    WIDE,
)

__all__ = ["ALLOWED", "EMERGENCY", "INNER", "NEVER", "PREFERRED", "break_ranks"]

NEVER, EMERGENCY, INNER, ALLOWED, PREFERRED = range(5)

_ALPHABETIC = frozenset({"AL", "HL"})
_KOREAN = frozenset({"JL", "JV", "JT", "H2", "H3"})
_AKSARA = frozenset({"AK", "AS"})
_AFTER_START = frozenset({"", "BK", "CR", "LF", "NL", "SP", "ZW", "CB", "GL"})  # LB20a
_BEFORE_QUOTE = frozenset({"", "BK", "CR", "LF", "NL", "OP", "QU", "GL", "SP", "ZW"})  # LB15a
_AFTER_QUOTE = frozenset(  # LB15b
    {"SP", "GL", "WJ", "CL", "QU", "CP", "EX", "IS", "SY", "BK", "CR", "LF", "NL", "ZW", ""}
)
_HARD = frozenset({"BK", "CR", "LF", "NL"})
_BARE = _HARD | {"SP", "ZW"}  # what LB9 joins no marks to
_DOTTED_CIRCLE = "\u25cc"
_NUMERIC = _ALPHABETIC | {"NU"}
_LETTERS = _ALPHABETIC | _KOREAN | {"ID", "NU"}  # what `keep_all` keeps together
# A shorter token with a slash is one word (and/or, TCP/IP); a longer one is an address.
_LONG_TOKEN = 25
_TOKEN = re.compile(r"\S+")


def _pairs(*rows: tuple[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (before, after)
        for left, right in rows
        for before in left.split()
        for after in right.split()
    )


# LB23 to LB29 as far as they look at two neighbours only.
_TOGETHER = _pairs(
    ("AL HL", "NU AL HL PR PO"),
    ("NU", "AL HL"),
    ("PR", "ID EB EM AL HL NU JL JV JT H2 H3"),
    ("PO", "AL HL NU"),
    ("ID EB EM JL JV JT H2 H3", "PO"),
    ("HY IS", "NU"),
    ("JL", "JL JV H2 H3"),
    ("JV H2", "JV JT"),
    ("JT H3", "JT"),
    ("IS", "AL HL"),
    ("EB", "EM"),
    ("SY", "HL"),
)


class _Item(NamedTuple):
    """A character and the marks that LB9 joins to it. *start* is its position in the text,
    *circle* says that it is the dotted circle and *joins* that its last mark is a joiner.
    """

    start: int
    line: str
    kind: Kind
    circle: bool = False
    joins: bool = False


def break_ranks(
    text: str, starts: Sequence[int], *, strict: bool = True, keep_all: bool = False
) -> list[int]:
    """A rank for a break before each position of *text*, and for one at its end.

    *starts* are the positions of its grapheme clusters. *strict* also keeps small kana and
    the long vowel mark off a line's start (CSS `line-break: strict`), *keep_all* keeps
    letters together in Korean (CSS `word-break: keep-all`). Scripts written without spaces
    need a dictionary besides: see `sharekit.typeset.words`.
    """
    ranks = [NEVER] * (len(text) + 1)
    for start in starts:
        ranks[start] = EMERGENCY
    ranks[0] = NEVER
    ranks[-1] = PREFERRED
    items = _items(text, strict=strict)
    context = _Context(items)
    for index in range(1, len(items)):
        item = items[index]
        if not ranks[item.start] or not context.breaks_before(index):
            continue
        if items[index - 1].line in ("SP", "ZW"):
            ranks[item.start] = PREFERRED
        elif keep_all and items[index - 1].line in _LETTERS and item.line in _LETTERS:
            continue
        elif _inside_word(items, index):
            ranks[item.start] = INNER
        else:
            ranks[item.start] = ALLOWED
    _join_short_tokens(text, ranks)
    return ranks


def _inside_word(items: Sequence[_Item], index: int) -> bool:
    """Whether a break would follow a hyphen between two letters (forty-one)."""
    return (
        items[index - 1].line in ("HY", "HH")
        and index > 1
        and items[index - 2].line in _LETTERS
        and items[index].line in _LETTERS
    )


def _join_short_tokens(text: str, ranks: list[int]) -> None:
    if "/" not in text:
        return
    for token in _TOKEN.finditer(text):
        if token.end() - token.start() >= _LONG_TOKEN:
            continue
        for position in range(token.start() + 1, token.end()):
            if text[position - 1] == "/" and ranks[position] == ALLOWED:
                ranks[position] = INNER


def _items(text: str, *, strict: bool) -> list[_Item]:
    """LB1, LB9 and LB10: resolved classes, marks joined to what they follow."""
    items: list[_Item] = []
    for position, char in enumerate(text):
        kind = KINDS[char]
        line = _resolved(kind, strict=strict)
        joins = line == "ZWJ"
        if joins or line == "CM":
            if items and items[-1].line not in _BARE:
                items[-1] = items[-1]._replace(joins=joins)
                continue
            line = "AL"
        items.append(_Item(position, line, kind, char == _DOTTED_CIRCLE, joins))
    return items


def _resolved(kind: Kind, *, strict: bool) -> str:
    line = kind.line
    if line in ("AI", "SG", "XX"):
        return "AL"
    if line == "SA":
        return "CM" if kind.flags & EXTEND else "AL"
    if line == "CJ":
        return "NS" if strict else "ID"
    return line


class _Context:
    """Answers for each item whether a line may break before it."""

    def __init__(self, items: Sequence[_Item]) -> None:
        self.items = items
        self.numeric = self._numbers()

    def _numbers(self) -> list[str]:
        """LB25: `open` on items of `NU (SY | IS)*`, `closed` on the bracket that follows."""
        states: list[str] = []
        state = ""
        for item in self.items:
            if item.line == "NU" or (state == "open" and item.line in ("SY", "IS")):
                state = "open"
            elif state == "open" and item.line in ("CL", "CP"):
                state = "closed"
            else:
                state = ""
            states.append(state)
        return states

    def line(self, index: int) -> str:
        """The class of an item, empty before the first and after the last."""
        return self.items[index].line if 0 <= index < len(self.items) else ""

    def wide(self, index: int) -> bool:
        return 0 <= index < len(self.items) and bool(self.items[index].kind.flags & WIDE)

    def flag(self, index: int, flag: int) -> bool:
        return 0 <= index < len(self.items) and bool(self.items[index].kind.flags & flag)

    def breaks_before(self, index: int) -> bool:
        before, after = self.line(index - 1), self.line(index)
        if before in _HARD:
            return not (before == "CR" and after == "LF")  # LB4, LB5
        if after in _HARD or after in ("SP", "ZW"):  # LB6, LB7
            return False
        solid = index - 1
        while self.line(solid) == "SP":
            solid -= 1
        if self.line(solid) == "ZW":  # LB8
            return True
        if self.items[index - 1].joins or self._glued(index, solid):  # LB8a
            return False
        if before == "SP":  # LB18
            return True
        return self._adjacent(index, before, after)

    def _glued(self, index: int, solid: int) -> bool:
        """LB11 to LB17: no break, for some of these not even after spaces.

        *solid* is the last item before *index* that is not a space.
        """
        before, after = self.line(solid), self.line(index)
        spaced = solid < index - 1
        if after == "WJ" or (not spaced and before in ("WJ", "GL")):  # LB11, LB12
            return True
        if after == "GL" and not spaced:  # LB12a
            return before not in ("BA", "HY", "HH")
        if after in ("CL", "CP", "EX", "SY") or before == "OP":  # LB13, LB14
            return True
        if (
            before == "QU"
            and self.flag(solid, INITIAL_QUOTE)
            and self.line(solid - 1) in _BEFORE_QUOTE
        ):
            return True  # LB15a
        if (
            after == "QU"
            and self.flag(index, FINAL_QUOTE)
            and self.line(index + 1) in _AFTER_QUOTE
        ):
            return True  # LB15b
        if after == "IS":  # LB15c, LB15d
            return not (spaced and self.line(index + 1) == "NU")
        if before in ("CL", "CP") and after == "NS":  # LB16
            return True
        return before == after == "B2"  # LB17

    def _adjacent(self, index: int, before: str, after: str) -> bool:
        """LB19 to LB31, for neighbours without a space between them."""
        if self._quoted(index, before, after):
            return False
        if before == "CB" or after == "CB":  # LB20
            return True
        if (
            before in ("HY", "HH")
            and after in _ALPHABETIC
            and self.line(index - 2) in _AFTER_START
        ):
            return False  # LB20a
        if after in ("BA", "HH", "HY", "NS", "IN") or before == "BB":  # LB21, LB22
            return False
        if self.line(index - 2) == "HL" and before in ("HY", "HH") and after != "HL":  # LB21a
            return False
        if (before, after) in _TOGETHER or self._numeric(index, before, after):
            return False
        if (before in _ALPHABETIC and after in _ALPHABETIC) or self._aksara(index):  # LB28
            return False
        if before in _NUMERIC and after == "OP" and not self.wide(index):  # LB30
            return False
        if before == "CP" and not self.wide(index - 1) and after in _NUMERIC:
            return False
        if before == after == "RI":  # LB30a
            return self._flags_before(index) % 2 == 0
        emoji = self.flag(index - 1, PICTOGRAPHIC) and self.flag(index - 1, UNASSIGNED)
        return not (emoji and after == "EM")  # LB30b

    def _quoted(self, index: int, before: str, after: str) -> bool:
        """LB19 and LB19a: no break at quotes, but before an opening one and after a closing one
        that stand between wide characters.
        """
        if after == "QU":
            opening = self.flag(index, INITIAL_QUOTE)
            return not (opening and self.wide(index - 1) and self.wide(index + 1))
        if before == "QU":
            closing = self.flag(index - 1, FINAL_QUOTE)
            return not (closing and self.wide(index) and self.wide(index - 2))
        return False

    def _numeric(self, index: int, before: str, after: str) -> bool:
        """LB25 where it needs more than two neighbours."""
        state = self.numeric[index - 1]
        if state and after in ("PO", "PR"):
            return True
        if state == "open" and after == "NU":
            return True
        if before in ("PO", "PR") and after == "OP":
            following = self.line(index + 1)
            return following == "NU" or (following == "IS" and self.line(index + 2) == "NU")
        return False

    def _aksara(self, index: int) -> bool:
        """LB28a. Its dotted circle is alphabetic in every other rule."""
        before, after = self.line(index - 1), self.line(index)
        if self.aksara(index) and before == "AP":
            return True
        if self.aksara(index - 1):
            if after in ("VF", "VI"):
                return True
            return self.aksara(index) and self.line(index + 1) == "VF"
        return (
            before == "VI"
            and self.aksara(index - 2)
            and (after == "AK" or self.items[index].circle)
        )

    def aksara(self, index: int) -> bool:
        if not 0 <= index < len(self.items):
            return False
        return self.items[index].line in _AKSARA or self.items[index].circle

    def _flags_before(self, index: int) -> int:
        count = 0
        while self.line(index - 1 - count) == "RI":
            count += 1
        return count
