"""An authorisation server as RFC 6749 and RFC 7636 have it: each network's own is a use of it."""

from __future__ import annotations

import base64
import hashlib
import itertools
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sharekit.testing import Reply, Request


class Denied(Exception):
    """What the token endpoint refuses, in the RFC's words."""


@dataclass(kw_only=True)
class Page:
    """One app and one person who says yes at once.

    *secret* is what the app proves itself with in the form; *callbacks* are the addresses that the app has named; *pkce*: the code must be proved.
    `good` are the access tokens that hold, `refresh` those that get the next one, each once.
    """

    client_id: str
    callbacks: set[str]
    scopes: set[str]
    secret: str = ""
    pkce: bool = False
    separator: str = " "
    good: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    answers: int = 0
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _number: Any = field(default_factory=lambda: itertools.count(1))

    def authorize(self, request: Request, after: str = "") -> Reply:
        """The page: it leads back with a code and the state, unless something is not right."""
        asked = request.query
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.client_id
        assert asked["redirect_uri"] in self.callbacks, asked["redirect_uri"]
        assert set(asked["scope"].split(self.separator)) <= self.scopes
        assert len(asked["state"]) >= 16
        if self.pkce:
            assert asked["code_challenge_method"] == "S256"
            assert len(asked["code_challenge"]) == 43
        code = f"code-{next(self._number)}"
        self._codes[code] = dict(asked)
        back = urlencode({"code": code, "state": asked["state"]})
        return Reply(status=302, headers={"Location": f"{asked['redirect_uri']}?{back}{after}"})

    def take(self, form: dict[str, Any]) -> None:
        """Use up the code of *form*, or its refresh token. Raises `Denied`."""
        if self.secret and (form["client_id"], form["client_secret"]) != (
            self.client_id,
            self.secret,
        ):
            raise Denied("invalid_client")
        if form["grant_type"] == "refresh_token":
            token = form["refresh_token"]
            if token in self.used:  # stolen, or used twice: the whole family ends
                self.refresh.clear()
                self.good.clear()
            if token not in self.refresh:
                raise Denied("invalid_grant")
            return
        assert form["grant_type"] == "authorization_code"
        asked = self._codes.pop(form["code"], None)
        if asked is None or asked["redirect_uri"] != form["redirect_uri"]:
            raise Denied("invalid_grant")
        if self.pkce:
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if proof != asked["code_challenge"]:
                raise Denied("invalid_request")

    def issue(self, kind: str = "token") -> str:
        """A new access token; the old ones hold no more."""
        self.good = {f"{kind}-0AnAccessTokenForTests000000-{next(self._number):04}"}
        self.answers += 1
        return next(iter(self.good))

    def rotate(self, form: dict[str, Any], kind: str = "refresh") -> str:
        """The next refresh token, after which the one in *form* is good no more."""
        self.used.add(str(form.get("refresh_token")))
        self.refresh = {f"{kind}-0ARefreshTokenForTests00000-{next(self._number):04}"}
        return next(iter(self.refresh))
