"""The Threads API as documented (https://developers.facebook.com/docs/threads), strict."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import Any

import regex
from oauth_page import Denied, Page
from standin import Refusal, StandIn, route

from sharekit.testing import Reply, Request

TOKEN = "THAAtt0TheLongLivedTokenOfTheProfileForTests01"
CLIENT, CLIENT_SECRET = "990602627938098", "th0TheSecretOfTheAppForTests00001"
CALLBACK = "https://otters.example/auth/"
DAY = 86_400
_CONTAINER = {
    "media_type", "text", "image_url", "video_url", "alt_text", "link_attachment", "reply_to_id",
    "reply_control", "is_carousel_item", "children", "topic_tag", "quote_post_id", "access_token",
}  # fmt: skip


class ThreadsServer(StandIn):
    """One profile. `containers` were made, `posts` were published."""

    def __init__(self) -> None:
        super().__init__()
        self.containers: dict[str, dict[str, Any]] = {}
        self.posts: list[dict[str, Any]] = []
        self.slow = 0  # how often a container is still in progress
        self.unreachable_pictures = False
        self.page = Page(
            client_id=CLIENT,
            secret=CLIENT_SECRET,
            callbacks={CALLBACK},
            scopes={"threads_basic", "threads_content_publish"},
            separator=",",
            good={TOKEN},
        )
        self.short: set[str] = set()
        self.too_young = False  # a token must be a day old to be renewed
        self._next = 17_900_000_000_000_000

    def texts(self) -> list[str]:
        return [post["text"] for post in self.posts]

    def creates(self, request: Request) -> bool:
        return request.path.endswith("/threads_publish")

    @route("GET", "/oauth/authorize")
    def authorize(self, request: Request) -> Reply:
        return self.page.authorize(request, after="#_")

    @route("POST", "/oauth/access_token")
    def short_lived(self, request: Request) -> Reply:
        form = dict(request.form())
        try:
            self.page.take(form)
        except Denied as denied:
            raise _no(str(denied), 100) from None
        token = self.page.issue("THAAshort")
        self.short = {token}
        return Reply(json={"access_token": token, "user_id": 1784})

    @route("GET", "/access_token")
    def exchange(self, request: Request) -> Reply:
        asked = request.query
        assert asked["grant_type"] == "th_exchange_token"
        if asked["client_secret"] != CLIENT_SECRET or asked["access_token"] not in self.short:
            raise _no("Session key invalid. This could be because the session key has", 452)
        return self._long_lived()

    @route("GET", "/refresh_access_token")
    def renew(self, request: Request) -> Reply:
        asked = request.query
        assert asked["grant_type"] == "th_refresh_token"
        assert set(asked) == {"grant_type", "access_token"}
        if asked["access_token"] not in self.page.good or self.too_young:
            raise _no("Error validating access token: Session has expired", 190)
        return self._long_lived()

    def _long_lived(self) -> Reply:
        token = self.page.issue("THAAlong")
        answer = {"access_token": token, "token_type": "bearer", "expires_in": 60 * DAY}
        return Reply(json=answer)

    @route("GET", "/debug_token")
    def debug(self, request: Request) -> Reply:
        self._authorize(request)
        assert set(request.query) == {"access_token", "input_token"}
        found = {"type": "USER", "is_valid": True, "expires_at": int(time.time()) + 20 * DAY}
        return Reply(json={"data": found})

    @route("GET", "/me")
    def me(self, request: Request) -> Reply:
        self._authorize(request)
        return Reply(json={"id": "1784", "username": "otters"})

    @route("POST", "/me/threads")
    def create(self, request: Request) -> Reply:
        given = self._authorize(request)
        assert set(given) <= _CONTAINER, set(given) - _CONTAINER
        text = given.get("text", "")
        if given["media_type"] not in {"TEXT", "IMAGE"}:
            raise _no("Invalid parameter", 100)
        if given["media_type"] == "TEXT" and not text:
            raise _no("Text is required", 100)
        if measured(text) > 500:
            raise _no("Param text must be at most 500 characters long.", 100)
        links = set(re.findall(r"https?://\S+", text)) | {given.get("link_attachment", "")} - {""}
        if len(links) > 5:
            raise _no("THREADS_API__LINK_LIMIT_EXCEEDED", 100)
        if given["media_type"] == "IMAGE":
            assert given["image_url"].startswith("https://")
            assert "link_attachment" not in given
        if (above := given.get("reply_to_id")) and above not in {one["id"] for one in self.posts}:
            raise _no("The requested resource does not exist", 24)
        number = self._number()
        self.containers[number] = given | {"waits": self.slow, "published": False}
        return Reply(json={"id": number})

    @route("POST", "/me/threads_publish")
    def publish(self, request: Request) -> Reply:
        given = self._authorize(request)
        container = self.containers.get(given["creation_id"])
        if container is None or container["published"]:
            raise _no("Media ID is not available", 24)
        if container["waits"] > 0:
            raise _no("The media is not ready to be published", 9007)
        container["published"] = True
        post = {"id": self._number(), "text": container.get("text", ""), "container": container}
        post["timestamp"] = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
        self.posts.append(post)
        return Reply(json={"id": post["id"]})

    @route("GET", "/me/threads")
    def threads(self, request: Request) -> Reply:
        self._authorize(request)
        assert set(request.query) <= {"fields", "since", "until", "limit", "after", "access_token"}
        size, start = int(request.query["limit"]), int(request.query.get("after", "0"))
        since = datetime.fromtimestamp(int(request.query["since"]), UTC)
        found = [
            {name: post[name] for name in request.query["fields"].split(",")}
            for post in reversed(self.posts)
            if datetime.fromisoformat(post["timestamp"]) >= since
        ]
        page = found[start : start + size]
        paging = {"cursors": {"after": str(start + size)}} if page else {}
        return Reply(json={"data": page, "paging": paging})

    @route("GET", r"/(\d+)")
    def about(self, request: Request, number: str) -> Reply:
        self._authorize(request)
        if number not in self.containers:
            return Reply(json={"id": number, "permalink": f"https://www.threads.net/t/{number}"})
        container = self.containers[number]
        container["waits"] -= 1
        state = "PUBLISHED" if container["published"] else "FINISHED"
        if container["media_type"] == "IMAGE" and self.unreachable_pictures:
            answer = {"status": "ERROR", "error_message": "FAILED_DOWNLOADING_IMAGE"}
            return Reply(json=answer | {"id": number})
        return Reply(json={"status": "IN_PROGRESS" if container["waits"] > 0 else state})

    def _number(self) -> str:
        self._next += 1
        return str(self._next)

    def _authorize(self, request: Request) -> dict[str, Any]:
        given = dict(request.form()) if request.method == "POST" else dict(request.query)
        if given.get("access_token") not in self.page.good:
            raise _no("Error validating access token: Session has expired", 190)
        return given


def measured(text: str) -> int:
    """Characters, an emoji as long as its UTF-8."""
    emoji = r"\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{RI}"
    return sum(
        len(cluster.encode()) if regex.search(emoji, cluster) else len(cluster)
        for cluster in regex.findall(r"\X", text)
    )


def _no(message: str, code: int, status: int = 400) -> Refusal:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A1"}
    return Refusal(Reply(status=status, json={"error": error}))
