"""What goes along with a text to Telegram: hidden links, and whose page's card is drawn.

https://core.telegram.org/bots/api#messageentity, #linkpreviewoptions
"""

from __future__ import annotations

import json
from typing import Any

from sharekit.model import Message

__all__ = ["as_field", "hidden_links", "preview"]


def preview(message: Message) -> dict[str, Any]:
    """The card that Telegram draws from the page at the message's link."""
    if message.attach != "link" or not message.url:
        return {"is_disabled": True}
    return {"url": message.url, "prefer_large_media": True}


def hidden_links(message: Message) -> list[dict[str, Any]] | None:
    """The links that the text shows otherwise than they are, by places in UTF-16 units."""
    found = [
        {
            "type": "text_link",
            "offset": _utf16(message.text[: link.start]),
            "length": _utf16(message.text[link.start : link.end]),
            "url": link.url,
        }
        for link in message.links
        if message.text[link.start : link.end] != link.url
    ]
    return found or None


def as_field(entities: list[dict[str, Any]] | None) -> str | None:
    """*entities* in a form, where a list would be several fields."""
    return json.dumps(entities) if entities else None


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
