from __future__ import annotations

import json
import subprocess
import sys

import pytest

from sharekit.cli.main import COMMANDS, SECTIONS, cli, run


def told(capsys, *arguments):
    code = run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_every_command_has_its_place_and_help(capsys):
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(COMMANDS)
    for name, (_, first_line) in COMMANDS.items():
        code, out, _ = told(capsys, name, "--help")
        assert code == 0
        assert "Usage: sharekit " + name in out
        assert first_line.endswith(".")


def test_help_says_the_same_in_both_places():
    import click

    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        assert (command.help or "").strip(), name


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["rendr"], 2, "render"),
        (["posts", "--lmit", "3"], 2, "--limit"),
        (["posts", "nowhere"], 1, "nowhere"),
        (["posts", ".", "--reader", "fed"], 2, "feed"),
        (["posts", "ftp://otters.example/feed"], 1, "https://"),
        (["schedule", "x", "--to", "outbox"], 2, "--at"),
        (["count", "--channel", "mastdon", "x"], 2, "mastodon"),
        (["publish"], 2, "--due"),
        (["-c", "absent.yaml", "posts"], 2, "absent.yaml"),
    ],
)
def test_mistakes_end_with_their_code_and_a_next_step(capsys, tmp_path, arguments, code, words):
    got, out, err = told(capsys, "-C", str(tmp_path), *arguments)
    assert got == code
    assert words in err
    assert out == ""


def test_mistakes_are_json_too_when_asked_for(capsys, tmp_path):
    for arguments, exit_code in ((["--json", "rendr"], 2), (["posts", "nowhere", "--json"], 1)):
        code, out, _ = told(capsys, "-C", str(tmp_path), *arguments)
        document = json.loads(out)
        assert code == exit_code
        assert document["schema"] == 1
        assert document["ok"] is False
        assert document["problems"][0]["message"]


def test_count_as_data_and_for_people(capsys, tmp_path):
    code, out, _ = told(capsys, "-C", str(tmp_path), "count", "--channel", "x", "--json", "hello")
    assert code == 0
    assert json.loads(out)["data"] == {
        "length": 5, "limit": 280, "unit": "weighted", "fits": True,
    }  # fmt: skip
    code, out, _ = told(capsys, "-C", str(tmp_path), "count", "--channel", "x", "a" * 281)
    assert code == 1
    assert out == "281 of 280 weighted: does not fit\n"


def test_help_imports_nothing_heavy():
    heavy = ("pydantic", "yaml", "PIL", "sqlalchemy", "dbos", "jinja2", "urllib3", "tweepy")
    code = (
        "import sys; from sharekit.cli.main import run; run(['--help']);"
        f"print([n for n in {heavy!r} if n in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_interrupt_ends_with_130(capsys, monkeypatch, tmp_path):
    from sharekit.app import App

    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(App, "posts", interrupted)
    code, _, err = told(capsys, "-C", str(tmp_path), "posts", str(tmp_path))
    assert code == 130
    assert "Interrupted" in err


@pytest.mark.parametrize("name", ["accounts", "queue", "layouts"])
def test_a_group_by_itself_lists_as_its_list_does(capsys, tmp_path, name):
    (tmp_path / "config.yaml").write_text("sharekit: 1\nchannels:\n  outbox:\n")
    listed = told(capsys, "-C", str(tmp_path), name, "list", "--json")
    assert json.loads(listed[1])["ok"]
    assert told(capsys, "-C", str(tmp_path), name, "--json") == listed
    assert told(capsys, "-C", str(tmp_path), name, "--json", "list") == listed
