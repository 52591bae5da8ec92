"""What a newcomer gets to read when the config, a folder or an option is not what it should be."""

from __future__ import annotations

import pytest

from sharekit.cli.main import run


@pytest.fixture
def told(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)

    def tell(*arguments, here=True):
        code = run([*(("-C", str(tmp_path)) if here else ()), *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return tell


@pytest.mark.parametrize(
    ("content", "found", "named"),
    [
        (b"", "config.yaml is empty", "is empty"),
        (b"- sharekit: 1\n", "not for sharekit", "1:1: holds a list where keys belong"),
        (b"otters\n", "not for sharekit", "1:1: holds one value where keys belong"),
        (b"title: x\n", "its first key is not `sharekit:`", "unknown key 'title'"),
        (b"\x89PNG\r\n\x1a\n\xff", "is no text", "is not UTF-8"),
        (b"sharekit: 7\n", "'sharekit' must be 1, not 7", "'sharekit' must be 1, not 7"),
        (b"sharekit:\n", "'sharekit' must be 1, not empty", "must be 1, not empty"),
    ],
)
def test_a_config_that_is_none_says_what_is_wrong(told, tmp_path, content, found, named):
    (tmp_path / "config.yaml").write_bytes(content)
    for arguments, words in (((), found), (("-c", "config.yaml"), named)):
        code, _, err = told(*arguments, "posts")
        assert code == 2
        assert words in err
        assert "Document" not in err
    assert any(words in "".join(told("doctor")[1:]) for words in (found, named))


def test_a_choice_of_several_names_them(told, tmp_path):
    (tmp_path / "config.yaml").write_text("sharekit: 1\ncards: {alt: requir}\n")
    err = told("posts")[2]
    assert "'alt' must be one of 'require', 'warn' or 'off', not requir" in err
    assert "Did you mean 'require'?" in err


@pytest.mark.parametrize("command", [("posts",), ("doctor",), ("init",), ("config", "path")])
def test_a_folder_that_is_not_there_is_named(told, tmp_path, command):
    code, _, err = told("-C", str(tmp_path / "nope"), *command, here=False)
    assert (code, f"{tmp_path / 'nope'}: is no folder" in err) == (2, True)
    assert not (tmp_path / "nope").exists()


def test_an_account_without_a_terminal_names_the_option(told, tmp_path):
    (tmp_path / "config.yaml").write_text("sharekit: 1\n")
    code, _, err = told("--no-input", "accounts", "add", "telegram")
    assert code == 2
    assert "telegram needs chat" in err
    assert "--set chat=VALUE" in err


def test_no_limit_is_not_counted_against(told):
    assert told("count", "--channel", "outbox", "hi")[1] == "2 graphemes: no limit\n"


def test_doctor_counts_as_people_do(told, tmp_path):
    (tmp_path / "config.yaml").write_text(
        "sharekit: 1\nsources: {a: posts}\nchannels: {outbox: , outbox:b: }\n"
    )
    assert "config.yaml: 1 source, 2 accounts\n" in told("doctor")[1]


def test_what_is_read_with_options_must_be_there(told, tmp_path):
    (tmp_path / "more.yaml").write_text("posts: {}\n")
    (tmp_path / "config.yaml").write_text("sharekit: 1\nsources: {journal: posts}\n")
    asked = ("show", "jurnal", "--supplement", str(tmp_path / "more.yaml"))
    code, _, err = told(*asked)
    assert code == 2
    assert "no file, folder or source 'jurnal'" in err
    assert "Did you mean 'journal'?" in err


def test_an_outbox_that_is_tested_has_no_limit(told, tmp_path):
    (tmp_path / "config.yaml").write_text("sharekit: 1\nchannels: {outbox: }\n")
    assert told("accounts", "test", "outbox")[2].endswith("; no limit\n")


def test_nothing_is_called_nothing_and_never_none(told, tmp_path):
    (tmp_path / "config.yaml").write_text("sharekit: 1\nchannels: {outbox: }\n")
    assert told("queue", "list", "--week")[2] == "Nothing in the queue is like that\n"
    assert told("queue", "list")[2] == "Nothing is queued\n"
    shown = told("config", "show")[1]
    assert "None" not in shown
    assert "logo: not set" in shown


def test_the_layouts_group_names_its_commands(told):
    out = told("layouts", "--help")[1]
    first = out.partition("Options:")[0]
    assert "copy" not in first
    assert "eject" in first


def test_a_channel_that_is_none_is_called_a_channel(told, tmp_path):
    (tmp_path / "config.yaml").write_text("sharekit: 1\n")
    assert "there is no channel named 'mastodn'" in told("accounts", "add", "mastodn")[2]
