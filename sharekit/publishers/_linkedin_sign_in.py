"""Signing in to LinkedIn: the page of an app, its code, and tokens that end after 60 days.

https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow,
.../programmatic-refresh-tokens (for approved partners), .../token-introspection.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field, SecretStr

from sharekit.errors import PublishError
from sharekit.ports import Person
from sharekit.publishers import _oauth
from sharekit.publishers._renewal import RenewedAccount
from sharekit.web import Session

__all__ = ["LinkedInAccount"]

_PERSON = "openid profile w_member_social"
_ORGANIZATION = "openid profile w_organization_social r_organization_social"


class LinkedInAccount(RenewedAccount):
    """The part of an account on LinkedIn that its sign-in is about."""

    secret_sets: ClassVar = (("token",),)
    changing: ClassVar = ("token", "refresh_token")
    ahead: ClassVar = timedelta(days=7)

    token: SecretStr | None = None
    """An access token with w_member_social (a person) or w_organization_social."""
    refresh_token: SecretStr | None = None
    """What the token is renewed with, where LinkedIn gives the app one."""
    client_id: str | None = None
    """The app's Client ID: linkedin.com/developers, Auth."""
    client_secret: SecretStr | None = None
    """The app's Primary Client Secret."""
    author: str | None = Field(None, pattern=r"^urn:li:(person|organization):[\w-]+$")
    """Who posts: urn:li:organization:123; else the person whose token it is."""
    sign_in_url: str = "https://www.linkedin.com"
    """Where LinkedIn asks a person whether the app may post."""

    @classmethod
    def sign_in(
        cls, settings: Mapping[str, str], *, person: Person, web: Session
    ) -> dict[str, str]:
        """A token, after the person has said yes on LinkedIn; or one that is typed in."""
        client = settings.get("client_id") or person.ask(
            "client_id",
            "The app's Client ID (linkedin.com/developers, Auth); the app must name "
            f"{person.redirect} as a redirect URL. Nothing: you type in a token instead.",
            default="",
        )
        if not client:
            return {"token": person.ask("token", cls.descriptions()["token"], secret=True)}
        secret = cls.told(settings, person, "client_secret", secret=True)
        known = {"client_id": client, "client_secret": secret}
        account = cls.model_validate({**settings, **known})
        page = f"{account._sign_in}/oauth/v2/authorization"
        scope = _ORGANIZATION if "organization" in (account.author or "") else _PERSON
        form = _oauth.authorize(person, page, client_id=client, scope=scope)
        return {**known, **account._token(form, web)}

    @property
    def renews(self) -> bool:
        """With a refresh token, which LinkedIn gives to approved apps."""
        return bool(self.client_id and self.client_secret and self.refresh_token)

    def fetch(self, web: Session) -> Mapping[str, str]:
        """A new token; the refresh token stays, and ends a year after it was given."""
        refresh = self._value("refresh_token")
        return self._token({"grant_type": "refresh_token", "refresh_token": refresh}, web)

    def token_ends(self, web: Session) -> datetime | None:
        """When the sign-in ends: as LinkedIn says, where the app's secret is known."""
        if not (self.client_id and self.client_secret and self.token):
            return self.expires
        form = {
            "client_id": self.client_id,
            "client_secret": self._value("client_secret"),
            "token": self._value("token"),
        }
        web.hide(form["client_secret"], form["token"])
        url = f"{self._sign_in}/oauth/v2/introspectToken"
        try:
            found = web.call("POST", url, data=form, repeatable=True, timeout=self.timeout).json()
            return datetime.fromtimestamp(int(found["expires_at"]), UTC)
        except (PublishError, KeyError, TypeError, ValueError):
            return self.expires  # a word more or less about a sign-in that works

    def _token(self, form: Mapping[str, Any], web: Session) -> dict[str, str]:
        app = {"client_id": self.client_id, "client_secret": self._value("client_secret")}
        answer = _oauth.token(web, f"{self._sign_in}/oauth/v2/accessToken", {**form, **app})
        return _oauth.renewed(answer, "token")

    @property
    def _sign_in(self) -> str:
        return self.sign_in_url.rstrip("/")
