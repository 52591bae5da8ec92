"""Telegram: sendMessage, or sendPhoto with a caption, to a channel, group or chat of a bot.

Texts go out without a parse mode, so that nothing in them is markup; a link under other words
is marked by its place. A bot cannot read what it has sent, so a lost answer stays open. Sources:
https://core.telegram.org/bots/api#sendmessage, #sendphoto, #linkpreviewoptions.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sharekit.model import Limits, Message, Receipt, Who
from sharekit.publishers import _telegram_text as text
from sharekit.publishers._account import picture
from sharekit.publishers._answers import pick
from sharekit.publishers._telegram_bot import TelegramBot
from sharekit.web import Session

__all__ = ["Telegram"]


class Telegram(TelegramBot):
    """One chat that a bot writes to."""

    default_limits: ClassVar[Limits] = Limits(
        length=4_096,
        caption_length=1_024,
        unit="chars",
        image_bytes=10_000_000,
        image_ratio=(1 / 20, 20),
        link_card="crawl",
        link_text="short",
        mention_rule="username",
    )

    topic: int | None = None
    """The number of a forum's topic."""
    silent: bool = False
    """Send without a sound."""

    def publish(self, message: Message, web: Session) -> Receipt:
        """Send one message."""
        self.check(message)
        shared = {
            "chat_id": self.chat,
            "message_thread_id": self.topic,
            "disable_notification": self.silent or None,
        }
        entities = text.hidden_links(message)
        if message.attach == "image" and message.card:
            card = message.card
            result = self._call(
                web,
                "sendPhoto",
                message,
                data=shared
                | {"caption": message.text, "caption_entities": text.as_field(entities)},
                files={"photo": (card.path.name, picture(card), card.mime)},
            )
        else:
            body = shared | {
                "text": message.text,
                "entities": entities,
                "link_preview_options": text.preview(message),
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


def _receipt(sent: Any) -> Receipt:
    number, chat = pick(sent, "message_id"), pick(sent, "chat", "id")
    name = sent["chat"].get("username")
    place = name or (f"c/{chat.removeprefix('-100')}" if chat.startswith("-100") else None)
    return Receipt(id=f"{chat}/{number}", url=f"https://t.me/{place}/{number}" if place else None)
