"""Who published a page and when: by what it says of itself, else by what is seen on it.

The order of what is taken is in docs/reference/readers.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from sharekit.readers import _dates, _html, _ld, _page, _seen, _site_name
from sharekit.readers._names import names_in

__all__ = ["Byline"]

_PUBLISHED = (
    *("article:published_time", "og:published_time", "article:published", "datepublished"),
    *("publishdate", "publish-date", "publish_date", "publication_date", "pubdate", "pub_date"),
    *("published_time", "article.published", "article_date_original", "originalpublicationdate"),
    *(
        "parsely-pub-date",
        "sailthru.date",
        "shareaholic:article_published_time",
        "rnews:datepublished",
    ),
    *("dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date"),
    *(
        "dcterms.date",
        "dc.created",
        "citation_publication_date",
        "citation_online_date",
        "cxenseparse:recs:publishtime",
    ),
    *(
        "created",
        "date",
        "article.created",
        "og:article:published_time",
        "bt:pubdate",
        "published_at",
    ),
)
_UPDATED = (
    *("article:modified_time", "og:updated_time", "og:modified_time", "article:modified"),
    *("datemodified", "lastmod", "last-modified", "dcterms.modified", "dc.date.modified"),
    *("revised", "shareaholic:article_modified_time", "article.updated", "date_modified"),
)
_AUTHORS = (
    *("author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author"),
    *("shareaholic:article_author_name", "citation_author", "article.author", "og:article:author"),
    *("byl", "rbauthors", "cxenseparse:author", "og:author"),
)


@dataclass(slots=True)
class Byline:
    """What a page says, and where it says nothing, what is seen on it."""

    text: str
    said: _page.Facts
    sites: set[str]
    url: str
    language: str | None
    guessed: list[str] = field(default_factory=list)
    _found: _seen.Seen | None = None

    def seen(self) -> _seen.Seen:
        """What is seen on the page; it is looked at once, and only when that is needed."""
        if self._found is None:
            self._found = _seen.look(self.text, self.url, self.language)
        return self._found

    def summary(self) -> str:
        """The first paragraph, for a page that describes itself nowhere."""
        found = self.seen().summary
        if found:
            self.guessed.append("summary")
        return found

    # -- times --------------------------------------------------------------------------------

    def times(self) -> tuple[datetime | None, datetime | None]:
        """When the page was published and changed, as it says; naive where it has no zone."""
        published = _most_exact(self._published()) or self._shown()
        if published and published.tzinfo is None and published.time() == time():
            # Only a day is said; what is seen may tell the time of it.
            shown = _most_exact(self.seen().published)
            published = shown if shown and shown.date() == published.date() else published
        updated = _most_exact(self._updated())
        return published, updated

    def _published(self) -> Iterator[Any]:
        said = self.said
        yield from said.every("datePublished")
        yield from (value for name in _PUBLISHED for value in said.all(name))
        yield from said.microdata.get("datePublished", ())
        yield from said.every("dateCreated", "uploadDate")
        yield from said.microdata.get("dateCreated", ())

    def _updated(self) -> Iterator[Any]:
        said = self.said
        yield from said.every("dateModified")
        yield from (value for name in _UPDATED for value in said.all(name))
        yield from said.microdata.get("dateModified", ())

    def _shown(self) -> datetime | None:
        found = _most_exact(self.seen().published)
        if found:
            self.guessed.append("published")
        return found

    # -- people -------------------------------------------------------------------------------

    def authors(self) -> list[str]:
        """The people who wrote it; an account's or the site's name only if nobody is named."""
        weak: list[str] = []
        for names in self._named():
            people = self._people(names)
            if people and not self._is_weak(people, names):
                return people
            weak = weak or people
        seen = self.seen().authors
        if seen and not (weak and self._is_weak(seen, [])):
            self.guessed.append("authors")
            return seen
        return weak

    def _is_weak(self, people: list[str], names: list[tuple[str, bool]]) -> bool:
        return (
            {_site_name.fold(name) for name in people} <= self.sites
            or (bool(names) and all(of_many for _, of_many in names))
            or all(_ACCOUNT.fullmatch(name) for name in people)
        )

    def _named(self) -> Iterator[list[tuple[str, bool]]]:
        said = self.said
        for value in said.every("author", "creator"):
            yield list(_ld.names(value))
        yield [(name, False) for name in said.all("article:author")]
        for key in _AUTHORS:
            yield [(name, False) for name in said.all(key)]
        for number in ("1", "2"):
            label = said.first(f"twitter:label{number}") or ""
            if _WRITTEN_BY.fullmatch(label):
                yield [(name, False) for name in said.all(f"twitter:data{number}")]
        for key in ("author.name", "creator.name", "author", "creator"):
            yield [(name, False) for name in said.microdata.get(key, ())]

    def _people(self, names: list[tuple[str, bool]]) -> list[str]:
        people: list[str] = []
        for raw, of_many in names:
            name = _html.to_title(raw)
            if not name or _NO_NAME.search(name):
                continue
            people += [name] if of_many else names_in(name, shown=False)
        return list(dict.fromkeys(people))


_WRITTEN_BY = re.compile(
    r"(?:written by|verfasst von|geschrieben von|author|autor|escrito por|écrit par|scritto da|"
    r"rédigé par|door|geschreven door|publicado por|skrevet av|napisane przez)",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"[a-z0-9._-]+")
_NO_NAME = re.compile(
    r"^(?:https?:|www\.|//|/|@)|\w@\w|facebook\.com/|twitter\.com/", re.IGNORECASE
)


def _most_exact(values: Iterable[Any]) -> datetime | None:
    """The first of *values* that is a date; of one with no time, another that tells it."""
    day = None
    for value in values:
        moment = _dates.parse(_ld.text(value))
        if moment is None:
            continue
        if day is None and moment.timed:
            return moment.when
        if day is None:
            day = moment.when
        elif (
            moment.timed and abs((moment.when.replace(tzinfo=None) - day).total_seconds()) < 129_600
        ):
            return moment.when
    return day
