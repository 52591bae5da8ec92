from __future__ import annotations

import itertools

import pytest
import system_icu
from hypothesis import given, settings
from hypothesis import strategies as st

from sharekit.typeset import bidi
from sharekit.typeset.properties import KINDS

REMOVED = {"RLE", "LRE", "RLO", "LRO", "PDF", "BN"}  # rule X9: their levels mean nothing


def visual(text, base=None):
    """The characters of *text* from left to right, without those that X9 removes."""
    level = base if base is not None else (bidi.base_level(text) or 0)
    levels = bidi.line_levels(text, bidi.levels(text, level), level, 0, len(text))
    kept = [i for i, char in enumerate(text) if KINDS[char].bidi not in REMOVED]
    return "".join(text[kept[i]] for i in bidi.visual_order([levels[i] for i in kept]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc", "abc"),
        ("אבג", "גבא"),
        ("abc אבג def", "abc גבא def"),
        ("אבג abc דהו", "והד abc גבא"),
        ("אבג 123 דהו", "והד 123 גבא"),
        ("אבג (abc) דהו", "והד )abc( גבא"),  # N0: the pair takes the paragraph's direction
        ("car (אבג) (xyz)", "car (גבא) (xyz)"),
        ("ע٣-٤", "٤-٣ע"),  # a hyphen between Arabic digits is neutral
        ("ب 10-5", "5-10 ب"),
        ("א$5", "$5א"),
        ("\u2067abc\u2069 אב", "בא \u2069abc\u2067"),
    ],
)
def test_order(text, expected):
    assert visual(text) == expected


def test_base_level_ignores_what_is_isolated():
    assert bidi.base_level("\u2067אבג\u2069 abc") == 0
    assert bidi.base_level("\u2066abc\u2069 אבג") == 1
    assert bidi.base_level("12 + 3!") is None


def test_an_override_makes_everything_strong():
    assert visual("\u202eabc 12\u202c d") == "21 cba d"


def test_white_space_at_a_lines_end_takes_the_paragraphs_level():
    text = "abc אבג  def"
    levels = bidi.levels(text, 0)
    assert bidi.line_levels(text, levels, 0, 0, 9)[7:] == [0, 0]


def test_nesting_beyond_the_limit_ends():
    text = "\u2067" * 200 + "א" + "\u2069" * 200 + "b"
    assert len(bidi.levels(text, 0)) == len(text)


ALPHABET = st.sampled_from(
    list("abcאבגابت123٠١٢ ,.:;-+$%()[]{}<>「」!?\"'")
    + ["\u0301", "\u064e", "\u05b0", "字", "ไ", "🚀", "〈", "〉", "\u200b"]
    + [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F)]
)


def has_mark_after_bracket(text):
    """Where ICU differs: it does not give a mark the direction its bracket got (N0)."""
    return any(
        KINDS[char].bidi == "NSM" and before in "()[]{}<>「」〈〉\u0301\u064e\u05b0"
        for before, char in itertools.pairwise(text)
    )


def levels_of_icu(text, base):
    try:
        return system_icu.levels(text, base)
    except system_icu.Missing:
        pytest.skip("there is no ICU on this machine")


@settings(max_examples=400, deadline=None)
@given(st.text(ALPHABET, min_size=1, max_size=30), st.sampled_from([None, 0, 1]))
def test_agrees_with_icu(text, base):
    if has_mark_after_bracket(text):
        return
    paragraph, theirs = levels_of_icu(text, base)
    level = base if base is not None else (bidi.base_level(text) or 0)
    ours = bidi.line_levels(text, bidi.levels(text, level), level, 0, len(text))
    assert level == paragraph
    kept = [i for i, char in enumerate(text) if KINDS[char].bidi not in REMOVED]
    # ICU calls a paragraph of one direction all one level, so orders are compared, not levels.
    assert bidi.visual_order([ours[i] for i in kept]) == bidi.visual_order(
        [theirs[i] for i in kept]
    )
    assert [ours[i] % 2 for i in kept] == [theirs[i] % 2 for i in kept]
