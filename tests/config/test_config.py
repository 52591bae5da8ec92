from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import pytest

from sharekit import marked
from sharekit.config import Config, default, find, load
from sharekit.errors import ConfigError, Unauthorized, UserError

GOOD = """\
sharekit: 1
site:
  name: Withy
  url: https://withy.example/
  timezone: Europe/London
theme: press
sources:
  posts: content
  news: {reader: dump, path: news.txt, supplement: news.yaml}
channels:
  outbox: {folder: out}
  outbox:second:
  x:
    consumer_key: !env SK_TEST_KEY
    template: "{{ post.title }}"
schedule: {slots: ["mon-fri 09:00"], grace: 10}
"""


@pytest.fixture
def written(tmp_path):
    def write(text, name="config.yaml"):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return path

    return write


def problems(path):
    with pytest.raises(ConfigError) as caught:
        load(path)
    return caught.value.problems


def test_reads_every_section(written):
    config = load(written(GOOD))
    folder = config.folder
    assert config.site.url == "https://withy.example"
    assert config.sources["posts"].source == str(folder / "content")
    assert config.sources["news"].supplement == folder / "news.yaml"
    assert config.accounts["outbox"].publisher().folder == folder / "out"
    assert config.accounts["outbox:second"].account == "second"
    assert config.schedule.grace == 10
    assert config.database == f"sqlite:///{folder}/.sharekit/queue.sqlite"


def test_shows_every_problem_at_once_with_place_caret_and_suggestion(written):
    path = written(
        "sharekit: 1\n"
        "site:\n"
        "  nmae: Withy\n"
        "  timezone: Berlin\n"
        "  name: 2026\n"
        "sources:\n"
        "  a: {reader: dmup, path: x}\n"
        "  b: {reader: dump}\n"
        "channels:\n"
        "  outbxo: {}\n"
        "  outbox: {foldr: x, hashtags: many}\n"
    )
    found = problems(path)
    assert [p.where.removeprefix(f"{path}:") for p in found] == [
        "3:3", "4:13", "5:9", "7:15", "8:3", "10:3", "11:12", "11:32",
    ]  # fmt: skip
    text = "\n".join(map(str, found))
    assert "Did you mean 'name'?" in text
    assert 'Put it in quotes: name: "2026"' in text
    assert "Did you mean 'dump'?" in text
    assert "Did you mean 'outbox'?" in text
    assert "Did you mean 'folder'?" in text
    caret = found[0].snippet.splitlines()
    assert caret[1].index("^") == caret[0].index("nmae")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("theme:\n  accent: #0b5d8a\n", "2:11", 'accent: "#0b5d8a"'),
        ("site:\n\tname: x\n", "2:1", "tab"),
        ("site:\n  name: a\n  name: b\n", "3:3", "second time"),
        ("site:\n  name: Read this: now\n", "2:18", "quotes"),
        ("site: {name: !evn X}\n", "1:14", "!env"),
        ("site: [\n", "2:1", "not YAML"),
        ("- a\n", "1:1", ""),
        ("site: {name: 2026, url: x}\n", "1:14", 'name: "2026"\n'),
        ("theme: {use: nihgt, logo: x}\n", "1:14", "Did you mean 'night'?"),
        ("site: 5\n", "1:7", "'site' must be keys and values, not 5"),
        ("sources: []\n", "1:10", "'sources' must be keys and values, not []"),
        ("channels: {outbox: {folder: [1]}}\n", "1:29", "'folder' must be a path, not [1]"),
    ],
)
def test_has_words_for_the_traps(written, text, place, words):
    path = written(text)
    (found, *_) = problems(path)
    assert found.where == f"{path}:{place}"
    assert words in f"{found}\n"


def test_alias_bomb_is_refused_at_once(written):
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    assert "too deeply or holds too many" in str(problems(written("\n".join(lines)))[0])


