"""What holds for every publisher that this project brings, without a network."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sharekit import plugins, publishers
from sharekit.model import Limits
from sharekit.ports import PublisherSettings, Reconciler, Resumer
from sharekit.testing import sample_card, sample_message
from sharekit.web import Session

ROOT = Path(__file__).parents[2]
OURS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][
    plugins.PUBLISHERS
]
# What an account needs, made up.
NEEDS = {
    "bluesky": {"handle": "otters.example", "app_password": "s3cr3t"},
    "discord": {"webhook": "https://discord.com/api/webhooks/1/s3cr3t"},
    "feeds": {"url": "https://otters.example/feeds"},
    "linkedin": {"token": "s3cr3t"},
    "mastodon": {"server": "https://social.example", "token": "s3cr3t"},
    "matrix": {"server": "https://matrix.example", "room": "!a:b", "token": "s3cr3t"},
    "outbox": {},
    "slack": {"token": "s3cr3t", "channel": "C1"},
    "telegram": {"token": "s3cr3t", "chat": "@otters"},
    "threads": {"token": "s3cr3t"},
    "webhook": {"url": "https://there.example/hook", "secret_key": "s3cr3t"},
    "x": {"bearer_token": "s3cr3t"},
}
each = pytest.mark.parametrize("name", sorted(OURS))


def test_all_come_in_by_the_same_door() -> None:
    assert set(OURS) <= set(plugins.names(plugins.PUBLISHERS))
    modules = {path.stem for path in (ROOT / "sharekit/publishers").glob("[a-z]*.py")}
    assert modules == set(OURS) == set(NEEDS)


@each
def test_limits_make_sense(name) -> None:
    limits = plugins.load(plugins.PUBLISHERS, name).default_limits
    assert isinstance(limits, Limits)
    assert limits.length is None or limits.length > 0
    assert "none" in limits.attach
    assert (limits.link_card == "none") == ("link" not in limits.attach)
    assert all(form.startswith("image/") for form in limits.image_formats)


@each
def test_every_setting_is_described(name) -> None:
    kind = plugins.load(plugins.PUBLISHERS, name)
    assert issubclass(kind, PublisherSettings)
    assert set(kind.descriptions()) == set(kind.model_fields)
    assert kind.__doc__
    assert "http" in (inspect.getmodule(kind).__doc__ or "") or name == "outbox"


@each
def test_secrets_are_secret(name) -> None:
    kind = plugins.load(plugins.PUBLISHERS, name)
    words = ("token", "secret", "password", "key", "webhook")
    looks = {field for field in kind.model_fields if any(word in field for word in words)}
    assert looks <= set(kind.secret_names())
    account = kind(**NEEDS[name])
    assert "s3cr3t" not in repr(account)


@each
def test_those_that_take_threads_can_go_on(name) -> None:
    account = plugins.load(plugins.PUBLISHERS, name)(**NEEDS[name])
    if account.limits.threads and account.repeatable_for is None and name != "webhook":
        assert isinstance(account, Resumer)


@each
def test_those_that_are_offline_send_nothing(name, tmp_path) -> None:
    account = plugins.load(plugins.PUBLISHERS, name)(**NEEDS[name])
    if account.uses_network:
        return
    account = account.model_copy(update={"folder": tmp_path})
    message = sample_message(channel=name)
    receipt = account.publish(message, Session(offline=True))
    assert isinstance(account, Reconciler)
    assert account.find(message, Session(offline=True)) == receipt


@each
def test_the_requests_can_be_seen_and_no_secret_in_them(name, tmp_path) -> None:
    account = plugins.load(plugins.PUBLISHERS, name)(**NEEDS[name])
    for attach in account.limits.attach:
        card = sample_card(tmp_path)
        message = sample_message(text="The very words", channel=name, attach=attach, card=card)
        shown = publishers.requests(account, message)
        assert bool(shown) == account.uses_network
        assert not any("s3cr3t" in request for request in shown)
        assert not shown or any("The very words" in request for request in shown)


@each
def test_every_publisher_is_held_to_the_contract(name) -> None:
    source = (ROOT / f"tests/publishers/test_{name}.py").read_text()
    assert "(PublisherContract):" in source


@each
def test_a_publisher_fits_on_a_page(name) -> None:
    source = (ROOT / f"sharekit/publishers/{name}.py").read_text()
    assert len(source.splitlines()) <= 150


def test_no_client_library_is_loaded_before_it_is_needed() -> None:
    code = (
        "import sys\n"
        "from sharekit import plugins\n"
        "for name in plugins.names(plugins.PUBLISHERS):\n"
        "    plugins.load(plugins.PUBLISHERS, name).default_limits\n"
        "late = {'tweepy', 'requests', 'lxml', 'jinja2', 'urllib3', 'keyring'}\n"
        "heavy = late & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


@each
def test_the_reference_says_what_the_code_says(name) -> None:
    text = (ROOT / "docs/reference/channels.md").read_text()
    (row,) = [line for line in text.splitlines() if line.startswith(f"| {name} | ")][:1]
    limits = plugins.load(plugins.PUBLISHERS, name).default_limits
    numbers = (limits.length, limits.max_bytes, limits.caption_length, limits.image_bytes)
    assert all(f"{number:,}" in row for number in (*numbers, limits.alt_length) if number)
    assert f"| {', '.join(limits.attach)} | {'yes' if limits.threads else 'no'} |" in row
    assert f"### {name}\n" in text
