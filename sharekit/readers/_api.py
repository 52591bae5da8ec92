"""What readers of APIs share: pages of JSON from an address, or from files that were saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from pydantic import Field, SecretStr

from sharekit.errors import ReadError
from sharekit.ports import ReaderSettings
from sharekit.readers import _input

if TYPE_CHECKING:
    from sharekit.model import Post
    from sharekit.web import Session

__all__ = ["ApiSettings", "Document", "documents", "joined", "origin", "posts", "with_query"]

_MAX_PAGES = 500


class ApiSettings(ReaderSettings):
    """What every API's reader has."""

    limit: Annotated[int, Field(ge=1, le=10_000)] = 200
    """How many posts to read at most, newest first."""
    token: SecretStr | None = None
    """A read-only token, where the API wants one: `!env NAME`."""


@dataclass(frozen=True, slots=True)
class Document:
    """One page of an API's answer. *name* is its address or file, *headers* in lower case."""

    name: str
    data: Any
    url: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def documents(
    source: str,
    web: Session,
    following: Callable[[Document], str | None],
    *,
    headers: Mapping[str, str] | None = None,
) -> Iterator[Document]:
    """The pages of an API, from the address *source* on by *following*.

    *headers* with credentials go to the source's own server and to no other.
    Raises `ReadError` when a page cannot be had or is no JSON.
    """
    url: str | None = source
    seen: set[str] = set()
    while url and url not in seen and len(seen) < _MAX_PAGES:
        seen.add(url)
        own = headers if origin(url) == origin(source) else None
        page = web.get(url, headers=own, max_bytes=_input.MAX_BYTES)
        data = _input.json_of(_input.Input(web.mask(page.url), page.content))
        document = Document(web.mask(page.url), data, page.url, page.headers)
        yield document
        following_url = following(document)
        url = urljoin(page.url, following_url) if following_url else None


def posts(
    source: str,
    web: Session,
    pages: Callable[[], Iterator[Document]],
    read: Callable[[Document], Iterable[Post | ReadError]],
) -> Iterator[Post]:
    """The posts that *read* finds in *pages* of an API, or in the JSON files of a path.

    Of a folder, files that cannot be read are reported. Raises `ReadError` otherwise.
    """

    def of(document: Document) -> Iterator[Post]:
        return _input.good(read(document), document.name, web)

    if _input.is_url(source):
        for document in pages():
            yield from of(document)
        return

    def saved(found: _input.Input) -> Iterator[Post]:
        return of(Document(found.name, _input.json_of(found)))

    yield from _input.read_each(source, _input.contents(source, web, "*.json"), saved, web)


def failure(document: Document, message: str | None, hint: str | None = None) -> ReadError:
    """The error that an API reported in *document* in place of posts."""
    said = f"the API says: {message}" if message else "holds no posts"
    return ReadError(said, where=document.name, code="api", hint=hint)


def with_query(url: str, **values: str | int) -> str:
    """*url* with those of *values* that its query does not say already."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    said = {name for name, _ in query}
    query += [(name, str(value)) for name, value in values.items() if name not in said]
    return urlunsplit(parts._replace(query=urlencode(query, safe="[],:/")))


def origin(url: str) -> str:
    """Scheme, host and port of *url*; empty for what is no address."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}" if parts.netloc else ""


def joined(base: str | None, path: str | None) -> str | None:
    """*path* below the site *base*; an address stays as it is, and a path without a base, too."""
    if not path or "://" in path:
        return path or None
    if path.startswith("//"):
        return f"https:{path}"
    if not base:
        return path
    if path.startswith("/"):
        # A site in a folder writes that folder into the paths of its files.
        folder = urlsplit(base).path.rstrip("/")
        inside = folder and path.startswith(f"{folder}/")
        return f"{origin(base)}{path}" if inside else f"{base.rstrip('/')}{path}"
    return f"{base.rstrip('/')}/{path}"
