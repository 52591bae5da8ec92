"""What a person mistypes on the command line is said once, with 2 in the end, and nothing is done."""

from __future__ import annotations

import json

import pytest

from sharekit.cli.main import run


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    posts = tmp_path / "posts"
    posts.mkdir()
    for day in (1, 2, 3):
        (posts / f"otter-{day}.md").write_text(
            f"---\ntitle: Otter {day}\ndate: 2026-11-0{day}T00:30:00+02:00\n---\nOtters.\n"
        )
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("posts posts --since abc", "'abc' is neither a span of time nor a date"),
        ("posts posts --since 2026-13-45", "'2026-13-45' is neither"),
        ("posts posts --since tomorrow", "'tomorrow' is neither"),
        ("posts posts --since 7x", "'7x' is neither"),
        ("posts posts --set nope=1", "the reader frontmatter has no setting 'nope'"),
        ("posts posts --set permalnk=/x/", "Did you mean 'permalink'?"),
        ("posts posts --set permalink=[1]", "permalink: input should be"),
        ("posts posts --set timezone=Mars/X", "there is no time zone 'Mars/X'"),
        ("render posts --layout nope", "there is no layout named 'nope'"),
        ("render posts --layout fotos", "there is no layout named 'fotos'"),
        ("render posts --size nope", "there is no card size named 'nope'"),
        ("render posts --size squre", "Did you mean 'square'?"),
        ("render posts --channel nope", "there is no account"),
    ],
)
def test_a_slip_is_said_once(site, capsys, arguments, said) -> None:
    assert run([*arguments.split(), "--no-progress"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("error:") == 1
    assert said in err
    assert not (site / "cards").exists()


@pytest.mark.parametrize(
    ("since", "left"),
    [
        ("2026-11-02", ["Otter 3"]),  # the second was written on the first, by UTC
        ("2026-11-01T22:30", ["Otter 2", "Otter 3"]),
        ("2026-11-02T00:30+02:00", ["Otter 2", "Otter 3"]),
        ("2027-01-01", []),
        ("200 weeks", ["Otter 1", "Otter 2", "Otter 3"]),
    ],
)
def test_since_takes_a_moment_or_a_span(site, capsys, since, left) -> None:
    assert run(["posts", "posts", "--since", since, "--json"]) == 0
    assert sorted(post["title"] for post in json.loads(capsys.readouterr().out)["data"]) == left


def test_settings_without_a_source_are_for_nobody(site, capsys) -> None:
    for option in ("--set", "--reader"):
        value = "permalink=/x/" if option == "--set" else "frontmatter"
        assert run(["posts", option, value]) == 2
        assert "are for a SOURCE" in capsys.readouterr().err
