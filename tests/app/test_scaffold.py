"""What `init` writes is a config that loads, as it stands and with its examples put to use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sharekit.app import scaffold
from sharekit.config import load


def planned(folder: Path, kind: str) -> str:
    (folder / "posts").mkdir()
    (folder / "posts" / "otters.md").write_text("---\ntitle: Otters\n---\nThey are back.\n")
    plan = scaffold.plan(folder, kind=kind, url="https://otters.example", layout=None, force=False)
    scaffold.write(plan)
    return plan.path.read_text("utf-8")


@pytest.mark.parametrize("kind", scaffold.KINDS)
def test_the_config_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("GHOST_CONTENT_KEY", "22444f78447824223cefc48062")
    planned(tmp_path, kind)
    config = load(tmp_path / "config.yaml")
    assert config.site.url.startswith("https://otters.example")
    assert config.sources
    assert list(config.accounts) == ["outbox"]


def test_the_examples_load_too(tmp_path: Path) -> None:
    text = planned(tmp_path, "markdown")
    used = re.sub(r"^( *)# (?=( *)[\w:]+:( |$))", r"\1", text, flags=re.MULTILINE)
    assert used != text
    (tmp_path / "logo.png").write_bytes(b"")
    (tmp_path / "config.yaml").write_text(used)
    config = load(tmp_path / "config.yaml")
    assert set(config.accounts) == {"outbox", "mastodon:main", "bluesky:main"}
    assert config.sources["posts"].settings["permalink"] == "/blog/:year/:slug/"
    assert config.theme.accent
