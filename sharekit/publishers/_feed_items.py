"""What is shared, as a JSON Feed: https://www.jsonfeed.org/version/1.1/."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sharekit.model import Card, Message

__all__ = ["attachment", "file_name", "frame", "identity", "item"]

_SUFFIXES = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


def identity(message: Message) -> str:
    """The id of the message's entry, the same for ever."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'sharekit:{message.key}')}"


def frame(
    *, title: str, home: str | None, url: str, language: str | None, hub: str | None
) -> dict[str, Any]:
    """The feed without its items; *url* is where the folder is read."""
    return _given(
        version="https://jsonfeed.org/version/1.1",
        title=title,
        home_page_url=home or url,
        feed_url=f"{url}/feed.json",
        language=language,
        hubs=[{"type": "WebSub", "url": hub}] if hub else None,
    )


def item(message: Message, media: Mapping[str, Any] | None) -> dict[str, Any]:
    """The entry of *message*, shared now, with *media* as its picture."""
    return _given(
        id=identity(message),
        url=message.url,
        title=message.title,
        content_text="\n\n".join((message.text, *message.parts)),
        summary=message.summary,
        date_published=datetime.now(UTC).isoformat(timespec="seconds"),
        tags=[tag.tag for tag in message.tags],
        language=message.language,
        image=media["url"] if media else None,
        attachments=[media] if media else None,
    )


def file_name(card: Card) -> str:
    """The name of the card's file: by its content, so that it never changes."""
    return f"{card.digest[:32]}{_SUFFIXES.get(card.mime, '.bin')}"


def attachment(card: Card, url: str, size: int) -> dict[str, Any]:
    """The card at *url* as an attachment of *size* bytes; its title is the alt text."""
    return {
        "url": url,
        "mime_type": card.mime,
        "title": card.alt,
        "size_in_bytes": size,
        "_sharekit": {"width": card.width, "height": card.height},
    }


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
