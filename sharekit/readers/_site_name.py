"""Titles without the name of the site behind them or before them.

`The lock opens - Harbour News` is a window's title. What is the site's name is known from the
page: it says so, its publisher is called so, or its address is made of it; and where a heading
repeats one part of the title, that part is the title.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import urlsplit

from sharekit.readers import _html, _ld, _page

__all__ = ["fold", "names", "without"]

# The hyphen counts only between blanks.
_SEPARATOR = re.compile(r"\s+(?:[-–—|·•»«›‹⋆★~/]|::?|[|]{2}|>>|<<)\s+|\s*[|»«│]\s*|(?<=\w):\s+")
_NO_LETTERS = re.compile(r"[\W_]+")
_LONGEST = 500  # characters of a title
_KEYS = (
    *("og:site_name", "application-name", "apple-mobile-web-app-title", "publisher"),
    *("dc.publisher", "twitter:app:name:iphone", "twitter:site", "cre", "copyright"),
)
_SITES = frozenset(("website", "organization", "newsmediaorganization", "blog", "corporation"))


def fold(text: str) -> str:
    """*text* for comparison: letters and digits alone, in lower case."""
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def names(said: _page.Facts, url: str) -> set[str]:
    """What the site of the page may be called, folded."""
    found = {fold(name) for name in _said(said)} | set(_hosts(said.url or url))
    return {name for name in found if len(name) > 1}


def without(title: str, sites: set[str], headings: list[str]) -> str:
    """*title* without the site's name, if it has one and is more than that."""
    separators = list(_SEPARATOR.finditer(title))
    if not separators or len(title) > _LONGEST:
        return title
    first, last = separators[0], separators[-1]
    for _ in range(2):
        if fold(title[last.end() :]) in sites and fold(title[: last.start()]):
            title = title[: last.start()]
        elif fold(title[: first.start()]) in sites and fold(title[first.end() :]):
            title = title[first.end() :]
        else:
            break
        separators = list(_SEPARATOR.finditer(title))
        if not separators:
            return title.strip()
        first, last = separators[0], separators[-1]
    return _as_heading(title, separators, sites, headings) or title.strip()


def _as_heading(
    title: str, separators: list[re.Match[str]], sites: set[str], headings: list[str]
) -> str | None:
    """The longest part of *title*, from an end to a separator, that a heading repeats."""
    folded = {fold(heading) for heading in headings[:20]} - sites
    if fold(title) in folded:
        return None
    parts = [title[: one.start()] for one in separators] + [
        title[one.end() :] for one in separators
    ]
    known = [part.strip() for part in parts if len(fold(part)) > 3 and fold(part) in folded]
    return max(known, key=len, default=None)


def _said(said: _page.Facts) -> Iterator[str]:
    for key in _KEYS:
        for value in said.all(key):
            yield _html.to_title(value).removeprefix("@")
    for item in said.things:
        if _ld.kinds(item) & _SITES:
            for key in ("name", "alternateName"):
                yield _ld.text(item.get(key)) or ""
        publisher = _ld.resolve(item.get("publisher"), said.known)
        yield from (_html.to_title(name) for name, _ in _ld.names(publisher))
        yield from (_html.to_title(name) for name, _ in _ld.names(item.get("isPartOf")))
    yield from said.microdata.get("publisher.name", ())


def _hosts(url: str) -> Iterator[str]:
    """`blog.tides.example` as `tidesexample`, `tides` and the whole."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return
    parts = host.split(".")
    yield fold(host)
    yield fold(f"www.{host}")
    if len(parts) > 1:
        yield fold(".".join(parts[:-1]))
        yield fold(".".join(parts[-2:]))
        yield fold(parts[-2])
        yield fold(parts[0])
