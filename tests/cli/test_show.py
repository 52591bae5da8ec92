"""`sharekit show` as a person reads it: all that goes out with a text."""

from __future__ import annotations

import json

import pytest

from sharekit.cli.main import run

CONFIG = """\
sharekit: 1
sources: {posts: {reader: frontmatter, path: posts}}
channels:
  bluesky: {handle: otters.example, app_password: s3cr3t-canary, hashtags: 1}
  mastodon: {server: "https://social.example", length: 20, content_warning: Wet}
  x: {thread: true, mentions: {otters: otterclub}, attach: none}
"""
POST = """\
---
title: Otters & friends
url: https://otters.example.org/back
description: After forty years.
tags: [wild life]
social: {x: "SAID"}
---
They are back.
"""


@pytest.fixture
def show(tmp_path, capsys):
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "posts").mkdir()
    said = "The otters came back to the weir at night, and nobody saw them. " * 8
    (tmp_path / "posts/otters.md").write_text(POST.replace("SAID", said))

    def shown(channel, *words, code=0):
        told = run(
            ["-C", str(tmp_path), "show", "otters", "--channel", channel, "--no-card", *words]
        )
        assert told == code
        return capsys.readouterr().out

    return shown


def test_links_tags_and_the_card_that_is_built_here(show) -> None:
    out = show("bluesky")
    assert "  | Otters & friends otters.example.org/back #WildLife\n" in out
    assert "  link     otters.example.org/back -> https://otters.example.org/back\n" in out
    assert "  tags     #WildLife\n" in out
    assert "  attach   link: Otters & friends / After forty years.\n" in out


def test_what_is_over_the_limit_is_marked(show) -> None:
    out = show("mastodon", code=1)
    assert "TOO LONG" in out
    assert "  ! Wet\n" in out
    assert "  attach   link, which the network draws from the page\n" in out
    before, _, over = out.partition("⟦")
    assert over.partition("⟧")[0]
    assert len(before.rpartition("| ")[2]) <= 20


def test_each_part_of_a_thread_with_its_count_and_price(show) -> None:
    out = show("x")
    data = json.loads(show("x", "--json"))["data"]
    lengths = data["part_lengths"]
    assert len(lengths) == len(data["parts"]) + 1 > 1
    assert "  parts    " + ", ".join(f"{length}/280" for length in lengths) + "\n" in out
    assert all(length <= 280 for length in lengths)
    assert "  mentions @otterclub\n" in out
    assert f"  price    ${0.2 + 0.015 * len(data['parts']):.3f}\n" in out


def test_the_request_is_whole_and_its_secrets_are_masked(show) -> None:
    out = show("bluesky", "--request")
    assert "POST https://bsky.social/xrpc/com.atproto.repo.putRecord" in out
    assert '"uri": "https://otters.example.org/back"' in out
    assert "s3cr3t-canary" not in out
