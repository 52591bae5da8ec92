"""What of a post a layout may name, as plain values.

A post says what no field of its own holds in `extra`; each key may also stand inside a mapping
called `card`:

- `kicker`: a word or two above the title (else the first tag)
- `quote`, `quote_by`, `quote_role`; or `quote: {text, by, role}`
- `event_start`, `event_end` (ISO 8601), `event_place`; or `event: {start, end, place}`
- `number` ("73%"), `number_text` (the sentence that goes on from it); or `number: {value, text}`
- `series`, `part`, `parts`; or `series: {name, part, of}`
- `person`, `role`; or `person: {name, role}`
- `layout`: the layout that `article` takes for this post
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sharekit.composer import words
from sharekit.model import Asset, Post, Site

__all__ = ["NAMES", "language_of", "picture_of", "view"]

_ASSET = {"src": None, "alt": None, "focus": None}

NAMES: Mapping[str, Any] = {
    "post": {
        **dict.fromkeys(
            (
                "id",
                "url",
                "title",
                "summary",
                "body",
                "style",
                "language",
                "author",
                "authors",
                "byline",
                "tags",
                "kicker",
                "published",
                "updated",
                "layout",
            )
        ),
        "image": _ASSET,
        "share_image": _ASSET,
        "picture": _ASSET,
        "quote": {"text": None, "by": None, "role": None},
        "event": dict.fromkeys(("day", "month", "weekday", "time", "place", "date")),
        "number": {"value": None, "text": None, "percent": None},
        "series": {"name": None, "part": None, "of": None, "label": None},
        "person": {"name": None, "role": None},
        "extra": ...,
    },
    "picture": dict.fromkeys(("width", "height", "narrow", "small")),
    "site": dict.fromkeys(("name", "url", "host", "language")),
    "theme": dict.fromkeys(
        (
            *("ground", "background", "ink", "muted", "accent", "on_accent", "tab", "on_tab"),
            *("line", "scrim", "radius", "logo", "address"),
        )
    ),
}
"""The names that a template may use. `...`: anything below, `None`: nothing below."""

EDITS = "sharekit"
"""Where `extra` holds what an editor changed. It is in the post's fields by now, and no card
is drawn anew because of another text."""

_PERCENT = re.compile(r"(100|\d{1,2})\s?[%٪％]")


def picture_of(post: Post) -> Asset | None:
    """The picture that a card shows: the share image if there is one, else the featured image."""
    for asset in (post.share_image, post.image):
        if asset and asset.src:
            return asset
    return None


def language_of(post: Post, site: Site) -> str:
    """The post's language, else the site's."""
    return post.language or site.language or "en"


def view(post: Post, site: Site, theme: Mapping[str, Any]) -> dict[str, Any]:
    """The values behind `NAMES`. What the post does not have is an empty string or `None`."""
    language = language_of(post, site)
    extra = _extra(post)
    return {
        "post": {
            "id": post.id,
            "url": post.url or "",
            "title": post.title or "",
            "summary": post.summary,
            "body": post.body,
            "style": post.style or "",
            "language": language,
            "author": post.authors[0] if post.authors else "",
            "authors": words.names(post.authors, language),
            "byline": words.byline(post.authors, language),
            "tags": list(post.tags),
            "kicker": _text(extra.get("kicker")) or (post.tags[0] if post.tags else ""),
            "published": post.published,
            "updated": post.updated,
            "layout": _text(extra.get("layout")) or post.style or "",
            "image": _asset(post.image),
            "share_image": _asset(post.share_image),
            "picture": _asset(picture_of(post)),
            "quote": _quote(extra),
            "event": _event(extra, site, language),
            "number": _number(extra, post),
            "series": _series(extra, language),
            "person": _person(extra),
            "extra": extra,
        },
        "site": {
            "name": site.name,
            "url": site.url,
            "host": _host(site.url) or _host(post.url or ""),
            "language": site.language,
        },
        "theme": theme,
    }


def _extra(post: Post) -> dict[str, Any]:
    card = post.extra.get("card")
    own = {key: value for key, value in post.extra.items() if key != EDITS}
    return {**own, **(card if isinstance(card, Mapping) else {})}


def _text(value: Any) -> str:
    return str(value).strip() if isinstance(value, (str, int, float)) else ""


def _asset(asset: Asset | None) -> dict[str, Any] | None:
    if asset is None or not asset.src:
        return None
    return {"src": asset.src, "alt": asset.alt or "", "focus": asset.focus}


def _group(extra: Mapping[str, Any], key: str, **flat: str) -> dict[str, Any]:
    """What the mapping *key* says, else its flat spelling; the first of *flat* may be bare."""
    value = extra.get(key)
    inside = value if isinstance(value, Mapping) else {}
    first = next(iter(flat))
    found = {name: inside.get(name, extra.get(other)) for name, other in flat.items()}
    if not inside and value is not None and found[first] is None:
        found[first] = value
    return found


def _quote(extra: Mapping[str, Any]) -> dict[str, str] | None:
    found = _group(extra, "quote", text="quote_text", by="quote_by", role="quote_role")
    text = _text(found["text"]).strip('“”„«»「」"')
    return {**{k: _text(v) for k, v in found.items()}, "text": text} if text else None


def _event(extra: Mapping[str, Any], site: Site, language: str) -> dict[str, str] | None:
    found = _group(extra, "event", start="event_start", end="event_end", place="event_place")
    start, timed = _moment(found["start"], site)
    if start is None:
        return None
    end, ends_timed = _moment(found["end"], site)
    time = f"{start:%H:%M}" if timed else ""
    if timed and end and ends_timed and end.date() == start.date():
        time = f"{time} – {end:%H:%M}"
    return {
        "day": str(start.day),
        "month": words.month(start, language),
        "weekday": words.weekday(start, language),
        "time": time,
        "place": _text(found["place"]),
        "date": f"{start:%Y-%m-%d}",
    }


def _moment(value: Any, site: Site) -> tuple[datetime | None, bool]:
    """A date and whether it says a time of day; an instant is shown in the site's zone."""
    if isinstance(value, datetime):
        moment, timed = value, True
    else:
        try:
            moment = datetime.fromisoformat(_text(value).replace(" ", "T", 1))
        except ValueError:
            return None, False
        timed = ":" in _text(value)
    if moment.tzinfo is not None and moment.utcoffset() is not None and str(value).endswith("Z"):
        moment = moment.astimezone(ZoneInfo(site.timezone))
    return moment, timed


def _number(extra: Mapping[str, Any], post: Post) -> dict[str, Any] | None:
    found = _group(extra, "number", value="number_value", text="number_text")
    value = _text(found["value"])
    if not value or len(value) > 20:
        return None
    percent = _PERCENT.fullmatch(value)
    return {
        "value": value,
        "text": _text(found["text"]) or post.title or "",
        "percent": int(percent[1]) if percent else None,
    }


def _series(extra: Mapping[str, Any], language: str) -> dict[str, Any] | None:
    found = _group(extra, "series", name="series_name", part="part", of="parts")
    part, of = (_whole(found[key]) for key in ("part", "of"))
    if not part:
        return None
    return {
        "name": _text(found["name"]),
        "part": part,
        "of": of or 0,
        "label": words.part(part, of, language) if of else str(part),
    }


def _whole(value: Any) -> int | None:
    text = _text(value)
    return int(text) if text.isdecimal() and len(text) < 5 else None


def _person(extra: Mapping[str, Any]) -> dict[str, str] | None:
    found = _group(extra, "person", name="person_name", role="role")
    return {k: _text(v) for k, v in found.items()} if _text(found["name"]) else None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.") if "//" in url else ""
