"""A bot on Telegram, and how a person hands it over.

https://core.telegram.org/bots/api#making-requests, #getupdates
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from sharekit.errors import PublishError, Unauthorized
from sharekit.model import Message
from sharekit.ports import Person
from sharekit.publishers._account import NetworkAccount
from sharekit.publishers._answers import pick
from sharekit.web import Session

__all__ = ["TelegramBot"]

_HEARD = ("channel_post", "message", "my_chat_member")


class TelegramBot(NetworkAccount):
    """The part of a chat on Telegram that its bot is about."""

    token: SecretStr | None = None
    """The bot's token, from @BotFather."""
    chat: int | str
    """Where the bot writes: @channel or a chat's number. The bot must be an administrator."""
    base_url: str = "https://api.telegram.org"
    """Where the Bot API is."""

    @classmethod
    def sign_in(
        cls, settings: Mapping[str, str], *, person: Person, web: Session
    ) -> dict[str, str]:
        """The bot's token, typed in, and the chat, from those that the bot has heard of."""
        token = cls.told(settings, person, "token", secret=True)
        bot = cls.model_validate({"chat": "", **settings, "token": token})
        name = pick(bot._call(web, "getMe", repeatable=True), "username")
        if chat := settings.get("chat"):
            return {"token": token, "chat": chat}
        person.ask(
            "ready",
            f"Make @{name} an administrator of the channel (or add it to the group) and write "
            "something there; then press Enter.",
            default="",
        )
        chats = bot._chats(web)
        about = cls.descriptions()["chat"]
        chat = person.ask("chat", about, choices=chats, default=next(iter(chats), None))
        return {"token": token, "chat": chat}

    def _chats(self, web: Session) -> dict[str, str]:
        """The chats that the bot has heard of lately: numbers and titles, the latest first."""
        try:
            updates = self._call(web, "getUpdates", json={"allowed_updates": _HEARD})
        except PublishError:  # where a webhook is set, say
            return {}
        found: dict[str, str] = {}
        for update in reversed(updates):
            for kind in _HEARD:
                chat = update.get(kind, {}).get("chat", {})
                if "id" in chat:
                    title = chat.get("title") or chat.get("username") or chat.get("first_name")
                    found.setdefault(str(chat["id"]), str(title or chat["id"]))
        return found

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
