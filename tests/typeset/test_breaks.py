from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from sharekit.typeset.breaks import ALLOWED, EMERGENCY, INNER, PREFERRED, break_ranks
from sharekit.typeset.properties import KINDS
from sharekit.typeset.unicode_table import UNASSIGNED


def starts(text):
    return [cluster.start() for cluster in regex.finditer(r"\X", text)]


def pieces(text, rank=ALLOWED, **options):
    ranks = break_ranks(text, starts(text), **options)
    ends = [at for at in range(1, len(text) + 1) if ranks[at] >= rank]
    return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two", ["one ", "two"]),
        ("forty-one of them", ["forty-one ", "of ", "them"]),
        ("Nord-Süd-Achse", ["Nord-Süd-Achse"]),
        ("1990–2026", ["1990–2026"]),
        ("Łódź–Kraków", ["Łódź–", "Kraków"]),
        ("9.99 $ and 50 %", ["9.99 ", "$ ", "and ", "50 ", "%"]),
        ("(see below) [ok]", ["(see ", "below) ", "[ok]"]),
        ("coûte si cher ?", ["coûte ", "si ", "cher ?"]),  # no break before a spaced mark
        ("« tout »", ["« tout »"]),
        ("and/or TCP/IP", ["and/or ", "TCP/IP"]),
        ("a\u00a0b c", ["a\u00a0b ", "c"]),
        ("zero\u200bwidth", ["zero\u200b", "width"]),
        ("字、字。", ["字、", "字。"]),
        ("「字」と", ["「字」", "と"]),
        ("チェック", ["チェッ", "ク"]),  # no small kana at a line's start
        ("ラーメン", ["ラー", "メ", "ン"]),
        ("全“部”内", ["全", "“部”", "内"]),
        ("🇫🇷🇩🇪🇪🇸", ["🇫🇷", "🇩🇪", "🇪🇸"]),
        ("👩\u200d💻👍🏽", ["👩\u200d💻", "👍🏽"]),
        ("ב-30", ["ב-30"]),
    ],
)
def test_where_a_line_may_end(text, expected):
    assert pieces(text) == expected


def test_a_long_address_may_end_a_line_after_a_slash():
    url = "https://docs.example.org/first/second?x=1"
    assert pieces(url)[-3:] == ["first/", "second?", "x=1"]


def test_css_normal_lets_small_kana_start_a_line():
    assert pieces("チェック", strict=False) == ["チ", "ェ", "ッ", "ク"]


def test_keep_all_keeps_korean_words():
    text = "도서관이 왔다"
    assert pieces(text) == [*"도서관", "이 ", "왔", "다"]
    assert pieces(text, keep_all=True) == ["도서관이 ", "왔다"]


def test_ranks_inside_a_word():
    ranks = break_ranks("forty-one", list(range(9)))
    assert ranks[6] == INNER
    assert ranks[5] == EMERGENCY
    assert break_ranks("a b", [0, 1, 2])[2] == PREFERRED


def test_nothing_to_break():
    assert break_ranks("", []) == [PREFERRED]


BY_CLASS: dict[str, list[str]] = {}
for _code in range(0x20, 0x20000):
    _kind = KINDS[chr(_code)]
    # Lone surrogates are no text; South East Asian scripts are for dictionaries.
    if not _kind.flags & UNASSIGNED and _kind.line not in ("SA", "SG"):
        BY_CLASS.setdefault(_kind.line, []).append(chr(_code))

ANY_CLASS = st.sampled_from(sorted(BY_CLASS)).flatmap(lambda line: st.sampled_from(BY_CLASS[line]))
MARKS = ["\u0301", "\u200d", "\u2060", "\u00a0", "\u200b", "\u2010", "\u25cc"]
PUNCTUATED = st.sampled_from(
    [*"ab1 .,-/()“”$%!?:;é字かぁー、。「」가אб🚀🇫🏽👍—…–+«»‘’€#（", *MARKS]
)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(PUNCTUATED, max_size=16), st.text(ANY_CLASS, max_size=12)))
def test_agrees_with_icu(text):
    breakers = pytest.importorskip("icu4py.breakers")
    at = starts(text)
    ranks = break_ranks(text, at)
    ours = {i for i in range(1, len(text) + 1) if ranks[i] >= INNER}
    theirs, position = set(), 0
    for segment in breakers.LineBreaker(text, "en"):
        position += len(segment)
        theirs.add(position)
    # We never break inside a grapheme cluster.
    assert ours == theirs & {*at, len(text)} - {0}
