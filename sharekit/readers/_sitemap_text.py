"""What a sitemap lists: other sitemaps, and pages with what it says of each.

https://www.sitemaps.org/protocol.html; Google's news and image extensions:
https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from sharekit.errors import ReadError
from sharekit.model import Asset
from sharekit.readers import _html, _xml
from sharekit.readers._source import Source
from sharekit.readers._xml import name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["Listed", "Page", "in_robots", "listed"]

MOST = 100_000
"""Pages of one sitemap; the protocol allows 50,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as a sitemap tells of it; dates as written."""

    url: str
    changed: str | None = None
    title: str | None = None
    published: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    image: Asset | None = None


@dataclass(slots=True)
class Listed:
    """The sitemaps and pages that one sitemap lists."""

    maps: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)


def listed(source: Source) -> Listed:
    """What the sitemap lists, be it XML or one address a line. Raises `ReadError` if it is none."""
    text = source.text.lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return _lines(text, source)
    root = _xml.parse(source.text, source.name)
    if name_of(root).rpartition(":")[2] in {"urlset", "sitemapindex"} and ":" in name_of(root):
        _xml.without_namespace(root)
    if name_of(root) not in {"urlset", "sitemapindex"}:
        raise _none(source)
    found = Listed()
    _check_size(len(root), source)
    for node in root:
        url = _joined(next((text_of(e) for e in node if name_of(e) == "loc"), ""), source.url)
        if url and name_of(node) == "sitemap":
            found.maps.append(url)
        elif url and name_of(node) == "url":
            found.pages.append(_page(node, url))
    return found


def in_robots(text: str) -> Iterator[str]:
    """The sitemaps that a robots.txt names (RFC 9309, 2.2.4)."""
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name.strip().lower() == "sitemap" and value.strip():
            yield value.strip()


def _lines(text: str, source: Source) -> Listed:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    _check_size(len(lines), source)
    if not lines or not all(line.lower().startswith(("http://", "https://")) for line in lines):
        raise _none(source)
    return Listed(pages=[Page(url=line) for line in lines])


def _check_size(number: int, source: Source) -> None:
    if number > MOST:
        message = f"lists more than {MOST:,} pages, twice what the protocol allows"
        raise ReadError(message, where=source.name, hint="Split it.", code="too-big")


def _none(source: Source) -> ReadError:
    hint = "It needs a <urlset>, a <sitemapindex>, or an address a line."
    return ReadError("this is no sitemap", where=source.name, hint=hint, code="not-a-sitemap")


def _joined(said: str, base: str | None) -> str | None:
    try:
        url = urljoin(base or "", "".join(said.split()))
    except ValueError:
        return None
    return url if url.lower().startswith(("http://", "https://")) else None


def _page(node: Element, url: str) -> Page:
    fields = {name_of(e): text_of(e) for e in node}
    news = {
        name_of(e): text_of(e) for top in node if name_of(top) == "news:news" for e in top.iter()
    }
    keywords = map(_html.to_title, news.get("news:keywords", "").split(","))
    return Page(
        url=url,
        changed=fields.get("lastmod") or None,
        title=_html.to_title(news.get("news:title", "")) or None,
        published=news.get("news:publication_date") or None,
        language=news.get("news:language") or None,
        tags=tuple(dict.fromkeys(filter(None, keywords))),
        image=next(_images(node, url), None),
    )


def _images(node: Element, url: str) -> Iterator[Asset]:
    for element in node:
        if name_of(element) == "image:image":
            said = {name_of(e): text_of(e) for e in element}
            if src := _joined(said.get("image:loc", ""), url):
                yield Asset(src=src, alt=_html.to_line(said.get("image:caption", "")) or None)
