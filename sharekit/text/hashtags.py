"""Hashtags: made from a post's tags, and found in a text.

What may stand in one is the common part of the networks' rules: letters with their marks,
digits and the underscore, and at least one that is no digit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from sharekit.model import Tag

__all__ = ["find", "from_tags", "hashtag"]

_SIGN = re.compile("[#＃]")


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


def find(text: str) -> list[Tag]:
    """The hashtags written in *text*: spans in code points, with the sign."""
    ends = ((sign.start(), _end_of_tag(text, sign.start())) for sign in _SIGN.finditer(text))
    return [Tag(start=at, end=end, tag=text[at + 1 : end]) for at, end in ends if end]


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
        if _is_part(char):
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
