"""Web pages, by what they say of themselves: Open Graph, Twitter, JSON-LD, microdata.

An address, a saved page (with `url:`, the address it had), or a folder of saved pages.
The order of what is taken is in docs/reference/readers.md.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sharekit.errors import ReadError
from sharekit.model import Post
from sharekit.ports import ReaderSettings
from sharekit.readers import (
    _charset,
    _dates,
    _html,
    _input,
    _ld,
    _page,
    _page_pictures,
    _site_name,
)
from sharekit.readers._byline import Byline
from sharekit.readers._fields import unique

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["Html", "post_of"]

_PATTERNS = ("*.html", "*.htm", "*.xhtml")

_LONG_NAME = 25  # letters: a shorter title may well be a name


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
    sites = _site_name.names(said, url)
    title = _title(said, sites)
    if not title and not said.meta:
        raise ReadError("the page has no title and no meta tags", where=where)
    language = _language(said) or settings.language
    page = Byline(text, said, sites, url, language)
    published, updated = page.times()
    when, assumed = _dates.in_zone(published, settings.timezone) if published else (None, False)
    changed, _ = _dates.in_zone(updated, settings.timezone) if updated else (None, False)
    authors = [name for name in page.authors() if not _is_title(name, title)]
    address = _address(said, url)
    image, share = _page_pictures.of(said)
    return Post(
        id=address or where,
        url=address,
        title=title,
        summary=_summary(said) or page.summary(),
        published=when,
        updated=changed,
        authors=tuple(authors),
        tags=unique(_tags(said)),
        language=language,
        image=image,
        share_image=share,
        style=said.first("og:type"),
        extra={
            **({"zone": "assumed"} if assumed else {}),
            **({"site": site} if (site := said.first("og:site_name")) else {}),
            **({"feeds": list(said.feeds)} if said.feeds else {}),
            **({"seen": page.guessed} if page.guessed else {}),
        },
        source=where if "://" in where else f"{where}:1",
    )


def _title(said: _page.Facts, sites: set[str]) -> str | None:
    """The title: as it is given for sharing, else the window's without the site's name."""
    for value in (
        said.first("og:title"),
        said.first("twitter:title"),
        _ld.text(said.data("headline")),
        said.prop("headline"),
        said.first("dc.title", "dcterms.title", "citation_title", "parsely-title"),
    ):
        if value and (line := _html.to_title(value)):
            return line
    for value in (said.title, _ld.text(said.data("name")), said.heading):
        if value and (line := _html.to_title(value)):
            return _site_name.without(line, sites, said.headings)
    return None


def _address(said: _page.Facts, url: str) -> str | None:
    """The page's address: what it says, unless that is the site's home or somebody's computer."""
    candidates = []
    for value in (said.canonical, said.first("og:url"), _ld.text(said.data("url"))):
        if value:
            joined = _page.joined(said.url or url, value)
            if _is_public(joined):
                candidates.append(joined)
    if url and _is_public(url) and not _is_home(url):
        candidates = [one for one in candidates if not _is_home(one)]
    return candidates[0] if candidates else url or None


def _is_public(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and not _PRIVATE.match(host)


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _summary(said: _page.Facts) -> str:
    for value in (
        said.first("og:description"),
        said.first("twitter:description"),
        said.first("description"),
        _ld.text(said.data("description")),
        said.first("dc.description", "dcterms.description", "sailthru.description"),
        said.prop("description"),
    ):
        if value and (line := _html.to_line(html.unescape(value))):
            return line
    return ""


def _is_title(name: str, title: str | None) -> bool:
    """Whether a theme has put the page's title where the author's name belongs."""
    letters, of_title = (re.sub(r"\W+", "", each).casefold() for each in (name, title or ""))
    return len(letters) > _LONG_NAME and letters in of_title


def _tags(said: _page.Facts) -> list[str]:
    found = said.all("article:tag", "og:article:tag") or _ld.keywords(said.data("keywords"))
    if not found and (news := said.first("news_keywords", "parsely-tags", "sailthru.tags")):
        found = _ld.keywords(news)
    if not found and not said.tags and (named := said.microdata.get("keywords")):
        found = list(named)
    if len(found) == 1:
        found = _ld.keywords(found[0])
    found = found or said.tags
    return list(dict.fromkeys(tag for raw in found if (tag := _html.to_title(raw))))


def _language(said: _page.Facts) -> str | None:
    for value in (
        said.language,
        said.first("content-language", "dc.language", "dcterms.language", "language"),
        _ld.text(said.data("inLanguage")),
        said.prop("inLanguage"),
        said.first("og:locale"),
    ):
        tag = (value or "").partition(",")[0].strip().replace("_", "-")
        if _LANGUAGE.fullmatch(tag):
            return tag
    return None


_PRIVATE = re.compile(
    r"(?:localhost|127\.|10\.|192\.168\.|\[?::1|0\.0\.0\.0)|.*\.(?:local|localhost|test|invalid|internal)$"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
