"""OAuth 2.0 as the networks have it: the page, the code, the token, the next token.

RFC 6749 (4.1 the code, 6 the refresh), RFC 7636 (PKCE), RFC 8252 (programs without a server).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from sharekit.credentials import EXPIRES, moment
from sharekit.errors import Refused, Unauthorized
from sharekit.ports import Person
from sharekit.publishers._answers import pick
from sharekit.web import Session

__all__ = ["authorize", "basic", "challenge", "ends", "renewed", "token"]


def challenge() -> tuple[str, dict[str, str]]:
    """A verifier for PKCE, and what of it goes to the page (RFC 7636, 4.2)."""
    verifier = secrets.token_urlsafe(48)
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    sent = {"code_challenge": digest.rstrip(b"=").decode(), "code_challenge_method": "S256"}
    return verifier, sent


def authorize(person: Person, page: str, **query: str) -> dict[str, str]:
    """What the token endpoint wants, with the code of *page* after *person* has said yes there."""
    state = secrets.token_urlsafe(16)
    asked = {"response_type": "code", "redirect_uri": person.redirect, "state": state, **query}
    # Not every network takes a plus for a space in its scopes.
    code = person.visit(f"{page}?{urlencode(asked, quote_via=quote)}", state)
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": person.redirect}


def token(web: Session, url: str, form: Mapping[str, Any], *, basic: str | None = None) -> Any:
    """The answer of the token endpoint *url*, its tokens hidden from every message.

    Raises `Unauthorized` where the channel takes the code or the refresh token no more.
    """
    headers = {"Authorization": f"Basic {basic}"} if basic else {}
    web.hide(*(form[name] for name in ("client_secret", "refresh_token", "code") if form.get(name)))
    try:
        answer = web.call("POST", url, data=form, headers=headers, repeatable=True).json()
    except Refused as error:
        raise Unauthorized(
            f"the sign-in was not accepted: {error.message}", hint="Sign in again: accounts add."
        ) from error
    pick(answer, "access_token")
    web.hide(*(str(answer[name]) for name in ("access_token", "refresh_token") if answer.get(name)))
    return answer


def renewed(answer: Mapping[str, Any], field: str) -> dict[str, str]:
    """The secrets in a token endpoint's *answer*; the access token is the account's *field*."""
    return {
        field: str(answer["access_token"]),
        "refresh_token": str(answer.get("refresh_token") or ""),
        EXPIRES: ends(answer.get("expires_in")),
    }


def basic(client_id: str, client_secret: str) -> str:
    """The two as HTTP's Basic scheme has them, which a confidential client signs with."""
    return base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()


def ends(seconds: Any) -> str:
    """The moment *seconds* from now in ISO 8601; `""` where the channel says nothing."""
    when = moment(seconds) if isinstance(seconds, (int, float)) else None
    return when.isoformat(timespec="seconds") if when else ""
