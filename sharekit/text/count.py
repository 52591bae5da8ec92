"""How long a text is, the way a channel itself counts. Which way that is stands in `Limits`.

The graphemes with reserved links are the fediverse's
(https://github.com/mastodon/mastodon/blob/main/app/validators/status_length_validator.rb):
a URL with a scheme costs a fixed length, `@user@host` costs `@user`, and a content warning
counts as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from sharekit.model import Attach, Count, Limits, Message
from sharekit.text import graphemes, hashtags, links, markup, mentions, urls, weighted

__all__ = ["count", "count_message", "fits_until", "has_room", "limit_for", "refusals"]


def count(text: str, limits: Limits, *, attach: Attach = "none", warning: str = "") -> Count:
    """The length of *text* by *limits*, and whether the channel takes it.

    A text with a picture (*attach* `image`) has the caption's limit where there is one. A
    content *warning* counts too where the channel has them. *fits* speaks for all of the
    channel's rules: the length, the UTF-8 bytes, and what `refusals` names.
    """
    warning = warning if limits.content_warning else ""
    limit = limit_for(limits, attach)
    length = _length(text, limits, warning)
    fits = (limit is None or length <= limit) and _bytes_fit(warning + text, limits)
    return Count(
        length=length, limit=limit, unit=limits.unit, fits=fits and not refusals(text, limits)
    )


def has_room(text: str, limits: Limits, *, attach: Attach = "none", warning: str = "") -> bool:
    """Whether *text* is short enough, whatever else is wrong with it."""
    warning = warning if limits.content_warning else ""
    limit = limit_for(limits, attach)
    length_fits = limit is None or _length(text, limits, warning) <= limit
    return length_fits and _bytes_fit(warning + text, limits)


def refusals(text: str, limits: Limits) -> list[str]:
    """Why the channel would not take *text*, its length apart."""
    found = []
    counted = (
        ("links", limits.max_links, lambda: links.addresses(text)),
        ("hashtags", limits.max_tags, lambda: hashtags.find(text, limits.tag_rule)),
        ("cashtags", limits.max_cashtags, lambda: weighted.cashtags(text)),
    )
    for what, most, there in counted:
        if most is not None and (number := len(there())) > most:
            found.append(f"it has {number} {what}, and {most} may be")
    if limits.unit == "weighted" and weighted.is_refused(text):
        found.append("it has a character that is never taken (U+FFFE, U+FEFF or U+FFFF)")
    return found


def count_message(message: Message, limits: Limits) -> Count:
    """The length of *message*'s text. *fits* speaks for all parts of a thread."""
    warning = message.content_warning or ""
    first = count(message.text, limits, attach=message.attach, warning=warning)
    if all(count(part, limits, warning=warning).fits for part in message.parts):
        return first
    return Count(length=first.length, limit=first.limit, unit=first.unit, fits=False)


def limit_for(limits: Limits, attach: Attach) -> int | None:
    """The limit of a text that goes out with *attach*, in the channel's unit."""
    if attach == "image" and limits.caption_length is not None:
        return limits.caption_length
    return limits.length


def fits_until(text: str, limits: Limits, *, attach: Attach = "none", warning: str = "") -> int:
    """How many code points of *text* have room: where the excess begins."""

    def room_to(end: int) -> bool:
        return has_room(text[:end], limits, attach=attach, warning=warning)

    ends = [0, *graphemes.boundaries(text)]
    low, high = 0, len(ends)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if room_to(ends[middle]) else (low, middle)
    return ends[low]


def _length(text: str, limits: Limits, warning: str = "") -> int:
    if limits.unit == "weighted":
        return weighted.weight(warning + text)
    if limits.link_length is not None or limits.mention_domain_free:
        text = _conceded(text, limits)
    if limits.markup == "markdown":
        text = markup.markdown(text, links.find(text, limits))
    # In a warning nothing is a link: what stands there counts as it is written.
    return _UNITS[limits.unit](warning + text)


def _conceded(text: str, limits: Limits) -> str:
    """*text* with its links at their fixed length and its mentions without their hosts."""
    pieces: list[tuple[int, int, str]] = []
    if limits.link_length is not None:
        placeholder = "x" * limits.link_length
        found = urls.find(text, urls.schemed_rule())
        pieces += [(url.start, url.end, placeholder) for url in found]
    if limits.mention_domain_free and "@" in text:
        pieces += _mentions(text)
    out: list[str] = []
    at = 0
    for start, end, instead in sorted(pieces):
        if start >= at:
            out += [text[at:start], instead]
            at = end
    return "".join([*out, text[at:]])


def _mentions(text: str) -> Iterator[tuple[int, int, str]]:
    for start, end, name in mentions.of_fediverse(text):
        yield start, end, "@" + name.partition("@")[0]


def _bytes_fit(text: str, limits: Limits) -> bool:
    return limits.max_bytes is None or _bytes(text) <= limits.max_bytes


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def _emoji_as_bytes(text: str) -> int:
    """Code points, but an emoji as long as its UTF-8."""
    if text.isascii():
        return len(text)
    return sum(
        _bytes(cluster) if _emoji().search(cluster) else len(cluster)
        for cluster in graphemes.graphemes(text)
    )


@cache
def _emoji() -> re.Pattern[str]:
    import regex

    pattern: re.Pattern[str] = regex.compile(
        r"\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Emoji}\p{Emoji_Modifier}"
    )
    return pattern


_UNITS: dict[str, Callable[[str], int]] = {
    "graphemes": graphemes.length,
    "chars": len,
    "utf16": urls.utf16_length,
    "bytes": _bytes,
    "chars+emoji-bytes": _emoji_as_bytes,
}
