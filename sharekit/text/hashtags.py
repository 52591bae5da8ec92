"""Hashtags: made from a post's tags, and found in a text.

What may stand in one is the common part of the networks' rules: letters with their marks,
digits and the underscore, and at least one that is no digit. Where the client itself marks what
is a hashtag, more may stand in one, as that network's own client has it:
https://github.com/bluesky-social/atproto/blob/main/packages/api/src/rich-text/util.ts
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Literal

from sharekit.model import Tag
from sharekit.text import graphemes
from sharekit.text.domains import BLANK

__all__ = ["find", "from_tags", "hashtag"]

_SIGN = re.compile("[#＃]")
_SHARE = re.compile(
    rf"(?:\A|[({BLANK}])(\$[A-Za-z][A-Za-z0-9]{{0,4}})(?=\Z|[{BLANK}.,;:!?)\"'\u2019])"
)


def hashtag(tag: str) -> str | None:
    """*tag* as a hashtag in camel case: `climate change` is `#ClimateChange`.

    A word keeps its own capitals (`NASA`, `iPhone`). `None` when nothing that a hashtag can
    hold is left, or only digits.
    """
    words = list(_words(unicodedata.normalize("NFC", tag)))
    if len(words) > 1:
        words = [word if _has_capitals(word) else word[:1].title() + word[1:] for word in words]
    joined = "".join(words)
    return f"#{joined}" if any(_is_letter(char) for char in joined) else None


def from_tags(tags: Iterable[str]) -> list[str]:
    """The hashtags of *tags* in order, without repeats that differ only in case."""
    made: dict[str, str] = {}
    for tag in tags:
        if text := hashtag(tag):
            made.setdefault(text.casefold(), text)
    return list(made.values())


def find(text: str, rule: Literal["common", "atproto", "fediverse"] = "common") -> list[Tag]:
    """The hashtags written in *text*: spans in code points, with the sign."""
    if rule == "atproto":
        return list(_marked(text))
    if rule == "fediverse":
        return list(_of_server(text)) if _SIGN.search(text) else []
    ends = ((sign.start(), _end_of_tag(text, sign.start())) for sign in _SIGN.finditer(text))
    return [Tag(start=at, end=end, tag=text[at + 1 : end]) for at, end in ends if end]


def _of_server(text: str) -> Iterator[Tag]:
    """After a blank or at a line's start: words, joined by the server's separators."""
    for found in _server_rule().finditer(text):
        tag = found[1]
        if text.startswith("://", found.end()):
            tag = re.sub("(?<=.)https?$", "", tag)
        yield Tag(start=found.start(), end=found.start() + 1 + len(tag), tag=tag)


@cache
def _server_rule() -> Any:
    import regex

    word, join = r"\p{L}\p{M}\p{Nd}\p{Pc}", "_\u00b7\u30fb\u200c"
    joined = rf"[{word}][{word}{join}]*[\p{{Alphabetic}}{join}][{word}{join}]*[{word}]"
    return regex.compile(
        rf"(?:^|(?<=\p{{White_Space}}))[#＃]({joined}|[{word}]*\p{{Alphabetic}}[{word}]*)",
        regex.MULTILINE,
    )


_LONGEST = 64  # graphemes


def _marked(text: str) -> Iterator[Tag]:
    """After a blank, up to the next one or to a space of no width, less the final punctuation.

    The sign of a currency before a share's short name makes a tag, too; it is part of it.
    """
    end = 0
    found = (*_marked_by_sign(text), *_of_shares(text))
    for tag in sorted(found, key=lambda one: one.start):
        if tag.start >= end:
            end = tag.end
            yield tag


def _of_shares(text: str) -> Iterator[Tag]:
    for found in _SHARE.finditer(text):
        yield Tag(start=found.start(1), end=found.end(1), tag=found[1].upper())


def _marked_by_sign(text: str) -> Iterator[Tag]:
    if not _SIGN.search(text):
        return
    run, punctuation = _patterns()
    for found in run.finditer(text):
        start, body = found.start(), found[1]
        tag = punctuation.sub("", body)
        if tag and (len(tag) <= _LONGEST or graphemes.length(tag) <= _LONGEST):
            yield Tag(start=start, end=start + 1 + len(tag), tag=tag)


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    import regex

    ends = r"\s\ufeff\u00ad\u2060\u200a-\u200d\u20e2"
    word = rf"[^{ends}]*[^0-9\p{{P}}{ends}][^{ends}]*"
    run: re.Pattern[str] = regex.compile(rf"(?:^|(?<=[\s\ufeff]))[#＃](?!\ufe0f)({word})")
    punctuation: re.Pattern[str] = regex.compile(r"\p{P}+\Z")
    return run, punctuation


def _end_of_tag(text: str, at: int) -> int | None:
    """Where the hashtag that starts at *at* ends, if one does."""
    if at and not _may_precede(text[at - 1]):
        return None
    end = at + 1
    if text.startswith("\ufe0f", end):
        return None  # the sign is part of an emoji
    while end < len(text) and _is_part(text[end]):
        end += 1
    if text.startswith(("#", "＃", "://"), end):
        return None
    return end if any(_is_letter(char) for char in text[at + 1 : end]) else None


def _may_precede(char: str) -> bool:
    # A variation selector ends an emoji, not a word.
    return char in "\ufe0e\ufe0f" or not (_is_part(char) or char in "&/")


def _words(tag: str) -> Iterator[str]:
    word = ""
    for char in tag.lstrip("#＃"):
        if _is_part(char) and (word or char not in "\u200c\u200d"):
            word += char
        elif char not in "'’" and word:
            yield word
            word = ""
    if word:
        yield word


def _has_capitals(word: str) -> bool:
    return any(char.isupper() for char in word)


def _is_letter(char: str) -> bool:
    return unicodedata.category(char)[0] in "LM"


def _is_part(char: str) -> bool:
    return unicodedata.category(char) in _PARTS or char in _JOINERS


_PARTS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"})
# What joins the letters of a word in some script: the tie, the middle dots, the wave dashes,
# and the marks of Hebrew and Tibetan.
_JOINERS = frozenset("_\u200c\u200d·・〃〜～゛゜゠\u05be\u05f3\u05f4\u0f0b\u0f0c")
