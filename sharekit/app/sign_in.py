"""Signing in: a person's answers, and the browser that comes back to this computer with a code.

A program without a server of its own listens on a port of this computer for as long as the
person needs to say yes (RFC 8252, 7.3). Where the browser runs elsewhere, or the network leads
back only to a page of the web, the person pastes the code, or the address it came in.
"""

from __future__ import annotations

import contextlib
import hmac
import webbrowser
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from sharekit import plugins
from sharekit.errors import Unauthorized, UserError
from sharekit.ports import SignsIn

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["Asked", "can_sign_in", "sign_in"]

PASTED = "urn:ietf:wg:oauth:2.0:oob"
"""For a page that shows the code, to be typed in: RFC 8252 calls it out of band."""
REDIRECT = "http://127.0.0.1:8765/"
"""Where a network that wants to know it before leads the browser back to."""
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_PATIENCE = 300.0  # seconds for a person to say yes
_PAGE = b"""<!doctype html><meta charset=utf-8><title>sharekit</title>
<body style="font: 1.2rem system-ui; margin: 4rem auto; max-width: 30rem">
<p>%s You may close this window.</p>"""

Asked = Callable[..., str]
"""Asks a person: as `sharekit.ports.Person.ask`."""


def can_sign_in(channel: str) -> bool:
    """Whether *channel* sets its accounts up together with the person."""
    return isinstance(plugins.load(plugins.PUBLISHERS, channel), SignsIn)


def sign_in(
    app: App,
    channel: str,
    settings: Mapping[str, str],
    *,
    tell: Callable[[str], None],
    ask: Asked,
    paste: bool = False,
    redirect: str | None = None,
) -> dict[str, str]:
    """What *settings* lack for a new account of *channel*, secrets included.

    *tell* shows a page's address, *ask* asks the person. With *paste*, or where *redirect* is no
    address of this computer, the code is asked for; else the browser is opened, and brings it.
    Raises `Unauthorized` when nobody says yes within five minutes, `UserError` for a port that
    is taken, and `PublishError`.
    """
    kind: Any = plugins.load(plugins.PUBLISHERS, channel)
    if redirect is None:
        redirect = "http://127.0.0.1:0/" if kind.any_redirect else REDIRECT
        redirect = PASTED if paste and kind.any_redirect else redirect
    with contextlib.closing(_Person(redirect, tell=tell, ask=ask, paste=paste)) as person:
        found: dict[str, str] = kind.sign_in(settings, person=person, web=app.web)
    return found


class _Person:
    """`sharekit.ports.Person`, at a terminal and a browser."""

    def __init__(
        self, redirect: str, *, tell: Callable[[str], None], ask: Asked, paste: bool
    ) -> None:
        self._redirect = redirect
        self._tell = tell
        self.ask = ask
        place = urlsplit(redirect)
        listens = place.scheme == "http" and place.hostname in _LOOPBACK and not paste
        self._port = 80 if place.port is None else place.port
        self._listens = listens
        self._server: _Server | None = None

    @property
    def redirect(self) -> str:
        """Where the browser is to come back to; the port is one of ours from now on."""
        if not self._listens or urlsplit(self._redirect).port != 0:
            return self._redirect
        return self._redirect.replace(":0", f":{self._listening().server_port}", 1)

    def visit(self, url: str, state: str) -> str:
        """The code that the page at *url* hands out for *state*."""
        if not self._listens:
            self._tell(url)
            about = "The code that the page shows, or the address that it leads to."
            return _from_pasted(self.ask("code", about, secret=True), state)
        server = self._listening()
        self._tell(url)
        webbrowser.open(url)
        return _code(server, state)

    def close(self) -> None:
        """Give the port back."""
        if self._server is not None:
            self._server.server_close()

    def _listening(self) -> _Server:
        if self._server is None:
            try:
                self._server = _Server(("127.0.0.1", self._port), _Handler)
            except OSError as error:
                raise UserError(
                    f"port {self._port} of this computer cannot be used: {error.strerror}",
                    hint="Name another address that the app knows: "
                    "--redirect http://127.0.0.1:PORT/. Or paste the code: --no-browser.",
                ) from error
            self._server.brought = {}
        return self._server


class _Server(HTTPServer):
    """Takes what the browser brings; loopback only."""

    timeout = 1.0
    allow_reuse_address = True
    brought: dict[str, str]


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 5.0  # for whoever connects and says nothing

    def do_GET(self) -> None:
        """Keep the query, and tell the person to go back."""
        query = parse_qs(urlsplit(self.path).query)
        if "code" in query or "error" in query:
            self.server.brought = {name: values[0] for name, values in query.items()}
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_PAGE % (b"Signed in." if "code" in query else b"Nothing was signed."))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the query holds the code."""


def _code(server: _Server, state: str) -> str:
    """The code that the browser brings, and nobody else: *state* must come back with it."""
    end = monotonic() + _PATIENCE
    while monotonic() < end:
        server.handle_request()
        brought, server.brought = server.brought, {}
        if "error" in brought:
            raise _denied(brought["error"])
        if brought and hmac.compare_digest(brought.get("state", "").encode(), state.encode()):
            return brought["code"]
    raise Unauthorized(
        "nobody signed in within five minutes", hint="Try again, or with --no-browser."
    )


def _from_pasted(pasted: str, state: str) -> str:
    """The code in what a person pasted: the code itself, or the whole address with its state."""
    if "://" not in pasted:
        return pasted
    query = {name: values[0] for name, values in parse_qs(urlsplit(pasted).query).items()}
    if "error" in query:
        raise _denied(query["error"])
    if not hmac.compare_digest(query.get("state", "").encode(), state.encode()):
        raise Unauthorized(
            "that address belongs to another try", hint="Paste the one that you were just led to."
        )
    return query.get("code", "")


def _denied(error: str) -> Unauthorized:
    return Unauthorized(f"the channel says: {error[:200]}")
