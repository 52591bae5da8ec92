"""A source as text: a file, the files of a folder, standard input, or an address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sharekit.readers import _input
from sharekit.readers._charset import decode

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["Source", "json_of", "text", "texts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Some text, what it is called in messages, and the address it came from."""

    name: str
    text: str
    url: str | None = None


def text(source: str, web: Session, *, max_bytes: int) -> Source:
    """The text of one file or address, by the charset that HTTP or the text itself names.

    Raises `ReadError`.
    """
    if not _input.is_url(source):
        found = _input.load(source, web, max_bytes=max_bytes)
        return Source(name=found.name, text=decode(found.data))
    page = web.get(source, max_bytes=max_bytes)
    # RFC 3986, 5.1.2: what is relative in a text is so to where the text belongs.
    place = page.headers.get("content-location", "").strip()
    url = place if _input.is_url(place) else page.url
    content = _input.unpacked(page.content, max_bytes, page.url)
    said = decode(content, page.headers.get("content-type"))
    return Source(name=page.url, text=said, url=url)


def texts(source: str, web: Session, *patterns: str, max_bytes: int) -> Iterator[Source]:
    """The text of *source*, or of every file in a folder that matches one of *patterns*.

    Of a folder, files that cannot be read are reported. Raises `ReadError` when there is none.
    """
    if _input.is_url(source):
        yield text(source, web, max_bytes=max_bytes)
        return
    for found in _input.contents(source, web, *patterns, max_bytes=max_bytes):
        yield Source(name=found.name, text=decode(found.data))


def json_of(source: Source) -> Any:
    """The JSON value in *source*. Raises `ReadError`, with line and column."""
    return _input.json_of(_input.Input(source.name, source.text.encode("utf-8", "replace")))
