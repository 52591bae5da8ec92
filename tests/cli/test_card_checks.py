"""What is measured on a drawn card is told by render and by check, in words and as data."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from sharekit.cli.main import run

CONFIG = """sharekit: 1
site: {name: Otter News, url: "https://otters.example"}
sources: {posts: {reader: frontmatter, path: posts}}
channels: {outbox: {folder: outbox, layout: poor}}
"""
LAYOUT = """layers:
  ground: {box: card, fill: "#777777"}
  photo: {box: [0, 0, 600, 630], image: {}}
  pale: {box: [640, 64, 500, 60], text: {value: "Pale words", color: "#999999"}}
  small: {box: [640, 200, 500, 60], text: {value: "Small words", sizes: 40, color: "#ffffff"}}
  long: {box: [640, 300, 500, 60], text: {value: "{{ post.title }}", sizes: 56}}
  low: {box: [64, 590, 500, 60], text: {value: "Low", sizes: 56, color: "#000000"}}
"""
EXPECTED = {"contrast-low", "text-small", "text-cut", "picture-enlarged", "alt-missing"}


@pytest.fixture
def site(tmp_path):
    for folder in ("layouts", "posts"):
        (tmp_path / folder).mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "layouts" / "poor.yaml").write_text(LAYOUT)
    Image.new("RGB", (120, 120), "#888888").save(tmp_path / "posts" / "a.png")
    (tmp_path / "posts" / "a.md").write_text(
        f"---\ntitle: All about otters {'and more of them ' * 5}\nimage: a.png\n---\n"
    )
    return tmp_path


@pytest.mark.parametrize("command", [["render", "--all"], ["check"]])
def test_problems_of_a_card_are_told_by_render_and_by_check(site, capsys, command) -> None:
    run(["-C", str(site), *command, "--json"])
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert {problem["code"] for problem in problems} >= EXPECTED
    assert all(problem["where"].startswith(str(site / "posts" / "a.md")) for problem in problems)
    assert all(problem["hint"] for problem in problems)

    run(["-C", str(site), *command])
    told = capsys.readouterr().err
    assert "has a contrast of" in told
    assert "small is 40 px high" in told


def test_text_that_a_network_prints_over_is_told(site, capsys) -> None:
    run(["-C", str(site), "render", "--all", "--size", "x", "--layout", "poor", "--json"])
    problems = json.loads(capsys.readouterr().out)["problems"]
    (covered,) = [problem for problem in problems if problem["code"] == "text-covered"]
    assert covered["message"].startswith("low reaches")
