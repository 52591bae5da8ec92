"""The grammar of a dump: a page on which every field is printed with its label.

    document = *post [incomplete body] [trailer]      several of them may follow each other
    post     = body block
    block    = "Date" date-line *( label *value-line )
    trailer  = "Pages" "Subscribe to " site-name " RSS"

A line `Date` before a date is the only reliable start of a block. Labels come at most once and
in one order (`_LABELS`), so a line counts as a label only if it stands later in that order than
the last one: neither a body line nor a value can break a block. Checkboxes are printed without
their state, which is therefore unknown. Titles and addresses are not in a dump at all: they come
from a supplement, or not.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sharekit.errors import Problem, ReadError
from sharekit.readers import _dump_text

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = [
    "AUTHOR",
    "DATE_LINE",
    "FEATURED",
    "FLAGS",
    "ISSUES",
    "LABELS",
    "SHARE",
    "STYLE",
    "TWEET",
    "VALUELESS",
    "Found",
    "Page",
    "pages_of",
]

FEATURED, TWEET, SHARE, ISSUES = "Featured image", "Tweet Text", "Share Image", "Related issues"
AUTHOR, STYLE = "Author", "Style"
_ORDER = (
    "Date",
    FEATURED,
    "Show featured image",
    "Hide banner image",
    TWEET,
    SHARE,
    ISSUES,
    "Documents",
    "Show related content",
    AUTHOR,
    "Menu parent dynamic listing",
    "Show PDF in viewer on page",
    STYLE,
    "Show list numbers",
)
LABELS = {label: place for place, label in enumerate(_ORDER)}
FLAGS = frozenset(label for label in _ORDER if label.startswith(("Show ", "Hide ")))
VALUELESS = FLAGS | {"Documents"}
_SINGLE = frozenset({STYLE})
_MOST_LINES = 10  # of one value; more is the next post's body

_WEEKDAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# PHP's 'l, F j, Y - g:ia', and the same with a 24-hour clock.
DATE_LINE = re.compile(
    rf"(?:{_WEEKDAYS}), ({'|'.join(_MONTHS)}) (\d{{1,2}}), (\d{{4}}) - "
    r"(\d{1,2}):(\d\d)(?::\d\d)? ?([ap]m)?",
    re.IGNORECASE,
)
_SUBSCRIBE = re.compile(r"Subscribe to (.+?) RSS(.*)")
# What may stand between "Pages" and the subscription: a pager.
_PAGER = re.compile(r"[\d\s«»‹›….]*(?:(?:first|previous|next|last)[\d\s«»‹›….]*)*", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """A post as it stands in the text. A label that is absent is not in *values*."""

    local: datetime
    body: str
    values: dict[str, str]
    where: str


@dataclass(slots=True)
class Page:
    """A document: its posts, and the site that its trailer names."""

    posts: list[Found] = field(default_factory=list)
    site: str | None = None


def pages_of(text: str, name: str, web: Session) -> list[Page]:
    """The documents in *text*, which may be several in a row."""
    reader = _Lines(text, name)
    pages = [Page()]
    while reader.at < len(reader.lines):
        start, block = reader.at, reader.next_block()
        end = len(reader.lines) if block is None else block
        if trailer := reader.trailer(start, end):
            pages[-1].site, before, reader.at = trailer
            reader.incomplete(start, before, web)
            pages.append(Page())
        elif block is None:
            reader.incomplete(start, end, web)
            break
        else:
            try:
                pages[-1].posts.append(reader.post(start, block))
            except ReadError as error:
                web.report(error)
    return [page for page in pages if page.posts]


class _Lines:
    """The lines of a dump (blanks of all kinds removed at both ends), and how far they are read."""

    def __init__(self, text: str, name: str) -> None:
        self.lines = [line.strip(" \t\r\f\v\u00a0\u200b\ufeff") for line in text.split("\n")]
        self.name = name
        self.at = 0
        self.blocks = [
            index
            for index, line in enumerate(self.lines)
            if _label(line) == "Date" and self._date_below(index)
        ]

    def next_block(self) -> int | None:
        """Where the next line `Date` before a date stands, from here on."""
        place = bisect.bisect_left(self.blocks, self.at)
        return self.blocks[place] if place < len(self.blocks) else None

    def _date_below(self, index: int) -> int | None:
        below = self._skip_blank(index + 1)
        found = below < len(self.lines) and DATE_LINE.fullmatch(self.lines[below])
        return below if found else None

    def _skip_blank(self, index: int) -> int:
        while index < len(self.lines) and not self.lines[index]:
            index += 1
        return index

    def post(self, start: int, block: int) -> Found:
        """The post whose body begins at *start* and whose block begins at *block*."""
        start = min(self._skip_blank(start), block)
        date_at = self._date_below(block)
        assert date_at is not None
        values, self.at = self._values(date_at + 1)
        where = f"{self.name}:{start + 1}"
        local = _local(self.lines[date_at], f"{self.name}:{date_at + 1}")
        return Found(local, _dump_text.paragraphs(self.lines[start:block]), values, where)

    def _values(self, index: int) -> tuple[dict[str, str], int]:
        """The labelled values from *index* on, and where the block ends."""
        values: dict[str, str] = {}
        last = "Date"
        while (index := self._skip_blank(index)) < len(self.lines):
            label = _label(self.lines[index])
            if label is not None and LABELS[label] > LABELS[last]:
                values[label], last = "", label
                index += 1
            elif last not in values or last in VALUELESS or values[last]:
                break
            else:
                values[last], index = self._value(last, index)
        return values, index

    def _value(self, label: str, index: int) -> tuple[str, int]:
        """The value of *label* from *index* on, and where it ends.

        It goes on to the next label of the block. Where none is near, or where the field holds
        one line, it is one line: what follows is the next post's body.
        """
        found = [self.lines[index]]
        after = index + 1
        if label in _SINGLE:
            return found[0], after
        for number in range(after, len(self.lines)):
            line = self.lines[number]
            following = _label(line)
            if following is not None and LABELS[following] > LABELS[label]:
                return "\n".join(found), number
            if following == "Date" or len(found) == _MOST_LINES:
                break
            if line:
                found.append(line)
        return found[0], after

    def trailer(self, start: int, end: int) -> tuple[str, int, int] | None:
        """A trailer between *start* and *end*: the site's name, its first line, what is after.

        Without a line "Pages" it counts only where it stands by itself.
        """
        first = self._skip_blank(start)
        for begin in range(first, end):
            if self.lines[begin] != "Pages" and begin != first:
                continue
            index = begin + (self.lines[begin] == "Pages")
            while index < end and _PAGER.fullmatch(self.lines[index]):
                index += 1
            found = _SUBSCRIBE.fullmatch(self.lines[index]) if index < end else None
            if found:
                # Without a line end after it, the next document's first line is glued to it.
                self.lines[index] = found[2].lstrip()
                return found[1], begin, index
        return None

    def incomplete(self, start: int, end: int, web: Session) -> None:
        """Report a body that has no block, if there is any text between *start* and *end*."""
        start = self._skip_blank(start)
        if start < end:
            web.report(
                Problem(
                    code="dump-incomplete",
                    severity="warning",
                    message="a text without 'Date' and the fields below it; it is left out",
                    where=f"{self.name}:{start + 1}",
                    hint="The copy ends in the middle of a post: copy the rest, too.",
                )
            )


def _label(line: str) -> str | None:
    name = line.removesuffix(":")
    return name if name in LABELS else None


def _local(line: str, where: str) -> datetime:
    found = DATE_LINE.fullmatch(line)
    assert found
    month, day, year, hour, minute, half = found.groups()
    clock = int(hour) % 12 + 12 * (half.lower() == "pm") if half else int(hour)
    number = [name.casefold() for name in _MONTHS].index(month.casefold()) + 1
    try:
        return datetime(int(year), number, int(day), clock, int(minute))  # noqa: DTZ001  (local)
    except ValueError as error:
        msg = f"there is no such date: {line}"
        raise ReadError(msg, where=where, code="dump-date") from error
