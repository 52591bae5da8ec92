"""`check --select` and `--ignore` take the beginning of a code that there is, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest
from click.testing import CliRunner

from sharekit import plugins
from sharekit.app import codes
from sharekit.cli.check import check
from sharekit.cli.main import run
from sharekit.errors import UserError

CONFIG = """sharekit: 1
site: {name: Otter News}
sources: {posts: {reader: frontmatter, path: posts}}
channels: {outbox: {folder: outbox}}
"""
POST = "---\ntitle: Otters\nlink: https://otters.example/a\nimage: gone.png\n---\nOtters.\n"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "posts").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "posts" / "a.md").write_text(POST)
    return tmp_path


def checked(site, capsys, *options: str) -> tuple[int, set[str], list[dict[str, str]]]:
    code = run(["-C", str(site), "check", *options, "--json"])
    problems = json.loads(capsys.readouterr().out)["problems"]
    return code, {problem["code"] for problem in problems}, problems


def test_a_code_or_its_beginning_selects_and_ignores(site, capsys) -> None:
    code, everything, _ = checked(site, capsys)
    assert (code, "picture-missing" in everything) == (1, True)
    for text in ("picture-missing", "picture-", "pic"):
        assert checked(site, capsys, "--select", text)[:2] == (1, {"picture-missing"})
        left = checked(site, capsys, "--ignore", text)[1]
        assert left == everything - {"picture-missing"}


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("picture-mising", "picture-missing"),
        ("picture-missing-x", "picture-missing"),
        ("pictures", "picture"),
        ("picture_missing", "picture-missing"),
        ("PICTURE", ""),
        ("", ""),
    ],
)
@pytest.mark.parametrize("more", [[], ["--queued"]])
def test_a_text_that_no_code_begins_with_ends_with_2(
    site, capsys, option, text, meant, more
) -> None:
    code, found, (problem,) = checked(site, capsys, "--select", "alt-", option, text, *more)
    assert (code, found) == (2, {"code-unknown"})
    assert repr(text) in problem["message"]
    assert f"Did you mean {meant!r}?" in problem["hint"] if meant else True
    assert "docs/reference/problems.md" in problem["hint"]


def test_a_package_from_outside_brings_codes_of_its_own(tmp_path, monkeypatch) -> None:
    (tmp_path / "pigeons.py").write_text("class Pigeons: codes = ('pigeon-lost', 'pigeon-late')")
    monkeypatch.syspath_prepend(tmp_path)
    own = EntryPoint("outbox", "sharekit.publishers.outbox:Outbox", plugins.PUBLISHERS)
    strange = EntryPoint("pigeons", "pigeons:Pigeons", plugins.PUBLISHERS)
    there = {plugins.PUBLISHERS: {"outbox": own, "pigeons": strange}}
    monkeypatch.setattr(plugins, "_found", lambda group: there.get(group, {}))
    assert plugins.outside(plugins.PUBLISHERS) == ["pigeons"]
    codes.require(["pigeon-lost", "pigeon"])
    with pytest.raises(UserError, match="pigeon-lots") as caught:
        codes.require(["pigeon-lots"])
    assert "'pigeon-lost'" in str(caught.value)


def test_several_codes_in_one_text_are_shown_the_way(site, capsys) -> None:
    code, _, (problem,) = checked(site, capsys, "--ignore", "picture-missing,alt-missing")
    assert code == 2
    assert "once for each code" in problem["hint"]


def test_a_shell_completes_codes_with_what_they_mean() -> None:
    select = next(option for option in check.params if option.name == "select")
    items = select.shell_complete(check.make_context("check", []), "og-image")
    assert [item.value for item in items] == ["og-image-missing", "og-image-relative"]
    assert all(item.help for item in items)


def test_help_names_the_page_and_loads_no_codes() -> None:
    told = CliRunner().invoke(check, ["--help"]).output
    assert "docs/reference/problems.md" in "".join(told.split())
    program = (
        "import sys; from sharekit.cli.main import run; run(['check', '--help']);"
        "sys.exit('sharekit.app.codes' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
