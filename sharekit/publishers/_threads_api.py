"""The Threads API: containers, posts and the meaning of its errors."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sharekit.errors import PublishError, Refused, RetryLater, Unauthorized, Unsure
from sharekit.model import Message
from sharekit.publishers._answers import pick
from sharekit.web import Answer, Session

__all__ = ["Api"]

_PAGES, _PAGE = 5, 100
_SKEW = timedelta(minutes=2)
# https://developers.facebook.com/docs/graph-api/guides/error-handling
_SIGN_IN = {10, 102, 190, 200}
_LIMITS = {4, 17, 32, 341, 613}


class Api:
    """What one profile may ask of Threads. Every method raises `PublishError`s."""

    def __init__(
        self, web: Session, base_url: str, user: str, token: str, *, timeout: float
    ) -> None:
        self._web = web
        self._base = base_url.rstrip("/")
        self._user = user
        self._token = token
        self._timeout = timeout

    def create(self, body: Mapping[str, Any]) -> str:
        """Make a container; one that is never published vanishes after a day."""
        return pick(self._post(f"{self._user}/threads", body, repeatable=True), "id")

    def wait_for(self, container: str) -> None:
        """Wait until Threads has fetched all that is in *container*."""
        end, pause = time.monotonic() + self._timeout, 0.2
        while (state := self._state(container)) == "IN_PROGRESS":
            if time.monotonic() + pause > end:
                raise RetryLater("Threads is still fetching the picture", after=30)
            time.sleep(pause)
            pause = min(pause * 2, 5.0)
        if state == "EXPIRED":
            raise Refused("the container was not published within a day", hint="Send it again.")

    def publish(self, container: str) -> str:
        """Publish *container*; returns the post's id."""
        body = {"creation_id": container}
        return pick(self._post(f"{self._user}/threads_publish", body, repeatable=False), "id")

    def published(self, message: Message, text: str, container: str | None) -> str | None:
        """The id of the post with *text*; `None` when it was surely not published.

        A *container* that is ready has not been published: that needs no list.
        """
        try:
            if container is not None and self._state(container) == "FINISHED":
                return None
            for post in self._posts(message):
                if post.get("text", "").strip() == text.strip():
                    return pick(post, "id")
        except PublishError as error:
            raise Unsure(
                f"whether the post is there cannot be seen: {error.message}",
                hint="Look at the profile, then: sharekit queue resolve.",
            ) from error
        return None

    def permalink(self, post: str) -> str | None:
        """The post's address, if Threads tells it; the post stands whether or not it does."""
        try:
            return pick(self.get(post, fields="permalink"), "permalink")
        except PublishError:
            return None

    def get(self, path: str, **params: Any) -> Any:
        """A read."""
        return self._asked("GET", path, params=params, repeatable=True)

    def _posts(self, message: Message) -> Iterator[Mapping[str, Any]]:
        since = message.created - _SKEW
        after = None
        for _ in range(_PAGES):
            page = self.get(
                f"{self._user}/threads",
                fields="id,text,timestamp",
                since=int(since.timestamp()),
                limit=_PAGE,
                after=after,
            )
            for post in page["data"]:
                if datetime.fromisoformat(post["timestamp"]) >= since:
                    yield post
            after = page.get("paging", {}).get("cursors", {}).get("after")
            if not after or len(page["data"]) < _PAGE:
                return
        raise Unsure(f"the profile has more than {_PAGES * _PAGE} posts since this one was written")

    def _state(self, container: str) -> str:
        answer = self.get(container, fields="status,error_message")
        state = pick(answer, "status")
        if state == "ERROR":
            said = self._web.mask(pick(answer, "error_message"))
            raise Refused(
                f"Threads cannot use it: {said}",
                hint="Is the card's address public, and the picture a JPEG or PNG?",
            )
        return state

    def _post(self, path: str, body: Mapping[str, Any], *, repeatable: bool) -> Any:
        return self._asked("POST", path, data=body, repeatable=repeatable)

    def _asked(self, method: str, path: str, *, repeatable: bool, **request: Any) -> Any:
        where = "data" if method == "POST" else "params"
        request[where] = {**request.get(where, {}), "access_token": self._token}
        answer = self._web.call(
            method,
            f"{self._base}/{path}",
            repeatable=repeatable,
            accept=(400, 401, 403),
            timeout=self._timeout,
            **request,
        )
        if answer.status >= 400:
            raise _error(answer, self._web, repeatable=repeatable)
        return answer.json()


def _error(answer: Answer, web: Session, *, repeatable: bool) -> PublishError:
    """The meaning of an error of the Graph API, which is in its code and not in the status."""
    data = answer.json()
    error = data.get("error", {}) if isinstance(data, dict) else {}
    error = error if isinstance(error, dict) else {"message": str(error)}
    code = error.get("code")
    msg = web.mask(f"Threads says: {error.get('message', answer.status)}")
    if code in _SIGN_IN or answer.status == 401 or (answer.status == 403 and code is None):
        return Unauthorized(msg, hint="Sign in again: sharekit accounts add threads.")
    if code in _LIMITS:
        return RetryLater(msg)
    if code in {1, 2} or error.get("is_transient"):
        return RetryLater(msg, maybe=True) if repeatable else Unsure(msg)
    return Refused(msg)
