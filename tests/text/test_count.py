from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.model import Limits, Message
from sharekit.text.count import count, count_message, fits_until, has_room, refusals

FAMILY = "👨‍👩‍👧‍👦"  # 7 code points, 11 UTF-16 units, 25 bytes


@pytest.mark.parametrize(
    ("unit", "text", "length"),
    [
        ("graphemes", f"{FAMILY}é\u0301🇺🇸", 3),
        ("graphemes", "a\r\nb", 3),
        ("chars", f"{FAMILY}é", 8),
        ("utf16", f"{FAMILY}é", 12),
        ("bytes", f"{FAMILY}é", 27),
        ("chars+emoji-bytes", "héllo", 5),
        ("chars+emoji-bytes", "hi 👍", 7),
        ("chars+emoji-bytes", f"hi {FAMILY}", 28),
        ("chars+emoji-bytes", "a © b 1 #", 9),  # emoji only when asked for
        ("chars+emoji-bytes", "©️", 5),
        ("weighted", "日本語", 6),
        ("weighted", FAMILY, 2),
        ("weighted", "e\u0301", 1),  # NFC
        ("weighted", "see https://example.com/a/very/long/path?with=things", 27),
        ("weighted", "example.com", 23),
        ("weighted", "example.notatld", 15),
    ],
)
def test_units(unit, text, length) -> None:
    assert count(text, Limits(length=1000, unit=unit)).length == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("http://" + "b" * 30 + ".com/example", 23),
        ("https://a.co", 23),
        ("example.com", 11),  # a scheme is needed
        ("www.example.com/x", 17),
        ("gemini://example.com/x", 23),
        ("https://localhost/x", 19),  # no top-level domain: no link
        ("https://example.com/日本語", 23),
        ("https://example.com/wiki/Otter_(animal)", 23),
        ("(https://example.com/x)", 25),
        ("https://example.com/x, and", 28),
        ("@alice@" + "b" * 30 + ".com", 6),
        ("@alice@example.com@", 19),  # no mention: a sign follows
        ("x@alice@example.com", 19),  # an address
        ("@alice", 6),
        ("@a.b-c@日本.jp!", 7),
        ("https://example.com/@alice@example.org", 23),
        ("=@alice@example.com", 19),
        (f"{FAMILY} https://example.com/x", 25),
    ],
)
def test_reserved_links_and_free_domains(limits, text, length) -> None:
    assert count(text, limits["reserved"]).length == length


def test_a_content_warning_counts_where_there_can_be_one(limits) -> None:
    assert count("abc", limits["reserved"], warning="12345").length == 8
    assert count("abc", limits["weighted"], warning="12345").length == 3
    assert not count("a" * 496, limits["reserved"], warning="12345").fits


def test_a_caption_has_its_own_limit(limits) -> None:
    text = "a" * 1025
    assert count(text, limits["chars"]).fits
    captioned = count(text, limits["chars"], attach="image")
    assert (captioned.limit, captioned.fits) == (1024, False)


def test_bytes_are_bounded_besides(limits) -> None:
    text = FAMILY * 299
    assert count(text, limits["graphemes"]).length == 299
    assert not count(text, limits["graphemes"]).fits


@pytest.mark.parametrize(
    ("text", "rule", "reason"),
    [
        ("$AAA and $BBB", {"max_cashtags": 1}, "2 cashtags"),
        ("https://a.com https://b.com", {"max_links": 1}, "2 links"),
        ("#a1 #b1 #c1", {"max_tags": 2}, "3 hashtags"),
        ("a\ufeffb", {"unit": "weighted"}, "U+FEFF"),
    ],
)
def test_what_is_refused_whatever_its_length(text, rule, reason) -> None:
    limits = Limits(length=1000, **rule)
    assert reason in " ".join(refusals(text, limits))
    assert not count(text, limits).fits
    assert has_room(text, limits)


def test_the_same_link_twice_is_one() -> None:
    assert count("https://a.com https://a.com", Limits(max_links=1)).fits


def test_no_limit_always_fits() -> None:
    found = count("a" * 100_000, Limits(unit="chars"))
    assert (found.length, found.limit, found.fits) == (100_000, None, True)


def test_a_thread_fits_when_all_of_it_does(limits) -> None:
    message = Message(
        key="k",
        post_id="p",
        channel="c",
        account="a",
        text="one",
        parts=("two", "x" * 281),
        created=datetime(2026, 1, 1, tzinfo=UTC),
    )
    found = count_message(message, limits["weighted"])
    assert (found.length, found.fits) == (3, False)
    assert count_message(dataclasses.replace(message, parts=("two",)), limits["weighted"]).fits


@given(text=st.text(), tail=st.text(alphabet="ab 👍日"))
def test_the_excess_begins_where_there_is_no_more_room(any_limits, text, tail) -> None:
    text += tail * 30
    end = fits_until(text, any_limits)
    assert has_room(text[:end], any_limits)
    if has_room(text, any_limits):
        assert end == len(text)


def test_lone_surrogates_count_without_failing(any_limits) -> None:
    assert count("a\ud83d b\udc00", any_limits).fits


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("a" * 476 + " http://" + "b" * 30 + ".com/example", 500),
        # In the middle of a word no link begins.
        ("a" * 476 + "http://" + "b" * 30 + ".com/example", 525),
        # Nor is what no browser would open one.
        ("http://example.com/valid?" + "#foo?" * 1000, 5025),
        ("a" * 475 + " @alice@" + "b" * 30 + ".com", 482),
        ("@alice@" + "b" * 500 + ".com", 511),
        ("👩‍💻" * 500, 500),
        ("https://a.com/x https://b.com/y", 47),
    ],
)
def test_the_cases_of_the_fediverses_own_server(limits, text, length) -> None:
    assert count(text, limits["reserved"]).length == length


def test_what_stands_in_a_warning_counts_as_it_is_written(limits) -> None:
    address = "https://example.com/a/very/long/path"
    assert count("abc", limits["reserved"], warning=address).length == len(address) + 3
    # And the text's first link is one, whatever the warning ends in.
    assert count(address, limits["reserved"], warning="abc").length == 3 + 23


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("a*b_c", 7),
        ("https://otters.example/a_b_(c)", 30),
        ("see otters.example/a_b", 23),
        ("- one\n- two", 13),
        ("@everyone", 9),
    ],
)
def test_escapes_count_where_a_text_needs_them(text, length) -> None:
    limits = Limits(length=2000, unit="chars", markup="markdown")
    assert count(text, limits).length == length
