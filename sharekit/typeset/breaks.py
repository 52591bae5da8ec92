"""Where a line may end: UAX #14 with the tailorings that titles want.

https://www.unicode.org/reports/tr14/ (revision 55, Unicode 17); names like LB15a are that
document's rules. `tests/typeset/test_breaks.py` compares them with ICU.

A break's *rank* says how good it is:

- `NEVER`: inside a character, or where the standard forbids it.
- `EMERGENCY`: between any two characters, when nothing else fits.
- `INNER`: inside a word, after its hyphen or slash or at a hyphenation point.
- `ALLOWED`: where the standard allows it.
- `FAIR`: inside a phrase of Japanese, where hiragana end: most often a word does too.
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

__all__ = ["ALLOWED", "EMERGENCY", "FAIR", "INNER", "NEVER", "PREFERRED", "break_ranks"]

NEVER, EMERGENCY, INNER, ALLOWED, FAIR, PREFERRED = range(6)

_ALPHABETIC = frozenset({"AL", "HL"})
_KOREAN = frozenset({"JL", "JV", "JT", "H2", "H3"})
_AKSARA = frozenset({"AK", "AS"})
_AFTER_START = frozenset({"", "BK", "CR", "LF", "NL", "SP", "ZW", "CB", "GL"})  # LB20a
_BEFORE_QUOTE = frozenset({"", "BK", "CR", "LF", "NL", "OP", "QU", "GL", "SP", "ZW"})  # LB15a
_AFTER_QUOTE = frozenset(  # LB15b
    {"SP", "GL", "WJ", "CL", "QU", "CP", "EX", "IS", "SY", "BK", "CR", "LF", "NL", "ZW", ""}
)
_HARD = frozenset({"BK", "CR", "LF", "NL"})
_SOFT = frozenset({"BA", "HY", "HH"})  # LB12a
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
    ("AL HL", "AL HL"),
    ("IS", "AL HL"),
    ("EB", "EM"),
    ("SY", "HL"),
)


class _Item(NamedTuple):
    """A character and the marks that LB9 joins to it. *start* is its position in the text,
    *joins* says that its last mark is a joiner.
    """

    start: int
    line: str
    kind: Kind
    char: str
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
    before = ""
    for index, item in enumerate(items):
        previous, before = before, item.line
        if previous in _ALPHABETIC and item.line in _ALPHABETIC:
            continue  # LB28, which most positions are; no rule before it lets them break
        if (
            item.line in ("SP", "ZW") and previous not in _HARD
        ):  # LB7, in an emergency too: no line starts with a space
            ranks[item.start] = NEVER
        if not index or not ranks[item.start] or not context.breaks_before(index):
            continue
        if previous in ("SP", "ZW"):
            ranks[item.start] = PREFERRED
        elif keep_all and previous in _LETTERS and item.line in _LETTERS:
            continue
        elif _inside_word(items, index):
            ranks[item.start] = INNER
        else:
            ranks[item.start] = ALLOWED
    _join_short_tokens(text, ranks)
    return ranks


def _inside_word(items: Sequence[_Item], index: int) -> bool:
    """Whether a break would follow a hyphen between two letters (forty-one) or a dash between
    two numbers (1990–2026).
    """
    if index == 1 or items[index - 1].line not in ("HY", "HH"):
        return False
    around = {items[index - 2].line, items[index].line}
    return around <= (_LETTERS if items[index - 1].char != "–" else {"NU"})


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
        items.append(_Item(position, line, kind, char, joins))
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
        if not spaced and (before in ("WJ", "GL") or (after == "GL" and before not in _SOFT)):
            return True  # LB11, LB12, LB12a
        if after in ("WJ", "CL", "CP", "EX", "SY") or before == "OP":  # LB11, LB13, LB14
            return True
        if after == "IS":  # LB15c, LB15d
            return not (spaced and self.line(index + 1) == "NU")
        if after == "NS" and before in ("CL", "CP"):  # LB16
            return True
        return before == after == "B2" or self._inside_quotes(index, solid)  # LB17

    def _inside_quotes(self, index: int, solid: int) -> bool:
        """LB15a and LB15b: an opening quote keeps what follows, a closing one what precedes."""
        opening = self.line(solid) == "QU" and self.flag(solid, INITIAL_QUOTE)
        closing = self.line(index) == "QU" and self.flag(index, FINAL_QUOTE)
        return (opening and self.line(solid - 1) in _BEFORE_QUOTE) or (
            closing and self.line(index + 1) in _AFTER_QUOTE
        )

    def _adjacent(self, index: int, before: str, after: str) -> bool:
        """LB19 to LB31, for neighbours without a space between them."""
        if self._quoted(index, before, after):
            return False
        if "CB" in (before, after):  # LB20
            return True
        return not (
            (before, after) in _TOGETHER
            or after in ("BA", "HH", "HY", "NS", "IN")  # LB21, LB22
            or before == "BB"
            or self._hyphenated(index, before, after)
            or self._numeric(index, before, after)
            or self._aksara(index)
            or self._bracketed(index, before, after)
            or self._pictured(index, before, after)
        )

    def _hyphenated(self, index: int, before: str, after: str) -> bool:
        """LB20a and LB21a: a hyphen at a word's start, and one after a Hebrew letter."""
        if before not in ("HY", "HH"):
            return False
        first = self.line(index - 2)
        return (after in _ALPHABETIC and first in _AFTER_START) or (first == "HL" != after)

    def _bracketed(self, index: int, before: str, after: str) -> bool:
        """LB30: person(s), but not before and after wide brackets."""
        return (before in _NUMERIC and after == "OP" and not self.wide(index)) or (
            before == "CP" and after in _NUMERIC and not self.wide(index - 1)
        )

    def _pictured(self, index: int, before: str, after: str) -> bool:
        """LB30a and LB30b: pairs of regional indicators, and pictures with a skin tone."""
        if before == after == "RI":
            return self._flags_before(index) % 2 == 1
        reserved = self.flag(index - 1, PICTOGRAPHIC) and self.flag(index - 1, UNASSIGNED)
        return reserved and after == "EM"

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
            and (after == "AK" or self.items[index].char == _DOTTED_CIRCLE)
        )

    def aksara(self, index: int) -> bool:
        if not 0 <= index < len(self.items):
            return False
        return self.items[index].line in _AKSARA or self.items[index].char == _DOTTED_CIRCLE

    def _flags_before(self, index: int) -> int:
        count = 0
        while self.line(index - 1 - count) == "RI":
            count += 1
        return count
