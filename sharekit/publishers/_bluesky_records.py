"""The records of Bluesky: pure values, by its lexicons.

https://github.com/bluesky-social/atproto/tree/main/lexicons/app/bsky
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeAlias

from sharekit.model import Card, Limits, Link, Mention, Message, Tag
from sharekit.publishers._thread import texts
from sharekit.text import graphemes, hashtags, links, mentions

__all__ = ["Spans", "external", "facets", "image", "key", "post", "spans"]

Spans: TypeAlias = tuple[str, Sequence[Link | Mention | Tag]]
"""A text and what in it is more than text."""

_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_TAG_GRAPHEMES, _TAG_BYTES = 64, 640


def key(message: Message, number: int) -> str:
    """The record key of part *number*: a TID that the message always has again.

    A TID is 53 bits of microseconds and 10 of a clock's number (https://atproto.com/specs/tid).
    Both ends are filled from the message's key: messages that were made at the same moment
    must not meet, so the time is set back by up to 2^32 microseconds (71 minutes).
    """
    digest = int.from_bytes(sha256(f"{message.key}/{number}".encode()).digest()[:6], "big")
    microseconds = int(message.created.timestamp() * 1_000_000)
    moment = max(microseconds - (digest >> 16), 0) & (2**53 - 1)
    value = moment << 10 | digest & 0x3FF
    return "".join(_DIGITS[value >> shift & 31] for shift in range(60, -1, -5))


def post(
    message: Message,
    number: int,
    *,
    facets: list[dict[str, Any]],
    embed: dict[str, Any] | None,
    reply: dict[str, Any] | None,
    labels: Sequence[str] = (),
) -> dict[str, Any]:
    """app.bsky.feed.post of part *number*, as written now.

    Feeds are sorted by this time, so it is not the one when the message was made, which may be
    weeks ago for a scheduled post.
    """
    created = datetime.now(UTC).isoformat(timespec="milliseconds")
    record: dict[str, Any] = {
        "$type": "app.bsky.feed.post",
        "text": texts(message)[number],
        "createdAt": created.replace("+00:00", "Z"),
    }
    if message.language:
        record["langs"] = [message.language]
    optional = {"facets": facets, "embed": embed, "reply": reply, "labels": _labels(labels)}
    return record | {name: value for name, value in optional.items() if value}


def _labels(names: Sequence[str]) -> dict[str, Any] | None:
    """The labels by com.atproto.label.defs#selfLabels."""
    values = [{"val": name} for name in names]
    return {"$type": "com.atproto.label.defs#selfLabels", "values": values} if values else None


def spans(message: Message, number: int, limits: Limits) -> Spans:
    """Part *number* with its links, mentions and hashtags."""
    text = texts(message)[number]
    if number == 0:
        return text, (*message.links, *message.mentions, *message.tags)
    return text, (
        *links.find(text, limits),
        *mentions.find(text, limits.mention_rule),
        *hashtags.find(text, limits.tag_rule),
    )


def facets(spans: Spans, did_of: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """app.bsky.richtext.facet for each span: UTF-8 offsets, in order, none over another.

    *did_of* gives the DID of a handle; a mention of nobody stays text.
    """
    text, marked = spans
    found: list[dict[str, Any]] = []
    end = 0
    for span in sorted(marked, key=lambda one: one.start):
        if span.start < end or not 0 <= span.start < span.end <= len(text):
            continue
        feature = _feature(span, did_of)
        if feature:
            index = {"byteStart": _bytes(text, span.start), "byteEnd": _bytes(text, span.end)}
            found.append({"index": index, "features": [feature]})
            end = span.end
    return found


def _feature(
    span: Link | Mention | Tag, did_of: Callable[[str], str | None]
) -> dict[str, str] | None:
    kind = "app.bsky.richtext.facet"
    if isinstance(span, Link):
        return {"$type": f"{kind}#link", "uri": span.url}
    if isinstance(span, Tag):
        fits = graphemes.length(span.tag) <= _TAG_GRAPHEMES and len(span.tag.encode()) <= _TAG_BYTES
        return {"$type": f"{kind}#tag", "tag": span.tag} if fits else None
    # A handle is a domain name; anything else can be nobody's.
    did = did_of(span.handle) if "." in span.handle else None
    return {"$type": f"{kind}#mention", "did": did} if did else None


def _bytes(text: str, at: int) -> int:
    return len(text[:at].encode())


def image(card: Card, blob: Any) -> dict[str, Any]:
    """app.bsky.embed.images with the card as its one picture."""
    ratio = {"width": card.width, "height": card.height}
    return {
        "$type": "app.bsky.embed.images",
        "images": [{"alt": card.alt, "image": blob, "aspectRatio": ratio}],
    }


def external(message: Message, thumb: Any) -> dict[str, Any]:
    """app.bsky.embed.external: the card of the link, which no server builds for us."""
    card = {
        "uri": message.url or "",
        "title": message.title or "",
        "description": message.summary,
    }
    if thumb is not None:
        card["thumb"] = thumb
    return {"$type": "app.bsky.embed.external", "external": card}
