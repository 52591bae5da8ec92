"""A config is checked whole once; as long as it stays as it was, reading posts does not pay again."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys

import pytest

from sharekit.app import App
from sharekit.config import Config, kept, load
from sharekit.errors import ConfigError

CONFIG = """sharekit: 1
site: {name: Otter News, url: "https://otters.example", timezone: Europe/Berlin, logo: mark.png}
sources:
  posts: {path: posts, supplement: more.yaml, timezone: Europe/Paris, dialect: drupal}
  news: https://otters.example/feed.xml
channels:
  outbox: {}
  mastodon: {server: "https://social.example", token: !env OTTER_TOKEN}
schedule: {slots: ["mon 09:00"], spacing: 30}
cards: {alt: require, picture: warn}
network: {allow: [inner.example], offline: true}
preview: {save: frontmatter}
"""


@pytest.fixture
def path(tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG)
    return tmp_path / "config.yaml"


def _values(config: Config) -> dict[str, object]:
    return {
        each.name: getattr(config, each.name)
        for each in dataclasses.fields(config)
        if each.name != "theme"
    } | {"theme": config.theme.model_dump()}


def test_what_is_kept_is_what_is_read(path) -> None:
    whole = load(path)
    assert kept.recall(path) is None
    kept.remember(whole)
    recalled = kept.recall(path)
    assert recalled is not None
    assert recalled is not whole
    assert _values(recalled) == _values(whole)
    assert recalled.account("mastodon", "main") == whole.account("mastodon", "main")


def test_the_file_that_keeps_it_is_private_and_holds_no_account(path, monkeypatch) -> None:
    monkeypatch.setenv("OTTER_TOKEN", "canary-4711")
    kept.remember(load(path))
    file = path.parent / ".sharekit" / "cache" / "config.json"
    assert file.stat().st_mode & 0o077 == 0
    assert "canary" not in file.read_text()
    assert "social.example" not in file.read_text()
    assert (path.parent / ".sharekit" / ".gitignore").read_text() == "*\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [("Otter News", "Otter Nine"), ("Otter News", "Otters"), ("mon 09:00", "mon 9 99")],
)
def test_an_edit_counts_even_when_the_files_time_is_put_back(path, old, new) -> None:
    kept.remember(load(path))
    before = path.stat()
    path.write_text(CONFIG.replace(old, new))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert kept.recall(path) is None


@pytest.mark.parametrize(
    "text",
    [
        CONFIG.replace("timezone: Europe/Paris", "token: verysecret"),
        CONFIG.replace("timezone: Europe/Paris", "permalink: !env OTTER_PATH"),
        CONFIG.replace("name: Otter News", "name: !env OTTER_NAME"),
    ],
)
def test_what_may_be_secret_or_another_elsewhere_is_not_kept(path, monkeypatch, text) -> None:
    monkeypatch.setenv("OTTER_PATH", "/x/")
    monkeypatch.setenv("OTTER_NAME", "Otters")
    path.write_text(text)
    kept.remember(load(path))
    assert kept.recall(path) is None


def test_the_rest_is_checked_again_when_it_is_asked_for(path) -> None:
    kept.remember(load(path))
    app = App.open(path.parent)
    assert app.config.site.name == "Otter News"
    path.write_text(CONFIG.replace("spacing: 30", "spacing: soon"))
    with pytest.raises(ConfigError, match="spacing"):
        app.accounts()


@pytest.mark.parametrize("damage", [b"", b"[]", b"{}", b'{"stamp": 1}', b"\xff"])
def test_a_damaged_memory_is_none(path, damage) -> None:
    kept.remember(load(path))
    file = path.parent / ".sharekit" / "cache" / "config.json"
    file.write_bytes(damage)
    assert App.open(path.parent).config.site.name == "Otter News"


def test_a_folder_that_takes_no_file_is_no_reason_to_fail(path) -> None:
    (path.parent / ".sharekit").write_text("a file in the way")
    assert App.open(path.parent).config.site.name == "Otter News"


def test_reading_posts_checks_nothing_the_second_time(path) -> None:
    (path.parent / "posts").mkdir()
    (path.parent / "posts" / "one.md").write_text("---\ntitle: One\n---\nOtters.\n")
    program = (
        "import sys; from sharekit.cli.main import run; "
        "code = run(['posts', 'posts/one.md']); sys.exit(code or 10 * ('pydantic' in sys.modules))"
    )
    ends = [
        subprocess.run(
            [sys.executable, "-c", program], cwd=path.parent, capture_output=True, check=False
        ).returncode
        for _ in range(2)
    ]
    assert ends == [10, 0]


@pytest.mark.parametrize(
    "text",
    [
        '"channels":\n  outbox: {}\n"site": {name: !env OTTER_NAME}\n',
        "channels:\n  outbox: {folder: &there !env OTTER_NAME}\nsite: {name: *there}\n",
        "{sharekit: 1, channels: {outbox: {}}, site: {name: !env OTTER_NAME}}\n",
    ],
)
def test_no_way_of_writing_it_keeps_what_the_environment_says(path, monkeypatch, text) -> None:
    monkeypatch.setenv("OTTER_NAME", "otters")
    path.write_text(text if "sharekit:" in text else f"sharekit: 1\n{text}")
    kept.remember(load(path))
    assert kept.recall(path) is None
