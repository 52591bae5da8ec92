"""What the pages about the queue show can be typed and written as it stands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sharekit.cli.main import cli
from sharekit.config import load

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "queue.md"
TEXT = PAGE.read_text("utf-8")


@pytest.mark.parametrize("line", re.findall(r"^\$ sharekit (.+)$", TEXT, re.MULTILINE))
def test_commands(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.csv").write_text("post,to\n")
    words = shlex.split(line)
    with cli.make_context("sharekit", [], resilient_parsing=True) as context:
        command = cli.get_command(context, words.pop(0))
        if verbs := getattr(command, "commands", None):
            command = verbs[words.pop(0) if words[0] in verbs else "list"]
        command.make_context("x", words, parent=context).close()


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL))
def test_settings(block, tmp_path, monkeypatch):
    monkeypatch.setenv("SHAREKIT_DATABASE", "postgresql://user:password@host/name")
    (tmp_path / "config.yaml").write_text(f"sharekit: 1\n{block}")
    load(tmp_path / "config.yaml")


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("slots: [monday]", "'monday' is not a posting time. Write it like"),
        ("quiet: late", "'late' are no quiet hours"),
        ("notify: [desk@withy.example]", "is neither mailto:NAME@HOST nor a web address"),
        ("evergreen: {g: {to: [outbox], slots: [wed 12:00], gap: long}}", "'long' is not a span"),
        ("evergreen: {g: {to: [outbox], slots: []}}", "slots"),
        ("evergreen: {g: {to: [nobody], slots: [wed 12:00]}}", "there is no account 'nobody'"),
        ("grace: 0", "'grace'"),
        ("follow: always", "draft"),
    ],
)
def test_mistakes_in_settings_are_told_with_their_place(setting, says, tmp_path):
    from sharekit.errors import ConfigError

    path = tmp_path / "config.yaml"
    path.write_text(f"sharekit: 1\nschedule:\n  {setting}\n")
    with pytest.raises(ConfigError) as error:
        load(path)
    (problem,) = error.value.problems
    assert says in problem.message
    assert re.search(r"config\.yaml:3:\d+$", problem.where)
