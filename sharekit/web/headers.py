"""Headers of requests."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["HARMLESS", "conditions", "merged"]

HARMLESS = {"accept", "accept-language", "if-none-match", "if-modified-since", "user-agent"}
"""Of the caller's headers, those that may follow to another origin; others may be credentials."""


def merged(ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """*theirs* over *ours*, whatever the case of the names."""
    given = {name.lower() for name in theirs}
    return {k: v for k, v in ours.items() if k.lower() not in given} | dict(theirs)


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The headers that ask for a page only if it has changed (RFC 9110, 13.1)."""
    found = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in found.items() if value}
