"""`sharekit accounts`, as a person and a script use it; a secret is never printed."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import x_server
from discord_server import DiscordServer
from mastodon_server import TOKEN, MastodonServer
from threads_server import TOKEN as THREADS
from threads_server import ThreadsServer
from x_server import XServer

from sharekit.cli.main import run
from sharekit.cli.options import Run
from sharekit.credentials import EXPIRES, Credentials

pytestmark = pytest.mark.usefixtures("no_keyring")

CONFIG = 'sharekit: 1\nnetwork: {allow: ["127.0.0.1"]}\nchannels:\n  outbox:\n'


@pytest.fixture
def sharekit(tmp_path, capsys, monkeypatch):
    (tmp_path / "config.yaml").write_text(CONFIG)

    def told(*words, code=0, stdin="", answers=None):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        if answers is not None:
            monkeypatch.setattr(Run, "interactive", property(lambda _: True))
            monkeypatch.setattr(
                "click.prompt", lambda name, **how: answers.get(name, how["default"])
            )
        got = run(["-C", str(tmp_path), "accounts", *words])
        out, err = capsys.readouterr()
        assert got == code, err
        return out, err

    return told


@pytest.fixture
def mastodon():
    with MastodonServer() as server:
        yield server


def kept(tmp_path, channel, name="token"):
    return Credentials(tmp_path / ".sharekit", environment={}).find(channel, "main", name)


def test_a_token_from_standard_input(sharekit, mastodon, tmp_path) -> None:
    out, err = sharekit(
        "add", "mastodon", "--set", f"server={mastodon.url}", "--token-stdin", stdin=f"{TOKEN}\n"
    )
    assert "Signed in as @otters@127.0.0.1" in err
    assert "Secrets: file" in err
    assert TOKEN not in out + err
    assert TOKEN not in (tmp_path / "config.yaml").read_text()
    assert kept(tmp_path, "mastodon").value == TOKEN
    assert "file" in sharekit("list")[0]


def test_a_token_that_the_channel_does_not_know_is_not_kept(sharekit, mastodon, tmp_path) -> None:
    before = (tmp_path / "config.yaml").read_text()
    words = ("add", "mastodon", "--set", f"server={mastodon.url}", "--token-stdin", "--json")
    out, err = sharekit(*words, stdin="wrong-token-0123", code=4)
    assert json.loads(out)["problems"][0]["code"] == "unauthorized"
    assert "wrong-token-0123" not in out + err
    assert (tmp_path / "config.yaml").read_text() == before
    assert kept(tmp_path, "mastodon") is None


def test_a_channel_that_cannot_be_asked_is_no_obstacle(sharekit, mastodon, tmp_path) -> None:
    mastodon.fail("503-before", times=9)
    words = ("add", "mastodon", "--set", f"server={mastodon.url}", "--token-stdin")
    _, err = sharekit(*words, stdin=TOKEN)
    assert "kept all the same" in err
    assert kept(tmp_path, "mastodon").value == TOKEN


def test_nobody_is_asked_with_no_check(sharekit, mastodon) -> None:
    words = ("add", "mastodon", "--set", f"server={mastodon.url}", "--token-stdin", "--no-check")
    sharekit(*words, stdin=TOKEN)
    assert mastodon.requests == []


def test_several_secrets_from_standard_input(sharekit, tmp_path) -> None:
    with XServer() as server:
        lines = "".join(f"{name}={value}\n" for name, value in x_server.KEYS.items())
        words = ("add", "x", "--set", f"base_url={server.url}", "--token-stdin")
        out, err = sharekit(*words, stdin=lines)
        for name, value in x_server.KEYS.items():
            assert kept(tmp_path, "x", name).value == value
            assert value not in out + err
        _, err = sharekit(*words, stdin="a=b\nc=d\n", code=2)
        assert "NAME=VALUE" in err


def test_a_secret_that_may_be_left_out_needs_no_name(sharekit, tmp_path) -> None:
    words = ("add", "webhook", "--set", "url=https://hooks.example/a", "--token-stdin")
    sharekit(*words, stdin="whsec_b3R0ZXI\n")
    assert kept(tmp_path, "webhook", "secret_key").value == "whsec_b3R0ZXI"
    _, err = sharekit("add", "outbox", "--token-stdin", stdin="otter\n", code=2)
    assert "outbox needs no secrets" in err


def test_secrets_from_the_environment(sharekit, tmp_path, monkeypatch) -> None:
    with XServer() as server:
        for name, value in x_server.KEYS.items():
            monkeypatch.setenv(f"SHAREKIT_X_MAIN_{name.upper()}", value)
        sharekit("add", "x", "--set", f"base_url={server.url}", "--store", "env")
        assert not (tmp_path / ".sharekit/credentials.json").exists()
        line = json.loads(sharekit("--json")[0])["data"][-2]
        assert set(line["secrets"].values()) == {"environment"}


@pytest.mark.parametrize(
    ("channel", "words", "code"),
    [
        ("mastodon", "--set server=", 2),
        ("x", "SHAREKIT_X_MAIN_BEARER_TOKEN; or SHAREKIT_X_MAIN_CONSUMER_KEY", 4),
        ("linkedin", "SHAREKIT_LINKEDIN_MAIN_TOKEN", 4),
        ("threads", "SHAREKIT_THREADS_MAIN_TOKEN", 4),
        ("telegram", "--set chat=", 2),
        ("discord", "SHAREKIT_DISCORD_MAIN_WEBHOOK", 4),
    ],
)
def test_without_a_terminal_it_says_what_is_missing(sharekit, channel, words, code) -> None:
    assert words in sharekit("add", channel, code=code)[1]


@pytest.mark.parametrize("channel", ["x", "telegram", "bluesky", "webhook", "outbox"])
def test_the_help_of_a_channel(sharekit, channel) -> None:
    out, _ = sharekit("add", channel, "--help")
    assert f"What {channel} needs" in out
    assert "Channels" in sharekit("add", "--help")[0]


def test_a_person_answers(sharekit, tmp_path) -> None:
    with DiscordServer() as server:
        address = server.webhook
        out, err = sharekit("add", "discord", answers={"webhook": address})
        assert address not in out + err
        assert kept(tmp_path, "discord", "webhook").value == address


def test_the_end_of_a_sign_in_is_told(sharekit, tmp_path) -> None:
    with ThreadsServer() as server:
        words = ("add", "threads", "--set", f"base_url={server.url}", "--token-stdin")
        _, err = sharekit(*words, stdin=THREADS)
        end = datetime.now(UTC) + timedelta(days=20)
        assert f"the sign-in ends {end:%Y-%m-%d}" in err
        assert f"{end:%Y-%m-%d}" in sharekit("list")[0]
        assert "the sign-in ends" in sharekit("test", "threads")[1]
        near = {EXPIRES: (datetime.now(UTC) + timedelta(days=3, hours=1)).isoformat()}
        Credentials(tmp_path / ".sharekit").keep("threads", "main", near, store="file")
        out, _ = sharekit("--json")
        (problem,) = json.loads(out)["problems"]
        assert problem["message"].startswith("threads: the sign-in ends in 3 days")
        assert run(["-C", str(tmp_path), "doctor"]) == 0


def test_what_is_removed_is_gone(sharekit, mastodon, tmp_path) -> None:
    words = ("add", "mastodon", "--set", f"server={mastodon.url}", "--token-stdin")
    sharekit(*words, stdin=TOKEN)
    sharekit("remove", "mastodon", "--yes")
    assert kept(tmp_path, "mastodon") is None
    assert "missing: token" in sharekit("list")[0]
