"""What a web page says of itself: its meta tags, links, JSON-LD and microdata, in order.

https://ogp.me, https://schema.org/docs/data-and-datasets.html,
https://html.spec.whatwg.org/multipage/semantics.html#the-meta-element
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from sharekit.readers import _html, _tags

__all__ = ["Facts", "facts"]

ARTICLES = {
    "article", "newsarticle", "blogposting", "reportagenewsarticle", "techarticle", "report",
    "scholarlyarticle", "opinionnewsarticle", "analysisnewsarticle", "liveblogposting",
    "socialmediaposting", "advertisercontentarticle", "webpage", "itempage", "creativework",
    "podcastepisode", "videoobject", "recipe", "product", "event", "review",
}  # fmt: skip
_DEEPEST = 12
_MOST = 2_000
_WAITING = 50


@dataclass(slots=True)
class Facts:
    """A page's own words. *meta* maps a lower-case name or property to its values in order."""

    url: str
    title: str | None = None
    language: str | None = None
    canonical: str | None = None
    feeds: tuple[str, ...] = ()
    meta: dict[str, list[str]] = field(default_factory=dict)
    items: list[Mapping[str, Any]] = field(default_factory=list)
    microdata: dict[str, list[str]] = field(default_factory=dict)
    heading: str | None = None

    def first(self, *names: str) -> str | None:
        """The first value that is not empty, by the order of *names*."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value
        return None

    def all(self, name: str) -> list[str]:
        """Every value of *name* that is not empty."""
        return [value for value in self.meta.get(name, ()) if value]

    def data(self, *names: str) -> Any:
        """The first of *names* that the page's JSON-LD knows, articles before other things."""
        for name in names:
            for item in self.items:
                if item.get(name) not in (None, "", [], {}):
                    return item[name]
        return None

    def prop(self, *names: str) -> str | None:
        """The first of *names* that the page's microdata has."""
        for name in names:
            for value in self.microdata.get(name, ()):
                if value:
                    return value
        return None


def facts(text: str, url: str) -> Facts:
    """What the page *text* at *url* says of itself. Relative addresses are joined."""
    page = _Page(url)
    for tag in _tags.tags(text):
        if tag.closing:
            page.closed(tag.name, text, tag.start)
        else:
            page.opened(tag)
    return page.finished()


class _Page:
    """Collects a page's facts while its tags go by."""

    def __init__(self, url: str) -> None:
        self.found = Facts(url=url)
        self.base = url
        self.feeds: list[str] = []
        self.scripts: list[str] = []
        self.waiting: list[tuple[str, str, int]] = []
        self.take = {
            "title": self._title,
            "html": self._html,
            "base": self._base,
            "meta": lambda tag: _meta(self.found, tag.attributes),
            "link": lambda tag: _link(self.found, tag.attributes, self.base, self.feeds),
            "script": self._script,
            "h1": self._heading,
        }

    def opened(self, tag: _tags.Tag) -> None:
        """A tag that opens an element, or stands alone."""
        if tag.name in self.take:
            self.take[tag.name](tag)
        if "itemprop" in tag.raw and len(self.waiting) < _WAITING:
            _itemprop(self.found, tag, self.base, self.waiting)

    def closed(self, name: str, text: str, at: int) -> None:
        """A tag that closes the element *name*: the text in it is known now."""
        if any(element == name for element, _, _ in self.waiting):
            self.waiting = [
                w for w in self.waiting if not _take(self.found, w, name, text[w[2] : at])
            ]

    def finished(self) -> Facts:
        """The facts, when the page is over."""
        found = self.found
        found.feeds = tuple(self.feeds)
        found.items = _sorted([i for script in self.scripts for i in _things(_loads(script))])
        found.url = self.base
        return found

    def _title(self, tag: _tags.Tag) -> None:
        if self.found.title is None:
            self.found.title = _html.to_title(tag.content) or None

    def _html(self, tag: _tags.Tag) -> None:
        if self.found.language is None:
            said = tag.attributes
            self.found.language = said.get("lang") or said.get("xml:lang") or None

    def _base(self, tag: _tags.Tag) -> None:
        if self.base == self.found.url and tag.attributes.get("href"):
            self.base = _joined(self.found.url, tag.attributes["href"])

    def _script(self, tag: _tags.Tag) -> None:
        if "ld+json" in tag.raw.lower():
            self.scripts.append(tag.content)

    def _heading(self, tag: _tags.Tag) -> None:
        if self.found.heading is None and len(self.waiting) < _WAITING:
            self.waiting.append(("h1", "", tag.end))


