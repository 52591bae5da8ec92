"""A Matrix server's client API, and signing in to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sharekit.errors import Refused, Unauthorized, Unsure
from sharekit.publishers._answers import pick
from sharekit.web import Session

__all__ = ["Api", "sign_in"]

_PAGES, _PAGE = 5, 100
_SKEW = timedelta(minutes=2)  # between our clock and the server's

_tokens: dict[tuple[str, str, str, str], str] = {}
_lock = threading.Lock()


def sign_in(
    server: str, user: str, password: str, web: Session, *, device: str, timeout: float
) -> str:
    """An access token for *device*, the one of before if this process has one.

    Raises `Unauthorized` when the server does not let the user in.
    """
    account = server, user, password, device
    with _lock:
        if account in _tokens:
            return _tokens[account]
        try:
            data = web.call(
                "POST",
                f"{server}/_matrix/client/v3/login",
                json={
                    "type": "m.login.password",
                    "identifier": {"type": "m.id.user", "user": user},
                    "password": password,
                    "device_id": device,
                    "initial_device_display_name": "sharekit",
                },
                repeatable=True,
                timeout=timeout,
            ).json()
        except (Refused, Unauthorized) as error:
            raise Unauthorized(
                f"{server} does not let {user} in: {error.message}",
                hint="Look at user and password, or use an access token.",
            ) from error
        token = pick(data, "access_token")
        web.hide(token)
        if not web.offline:  # a dry run's is none
            _tokens[account] = token
        return token


class Api:
    """What one account may ask of *server*. Every method raises `PublishError`s."""

    def __init__(self, web: Session, server: str, token: str, *, timeout: float) -> None:
        self._web = web
        self._server = server
        self._token = token
        self._timeout = timeout

    def me(self) -> Mapping[str, Any]:
        """The account and the device that the token belongs to."""
        found: Mapping[str, Any] = self._ask("GET", "client/v3/account/whoami")
        return found

    def room(self, name: str) -> str:
        """The id of the room that *name*, an id or an alias, stands for."""
        if not name.startswith("#"):
            return name
        alias = quote(name, safe="")
        return pick(self._ask("GET", f"client/v3/directory/room/{alias}"), "room_id")

    def upload(self, name: str, content: bytes, mime: str) -> str:
        """Upload a file; one that no event names is seen by nobody. Returns its mxc: address."""
        answer = self._ask(
            "POST",
            "media/v3/upload",
            params={"filename": name},
            headers={"Content-Type": mime},
            content=content,
        )
        return pick(answer, "content_uri")

    def send(self, room: str, key: str, content: Mapping[str, Any]) -> str:
        """Send an event under the transaction id *key*; returns the event's id."""
        path = f"client/v3/rooms/{quote(room, safe='')}/send/m.room.message/{key}"
        return pick(self._ask("PUT", path, json=content), "event_id")

    def events(self, room: str, *, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The room's events from now back to *since*. Raises `Unsure` when they are too many."""
        path = f"client/v3/rooms/{quote(room, safe='')}/messages"
        first = (since - _SKEW).timestamp() * 1000
        start = None
        for _ in range(_PAGES):
            page = self._ask("GET", path, params={"dir": "b", "limit": _PAGE, "from": start})
            for event in page["chunk"]:
                if event["origin_server_ts"] < first:
                    return
                yield event
            start = page.get("end")
            if start is None:
                return
        raise Unsure(f"the room has more than {_PAGES * _PAGE} events since this one was written")

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        return self._web.call(
            method,
            f"{self._server}/_matrix/{path}",
            token=self._token,
            repeatable=True,
            timeout=self._timeout,
            **request,
        ).json()
