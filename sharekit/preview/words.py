"""The page's words, all of them, from `words.yaml`: one place to read, correct and translate."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sharekit.errors import Problem
    from sharekit.model import Card

__all__ = ["listed", "of_card", "section", "sentence", "told", "w"]

_SLOT = re.compile(r"\{(\w+)\}")
_TURNS = re.compile("[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufefc]")
"""What would turn the words after it around: such a title stands isolated (UAX #9, 2.5)."""


@cache
def _all() -> Mapping[str, Any]:
    from sharekit import marked

    text = files("sharekit.preview").joinpath("words.yaml").read_text("utf-8")
    data: Mapping[str, Any] = marked.parse(text, "words.yaml").data
    return data


def section(name: str) -> Mapping[str, str]:
    """All words of the section *name*, for the page's scripts."""
    found: Mapping[str, str] = _all()[name]
    return found


def w(key: str, **values: Any) -> str:
    """The words for *key* (`section.name`), with *values* in their places, in one pass.

    Words in two forms, `one | many`, are chosen by the value `n`.
    """
    where, _, name = key.partition(".")
    said: str = _all()[where][name]
    if " | " in said:
        one, _, many = said.partition(" | ")
        said = one if values.get("n") == 1 else many
    if "n" in values and isinstance(values["n"], int):
        values["n"] = f"{values['n']:,}"
    if _TURNS.search(title := str(values.get("title", ""))):
        values["title"] = f"\u2068{title}\u2069"
    return _SLOT.sub(lambda slot: str(values.get(slot[1], slot[0])), said)


def told(problem: Problem, *, layout: str = "", size: str = "", **values: Any) -> str:
    """What is wrong, for an editor; in the problem's own words where the page has none.

    *layout* and *size* are the card's.
    """
    closer = {"text-covered": f"covered.{size}", "text-missing": f"needs.{layout}"}
    for key in (closer.get(problem.code), f"problem.{problem.code}"):
        with contextlib.suppress(KeyError):
            if key:
                return w(key, **values)
    return problem.message[:1].upper() + problem.message[1:]


def of_card(card: Card | None) -> list[Problem]:
    """What is wrong with *card*. Its texts are not the post's, and neither are their codes."""
    return [
        replace(p, code="card-text-cut") if p.code == "text-cut" else p
        for p in (card.problems if card else ())
    ]


def listed(names: Iterable[str]) -> str:
    """*names* as a sentence has them: `X, Bluesky and Mastodon`."""
    parts = list(names)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {w('common.and')} {parts[-1]}"


def sentence(text: str) -> str:
    """*text*, which others wrote as a part of a sentence, as one of its own."""
    whole = text[:1].upper() + text[1:]
    end = whole.rstrip(")\"”'")[-1:]
    return whole if end in ".!?…" else f"{whole}."
