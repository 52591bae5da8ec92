from __future__ import annotations

import contextlib
import threading
import urllib.request
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from mastodon_server import TOKEN, MastodonServer

from sharekit.app import sign_in as signing
from sharekit.errors import Refused, Unauthorized
from sharekit.web import Session


@pytest.fixture
def server():
    with MastodonServer() as running:
        yield running


@pytest.fixture
def app():
    with Session(allow=["127.0.0.1"]) as web:
        yield SimpleNamespace(web=web)


@pytest.fixture
def browser(monkeypatch):
    """A browser that opens each page, and whatever *before* opens ahead of it."""
    before = []

    def visit(url):
        for address in (*(make(url) for make in before), url):
            with contextlib.suppress(OSError):  # nobody listens any more
                urllib.request.urlopen(address, timeout=10).read()

    def open_page(url):
        threading.Thread(target=visit, args=(url,)).start()

    monkeypatch.setattr("webbrowser.open", open_page)
    return before


def back(url: str, **query: str) -> str:
    """The address that the page *url* leads back to, with *query* instead of its own."""
    redirect = parse_qs(urlsplit(url).query)["redirect_uri"][0]
    return redirect + "?" + "&".join(f"{name}={value}" for name, value in query.items())


def test_the_browser_brings_the_code_back(server, app, browser) -> None:
    told = []
    found = signing.sign_in(app, "mastodon", {"server": server.url}, tell=told.append)
    assert found == {"token": TOKEN}
    assert told[0].startswith(f"{server.url}/oauth/authorize?")


def test_a_code_that_nobody_asked_for_is_not_taken(server, app, browser) -> None:
    browser.append(lambda url: back(url, code="planted", state="guessed"))
    browser.append(lambda url: back(url, code="planted"))
    browser.append(lambda url: back(url, favicon="1"))
    found = signing.sign_in(app, "mastodon", {"server": server.url}, tell=lambda _: None)
    assert found == {"token": TOKEN}


def test_a_person_who_says_no(server, app, browser) -> None:
    browser.append(lambda url: back(url, error="access_denied"))
    with pytest.raises(Unauthorized, match="access_denied"):
        signing.sign_in(app, "mastodon", {"server": server.url}, tell=lambda _: None)


def test_a_person_who_does_nothing(server, app, monkeypatch) -> None:
    monkeypatch.setattr(signing, "_PATIENCE", 0.1)
    monkeypatch.setattr(signing._Server, "timeout", 0.05)
    monkeypatch.setattr("webbrowser.open", lambda _: None)
    with pytest.raises(Unauthorized, match="nobody signed in"):
        signing.sign_in(app, "mastodon", {"server": server.url}, tell=lambda _: None)


def test_a_code_that_is_typed_in(server, app) -> None:
    shown = []

    def paste():
        return urllib.request.urlopen(shown[0]).read().decode()

    found = signing.sign_in(app, "mastodon", {"server": server.url}, tell=shown.append, paste=paste)
    assert found == {"token": TOKEN}


def test_a_wrong_code(server, app) -> None:
    shown = []

    def paste():
        urllib.request.urlopen(shown[0]).read()
        return "wrong"

    with pytest.raises(Refused, match="invalid_grant"):
        signing.sign_in(app, "mastodon", {"server": server.url}, tell=shown.append, paste=paste)


def test_who_has_a_page() -> None:
    assert signing.can_sign_in("mastodon")
    assert not signing.can_sign_in("telegram")