def test_secret_comes_from_the_environment_and_shows_nowhere(written, monkeypatch):
    monkeypatch.setenv("SK_TEST_KEY", "canary-7731")
    config = load(written(GOOD))
    account = config.accounts["x"]
    assert account.publisher().consumer_key.get_secret_value() == "canary-7731"
    assert "canary" not in repr(config)
    path = written("channels:\n  x: {consumer_key: !env SK_TEST_KEY, hashtags: lots}\n")
    assert "canary" not in "\n".join(map(str, problems(path)))


def test_a_missing_secret_stops_only_publishing(written, monkeypatch, tmp_path):
    monkeypatch.delenv("SK_TEST_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    account = load(written(GOOD)).accounts["x"]
    assert account.limits.length == 280
    with pytest.raises(Unauthorized, match="SK_TEST_KEY"):
        account.publisher()


def test_names_of_accounts(written):
    config = load(written(GOOD))
    assert [a.name for a in config.named("outbox")] == ["outbox"]
    assert [a.name for a in config.named("outbox:main")] == ["outbox"]
    assert [a.name for a in config.named("outbox:second")] == ["outbox:second"]
    with pytest.raises(UserError, match="Did you mean 'outbox'"):
        config.named("outbx")


def test_is_found_going_up_and_a_foreign_config_is_passed_over(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "config.yaml").write_text("baseURL: https://hugo.example\n")
    assert find(inner) is None
    (tmp_path / "config.yaml").write_text("# ours\n\nsharekit: 1\n")
    assert find(inner) == tmp_path.resolve() / "config.yaml"
    (tmp_path / "a" / "sharekit.yaml").write_text("site: {name: x}\n")
    assert find(inner) == tmp_path.resolve() / "a" / "sharekit.yaml"


def test_without_a_config_there_is_an_outbox(tmp_path):
    config = default(tmp_path)
    assert list(config.accounts) == ["outbox"]
    assert config.path is None


def test_schema_is_valid_and_knows_every_channel():
    from sharekit import plugins
    from sharekit.config.schema import schema

    whole = json.loads(json.dumps(schema()))
    patterns = whole["properties"]["channels"]["patternProperties"]
    assert len(patterns) == len(plugins.names(plugins.PUBLISHERS))
    references = set()

    def walk(node):
        if isinstance(node, dict):
            references.update(v for k, v in node.items() if k == "$ref")
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(whole)
    known = {f"#/$defs/{name}" for name in whole["$defs"]}
    assert references <= known


def test_scalars_follow_the_core_schema():
    data = marked.parse(
        "a: no\nb: 12:30\nc: 2018-03-08\nd: 1.10\ne: 007\nf: true\ng: ~\nh: 'true'\ni: 0x1f\n", "t"
    ).data
    assert data == {
        "a": "no", "b": "12:30", "c": "2018-03-08", "d": 1.1, "e": 7, "f": True, "g": None,
        "h": "true", "i": 31,
    }  # fmt: skip


def test_no_config_is_as_the_least_one(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("sharekit: 1\nchannels:\n  outbox:\n")
    written, unwritten = load(path), default(tmp_path)
    for part in fields(Config):
        if part.name != "path":
            assert getattr(unwritten, part.name) == getattr(written, part.name), part.name


def test_traps_of_yaml_are_told_beside_all_else(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "sharekit: 1\n"
        "theme:\n"
        "  accent: #0b5d8a\n"
        "site: {name: 2026}\n"
        "site: {name: again}\n"
        "queue: {databse: x}\n"
    )
    with pytest.raises(ConfigError) as caught:
        load(path)
    lines = [problem.where.rsplit(":", 2)[1] for problem in caught.value.problems]
    codes = [problem.code for problem in caught.value.problems]
    assert lines == ["3", "4", "5", "6"]
    assert codes[0] == "config-comment"
    assert codes[2] == "config-twice"
    assert "databse" in caught.value.problems[3].message


def test_a_colour_in_braces_that_became_a_comment(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("sharekit: 1\ntheme: {accent: #0b5d8a}\nsite:\n  name: A\n")
    with pytest.raises(ConfigError) as caught:
        load(path)
    (problem,) = caught.value.problems
    assert problem.where == f"{path}:2:17"
    assert '"#0b5d8a"' in problem.hint
