"""What a Mastodon server takes: https://docs.joinmastodon.org/entities/Instance/#configuration."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from sharekit.errors import Refused
from sharekit.model import Limits
from sharekit.web import Session

__all__ = ["known_limits", "stated_limits"]

_DAY = 86_400.0
_limits: dict[str, tuple[float, Limits]] = {}


def known_limits(server: str) -> Limits | None:
    """What *server* stated within the last day, in this process."""
    asked, found = _limits.get(server, (0.0, None))
    return found if time.monotonic() - asked < _DAY else None


def stated_limits(server: str, default: Limits, web: Session, timeout: float) -> Limits:
    """What *server* states, or *default* where it states nothing. Raises `PublishError`."""
    if found := known_limits(server):
        return found
    try:
        data = web.call("GET", f"{server}/api/v2/instance", repeatable=True, timeout=timeout).json()
    except Refused:  # before Mastodon 4, and some relatives
        return default
    if web.offline:  # a dry run: nobody was asked, so nothing is known of the length
        return dataclasses.replace(default, length=None)
    found = _read(data, default)
    _limits[server] = (time.monotonic(), found)
    return found


def _read(data: Any, default: Limits) -> Limits:
    configuration = data.get("configuration", {})
    statuses = configuration.get("statuses", {})
    media = configuration.get("media_attachments", {})
    stated = {
        "length": statuses.get("max_characters"),
        "link_length": statuses.get("characters_reserved_per_url"),
        "images": statuses.get("max_media_attachments"),
        "image_bytes": media.get("image_size_limit"),
        "image_pixels": media.get("image_matrix_limit"),
        "alt_length": media.get("description_limit"),
    }
    numbers: dict[str, Any] = {n: v for n, v in stated.items() if isinstance(v, int) and v}
    types = set(media.get("supported_mime_types", ())) & set(default.image_formats)
    if types:
        numbers["image_formats"] = tuple(one for one in default.image_formats if one in types)
    return dataclasses.replace(default, **numbers)
