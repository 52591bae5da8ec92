"""Signing in to X: OAuth 2.0 with PKCE, or the four keys of OAuth 1.0a typed in.

https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import SecretStr

from sharekit.ports import Person
from sharekit.publishers import _oauth
from sharekit.publishers._renewal import RenewedAccount
from sharekit.web import Session

__all__ = ["OAUTH1", "XAccount"]

OAUTH1 = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
_SCOPES = "tweet.read tweet.write users.read media.write offline.access"


class XAccount(RenewedAccount):
    """The part of an account on X that its sign-in is about."""

    secret_sets: ClassVar = (("bearer_token",), OAUTH1)
    changing: ClassVar = ("bearer_token", "refresh_token")

    consumer_key: SecretStr | None = None
    """The app's API key."""
    consumer_secret: SecretStr | None = None
    """The secret of the API key."""
    access_token: SecretStr | None = None
    """The account's token for the app, with the right to write."""
    access_token_secret: SecretStr | None = None
    """The secret of the access token."""
    bearer_token: SecretStr | None = None
    """Instead: an OAuth 2.0 user token (tweet.read, tweet.write, users.read, media.write)."""
    refresh_token: SecretStr | None = None
    """What the user token is renewed with every two hours; `accounts add` gets and keeps it."""
    client_id: str | None = None
    """The app's OAuth 2.0 Client ID: console.x.com, Keys and tokens."""
    client_secret: SecretStr | None = None
    """The secret of the Client ID, where the app has one."""
    base_url: str = "https://api.x.com"
    """Where X's API is."""
    sign_in_url: str = "https://x.com"
    """Where X asks a person whether the app may post."""

    @classmethod
    def sign_in(
        cls, settings: Mapping[str, str], *, person: Person, web: Session
    ) -> dict[str, str]:
        """A user token, after the person has said yes on X; or the four keys, typed in."""
        client = settings.get("client_id") or person.ask(
            "client_id",
            "The app's OAuth 2.0 Client ID (console.x.com, Keys and tokens); the app must name "
            f"{person.redirect} as a callback. Nothing: you type in four keys instead.",
            default="",
        )
        if not client:
            return {name: cls.told(settings, person, name, secret=True) for name in OAUTH1}
        secret = settings.get("client_secret") or person.ask(
            "client_secret", "The Client Secret; nothing for a native app.", secret=True, default=""
        )
        known = {"client_id": client, **({"client_secret": secret} if secret else {})}
        account = cls.model_validate({**settings, **known})
        verifier, sent = _oauth.challenge()
        page = f"{account.sign_in_url.rstrip('/')}/i/oauth2/authorize"
        form = _oauth.authorize(person, page, client_id=client, scope=_SCOPES, **sent)
        return {**known, **account._token({**form, "code_verifier": verifier}, web)}

    @property
    def renews(self) -> bool:
        """With an OAuth 2.0 refresh token."""
        return bool(self.client_id and self.refresh_token)

    def fetch(self, web: Session) -> Mapping[str, str]:
        """The next user token, and the next refresh token: each is good once."""
        refresh = self._value("refresh_token")
        return self._token({"grant_type": "refresh_token", "refresh_token": refresh}, web)

    def _token(self, form: Mapping[str, Any], web: Session) -> dict[str, str]:
        client, secret = self.client_id or "", self._value("client_secret")
        web.hide(*filter(None, (secret,)))
        answer = _oauth.token(
            web,
            f"{self.base_url.rstrip('/')}/2/oauth2/token",
            {**form, **({} if secret else {"client_id": client})},
            basic=_oauth.basic(client, secret) if secret else None,
        )
        return _oauth.renewed(answer, "bearer_token")
