"""Threads: a container is made, waited for and then published.

The container's id is noted before it is published. Afterwards the container itself says whether
it was, so an open outcome is settled without a guess. Threads fetches pictures from a public
address and takes none from us; without `cards_url` posts have words and a link's card. Sources:
https://developers.facebook.com/docs/threads/posts, .../threads/troubleshooting.
"""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar
from urllib.parse import quote

from sharekit.model import Limits, Message, Receipt, Who
from sharekit.ports import Journal
from sharekit.publishers._account import nothing_posted
from sharekit.publishers._answers import pick
from sharekit.publishers._thread import find_thread, send_thread
from sharekit.publishers._threads_api import Api
from sharekit.publishers._threads_sign_in import ThreadsAccount
from sharekit.web import Session

__all__ = ["Threads"]


class Threads(ThreadsAccount):
    """One profile on Threads."""

    default_limits: ClassVar[Limits] = Limits(
        length=500,
        unit="chars+emoji-bytes",
        max_links=5,
        images=20,
        image_bytes=8_000_000,
        image_ratio=(0.1, 10),
        alt_length=1_000,
        link_card="crawl",
        attach=("link", "none"),
        threads=True,
        mention_rule="common",
    )

    user: str = "me"
    """The profile's number."""
    cards_url: str | None = None
    """Where the folder of cards is on the web; needed for pictures."""

    @property
    def limits(self) -> Limits:
        """With pictures only where the cards are on the web."""
        limits = self.default_limits
        if self.cards_url:
            limits = dataclasses.replace(limits, attach=("image", "link", "none"))
        return limits

    def publish(self, message: Message, web: Session) -> Receipt:
        """Make and publish a container for each part."""
        return self.resume(message, web, {})

    def resume(self, message: Message, web: Session, journal: Journal) -> Receipt:
        """As `publish`, going on from the containers and posts in *journal*."""
        self.check(message)
        return self.signed_in(web, lambda account: account._resume(message, web, journal))

    def _resume(self, message: Message, web: Session, journal: Journal) -> Receipt:
        api = self._api(web, message)

        def send(number: int, text: str, above: str | None) -> str:
            with nothing_posted():
                container = journal.get(f"container-{number}")
                if container is None:
                    body = self._container(message, number, text, above)
                    container = journal[f"container-{number}"] = api.create(body)
                api.wait_for(container)
            return api.publish(container)

        def look(number: int, text: str) -> str | None:
            return api.published(message, text, journal.get(f"container-{number}"))

        first = send_thread(message, journal, send=send, look=look)
        return Receipt(id=first, url=api.permalink(first))

    def find(self, message: Message, web: Session) -> Receipt | None:
        """Look through the profile's posts since the message was made."""
        return self.signed_in(web, lambda account: account._find(message, web))

    def _find(self, message: Message, web: Session) -> Receipt | None:
        api = self._api(web, message)
        found = find_thread(message, lambda _, text: api.published(message, text, None))
        return Receipt(id=found, url=api.permalink(found)) if found else None

    def whoami(self, web: Session) -> Who:
        """The profile."""
        return self.signed_in(web, lambda account: account._who(web))

    def _who(self, web: Session) -> Who:
        me = self._api(web).get("me", fields="id,username")
        name = pick(me, "username")
        return Who(
            id=pick(me, "id"),
            name=f"@{name}",
            url=f"https://www.threads.net/@{name}",
            limits=self.limits,
            expires=self.token_ends(web),
            notes=("Its token is renewed by itself, when it posts in its last 30 days.",),
        )

    def _api(self, web: Session, message: Message | None = None) -> Api:
        token = self.secret("token", web, message)
        return Api(web, self.base_url, self.user, token, timeout=self.timeout)

    def _container(
        self, message: Message, number: int, text: str, above: str | None
    ) -> dict[str, Any]:
        body: dict[str, Any] = {"media_type": "TEXT", "text": text, "reply_to_id": above}
        address = self.picture_url(message) if number == 0 else None
        if address and message.card:
            body |= {"media_type": "IMAGE", "image_url": address}
            body["alt_text"] = message.card.alt or None
        elif number == 0 and message.attach == "link":
            body["link_attachment"] = message.url
        return {name: value for name, value in body.items() if value is not None}

    def picture_url(self, message: Message) -> str | None:
        """The card's address, from which Threads fetches it."""
        if message.attach != "image" or not message.card or not self.cards_url:
            return None
        return f"{self.cards_url.rstrip('/')}/{quote(message.card.path.name)}"
