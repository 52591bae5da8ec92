from __future__ import annotations

import contextlib
import socket
import threading
import urllib.error
import urllib.request
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import linkedin_server
import pytest
import slack_server
import telegram_server
import threads_server
import x_server
from linkedin_server import LinkedInServer
from mastodon_server import TOKEN, MastodonServer
from slack_server import SlackServer
from telegram_server import TelegramServer
from threads_server import ThreadsServer
from x_server import XServer

from sharekit.app import sign_in as signing
from sharekit.credentials import EXPIRES
from sharekit.errors import Unauthorized, UserError
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


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def led_to(url: str) -> str:
    """The address that the page at *url* leads a browser to."""
    try:
        urllib.request.build_opener(Stay).open(url, timeout=10)
    except urllib.error.HTTPError as answer:
        return answer.headers["Location"]
    raise AssertionError


class Person:
    """Answers what it was told to, and remembers what was asked."""

    def __init__(self, **answers):
        self.answers = answers
        self.asked = {}
        self.told = []

    def ask(self, name, about, *, secret=False, default=None, choices=None):
        self.asked[name] = SimpleNamespace(about=about, secret=secret, choices=choices)
        answer = self.answers.get(name, default)
        assert answer is not None, f"nothing to say for {name}"
        return answer() if callable(answer) else answer

    def sign_in(self, app, channel, settings, **how):
        return signing.sign_in(app, channel, settings, tell=self.told.append, ask=self.ask, **how)


def back(url: str, **query: str) -> str:
    """The address that the page *url* leads back to, with *query* instead of its own."""
    redirect = parse_qs(urlsplit(url).query)["redirect_uri"][0]
    return redirect + "?" + "&".join(f"{name}={value}" for name, value in query.items())


# --- the browser, by way of Mastodon


def test_the_browser_brings_the_code_back(server, app, browser) -> None:
    person = Person()
    found = person.sign_in(app, "mastodon", {"server": server.url})
    assert found == {"server": server.url, "token": TOKEN}
    assert person.told[0].startswith(f"{server.url}/oauth/authorize?")


def test_a_code_that_nobody_asked_for_is_not_taken(server, app, browser) -> None:
    browser.append(lambda url: back(url, code="planted", state="guessed"))
    browser.append(lambda url: back(url, code="planted"))
    browser.append(lambda url: back(url, code="planted", state="%C3%A9"))
    browser.append(lambda url: back(url, favicon="1"))
    assert Person().sign_in(app, "mastodon", {"server": server.url})["token"] == TOKEN


def test_a_person_who_says_no(server, app, browser) -> None:
    browser.append(lambda url: back(url, error="access_denied"))
    with pytest.raises(Unauthorized, match="access_denied"):
        Person().sign_in(app, "mastodon", {"server": server.url})


def test_a_person_who_does_nothing(server, app, monkeypatch) -> None:
    monkeypatch.setattr(signing, "_PATIENCE", 0.1)
    monkeypatch.setattr(signing._Server, "timeout", 0.05)
    monkeypatch.setattr("webbrowser.open", lambda _: None)
    with pytest.raises(Unauthorized, match="nobody signed in"):
        Person().sign_in(app, "mastodon", {"server": server.url})


def test_a_code_that_is_typed_in(server, app) -> None:
    person = Person(
        server=server.url, code=lambda: urllib.request.urlopen(person.told[0]).read().decode()
    )
    assert person.sign_in(app, "mastodon", {}, paste=True)["token"] == TOKEN
    assert person.asked["code"].secret


def test_a_wrong_code(server, app) -> None:
    def code():
        urllib.request.urlopen(person.told[0]).read()
        return "wrong"

    person = Person(code=code)
    with pytest.raises(Unauthorized, match="invalid_grant"):
        person.sign_in(app, "mastodon", {"server": server.url}, paste=True)


def test_who_has_a_page() -> None:
    assert signing.can_sign_in("mastodon")
    assert not signing.can_sign_in("discord")


# --- X: OAuth 2.0 with PKCE, or four keys


@pytest.fixture
def x():
    with XServer() as running:
        yield running


def here(server) -> dict[str, str]:
    return {"base_url": server.url, "sign_in_url": server.url}


@pytest.mark.parametrize("secret", ["", x_server.CLIENT_SECRET])
def test_x_by_its_page(x, app, browser, secret) -> None:
    x.confidential = bool(secret)
    person = Person(client_id=x_server.CLIENT, client_secret=secret)
    found = person.sign_in(app, "x", here(x))
    assert {found["bearer_token"]} == x.page.good
    assert {found["refresh_token"]} == x.page.refresh
    assert found["client_id"] == x_server.CLIENT
    assert found.get("client_secret", "") == secret
    assert EXPIRES in found
    assert not person.asked["client_id"].secret
    assert person.asked["client_secret"].secret


