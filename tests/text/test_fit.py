from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharekit.model import Limits, Link
from sharekit.text import graphemes, hashtags, links, mentions, weighted
from sharekit.text.count import count, has_room
from sharekit.text.fit import fit, shorten
from sharekit.text.thread import split
from sharekit.text.words import Words, tidy

URL = "https://example.org/otters-are-back"
TEN = Limits(length=10, unit="graphemes")
PIECES = [
    *(
        "word",
        "a",
        " ",
        " ",
        " ",
        "\n\n",
        ". ",
        "!",
        "日本語",
        "ภาษาไทย",
        "é",
        "e\u0301",
        "👨‍👩‍👧‍👦",
        "🇺🇸",
        "👍🏽",
    ),
    *("#OtterNews", "@jane@otter.example", "$ACME", "https://a.example/x_(y)?q=1", "example.com"),
]
texts = st.lists(st.sampled_from(PIECES), max_size=160).map("".join)
few = settings(max_examples=40, deadline=None)  # of each way of counting


def linked(text: str, limits: Limits) -> Words:
    return Words(text=text, links=links.find(text, limits))


@few
@given(text=texts)
def test_never_over_the_limit_and_always_a_beginning(any_limits, text) -> None:
    text = tidy(text)
    fitted = fit(linked(text, any_limits), any_limits)
    assert fitted.fits
    assert has_room(fitted.words.text, any_limits)
    if has_room(text, any_limits):
        assert (fitted.words.text, fitted.cut) == (text, False)
    elif fitted.words.text:
        kept = fitted.words.text.removesuffix("…").removesuffix(" ")
        assert fitted.words.text.endswith("…")
        assert text.startswith(kept)
        assert len(kept) < len(text)


@few
@given(text=texts)
def test_nothing_whole_is_cut(any_limits, text) -> None:
    text = tidy(text)
    fitted = fit(linked(text, any_limits), any_limits)
    if not fitted.cut or not fitted.words.text:
        return
    end = len(fitted.words.text.removesuffix("…").removesuffix(" "))
    spans = [(span.start, span.end) for span in links.find(text, any_limits)]
    called = mentions.find(text, any_limits.mention_rule)
    tagged = hashtags.find(text, any_limits.tag_rule)
    spans += [(span.start, span.end) for span in (*tagged, *called)]
    spans += weighted.cashtags(text)
    assert not [span for span in spans if span[0] < end < span[1]]
    assert end in {0, *graphemes.boundaries(text)}


@few
@given(before=texts, after=texts)
def test_the_link_stays_and_its_span_is_right(any_limits, before, after) -> None:
    text = tidy(f"{before} {URL} {after}")
    start = text.index(URL)
    words = Words(text=text, links=(Link(start=start, end=start + len(URL), url=URL),))
    fitted = fit(words, any_limits, keep=URL, tags=("#one", "#two"))
    found = fitted.words.link_to(URL)
    assert fitted.fits
    assert has_room(fitted.words.text, any_limits)
    assert fitted.words.text[found.start : found.end] == URL


