"""Texts for channels that read markup, so that every character arrives as it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from sharekit.model import Link, Tag

__all__ = ["discord", "little"]

# Discord's own parser lets a backslash stand before any character that is no letter, digit or
# space; these are the ones that begin something: emphasis, code, spoilers, links, quotes,
# headings, lists, mentions, custom emoji.
_DISCORD = re.compile(r"[\\*_~`|>\[\]()#<@:-]")
_NUMBERED = re.compile(r"^(\s*\d+)\.", re.MULTILINE)
# https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
_LITTLE = re.compile(r"[\\|{}@\[\]()<>#*_~]")


def discord(text: str, links: Sequence[Link] = ()) -> str:
    """*text* for a channel of Discord: markup is escaped, except in *links*, which stay links."""

    def escaped(part: str) -> str:
        return _NUMBERED.sub(r"\1\.", _DISCORD.sub(r"\\\g<0>", part))

    spans = [(link.start, link.end, text[link.start : link.end]) for link in links]
    return _rewritten(text, spans, escaped)


def little(text: str, tags: Iterable[Tag] = ()) -> str:
    """*text* in LinkedIn's "little" format; *tags* become its hashtags.

    One reserved character without its backslash, and LinkedIn silently drops the rest.
    """
    spans = [(tag.start, tag.end, f"{{hashtag|\\#|{_escaped_little(tag.tag)}}}") for tag in tags]
    return _rewritten(text, spans, _escaped_little)


def _escaped_little(text: str) -> str:
    return _LITTLE.sub(r"\\\g<0>", text)


def _rewritten(
    text: str, spans: Iterable[tuple[int, int, str]], escaped: Callable[[str], str]
) -> str:
    """*text* escaped, with each of *spans* (start, end, what to write) as it is given."""
    out, at = [], 0
    for start, end, written in sorted(spans):
        if start >= at:
            out += [escaped(text[at:start]), written]
            at = end
    return "".join([*out, escaped(text[at:])])
