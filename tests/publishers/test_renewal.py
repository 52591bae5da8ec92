"""Tokens that end: renewed before, or when they are refused, once, and stored before use."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import linkedin_server
import pytest
import threads_server
import x_server
from linkedin_server import LinkedInServer
from threads_server import ThreadsServer
from x_server import XServer

from sharekit.app import App
from sharekit.app import accounts as book
from sharekit.credentials import EXPIRES, Credentials, Vault
from sharekit.errors import RetryLater, Unauthorized
from sharekit.publishers.linkedin import LinkedIn
from sharekit.publishers.threads import Threads
from sharekit.publishers.x import X
from sharekit.testing import Reply, deliver, sample_message

pytestmark = pytest.mark.usefixtures("no_keyring")

FIRST = "refresh-0TheFirstRefreshTokenForTests0001"


def soon(**span) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


def message(channel: str, text: str = "Otters return"):
    return sample_message(text=text, channel=channel, created=datetime.now(UTC))


@pytest.fixture
def x():
    with XServer() as server:
        server.page.refresh = {FIRST}
        yield server


@pytest.fixture
def kept(tmp_path):
    """Keeps secrets of the account `main`; returns what makes its publisher anew."""

    def keep(channel, kind, server, secrets, **settings):
        store = Credentials(tmp_path, environment={})
        store.keep(channel, "main", secrets, store="file")
        vault = Vault(channel=channel, account="main", folder=tmp_path)

        def made():
            given = stored(tmp_path, channel)
            given.pop(EXPIRES, None)
            return kind(
                base_url=server.url, sign_in_url=server.url, **settings, **given
            ).with_vault(vault)

        return made

    return keep


def stored(folder, channel):
    return json.loads((folder / "credentials.json").read_text())[f"{channel}:main"]


def x_account(kept, x, **secrets):
    given = {"bearer_token": x_server.BEARER, "refresh_token": FIRST, **secrets}
    return kept("x", X, x, given, client_id=x_server.CLIENT)


def test_a_token_that_still_holds_is_used(kept, x, web) -> None:
    made = x_account(kept, x, **{EXPIRES: soon(hours=1)})
    made().publish(message("x"), web)
    assert x.page.answers == 0


def test_a_token_about_to_end_is_renewed_first(kept, x, web, tmp_path) -> None:
    made = x_account(kept, x, **{EXPIRES: soon(seconds=30)})
    made().publish(message("x"), web)
    assert (x.page.answers, len(x.posts)) == (1, 1)
    assert [r.path for r in x.requests] == ["/2/oauth2/token", "/2/tweets"]
    now = stored(tmp_path, "x")
    assert {now["bearer_token"]} == x.page.good
    assert {now["refresh_token"]} == x.page.refresh
    assert now[EXPIRES] > soon(minutes=115)


def test_a_token_that_is_refused_is_renewed_once(kept, x, web) -> None:
    x.page.good = {"another"}
    made = x_account(kept, x)
    receipt = deliver(made(), message("x"), web)
    assert (x.page.answers, [post["id"] for post in x.posts]) == (1, [receipt.id])


def test_a_sign_in_that_has_ended_pauses_the_account(kept, x, web, tmp_path) -> None:
    x.page.good, x.page.refresh = set(), set()
    made = x_account(kept, x)
    before = stored(tmp_path, "x")
    with pytest.raises(Unauthorized, match="not accepted"):
        made().publish(message("x"), web)
    assert stored(tmp_path, "x") == before
    assert x.posts == []


def test_a_renewal_that_cannot_be_made_now_comes_later(kept, x, web) -> None:
    made = x_account(kept, x, **{EXPIRES: soon(seconds=-5)})
    x.fail("503-before", when=lambda request: request.path == "/2/oauth2/token")
    with pytest.raises(RetryLater, match="nothing was posted"):
        made().publish(message("x"), web)
    made().publish(message("x"), web)
    assert len(x.posts) == 1


def test_a_renewal_ahead_of_time_may_fail(kept, x, web) -> None:
    made = x_account(kept, x, **{EXPIRES: soon(seconds=30)})
    x.fail("503-before", when=lambda request: request.path == "/2/oauth2/token")
    made().publish(message("x"), web)
    assert (x.page.answers, len(x.posts)) == (0, 1)


def test_an_empty_refresh_token_takes_the_place_of_none(kept, x, web, tmp_path) -> None:
    made = x_account(kept, x, **{EXPIRES: soon(seconds=30)})
    answer = {"access_token": x_server.BEARER, "refresh_token": "", "expires_in": 7200}
    x.fail(Reply(json=answer), when=lambda request: request.path == "/2/oauth2/token")
    made().publish(message("x"), web)
    assert stored(tmp_path, "x")["refresh_token"] == FIRST


def test_many_at_once_renew_once(kept, x, web) -> None:
    made = x_account(kept, x, **{EXPIRES: soon(seconds=-5)})
    x.page.good = set()
    accounts = [made() for _ in range(6)]
    threads = [threading.Thread(target=account.whoami, args=(web,)) for account in accounts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert x.page.answers == 1
    assert x.page.used == {FIRST}


CONFIG = """\
sharekit: 1
network: {{allow: ["127.0.0.1"]}}
channels:
  x: {{base_url: "{url}", sign_in_url: "{url}", client_id: "{client}"}}
