"""What cards and their ingredients are called: digests and safe file names."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from sharekit.text.slug import slugify

__all__ = ["RENDERER", "card_name", "digest_of_bytes", "digest_of_file", "stamp_of"]

RENDERER = "2"
"""Rises when the same ingredients would be drawn differently."""

_SHORT = 10
"""Hex digits of a digest in a file name: 40 bits, to tell the versions of one post's card apart."""


def digest_of_bytes(data: bytes) -> str:
    """A hex digest of *data*."""
    return hashlib.sha256(data).hexdigest()[:40]


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Time of change and size of the file at *path*; `None` when there is none."""
    try:
        stat = path.stat()
    except (OSError, ValueError):
        # ValueError: a NUL in the name.
        return None
    return stat.st_mtime_ns, stat.st_size


def digest_of_file(path: Path) -> str:
    """A hex digest of the file's content, `""` when it cannot be read."""
    stamp = stamp_of(path)
    return _digest(path, stamp) if stamp else ""


@lru_cache(maxsize=4096)
def _digest(path: Path, stamp: tuple[int, int]) -> str:
    del stamp
    try:
        return digest_of_bytes(path.read_bytes())
    except OSError:
        return ""


def card_name(title: str, digest: str, suffix: str) -> str:
    """The card's file name: the post's slug and the start of its digest. Only `[a-z0-9-]`."""
    return f"{slugify(title)[:80].strip('-')}-{digest[:_SHORT]}{suffix}"
