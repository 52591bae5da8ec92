"""The weighted count of twitter-text, configuration 3, with emoji as one.

https://github.com/twitter/twitter-text/blob/master/config/v3.json: a text in NFC has 280 to
spend; a URL costs 23, an emoji 2, a code point 1 in four ranges (Latin to Georgian, and
general punctuation) and 2 elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from sharekit.text import emoji, urls
from sharekit.text.domains import BLANK, SPACES

__all__ = ["Weighted", "cashtags", "weigh", "weight"]

_URL = 23
_EMOJI = 2
_LIMIT = 280
_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_INVALID = re.compile("[\ufffe\ufeff\uffff]")
_CASHTAG = re.compile(
    rf"(?:\A|(?<=[{SPACES}]))\$[a-zA-Z]{{1,6}}(?:[._][a-zA-Z]{{1,2}})?"
    rf"(?=\Z|[{BLANK}!'#%&()*+,\\\-./:;<=>?@\[\]^_{{|}}~$])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighted:
    """A text's weight, and what the rules say of it.

    *valid*: not empty, within *limit*, and without a character that is refused (U+FFFE, U+FEFF,
    U+FFFF). *permillage* is the weight in thousandths of the limit.
    """

    weight: int
    permillage: int
    valid: bool


def weigh(text: str, limit: int = _LIMIT) -> Weighted:
    """All that the rules say of *text*."""
    total = weight(text)
    valid = 0 < total <= limit and not _INVALID.search(text)
    return Weighted(weight=total, permillage=total * 1000 // limit, valid=valid)


def weight(text: str) -> int:
    """What *text* weighs."""
    text = unicodedata.normalize("NFC", text)
    pieces = [(url.start, 0, url.counted_to) for url in urls.find(text, urls.bare_rule())]
    pieces += [(start, 1, end) for start, end in emoji.sequences(text)]
    total = at = 0
    for start, kind, end in sorted(pieces):
        if start >= at:
            total += _plain(text[at:start]) + (_EMOJI if kind else _URL)
            at = end
    return total + _plain(text[at:])


def _plain(text: str) -> int:
    return len(text) if text.isascii() else len(text) + len(_HEAVY.findall(text))


def is_refused(text: str) -> bool:
    """Whether *text* has a character that is never taken."""
    return _INVALID.search(text) is not None


def cashtags(text: str) -> list[tuple[int, int]]:
    """Where *text* has a cashtag (`$ACME`): start and end (exclusive) in code points."""
    return [match.span() for match in _CASHTAG.finditer(text)] if "$" in text else []
