"""LinkedIn's API as the publisher needs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sharekit.errors import PublishError, Refused, Unsure
from sharekit.model import Card
from sharekit.publishers._account import Duplicate, picture
from sharekit.publishers._answers import pick
from sharekit.web import Answer, Session

__all__ = ["Api"]

_PAGES, _PAGE = 5, 100
_SKEW = timedelta(minutes=2)  # between our clock and theirs


class Api:
    """What one token may ask. Every method raises `PublishError`s."""

    def __init__(
        self, web: Session, base_url: str, version: str, token: str, *, timeout: float
    ) -> None:
        self._web = web
        self._base = base_url.rstrip("/")
        self._version = version
        self._token = token
        self._timeout = timeout

    def me(self) -> Any:
        """The person whose token it is: `sub` and `name`."""
        return self._ask("GET", "/v2/userinfo", repeatable=True).json()

    def person(self) -> str:
        """The URN of that person."""
        return f"urn:li:person:{pick(self.me(), 'sub')}"

    def post(self, body: Mapping[str, Any]) -> str:
        """Post; returns the URN of the post."""
        answer = self._ask("POST", "/rest/posts", json=body, accept=(422,))
        if answer.status == 422:
            raise self._refusal(answer)
        return pick(answer.headers, "x-restli-id")

    def upload(self, card: Card, owner: str) -> str:
        """Upload *card* for *owner*; returns the URN of the image."""
        begin = {"initializeUploadRequest": {"owner": owner}}
        path = "/rest/images?action=initializeUpload"
        place = self._ask("POST", path, json=begin, repeatable=True).json()
        self._web.call(
            "PUT",
            pick(place, "value", "uploadUrl"),
            token=self._token,
            headers={"Content-Type": card.mime},
            content=picture(card),
            repeatable=True,
            timeout=self._timeout,
        )
        return pick(place, "value", "image")

    def posts(self, author: str, *, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The author's posts from now back to *since*. Raises `Unsure` when they are too many."""
        first = (since - _SKEW).timestamp() * 1000
        query = f"q=author&author={quote(author, safe='')}&count={_PAGE}&sortBy=CREATED"
        for page in range(_PAGES):
            path = f"/rest/posts?{query}&start={page * _PAGE}"
            posts = self._ask("GET", path, repeatable=True, finder=True).json()["elements"]
            for post in posts:
                if post["createdAt"] < first:
                    return
                yield post
            if len(posts) < _PAGE:
                return
        raise Unsure(f"the author has more than {_PAGES * _PAGE} posts since this one was written")

    def _ask(self, method: str, path: str, *, finder: bool = False, **request: Any) -> Answer:
        headers = {"LinkedIn-Version": self._version, "X-Restli-Protocol-Version": "2.0.0"}
        if finder:
            headers["X-RestLi-Method"] = "FINDER"
        try:
            return self._web.call(
                method,
                self._base + path,
                token=self._token,
                headers=headers,
                timeout=self._timeout,
                **request,
            )
        except Refused as error:
            if "version" not in error.message.lower():
                raise
            raise Refused(error.message, hint="Set `version` to a newer month.") from error

    def _refusal(self, answer: Answer) -> PublishError:
        """What a 422 means. The post that it calls a duplicate may not exist: a hint, no proof."""
        data = answer.json()
        said = self._web.mask(str(data.get("message", "")) if isinstance(data, dict) else "")
        if "duplicate" in said.lower():
            return Duplicate(f"LinkedIn says: {said}", hint="Look whether that post is this one.")
        return Refused(f"LinkedIn says: {said}")
