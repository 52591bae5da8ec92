"""Where a word may be hyphenated, by the patterns of its language."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["has_patterns", "hyphenation_points"]

_WORD = re.compile(r"[^\W\d_]{6,}")  # shorter words gain nothing
_LEAST = 3  # letters on either side of a hyphen


@cache
def has_patterns() -> bool:
    """Whether `pyphen` is installed."""
    return find_spec("pyphen") is not None


def hyphenation_points(text: str, language: str) -> frozenset[int]:
    """Positions in *text* before which a hyphen may end a line; none for unknown languages."""
    patterns = _patterns(language) if language and has_patterns() else None
    if patterns is None:
        return frozenset()
    return frozenset(
        word.start() + int(point)
        for word in _WORD.finditer(text)
        for point in patterns.positions(word.group())
        if _LEAST <= point <= word.end() - word.start() - _LEAST
    )


@cache
def _patterns(language: str) -> Any:
    import pyphen

    known = pyphen.language_fallback(language.replace("-", "_"))
    return pyphen.Pyphen(lang=known) if known else None
