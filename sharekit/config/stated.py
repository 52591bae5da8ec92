"""What an account's server has said it takes, kept between runs in `.sharekit/limits.json`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any

from sharekit import files
from sharekit.model import Limits, as_data, digest_of

__all__ = ["recall", "remember"]

_FILE = "limits.json"


def remember(state: Path, name: str, settings: Mapping[str, Any], limits: Limits) -> None:
    """Keep *limits* for the account *name* as long as its *settings* (no secrets) stay so."""
    with files.lock(state / f"{_FILE}.lock"):
        everything = dict(_read(state / _FILE))
        everything[name] = {"settings": digest_of(settings, 16), "limits": as_data(limits)}
        files.write(state / _FILE, json.dumps(everything, indent=2) + "\n")


def recall(state: Path, name: str, settings: Callable[[], Mapping[str, Any]]) -> Limits | None:
    """What was kept for the account; `None` for nothing, or for other settings."""
    found = _read(state / _FILE).get(name)
    if not isinstance(found, dict) or found.get("settings") != digest_of(settings(), 16):
        return None
    known = {field.name for field in fields(Limits)}
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in found.get("limits", {}).items()
        if key in known
    }
    return Limits(**values)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except OSError:
        return {}


@lru_cache(maxsize=4)
def _parsed(path: Path, _: int) -> Mapping[str, Any]:
    """The file as it was at a moment; what cannot be read is asked for anew."""
    try:
        data = json.loads(path.read_text("utf-8"))
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
