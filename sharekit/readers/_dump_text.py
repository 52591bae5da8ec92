"""The body of a dumped post: its paragraphs, and a summary without what embeds leave behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sharekit.text.drupal import summary_of

__all__ = ["paragraphs", "summary", "titled"]

# What a video or a widget becomes when a page is printed as text.
_RESIDUE = re.compile(
    r"\bmytubethumb\s+play\b"
    r"|%3C(?:iframe|script|div|blockquote)[^\s<>]*?(?:%3E(?=\s|$)|(?=\s|$))"
    r"|\bPrivacy statement\.\s+This embed will serve content from\s+\S+",
    re.IGNORECASE,
)


def paragraphs(lines: Sequence[str]) -> str:
    """*lines* with one empty line between paragraphs, however many there were."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def summary(body: str, alts: Iterable[str]) -> str:
    """The beginning of *body*, as long as Drupal's teaser, in one line.

    An alt text of *alts* that is glued to the first word is no part of the sentence.
    """
    text = _RESIDUE.sub("", body)
    for alt in alts:
        rest = text.removeprefix(alt)
        if rest != text and rest[:1].isalnum():
            text = rest
            break
    text = "\n".join(line for line in (line.strip() for line in text.splitlines()) if line)
    return " ".join(summary_of(text).split())


def titled(body: str) -> tuple[str | None, str]:
    """The title that *body* begins with, and the rest."""
    first, _, rest = body.partition("\n")
    if first.removesuffix(":") == "Title" and rest.strip():
        first, _, rest = rest.strip().partition("\n")
    return first.strip() or None, rest.strip()
