"""The README names what exists."""

from __future__ import annotations

import re
from pathlib import Path

from sharekit import plugins
from sharekit.cli.main import COMMANDS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_channel_and_its_keys() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", README, re.MULTILINE)
    assert sorted(name for name, _ in rows) == plugins.names(plugins.PUBLISHERS)
    for name, keys in rows:
        kind = plugins.load(plugins.PUBLISHERS, name)
        assert set(re.findall(r"`(\w+)`", keys)) <= set(kind.model_fields), name
        wanted = {key for key, info in kind.model_fields.items() if info.is_required()}
        assert wanted <= set(re.findall(r"`(\w+)`", keys)), name


def test_every_command() -> None:
    named = set(re.findall(r"^ {4}sharekit (\w+)", README, re.MULTILINE))
    assert named
    assert named <= set(COMMANDS)


def test_every_link() -> None:
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (page.parent / target).exists(), f"{page.relative_to(ROOT)}: {target}"
