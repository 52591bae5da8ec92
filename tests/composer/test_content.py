from __future__ import annotations

import json
from importlib import resources

import pytest
import system_icu

from sharekit.composer import words
from sharekit.composer.content import picture_of, view
from sharekit.model import Asset, Post, Site


def shown(site=None, **values):
    return view(Post(**{"id": "1", **values}), site or Site(), {})["post"]


EVENT = {"start": "2026-10-14T18:30", "end": "2026-10-14T20:30", "place": "Union Hall"}


@pytest.mark.parametrize(
    "extra",
    [
        {"event": EVENT},
        {"card": {"event": EVENT}},
        {"event_start": EVENT["start"], "event_end": EVENT["end"], "event_place": "Union Hall"},
    ],
)
def test_an_event_in_each_spelling(extra) -> None:
    assert shown(extra=extra, language="en")["event"] == {
        "day": "14",
        "month": "October",
        "weekday": "Wednesday",
        "time": "18:30 – 20:30",
        "place": "Union Hall",
        "date": "2026-10-14",
    }


def test_an_event_without_a_time_or_a_date() -> None:
    assert shown(extra={"event": {"start": "2026-10-14"}})["event"]["time"] == ""
    assert shown(extra={"event": {"start": "soon"}})["event"] is None


def test_an_instant_is_told_in_the_sites_zone() -> None:
    site = Site(timezone="Europe/Berlin")
    event = shown(site, extra={"event": {"start": "2026-03-31T22:30:00Z"}})["event"]
    assert (event["day"], event["time"]) == ("1", "00:30")


@pytest.mark.parametrize(
    ("extra", "value", "percent", "text"),
    [
        ({"number": "73%", "number_text": "of tenants"}, "73%", 73, "of tenants"),
        ({"number": {"value": "100 %", "text": "of it"}}, "100 %", 100, "of it"),
        ({"number": 12000}, "12000", None, "Title"),
        ({"number": "173%"}, "173%", None, "Title"),
    ],
)
def test_numbers(extra, value, percent, text) -> None:
    number = shown(title="Title", extra=extra)["number"]
    assert (number["value"], number["percent"], number["text"]) == (value, percent, text)


def test_a_series_in_both_spellings() -> None:
    nested = shown(extra={"series": {"name": "Handbook", "part": 3, "of": "8"}}, language="de")
    flat = shown(extra={"series": "Handbook", "part": "3", "parts": 8}, language="de")
    assert nested["series"] == flat["series"]
    assert flat["series"]["label"] == "Teil 3 von 8"


def test_a_quote_loses_its_own_marks() -> None:
    quote = shown(extra={"quote": "“Words.”", "quote_by": "Ada"})["quote"]
    assert (quote["text"], quote["by"]) == ("Words.", "Ada")


def test_the_share_image_goes_before_the_featured_one() -> None:
    both = Post(id="1", image=Asset(src="a.jpg"), share_image=Asset(src="b.jpg"))
    words_only = Post(id="1", image=Asset(src="a.jpg"), share_image=Asset(alt="no file"))
    assert picture_of(both).src == "b.jpg"
    assert picture_of(words_only).src == "a.jpg"
    assert picture_of(Post(id="1", image=Asset(alt="only words"))) is None


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "By Ines Okafor"),
        ("ar", "بقلم Ines Okafor"),
        ("ja", "文・Ines Okafor"),
        ("tlh", "Ines Okafor"),
    ],
)
def test_bylines(language, line) -> None:
    assert words.byline(("Ines Okafor",), language) == line


def test_sentences_end_as_their_language_ends_them() -> None:
    assert words.sentences(["Who owns it?", "", "A river"], "en") == "Who owns it? A river."
    assert words.sentences(["川", "橋"], "ja") == "川。橋。"
    assert words.sentences(["He said “no.”"], "en") == "He said “no.”"


def test_months_and_weekdays_are_cldrs() -> None:
    kept = json.loads((resources.files("sharekit.composer") / "words.json").read_text("utf-8"))
    for language, told in kept.items():
        if language.startswith("zh"):
            continue
        try:
            months, days = system_icu.months_and_days(language)
        except system_icu.Missing:
            pytest.skip("there is no ICU on this machine")
        # CLDR's spelling moves in a few words from release to release.
        moved = sum(a != b for a, b in zip(told["months"], months, strict=True))
        moved += sum(a != b for a, b in zip(told["days"], days[1:] + days[:1], strict=True))
        assert moved <= 3, language
