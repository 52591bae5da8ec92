"""The text dump of a Drupal listing: a page on which every field is printed with its label.

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
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sharekit.errors import Problem, ReadError
from sharekit.model import Asset, Post
from sharekit.ports import ReaderSettings
from sharekit.readers import _dump_terms, _dump_text, _input
from sharekit.readers._dates import in_zone

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["DATE_LINE", "Dump"]

_FEATURED, _TWEET, _SHARE, _ISSUES = "Featured image", "Tweet Text", "Share Image", "Related issues"
_AUTHOR, _STYLE = "Author", "Style"
_ORDER = (
    "Date",
    _FEATURED,
    "Show featured image",
    "Hide banner image",
    _TWEET,
    _SHARE,
    _ISSUES,
    "Documents",
    "Show related content",
    _AUTHOR,
    "Menu parent dynamic listing",
    "Show PDF in viewer on page",
    _STYLE,
    "Show list numbers",
)
_LABELS = {label: place for place, label in enumerate(_ORDER)}
_FLAGS = frozenset(label for label in _ORDER if label.startswith(("Show ", "Hide ")))
_VALUELESS = _FLAGS | {"Documents"}
_SINGLE = frozenset({_STYLE})
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


class Dump(ReaderSettings):
    """A text dump of a Drupal listing: one file, or the `*.txt` of a folder."""

    vocabulary: tuple[str, ...] = ()
    """The site's terms, to tell joined ones apart. Without it they are learnt from all posts."""
    titled: bool = False
    """Each body begins with its title: a line of its own, or a label `Title` and the title."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield the posts in the order of the pages. Flags are present and unknown (`None`).

        A body without its block at the end of a document is reported, as is a post whose date
        does not exist. Raises `ReadError` when there is no post at all.
        """
        pages = [
            page
            for name, text in _input.texts(self.source, web, "*.txt")
            for page in _pages(text, name, web)
        ]
        posts = [post for page in pages for post in page.posts]
        if not posts:
            raise ReadError(
                "no post in this text: no line 'Date' with a date like"
                " 'Thursday, March 8, 2018 - 11:45am' below it",
                where=self.source,
                code="dump-empty",
                hint="Copy the whole page, with the labels of its fields.",
            )
        issues = [post.values.get(_ISSUES, "") for post in posts]
        terms = _dump_terms.learn(issues, self.vocabulary)
        names: dict[str, int] = {}
        seen = set()
        for page in pages:
            for found in page.posts:
                content = (found.local, found.body)
                if content in seen:  # pages of a listing overlap when something was added
                    continue
                seen.add(content)
                name = f"{found.local:%Y-%m-%d-%H%M}"
                names[name] = names.get(name, 0) + 1
                unique = name if names[name] == 1 else f"{name}-{names[name]}"
                yield self._post(found, unique, page.site, terms, web)

    def _post(
        self, found: _Found, name: str, site: str | None, terms: frozenset[str], web: Session
    ) -> Post:
        published, assumed = in_zone(found.local, self.timezone)
        values = found.values
        title, body = _dump_text.titled(found.body) if self.titled else (None, found.body)
        featured, share = _alt(values, _FEATURED), _alt(values, _SHARE)
        extra = {
            label: value
            for label, value in values.items()
            if label not in _FLAGS and label not in (_FEATURED, _TWEET, _SHARE, _STYLE)
        }
        extra |= {"zone": "assumed"} if assumed else {}
        extra |= {"site": site} if site else {}
        alts = [asset.alt for asset in (featured, share) if asset and asset.alt]
        return Post(
            id=name,
            title=title,
            summary=_dump_text.summary(body, alts),
            body=body,
            published=published,
            authors=tuple(values.get(_AUTHOR, "").splitlines()),
            tags=self._tags(found, terms, web),
            language=self.language,
            image=featured,
            share_image=share,
            # Written for one network by its name, but the post's own social text all the same.
            social={"*": values[_TWEET]} if _TWEET in values else {},
            style=values.get(_STYLE),
            flags=dict.fromkeys(sorted(_VALUELESS & values.keys(), key=_LABELS.__getitem__)),
            extra={"dialect": "drupal", **extra},
            source=found.where,
        )

    def _tags(self, found: _Found, terms: frozenset[str], web: Session) -> tuple[str, ...]:
        tags: list[str] = []
        for value in found.values.get(_ISSUES, "").splitlines():
            parts = _dump_terms.split(value, terms) or (value,)
            unknown = [part for part in parts if part not in self.vocabulary]
            if self.vocabulary and unknown:
                web.report(
                    Problem(
                        code="dump-term",
                        severity="warning",
                        message=f"{unknown[0]!r} is not in the vocabulary",
                        where=found.where,
                        hint="Add it to `vocabulary`, or the terms it consists of.",
                    )
                )
            tags += parts
        return tuple(dict.fromkeys(tags))


@dataclass(slots=True)
class _Found:
    """A post as it stands in the text. A label that is absent is not in *values*."""

    local: datetime
    body: str
    values: dict[str, str]
    where: str


@dataclass(slots=True)
class _Page:
    """A document: its posts, and the site that its trailer names."""

    posts: list[_Found] = field(default_factory=list)
    site: str | None = None


def _pages(text: str, name: str, web: Session) -> list[_Page]:
    """The documents in *text*, which may be several in a row."""
    reader = _Lines(text, name)
    pages = [_Page()]
    while reader.at < len(reader.lines):
        start, block = reader.at, reader.next_block()
        end = len(reader.lines) if block is None else block
        if trailer := reader.trailer(start, end):
            pages[-1].site, before, reader.at = trailer
            reader.incomplete(start, before, web)
            pages.append(_Page())
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

    def post(self, start: int, block: int) -> _Found:
        """The post whose body begins at *start* and whose block begins at *block*."""
        start = min(self._skip_blank(start), block)
        date_at = self._date_below(block)
        assert date_at is not None
        values, self.at = self._values(date_at + 1)
        where = f"{self.name}:{start + 1}"
        local = _local(self.lines[date_at], f"{self.name}:{date_at + 1}")
        return _Found(local, _dump_text.paragraphs(self.lines[start:block]), values, where)

    def _values(self, index: int) -> tuple[dict[str, str], int]:
        """The labelled values from *index* on, and where the block ends."""
        values: dict[str, str] = {}
        last = "Date"
        while (index := self._skip_blank(index)) < len(self.lines):
            label = _label(self.lines[index])
            if label is not None and _LABELS[label] > _LABELS[last]:
                values[label], last = "", label
                index += 1
            elif last not in values or last in _VALUELESS or values[last]:
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
            if following is not None and _LABELS[following] > _LABELS[label]:
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
    return name if name in _LABELS else None


def _alt(values: dict[str, str], label: str) -> Asset | None:
    """A picture of which only the words are known. Absent: no picture; no value: no words."""
    return Asset(alt=" ".join(values[label].split())) if label in values else None


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
