"""Signing in to Threads: the page of an app, its code, a token for an hour, one for 60 days.

https://developers.facebook.com/docs/threads/get-started/get-access-tokens-and-permissions,
.../long-lived-tokens, https://developers.facebook.com/docs/threads/reference/debug.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import SecretStr

from sharekit.credentials import EXPIRES
from sharekit.errors import PublishError, Refused, Unauthorized
from sharekit.ports import Person
from sharekit.publishers import _oauth
from sharekit.publishers._answers import pick
from sharekit.publishers._renewal import RenewedAccount
from sharekit.web import Session

__all__ = ["ThreadsAccount"]

_SCOPES = "threads_basic,threads_content_publish"


class ThreadsAccount(RenewedAccount):
    """The part of a profile on Threads that its sign-in is about."""

    # A token can be renewed from its second day to its last one.
    ahead: ClassVar = timedelta(days=30)

    token: SecretStr | None = None
    """A long-lived access token with threads_basic and threads_content_publish."""
    client_id: str | None = None
    """The Threads app's ID: developers.facebook.com, App settings, Basic."""
    base_url: str = "https://graph.threads.net/v1.0"
    """Where the API is."""
    sign_in_url: str = "https://threads.net"
    """Where Threads asks a person whether the app may post."""

    @classmethod
    def sign_in(
        cls, settings: Mapping[str, str], *, person: Person, web: Session
    ) -> dict[str, str]:
        """A token for 60 days, after the person has said yes; or one that is typed in."""
        client = settings.get("client_id") or person.ask(
            "client_id",
            "The Threads app's ID; the app must name an https address as a redirect callback, "
            "given here as --redirect. Nothing: you type in a token instead.",
            default="",
        )
        if not client:
            return {"token": person.ask("token", cls.descriptions()["token"], secret=True)}
        secret = person.ask(
            "client_secret", "The Threads app's secret; it is used once and not kept.", secret=True
        )
        web.hide(secret)
        account = cls.model_validate({**settings, "client_id": client})
        page = f"{account.sign_in_url.rstrip('/')}/oauth/authorize"
        form = _oauth.authorize(person, page, client_id=client, scope=_SCOPES)
        form["code"] = form["code"].removesuffix("#_")  # which Threads appends
        app = {"client_id": client, "client_secret": secret}
        short = _oauth.token(web, f"{account._root}/oauth/access_token", {**form, **app})
        return {
            "client_id": client,
            **account._longer(
                web,
                "access_token",
                grant_type="th_exchange_token",
                client_secret=secret,
                access_token=str(short["access_token"]),
            ),
        }

    @property
    def renews(self) -> bool:
        """With any token that has not ended."""
        return self.token is not None

    @property
    def ends(self) -> datetime | None:
        """When the token does: it goes on only if something is posted before."""
        return self.expires

    def fetch(self, web: Session) -> Mapping[str, str]:
        """A token for another 60 days."""
        return self._longer(
            web,
            "refresh_access_token",
            grant_type="th_refresh_token",
            access_token=self._value("token"),
        )

    def token_ends(self, web: Session) -> datetime | None:
        """When the token ends, as Threads says."""
        token = self.secret("token", web)
        try:
            found = web.call(
                "GET",
                f"{self.base_url.rstrip('/')}/debug_token",
                params={"access_token": token, "input_token": token},
                repeatable=True,
                timeout=self.timeout,
            ).json()
            return datetime.fromtimestamp(int(found["data"]["expires_at"]), UTC)
        except (PublishError, KeyError, TypeError, ValueError):
            return self.expires  # a word more or less about a sign-in that works

    def _longer(self, web: Session, path: str, **query: Any) -> dict[str, str]:
        web.hide(query["access_token"])
        try:
            answer = web.call(
                "GET", f"{self._root}/{path}", params=query, repeatable=True, timeout=self.timeout
            ).json()
        except Refused as error:
            raise Unauthorized(
                f"Threads renews the token no more: {error.message}",
                hint="Sign in again: sharekit accounts add threads.",
            ) from error
        token = pick(answer, "access_token")
        web.hide(token)
        return {"token": token, EXPIRES: _oauth.ends(answer.get("expires_in"))}

    @property
    def _root(self) -> str:
        """The API without its version: tokens have none."""
        return self.base_url.rstrip("/").removesuffix("/v1.0")
