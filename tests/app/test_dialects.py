"""Tokens in the social texts of a source: the source names whose they are, or they tell."""

from __future__ import annotations

import json

import pytest

from sharekit.cli.main import run

CONFIG = """\
sharekit: 1
site: {{name: The Otter}}
sources: {{list: {{reader: table, path: posts.csv{dialect}}}}}
channels: {{outbox: {{attach: none, link: never}}}}
"""


def shown(tmp_path, monkeypatch, capsys, social, dialect):
    (tmp_path / "posts.csv").write_text(
        f'id,title,url,social text\nfirst,Otters,https://a.example/1,"{social}"\n'
    )
    (tmp_path / "config.yaml").write_text(CONFIG.format(dialect=dialect))
    monkeypatch.chdir(tmp_path)
    run(["show", "first", "--channel", "outbox", "--json"])
    return json.loads(capsys.readouterr().out)["data"]["text"]


@pytest.mark.parametrize(
    ("social", "dialect", "text"),
    [
        ("%%title%% | %%sitename%%", "", "Otters | The Otter"),
        ("#title# by #blog#", "", "Otters by The Otter"),
        ("[node:title]!", "", "Otters!"),
        ("{title} and #title#", ", dialect: nelio", "Otters and #title#"),
        ("{title} and #title#", ", dialect: xposter", "{title} and Otters"),
    ],
)
def test_a_source_names_its_dialect_or_it_is_told(
    tmp_path, monkeypatch, capsys, social, dialect, text
):
    assert shown(tmp_path, monkeypatch, capsys, social, dialect) == text


def test_a_dialect_that_nobody_speaks_is_named(tmp_path, monkeypatch, capsys):
    (tmp_path / "config.yaml").write_text(CONFIG.format(dialect=", dialect: latin"))
    monkeypatch.chdir(tmp_path)
    assert run(["posts"]) == 2
    assert "config.yaml:3" in (err := capsys.readouterr().err)
    assert "drupal" in err
