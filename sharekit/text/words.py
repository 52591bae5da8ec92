"""A text on its way to a channel, with its links, and the places where it may be cut."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sharekit.model import Limits, Link
from sharekit.text import graphemes, hashtags, links, mentions, weighted

__all__ = ["Words", "cutting_places", "is_word_end", "tidy", "whole_spans"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text and its links; a link may show less than the address that it leads to."""

    text: str
    links: tuple[Link, ...] = ()

    def then(self, text: str, *, url: str | None = None) -> Words:
        """These words followed by *text*: after a blank line if they have lines, else a space.

        With *url*, all of *text* is a link to it.
        """
        if not text:
            return self
        gap = "" if not self.text else "\n\n" if "\n" in self.text else " "
        start = len(self.text) + len(gap)
        added = (Link(start=start, end=start + len(text), url=url),) if url else ()
        return Words(text=f"{self.text}{gap}{text}", links=(*self.links, *added))

    def replaced(self, start: int, end: int, instead: str) -> Words:
        """These words with *start* to *end* replaced. A link that is touched is one no more."""
        shift = len(instead) - (end - start)
        kept = [link for link in self.links if link.end <= start]
        moved = [
            Link(start=link.start + shift, end=link.end + shift, url=link.url)
            for link in self.links
            if link.start >= end
        ]
        text = f"{self.text[:start]}{instead}{self.text[end:]}"
        return Words(text=text, links=(*kept, *moved))

    def with_short_links(self) -> Words:
        """These words with every link that shows its whole address shortened for the eye."""
        out: list[str] = []
        moved: list[Link] = []
        at = size = 0
        for link in self.links:
            written = self.text[link.start : link.end]
            shown = links.short(link.url) if written == link.url else written
            start = size + link.start - at
            out += [self.text[at : link.start], shown]
            moved.append(Link(start=start, end=start + len(shown), url=link.url))
            at, size = link.end, start + len(shown)
        return Words(text="".join([*out, self.text[at:]]), links=tuple(moved))

    def part(self, start: int, end: int) -> Words:
        """The words from *start* to *end*, with the links that stand in there whole."""
        inside = [link for link in self.links if start <= link.start and link.end <= end]
        moved = (
            Link(start=link.start - start, end=link.end - start, url=link.url) for link in inside
        )
        return Words(text=self.text[start:end], links=tuple(moved))

    def link_to(self, url: str | None) -> Link | None:
        """The first link to *url*."""
        return next((link for link in self.links if link.url == url), None)


def tidy(text: str) -> str:
    """*text* without what no channel shows or takes.

    Line ends become LF, at most one line stays empty, the ends are trimmed; control characters,
    lone surrogates and U+FEFF, U+FFFE, U+FFFF go. Letters are composed (NFC): Telegram drops some
    marks that stand by themselves (`clean_input_string` in
    https://github.com/tdlib/td/blob/master/td/telegram/misc.cpp), and others count in that form.
    """
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    text = re.sub("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]", "", text)
    return re.sub(r"[^\S\n]*\n(?:[^\S\n]*\n)+", "\n\n", text).strip()


def whole_spans(words: Words, limits: Limits) -> list[tuple[int, int]]:
    """What is never cut inside: links, mentions, hashtags and cashtags, in order."""
    text = words.text
    # Where nobody is told of it, a handle is not cut either.
    rule = "common" if limits.mention_rule == "none" else limits.mention_rule
    found = [(link.start, link.end) for link in words.links]
    found += links.spans(text, limits)
    found += [(mention.start, mention.end) for mention in mentions.find(text, rule)]
    found += [(tag.start, tag.end) for tag in hashtags.find(text, limits.tag_rule)]
    return sorted([*found, *weighted.cashtags(text)])


def cutting_places(
    text: str, start: int, end: int, whole: Iterable[tuple[int, int]]
) -> Sequence[int]:
    """The offsets from *start* to *end* where *text* may end: no grapheme or *whole* is split."""
    inside = bytearray(len(text) + 1)
    for first, last in whole:
        inside[first + 1 : last] = b"\x01" * max(last - first - 1, 0)
    places = (start + offset for offset in (0, *graphemes.boundaries(text[start:end])))
    return [place for place in places if not inside[place]]


def is_word_end(text: str, at: int) -> bool:
    """Whether a word ends or starts at *at*, as far as the script marks its words by spaces."""
    if at in {0, len(text)}:
        return True
    before, after = text[at - 1], text[at]
    return before.isspace() or after.isspace() or (_unspaced(before) and _unspaced(after))


def _unspaced(char: str) -> bool:
    return any(first <= char <= last for first, last in _UNSPACED)


# Thai and Lao, Tibetan, Burmese, Khmer, Chinese and Japanese.
_UNSPACED = (
    *(("\u0e00", "\u0eff"), ("\u0f00", "\u0fff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff")),
    *(("\u2e80", "\u312f"), ("\u31a0", "\ua4cf"), ("\uf900", "\ufaff"), ("\uff00", "\uffef")),
    ("\U00020000", "\U0003ffff"),
)
