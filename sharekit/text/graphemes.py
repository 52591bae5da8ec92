"""Grapheme clusters: what a reader calls a character (UAX #29, extended clusters)."""

from __future__ import annotations

from itertools import accumulate

__all__ = ["boundaries", "graphemes", "length"]


def graphemes(text: str) -> list[str]:
    """*text* in its grapheme clusters, in order."""
    if text.isascii() and "\r\n" not in text:
        return list(text)
    import regex

    return list(regex.findall(r"\X", text))


def length(text: str) -> int:
    """How many grapheme clusters *text* has."""
    if text.isascii():
        # The one cluster of two ASCII characters (rule GB3).
        return len(text) - text.count("\r\n")
    return len(graphemes(text))


def boundaries(text: str) -> list[int]:
    """The offsets in code points at which a cluster ends, in order."""
    return list(accumulate(len(cluster) for cluster in graphemes(text)))
