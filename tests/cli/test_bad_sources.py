"""Sources that hold nothing, or no text: each is named once, and the rest is read."""

from __future__ import annotations

import json

import pytest

from sharekit.cli.main import run

POST = "---\ntitle: Otters\n{date}---\nThey are back.\n"


@pytest.fixture
def told(capsys, tmp_path):
    def tell(*arguments):
        code = run(["-C", str(tmp_path), *arguments, "--json"])
        document = json.loads(capsys.readouterr().out)
        return code, document["data"], document["problems"]

    return tell


def test_an_empty_post_is_named_and_the_rest_is_read(told, tmp_path):
    (tmp_path / "otters.md").write_text(POST.format(date=""))
    (tmp_path / "weir.md").write_text(" \n")
    (tmp_path / "README.md").write_text("")
    code, data, (problem,) = told("posts", str(tmp_path))
    assert (code, [post["id"] for post in data]) == (0, ["otters"])
    assert problem["where"].endswith("weir.md")
    assert (problem["severity"], "is empty" in problem["message"]) == ("warning", True)


@pytest.mark.parametrize("reader", [(), ("--reader", "frontmatter")])
def test_what_is_empty_is_called_empty(told, tmp_path, reader):
    (tmp_path / "weir.md").write_text("\n")
    code, _, (problem,) = told("posts", str(tmp_path / "weir.md"), *reader)
    assert (code, problem["message"]) == (1, "is empty")


def test_an_empty_folder_is_called_empty(told, tmp_path):
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / ".gitkeep").touch()
    code, _, (problem,) = told("posts", str(tmp_path / "none"))
    assert (code, problem["message"]) == (1, "this folder is empty")


def test_a_binary_file_is_no_post_and_does_not_stop_the_folder(told, tmp_path):
    (tmp_path / "otters.md").write_text(POST.format(date=""))
    (tmp_path / "photo.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0")
    code, data, (problem,) = told("posts", str(tmp_path))
    assert (code, [post["id"] for post in data]) == (1, ["otters"])
    assert problem["message"] == "is no text: it holds NUL bytes"
    alone = told("posts", str(tmp_path / "photo.md"), "--reader", "frontmatter")
    assert alone[:2] == (1, [])
    assert len(alone[2]) == 1
    assert "NUL" in alone[2][0]["message"]


def test_utf_16_is_text(told, tmp_path):
    (tmp_path / "otters.md").write_text(POST.format(date=""), encoding="utf-16")
    assert told("posts", str(tmp_path))[1][0]["title"] == "Otters"


@pytest.mark.parametrize(
    ("post", "site", "words", "hint"),
    [
        (
            "date: 2026-13-45\n",
            "https://a.example",
            "its permalink is made from its date",
            "a date",
        ),
        ("date: 2026-03-08\n", "", "only /2026/otters/ is known", "`url:` under `site:`"),
    ],
)
def test_a_missing_address_is_put_down_to_its_cause(told, tmp_path, post, site, words, hint):
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "otters.md").write_text(POST.format(date=post))
    (tmp_path / "config.yaml").write_text(
        f'sharekit: 1\nsite: {{url: "{site}"}}\nchannels: {{outbox: }}\nsources:\n'
        "  posts: {reader: frontmatter, path: posts, permalink: /:year/:slug/}\n"
    )
    code, _, problems = told("check")
    (problem,) = [p for p in problems if p["code"] == "url-missing"]
    assert code == 1
    assert words in problem["message"]
    assert hint in problem["hint"]