def _take(found: Facts, waiting: tuple[str, str, int], name: str, inside: str) -> bool:
    """Whether the element that *waiting* stands for ends here; its text is then taken."""
    element, prop, _ = waiting
    if element != name:
        return False
    text = _html.to_line(inside[:4000])
    if not prop:
        found.heading = found.heading or text or None
    elif text:
        found.microdata.setdefault(prop, []).append(text)
    return True


def _meta(found: Facts, said: Mapping[str, str]) -> None:
    value = " ".join((said.get("content") or "").split())
    for key in ("property", "name", "http-equiv"):
        for name in (said.get(key) or "").lower().split():
            found.meta.setdefault(name, []).append(value)


def _link(found: Facts, said: Mapping[str, str], base: str, feeds: list[str]) -> None:
    rel = (said.get("rel") or "").lower().split()
    href = (said.get("href") or "").strip()
    if not href:
        return
    if "canonical" in rel and found.canonical is None:
        found.canonical = _joined(base, href)
    kind = (said.get("type") or "").lower()
    if "alternate" in rel and ("rss" in kind or "atom" in kind or "feed+json" in kind):
        feeds.append(_joined(base, href))
    if "image_src" in rel:
        found.meta.setdefault("image_src", []).append(href)


def _itemprop(found: Facts, tag: _tags.Tag, base: str, waiting: list[tuple[str, str, int]]) -> None:
    said = tag.attributes
    for prop in (said.get("itemprop") or "").split():
        value = (
            said.get("content")
            or said.get("datetime")
            or (said.get("src") or said.get("href") if tag.name != "span" else None)
        )
        if value:
            joined = _joined(base, value) if said.get("src") or said.get("href") else value
            found.microdata.setdefault(prop, []).append(joined)
        elif tag.name not in ("meta", "link", "img"):
            waiting.append((tag.name, prop, tag.end))


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address.strip()


# -- JSON-LD ----------------------------------------------------------------------------------


def _loads(script: str) -> Any:
    """The script's value; slight breakage that browsers' readers forgive is mended first."""
    text = script.strip().removeprefix("<!--").removesuffix("-->").strip()
    text = text.removeprefix("//<![CDATA[").removesuffix("//]]>").strip().rstrip(";")
    for attempt in (
        text,
        re.sub(r",(\s*[}\]])", r"\1", text),
        re.sub(r'\\(?!["\\/bfnrtu])', r"\\\\", re.sub(r",(\s*[}\]])", r"\1", text)),
    ):
        try:
            return json.loads(attempt, strict=False)
        except RecursionError:
            return None
        except ValueError:
            continue
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def _things(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Every object of a JSON-LD value that has a type, the outer ones first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value[:_MOST]:
            yield from _things(item, depth + 1)
    elif isinstance(value, dict):
        if value.get("@type"):
            yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement"):
            yield from _things(value.get(key), depth + 1)


def _sorted(items: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Articles first, then pages and other works; people, sites and crumbs not at all."""

    def rank(item: Mapping[str, Any]) -> int:
        kinds = item["@type"] if isinstance(item["@type"], list) else [item["@type"]]
        names = {str(kind).rpartition("/")[2].lower() for kind in kinds}
        if any("article" in name or "posting" in name for name in names):
            return 0
        return 1 if names & ARTICLES else 2

    return sorted((item for item in items if rank(item) < 2), key=rank)
