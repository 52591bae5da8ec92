"""Sitemaps: the pages that a site lists of itself, each read by its metadata.

https://www.sitemaps.org/protocol.html, with an index, gzip, plain text, and Google's news and
image extensions.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urljoin

from annotated_types import Ge

from sharekit.errors import ReadError
from sharekit.model import Post
from sharekit.ports import ReaderSettings
from sharekit.readers import _dates, _input, _sitemap_text, _source
from sharekit.readers.html import post_of

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["Sitemap"]

MAX_BYTES = 60_000_000
"""Of one sitemap after decompression; the protocol allows 50 MB."""
MAX_MAPS = 200
MAX_PAGES = 200_000
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


class Sitemap(ReaderSettings):
    """A sitemap or an index of them: a file, an address, or the address of a site that has one."""

    limit: Annotated[int, Ge(1)] = 100
    """At most so many pages, the ones that changed last."""
    pages: bool = True
    """Whether each page is read; else a post holds what the sitemap alone says."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield the pages, the newest first; one that cannot be read is reported.

        Raises `ReadError` when the source is no sitemap.
        """
        listed: dict[str, _sitemap_text.Page] = {}
        for page in self._listed(web):
            if len(listed) == MAX_PAGES:
                message = f"lists more than {MAX_PAGES:,} pages; the others are left out"
                web.report(ReadError(message, where=self.source, code="too-big"))
                break
            listed[page.url] = page
        newest = sorted(listed.values(), key=self._when, reverse=True)
        for page in newest[: self.limit]:
            try:
                yield self._post(page, web)
            except ReadError as error:
                web.report(error)

    def _when(self, page: _sitemap_text.Page) -> datetime:
        """When the page changed last; those of which nobody knows come at the end."""
        when, _ = _dates.aware(page.changed or page.published, self.timezone)
        return when or _LONG_AGO

    def _listed(self, web: Session) -> Iterator[_sitemap_text.Page]:
        waiting: list[str] = [self.source]
        seen: set[str] = set()
        while waiting and len(seen) < MAX_MAPS:
            source = waiting.pop(0)
            if source in seen:
                continue
            seen.add(source)
            try:
                found = _sitemap_text.listed(_source.text(source, web, max_bytes=MAX_BYTES))
            except ReadError as error:
                if len(seen) > 1:
                    web.report(error)
                    continue
                waiting = self._of_site(web)
                if error.problems[0].code != "not-a-sitemap" or not waiting:
                    raise
                continue
            waiting += found.maps
            yield from found.pages

    def _of_site(self, web: Session) -> list[str]:
        """The sitemaps that the site of the source names in its robots.txt."""
        if not _input.is_url(self.source):
            return []
        try:
            robots = _source.text(urljoin(self.source, "/robots.txt"), web, max_bytes=500_000)
        except ReadError:
            return []
        return [urljoin(self.source, said) for said in _sitemap_text.in_robots(robots.text)]

    def _post(self, page: _sitemap_text.Page, web: Session) -> Post:
        changed, _ = _dates.aware(page.changed, self.timezone)
        published, assumed = _dates.aware(page.published, self.timezone)
        own = Post(
            id=page.url,
            url=page.url,
            title=page.title,
            published=published,
            updated=changed,
            tags=page.tags,
            language=page.language or self.language,
            image=page.image,
            extra={"zone": "assumed"} if assumed and published else {},
            source=page.url,
        )
        if not self.pages or web.offline:
            return own
        answer = _source.text(page.url, web, max_bytes=_input.MAX_BYTES)
        found = post_of(answer.text, answer.url or page.url, answer.name, self)
        return dataclasses.replace(
            found,
            title=found.title or own.title,
            published=found.published or own.published,
            updated=found.updated or own.updated,
            tags=found.tags or own.tags,
            language=found.language or own.language,
            image=found.image or own.image,
        )
