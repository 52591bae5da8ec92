from __future__ import annotations

import pytest

from sharekit.typeset.clean import clean


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  two\n\twords  ", "two words"),
        ("e\u0301", "é"),
        ("a\x00b\ufeffc", "abc"),
        ("no\u00a0break", "no break"),
        ("a\u3000b", "a b"),
        ("\ud800x", "x"),
        ("picture \ufffc here", "picture here"),
        ("می\u200cسازد", "می\u200cسازد"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("e\u200e\u0301", "e\u200e\u0301"),
        ("e\x01\u0301", "é"),  # composed after the control between them is gone
        ("", ""),
        (" \n ", ""),
    ],
)
def test_what_is_left(raw, text):
    assert clean(raw, 100).text == text


def test_soft_hyphens_become_positions():
    cleaned = clean("Ge\u00adsetz\u00adbuch", 100)
    assert cleaned.text == "Gesetzbuch"
    assert cleaned.hyphens == {2, 6}


def test_characters_without_a_meaning_stay_for_the_fonts_to_judge():
    assert clean("a\ue000b\U000e1000", 100).text == "a\ue000b\U000e1000"


def test_a_long_text_is_capped():
    cleaned = clean("word " * 100, 12)
    assert cleaned.text == "word word wo"
    assert cleaned.capped
    assert not clean("word", 4).capped
    assert clean("x" + "\x00" * 1000 + "y", 10) == ("x", frozenset(), True)
