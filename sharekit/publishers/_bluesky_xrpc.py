"""XRPC of one account: signed in when it is needed, and no oftener.

A server allows 30 sign-ins in five minutes and 300 a day, so a session is kept, in this process
and beside the account's secrets. When its token has run out (after two hours or so) the refresh
token makes a new one, once for all processes; only when that has run out too does the app
password begin another session. https://docs.bsky.app/docs/api/com-atproto-server-refresh-session
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sharekit.credentials import SESSION, Vault
from sharekit.errors import Refused, Unauthorized
from sharekit.publishers._answers import pick
from sharekit.publishers._bluesky_session import SignedIn
from sharekit.web import Answer, Session

__all__ = ["Xrpc"]

_kept: dict[tuple[str, str, str], SignedIn] = {}
_lock = threading.Lock()


class Xrpc:
    """Calls to *server* as *handle*. Every method raises `PublishError`s."""

    def __init__(
        self,
        web: Session,
        server: str,
        handle: str,
        password: str,
        *,
        timeout: float,
        vault: Vault | None = None,
    ) -> None:
        self._web = web
        self._server = server.rstrip("/")
        self._handle = handle
        self._password = password
        self._timeout = timeout
        self._vault = vault
        # A session belongs to the password that began it; what is stored must not tell that.
        self._owner = sha256(json.dumps([self._server, handle, password]).encode()).hexdigest()
        self._account = (self._server, handle, self._owner)
        # What a dry run signs in with is nothing to be kept.
        self._sessions: dict[tuple[str, str, str], SignedIn] = {} if web.offline else _kept

    @property
    def session(self) -> SignedIn:
        """The session, begun if there is none."""
        with _lock:
            if self._account not in self._sessions:
                self._sessions[self._account] = self._hidden(self._stored() or self._anew(None))
            return self._sessions[self._account]

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
        except (Refused, Unauthorized) as error:
            if not _has_ended(error):
                raise
        with _lock:
            if self._sessions.get(self._account) is session:
                self._sessions[self._account] = self._hidden(self._anew(session))
        return self._call(name, self.session.token, **request)

    def _call(self, name: str, token: str | None, **request: Any) -> Answer:
        return self._web.call(
            "POST", self._url(name), token=token, timeout=self._timeout, **request
        )

    # -- beginning, and going on ------------------------------------------------------------

    def _stored(self) -> SignedIn | None:
        """The session that was stored, if it is this account's."""
        text = self._vault.find(SESSION) if self._vault else None
        return SignedIn.parse(text, owner=self._owner)

    def _anew(self, ended: SignedIn | None) -> SignedIn:
        """A new session in place of *ended*: by its refresh token, else by the password."""
        if self._vault is None:
            return self._go_on(ended) or self._sign_in()
        stored = self._vault.find(SESSION) or ""
        theirs = SignedIn.parse(stored, owner=self._owner)
        if theirs and ended and theirs.token != ended.token:
            return theirs  # another process has been here

        def fetch(_: Mapping[str, str]) -> Mapping[str, str]:
            session = self._go_on(ended or theirs) or self._sign_in()
            return {SESSION: session.text(self._owner)}

        text = self._vault.renew({SESSION: stored}, fetch).get(SESSION)
        return SignedIn.parse(text, owner=self._owner) or self._sign_in()

    def _go_on(self, session: SignedIn | None) -> SignedIn | None:
        """What the refresh token of *session* gives; `None` where it has ended, too."""
        if session is None or not session.refresh:
            return None
        try:
            data = self._call(
                "com.atproto.server.refreshSession", session.refresh, repeatable=True
            ).json()
        except (Refused, Unauthorized):
            return None
        return SignedIn.answered(data)

    def _sign_in(self) -> SignedIn:
        try:
            data = self._call(
                "com.atproto.server.createSession",
                None,
                json={"identifier": self._handle, "password": self._password},
                repeatable=True,
            ).json()
        except Unauthorized as error:
            raise Unauthorized(
                f"{self._server} does not let {self._handle} in: {error.message}",
                hint="Make a new app password and run: sharekit accounts add bluesky.",
            ) from error
        return SignedIn.answered(data)

    def _hidden(self, session: SignedIn) -> SignedIn:
        self._web.hide(*filter(None, (session.token, session.refresh)))
        return session

    def _url(self, name: str) -> str:
        return f"{self._server}/xrpc/{name}"


def _has_ended(error: Refused | Unauthorized) -> bool:
    """Whether a new token would help: the server says it with 400, or with 401."""
    return isinstance(error, Unauthorized) or "ExpiredToken" in error.message
