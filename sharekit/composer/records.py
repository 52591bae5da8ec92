"""Cards as the cache keeps them: plain data, found again as long as their file is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sharekit.composer import names
from sharekit.errors import Problem
from sharekit.model import Card, as_data

__all__ = ["lost_picture", "record_of", "remembered", "standing"]


def record_of(card: Card) -> dict[str, Any]:
    """*card* as JSON, its file by name alone."""
    data: dict[str, Any] = as_data(card)
    return {**data, "path": card.path.name}


def standing(record: Mapping[str, Any], out: Path) -> Card | None:
    """The card that *record* tells of, when its file is in *out* and has its size."""
    stamp = names.stamp_of(out / record["path"])
    if stamp is None or stamp[1] != record["bytes"]:
        return None
    return remembered(record, out)


def remembered(record: Mapping[str, Any], out: Path) -> Card:
    """The card that *record* tells of, whether or not its file is still in *out*."""
    path = out / record["path"]
    problems = tuple(Problem(**problem) for problem in record["problems"])
    return Card(**{**record, "path": path, "problems": problems})


def lost_picture(problems: Iterable[Problem]) -> Problem | None:
    """Why a card was drawn without the picture that its post names, if it was."""
    of_picture = (p for p in problems if p.code.startswith("picture-") and p.severity == "error")
    return next(of_picture, None)