"""


def test_two_processes_at_once_renew_once(x, tmp_path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG.format(url=x.url, client=x_server.CLIENT))
    secrets = {"bearer_token": "old", "refresh_token": FIRST, EXPIRES: soon(seconds=-5)}
    Credentials(tmp_path / ".sharekit").keep("x", "main", secrets, store="file")
    command = [sys.executable, "-m", "sharekit", "accounts", "test", "x", "--json"]
    running = [
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for one in running:
        out, err = one.communicate(timeout=60)
        assert one.returncode == 0, err
        assert json.loads(out)["data"][0]["who"]["name"] == "@otters"
    assert x.page.answers == 1


def test_a_secret_in_the_environment_cannot_be_renewed(x, web, tmp_path, monkeypatch) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG.format(url=x.url, client=x_server.CLIENT))
    monkeypatch.setenv("SHAREKIT_X_MAIN_BEARER_TOKEN", "old")
    monkeypatch.setenv("SHAREKIT_X_MAIN_REFRESH_TOKEN", FIRST)
    app = App.open(tmp_path)
    with pytest.raises(Unauthorized, match="in the environment"):
        book.probe(app, app.config.accounts["x"])
    assert x.page.answers == 0


def test_linkedin_keeps_its_refresh_token(kept, web, tmp_path) -> None:
    with LinkedInServer() as server:
        server.partner = True
        server.page.refresh = {FIRST}
        secrets = {
            "token": linkedin_server.TOKEN,
            "refresh_token": FIRST,
            "client_secret": linkedin_server.CLIENT_SECRET,
            EXPIRES: soon(days=3),
        }
        made = kept("linkedin", LinkedIn, server, secrets, client_id=linkedin_server.CLIENT)
        made().publish(message("linkedin"), web)
        assert (server.page.answers, len(server.posts)) == (1, 1)
        assert {stored(tmp_path, "linkedin")["token"]} == server.page.good
        assert made().ends is None


def test_linkedin_says_when_a_token_ends(kept, web) -> None:
    with LinkedInServer() as server:
        secrets = {
            "token": linkedin_server.TOKEN,
            "client_secret": linkedin_server.CLIENT_SECRET,
        }
        made = kept("linkedin", LinkedIn, server, secrets, client_id=linkedin_server.CLIENT)
        who = made().whoami(web)
        assert timedelta(days=19) < who.expires - datetime.now(UTC) <= timedelta(days=20)


def test_threads_renews_in_its_last_month(kept, web, tmp_path) -> None:
    with ThreadsServer() as server:
        secrets = {"token": threads_server.TOKEN, EXPIRES: soon(days=29)}
        made = kept("threads", Threads, server, secrets)
        made().publish(message("threads"), web)
        assert server.page.answers == 1
        assert {stored(tmp_path, "threads")["token"]} == server.page.good
        assert made().ends - datetime.now(UTC) > timedelta(days=59)
        who = made().whoami(web)
        assert timedelta(days=19) < who.expires - datetime.now(UTC) <= timedelta(days=20)


def test_threads_with_a_token_too_young_to_be_renewed(kept, web) -> None:
    with ThreadsServer() as server:
        server.too_young = True
        secrets = {"token": threads_server.TOKEN, EXPIRES: soon(days=29)}
        kept("threads", Threads, server, secrets)().publish(message("threads"), web)
        assert len(server.posts) == 1
