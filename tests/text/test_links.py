from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.model import Limits
from sharekit.text.links import addresses, encoded, find, short, with_parameters

UTM = {"utm_source": "news letter", "utm_medium": "social&more"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example", "https://a.example?utm_source=x"),
        ("https://a.example/", "https://a.example/?utm_source=x"),
        ("https://a.example/p?", "https://a.example/p?utm_source=x"),
        ("https://a.example/p?q=1", "https://a.example/p?q=1&utm_source=x"),
        ("https://a.example/p?q=1&", "https://a.example/p?q=1&utm_source=x"),
        ("https://a.example/p?q=1#top", "https://a.example/p?q=1&utm_source=x#top"),
        ("https://a.example/p#a?b", "https://a.example/p?utm_source=x#a?b"),
        ("https://a.example/p?utm_source=y", "https://a.example/p?utm_source=y"),
        ("https://a.example/p?utm%5Fsource=y", "https://a.example/p?utm%5Fsource=y"),
        ("https://a.example/p?utm_source", "https://a.example/p?utm_source"),
        (
            "https://a.example/%7Eo/a%20b?q=%C3%A9+x",
            "https://a.example/%7Eo/a%20b?q=%C3%A9+x&utm_source=x",
        ),
    ],
)
def test_parameters(url, expected) -> None:
    assert with_parameters(url, {"utm_source": "x"}) == expected


def test_values_are_encoded() -> None:
    url = with_parameters("https://a.example/", UTM)
    assert url == "https://a.example/?utm_source=news%20letter&utm_medium=social%26more"


def test_nothing_to_add_changes_nothing() -> None:
    assert with_parameters("https://a.example/p?#", {}) == "https://a.example/p?#"


@given(
    st.text(alphabet="abc%20=&?/é"),
    st.dictionaries(st.text(min_size=1), st.text(), max_size=3),
)
def test_adding_keeps_what_is_there_and_is_done_once(rest, parameters) -> None:
    url = f"https://a.example/{rest}#top"
    added = with_parameters(url, parameters)
    assert added.startswith(url.removesuffix("#top"))
    assert added.endswith("#top")
    assert with_parameters(added, parameters) == added
    before = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    after = parse_qsl(urlsplit(added).query, keep_blank_values=True)
    assert after[: len(before)] == before


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com", "example.com"),
        ("https://example.com/", "example.com"),
        ("https://example.com/short", "example.com/short"),
        ("https://example.com/12345678901234", "example.com/12345678901234"),
        ("https://example.com/123456789012345", "example.com/123456789012..."),
        ("https://www.example.com/a?b=c#d", "www.example.com/a?b=c#d"),
        ("https://example.com?utm_source=abcdefgh", "example.com?utm_source=a..."),
        ("magnet:?xt=1", "magnet:?xt=1"),
    ],
)
def test_short(url, shown) -> None:
    assert short(url) == shown


@pytest.mark.parametrize(
    ("kind", "text", "urls"),
    [
        (
            "weighted",
            "at example.com, or (https://a.com/x_(y)).",
            ["https://example.com", "https://a.com/x_(y)"],
        ),
        ("weighted", "me@example.com", []),
        ("weighted", "例え.com/x https://例え.com/x", ["https://例え.com/x"]),
        ("reserved", "at example.com, or https://a.com/x.", ["https://a.com/x"]),
        (
            "graphemes",
            "at example.com, or https://a.com/x.",
            ["https://example.com", "https://a.com/x"],
        ),
        ("graphemes", "(see https://a.com/x)", ["https://a.com/x"]),
        ("graphemes", "file.txt and example.notatld", []),
    ],
)
def test_find(limits, kind, text, urls) -> None:
    found = find(text, limits[kind])
    assert [link.url for link in found] == urls
    assert all(link.url.endswith(text[link.start : link.end]) for link in found)


def test_addresses_are_counted_once() -> None:
    assert addresses("https://a.com https://b.com https://a.com") == {
        "https://a.com",
        "https://b.com",
    }


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.com/b?c=d#e", "https://a.com/b?c=d#e"),
        ("https://a.com/a b", "https://a.com/a%20b"),
        ("https://a.com/日本?q=ü", "https://a.com/%E6%97%A5%E6%9C%AC?q=%C3%BC"),
        ("https://a.com/%E6%97%A5_(x)", "https://a.com/%E6%97%A5_(x)"),
        ("https://bücher.de/ü", "https://bücher.de/%C3%BC"),
        (' https://a.com/"<>|\\^ ', "https://a.com/%22%3C%3E%7C%5C%5E"),
        ("/only/a/path", "/only/a/path"),
    ],
)
def test_an_address_that_every_network_finds_whole(url, expected) -> None:
    assert encoded(url) == expected
    assert encoded(expected) == expected


@given(st.text(st.characters(categories=["L", "M", "N", "Z"])))
def test_an_encoded_address_is_one_link_wherever_it_stands(path) -> None:
    url = encoded(f"https://a.com/{path}/x")
    for limits in (
        Limits(unit="weighted", link_length=23),
        Limits(link_length=23),
        Limits(unit="chars"),
    ):
        (link,) = find(f"see {url} now", limits)
        assert link.url == url


def test_a_short_link_shows_letters() -> None:
    assert short("https://a.com/%E6%97%A5%E6%9C%AC") == "a.com/日本"
    assert short("https://a.com/%E2%80%AEx%20y") == "a.com/%E2%80%AEx%20y"
    assert short("https://a.com/%FF") == "a.com/%FF"
