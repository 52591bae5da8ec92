"""Telegram: sendMessage, or sendPhoto with a caption, to a channel, group or chat of a bot.

Texts go out without a parse mode, so that nothing in them is markup; a link under other words
is marked by its place. A bot cannot read what it has sent, so a lost answer stays open. Sources:
https://core.telegram.org/bots/api#sendmessage, #sendphoto, #linkpreviewoptions.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from pydantic import SecretStr

from sharekit.errors import Unauthorized
from sharekit.model import Limits, Message, Receipt, Who
from sharekit.publishers._account import NetworkAccount, picture
from sharekit.publishers._answers import pick
from sharekit.web import Session

__all__ = ["Telegram"]


class Telegram(NetworkAccount):
    """One chat that a bot writes to."""

    default_limits: ClassVar[Limits] = Limits(
        length=4_096,
        caption_length=1_024,
        unit="chars",
        image_bytes=10_000_000,
        image_ratio=(1 / 20, 20),
        link_card="crawl",
        link_text="short",
    )

    token: SecretStr | None = None
    """The bot's token, from @BotFather."""
    chat: int | str
    """Where the bot writes: @channel or a chat's number. The bot must be an administrator."""
    topic: int | None = None
    """The number of a forum's topic."""
    silent: bool = False
    """Send without a sound."""
    base_url: str = "https://api.telegram.org"
    """Where the Bot API is."""

    def publish(self, message: Message, web: Session) -> Receipt:
        """Send one message."""
        self.check(message)
        shared = {
            "chat_id": self.chat,
            "message_thread_id": self.topic,
            "disable_notification": self.silent or None,
        }
        entities = _hidden_links(message)
        if message.attach == "image" and message.card:
            card = message.card
            result = self._call(
                web,
                "sendPhoto",
                message,
                data=shared | {"caption": message.text, "caption_entities": _as_field(entities)},
                files={"photo": (card.path.name, picture(card), card.mime)},
            )
        else:
            body = shared | {
                "text": message.text,
                "entities": entities,
                "link_preview_options": _preview(message),
            }
            given = {name: value for name, value in body.items() if value is not None}
            result = self._call(web, "sendMessage", message, json=given)
        return _receipt(result)

    def whoami(self, web: Session) -> Who:
        """The bot, and the chat that it writes to."""
        bot = self._call(web, "getMe", repeatable=True)
        chat = self._call(web, "getChat", json={"chat_id": self.chat}, repeatable=True)
        title = chat.get("title") or chat.get("username") or str(self.chat)
        name = f"@{pick(bot, 'username')}"
        return Who(
            id=pick(bot, "id"), name=name, limits=self.limits, notes=(f"It writes to {title}.",)
        )

    def _call(
        self, web: Session, method: str, message: Message | None = None, **request: Any
    ) -> Any:
        token = self.secret("token", web, message)
        answer = web.call(
            "POST",
            f"{self.base_url.rstrip('/')}/bot{token}/{method}",
            accept=(404,),
            timeout=self.timeout,
            **request,
        )
        if answer.status == 404:
            raise Unauthorized(
                "Telegram knows no bot with this token",
                hint="Ask @BotFather for the token again.",
            )
        data = answer.json()
        pick(data, "ok")
        return data["result"]


def _preview(message: Message) -> dict[str, Any]:
    """The card that Telegram draws from the page at the message's link."""
    if message.attach != "link" or not message.url:
        return {"is_disabled": True}
    return {"url": message.url, "prefer_large_media": True}


def _hidden_links(message: Message) -> list[dict[str, Any]] | None:
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


def _as_field(entities: list[dict[str, Any]] | None) -> str | None:
    """*entities* in a form, where a list would be several fields."""
    return json.dumps(entities) if entities else None


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _receipt(sent: Any) -> Receipt:
    number, chat = pick(sent, "message_id"), pick(sent, "chat", "id")
    name = sent["chat"].get("username")
    place = name or (f"c/{chat.removeprefix('-100')}" if chat.startswith("-100") else None)
    return Receipt(id=f"{chat}/{number}", url=f"https://t.me/{place}/{number}" if place else None)
