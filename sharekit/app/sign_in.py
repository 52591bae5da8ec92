"""Signing in on a channel's own page: the browser comes back to this computer with a code."""

from __future__ import annotations

import contextlib
import hmac
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from sharekit import plugins
from sharekit.errors import Unauthorized
from sharekit.ports import SignsIn

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["can_sign_in", "sign_in"]

PASTED = "urn:ietf:wg:oauth:2.0:oob"
"""For a page that shows the code, to be typed in: RFC 8252 calls it out of band."""
_PATIENCE = 300.0  # seconds for a person to say yes
_PAGE = b"""<!doctype html><meta charset=utf-8><title>sharekit</title>
<body style="font: 1.2rem system-ui; margin: 4rem auto; max-width: 30rem">
<p>%s You may close this window.</p>"""


def can_sign_in(channel: str) -> bool:
    """Whether *channel* has a page to sign in on."""
    return isinstance(plugins.load(plugins.PUBLISHERS, channel), SignsIn)


def sign_in(
    app: App,
    channel: str,
    settings: Mapping[str, str],
    *,
    tell: Callable[[str], None],
    paste: Callable[[], str] | None = None,
) -> dict[str, str]:
    """The secrets of a new account of *channel*, after a person has said yes on its page.

    *tell* shows the page's address. With *paste* the page shows a code, which *paste* asks for;
    without it the browser is opened, and brings the code back to a port of this computer.
    Raises `Unauthorized` when nobody says yes within five minutes, and `PublishError`.
    """
    kind: SignsIn = plugins.load(plugins.PUBLISHERS, channel)
    if paste is not None:

        def ask_person(url: str, _: str) -> str:
            tell(url)
            return paste()

        return kind.sign_in(settings, redirect=PASTED, ask=ask_person, web=app.web)
    with _receiver() as server:

        def ask_browser(url: str, state: str) -> str:
            tell(url)
            webbrowser.open(url)
            return _code(server, state)

        address = f"http://127.0.0.1:{server.server_port}/"
        return kind.sign_in(settings, redirect=address, ask=ask_browser, web=app.web)


class _Server(HTTPServer):
    """Takes what the browser brings; loopback only."""

    timeout = 1.0
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


@contextlib.contextmanager
def _receiver() -> Iterator[_Server]:
    server = _Server(("127.0.0.1", 0), _Handler)
    server.brought = {}
    try:
        yield server
    finally:
        server.server_close()


def _code(server: _Server, state: str) -> str:
    """The code that the browser brings, and nobody else: *state* must come back with it."""
    end = monotonic() + _PATIENCE
    while monotonic() < end:
        server.handle_request()
        brought, server.brought = server.brought, {}
        if "error" in brought:
            raise Unauthorized(f"the channel says: {brought['error'][:200]}")
        if brought and hmac.compare_digest(brought.get("state", ""), state):
            return brought["code"]
    raise Unauthorized(
        "nobody signed in within five minutes", hint="Try again, or with --no-browser."
    )
