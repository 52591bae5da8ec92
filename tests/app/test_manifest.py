"""`render --changed`: nothing is read while nothing has changed, and every change is seen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from sharekit.app import App, manifest
from sharekit.cli.main import run as program

LAYOUT = """
layers:
  ground: { box: card, fill: { color: ground } }
  photo: { when: post.image.src, box: [0, 0, 600, 300], image: {} }
  title: { box: [64, 364, 1072, 236], text: { value: "{{ post.title }}", lines: 3, sizes: 48 } }
"""
WINDOWS, NO_CTIME = sys.platform == "win32", "ctime is a file's birth there"
CONFIG = "sharekit: 1\nsite: {name: Ten}\nsources: {posts: posts}\n"


def picture(path: Path, color: str) -> None:
    Image.new("RGB", (1200, 600), color).save(path)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Three posts, one with a picture beside it and one with a picture from elsewhere."""
    home = tmp_path / "site"
    for name in ("posts", "layouts"):
        (home / name).mkdir(parents=True)
    (home / "sharekit.yaml").write_text(CONFIG)
    (home / "layouts" / "least.yaml").write_text(LAYOUT)
    picture(home / "posts" / "near.png", "#305070")
    for name, more in (("one", ""), ("two", "image: near.png\n"), ("three", "")):
        (home / "posts" / f"{name}.md").write_text(f"---\ntitle: Post {name}\n{more}---\nWords.\n")
    monkeypatch.chdir(home)
    # What is made in a test is as good as old.
    monkeypatch.setattr(manifest, "_SETTLED_NS", -(10**9))
    return home


@pytest.fixture
def render(capsys, monkeypatch):
    """A run of the program: exit code, the rows it names, and whether posts were read."""
    read: list[int] = []
    select = App.select

    def seen(self, *args, **options):
        read.append(1)
        return select(self, *args, **options)

    monkeypatch.setattr(App, "select", seen)

    def run(*options: str):
        read.clear()
        capsys.readouterr()
        code = program(["render", "--layout", "least", "--json", *options])
        return code, json.loads(capsys.readouterr().out)["data"], bool(read)

    return run


def test_an_unchanged_site_is_not_even_read(site, render) -> None:
    code, rows, read = render("--changed")
    assert (code, {row["status"] for row in rows}, read) == (0, {"drew"}, True)
    assert len(rows) == 3
    assert render("--changed") == (0, [], False)
    assert render("--changed", "--check") == (0, [], False)


def changed_post(site: Path) -> None:
    (site / "posts" / "one.md").write_text("---\ntitle: Another\n---\nWords.\n")


def new_post(site: Path) -> None:
    (site / "posts" / "four.md").write_text("---\ntitle: Four\n---\nWords.\n")


def changed_picture(site: Path) -> None:
    picture(site / "posts" / "near.png", "#705030")


