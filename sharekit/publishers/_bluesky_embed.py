"""What a post on Bluesky carries: the picture, or the card of its link, uploaded as a blob."""

from __future__ import annotations

from typing import Any

from sharekit.errors import Refused
from sharekit.model import Card, Limits, Message
from sharekit.publishers import _bluesky_records as records
from sharekit.publishers._account import picture
from sharekit.publishers._bluesky_xrpc import Xrpc

__all__ = ["embed"]


def embed(xrpc: Xrpc, message: Message, limits: Limits) -> dict[str, Any] | None:
    """The picture, or the card of the link: Bluesky never reads the page itself."""
    card = message.card
    if message.attach == "image" and card:
        return records.image(card, _upload(xrpc, card, limits.image_bytes))
    if message.attach == "link" and message.url:
        thumb = _upload(xrpc, card, limits.card_bytes) if card else None
        return records.external(message, thumb)
    return None


def _upload(xrpc: Xrpc, card: Card, most: int | None) -> Any:
    content = picture(card)
    # The server takes a bigger blob, and then refuses every record that uses it.
    if most is not None and len(content) > most:
        raise Refused(
            f"the card has {len(content):,} bytes, and Bluesky takes {most:,} here",
            hint="Draw it as JPEG: sharekit render --type jpeg.",
        )
    return xrpc.upload(content, card.mime)
