"""What a source is: a file, a folder, standard input or an address, and the bytes in it.

Sizes are judged before anything is read, so that a file of nothing costs nothing.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sharekit.errors import ReadError

if TYPE_CHECKING:
    from sharekit.model import Post
    from sharekit.web import Session

_Input = TypeVar("_Input")

__all__ = [
    "MAX_BYTES",
    "STDIN",
    "Input",
    "contents",
    "decode",
    "good",
    "is_url",
    "json_of",
    "load",
    "read_each",
    "texts",
    "unpacked",
]

STDIN = "-"
MAX_BYTES = 64_000_000
_MOST_BAD = 100
_MAX_VALUES = 3_000_000  # about 300 MB of Python objects


@dataclass(frozen=True, slots=True)
class Input:
    """Some bytes, what they are called in messages, and the folder relative paths start at."""

    name: str
    data: bytes
    folder: Path | None = None
    url: str | None = None


def is_url(source: str) -> bool:
    """Whether *source* is an address and not a path."""
    return source[:8].lower().startswith(("http://", "https://"))


def load(source: str, web: Session, *, max_bytes: int = MAX_BYTES) -> Input:
    """The bytes of *source*: an address, a file or `-`. Raises `ReadError`."""
    if is_url(source):
        page = web.get(source, max_bytes=max_bytes)
        content = unpacked(page.content, max_bytes, web.mask(page.url))
        return Input(page.url, content, url=page.url)
    if source == STDIN:
        data = sys.stdin.buffer.read(max_bytes + 1)
        _check_size(len(data), max_bytes, "standard input")
        return Input("standard input", unpacked(data, max_bytes, "standard input"), Path())
    return _of_file(Path(source), source, max_bytes)


def _of_file(path: Path, name: str, max_bytes: int) -> Input:
    data = file_bytes(path, max_bytes=max_bytes)
    return Input(name, unpacked(data, max_bytes, name), path.parent)


def unpacked(data: bytes, max_bytes: int, name: str) -> bytes:
    """*data* without gzip, if it is packed. Raises `ReadError`."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    from sharekit.web import gunzip

    try:
        return gunzip(data, max_bytes)
    except ReadError as error:
        raise ReadError(error.message, where=name, code=error.problems[0].code) from error


def file_bytes(path: Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The file's bytes. Raises `ReadError` when it cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            _check_size(size, max_bytes, str(path))
            data = file.read(size + 1)  # not more: Python makes room for all that is asked for
            if len(data) > size:  # what grows, or is a pipe
                data += file.read(max_bytes + 1 - len(data))
    except FileNotFoundError as error:
        raise ReadError("does not exist", where=str(path), code="not-found") from error
    except IsADirectoryError as error:
        hint = "Name a file in it."
        raise ReadError("is a folder", where=str(path), code="folder", hint=hint) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadError(f"cannot be read: {reason}", where=str(path), code="io") from error
    _check_size(len(data), max_bytes, str(path))
    return data


def contents(
    source: str, web: Session, *patterns: str, max_bytes: int = MAX_BYTES
) -> Iterator[Input]:
    """Each input of *source*: one, or of a folder every file that matches one of *patterns*.

    Files come in the order of their names; one that cannot be read is reported.
    Raises `ReadError` when there is none.
    """
    folder = Path(source)
    if is_url(source) or source == STDIN or not folder.is_dir():
        yield load(source, web, max_bytes=max_bytes)
        return
    files = _matching(folder, patterns)
    if not files:
        named = " or ".join(patterns)
        raise ReadError(f"there is no {named} in this folder", where=source, code="folder-empty")
    for path in files:
        try:
            yield _of_file(path, str(path), max_bytes)
        except ReadError as error:
            web.report(error)


def _matching(folder: Path, patterns: Sequence[str]) -> list[Path]:
    found = {path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()}
    hidden = {
        path for path in found if any(p.startswith(".") for p in path.relative_to(folder).parts)
    }
    return sorted(found - hidden)


def read_each(
    source: str, inputs: Iterable[_Input], read: Callable[[_Input], Iterator[Post]], web: Session
) -> Iterator[Post]:
    """The posts of each of *inputs*, as *read* finds them.

    Where *source* is a folder, an input that cannot be read is reported and the others are read.
    """
    several = not is_url(source) and source != STDIN and Path(source).is_dir()
    for found in inputs:
        try:
            yield from read(found)
        except ReadError as error:
            if not several:
                raise
            web.report(error)


def good(found: Iterable[Post | ReadError], where: str, web: Session) -> Iterator[Post]:
    """The posts in *found*; the errors are reported.

    Raises `ReadError` when there are very many: no one reads a thousand messages.
    """
    bad = 0
    for post in found:
        if not isinstance(post, ReadError):
            yield post
            continue
        bad += 1
        if bad == _MOST_BAD:
            message = f"has {_MOST_BAD} items that are no posts; it is read no further"
            raise ReadError(message, where=where, code="not-posts")
        web.report(post)


def texts(
    source: str, web: Session, *patterns: str, max_bytes: int = MAX_BYTES
) -> Iterator[tuple[str, str]]:
    """Name and text of each input of *source*, line ends as LF; see `contents`."""
    for found in contents(source, web, *patterns, max_bytes=max_bytes):
        yield found.name, decode(found.data)


def decode(data: bytes) -> str:
    """*data* as text with LF line ends: by its BOM, else as UTF-8, else by detection."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        from sharekit.readers._charset import decode as detect

        text = detect(data)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def json_of(found: Input) -> Any:
    """The JSON value of *found*. Raises `ReadError` with line and column."""
    marks = sum(found.data.count(mark) for mark in (b",", b"[", b"{"))
    if marks > _MAX_VALUES:
        message = f"holds more than {_MAX_VALUES:,} values"
        raise ReadError(message, where=found.name, code="too-big")
    try:
        return json.loads(decode(found.data))
    except json.JSONDecodeError as error:
        where = f"{found.name}:{error.lineno}:{error.colno}"
        raise ReadError(f"is not JSON: {error.msg}", where=where, code="json") from error
    except RecursionError as error:
        raise ReadError("is nested too deeply", where=found.name, code="json") from error
    except ValueError as error:  # a number of thousands of digits
        raise ReadError(f"is not JSON: {error}", where=found.name, code="json") from error


def _check_size(size: int, most: int, name: str) -> None:
    if size > most:
        message = f"is larger than {most // 1_000_000} MB"
        hint = "Split it, or name a smaller file."
        raise ReadError(message, where=name, code="too-big", hint=hint)
