"""Who may ask: the right host, the right page, and somebody who was given the link.

A browser sends requests for any page that is open in it. So: a Host that is not ours is
refused (DNS rebinding), a request that another site's page makes is refused (CSRF, also on the
routes that only read), and everything needs the cookie that the printed link, once, gives.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import URL, Headers, QueryParams
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sharekit.preview.words import w

__all__ = ["HEADERS", "Door", "Guard", "linked"]

SAFE = ("GET", "HEAD", "OPTIONS")
MAX_BODY = 256 * 1024
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
READ_ONLY_ROUTES = ("/count", "/when", "/layouts/draw", "/layouts/compare")
"""POST that change nothing but the cache: texts and looks are long, and need a body."""


@dataclass(slots=True)
class Door:
    """What opens the page: a link's *token*, good once, or a *password*; then the *session*."""

    port: int
    host: str = "127.0.0.1"
    password: str | None = None
    read_only: bool = False
    token: str | None = field(default_factory=lambda: secrets.token_urlsafe(24))
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    sleep: Callable[[float], None] = time.sleep

    @property
    def cookie(self) -> str:
        """The cookie's name; browsers share cookies between ports."""
        return f"sharekit-{self.port}"

    def take(self, token: str) -> bool:
        """Whether *token* is the link's, which is thereby used up."""
        good = self.token is not None and secrets.compare_digest(
            token.encode(), self.token.encode()
        )
        if good:
            self.token = None
        return good

    def knows(self, host: str) -> bool:
        """Whether the page may be called by the name *host* (with its port)."""
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname or "", parts.port or 80
        except ValueError:
            return False
        if port != self.port or parts.username or parts.path:
            return False
        if name in ("127.0.0.1", "localhost", "::1", self.host.strip("[]")):
            return True
        return self.password is not None and _is_address(name)


def _is_address(name: str) -> bool:
    """An address of this machine in its network; a name could be anybody's."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Guard:
    """ASGI middleware that lets in what is allowed and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app = app
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(
                        (key.encode(), value.encode())
                        for key, value in HEADERS.items()
                        if key.encode() not in own
                    ),
                ]
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        response = self._entrance(scope, headers)
        await (response or self.app)(scope, receive, guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:  # noqa: PLR0911
        """Why this request is none of ours, whoever it comes from."""
        if scope["type"] != "http":
            return PlainTextResponse(w("guard.kind"), 400)
        host = headers.get("host", "")
        if not self.door.knows(host):
            return PlainTextResponse(w("guard.host"), 421)
        origin = headers.get("origin")
        site = headers.get("sec-fetch-site")
        if origin is not None and not self._is_ours(origin):
            return PlainTextResponse(w("guard.origin"), 403)
        if site in ("cross-site", "same-site") and not _is_visit(scope, headers):
            return PlainTextResponse(w("guard.origin"), 403)
        if scope["method"] in SAFE:
            return None
        if site not in ("same-origin", "none") and origin is None:
            return PlainTextResponse(w("guard.origin"), 403)
        if int(headers.get("content-length") or 0) > MAX_BODY or "transfer-encoding" in headers:
            return PlainTextResponse(w("guard.large"), 413)
        if self.door.read_only and scope["path"] not in READ_ONLY_ROUTES:
            return PlainTextResponse(w("guard.read_only"), 403)
        return None

    def _is_ours(self, origin: str) -> bool:
        parts = urlsplit(origin)
        return parts.scheme in ("http", "https") and self.door.knows(parts.netloc)

    def _entrance(self, scope: Scope, headers: Headers) -> Response | None:
        """Let in whoever has the cookie, give it to whoever has the link or the password."""
        if self._has_session(headers):
            return None if "token" not in QueryParams(scope["query_string"]) else _clean(scope)
        given = QueryParams(scope["query_string"]).get("token")
        if scope["method"] == "GET" and given is not None and self.door.take(given):
            return self._with_cookie(_clean(scope))
        if self.door.password is not None:
            if self._has_password(headers):
                return self._with_cookie(_clean(scope)) if scope["method"] == "GET" else None
            return PlainTextResponse(
                w("guard.password"),
                401,
                {"www-authenticate": 'Basic realm="sharekit", charset="UTF-8"'},
            )
        return PlainTextResponse(w("guard.used" if given else "guard.link"), 401)

    def _has_session(self, headers: Headers) -> bool:
        try:
            cookies = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        found = cookies.get(self.door.cookie)
        return found is not None and secrets.compare_digest(
            found.value.encode(), self.door.session.encode()
        )

    def _has_password(self, headers: Headers) -> bool:
        kind, _, encoded = headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic" or self.door.password is None:
            return False
        try:
            said = base64.b64decode(encoded, validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            return False
        return secrets.compare_digest(said, self.door.password.encode())

    def _with_cookie(self, response: Response) -> Response:
        response.set_cookie(
            self.door.cookie, self.door.session, path="/", httponly=True, samesite="strict"
        )
        return response


def _is_visit(scope: Scope, headers: Headers) -> bool:
    """Somebody follows a link to the page: nothing is read by the page that they come from."""
    return scope["method"] == "GET" and headers.get("sec-fetch-mode") == "navigate"


def _clean(scope: Scope) -> Response:
    """To the same page without the token, which so leaves the address bar and the history."""
    url = URL(scope=scope).remove_query_params("token")
    path = url.path if url.path.startswith("/") and not url.path.startswith("//") else "/"
    return RedirectResponse(f"{path}?{url.query}" if url.query else path, 303)


def linked(url: str | None) -> str | None:
    """*url*, which others gave, where a page may lead to it: never `javascript:` and the like."""
    return url if url and url.lower().startswith(("http://", "https://")) else None