def test_x_by_the_address_that_the_browser_was_led_to(x, app) -> None:
    person = Person(client_id=x_server.CLIENT, code=lambda: led_to(person.told[0]))
    found = person.sign_in(app, "x", here(x), paste=True)
    assert {found["bearer_token"]} == x.page.good


def test_an_address_of_another_try(x, app) -> None:
    person = Person(client_id=x_server.CLIENT, code="http://127.0.0.1:8765/?code=c&state=other")
    with pytest.raises(Unauthorized, match="another try"):
        person.sign_in(app, "x", here(x), paste=True)
    person.answers["code"] = "http://127.0.0.1:8765/?error=access_denied&state=other"
    with pytest.raises(Unauthorized, match="access_denied"):
        person.sign_in(app, "x", here(x), paste=True)


def test_x_by_four_keys(x, app) -> None:
    person = Person(client_id="", **x_server.KEYS)
    assert person.sign_in(app, "x", here(x)) == x_server.KEYS
    assert all(person.asked[name].secret for name in x_server.KEYS)


def test_a_port_that_is_taken(x, app) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"http://127.0.0.1:{other.getsockname()[1]}/"
        with pytest.raises(UserError, match="cannot be used"):
            Person(client_id=x_server.CLIENT).sign_in(app, "x", here(x), redirect=address)


# --- LinkedIn and Threads


def test_linkedin_by_its_page(app, browser) -> None:
    with LinkedInServer() as server:
        server.partner = True
        person = Person(
            client_id=linkedin_server.CLIENT, client_secret=linkedin_server.CLIENT_SECRET
        )
        found = person.sign_in(app, "linkedin", here(server))
        assert {found["token"]} == server.page.good
        assert {found["refresh_token"]} == server.page.refresh
        assert found["client_secret"] == linkedin_server.CLIENT_SECRET


def test_linkedin_by_a_token(app) -> None:
    with LinkedInServer() as server:
        person = Person(client_id="", token="t0ken")
        assert person.sign_in(app, "linkedin", here(server)) == {"token": "t0ken"}


def test_threads_leads_back_to_the_web(app) -> None:
    with ThreadsServer() as server:
        person = Person(
            client_id=threads_server.CLIENT,
            client_secret=threads_server.CLIENT_SECRET,
            code=lambda: led_to(person.told[0]),
        )
        found = person.sign_in(app, "threads", here(server), redirect=threads_server.CALLBACK)
        assert {found["token"]} == server.page.good
        assert found["token"].startswith("THAAlong")
        assert "client_secret" not in found


# --- bots and passwords


def test_telegram_finds_the_chat(app) -> None:
    with TelegramServer() as server:
        chat = {"id": -1001234567890, "type": "channel", "title": "Otters"}
        server.updates = [
            {"update_id": 1, "message": {"chat": {"id": 5, "first_name": "Ann"}}},
            {"update_id": 2, "edited_message": {"chat": {"id": 6}}},
            {"update_id": 3, "channel_post": {"chat": chat, "text": "here"}},
        ]
        person = Person(token=telegram_server.TOKEN)
        found = person.sign_in(app, "telegram", {"base_url": server.url})
        assert found == {"token": telegram_server.TOKEN, "chat": "-1001234567890"}
        assert person.asked["chat"].choices == {"-1001234567890": "Otters", "5": "Ann"}
        assert "@otters_bot" in person.asked["ready"].about
        server.has_webhook = True
        person.answers["chat"] = "@elsewhere"
        assert person.sign_in(app, "telegram", {"base_url": server.url})["chat"] == "@elsewhere"
        assert person.asked["chat"].choices == {}


def test_telegram_with_a_token_of_nobody(app) -> None:
    with TelegramServer() as server, pytest.raises(Unauthorized, match="no bot"):
        Person(token="1:x").sign_in(app, "telegram", {"base_url": server.url})


@pytest.mark.parametrize("may_list", [True, False])
def test_slack_lists_the_channels(app, may_list) -> None:
    with SlackServer() as server:
        server.scopes |= {"channels:read"} if may_list else set()
        person = Person(token=slack_server.TOKEN, channel=slack_server.CHANNEL)
        found = person.sign_in(app, "slack", {"base_url": f"{server.url}/api"})
        assert found == {"token": slack_server.TOKEN, "channel": slack_server.CHANNEL}
        listed = {slack_server.CHANNEL: "#otters"} if may_list else {}
        assert person.asked["channel"].choices == listed
