"""What the system refuses is said in one line; what `!env` cannot find is not drawn on a card."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from sharekit.app import App
from sharekit.cli.main import run
from sharekit.config import kept, load
from sharekit.queue.schema import check

CONFIG = """sharekit: 1
site: {name: Otter News}
sources: {posts: {reader: frontmatter, path: posts}}
channels: {outbox: {folder: outbox}}
"""
POST = "---\ntitle: Otters\nurl: https://otters.example/a\n---\nOtters.\n"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "posts").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "posts" / "a.md").write_text(POST)
    return tmp_path


@pytest.mark.parametrize(
    ("blocked", "arguments"),
    [
        ("cards", ["render"]),
        ("cards", ["meta", "a"]),
        (".sharekit", ["queue", "list"]),
        (".sharekit", ["publish", "--due"]),
        (".sharekit", ["init", "--force"]),
        (".sharekit", ["schedule", "a", "--to", "outbox", "--at", "now"]),
        ("layouts", ["layouts", "eject", "photo"]),
    ],
)
def test_a_file_where_a_folder_must_be_ends_in_one_line(site, capsys, blocked, arguments) -> None:
    (site / blocked).write_text("")
    code = run(["-C", str(site), *arguments])
    err = capsys.readouterr().err
    assert code == 1
    assert str(site / blocked) in err
    assert "See that it can be" in err
    assert (site / blocked).read_text() == ""


def test_a_refused_file_is_told_as_json_too(site, capsys) -> None:
    (site / "cards").write_text("")
    assert run(["-C", str(site), "render", "--json"]) == 1
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert (problem["code"], problem["where"]) == ("file", str(site / "cards"))


def test_a_variable_that_is_not_set_is_named_with_its_place(site, capsys, monkeypatch) -> None:
    monkeypatch.delenv("OTTER_NAME", raising=False)
    (site / "config.yaml").write_text(CONFIG.replace("Otter News", "!env OTTER_NAME"))
    assert run(["-C", str(site), "render"]) == 2
    err = capsys.readouterr().err
    assert "config.yaml:2:14: OTTER_NAME is not set" in err
    assert not (site / "cards").exists()


def test_a_database_that_is_not_set_stops_only_what_asks_the_queue(
    site, capsys, monkeypatch
) -> None:
    monkeypatch.delenv("OTTER_DB", raising=False)
    (site / "config.yaml").write_text(CONFIG + "queue: {database: !env OTTER_DB}\n")
    assert run(["-C", str(site), "posts"]) == 0
    assert run(["-C", str(site), "queue", "list"]) == 2
    assert "OTTER_DB is not set" in capsys.readouterr().err


def test_a_post_of_a_source_that_cannot_be_read_names_the_source(site, capsys) -> None:
    (site / "config.yaml").write_text(CONFIG.replace("path: posts", "path: gone"))
    assert run(["-C", str(site), "show", "a"]) == 2
    err = capsys.readouterr().err
    assert "gone: does not exist" in err
    assert "there is no post 'a'" in err


@pytest.mark.parametrize("part", ["site", "sources", "allow", "stamp"])
@pytest.mark.parametrize("value", [None, 5, [], {"a": 5}, "x"])
def test_a_kept_config_that_was_tampered_with_is_read_anew(site, part, value) -> None:
    path = site / "config.yaml"
    kept.remember(load(path))
    file = site / ".sharekit" / "cache" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {part: value}))
    found = kept.recall(path) or load(path)
    assert isinstance(found.sources, dict)


def test_a_database_that_is_busy_is_not_called_damaged(site) -> None:
    queue = App(load(site / "config.yaml")).queue
    assert list(queue.list()) == []
    path = queue.database.path
    assert path is not None
    path.rename(path.with_suffix(".old"))
    path.mkdir()  # cannot be opened, as one that this user may not read
    check(queue.database, queue.backups)


def test_a_pipe_in_a_folder_of_posts_is_not_waited_for(site) -> None:
    os.mkfifo(site / "posts" / "b.md")
    done = _program(site, "posts", "--json", stdout=subprocess.PIPE)
    assert [post["id"] for post in json.loads(done.stdout)["data"]] == ["a"]


def test_nobody_who_reads_is_no_failure(site) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = _program(site, "posts", stdout=writer)
    finally:
        os.close(writer)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_full_disk_behind_the_output_is_said_in_one_line(site, options) -> None:
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = _program(site, "posts", *options, stdout=full)
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def _program(site, *arguments, stdout) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sharekit", *arguments], cwd=site, stdout=stdout,
        stderr=subprocess.PIPE, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_post_does_not_steer_the_terminal(site, capsys) -> None:
    title = r"Otters\e]0;owned\a \e[31mred\r\u009b2J"
    (site / "posts" / "a.md").write_text(POST.replace("Otters\n", f'"{title}"\n', 1))
    assert run(["-C", str(site), "--color", "always", "posts"]) == 0
    out = capsys.readouterr().out
    assert "owned" in out
    assert not set("\x07\r\x9b") & set(out)
    assert "\x1b]" not in out
