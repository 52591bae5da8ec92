"""Sitemaps: the pages that a site lists of itself, each read by its metadata.

https://www.sitemaps.org/protocol.html, with an index, gzip, and Google's news and image
extensions (https://developers.google.com/search/docs/crawling-indexing/sitemaps/overview).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import Ge

from sharekit.errors import ReadError
from sharekit.model import Asset, Post
from sharekit.ports import ReaderSettings
from sharekit.readers import _charset, _dates, _input
from sharekit.readers.html import post_of

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["Sitemap"]

MAX_BYTES = 60_000_000
"""Of one sitemap after decompression; the protocol allows 50 MB."""
MAX_MAPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """A page as the sitemap tells of it."""

    url: str
    changed: str | None = None
    title: str | None = None
    published: str | None = None
    language: str | None = None
    image: str | None = None


class Sitemap(ReaderSettings):
    """A sitemap or an index of them: a file or an address."""

    limit: Annotated[int, Ge(1)] = 100
    """At most so many pages, the ones that changed last."""
    pages: bool = True
    """Whether each page is read; else a post holds what the sitemap alone says."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield the pages, the newest first; one that cannot be read is reported.

        Raises `ReadError` when the source is no sitemap.
        """
        listed = list(self._listed(web))
        listed.sort(key=lambda page: page.changed or page.published or "", reverse=True)
        for page in listed[: self.limit]:
            try:
                yield self._post(page, web)
            except ReadError as error:
                web.report(error)

    def _listed(self, web: Session) -> Iterator[_Listed]:
        waiting: list[str] = [self.source]
        seen: set[str] = set()
        while waiting and len(seen) < MAX_MAPS:
            source = waiting.pop(0)
            if source in seen:
                continue
            seen.add(source)
            try:
                root = _parsed(_input.load(source, web, max_bytes=MAX_BYTES))
            except ReadError as error:
                if len(seen) == 1:
                    raise
                web.report(error)
                continue
            for node in root:
                name = _name(node)
                if name == "sitemap":
                    waiting.append(_text(node, "loc"))
                elif name == "url" and (page := _page(node)):
                    yield page

    def _post(self, page: _Listed, web: Session) -> Post:
        changed, _ = _dates.aware(page.changed, self.timezone)
        published, assumed = _dates.aware(page.published, self.timezone)
        own = Post(
            id=page.url,
            url=page.url,
            title=page.title,
            published=published,
            updated=changed,
            language=page.language or self.language,
            image=Asset(src=page.image) if page.image else None,
            extra={"zone": "assumed"} if assumed and published else {},
            source=page.url,
        )
        if not self.pages or web.offline:
            return own
        answer = web.get(page.url)
        text = _charset.decode(answer.content, answer.headers.get("content-type"))
        found = post_of(text, answer.url, answer.url, self)
        return dataclasses.replace(
            found,
            published=found.published or own.published,
            updated=found.updated or own.updated,
            image=found.image or own.image,
            title=found.title or own.title,
        )


def _parsed(found: _input.Input) -> Any:
    from lxml import etree

    data = found.data
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True)
    root = etree.fromstring(data.lstrip(b"\xef\xbb\xbf \t\r\n"), parser) if data.strip() else None
    if root is None or _name(root) not in ("urlset", "sitemapindex"):
        raise ReadError("this is no sitemap", where=found.name, hint="It needs a <urlset>.")
    return root


def _name(node: Any) -> str:
    return str(node.tag).rpartition("}")[2] if isinstance(node.tag, str) else ""


def _text(node: Any, name: str) -> str:
    """The text of the first element *name* below *node*, whatever its namespace."""
    for inner in node.iter():
        if _name(inner) == name and inner.text and inner.text.strip():
            return str(inner.text).strip()
    return ""


def _page(node: Any) -> _Listed | None:
    url = next((str(c.text or "").strip() for c in node if _name(c) == "loc"), "")
    if not url.startswith(("http://", "https://")):
        return None
    news = next((c for c in node if _name(c) == "news"), None)
    picture = next((c for c in node if _name(c) == "image"), None)
    return _Listed(
        url=url,
        changed=next((str(c.text or "").strip() for c in node if _name(c) == "lastmod"), None),
        title=_text(news, "title") or None if news is not None else None,
        published=_text(news, "publication_date") or None if news is not None else None,
        language=_text(news, "language") or None if news is not None else None,
        image=_text(picture, "loc") or None if picture is not None else None,
    )
