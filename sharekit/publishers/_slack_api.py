"""Slack's Web API as the publisher needs it: https://docs.slack.dev/reference/methods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sharekit.errors import PublishError, Refused, RetryLater, Unauthorized, Unsure
from sharekit.model import Card
from sharekit.publishers._account import picture
from sharekit.publishers._answers import pick
from sharekit.web import Session

__all__ = ["Api"]

_PAGES, _PAGE = 5, 200
_SKEW = timedelta(minutes=2)  # between our clock and theirs
_SIGN_IN = {
    "access_denied", "account_inactive", "invalid_auth", "missing_scope", "no_permission",
    "not_allowed_token_type", "not_authed", "org_login_required", "team_access_not_granted",
    "token_expired", "token_revoked",
}  # fmt: skip
_THEIR_FAULT = {"fatal_error", "internal_error", "request_timeout", "service_unavailable"}
_HINTS = {
    "not_in_channel": "Invite the app: /invite in the channel.",
    "channel_not_found": "Give the channel's id; it is at the end of its details.",
}


class Api:
    """What one token may ask. Every method raises `PublishError`s."""

    def __init__(self, web: Session, base_url: str, token: str, *, timeout: float) -> None:
        self._web = web
        self._base = base_url.rstrip("/")
        self._token = token
        self._timeout = timeout

    def ask(self, method: str, **request: Any) -> Any:
        """The answer to a call of *method*. Slack says with status 200 that it failed."""
        answer = self._web.call(
            "POST", f"{self._base}/{method}", token=self._token, timeout=self._timeout, **request
        ).json()
        if pick(answer, "ok") == "False":
            raise _error(method, self._web.mask(pick(answer, "error")))
        return answer

    def upload(self, card: Card) -> str:
        """Upload *card* without showing it to anyone; returns the file's id."""
        content = picture(card)
        size = {"filename": card.path.name, "length": len(content), "alt_txt": card.alt or None}
        place = self.ask("files.getUploadURLExternal", data=size, repeatable=True)
        url, number = pick(place, "upload_url"), pick(place, "file_id")
        self._web.call("POST", url, content=content, repeatable=True, timeout=self._timeout)
        done = {"files": [{"id": number, "title": card.path.name}]}
        self.ask("files.completeUploadExternal", json=done, repeatable=True)
        return number

    def channels(self) -> dict[str, str]:
        """The channels that the app sees, by id; none where it may not list them."""
        where = {"exclude_archived": "true", "limit": _PAGE, "types": "public_channel"}
        try:
            page = self.ask("conversations.list", data=where, repeatable=True)
        except PublishError:  # channels:read is not needed for posting
            return {}
        return {str(one["id"]): f"#{one.get('name', '')}" for one in page.get("channels", ())}

    def messages(self, channel: str, *, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The channel's messages since *since*, newest first. `Unsure` when they are too many."""
        cursor = None
        for _ in range(_PAGES):
            where = {
                "channel": channel,
                "oldest": f"{(since - _SKEW).timestamp():.6f}",
                "limit": _PAGE,
                "include_all_metadata": "true",
                "cursor": cursor,
            }
            page = self.ask("conversations.history", data=where, repeatable=True)
            yield from page["messages"]
            cursor = page.get("response_metadata", {}).get("next_cursor")
            if not cursor:
                return
        raise Unsure("the channel has too many messages since this one was written")

    def permalink(self, channel: str, moment: str) -> str | None:
        """The message's address if Slack tells it; the message stands whether or not it does."""
        where = {"channel": channel, "message_ts": moment}
        try:
            return pick(self.ask("chat.getPermalink", data=where, repeatable=True), "permalink")
        except PublishError:
            return None


def _error(method: str, said: str) -> PublishError:
    msg = f"Slack refuses {method}: {said}"
    if said in _SIGN_IN:
        return Unauthorized(msg, hint="Look at the app's scopes and token at api.slack.com/apps.")
    if said in _THEIR_FAULT:
        return Unsure(msg, hint="It may have been posted: look at the channel.")
    if said == "ratelimited":
        return RetryLater(msg)
    if said == "invalid_blocks" or "slack_file" in said:
        return RetryLater(msg, after=5, hint="The picture may not be ready yet.")
    return Refused(msg, hint=_HINTS.get(said))
