from __future__ import annotations

import pytest
from mastodon_server import TOKEN, MastodonServer

from sharekit.app import App
from sharekit.app import accounts as book
from sharekit.config.accounts import bare

CONFIG = """\
sharekit: 1
network: {{allow: ["127.0.0.1"]}}
channels:
  mastodon: {{server: "{url}", token: {token}{more}}}
"""


@pytest.fixture
def opened(tmp_path):
    with MastodonServer() as server:
        server.max_characters = 5000

        def open_app(more=""):
            text = CONFIG.format(url=server.url, token=TOKEN, more=more)
            (tmp_path / "config.yaml").write_text(text)
            return App.open(tmp_path, None)

        yield open_app


def test_what_a_server_takes_is_remembered(opened, tmp_path) -> None:
    app = opened()
    (account,) = app.config.accounts.values()
    assert account.limits.length == 500
    assert book.probe(app, account).limits.length == 5000
    (again,) = opened().config.accounts.values()
    assert again.limits.length == 5000
    assert again.limits == book.probe(app, account).limits
    assert TOKEN not in (tmp_path / ".sharekit/limits.json").read_text()


def test_other_settings_are_asked_about_anew(opened) -> None:
    app = opened()
    book.probe(app, next(iter(app.config.accounts.values())))
    (changed,) = opened(more=", length: 700").config.accounts.values()
    assert changed.limits.length == 700


@pytest.mark.parametrize("text", ["", "{", "[]", '{"mastodon": 1}'])
def test_a_file_that_cannot_be_read_is_as_good_as_none(opened, tmp_path, text) -> None:
    (tmp_path / ".sharekit").mkdir()
    (tmp_path / ".sharekit/limits.json").write_text(text)
    app = opened()
    (account,) = app.config.accounts.values()
    assert book.probe(app, account).limits.length == 5000


def test_an_account_without_a_config_has_the_channels_own() -> None:
    assert bare("x").limits.length == 280
