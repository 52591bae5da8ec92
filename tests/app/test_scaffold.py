"""What `init` writes is a config that loads, as it stands and with its examples put to use."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from sharekit.app import scaffold
from sharekit.cli.main import run
from sharekit.config import Source, load


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


DUMP = Path(__file__).parents[2] / "assets" / "dump" / "page-1.txt"
FEED = Path(__file__).parents[2] / "assets" / "feed" / "feed.xml"
POST = "---\ntitle: Otters\ndate: 2026-03-01\n---\nThey are back.\n"


@pytest.fixture
def init(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Runs init on a folder with *files*; what it says, and the one source of its config."""

    def ran(files: dict[str, str], *arguments: str) -> tuple[str, Source]:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        assert run(["-C", str(tmp_path), "init", *arguments]) == 0
        (source,) = load(tmp_path / "config.yaml").sources.values()
        return capsys.readouterr().err, source

    return ran


@pytest.mark.parametrize(
    ("files", "reader", "path", "cards"),
    [
        ({"listing.txt": DUMP.read_text()}, "dump", "listing.txt", "No sample cards yet: "),
        ({"out/a.txt": DUMP.read_text(), "out/b.txt": DUMP.read_text()}, "dump", "out", "title"),
        ({"news.xml": FEED.read_text(), "requirements.txt": "x==1"}, "feed", "news.xml", "Drew 3"),
        ({"otters.md": POST, "README.md": "# A"}, "frontmatter", "", "Drew 1 sample card\n"),
        ({"articles/otters.md": POST, "a.txt": "b"}, "frontmatter", "articles", "Drew 1"),
        (
            {
                "SECURITY.md": "# A",
                "node_modules/x/y.md": POST,
                "node_modules/z.md": POST,
                "notes/otters.md": POST,
            },
            "frontmatter",
            "notes",
            "Drew 1",
        ),
    ],
)
def test_what_is_really_there_is_written(init, tmp_path, files, reader, path, cards) -> None:
    said, source = init(files)
    assert (source.reader, Path(source.source)) == (reader, tmp_path / path)
    assert cards in said
    assert "Drew 0" not in said
    for name in (tmp_path / "config.yaml", tmp_path / ".sharekit"):
        shutil.rmtree(name) if name.is_dir() else name.unlink()
    if reader == "dump":
        assert init({}, "--from", "dump")[1].source == source.source


def test_a_supplement_beside_a_dump_is_used(init, tmp_path) -> None:
    supplement = "posts:\n  2026-11-03-0815: {title: Otters, url: https://otters.example/o}\n"
    _, source = init({"page.txt": DUMP.read_text(), "supplement.yaml": supplement})
    assert source.supplement == tmp_path / "supplement.yaml"


@pytest.mark.parametrize(
    ("arguments", "reader", "path"),
    [
        ((), "frontmatter", "posts/otters.md"),
        (("--from", "hugo"), "frontmatter", "content/posts/otters.md"),
        (("--from", "dump"), "dump", "dump.txt"),
    ],
)
def test_a_config_for_nothing_says_so_and_works_once_there_is_something(
    init, tmp_path, capsys, arguments, reader, path
) -> None:
    said, _ = init({}, *arguments)
    assert "Found no posts here" in said
    assert "is not there yet" in (tmp_path / "config.yaml").read_text()
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(POST if reader == "frontmatter" else DUMP.read_text())
    assert run(["-C", str(tmp_path), "posts", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"]


@pytest.mark.parametrize(
    ("post", "words"),
    [
        (POST, "Next: set `permalink:` in config.yaml, and the site's `url:`"),
        (POST.replace("date:", "permalink: /o/\ndate:"), "Next: set `url:` under `site:`"),
        (POST.replace("date:", "url: https://otters.example/o\ndate:"), None),
    ],
)
def test_the_next_step_leads_to_the_addresses_of_posts(init, post, words) -> None:
    said, _ = init({"posts/otters.md": post})
    assert (words or "permalink") in said if words else "permalink" not in said
    assert "Next: sharekit posts" in said


def test_a_feed_that_is_far_away_is_not_fetched(init, tmp_path) -> None:
    said, source = init({}, "--url", "https://otters.example/feed.xml")
    assert "init opens no connection" in said
    assert source.source == "https://otters.example/feed.xml"
    assert load(tmp_path / "config.yaml").site.url == "https://otters.example"
