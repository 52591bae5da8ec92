"""A long text in several posts: numbered, each whole and within the limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from sharekit.model import Attach, Limits
from sharekit.text.count import has_room
from sharekit.text.fit import furthest
from sharekit.text.words import Words, cutting_places, whole_spans

__all__ = ["split"]

_MOST = 99
_BREAKS = (re.compile(r"\n\s*$"), re.compile(r"[.!?…。！？][\"'”’»)\]]*\s*$"))


def split(
    words: Words,
    limits: Limits,
    *,
    link: str | None = None,
    link_at: Literal["first", "last"] = "first",
    tags: Sequence[str] = (),
    attach: Attach = "none",
    warning: str = "",
) -> list[Words] | None:
    """*words* in parts that each end in their number (`2/5`) and each fit.

    Where a paragraph, else a sentence, else a word ends in the second half of what has room,
    the next part begins. The address *link* closes the first or the last part, *tags* the last.
    *attach* is what the first part goes out with. `None` when it cannot be done, or not in 99.
    """

    def fits(text: str, first: bool) -> bool:
        given: Attach = attach if first else "none"
        return has_room(text, limits, attach=given, warning=warning)

    body, url = _without_link_at_end(words, link)
    for digits in (1, 2):
        parts = _parts(body, limits, url if link_at == "first" else None, digits, fits)
        if parts is None:
            return None
        parts = _closed(parts, url if link_at == "last" else None, tags, digits, fits)
        if len(parts) < 10**digits:
            return [_numbered(part, at, len(parts)) for at, part in enumerate(parts, 1)]
    return None


def _without_link_at_end(words: Words, link: str | None) -> tuple[Words, str | None]:
    """*words* less a link to *link* that closes them, and *link* if it needs a place."""
    found = words.link_to(link) if link else None
    if found is None:
        return words, link
    if found.end == len(words.text) and words.text[: found.start].strip():
        return words.part(0, len(words.text[: found.start].rstrip())), link
    return words, None


def _parts(
    words: Words,
    limits: Limits,
    first_link: str | None,
    digits: int,
    fits: Callable[[str, bool], bool],
) -> list[Words] | None:
    whole = whole_spans(words, limits)
    number = _longest_number(digits)
    parts: list[Words] = []
    start = 0
    while start < len(words.text):
        first = not parts
        url = first_link if first else None

        def has_room(place: int, start: int = start, url: str | None = url) -> bool:
            part = words.part(start, place)
            return fits(_closing(_trimmed(part), url).text + number, start == 0)

        places = cutting_places(words.text, start, len(words.text), whole)
        end = _end(words.text, places, has_room)
        if end is None or end <= start or len(parts) == _MOST:
            return None
        parts.append(_closing(_trimmed(words.part(start, end)), url))
        start = end + len(words.text[end:]) - len(words.text[end:].lstrip())
    return parts


def _end(text: str, places: Sequence[int], has_room: Callable[[int], bool]) -> int | None:
    """Where a part that begins at the first of *places* best ends."""
    best = furthest(text, places, has_room)
    if best is None or best == places[-1]:
        return best
    half = places[0] + (best - places[0]) // 2
    later = [place for place in places if half < place <= best]
    for ending in _BREAKS:
        for place in reversed(later):
            if ending.search(text, max(place - 12, 0), place) and has_room(place):
                return place
    return best


def _closed(
    parts: list[Words],
    link: str | None,
    tags: Sequence[str],
    digits: int,
    fits: Callable[[str, bool], bool],
) -> list[Words]:
    """*parts* with *link* and *tags* at the end of the last, in a part of their own if need be."""
    number = _longest_number(digits)

    def fits_last(words: Words) -> bool:
        return fits(words.text + number, len(parts) == 1)

    last = parts[-1]
    if link:
        closing = _closing(last, link)
        if fits_last(closing):
            parts = [*parts[:-1], closing]
        else:
            parts = [*parts, Words(text="").then(link, url=link)]
    for many in range(len(tags), 0, -1):
        tagged = parts[-1].then(" ".join(tags[:many]))
        if fits_last(tagged):
            return [*parts[:-1], tagged]
    return parts


def _longest_number(digits: int) -> str:
    return f" {'9' * digits}/{'9' * digits}"


def _closing(words: Words, link: str | None) -> Words:
    return words.then(link, url=link) if link else words


def _trimmed(words: Words) -> Words:
    text = words.text
    return words.part(len(text) - len(text.lstrip()), len(text.rstrip()))


def _numbered(words: Words, at: int, total: int) -> Words:
    return Words(text=f"{words.text} {at}/{total}", links=words.links)