@pytest.mark.parametrize(
    ("text", "fitted"),
    [
        ("short", "short"),
        ("ten chars.", "ten chars."),
        ("one two three four", "one two…"),
        ("one two, three", "one two…"),  # a comma is left over
        ("one (two three)", "one (two…"),
        ("Donaudampfschifffahrt", "Donaudamp…"),  # a word that is longer than all the room
        ("a Donaudampfschifffahrt", "a Donauda…"),
        ("日本語のとても長い文章です", "日本語のとても長い…"),
        ("one two 👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "one two…"),
        ("one #Hashtag", "one…"),
        ("one $ACMEXX and", "one…"),
    ],
)
def test_cutting(text, fitted) -> None:
    assert fit(Words(text=text), TEN).words.text == fitted


def test_an_ellipsis_never_touches_a_link() -> None:
    limits = Limits(length=40, unit="chars")
    text = "https://a.example/x and then a lot more words"
    words = Words(text=text, links=links.find(text, limits))
    limits = Limits(length=22, unit="chars")
    assert fit(words, limits).words.text == "https://a.example/x …"


def test_the_longer_side_of_the_link_is_cut_first() -> None:
    limits = Limits(length=60, unit="chars")
    text = f"Read {URL} for all of the long story"
    words = Words(text=text, links=links.find(text, limits))
    assert fit(words, limits, keep=URL).words.text == f"Read {URL} for all of the…"
    text = f"All of the long story is at {URL} now"
    words = Words(text=text, links=links.find(text, limits))
    assert fit(words, limits, keep=URL).words.text == f"All of the long… {URL} now"


def test_both_sides_go_before_the_link() -> None:
    limits = Limits(length=len(URL), unit="chars")
    text = f"before {URL} after and after"
    words = Words(text=text, links=links.find(text, limits))
    assert fit(words, limits, keep=URL).words.text == URL


def test_a_link_that_is_too_long_by_itself_is_said() -> None:
    limits = Limits(length=len(URL) - 1, unit="chars")
    words = Words(text=URL, links=(Link(start=0, end=len(URL), url=URL),))
    fitted = fit(words, limits, keep=URL)
    assert (fitted.words.text, fitted.fits, fitted.cut) == (URL, False, True)


@pytest.mark.parametrize(
    ("length", "text", "tags"),
    [
        (40, "Otters are back #one #two", ("#one", "#two")),
        (22, "Otters are back #one", ("#one",)),
        (17, "Otters are back", ()),
    ],
)
def test_hashtags_go_first(length, text, tags) -> None:
    limits = Limits(length=length, unit="chars")
    fitted = fit(Words(text="Otters are back"), limits, tags=("#one", "#two"))
    assert (fitted.words.text, fitted.tags, fitted.cut) == (text, tags, False)


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("An otter swims", 14, "An otter swims"),
        ("An otter swims", 13, "An otter…"),
        ("An otter swims", 1, "…"),
        ("An otter swims", 0, ""),
        ("👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 8, "👨‍👩‍👧‍👦…"),
    ],
)
def test_shorten(text, length, short) -> None:
    assert shorten(text, length) == short
    assert len(shorten(text, length)) <= length


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("  a\r\nb\rc  ", "a\nb\nc"),
        ("a\n\n\n \n\nb", "a\n\nb"),
        ("a\x00b\ufeffc\ud800d\x1b[0m", "abcd[0m"),
        ("keep\tthis and\u200dthis", "keep\tthis and\u200dthis"),
        ("a\u2028b", "a\nb"),
    ],
)
def test_tidy(text, tidied) -> None:
    assert tidy(text) == tidied


# --- threads


@few
@given(text=texts, link_at=st.sampled_from(["first", "last"]))
def test_every_part_of_a_thread_fits_and_nothing_is_lost(any_limits, text, link_at) -> None:
    text = tidy(text)
    words = linked(text, any_limits).then(URL, url=URL)
    parts = split(words, any_limits, link=URL, link_at=link_at, tags=("#one", "#two"))
    if parts is None:
        return
    total = len(parts)
    bodies = []
    for number, part in enumerate(parts, 1):
        assert has_room(part.text, any_limits)
        assert part.text.endswith(f" {number}/{total}")
        assert all(part.text[span.start : span.end] in span.url for span in part.links)
        bodies.append(part.text.removesuffix(f" {number}/{total}"))
    holder = bodies[0] if link_at == "first" else bodies[-1]
    assert URL in holder
    kept = "".join("".join(bodies).replace("#one", "").replace("#two", "").split())
    assert kept.replace(URL, "", 1) == "".join(text.split())


def test_a_thread_breaks_where_a_reader_would() -> None:
    limits = Limits(length=60, unit="chars")
    text = "The otters are back in the bay. They came at night, all of them.\n\nNobody saw it. " * 2
    parts = split(Words(text=text.strip()), limits)
    assert [part.text for part in parts] == [
        "The otters are back in the bay. 1/4",
        "They came at night, all of them. 2/4",
        "Nobody saw it. The otters are back in the bay. 3/4",
        "They came at night, all of them.\n\nNobody saw it. 4/4",
    ]


def test_a_thread_of_more_than_nine_parts() -> None:
    limits = Limits(length=40, unit="chars")
    parts = split(Words(text="otters are back " * 20), limits)
    assert len(parts) > 9
    assert parts[0].text.endswith(f" 1/{len(parts)}")
    assert all(count(part.text, limits).fits for part in parts)


def test_a_thread_too_long_or_too_narrow_is_none() -> None:
    assert split(Words(text="word " * 5000), Limits(length=30, unit="chars")) is None
    assert split(Words(text="word"), Limits(length=3, unit="chars")) is None


def test_only_the_first_part_of_a_thread_is_a_caption() -> None:
    limits = Limits(length=100, caption_length=30, unit="chars")
    parts = split(Words(text="otters are back " * 10), limits, attach="image")
    assert len(parts[0].text) <= 30
    assert any(len(part.text) > 30 for part in parts[1:])
