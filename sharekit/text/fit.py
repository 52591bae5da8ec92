"""Fitting: the most of a text that a channel takes, cut where a reader would cut it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sharekit.model import Attach, Limits
from sharekit.text import graphemes
from sharekit.text.count import has_room
from sharekit.text.words import Words, cutting_places, is_word_end, whole_spans

__all__ = ["ELLIPSIS", "Fitted", "fit", "furthest", "shorten"]

ELLIPSIS = "…"
# What looks left over before an ellipsis.
_LOOSE = " \t\n\xa0\u3000,;:.…·–—-([{«‹“‘„/|&、。，"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """*words* within the limit, unless *fits* is false; *cut*: something of them was left out.

    *tags* are the hashtags that found room.
    """

    words: Words
    cut: bool
    fits: bool
    tags: tuple[str, ...] = ()


def fit(
    words: Words,
    limits: Limits,
    *,
    keep: str | None = None,
    tags: Sequence[str] = (),
    attach: Attach = "none",
    warning: str = "",
) -> Fitted:
    """*words* and as many of *tags* as *limits* allow.

    Hashtags go first, from the last; then words, from the end, with an ellipsis, at a word's
    end and never inside a grapheme, link, mention, hashtag or cashtag. The first link to the
    address *keep* stays; of the text before and after it, the longer is cut first.
    """

    def fits(candidate: Words) -> bool:
        return has_room(candidate.text, limits, attach=attach, warning=warning)

    for number in range(len(tags), -1, -1):
        tagged = words.then(" ".join(tags[:number]))
        if fits(tagged):
            return Fitted(words=tagged, cut=False, fits=True, tags=tuple(tags[:number]))
    for shorter in _shorter(words, limits, keep, fits):
        if fits(shorter):
            return Fitted(words=shorter, cut=True, fits=True)
    return Fitted(words=shorter, cut=True, fits=False)


def _shorter(
    words: Words, limits: Limits, keep: str | None, fits: Callable[[Words], bool]
) -> list[Words]:
    """*words* with one side of the kept link cut; then with that side gone and the other cut."""
    link = words.link_to(keep) if keep else None
    if link is None:
        return [_cut(words, limits, 0, len(words.text), fits)]
    before = len(words.text[: link.start].strip()) >= len(words.text[link.end :].strip())
    first = (0, link.start) if before else (link.end, len(words.text))
    once = _cut(words, limits, *first, fits)
    moved = once.link_to(keep)
    if moved is None:
        raise AssertionError
    second = (moved.end, len(once.text)) if before else (0, moved.start)
    return [once, _cut(once, limits, *second, fits)]


def _cut(
    words: Words, limits: Limits, start: int, end: int, fits: Callable[[Words], bool]
) -> Words:
    """*words* with as much as needed of *start* to *end* gone from its end."""
    whole = whole_spans(words, limits)
    last = start + len(words.text[start:end].rstrip())
    places = cutting_places(words.text, start, last, whole)
    loose_from = [0] + [edge for _, edge in whole]

    def cut_at(place: int) -> Words:
        # Nothing of a link is loose.
        floor = max((edge for edge in loose_from if edge <= place), default=0)
        kept = max(floor, start) + len(words.text[max(floor, start) : place].rstrip(_LOOSE))
        if not words.text[start:kept].strip():
            return words.replaced(start, end, "")
        gap = " " if any(link.end == kept for link in words.links) else ""
        return words.replaced(kept, last, gap + ELLIPSIS)

    at = furthest(words.text, places, lambda place: fits(cut_at(place)))
    return cut_at(start if at is None else at)


def furthest(text: str, places: Sequence[int], fits: Callable[[int], bool]) -> int | None:
    """The best of *places* at which *text* may end and that *fits*: late, and at a word's end.

    A word is broken only when sparing it would cost more than half of what has room.
    """
    low, high = -1, len(places)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(places[middle]) else (low, middle)
    if low < 0:
        return None
    words = [place for place in places[: low + 1] if is_word_end(text, place)]
    least = places[0] + (places[low] - places[0]) // 2
    for place in reversed(words):
        if place < least:
            break
        if fits(place):
            return place
    return places[low]


def shorten(text: str, length: int) -> str:
    """*text* in at most *length* code points, cut at a word's end with an ellipsis."""
    if len(text) <= length:
        return text
    room = max(length - len(ELLIPSIS), 0)
    places = [0, *graphemes.boundaries(text)]
    at = furthest(text, places, lambda place: place <= room) or 0
    return (text[:at].rstrip(_LOOSE) + ELLIPSIS)[:length]
