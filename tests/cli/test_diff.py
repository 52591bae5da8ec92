"""`sharekit diff`, against a folder and against a commit, in a site of its own."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from sharekit.cli.main import run

GIT = shutil.which("git") or ""
CONFIG = """sharekit: 1
site: {name: Otter News, url: "https://otters.example", logo: mark.svg}
theme: {use: press}
sources: {posts: {reader: frontmatter, path: posts}}
channels: {outbox: {folder: outbox, layout: mine}}
"""
LAYOUT = """layers:
  ground: {box: card, fill: COLOR}
  title: {box: [64, 64, 1072, 300], text: {value: "{{ post.title }}"}}
"""


def git(folder, *words):
    names = ("-c", "user.name=Otter", "-c", "user.email=otter@otters.example")
    subprocess.run([GIT, *names, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "repository" / "site"
    (folder / "layouts").mkdir(parents=True)
    (folder / "posts").mkdir()
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "mark.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'
    )
    (folder / "layouts" / "mine.yaml").write_text(LAYOUT.replace("COLOR", "ground"))
    for name in ("otters", "herons"):
        (folder / "posts" / f"{name}.md").write_text(f"---\ntitle: All about {name}\n---\n")
    return folder


@pytest.fixture
def diff(site, capsys):
    def call(*words):
        capsys.readouterr()
        code = run(["-C", str(site), "diff", *words, "--json"])
        answer = json.loads(capsys.readouterr().out)
        return code, answer

    return call


def repaint(site, color='"#ffe9a8"'):
    (site / "layouts" / "mine.yaml").write_text(LAYOUT.replace("COLOR", color))


def statuses(answer):
    return {row["post"]: row["status"] for row in answer["data"]}


def test_against_a_folder_of_earlier_cards(site, diff, tmp_path):
    assert run(["-C", str(site), "render", "--all", "--out", str(tmp_path / "old")]) == 0
    _, answer = diff("--against", str(tmp_path / "old"))
    assert statuses(answer) == {"otters": "same", "herons": "same"}

    repaint(site)
    (site / "posts" / "newts.md").write_text("---\ntitle: All about newts\n---\n")
    (site / "posts" / "herons.md").unlink()
    before = sorted(path.name for path in (tmp_path / "old").iterdir())
    code, answer = diff("--against", str(tmp_path / "old"))
    assert code == 0
    assert statuses(answer) == {"otters": "changed", "newts": "added", None: "removed"}
    (otters,) = [row for row in answer["data"] if row["post"] == "otters"]
    assert otters["share"] > 0.9
    assert otters["before"] in before
    assert otters["after"] not in before
    assert sorted(path.name for path in (tmp_path / "old").iterdir()) == before
    # Cards of other posts are not gone when one post was named.
    _, answer = diff("otters", "--against", str(tmp_path / "old"))
    assert statuses(answer) == {"otters": "changed"}


def test_an_end_that_ci_can_see(site, diff, tmp_path):
    assert run(["-C", str(site), "render", "--all", "--out", str(tmp_path / "old")]) == 0
    against = ("--against", str(tmp_path / "old"), "--fail")
    assert diff(*against)[0] == 0
    repaint(site)
    assert diff(*against)[0] == 1
    assert diff(*against, "--threshold", "100")[0] == 0


def test_against_a_commit_with_its_config_and_layouts(site, diff, tmp_path):
    git(site.parent, "init", "-q")
    git(site.parent, "add", ".")
    git(site.parent, "commit", "-qm", "First")
    assert statuses(diff("--against", "HEAD")[1]) == {"otters": "same", "herons": "same"}

    repaint(site)
    page = tmp_path / "changes.html"
    code, answer = diff("--against", "HEAD", "--html", str(page))
    assert code == 0
    assert statuses(answer) == {"otters": "changed", "herons": "changed"}
    shown = page.read_text()
    assert shown.count("<figure>") == 6
    assert "otters og mine" in shown
    assert not (site / "cards").exists()

    (site / "layouts" / "mine.yaml").write_text(LAYOUT.replace("COLOR", "ground"))
    (site / "config.yaml").write_text(CONFIG.replace("press", "night"))
    assert statuses(diff("--against", "HEAD")[1]) == {"otters": "changed", "herons": "changed"}

    # What did not load then is told, and everything is new.
    (site / "layouts" / "mine.yaml").write_text("layers: {a: {box: card, fil: ink}}\n")
    git(site.parent, "commit", "-qam", "Broken")
    repaint(site)
    code, answer = diff("--against", "HEAD")
    assert code == 1
    assert statuses(answer) == {"otters": "added", "herons": "added"}
    assert answer["problems"][0]["message"] == "before: unknown key 'fil'"


def test_neither_a_folder_nor_a_commit(site, diff):
    for ref in ("nowhere", "--output=x"):
        code, answer = diff(f"--against={ref}")
        assert code == 2
        assert "no folder, and no commit" in answer["problems"][0]["message"]
    git(site.parent, "init", "-q")
    assert diff("--against", "nowhere")[0] == 2
    assert not (site / "x").exists()
