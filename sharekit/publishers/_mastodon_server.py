"""What a Mastodon server says of itself, of an account and of its posts."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sharekit.errors import PublishError, Refused, RetryLater, Unsure
from sharekit.model import Card, Limits, Message
from sharekit.publishers._account import picture
from sharekit.publishers._answers import pick
from sharekit.web import Session

__all__ = ["OwnPosts", "known", "limits", "me", "upload"]

_DAY = 86_400.0
_SKEW = timedelta(minutes=2)  # between our clock and the server's
_PAGES, _PAGE = 5, 40
_limits: dict[str, tuple[float, Limits]] = {}


def known(server: str) -> Limits | None:
    """The limits that *server* stated within the last day, in this process."""
    asked, found = _limits.get(server, (0.0, None))
    return found if time.monotonic() - asked < _DAY else None


def limits(server: str, default: Limits, web: Session, timeout: float) -> Limits:
    """What *server* takes: https://docs.joinmastodon.org/entities/Instance/#configuration."""
    if found := known(server):
        return found
    try:
        data = web.call("GET", f"{server}/api/v2/instance", repeatable=True, timeout=timeout).json()
    except Refused:  # before Mastodon 4, and some relatives
        return default
    found = _stated(data, default)
    _limits[server] = (time.monotonic(), found)
    return found


def _stated(data: Any, default: Limits) -> Limits:
    configuration = data.get("configuration", {})
    statuses = configuration.get("statuses", {})
    media = configuration.get("media_attachments", {})
    stated = {
        "length": statuses.get("max_characters"),
        "link_length": statuses.get("characters_reserved_per_url"),
        "images": statuses.get("max_media_attachments"),
        "image_bytes": media.get("image_size_limit"),
        "image_pixels": media.get("image_matrix_limit"),
        "alt_length": media.get("description_limit"),
    }
    numbers: dict[str, Any] = {n: v for n, v in stated.items() if isinstance(v, int) and v}
    types = set(media.get("supported_mime_types", ())) & set(default.image_formats)
    if types:
        numbers["image_formats"] = tuple(one for one in default.image_formats if one in types)
    return dataclasses.replace(default, **numbers)


def me(server: str, token: str, web: Session, timeout: float) -> Mapping[str, Any]:
    """The account that *token* belongs to."""
    url = f"{server}/api/v1/accounts/verify_credentials"
    found: Mapping[str, Any] = web.call(
        "GET", url, token=token, repeatable=True, timeout=timeout
    ).json()
    return found


def upload(
    card: Card,
    focus: tuple[float, float] | None,
    server: str,
    token: str,
    web: Session,
    *,
    timeout: float,
) -> str:
    """Upload *card* with its alt text; returns its id. One that no post uses is soon deleted."""
    answer = web.call(
        "POST",
        f"{server}/api/v2/media",
        token=token,
        data={"description": card.alt, "focus": f"{focus[0]},{focus[1]}" if focus else None},
        files={"file": (card.path.name, picture(card), card.mime)},
        repeatable=True,
        timeout=timeout,
    )
    media = pick(answer.json(), "id")
    if answer.status == 202:  # still being worked on; a post with it would be refused
        _wait_for(media, server, token, web, timeout)
    return media


def _wait_for(media: str, server: str, token: str, web: Session, timeout: float) -> None:
    """Wait until the server has worked through an upload (206 until then)."""
    end, pause = time.monotonic() + timeout, 0.1
    while True:
        url = f"{server}/api/v1/media/{media}"
        answer = web.call("GET", url, token=token, repeatable=True, timeout=timeout)
        if answer.status == 200:
            return
        if time.monotonic() + pause > end:
            raise RetryLater(f"{server} is still working on the picture; nothing was posted")
        time.sleep(pause)
        pause = min(pause * 2, 2.0)


class OwnPosts:
    """The account's posts since *message* was made, read when they are first needed."""

    def __init__(
        self, server: str, token: str, message: Message, web: Session, timeout: float
    ) -> None:
        self._server = server
        self._token = token
        self._since = message.created - _SKEW
        self._web = web
        self._timeout = timeout
        self._posts: list[tuple[str, str]] | None = None
        self.urls: dict[str, str] = {}

    def find(self, _: int, text: str) -> str | None:
        """The id of the post with *text*; `None` when the account surely has none.

        Raises `Unsure` when the posts cannot be read, or not back to the start.
        """
        try:
            if self._posts is None:
                self._posts = [(post["id"], self._source(post["id"])) for post in self._read()]
        except PublishError as error:
            raise Unsure(
                f"whether the post is there cannot be seen: {error.message}",
                hint="Look at the account, then: sharekit queue resolve.",
            ) from error
        return next((post for post, words in self._posts if words.strip() == text.strip()), None)

    def _read(self) -> Iterator[Mapping[str, Any]]:
        account = pick(me(self._server, self._token, self._web, self._timeout), "id")
        params: dict[str, Any] = {"limit": _PAGE, "exclude_reblogs": True}
        for _ in range(_PAGES):
            page = self._get(f"accounts/{account}/statuses", params)
            for post in page:
                if datetime.fromisoformat(pick(post, "created_at")) < self._since:
                    return
                self.urls[post["id"]] = post["url"]
                yield post
            if len(page) < _PAGE:
                return
            params["max_id"] = page[-1]["id"]
        raise Unsure(f"the account has more than {_PAGES * _PAGE} posts since this one was written")

    def _source(self, post: str) -> str:
        """The words as they were written: `content` is HTML, with shortened links."""
        return pick(self._get(f"statuses/{post}/source", {}), "text")

    def _get(self, path: str, params: Mapping[str, Any]) -> Any:
        return self._web.call(
            "GET",
            f"{self._server}/api/v1/{path}",
            token=self._token,
            params={k: str(v).lower() for k, v in params.items()},
            repeatable=True,
            timeout=self._timeout,
        ).json()
