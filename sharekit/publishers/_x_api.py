"""X's API as the publisher needs it, through tweepy."""

from __future__ import annotations

import base64
import contextlib
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import requests
import tweepy
from tweepy.errors import HTTPException

from sharekit.errors import PublishError, Refused, Unauthorized
from sharekit.model import Card, Message
from sharekit.publishers._account import Duplicate, picture
from sharekit.publishers._answers import pick
from sharekit.publishers._requests import session_through
from sharekit.publishers._thread import Look
from sharekit.publishers._x_posts import OwnPosts
from sharekit.web import Session

__all__ = ["Api"]

# At DEBUG these write tokens, or headers that hold them, into the log.
_TALKATIVE = (
    "tweepy.client",
    "oauthlib",
    "oauthlib.oauth1.rfc5849",
    "oauthlib.oauth1.rfc5849.signature",
    "requests_oauthlib.oauth1_auth",
)
_LOOKED_AT_HERE = {402, 403}
_SKEW = timedelta(minutes=2)  # between our clock and theirs


class Api:
    """What one account may ask of X. Every method raises `PublishError`s.

    *keys* are `bearer_token`, or the four of OAuth 1.0a.
    """

    def __init__(self, web: Session, base_url: str, *, timeout: float, **keys: str) -> None:
        for name in _TALKATIVE:
            logging.getLogger(name).addFilter(_nothing_below_warning)
        self._web = web
        self._signs = "bearer_token" not in keys
        # An OAuth 1.0a token begins with the id of its user.
        self._user = keys["access_token"].partition("-")[0] if self._signs else ""
        # Waiting is the queue's business: tweepy would sleep without a limit.
        self._client = tweepy.Client(
            **keys, return_type=requests.Response, wait_on_rate_limit=False
        )
        self._client.session = session_through(
            web,
            base_url,
            timeout=timeout,
            repeatable=lambda method, url: method == "GET" or "/2/media/" in url,
            accept=_LOOKED_AT_HERE,
        )

    def post(self, text: str, *, media: str | None, above: str | None) -> str:
        """Post *text*, with the picture *media*, as a reply to *above*; returns the post's id."""
        with self._meanings():
            answer = self._client.create_tweet(
                text=text,
                media_ids=[media] if media else None,
                in_reply_to_tweet_id=above,
                user_auth=self._signs,
            )
        return pick(answer.json(), "data", "id")

    def upload(self, card: Card) -> str:
        """Upload *card* with its alt text; returns the id of the media."""
        # tweepy 4.17 has no call for media of version 2; JSON with base64 is a form X takes.
        data = base64.b64encode(picture(card)).decode()
        answer = self._post("/2/media/upload", {"media": data, "media_category": "tweet_image"})
        media = pick(answer, "data", "id")
        if card.alt:
            words = {"alt_text": {"text": card.alt}}
            self._post("/2/media/metadata", {"id": media, "metadata": words})
        return media

    def me(self) -> tuple[str, str]:
        """The id and the name of the account."""
        with self._meanings():
            data = self._client.get_me(user_auth=self._signs).json()
        return pick(data, "data", "id"), pick(data, "data", "username")

    def look(self, message: Message) -> Look:
        """How to find a part of *message* among the account's posts, which are read once."""
        since = message.created - _SKEW
        posts = OwnPosts(lambda page: self._page(since, page))
        return lambda _, text: posts.find(text)

    @contextlib.contextmanager
    def _meanings(self) -> Iterator[None]:
        """What tweepy raises, as our errors."""
        try:
            yield
        except HTTPException as error:
            raise _error_of(error, self._web) from None

    def _post(self, route: str, body: Mapping[str, Any]) -> Any:
        with self._meanings():
            answer = self._client.request("POST", route, json=body, user_auth=self._signs)
        return answer.json()

    def _page(self, since: datetime, page: str | None) -> Mapping[str, Any]:
        if not self._user:
            self._user, _ = self.me()
        with self._meanings():
            answer = self._client.get_users_tweets(
                self._user,
                start_time=since,
                max_results=100,
                tweet_fields=["entities"],
                pagination_token=page,
                user_auth=self._signs,
            )
        found: Mapping[str, Any] = answer.json()
        return found


def _error_of(error: Any, web: Session) -> PublishError:
    """The meaning of a 402 or a 403. A duplicate has no code, only its words."""
    said = web.mask("; ".join(str(words) for words in error.api_messages))
    if error.response.status_code == 402:
        return Unauthorized(
            f"X: the app's credits are used up ({said})", hint="Buy some at console.x.com."
        )
    if "duplicate content" in said:
        return Duplicate(
            "X says that the account has posted these words already",
            hint="Look whether that post is this one.",
        )
    if re.search(r"permission|client-forbidden|enrolled|suspended", said + error.response.text):
        return Unauthorized(
            f"X does not let the app post: {said}",
            hint="Give the app the right to read and write, then make new tokens.",
        )
    return Refused(f"X will not take the post: {said}")


def _nothing_below_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING
