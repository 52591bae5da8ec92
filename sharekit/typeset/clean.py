"""What a text is before it is set: composed, one space for any white space, no controls."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from sharekit.typeset.properties import KINDS
from sharekit.typeset.unicode_table import FORMAT, IGNORABLE, UNPRINTABLE

__all__ = ["Cleaned", "clean"]

# Invisible characters that shape, order or break a text and therefore stay: zero width space,
# joiners, word joiner, the marks, embeddings and isolates of UAX #9, and tags (flags).
_KEPT = frozenset(
    "\u200b\u200c\u200d\u200e\u200f\u061c\u2060"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
) | frozenset(map(chr, range(0xE0020, 0xE0080)))
_SOFT_HYPHEN = "\u00ad"
_OBJECT = "\ufffc"  # stands for a picture in text that was copied from a page
_SPARE = 4


class Cleaned(NamedTuple):
    """*hyphens* are the positions where the author's soft hyphens stood, *capped* says whether
    something was cut off at the end.
    """

    text: str
    hyphens: frozenset[int]
    capped: bool


def clean(text: str, limit: int) -> Cleaned:
    """*text* in NFC with single spaces, without invisible characters that mean nothing here.

    At most *limit* characters come back, and no more than four times as many are looked at,
    so that the time is bounded whatever the text is. Characters without a meaning in Unicode
    (private use, unassigned) stay: whether they can be shown is for the fonts to say.
    """
    capped = len(text) > limit * _SPARE
    source = unicodedata.normalize("NFC", text[: limit * _SPARE])
    if source.isascii() and source.isprintable() and "  " not in source:
        source = source.strip()
        return Cleaned(source[:limit], frozenset(), capped or len(source) > limit)
    out: list[str] = []
    hyphens: set[int] = set()
    space = True
    for char in source:
        if char.isspace():
            if not space:
                out.append(" ")
            space = True
        elif char == _SOFT_HYPHEN:
            if not space:
                hyphens.add(len(out))
        elif char in _KEPT or not _dropped(char):
            out.append(char)
            space = False
    if space and out:
        out.pop()
    capped = capped or len(out) > limit
    kept = "".join(out[:limit]).rstrip(" ")
    if not unicodedata.is_normalized("NFC", kept):  # something was dropped before a mark
        return Cleaned(unicodedata.normalize("NFC", kept), frozenset(), capped)
    return Cleaned(kept, frozenset(at for at in hyphens if at < len(kept)), capped)


def _dropped(char: str) -> bool:
    flags = KINDS[char].flags
    if flags & UNPRINTABLE or char == _OBJECT:
        return True
    return flags & (FORMAT | IGNORABLE) == FORMAT | IGNORABLE
