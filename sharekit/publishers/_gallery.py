"""The page over an outbox: every message with its card, drawn from the folders alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sharekit import files
from sharekit.text.slug import slugify

__all__ = ["write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """A stretch of text: `text`, `link`, `mention` or `tag`."""

    text: str
    kind: str


def write(folder: Path) -> Path:
    """Write `index.html` over the message folders in *folder*, newest post first.

    It is made from the folders each time, so a folder that a person deletes is gone from it.
    A folder that cannot be read is named on the page.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    entries, unread = _entries(folder)
    posts = [
        (post_id, list(group)) for post_id, group in groupby(entries, key=lambda e: e["post_id"])
    ]
    environment = Environment(
        loader=PackageLoader("sharekit", "publishers"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("_gallery.html").render(
        posts=posts,
        total=len(entries),
        channels=sorted({(entry["slug"], entry["voice"]) for entry in entries}),
        unread=unread,
    )
    return files.write(folder / "index.html", page)


def _entries(folder: Path) -> tuple[list[dict[str, Any]], list[str]]:
    entries, unread = [], []
    for home in folder.iterdir():
        if home.name.startswith(".") or not home.is_dir():
            continue
        try:
            data = json.loads((home / "message.json").read_text(encoding="utf-8"))
            entries.append(_entry(home.name, data))
        except (OSError, ValueError, KeyError, TypeError):
            unread.append(home.name)
    newest: dict[str, datetime] = {}
    for entry in entries:
        post = entry["post_id"]
        newest[post] = max(newest.get(post, entry["when"]), entry["when"])
    entries.sort(key=lambda e: (e["voice"], e["account"], e["name"]))
    entries.sort(key=lambda e: (newest[e["post_id"]], e["post_id"]), reverse=True)
    return entries, sorted(unread)


def _entry(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    voice = data.get("like") or data["channel"]
    return {
        **data,
        "name": name,
        "voice": voice,
        "slug": slugify(voice) or "channel",
        "when": datetime.fromisoformat(data["created"]),
        "runs": list(_runs(data)),
        "host": urlsplit(data["url"] or "").hostname or "",
    }


def _runs(data: Mapping[str, Any]) -> Iterator[_Run]:
    """The text cut at its links, mentions and hashtags, in order."""
    text, at = data["text"], 0
    spans = [
        (item["start"], item["end"], kind)
        for kind in ("link", "mention", "tag")
        for item in data[f"{kind}s"]
    ]
    for start, end, kind in sorted(spans):
        if start < at:
            continue
        yield _Run(text=text[at:start], kind="text")
        yield _Run(text=text[start:end], kind=kind)
        at = end
    yield _Run(text=text[at:], kind="text")
