"""Every channel's account as a newcomer has it: added, listed, tested, removed."""

from __future__ import annotations

import discord_server
import linkedin_server
import mastodon_server
import pytest
import slack_server
import telegram_server
import threads_server
import x_server

# The network; settings; the field and value of the secret; who it says it is; what it says of itself.
CHANNELS = {
    "discord": (
        discord_server.DiscordServer, {}, "webhook",
        lambda server: server.webhook, "", "2000 chars",
    ),
    "linkedin": (
        linkedin_server.LinkedInServer, {"base_url": "{url}"}, "token",
        lambda _: linkedin_server.TOKEN, "Otto Otter", "3000 chars",
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
def test_from_adding_to_removing(channel, account_cycle) -> None:
    server_kind, settings, field, secret_of, who, limits = CHANNELS[channel]
    with server_kind() as server:
        accounts = account_cycle(
            channel,
            {name: text.format(url=server.url) for name, text in settings.items()},
            {field: secret_of(server)},
            who=who,
            says=limits,
            texts=server.texts,
        )
        accounts("test", channel, code=4)
