"""What a web page says of itself: its meta tags, links, JSON-LD, microdata and RDFa, in order.

https://ogp.me, https://html.spec.whatwg.org/multipage/semantics.html#the-meta-element,
https://html.spec.whatwg.org/multipage/microdata.html, https://www.w3.org/TR/rdfa-lite/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from sharekit.model import Asset
from sharekit.readers import _html, _ld, _tags

__all__ = ["Facts", "facts", "joined"]

_MOST = 50  # elements that are open at a time, headings, pictures
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
# Things on a page that are not what the page is about.
_ASIDE = re.compile(
    r"(?:comment|person|organization|organisation|website|wp\w+|sitenavigationelement|breadcrumb\w*|"
    r"listitem|imageobject|postaladdress|offer|rating|aggregaterating|useraccount|foaf:\w+)$",
    re.IGNORECASE,
)
_RDFA = {
    "dc:title": "headline",
    "dcterms:title": "headline",
    "dc:date": "datePublished",
    "dc:created": "datePublished",
    "dcterms:date": "datePublished",
    "dcterms:created": "datePublished",
    "dc:creator": "author",
    "dcterms:creator": "author",
    "foaf:name": "name",
}
# Properties whose thing is the page itself.
_MAIN = frozenset(("mainEntity", "mainEntityOfPage", "mainContentOfPage", "blogPost", "hasPart"))
_NO_URL = re.compile(r"(?:undefined|null|none|false|true|n/?a|#)?$", re.IGNORECASE)


@dataclass(slots=True)
class Facts:
    """A page's own words. *meta* maps a lower-case name or property to its values in order.

    *items* are the things of its JSON-LD that it may be about, the likeliest first, *things*
    all of them, and *known* those that others refer to. *microdata* (and RDFa) has properties of
    a property as `author.name`. *shown* has the pictures in the page, *headings* its headings.
    """

    url: str
    title: str | None = None
    language: str | None = None
    canonical: str | None = None
    feeds: tuple[str, ...] = ()
    meta: dict[str, list[str]] = field(default_factory=dict)
    items: list[_ld.Item] = field(default_factory=list)
    things: list[_ld.Item] = field(default_factory=list)
    known: dict[str, _ld.Item] = field(default_factory=dict)
    microdata: dict[str, list[str]] = field(default_factory=dict)
    pictures: list[Asset] = field(default_factory=list)
    shown: list[Asset] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    heading: str | None = None
    tags: list[str] = field(default_factory=list)

    def first(self, *names: str) -> str | None:
        """The first value that is not empty, by the order of *names*."""
        for name in names:
            for value in self.meta.get(name, ()):
                if value:
                    return value
        return None

    def all(self, *names: str) -> list[str]:
        """Every value of the first of *names* that has one."""
        for name in names:
            if found := [value for value in self.meta.get(name, ()) if value]:
                return found
        return []

    def every(self, *names: str) -> Iterator[Any]:
        """What the page's JSON-LD has for *names*, item by item, references resolved."""
        for item in self.items:
            for name in names:
                if item.get(name) not in (None, "", [], {}):
                    yield _ld.resolve(item[name], self.known)

    def data(self, *names: str) -> Any:
        """The first of *names* that the page's JSON-LD knows, articles before other things."""
        return next(self.every(*names), None)

    def prop(self, *names: str) -> str | None:
        """The first of *names* that the page's microdata has."""
        return next((value for name in names for value in self.microdata.get(name, ())), None)


def facts(text: str, url: str) -> Facts:
    """What the page *text* at *url* says of itself. Relative addresses are joined."""
    page = _Page(url)
    for tag in _tags.tags(text):
        if tag.closing:
            if page.open:
                page.closed(tag.name, text, tag.start)
        else:
            page.opened(tag)
    return page.finished()


