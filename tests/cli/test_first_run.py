"""The page for a first run, walked: each of its commands, in its order, from an empty folder."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from sharekit.cli.main import run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "learn" / "first-run.md").read_text("utf-8")


def test_every_command_of_the_page(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "my-post.md").write_text(
        "---\ntitle: My post\ndate: 2026-03-01\n---\nHello.\n"
    )
    commands = re.findall(r"^ {4}sharekit (.+?)(?: +#.*)?$", PAGE, re.MULTILINE)
    assert [words.split()[0] for words in commands] == [
        "init", "posts", "render", "show", "check", "schedule", "publish",
    ]  # fmt: skip
    assert run(commands[0].split()) == 0
    assert "Next: set `permalink:`" in capsys.readouterr().err
    assert run(["check"]) == 1  # as the page says of Markdown without addresses
    written = Path("config.yaml").read_text("utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    said = yaml.safe_load(block)
    written = written.replace('url: ""', f'url: "{said["site"]["url"]}"')
    permalink = said["sources"]["posts"]["permalink"]
    Path("config.yaml").write_text(
        re.sub(r"# permalink: \S+", f"permalink: {permalink}", written), "utf-8"
    )
    for words in commands[1:]:
        assert run(words.split()) == 0, words
    assert (tmp_path / "outbox" / "index.html").is_file()
    assert list((tmp_path / "cards").glob("my-post-*"))
    assert "2026/my-post/" in (tmp_path / "outbox" / "index.html").read_text("utf-8")


def test_the_page_of_settings_speaks_of_settings_alone():
    page = (ROOT / "docs" / "reference" / "config.md").read_text("utf-8")
    assert "PEP" not in page
    assert "| `use` | required | A shortener's name" in page
