"""Discord: one POST to a channel's webhook, with the card as an attachment.

Nothing in a text is markup, and nobody is ever pinged (`allowed_mentions`). Webhooks have no
idempotency key and cannot list what they sent, so a lost answer stays open. Sources:
https://discord.com/developers/docs/resources/webhook#execute-webhook, OpenAPI of
https://github.com/discord/discord-api-spec.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from sharekit.errors import Unauthorized
from sharekit.model import Card, Limits, Message, Receipt, Who
from sharekit.publishers._account import NetworkAccount, picture
from sharekit.publishers._answers import pick
from sharekit.text import links, markup
from sharekit.web import Session

__all__ = ["Discord"]

_SUPPRESS_EMBEDS = 1 << 2


class Discord(NetworkAccount):
    """One channel on Discord, through its webhook."""

    default_limits: ClassVar[Limits] = Limits(
        length=2_000,
        unit="chars",
        title_length=256,
        summary_length=4_096,
        image_bytes=10_000_000,
        image_formats=("image/jpeg", "image/png", "image/webp"),
        alt_length=1_024,
        link_card="crawl",
        markup="markdown",
    )

    webhook: SecretStr | None = None
    """The webhook's address: the channel's settings, Integrations, Webhooks."""
    username: str | None = Field(None, min_length=1, max_length=80)
    """The name that the posts stand under; else the webhook's own."""
    thread: str | None = None
    """The id of a thread in the channel."""

    def publish(self, message: Message, web: Session) -> Receipt:
        """Execute the webhook and wait for the message that it makes."""
        self.check(message)
        body = self._body(message)
        attached = _attached(message)
        if attached:
            body["attachments"] = [{"id": 0, "filename": attached.path.name}]
            if attached.alt:
                body["attachments"][0]["description"] = attached.alt
            file = (attached.path.name, picture(attached), attached.mime)
            request: dict[str, Any] = {
                "data": {"payload_json": json.dumps(body, ensure_ascii=False)},
                "files": {"files[0]": file},
            }
        else:
            request = {"json": body}
        params = {"wait": "true", "thread_id": self.thread}
        sent = self._ask("POST", web, message, params=params, **request)
        channel, number = pick(sent, "channel_id"), pick(sent, "id")
        # The server's id is not in the answer; Discord finds the way with `@me` as well.
        place = sent.get("guild_id") or "@me"
        return Receipt(id=number, url=f"https://discord.com/channels/{place}/{channel}/{number}")

    def whoami(self, web: Session) -> Who:
        """The webhook."""
        me = self._ask("GET", web, repeatable=True)
        note = f"It writes to the channel {pick(me, 'channel_id')}."
        name = me.get("name") or "webhook"
        return Who(id=pick(me, "id"), name=name, limits=self.limits, notes=(note,))

    def _body(self, message: Message) -> dict[str, Any]:
        found = message.links or links.find(message.text, self.limits)
        content = markup.markdown(message.text, found)
        body: dict[str, Any] = {"content": content, "allowed_mentions": {"parse": []}}
        if self.username:
            body["username"] = self.username
        if _own_card(message):
            body["embeds"] = [_embed(message)]
        elif message.attach != "link":
            body["flags"] = _SUPPRESS_EMBEDS
        return body

    def _ask(
        self, method: str, web: Session, message: Message | None = None, **request: Any
    ) -> Any:
        address = self.secret("webhook", web, message)
        web.hide(address.rpartition("/")[2])
        answer = web.call(method, address, accept=(404,), timeout=self.timeout, **request)
        if answer.status == 404:
            raise Unauthorized(
                "Discord knows no such webhook",
                hint="Make a new one in the channel's settings, under Integrations.",
            )
        return answer.json()


def _own_card(message: Message) -> bool:
    """Whether the link's card must be sent, because no text has the link to crawl."""
    in_text = any(link.url == message.url for link in message.links)
    return message.attach == "link" and message.url is not None and not in_text


def _attached(message: Message) -> Card | None:
    return message.card if message.attach == "image" or _own_card(message) else None


def _embed(message: Message) -> dict[str, Any]:
    embed: dict[str, Any] = {"url": message.url}
    if message.title:
        embed["title"] = markup.markdown(message.title)[:256]
    if message.summary:
        embed["description"] = markup.markdown(message.summary)[:4096]
    if message.card:
        embed["image"] = {"url": f"attachment://{message.card.path.name}"}
    return embed
