"""Hashtags and mentions."""

from __future__ import annotations

import pytest

from sharekit.text import hashtags, mentions


@pytest.mark.parametrize(
    ("tag", "made"),
    [
        ("climate change", "#ClimateChange"),
        ("Immigrants' Rights", "#ImmigrantsRights"),
        ("NASA", "#NASA"),
        ("the iPhone and NASA", "#TheiPhoneAndNASA"),
        ("otters", "#otters"),
        ("#already", "#already"),
        ("C++ & Rust!", "#CRust"),
        ("covid-19", "#Covid19"),
        ("2024", None),
        ("élan vital", "#ÉlanVital"),
        ("日本 語", "#日本語"),
        ("मौसम विभाग", "#मौसमविभाग"),
        ("under_score", "#under_score"),
        ("!!!", None),
        ("", None),
    ],
)
def test_hashtag(tag, made) -> None:
    assert hashtags.hashtag(tag) == made


def test_from_tags_drops_repeats() -> None:
    assert hashtags.from_tags(["Otters", "otters", "2024", "bay"]) == ["#Otters", "#bay"]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#a #b", ["a", "b"]),
        ("a#b", []),
        ("#12 #1a", ["1a"]),
        ("(#x)", ["x"]),
        ("&#39;", []),
        ("#日本語。", ["日本語"]),
        ("#a-b", ["a"]),
        ("#️⃣ #one#two", []),
        ("✌️#tag", ["tag"]),
        ("＃wide", ["wide"]),
    ],
)
def test_hashtags_are_found(text, tags) -> None:
    found = hashtags.find(text)
    assert [tag.tag for tag in found] == tags
    assert all(text[tag.start + 1 : tag.end] == tag.tag for tag in found)


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@bob", ["bob"]),
        ("hi @bob.example.social, and @a_b", ["bob.example.social", "a_b"]),
        ("@jane@example.social.", ["jane@example.social"]),
        ("mail me@example.com", []),
        ("https://example.social/@jane", []),
        ("のは@bobです", ["bob"]),
        ("@@bob", []),
        ("@http://x.com", []),
        ("@aliceé", []),
        ("＠bob", ["bob"]),
        ("@", []),
    ],
)
def test_mentions_are_found(text, handles) -> None:
    assert [mention.handle for mention in mentions.find(text)] == handles


def test_people_get_their_handles_once_and_outside_links() -> None:
    text = "https://x.example/Jane and Jane March, Jane March Smith; Jane Marching; Jane March"
    done = mentions.with_handles(
        text,
        {"Jane March": "@jane@o.example", "Jane March Smith": "smith", "Bob": ""},
        outside=[(0, 22)],
    )
    assert done == ("https://x.example/Jane and @jane@o.example, @smith; Jane Marching; Jane March")


def test_a_handle_is_no_name_again() -> None:
    assert mentions.with_handles("bob and @bob", {"bob": "bob"}, outside=[]) == "@bob and @bob"