@dataclass(slots=True)
class _Open:
    """An element whose end is waited for: a heading, or one that is or has a property."""

    element: str
    prop: str
    start: int
    scope: str | None  # what the properties inside belong to; None where it is not a thing
    wanted: bool  # its text is a value
    depth: int = 1


class _Page:
    """Collects a page's facts while its tags go by."""

    def __init__(self, url: str) -> None:
        self.found = Facts(url=url)
        self.base = url
        self.feeds: list[str] = []
        self.scripts: list[str] = []
        self.open: list[_Open] = []
        self.share: list[tuple[str, str]] = []
        self.take = {
            "title": self._title,
            "html": self._html,
            "base": self._base,
            "meta": self._meta,
            "link": self._link,
            "script": self._script,
            "h1": self._heading,
            "h2": self._heading,
            "img": self._img,
            "a": self._anchor,
        }

    def opened(self, tag: _tags.Tag) -> None:
        """A tag that opens an element, or stands alone."""
        for one in self.open:
            if one.element == tag.name:
                one.depth += 1
        if take := self.take.get(tag.name):
            take(tag)
        raw = tag.raw
        if ("itemprop" in raw or "itemscope" in raw) or (
            tag.name != "meta" and ("property" in raw or "typeof" in raw)
        ):
            self._property(tag)

    def closed(self, name: str, text: str, at: int) -> None:
        """A tag that closes the element *name*: the text in it is known now."""
        for one in self.open:
            if one.element == name:
                one.depth -= 1
                if one.depth == 0:
                    self._take(one, text[one.start : at])
        self.open = [one for one in self.open if one.depth > 0]

    def finished(self) -> Facts:
        """The facts, when the page is over."""
        found = self.found
        found.feeds = tuple(dict.fromkeys(self.feeds))
        found.things, found.known = _ld.items(self.scripts)
        found.items = _ld.articles(found.things, found.canonical or found.url)
        found.url = self.base
        found.pictures = list(_pictures(self.share, self.base))
        return found

    def _title(self, tag: _tags.Tag) -> None:
        if self.found.title is None:
            self.found.title = _html.to_title(tag.content) or None

    def _html(self, tag: _tags.Tag) -> None:
        if self.found.language is None:
            said = tag.attributes
            self.found.language = (said.get("lang") or said.get("xml:lang") or "").strip() or None

    def _base(self, tag: _tags.Tag) -> None:
        if self.base == self.found.url and (href := tag.attributes.get("href")):
            self.base = joined(self.found.url, href)

    def _script(self, tag: _tags.Tag) -> None:
        if "ld+json" in tag.raw.lower():
            self.scripts.append(tag.content)

    def _heading(self, tag: _tags.Tag) -> None:
        if len(self.open) < _MOST and len(self.found.headings) < _MOST:
            self.open.append(_Open(tag.name, "", tag.end, None, wanted=True))

    def _meta(self, tag: _tags.Tag) -> None:
        said = tag.attributes
        value = " ".join((said.get("content") or said.get("value") or "").split())
        # A tag may stand under both, and gives its value once.
        for name in dict.fromkeys(
            name
            for key in ("property", "name", "http-equiv")
            for name in (said.get(key) or "").lower().split()
        ):
            plain = re.sub(r"^(dc|dcterms)[:.](?:terms[:.])?", r"\1.", name)
            self.found.meta.setdefault(plain, []).append(value)
            if plain.startswith("og:image"):
                self.share.append((plain, value))

    def _link(self, tag: _tags.Tag) -> None:
        said = tag.attributes
        rel = (said.get("rel") or "").lower().split()
        href = (said.get("href") or "").strip()
        if not href:
            return
        if "canonical" in rel and self.found.canonical is None and not _NO_URL.match(href):
            self.found.canonical = joined(self.base, href)
        kind = (said.get("type") or "").lower()
        if "alternate" in rel and ("rss" in kind or "atom" in kind or "feed+json" in kind):
            self.feeds.append(joined(self.base, href))
        if "image_src" in rel:
            self.found.meta.setdefault("image_src", []).append(href)

    def _img(self, tag: _tags.Tag) -> None:
        if "alt" in tag.raw and len(self.found.shown) < 4 * _MOST:
            said = tag.attributes
            if (alt := (said.get("alt") or "").strip()) and (src := _html.source(said)):
                self.found.shown.append(Asset(src=joined(self.base, src), alt=alt))

    def _anchor(self, tag: _tags.Tag) -> None:
        if "rel" in tag.raw and "tag" in (tag.attributes.get("rel") or "").lower().split():
            self.open.append(_Open("a", "rel-tag", tag.end, None, wanted=len(self.open) < _MOST))

    # -- microdata and RDFa ---------------------------------------------------------------------

    def _property(self, tag: _tags.Tag) -> None:
        said = tag.attributes
        names = (said.get("itemprop") or said.get("property") or "").split()
        is_thing = "itemscope" in said or "typeof" in said
        inside = next((one.scope for one in reversed(self.open) if one.scope is not None), "")
        keys = [inside + _RDFA.get(name, name.rpartition(":")[2]) for name in names]
        value = None if is_thing else self._value(tag, said)
        for key in keys:
            if value:
                self.found.microdata.setdefault(key, []).append(value)
        if tag.name in _VOID or value or len(self.open) >= _MOST:
            return
        scope = None
        if is_thing:
            kind = (said.get("itemtype") or said.get("typeof") or "").strip().rpartition("/")[2]
            if names and names[0] in _MAIN:
                keys = []
            own = keys[0] if keys else ("?" if _ASIDE.match(kind.rpartition("schema:")[2]) else "")
            scope = f"{own}." if own else inside
        for key in keys or [""]:
            self.open.append(_Open(tag.name, key or "?", tag.end, scope, wanted=bool(keys)))
            scope = None

    def _value(self, tag: _tags.Tag, said: Mapping[str, str]) -> str | None:
        if value := (said.get("content") or said.get("datetime") or "").strip():
            return value
        if tag.name in ("img", "a", "link", "source", "video", "audio", "iframe", "embed"):
            address = (_html.source(said) if tag.name == "img" else None) or said.get("href")
            if address and (tag.name != "a" or "url" in (said.get("itemprop") or "")):
                return joined(self.base, address)
        return None

    def _take(self, one: _Open, inside: str) -> None:
        """The element *one* ends here, and *inside* is what is in it."""
        if not one.wanted:
            return
        found = self.found
        text = _html.to_line(inside[:4_000])
        if not text:
            return
        if one.prop == "rel-tag":
            if len(found.tags) < _MOST:
                found.tags.append(text)
        elif one.prop:
            found.microdata.setdefault(one.prop, []).append(text)
        else:
            found.headings.append(text)
            if one.element == "h1":
                found.heading = found.heading or text


def _pictures(said: list[tuple[str, str]], base: str) -> Iterator[Asset]:
    """The pictures of `og:image` and what follows each, with the alt text that is its own.

    https://ogp.me/#array: structured properties belong to the `og:image` before them.
    """
    src: str | None = None
    alt: str | None = None
    for name, value in said:
        if name == "og:image:alt":
            alt = alt or value
        elif name in ("og:image", "og:image:url", "og:image:secure_url") and _is_picture(value):
            address = joined(base, value)
            if src and name == "og:image":
                yield Asset(src=src, alt=alt)
                src, alt = None, None
            src = src or address
    if src:
        yield Asset(src=src, alt=alt)


def _is_picture(address: str) -> bool:
    return not _NO_URL.match(address) and not address.startswith(("data:", "blob:", "javascript:"))


def joined(base: str, address: str) -> str:
    """*address* as a page at *base* means it; as it is where it is no address."""
    address = address.strip().replace(" ", "%20")
    try:
        return urljoin(base, address)
    except ValueError:
        return address
