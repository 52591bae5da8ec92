"""Matrix: an upload and an m.image event for the card, then an m.text event.

An event is sent under a transaction id that the message always has again; for the same device
the server answers a repeat with the event it has, also after a new sign-in. So the device is
part of the settings. Sources: https://spec.matrix.org/latest/client-server-api/,
#put_matrixclientv3roomsroomidsendeventtypetxnid, #mroommessage-msgtypes, #definition-mmentions.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import SecretStr, field_validator

from sharekit.errors import PublishError, Unsure
from sharekit.model import Card, Limits, Message, Receipt, Who
from sharekit.ports import Person
from sharekit.publishers._account import NetworkAccount, nothing_posted, picture
from sharekit.publishers._answers import pick
from sharekit.publishers._matrix_api import Api, sign_in
from sharekit.web import Session

__all__ = ["Matrix"]


class Matrix(NetworkAccount):
    """One account in one room: by an access token, or by user and password."""

    default_limits: ClassVar[Limits] = Limits(
        # An event may have 65,536 bytes with all that the servers add to it.
        length=60_000,
        unit="bytes",
        image_bytes=50_000_000,
        image_formats=("image/jpeg", "image/png", "image/webp"),
        attach=("image", "none"),
    )
    # Servers keep transaction ids in memory for half an hour at least.
    repeatable_for: ClassVar[timedelta | None] = timedelta(minutes=30)

    secret_sets: ClassVar = (("token",), ("password",))

    server: str
    """The account's home server, such as https://matrix.org."""
    room: str
    """A room's id (!...) or alias (#...); the account must have joined it."""
    token: SecretStr | None = None
    """An access token; in Element: All settings, Help & About."""
    user: str | None = None
    """Instead: the account, such as @otters:matrix.org, with a password."""
    password: SecretStr | None = None
    """The account's password."""
    device: str = "SHAREKIT"
    """The device that signs in with the password. Two installations need two."""

    @field_validator("server")
    @classmethod
    def _address(cls, server: str) -> str:
        return (server if "://" in server else f"https://{server}").rstrip("/")

    @classmethod
    def sign_in(
        cls, settings: Mapping[str, str], *, person: Person, web: Session
    ) -> dict[str, str]:
        """A token for a device of its own, by user and password; the password is not kept."""
        about = cls.descriptions()
        server = cls.told(settings, person, "server")
        user = settings.get("user") or person.ask(
            "user", "The account, such as @otters:matrix.org; nothing: you type in a token.",
            default="",
        )  # fmt: skip
        if not user:
            token = person.ask("token", about["token"], secret=True)
            return {"server": server, "token": token}
        password = settings.get("password") or person.ask(
            "password", "The account's password; it is used once and not kept.", secret=True
        )
        device = settings.get("device") or f"SHAREKIT{secrets.token_hex(3).upper()}"
        account = cls.model_validate({"room": "", **settings, "server": server})
        web.hide(password)
        token = sign_in(account.server, user, password, web, device=device, timeout=account.timeout)
        return {"server": server, "user": user, "device": device, "token": token, "password": ""}

    def publish(self, message: Message, web: Session) -> Receipt:
        """Send the picture, if there is one, and then the text."""
        self.check(message)
        with nothing_posted():
            api = self._api(web, message)
            room = api.room(self.room)
        if message.attach == "image" and message.card:
            with nothing_posted():
                uri = api.upload(message.card.path.name, picture(message.card), message.card.mime)
            api.send(room, _key(message, "image"), _image(message.card, uri))
        text = {"msgtype": "m.text", "body": message.text, "m.mentions": {}}
        return _receipt(room, api.send(room, _key(message, "text"), text))

    def find(self, message: Message, web: Session) -> Receipt | None:
        """Look for the transaction id among the room's events since the message was made."""
        try:
            api = self._api(web, message)
            room = api.room(self.room)
            key = _key(message, "text")
            for event in api.events(room, since=message.created):
                if event.get("unsigned", {}).get("transaction_id") == key:
                    return _receipt(room, pick(event, "event_id"))
        except PublishError as error:
            raise Unsure(f"whether the event is there cannot be seen: {error.message}") from error
        return None

    def whoami(self, web: Session) -> Who:
        """The account and the device."""
        me = self._api(web).me()
        device = me.get("device_id", "not known")
        user = pick(me, "user_id")
        return Who(id=user, name=user, limits=self.limits, notes=(f"The device is {device}.",))

    def _api(self, web: Session, message: Message | None = None) -> Api:
        if self.token is not None or not self.user:
            token = self.secret("token", web, message)
        else:
            password = self.secret("password", web, message)
            token = sign_in(
                self.server, self.user, password, web, device=self.device, timeout=self.timeout
            )
        return Api(web, self.server, token, timeout=self.timeout)


def _key(message: Message, what: str) -> str:
    return sha256(f"{message.key}/{what}".encode()).hexdigest()[:32]


def _image(card: Card, uri: str) -> dict[str, Any]:
    """m.image; its `body` is what a reader without the picture is told."""
    info = {"mimetype": card.mime, "size": card.bytes, "w": card.width, "h": card.height}
    body = card.alt or card.path.name
    return {"msgtype": "m.image", "body": body, "url": uri, "info": info, "m.mentions": {}}


def _receipt(room: str, event: str) -> Receipt:
    return Receipt(id=event, url=f"https://matrix.to/#/{quote(room, safe='')}/{event}")
