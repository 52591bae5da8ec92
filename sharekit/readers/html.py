"""Web pages, by what they say of themselves: Open Graph, Twitter, JSON-LD, microdata.

An address, a saved page (with `url:`, the address it had), or a folder of saved pages.
The order of what is taken is in docs/reference/readers.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from sharekit.errors import ReadError
from sharekit.model import Asset, Post
from sharekit.ports import ReaderSettings
from sharekit.readers import _charset, _dates, _html, _input, _page

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["Html", "post_of"]

_PATTERNS = ("*.html", "*.htm", "*.xhtml")


class Html(ReaderSettings):
    """A web page, or a folder of saved ones."""

    url: str | None = None
    """The address of a saved page."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield one post for each page.

        Raises `ReadError` when the page says nothing of itself, not even a title.
        """
        if _input.is_url(self.source):
            page = web.get(self.source)
            text = _charset.decode(page.content, page.headers.get("content-type"))
            yield post_of(text, page.url, page.url, self)
            return
        for found in _input.contents(self.source, web, *_PATTERNS):
            try:
                text = _charset.decode(found.data)
                yield post_of(text, self.url or self.site_url or "", found.name, self)
            except ReadError as error:
                web.report(error)


def post_of(text: str, url: str, where: str, settings: ReaderSettings) -> Post:
    """The post that the page *text* at *url* is. Raises `ReadError` when it is none."""
    said = _page.facts(text, url)
    title = _title(said)
    if not title and not said.meta:
        raise ReadError("the page has no title and no meta tags", where=where)
    when, assumed = _dates.aware(_published(said), settings.timezone)
    updated, _ = _dates.aware(_updated(said), settings.timezone)
    address = _address(said, url)
    image, share = _images(said)
    summary = _summary(said)
    return Post(
        id=address or where,
        url=address,
        title=title,
        summary=summary,
        published=when,
        updated=updated,
        authors=tuple(_authors(said)),
        tags=tuple(_tags(said)),
        language=_language(said) or settings.language,
        image=image,
        share_image=share,
        style=said.first("og:type"),
        extra={
            **({"zone": "assumed"} if assumed and when else {}),
            **({"site": site} if (site := said.first("og:site_name")) else {}),
            **({"feeds": list(said.feeds)} if said.feeds else {}),
        },
        source=where if "://" in where else f"{where}:1",
    )


def _title(said: _page.Facts) -> str | None:
    for value in (
        said.first("og:title"),
        said.first("twitter:title"),
        _text(said.data("headline", "name")),
        said.prop("headline"),
        said.title,
        said.heading,
    ):
        if value and (line := _html.to_title(value)):
            return line
    return None


def _address(said: _page.Facts, url: str) -> str | None:
    for value in (said.canonical, said.first("og:url"), _text(said.data("url"))):
        if value:
            joined = urljoin(said.url or url, value)
            if urlsplit(joined).scheme in ("http", "https"):
                return joined
    return url or None


def _summary(said: _page.Facts) -> str:
    for value in (
        said.first("og:description"),
        said.first("twitter:description"),
        said.first("description"),
        _text(said.data("description")),
        said.first("dc.description", "dcterms.description", "sailthru.description"),
        said.prop("description"),
    ):
        if value and (line := _html.to_line(value)):
            return line
    return ""


def _published(said: _page.Facts) -> str | None:
    return (
        _text(said.data("datePublished"))
        or said.first(
            "article:published_time", "og:published_time", "datepublished", "publishdate",
            "pubdate", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dc.date",
            "dcterms.created", "dcterms.date", "date", "citation_publication_date",
        )
        or said.prop("datePublished")
        or _text(said.data("dateCreated", "uploadDate"))
    )  # fmt: skip


def _updated(said: _page.Facts) -> str | None:
    return (
        _text(said.data("dateModified"))
        or said.first(
            "article:modified_time", "og:updated_time", "lastmod", "dcterms.modified",
            "last-modified",
        )
        or said.prop("dateModified")
    )  # fmt: skip


def _authors(said: _page.Facts) -> Iterator[str]:
    names = list(_names(said.data("author", "creator")))
    names = names or [
        name for name in said.all("article:author") if not name.startswith(("http://", "https://"))
    ]
    for key in ("author", "dc.creator", "parsely-author", "sailthru.author", "citation_author"):
        names = names or said.all(key)
    if not names and (name := said.prop("author")):
        names = [name]
    seen: set[str] = set()
    for raw in names:
        name = _html.to_title(raw)
        if name and name not in seen and not name.startswith(("http://", "https://")):
            seen.add(name)
            yield name


def _names(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            yield from _names(item.get("name"))


def _tags(said: _page.Facts) -> list[str]:
    found = said.all("article:tag") or _keywords(said.data("keywords"))
    if not found and (news := said.first("news_keywords", "parsely-tags")):
        found = _keywords(news)
    return list(dict.fromkeys(tag for raw in found if (tag := _html.to_title(raw))))


def _keywords(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    return [part for part in value or () if isinstance(part, str)]


def _language(said: _page.Facts) -> str | None:
    locale = said.first("og:locale")
    return said.language or (locale.replace("_", "-") if locale else None)


def _images(said: _page.Facts) -> tuple[Asset | None, Asset | None]:
    """The page's picture, and the one it keeps for Twitter where that is another."""
    alt = said.first("og:image:alt", "twitter:image:alt")
    found = (
        said.first("og:image", "og:image:url", "og:image:secure_url")
        or _image_of(said.data("image", "thumbnailUrl"))
        or said.prop("image")
        or said.first("image_src")
    )
    twitter = said.first("twitter:image", "twitter:image:src")
    main = Asset(src=urljoin(said.url, found), alt=alt) if found else None
    if not twitter:
        return main, None
    other = Asset(src=urljoin(said.url, twitter), alt=said.first("twitter:image:alt"))
    if main is None:
        return Asset(src=other.src, alt=other.alt or alt), None
    return main, other if other.src != main.src else None


def _image_of(value: Any) -> str | None:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = item.get("url") or item.get("contentUrl") or item.get("@id")  # noqa: PLW2901
        if isinstance(item, list):
            item = item[0] if item else None  # noqa: PLW2901
        if isinstance(item, str) and item:
            return item
    return None


def _text(value: Any) -> str | None:
    """A JSON-LD value as text: itself, its first, or its `@value` or `@id`."""
    if isinstance(value, list):
        return _text(value[0]) if value else None
    if isinstance(value, dict):
        return _text(value.get("@value") or value.get("name") or value.get("@id"))
    return value if isinstance(value, str) and value.strip() else None
