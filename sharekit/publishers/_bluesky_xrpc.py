"""XRPC of one account: signed in when it is needed, and no oftener.

A server allows 30 sign-ins in five minutes and 300 a day, so a session is kept for the life of
the process; when its token has run out, the app password makes a new one.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sharekit.errors import Refused, Unauthorized
from sharekit.publishers._answers import pick
from sharekit.web import Answer, Session

__all__ = ["SignedIn", "Xrpc"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session on the account's server."""

    did: str
    handle: str
    token: str = field(repr=False)


_kept: dict[tuple[str, str, str], SignedIn] = {}
_lock = threading.Lock()


class Xrpc:
    """Calls to *server* as *handle*. Every method raises `PublishError`s."""

    def __init__(
        self, web: Session, server: str, handle: str, password: str, *, timeout: float
    ) -> None:
        self._web = web
        self._server = server.rstrip("/")
        self._account = (self._server, handle, password)
        self._timeout = timeout

    @property
    def session(self) -> SignedIn:
        """The session, begun if there is none."""
        with _lock:
            if self._account not in _kept:
                _kept[self._account] = self._sign_in()
            return _kept[self._account]

    def post(self, name: str, body: Mapping[str, Any]) -> Any:
        """A procedure with a JSON body. It may have been carried out when this fails."""
        return self._signed(name, json=body).json()

    def upload(self, content: bytes, mime: str) -> Any:
        """Upload a blob; a repeat is harmless, as one that no record uses is deleted."""
        answer = self._signed(
            "com.atproto.repo.uploadBlob",
            content=content,
            headers={"Content-Type": mime},
            repeatable=True,
        ).json()
        pick(answer, "blob", "ref", "$link")
        return answer["blob"]

    def get(self, name: str, params: Mapping[str, str], *, missing: str) -> Any:
        """A query; `None` where the server answers the error *missing*."""
        try:
            return self._web.call(
                "GET", self._url(name), params=params, repeatable=True, timeout=self._timeout
            ).json()
        except Refused as error:
            if missing in error.message:
                return None
            raise

    def did_of(self, handle: str) -> str | None:
        """The DID that *handle* stands for; `None` where it stands for nobody."""
        name = "com.atproto.identity.resolveHandle"
        try:
            answer = self._web.call(
                "GET", self._url(name), params={"handle": handle}, repeatable=True,
                timeout=self._timeout,
            )  # fmt: skip
        except Refused:
            return None
        return pick(answer.json(), "did")

    def _signed(self, name: str, **request: Any) -> Answer:
        session = self.session
        try:
            return self._call(name, session.token, **request)
        except Refused as error:
            if "ExpiredToken" not in error.message:
                raise
        with _lock:
            if _kept.get(self._account) is session:
                del _kept[self._account]
        return self._call(name, self.session.token, **request)

    def _call(self, name: str, token: str | None, **request: Any) -> Answer:
        return self._web.call(
            "POST", self._url(name), token=token, timeout=self._timeout, **request
        )

    def _sign_in(self) -> SignedIn:
        _, handle, password = self._account
        try:
            data = self._call(
                "com.atproto.server.createSession",
                None,
                json={"identifier": handle, "password": password},
                repeatable=True,
            ).json()
        except Unauthorized as error:
            raise Unauthorized(
                f"{self._server} does not let {handle} in: {error.message}",
                hint="Make a new app password and run: sharekit accounts add bluesky.",
            ) from error
        token = pick(data, "accessJwt")
        self._web.hide(token)
        return SignedIn(did=pick(data, "did"), handle=pick(data, "handle"), token=token)

    def _url(self, name: str) -> str:
        return f"{self._server}/xrpc/{name}"
