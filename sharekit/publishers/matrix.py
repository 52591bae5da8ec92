"""Matrix: an upload and an m.image event for the card, then an m.text event.

An event is sent under a transaction id that the message always has again; for the same device
the server answers a repeat with the event it has, also after a new sign-in. So the device is
part of the settings. Sources: https://spec.matrix.org/latest/client-server-api/,
#put_matrixclientv3roomsroomidsendeventtypetxnid, #mroommessage-msgtypes, #definition-mmentions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import SecretStr, field_validator

from sharekit.errors import PublishError, Unsure
from sharekit.model import Card, Limits, Message, Receipt, Who
from sharekit.publishers._account import NetworkAccount, nothing_posted, picture
from sharekit.publishers._answers import pick
from sharekit.publishers._matrix_sign_in import sign_in
from sharekit.web import Session

__all__ = ["Matrix"]

_PAGES, _PAGE = 5, 100


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

    def publish(self, message: Message, web: Session) -> Receipt:
        """Send the picture, if there is one, and then the text."""
        self.check(message)
        with nothing_posted():
            token = self._token(web, message)
            room = self._room(web, token)
        if message.attach == "image" and message.card:
            with nothing_posted():
                uri = self._upload(message.card, web, token)
            self._send(room, _key(message, "image"), _image(message.card, uri), web, token)
        text = {"msgtype": "m.text", "body": message.text, "m.mentions": {}}
        return _receipt(room, self._send(room, _key(message, "text"), text, web, token))

    def find(self, message: Message, web: Session) -> Receipt | None:
        """Look for the transaction id among the room's events since the message was made."""
        try:
            token = self._token(web, message)
            room = self._room(web, token)
            key = _key(message, "text")
            for event in self._events(room, message, web, token):
                if event.get("unsigned", {}).get("transaction_id") == key:
                    return _receipt(room, pick(event, "event_id"))
        except PublishError as error:
            raise Unsure(f"whether the event is there cannot be seen: {error.message}") from error
        return None

    def whoami(self, web: Session) -> Who:
        """The account and the device."""
        me = self._ask(web, "GET", "account/whoami", self._token(web)).json()
        device = pick(me, "device_id") if "device_id" in me else "unknown"
        user = pick(me, "user_id")
        return Who(id=user, name=user, limits=self.limits, notes=(f"The device is {device}.",))

    def _token(self, web: Session, message: Message | None = None) -> str:
        if self.token is not None or not self.user:
            return self.secret("token", web, message)
        password = self.secret("password", web, message)
        return sign_in(
            self.server, self.user, password, web, device=self.device, timeout=self.timeout
        )

    def _room(self, web: Session, token: str) -> str:
        if not self.room.startswith("#"):
            return self.room
        alias = quote(self.room, safe="")
        return pick(self._ask(web, "GET", f"directory/room/{alias}", token).json(), "room_id")

    def _upload(self, card: Card, web: Session, token: str) -> str:
        answer = web.call(
            "POST",
            f"{self.server}/_matrix/media/v3/upload",
            token=token,
            params={"filename": card.path.name},
            headers={"Content-Type": card.mime},
            content=picture(card),
            repeatable=True,  # a file that no event names is seen by nobody
            timeout=self.timeout,
        )
        return pick(answer.json(), "content_uri")

    def _send(
        self, room: str, key: str, content: Mapping[str, Any], web: Session, token: str
    ) -> str:
        path = f"rooms/{quote(room, safe='')}/send/m.room.message/{key}"
        return pick(self._ask(web, "PUT", path, token, json=content).json(), "event_id")

    def _events(
        self, room: str, message: Message, web: Session, token: str
    ) -> Iterator[Mapping[str, Any]]:
        """The room's messages from now back to before *message* was made."""
        path = f"rooms/{quote(room, safe='')}/messages"
        since = (message.created - timedelta(minutes=2)).timestamp() * 1000
        start = None
        for _ in range(_PAGES):
            params = {"dir": "b", "limit": _PAGE, "from": start}
            page = self._ask(web, "GET", path, token, params=params).json()
            for event in page["chunk"]:
                if event["origin_server_ts"] < since:
                    return
                yield event
            start = page.get("end")
            if start is None:
                return
        raise Unsure(f"the room has more than {_PAGES * _PAGE} events since this one was written")

    def _ask(self, web: Session, method: str, path: str, token: str, **request: Any) -> Any:
        return web.call(
            method,
            f"{self.server}/_matrix/client/v3/{path}",
            token=token,
            repeatable=True,
            timeout=self.timeout,
            **request,
        )


def _key(message: Message, what: str) -> str:
    return sha256(f"{message.key}/{what}".encode()).hexdigest()[:32]


def _image(card: Card, uri: str) -> dict[str, Any]:
    """m.image; its `body` is what a reader without the picture is told."""
    info = {"mimetype": card.mime, "size": card.bytes, "w": card.width, "h": card.height}
    body = card.alt or card.path.name
    return {"msgtype": "m.image", "body": body, "url": uri, "info": info, "m.mentions": {}}


def _receipt(room: str, event: str) -> Receipt:
    return Receipt(id=event, url=f"https://matrix.to/#/{quote(room, safe='')}/{event}")
