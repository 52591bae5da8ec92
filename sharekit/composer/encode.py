"""Pictures to files, at the best quality that a budget of bytes allows.

The same picture gives the same bytes with the same libraries (PNG: without isal, see
`png.deflater`), and nothing but pixels is written.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from sharekit.composer import png

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["MIMES", "SUFFIXES", "Kind", "Written", "write"]

Kind: TypeAlias = Literal["jpeg", "png", "webp", "avif"]

MIMES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "avif": "image/avif"}
SUFFIXES = {"jpeg": ".jpg", "png": ".png", "webp": ".webp", "avif": ".avif"}

_BEST = {"jpeg": 85, "webp": 82, "avif": 65}
_LEAST = {"jpeg": 40, "webp": 35, "avif": 25}
"""Below these, text shows rings: a card over its budget is then the lesser evil."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A file that was written: its *bytes*, and the *quality* it took (100: lossless)."""

    bytes: int
    quality: int
    fits: bool


def write(image: Image, path: Path, kind: Kind, max_bytes: int | None = None) -> Written:
    """Write *image* (RGB) to *path*, whole or not at all, in at most *max_bytes* where possible.

    Quality goes down by bisection; PNG turns to a palette. Raises `OSError` and leaves an older
    file as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _in_place_of(path) as temporary:
        if kind == "png":
            written = _write_png(image, temporary, max_bytes)
        else:
            written = _write_lossy(image, temporary, kind, max_bytes)
        _sync(temporary)
    return written


@contextlib.contextmanager
def _in_place_of(path: Path) -> Iterator[Path]:
    """A new file beside *path* that takes its place when all went well."""
    temporary = path.with_name(f".{path.stem[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        yield temporary
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_png(image: Image, path: Path, max_bytes: int | None) -> Written:
    data, quality = png.encode(image), 100
    if max_bytes is not None and len(data) > max_bytes:
        data = png.encode(image, level=9)
    if max_bytes is not None and len(data) > max_bytes:
        data, quality = _palette(image), 90
    path.write_bytes(data)
    return Written(
        bytes=len(data), quality=quality, fits=max_bytes is None or len(data) <= max_bytes
    )


def _palette(image: Image) -> bytes:
    """*image* in 256 colours."""
    import io

    from PIL.Image import Quantize

    stream = io.BytesIO()
    image.quantize(256, method=Quantize.MEDIANCUT).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _write_lossy(image: Image, path: Path, kind: Kind, max_bytes: int | None) -> Written:
    best, least = _BEST[kind], _LEAST[kind]

    def size_at(quality: int) -> int:
        _save(image, path, kind, quality)
        return path.stat().st_size

    size = size_at(best)
    if max_bytes is None or size <= max_bytes:
        return Written(bytes=size, quality=best, fits=True)
    quality = _highest(lambda quality: size_at(quality) <= max_bytes, least, best - 1)
    size = size_at(least if quality is None else quality)
    return Written(bytes=size, quality=quality or least, fits=quality is not None)


def _highest(fits: Callable[[int], bool], low: int, high: int) -> int | None:
    """The highest of *low* to *high* that *fits*, if any does."""
    found = None
    while low <= high:
        middle = (low + high + 1) // 2
        if fits(middle):
            found, low = middle, middle + 1
        else:
            high = middle - 1
    return found


def _save(image: Image, path: Path, kind: Kind, quality: int) -> None:
    """Save to a path, not to a buffer: the JPEG encoder then lets other threads run."""
    # Pillow writes what it finds in `info`, such as a comment.
    image.info = {}
    if kind == "jpeg":
        image.save(path, "JPEG", quality=quality)
    elif kind == "webp":
        image.save(path, "WEBP", quality=quality, method=2)
    else:
        # Speed 8 takes a third of speed 6's time for a tenth more bytes.
        image.save(path, "AVIF", quality=quality, speed=8)
