"""A Mastodon server as documented, strict and stateful.

https://docs.joinmastodon.org/methods/{instance,media,statuses,accounts}/ and .../api/rate-limits/;
lengths as in app/validators/status_length_validator.rb.
"""

from __future__ import annotations

import html
import json
import re
import secrets
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import regex
from standin import Refusal, StandIn, image_kind, route

from sharekit.testing import Reply, Request, Upload

TOKEN = "mt0AnAccessTokenOfTheAccountForTests00001"
_STATUS = {
    "status", "media_ids", "poll", "in_reply_to_id", "sensitive", "spoiler_text", "visibility",
    "language", "scheduled_at", "quoted_status_id", "quote_approval_policy",
}  # fmt: skip


class MastodonServer(StandIn):
    """One server with one account. `posts` are what stands, `media` what was uploaded."""

    def __init__(self) -> None:
        super().__init__()
        self.max_characters = 500
        self.slow_media = 0  # how often an upload is "still being worked on"
        self.version_2 = True
        self.posts: list[dict[str, Any]] = []
        self.media: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, tuple[float, dict[str, Any]]] = {}
        self.scopes = {"read", "write"}
        self.app: dict[str, Any] = {}
        self.code = ""
        self._next = 110_000_000_000_000_000

    def texts(self) -> list[str]:
        return [post["text"] for post in self.posts]

    def creates(self, request: Request) -> bool:
        return request.method == "POST" and request.path == "/api/v1/statuses"

    @route("GET", "/api/v2/instance")
    def instance(self, request: Request) -> Reply:
        if not self.version_2:
            return self.unknown(request)
        statuses = {
            "max_characters": self.max_characters,
            "max_media_attachments": 4,
            "characters_reserved_per_url": 23,
        }
        media = {
            "supported_mime_types": ["image/jpeg", "image/png", "image/webp", "video/mp4"],
            "description_limit": 1500,
            "image_size_limit": 16777216,
            "image_matrix_limit": 33177600,
        }
        configuration = {"statuses": statuses, "media_attachments": media}
        return Reply(json={"domain": "otters.example", "configuration": configuration})

    @route("POST", "/api/v1/apps")
    def register(self, request: Request) -> Reply:
        given = request.form()
        assert set(given) == {"client_name", "redirect_uris", "scopes"}
        self.app = {**given, "client_id": "ci1", "client_secret": "cs0OfTheAppForTests"}
        return Reply(json={"id": "7", **self.app})

    @route("GET", "/oauth/authorize")
    def authorize(self, request: Request) -> Reply:
        """The page, with a person who says yes at once."""
        asked = request.query
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.app["client_id"]
        assert asked["redirect_uri"] == self.app["redirect_uris"]
        assert set(asked["scope"].split()) <= set(str(self.app["scopes"]).split())
        self.code = secrets.token_urlsafe(8)
        if asked["redirect_uri"] == "urn:ietf:wg:oauth:2.0:oob":
            return Reply(body=self.code.encode())
        back = urlencode({"code": self.code, "state": asked["state"]})
        return Reply(status=302, headers={"Location": f"{asked['redirect_uri']}?{back}"})

    @route("POST", "/oauth/token")
    def token(self, request: Request) -> Reply:
        given = request.form()
        right = {"client_id": "ci1", "client_secret": "cs0OfTheAppForTests", "code": self.code}
        right |= {"grant_type": "authorization_code", "redirect_uri": self.app["redirect_uris"]}
        if {name: given.get(name) for name in right} != right:
            raise Refusal(Reply(status=400, json={"error": "invalid_grant"}))
        self.code = secrets.token_urlsafe(8)  # each is good once
        return Reply(json={"access_token": TOKEN, "token_type": "Bearer", "scope": given["scope"]})

    @route("GET", "/api/v1/accounts/verify_credentials")
    def verify(self, request: Request) -> Reply:
        self._authorize(request, "read")
        return Reply(json={"id": "14715", "acct": "otters", "url": f"{self.url}/@otters"})

    @route("POST", "/api/v2/media")
    def upload(self, request: Request) -> Reply:
        self._authorize(request, "write")
        form = request.form()
        file = form.get("file")
        if not isinstance(file, Upload) or image_kind(file.content) is None:
            raise _invalid("Validation failed: File content type is invalid, File is invalid")
        if len(form.get("description", "")) > 1500:
            raise _invalid(
                "Validation failed: Description is too long (maximum is 1500 characters)"
            )
        if focus := form.get("focus"):
            x, y = (float(part) for part in str(focus).split(","))
            assert abs(x) <= 1
            assert abs(y) <= 1
        number = self._number()
        self.media[number] = {"content": file.content, "alt": form.get("description", "")}
        self.media[number] |= {"focus": focus, "waits": self.slow_media}
        status = 202 if self.slow_media else 200
        return Reply(status=status, json=self._media(number))

    @route("GET", r"/api/v1/media/(\d+)")
    def media_state(self, request: Request, number: str) -> Reply:
        self._authorize(request, "write")
        self.media[number]["waits"] -= 1
        ready = self.media[number]["waits"] <= 0
        return Reply(status=200 if ready else 206, json=self._media(number))

    @route("POST", "/api/v1/statuses")
    def create(self, request: Request) -> Reply:
        self._authorize(request, "write")
        key = request.headers.get("Idempotency-Key")
        at, kept = self.keys.get(key or "", (0.0, None))
        if kept and time.time() - at < 3600:
            return Reply(json=self._shown(kept))
        body = request.json()
        assert set(body) <= _STATUS, set(body) - _STATUS
        assert body.get("visibility") in {"public", "unlisted", "private", "direct"}
        text, media = body.get("status", ""), body.get("media_ids", [])
        warning = body.get("spoiler_text") or ""
        if not text and not media:
            raise _invalid("Validation failed: Text can't be blank")
        if length(warning + text) > self.max_characters:
            limit = f"character limit of {self.max_characters} exceeded"
            raise _invalid(f"Validation failed: Text {limit}")
        if len(media) > 4:
            raise _invalid("Cannot attach more than 4 files")
        if not set(media) <= set(self.media):
            raise _invalid("Validation failed: Media attachments not found")
        if any(self.media[one]["waits"] > 0 for one in media):
            raise _invalid("Cannot attach files that have not finished processing. Try again soon!")
        above = body.get("in_reply_to_id")
        if above is not None and above not in {post["id"] for post in self.posts}:
            raise Refusal(Reply(status=404, json={"error": "The post you are replying to is gone"}))
        post = {"id": self._number(), "text": text, "media": media, "above": above}
        post |= {"warning": warning, "at": datetime.now(UTC), "body": body}
        self.posts.append(post)
        if key:
            self.keys[key] = (time.time(), post)
        return Reply(json=self._shown(post))

    @route("GET", r"/api/v1/accounts/(\d+)/statuses")
    def statuses(self, request: Request, account: str) -> Reply:
        self._authorize(request, "read")
        assert account == "14715"
        size = int(request.query.get("limit", "20"))
        assert size <= 40
        assert request.query.get("exclude_reblogs") == "true"
        before = int(request.query.get("max_id", str(10**20)))
        found = [post for post in reversed(self.posts) if int(post["id"]) < before]
        return Reply(json=[self._shown(post) for post in found[:size]])

    @route("GET", r"/api/v1/statuses/(\d+)/source")
    def source(self, request: Request, number: str) -> Reply:
        self._authorize(request, "read")
        post = next(post for post in self.posts if post["id"] == number)
        return Reply(json={"id": number, "text": post["text"], "spoiler_text": post["warning"]})

    def _shown(self, post: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": post["id"],
            "url": f"{self.url}/@otters/{post['id']}",
            "created_at": post["at"].isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "content": f"<p>{html.escape(post['text'])}</p>",
        }

    def _media(self, number: str) -> dict[str, Any]:
        ready = self.media[number]["waits"] <= 0
        return {"id": number, "type": "image", "url": f"{self.url}/m.png" if ready else None}

    def _number(self) -> str:
        self._next += 1
        return str(self._next)

    def _authorize(self, request: Request, scope: str) -> None:
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            raise Refusal(Reply(status=401, json={"error": "The access token is invalid"}))
        if scope not in self.scopes:
            said = "This action is outside the authorized scopes"
            raise Refusal(Reply(status=403, json={"error": said}))


def length(text: str) -> int:
    text = re.sub(r"https?://[^\s<>\"]+[^\s<>\".,)]", "x" * 23, text)
    text = re.sub(r"(?<![\w/])@([a-z0-9_]+)@[\w.-]+\w", r"@\1", text, flags=re.IGNORECASE)
    return len(regex.findall(r"\X", text))


def _invalid(said: str) -> Refusal:
    return Refusal(Reply(status=422, body=json.dumps({"error": said}).encode()))
