"""The few words that a card adds to a post's own, in the post's language.

Months and weekdays are CLDR's stand-alone wide forms (https://cldr.unicode.org/); in Chinese
the month is a figure, beside the day's. A language that is not listed gets figures.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["byline", "month", "names", "part", "sentences", "weekday"]

_WIDE = ("ja", "zh", "yue")
_ENDINGS = ".!?…。！？؟।።:;"


@cache
def _words() -> dict[str, Any]:
    file = resources.files("sharekit.composer") / "words.json"
    words: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return words


def _of(language: str) -> dict[str, Any]:
    words, tag = _words(), language.lower().replace("_", "-")
    if tag.startswith("zh") and any(part in ("hant", "tw", "hk", "mo") for part in tag.split("-")):
        tag = "zh-hant"
    found: dict[str, Any] = words.get(tag) or words.get(tag.split("-")[0]) or {}
    return found


def month(day: datetime, language: str) -> str:
    """The month's name, with a capital at its start; its number in a language not listed."""
    months = _of(language).get("months")
    return _capital(months[day.month - 1]) if months else str(day.month)


def weekday(day: datetime, language: str) -> str:
    """The weekday's name, with a capital at its start; nothing in a language not listed."""
    days = _of(language).get("days")
    return _capital(days[day.weekday()]) if days else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def names(people: tuple[str, ...], language: str) -> str:
    """*people* as a list in the way of *language*."""
    tag = language.split("-", maxsplit=1)[0].lower()
    comma = "、" if tag in _WIDE else "، " if tag in ("ar", "fa", "ur") else ", "
    return comma.join(people)


def byline(people: tuple[str, ...], language: str) -> str:
    """`By Ines Okafor`, or the names alone in a language not listed."""
    if not people:
        return ""
    return str(_of(language).get("by", "{}")).replace("{}", names(people, language))


def part(number: int, count: int, language: str) -> str:
    """`Part 3 of 8`, or `3 / 8` in a language not listed."""
    pattern = _of(language).get("part", "{} / {}")
    return str(pattern).replace("{}", str(number), 1).replace("{}", str(count), 1)


def sentences(parts: list[str], language: str) -> str:
    """*parts*, the empty ones left out, as sentences: each ends in a full stop or its own mark."""
    wide = language.split("-", maxsplit=1)[0].lower() in _WIDE
    kept = [part.strip() for part in parts if part.strip()]
    ended = [
        text if text.rstrip("”»」\"'")[-1:] in _ENDINGS else text + ("。" if wide else ".")
        for text in kept
    ]
    return ("" if wide else " ").join(ended)
