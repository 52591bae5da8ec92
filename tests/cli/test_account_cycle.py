"""Every channel's account as a newcomer has it: added, listed, tested, removed."""

from __future__ import annotations

import io
import json

import discord_server
import linkedin_server
import mastodon_server
import pytest
import slack_server
import telegram_server
import threads_server
import x_server

from sharekit.cli.main import run
from sharekit.credentials import Credentials

pytestmark = pytest.mark.usefixtures("no_keyring")

# The network; settings; the field and value of the secret; who it says it is; what it says of itself.
CHANNELS = {
    "discord": (
        discord_server.DiscordServer, {}, "webhook",
        lambda server: server.webhook, "{main}", "2000 chars",
    ),
    "linkedin": (
        linkedin_server.LinkedInServer, {"base_url": "{url}"}, "token",
        lambda _: linkedin_server.TOKEN, "Otter", "3000 chars",
    ),
    "mastodon": (
        mastodon_server.MastodonServer, {"server": "{url}"}, "token",
        lambda _: mastodon_server.TOKEN, "@otters@127.0.0.1", "graphemes",
    ),
    "slack": (
        slack_server.SlackServer, {"base_url": "{url}/api", "channel": slack_server.CHANNEL},
        "token", lambda _: slack_server.TOKEN, "", "4000 chars",
    ),
    "telegram": (
        telegram_server.TelegramServer, {"base_url": "{url}", "chat": telegram_server.CHAT},
        "token", lambda _: telegram_server.TOKEN, "@", "4096 chars",
    ),
    "threads": (
        threads_server.ThreadsServer, {"base_url": "{url}"}, "token",
        lambda _: threads_server.TOKEN, "@", "500 chars+emoji-bytes",
    ),
    "x": (
        x_server.XServer, {"base_url": "{url}"}, "bearer_token",
        lambda _: x_server.BEARER, "@", "280 weighted",
    ),
}  # fmt: skip


@pytest.mark.parametrize("channel", sorted(CHANNELS))
def test_from_adding_to_removing(channel, tmp_path, capsys, monkeypatch) -> None:
    server_kind, settings, field, secret_of, who, limits = CHANNELS[channel]
    config = 'sharekit: 1\nnetwork: {allow: ["127.0.0.1"]}\nchannels:\n  outbox:\n'
    (tmp_path / "config.yaml").write_text(config)

    def accounts(*words, code=0, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        got = run(["-C", str(tmp_path), "accounts", *words])
        out, err = capsys.readouterr()
        assert got == code, out + err
        assert not secret or secret not in out + err
        return out + err

    with server_kind() as server:
        secret = secret_of(server)
        given = [f"--set={name}={text.format(url=server.url)}" for name, text in settings.items()]
        said = accounts("add", channel, *given, "--token-stdin", stdin=f"{field}={secret}\n")
        assert "Signed in as" in said
        assert "Secrets: file" in said
        assert secret not in (tmp_path / "config.yaml").read_text()
        assert (tmp_path / ".sharekit/credentials.json").stat().st_mode & 0o777 == 0o600

        (line,) = (
            one for one in json.loads(accounts("list", "--json"))["data"] if one["name"] == channel
        )
        assert line["secrets"][field] == "file"

        # Asking who it is makes nothing.
        before = len(server.texts())
        said = accounts("test", channel)
        assert limits in said
        assert who.format(main="") in said
        assert len(server.texts()) == before

        accounts("remove", channel, "--yes")
        assert (
            Credentials(tmp_path / ".sharekit", environment={}).find(channel, "main", field) is None
        )
        accounts("test", channel, code=4)
