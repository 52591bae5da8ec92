"""Mastodon: POST /api/v2/media for the card, then POST /api/v1/statuses.

Four plain calls, so no client library is loaded. The server remembers an Idempotency-Key for an
hour and answers a repeat with the status it has; as some servers answer a repeat with an error
(https://github.com/mastodon/mastodon/issues/40399), an open outcome is looked up first. Sources:
https://docs.joinmastodon.org/methods/statuses/#create, .../methods/media/#v2,
.../entities/Instance/, .../api/rate-limits/.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, SecretStr, field_validator

from sharekit.model import Limits, Message, Receipt, Who
from sharekit.ports import Journal, Person
from sharekit.publishers._account import NetworkAccount, nothing_posted
from sharekit.publishers._answers import pick
from sharekit.publishers._mastodon_limits import known_limits, stated_limits
from sharekit.publishers._mastodon_server import Server, sign_in
from sharekit.publishers._thread import find_thread, send_thread
from sharekit.web import Session

__all__ = ["Mastodon"]

_Coordinate = Annotated[float, Field(ge=-1, le=1)]


class Mastodon(NetworkAccount):
    """One account on one Mastodon server."""

    default_limits: ClassVar[Limits] = Limits(
        length=500,
        unit="graphemes",
        link_length=23,
        mention_domain_free=True,
        images=4,
        image_bytes=16_777_216,
        image_pixels=33_177_600,
        image_formats=("image/jpeg", "image/png", "image/webp"),
        alt_length=1_500,
        link_card="crawl",
        content_warning=True,
        threads=True,
        mention_rule="fediverse",
        tag_rule="fediverse",
    )
    repeatable_for: ClassVar[timedelta | None] = timedelta(minutes=50)  # of the hour, to be sure
    any_redirect: ClassVar[bool] = True

    server: str
    """The account's server, such as https://mastodon.social."""
    token: SecretStr | None = None
    """An access token: Preferences, Development, New application (read, write)."""
    visibility: Literal["public", "unlisted", "private"] = "public"
    """Who sees the posts."""
    sensitive: bool = False
    """Hide the picture behind a click."""
    focus: tuple[_Coordinate, _Coordinate] | None = None
    """The point of the card that stays in view when it is cropped, each from -1 to 1."""
    length: int | None = Field(None, ge=1)
    """The most characters of a post, where the server's own answer is not to be used."""

    @field_validator("server")
    @classmethod
    def _address(cls, server: str) -> str:
        return (server if "://" in server else f"https://{server}").rstrip("/")

    @property
    def limits(self) -> Limits:
        """What the server said when it was last asked in this process; else Mastodon's own."""
        known = known_limits(self.server) or self.default_limits
        return dataclasses.replace(known, length=self.length) if self.length else known

    @classmethod
    def sign_in(
        cls, settings: Mapping[str, str], *, person: Person, web: Session
    ) -> dict[str, str]:
        """A token, after the person has said yes on a page of the server."""
        named = cls.told(settings, person, "server")
        server = cls(server=named).server
        return {"server": server, "token": sign_in(server, person, web)}

    def ask_limits(self, web: Session) -> Limits:
        """What this server takes, asked at most once a day in one process."""
        found = stated_limits(self.server, self.default_limits, web, self.timeout)
        return dataclasses.replace(found, length=self.length) if self.length else found

    def publish(self, message: Message, web: Session) -> Receipt:
        """Upload the card and post; the parts of a thread reply to the one above."""
        return self.resume(message, web, {})

    def resume(self, message: Message, web: Session, journal: Journal) -> Receipt:
        """As `publish`, going on from what *journal* holds."""
        server = self._server(web, message)
        with nothing_posted():
            self.check(message, self.ask_limits(web))

        def send(number: int, text: str, above: str | None) -> str:
            media = None
            if number == 0 and message.card and message.attach == "image":
                with nothing_posted():
                    media = server.upload(message.card, self.focus)
            return server.post(self._status(message, text, media, above), _key(message, number))

        look = server.look(since=message.created)
        first = send_thread(message, journal, send=send, look=look)
        return Receipt(id=first, url=server.urls.get(first))

    def find(self, message: Message, web: Session) -> Receipt | None:
        """Look through the account's posts since the message was made."""
        server = self._server(web, message)
        found = find_thread(message, server.look(since=message.created))
        return Receipt(id=found, url=server.urls.get(found)) if found else None

    def whoami(self, web: Session) -> Who:
        """The account, and what its server takes."""
        limits = self.ask_limits(web)
        me = self._server(web).me()
        host = self.server.partition("://")[2]
        name = f"@{pick(me, 'acct')}@{host}"
        return Who(id=pick(me, "id"), name=name, url=pick(me, "url"), limits=limits)

    def _server(self, web: Session, message: Message | None = None) -> Server:
        token = self.secret("token", web, message)
        return Server(web, self.server, token, timeout=self.timeout)

    def _status(
        self, message: Message, text: str, media: str | None, above: str | None
    ) -> dict[str, Any]:
        optional = {
            "media_ids": [media] if media else None,
            "in_reply_to_id": above,
            "spoiler_text": message.content_warning,
            "language": message.language,
            "sensitive": self.sensitive,
        }
        given = {name: value for name, value in optional.items() if value}
        return {"status": text, "visibility": self.visibility, **given}


def _key(message: Message, number: int) -> str:
    return sha256(f"{message.key}/{number}".encode()).hexdigest()[:32]
