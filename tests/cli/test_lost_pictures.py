"""A picture that cannot be had is told wherever the post is looked at, and keeps it unsent."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from sharekit.cli.main import run

CONFIG = """sharekit: 1
site: {name: Otter News, url: "https://otters.invalid"}
sources: {posts: {reader: frontmatter, path: posts, permalink: "/:slug/"}}
channels: {outbox: {}}
network: {offline: true}
"""
POST = "---\ntitle: {title}\ndate: 2026-11-01\n{image}---\nOtters.\n"
LOST = {"absent": "picture-unreachable", "broken": "picture-unreadable"}


@pytest.fixture
def site(tmp_path):
    posts = tmp_path / "posts"
    posts.mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    for title, image in (("absent", "no.png"), ("broken", "cut.jpg"), ("whole", "all.jpg")):
        (posts / f"{title}.md").write_text(POST.format(title=title, image=f"image: {image}\n"))
    Image.effect_noise((1200, 800), 60).save(posts / "all.jpg")
    (posts / "cut.jpg").write_bytes((posts / "all.jpg").read_bytes()[:9_000])
    return tmp_path


def _told(site, capsys, *arguments: str) -> tuple[int, dict[str, str], dict]:
    """The exit code, the code of each post's problem in its picture, and all that was told."""
    code = run(["-C", str(site), *arguments, "--json"])
    answer = json.loads(capsys.readouterr().out)
    lost = {
        problem["where"].rpartition("/")[2].partition(".")[0]: problem["code"]
        for problem in answer["problems"]
        if problem["code"].startswith("picture-") and problem["severity"] == "error"
    }
    return code, lost, answer


def test_render_draws_the_rest_and_ends_with_1_each_time(site, capsys) -> None:
    for status in ("drew", "kept"):
        code, lost, answer = _told(site, capsys, "render")
        assert (code, lost) == (1, LOST)
        assert [row["status"] for row in answer["data"]] == [status] * 3
    for option in ("--check", "--changed"):
        code, lost, _ = _told(site, capsys, "render", option)
        assert (code, lost) == (1, LOST)


def test_a_picture_that_is_put_there_is_drawn(site, capsys) -> None:
    _told(site, capsys, "render")
    whole = (site / "posts" / "all.jpg").read_bytes()
    for name in ("no.png", "cut.jpg"):
        (site / "posts" / name).write_bytes(whole)
    code, lost, answer = _told(site, capsys, "render")
    assert (code, lost) == (0, {})
    assert sorted(row["status"] for row in answer["data"]) == ["drew", "drew", "kept"]
    assert all(row["mime"] == "image/jpeg" for row in answer["data"])


@pytest.mark.parametrize("post", sorted(LOST))
def test_show_and_check_name_it(site, capsys, post) -> None:
    for command in ("show", "check"):
        code, lost, _ = _told(site, capsys, command, post)
        assert (code, lost) == (1, {post: LOST[post]})


def test_schedule_leaves_the_post_out_and_queues_the_others(site, capsys) -> None:
    code, lost, answer = _told(site, capsys, "schedule", "posts", "--to", "outbox", "--at", "now")
    assert (code, lost) == (1, LOST)
    assert len(answer["data"]) == 1


def test_a_site_may_let_such_posts_go_out(site, capsys) -> None:
    (site / "config.yaml").write_text(CONFIG + "cards: {picture: warn}\n")
    for command in ("render", "check", "show"):
        code, lost, answer = _told(
            site, capsys, command, *(["broken"] if command == "show" else [])
        )
        assert (code, lost) == (0, {})
        assert "picture-unreadable" in {problem["code"] for problem in answer["problems"]}
    run(["-C", str(site), "schedule", "posts", "--to", "outbox", "--at", "now"])
    told = capsys.readouterr().err
    assert "the card is without picture" in told
    assert "Queued 3" in told


def test_a_file_that_is_missing_is_named_though_the_site_was_asked(site, capsys) -> None:
    run(["-C", str(site), "render", "absent"])
    assert "There is no file no.png beside the post" in capsys.readouterr().err