def changed_unseen(site: Path) -> None:
    """As many bytes, and the time put back: only the system's own time of change tells."""
    post = site / "posts" / "one.md"
    before = post.stat()
    post.write_text(post.read_text().replace("Post one", "Post eno"))
    os.utime(post, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (post.stat().st_size, post.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def replaced_post(site: Path) -> None:
    """Another file takes its name, with its size and its time."""
    post, other = site / "posts" / "one.md", site / "posts" / "one.new"
    before = post.stat()
    other.write_text(post.read_text().replace("Post one", "Post eno"))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(post)


def changed_site(site: Path) -> None:
    (site / "sharekit.yaml").write_text(CONFIG.replace("Ten", "Two"))


def renamed_picture(site: Path) -> None:
    picture(site / "posts" / "new.png", "#705030")
    (site / "posts" / "new.png").replace(site / "posts" / "near.png")


def changed_layout(site: Path) -> None:
    (site / "layouts" / "least.yaml").write_text(LAYOUT.replace("72", "64").replace("364", "300"))


def changed_theme(site: Path) -> None:
    (site / "sharekit.yaml").write_text(f"{CONFIG}theme: {{use: night}}\n")


def changed_edit(site: Path) -> None:
    edits = site / ".sharekit" / "overrides.yaml"
    edits.write_text("posts:\n  two: {focus: [0.1, 0.1]}\n")


def deleted_card(site: Path) -> None:
    next((site / "cards").glob("post-one*")).unlink()


def cut_card(site: Path) -> None:
    card = next((site / "cards").glob("post-one*"))
    card.write_bytes(card.read_bytes()[:-10])


@pytest.mark.parametrize(
    ("change", "drawn"),
    [
        (changed_post, 1),
        (new_post, 1),
        pytest.param(changed_unseen, 1, marks=pytest.mark.skipif(WINDOWS, reason=NO_CTIME)),
        pytest.param(replaced_post, 1, marks=pytest.mark.skipif(WINDOWS, reason=NO_CTIME)),
        (changed_picture, 1),
        (renamed_picture, 1),
        (changed_site, 3),
        (changed_layout, 3),
        (changed_theme, 3),
        (changed_edit, 1),
        (deleted_card, 1),
    ],
)
def test_every_change_is_seen_and_only_what_it_touches_is_drawn(site, render, change, drawn):
    render("--changed")
    change(site)
    code, rows, _ = render("--changed", "--check")
    assert (code, len(rows)) == (1, drawn), "a card is stale, and --check says so"
    code, rows, read = render("--changed")
    assert (code, [row["status"] for row in rows], read) == (0, ["drew"] * drawn, True)
    assert render("--changed") == (0, [], False)


def test_a_card_that_was_cut_short_is_drawn_again(site, render) -> None:
    render("--changed")
    cut_card(site)
    code, rows, read = render("--changed")
    assert (code, [row["status"] for row in rows], read) == (0, ["drew"], True)


def test_check_notices_a_card_that_was_cut_short(site, render) -> None:
    render()
    cut_card(site)
    assert render("--check")[0] == 1


def test_a_deleted_post_and_a_touched_file_draw_nothing(site, render) -> None:
    render("--changed")
    (site / "posts" / "three.md").unlink()
    os.utime(site / "posts" / "one.md", (1, 1))
    assert render("--changed") == (0, [], True)
    assert render("--changed") == (0, [], False)


def test_a_renamed_post_is_read_under_its_new_name(site, render) -> None:
    render("--changed")
    (site / "posts" / "one.md").rename(site / "posts" / "uno.md")
    code, rows, read = render("--changed")
    assert (code, read) == (0, True)
    assert [row["post"] for row in rows] == ["uno"]
    assert render("--changed") == (0, [], False)


def test_a_changed_supplement_is_seen(site, render) -> None:
    extra = site.parent / "supplement.yaml"
    extra.write_text("- {id: one, title: First}\n")
    (site / "sharekit.yaml").write_text(
        "sharekit: 1\nsite: {name: Ten}\n"
        "sources: {posts: {path: posts, supplement: ../supplement.yaml}}\n"
    )
    assert len(render("--changed")[1]) == 3
    assert render("--changed") == (0, [], False)
    extra.write_text("- {id: one, title: Second}\n")
    code, rows, read = render("--changed")
    assert (code, [row["post"] for row in rows], read) == (0, ["one"], True)


def test_a_changed_file_of_authors_is_seen(site, render) -> None:
    """Jekyll names an author by a key, and the name stands in a data file of the site."""
    layout = LAYOUT.replace("{{ post.title }}", "{{ post.authors }}")
    (site / "layouts" / "least.yaml").write_text(layout)
    (site / "_config.yml").write_text("title: Ten\n")
    data = site / "_data"
    data.mkdir()
    (data / "authors.yml").write_text("ada: {name: Ada Example}\n")
    post = "---\ntitle: Post {0}\nauthor: ada\n---\nWords.\n"
    for name in ("one", "two", "three"):
        (site / "posts" / f"{name}.md").write_text(post.format(name))
    assert len(render("--changed")[1]) == 3
    assert render("--changed") == (0, [], False)
    (data / "authors.yml").write_text("ada: {name: Ada B. Example}\n")
    assert render("--changed")[2], "every post is looked at"


def test_a_picture_outside_the_site_is_watched_too(site, render, tmp_path) -> None:
    far = tmp_path / "far.png"
    (site / "table.json").write_text(
        json.dumps([{"id": "far", "title": "Far away", "image": "../far.png"}])
    )
    picture(far, "#112233")
    assert len(render("table.json", "--changed")[1]) == 1
    assert render("table.json", "--changed") == (0, [], False)
    picture(far, "#332211")
    code, rows, read = render("table.json", "--changed")
    assert (code, len(rows), read) == (0, 1, True)


def test_what_failed_is_tried_and_told_again(site, render) -> None:
    (site / "posts" / "two.md").write_text("---\ntitle: Two\nimage: gone.png\n---\nWords.\n")
    for _ in range(2):
        code, rows, read = render("--changed")
        assert code == 1
        assert [row["status"] for row in rows if row["post"] == "two"] == ["failed"]
        assert read
    picture(site / "posts" / "gone.png", "#123456")
    assert render("--changed")[0] == 0
    assert render("--changed") == (0, [], False)


def test_each_kind_of_run_has_a_manifest_of_its_own(site, render) -> None:
    render("--changed")
    code, rows, _ = render("--changed", "--size", "square")
    assert (code, len(rows)) == (0, 3)
    assert render("--changed", "--size", "square") == (0, [], False)
    assert render("--changed") == (0, [], False)


def test_a_file_changed_this_very_moment_is_not_trusted(site, render, monkeypatch) -> None:
    monkeypatch.setattr(manifest, "_SETTLED_NS", 3600 * 10**9)
    render("--changed")
    assert render("--changed") == (0, [], True)


def test_a_broken_manifest_costs_only_time(site, render) -> None:
    render("--changed")
    (found,) = (site / ".sharekit" / "cache" / "changed").iterdir()
    for content in ("", "{", "[]", '{"state": 1}'):
        found.write_text(content)
        assert render("--changed") == (0, [], True)


def test_all_and_changed_do_not_go_together(site, capsys) -> None:
    assert program(["render", "--all", "--changed"]) == 2
    assert "--all" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_run_that_is_killed_leaves_whole_cards_and_is_gone_on_with(site, render) -> None:
    for number in range(60):
        path = site / "posts" / f"more-{number}.md"
        path.write_text(f"---\ntitle: More {number}\n---\nWords.\n")
    command = [sys.executable, "-m", "sharekit", "render", "--layout", "least", "--changed"]
    run = subprocess.Popen(
        [*command, "--jobs", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    cards, deadline = site / "cards", time.monotonic() + 60
    while len(list(cards.glob("*.png"))) < 5 and run.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    run.send_signal(signal.SIGKILL)
    run.wait()
    for path in cards.glob("[!.]*.png"):
        with Image.open(path) as image:
            image.load()
    # In one process: others write what coverage saw into the folder they run in.
    _, rows, read = render("--changed", "--jobs", "1")
    assert read
    assert {row["status"] for row in rows} <= {"drew"}
    assert len([card for card in cards.iterdir() if card.name[0] != "."]) == 63
    assert render("--changed") == (0, [], False)
