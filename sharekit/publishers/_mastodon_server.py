"""A Mastodon server, as one account asks it: https://docs.joinmastodon.org/methods/."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sharekit.errors import PublishError, RetryLater, Unsure
from sharekit.model import Card
from sharekit.ports import Person
from sharekit.publishers import _oauth
from sharekit.publishers._account import picture
from sharekit.publishers._answers import pick
from sharekit.publishers._thread import Look
from sharekit.web import Answer, Session

__all__ = ["Server", "sign_in"]

_SKEW = timedelta(minutes=2)  # between our clock and the server's
_PAGES, _PAGE = 5, 40
_SCOPES = "read:accounts read:statuses write:media write:statuses"


class Server:
    """What one account may ask of its server. Every method raises `PublishError`s.

    `urls` has the addresses of the posts that were sent or seen, by their ids.
    """

    def __init__(self, web: Session, address: str, token: str, *, timeout: float) -> None:
        self._web = web
        self._address = address
        self._token = token
        self._timeout = timeout
        self.urls: dict[str, str] = {}

    def me(self) -> Mapping[str, Any]:
        """The account that the token belongs to."""
        found: Mapping[str, Any] = self._ask("GET", "v1/accounts/verify_credentials").json()
        return found

    def post(self, status: Mapping[str, Any], key: str) -> str:
        """Post *status*; returns its id. With the same *key* the server has it only once."""
        headers = {"Idempotency-Key": key}
        answer = self._ask(
            "POST", "v1/statuses", headers=headers, json=status, repeatable=False
        ).json()
        self.urls[pick(answer, "id")] = pick(answer, "url")
        return pick(answer, "id")

    def upload(self, card: Card, focus: tuple[float, float] | None) -> str:
        """Upload *card* with its alt text; returns its id. One that no post uses is deleted."""
        answer = self._ask(
            "POST",
            "v2/media",
            data={"description": card.alt, "focus": f"{focus[0]},{focus[1]}" if focus else None},
            files={"file": (card.path.name, picture(card), card.mime)},
        )
        media = pick(answer.json(), "id")
        if answer.status == 202:  # still being worked on; a post with it would be refused
            self._wait_for(media)
        return media

    def look(self, *, since: datetime) -> Look:
        """How to find a text among the account's posts since *since*, which are read once."""
        posts: list[tuple[str, str]] | None = None

        def find(_: int, text: str) -> str | None:
            nonlocal posts
            try:
                if posts is None:
                    posts = [(post, self._source(post)) for post in self._own_posts(since - _SKEW)]
            except PublishError as error:
                raise Unsure(
                    f"whether the post is there cannot be seen: {error.message}",
                    hint="Look at the account, then: sharekit queue resolve.",
                ) from error
            return next((post for post, words in posts if words.strip() == text.strip()), None)

        return find

    def _own_posts(self, since: datetime) -> Iterator[str]:
        """The ids of the account's posts, newest first. `Unsure` when they are too many."""
        account = pick(self.me(), "id")
        params: dict[str, Any] = {"limit": _PAGE, "exclude_reblogs": "true"}
        for _ in range(_PAGES):
            page = self._ask("GET", f"v1/accounts/{account}/statuses", params=params).json()
            for post in page:
                if datetime.fromisoformat(pick(post, "created_at")) < since:
                    return
                self.urls[pick(post, "id")] = pick(post, "url")
                yield pick(post, "id")
            if len(page) < _PAGE:
                return
            params["max_id"] = page[-1]["id"]
        raise Unsure(f"the account has more than {_PAGES * _PAGE} posts since this one was written")

    def _source(self, post: str) -> str:
        """The words as they were written: `content` is HTML, with shortened links."""
        return pick(self._ask("GET", f"v1/statuses/{post}/source").json(), "text")

    def _wait_for(self, media: str) -> None:
        """Wait until the server has worked through an upload (206 until then)."""
        end, pause = time.monotonic() + self._timeout, 0.1
        while self._ask("GET", f"v1/media/{media}").status != 200:
            if time.monotonic() + pause > end:
                raise RetryLater(f"{self._address} is still working on the picture")
            time.sleep(pause)
            pause = min(pause * 2, 2.0)

    def _ask(self, method: str, path: str, *, repeatable: bool = True, **request: Any) -> Answer:
        return self._web.call(
            method,
            f"{self._address}/api/{path}",
            token=self._token,
            repeatable=repeatable,
            timeout=self._timeout,
            **request,
        )


def sign_in(server: str, person: Person, web: Session) -> str:
    """A token for *server*: https://docs.joinmastodon.org/client/authorized/.

    Registers an application of its own there, so nobody needs to make one by hand.
    """
    redirect = person.redirect
    about = {"client_name": "sharekit", "redirect_uris": redirect, "scopes": _SCOPES}
    app = web.call("POST", f"{server}/api/v1/apps", data=about, repeatable=True).json()
    client = pick(app, "client_id")
    form = {
        **_oauth.authorize(person, f"{server}/oauth/authorize", client_id=client, scope=_SCOPES),
        "client_id": client,
        "client_secret": pick(app, "client_secret"),
        "scope": _SCOPES,
    }
    return pick(_oauth.token(web, f"{server}/oauth/token", form), "access_token")
