"""Slack: files.getUploadURLExternal and its two companions for the card, then chat.postMessage.

Texts go out as rich text, where nothing is markup. Slack's own client would send a message again
after a broken connection, so the four calls are made here. Each message carries its key as
metadata, by which it can be found again. Sources: https://docs.slack.dev/reference/methods/chat.postMessage,
https://docs.slack.dev/messaging/working-with-files#upload, .../block-kit/blocks/rich-text-block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import SecretStr

from sharekit.errors import PublishError, Refused, RetryLater, Unauthorized, Unsure
from sharekit.model import Card, Limits, Message, Receipt, Who
from sharekit.publishers._account import NetworkAccount, nothing_posted, picture
from sharekit.publishers._answers import pick
from sharekit.web import Session

__all__ = ["Slack"]

_PAGES = 5
_EVENT = "sharekit_message"
_SIGN_IN = {
    "access_denied", "account_inactive", "invalid_auth", "missing_scope", "no_permission",
    "not_allowed_token_type", "not_authed", "org_login_required", "team_access_not_granted",
    "token_expired", "token_revoked",
}  # fmt: skip
_THEIR_FAULT = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
_HINTS = {
    "not_in_channel": "Invite the app: /invite in the channel.",
    "channel_not_found": "Give the channel's id; it is at the end of its details.",
    "invalid_blocks": "The picture may not be ready yet.",
}


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

    token: SecretStr
    """The bot token (xoxb-...) with chat:write, files:write and channels:history."""
    channel: str
    """The channel's id, such as C024BE91L; the app must be in it."""
    base_url: str = "https://slack.com/api"
    """Where Slack's API is."""

    def publish(self, message: Message, web: Session) -> Receipt:
        """Upload the card and post one message."""
        self.check(message)
        blocks = [_rich_text(message)]
        if message.attach == "image" and message.card:
            with nothing_posted():
                blocks.append(self._picture(message, message.card, web))
        crawl = message.attach == "link"
        sent = self._post("chat.postMessage", web, message, json={
            "channel": self.channel,
            "blocks": blocks,
            "text": _plain(message.text),
            "mrkdwn": False,
            "unfurl_links": crawl,
            "unfurl_media": crawl,
            "metadata": {"event_type": _EVENT, "event_payload": {"key": message.key}},
        })  # fmt: skip
        return self._receipt(web, message, pick(sent, "channel"), pick(sent, "ts"))

    def find(self, message: Message, web: Session) -> Receipt | None:
        """Look for the message's key among the channel's messages since it was made."""
        try:
            for one in self._messages(message, web):
                payload = one.get("metadata", {}).get("event_payload", {})
                if payload.get("key") == message.key:
                    return self._receipt(web, message, self.channel, pick(one, "ts"))
        except PublishError as error:
            raise Unsure(
                f"whether the message is there cannot be seen: {error.message}",
                hint="Give the app channels:history, or look yourself.",
            ) from error
        return None

    def whoami(self, web: Session) -> Who:
        """The app's user and its workspace."""
        me = self._post("auth.test", web, repeatable=True)
        return Who(
            id=pick(me, "user_id"),
            name=pick(me, "user"),
            url=pick(me, "url"),
            limits=self.limits,
            notes=(f"The workspace is {pick(me, 'team')}.",),
        )

    def _picture(self, message: Message, card: Card, web: Session) -> dict[str, Any]:
        """Upload *card* without sharing it; returns the block that shows it."""
        content = picture(card)
        size = {"filename": card.path.name, "length": len(content), "alt_txt": card.alt or None}
        place = self._post("files.getUploadURLExternal", web, message, data=size, repeatable=True)
        web.call(
            "POST", pick(place, "upload_url"), content=content, repeatable=True,
            timeout=self.timeout,
        )  # fmt: skip
        file = {"id": pick(place, "file_id"), "title": card.path.name}
        self._post(
            "files.completeUploadExternal", web, message, json={"files": [file]}, repeatable=True
        )
        return {"type": "image", "slack_file": {"id": file["id"]}, "alt_text": card.alt or "card"}

    def _messages(self, message: Message, web: Session) -> Iterator[Mapping[str, Any]]:
        oldest = (message.created - timedelta(minutes=2)).timestamp()
        cursor = None
        for _ in range(_PAGES):
            page = self._post("conversations.history", web, message, repeatable=True, data={
                "channel": self.channel, "oldest": f"{oldest:.6f}", "limit": 200,
                "include_all_metadata": "true", "cursor": cursor,
            })  # fmt: skip
            yield from page["messages"]
            cursor = page.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return
        raise Unsure("the channel has too many messages since this one was written")

    def _post(
        self, method: str, web: Session, message: Message | None = None, **request: Any
    ) -> Any:
        answer = web.call(
            "POST",
            f"{self.base_url.rstrip('/')}/{method}",
            token=self.secret("token", web, message),
            timeout=self.timeout,
            **request,
        ).json()
        if pick(answer, "ok") == "False":
            raise _error(method, web.mask(pick(answer, "error")))
        return answer

    def _receipt(self, web: Session, message: Message, channel: str, moment: str) -> Receipt:
        """With the address if Slack tells it; the message stands whether or not it does."""
        where = {"channel": channel, "message_ts": moment}
        try:
            answer = self._post("chat.getPermalink", web, message, data=where, repeatable=True)
            url = pick(answer, "permalink")
        except PublishError:
            url = None
        return Receipt(id=f"{channel}/{moment}", url=url)


def _error(method: str, said: str) -> PublishError:
    msg = f"Slack refuses {method}: {said}"
    if said in _SIGN_IN:
        return Unauthorized(msg, hint="Look at the app's scopes and token at api.slack.com/apps.")
    if said in _THEIR_FAULT:
        return Unsure(msg, hint="It may have been posted: look at the channel.")
    if said == "ratelimited":
        return RetryLater(msg)
    if said == "invalid_blocks" or "slack_file" in said:
        return RetryLater(msg, after=5, hint=_HINTS["invalid_blocks"])
    return Refused(msg, hint=_HINTS.get(said))


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
