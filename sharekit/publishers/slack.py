"""Slack: files.getUploadURLExternal and its two companions for the card, then chat.postMessage.

Texts go out as rich text, where nothing is markup. Slack's own client would send a message again
after a broken connection, so the four calls are made here. Each message carries its key as
metadata, by which it can be found again. Sources: https://docs.slack.dev/reference/methods/chat.postMessage,
https://docs.slack.dev/messaging/working-with-files#upload, .../block-kit/blocks/rich-text-block.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import SecretStr

from sharekit.errors import PublishError, Unsure
from sharekit.model import Limits, Message, Receipt, Who
from sharekit.ports import Person
from sharekit.publishers._account import NetworkAccount, nothing_posted
from sharekit.publishers._answers import pick
from sharekit.publishers._slack_api import Api
from sharekit.web import Session

__all__ = ["Slack"]

_EVENT = "sharekit_message"


class Slack(NetworkAccount):
    """One channel of a workspace, through an app's bot token."""

    default_limits: ClassVar[Limits] = Limits(
        length=4_000,
        unit="chars",
        image_bytes=20_000_000,
        alt_length=2_000,
        link_card="crawl",
        link_text="short",
    )

    token: SecretStr | None = None
    """The bot token (xoxb-...) with chat:write, files:write and channels:history."""
    channel: str
    """The channel's id, such as C024BE91L; the app must be in it."""
    base_url: str = "https://slack.com/api"
    """Where Slack's API is."""

    @classmethod
    def sign_in(
        cls, settings: Mapping[str, str], *, person: Person, web: Session
    ) -> dict[str, str]:
        """The bot token, typed in, and the channel, from those that the app sees."""
        token = cls.told(settings, person, "token", secret=True)
        api = cls.model_validate({"channel": "", **settings, "token": token})._api(web)
        api.ask("auth.test", repeatable=True)
        if channel := settings.get("channel"):
            return {"token": token, "channel": channel}
        found = api.channels()
        channel = person.ask("channel", cls.descriptions()["channel"], choices=found)
        return {"token": token, "channel": channel}

    def publish(self, message: Message, web: Session) -> Receipt:
        """Upload the card and post one message."""
        self.check(message)
        api = self._api(web, message)
        blocks = [_rich_text(message)]
        if message.attach == "image" and message.card:
            with nothing_posted():
                file = api.upload(message.card)
            alt = message.card.alt or "card"
            blocks.append({"type": "image", "slack_file": {"id": file}, "alt_text": alt})
        body = {
            "channel": self.channel,
            "blocks": blocks,
            "text": _plain(message.text),
            "mrkdwn": False,
            "unfurl_links": message.attach == "link",
            "unfurl_media": message.attach == "link",
            "metadata": {"event_type": _EVENT, "event_payload": {"key": message.key}},
        }
        sent = api.ask("chat.postMessage", json=body)
        return _receipt(api, pick(sent, "channel"), pick(sent, "ts"))

    def find(self, message: Message, web: Session) -> Receipt | None:
        """Look for the message's key among the channel's messages since it was made."""
        try:
            api = self._api(web, message)
            for one in api.messages(self.channel, since=message.created):
                payload = one.get("metadata", {}).get("event_payload", {})
                if payload.get("key") == message.key:
                    return _receipt(api, self.channel, pick(one, "ts"))
        except PublishError as error:
            raise Unsure(
                f"whether the message is there cannot be seen: {error.message}",
                hint="Give the app channels:history, or look yourself.",
            ) from error
        return None

    def whoami(self, web: Session) -> Who:
        """The app's user and its workspace."""
        me = self._api(web).ask("auth.test", repeatable=True)
        return Who(
            id=pick(me, "user_id"),
            name=pick(me, "user"),
            url=pick(me, "url"),
            limits=self.limits,
            notes=(f"The workspace is {pick(me, 'team')}.",),
        )

    def _api(self, web: Session, message: Message | None = None) -> Api:
        return Api(web, self.base_url, self.secret("token", web, message), timeout=self.timeout)


def _receipt(api: Api, channel: str, moment: str) -> Receipt:
    return Receipt(id=f"{channel}/{moment}", url=api.permalink(channel, moment))


def _rich_text(message: Message) -> dict[str, Any]:
    """The text as elements that are nothing but text, and links."""
    elements: list[dict[str, Any]] = []
    at = 0
    for link in sorted(message.links, key=lambda one: one.start):
        if link.start >= at:
            elements += _element(message.text[at : link.start])
            shown = message.text[link.start : link.end]
            elements.append({"type": "link", "url": link.url, "text": shown})
            at = link.end
    elements += _element(message.text[at:])
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "elements": [section]}


def _element(text: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": text}] if text else []


def _plain(text: str) -> str:
    """The text for notifications: https://docs.slack.dev/messaging/formatting-message-text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
