"""An item of an XML feed as a post: which element says what, in which order.

The order is that of `docs/reference/readers.md`; the first value that is not empty counts.
RSS 2.0: https://www.rssboard.org/rss-specification. RSS 1.0: https://web.resource.org/rss/1.0/spec.
Atom: RFC 4287. Dublin Core: https://www.dublincore.org/specifications/dublin-core/dcmi-terms/.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from sharekit.errors import ReadError
from sharekit.model import Asset, Post, digest_of
from sharekit.readers import _dates, _html
from sharekit.readers._feed_channel import Channel
from sharekit.readers._feed_links import ABOUT, base_of, candidates, is_whole, joined, relative
from sharekit.readers._feed_media import picture
from sharekit.readers._feed_text import NOTHING, Text, person, text_construct, unread_date
from sharekit.readers._fields import unique
from sharekit.readers._xml import XML, inner, name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from sharekit.readers.feed import Feed
    from sharekit.web import Session

__all__ = ["Item"]

_TITLE = ("title", "dc:title", "media:title")
_BODY = (
    "content:encoded",
    "content",
    "xhtml:body",
    "body",
    "fulltext",
    "content:items",
    "fullitem",
)
_SUMMARY = (
    "description", "summary", "tagline", "abstract", "atom:summary", "dcterms:abstract",
    "itunes:summary", "itunes:subtitle", "dc:description", "media:description",
)  # fmt: skip
_PUBLISHED = (
    "pubdate", "published", "issued", "atom:published", "dc:date", "dcterms:issued",
    "dcterms:created", "created", "dcterms:date", "date", "dcterms:available", "updated",
    "atom:updated", "modified", "dcterms:modified",
)  # fmt: skip
_UPDATED = ("updated", "modified", "atom:updated", "dcterms:modified", "lastbuilddate")
_AUTHORS = (
    "dc:creator",
    "dc:author",
    "author",
    "atom:author",
    "itunes:author",
    "creator",
    "media:credit",
)
_TAGS = ("category", "atom:category", "dc:subject", "dcterms:subject")
# What WordPress's plugins put below a text, for those who copy it.
_FOOTER = re.compile(
    r"\s*\b(?:The post|Der Beitrag|L’article|La entrada|El cargo|O post|L'articolo) .{1,300}? "
    r"(?:appeared first on|erschien zuerst auf|est apparu en premier sur|se publicó primero en|"
    r"apareceu primeiro em|proviene da) .{1,200}\Z"
)
_SIZE = re.compile(r"-\d{2,4}x\d{2,4}(?=\.\w+$)|-scaled(?=\.\w+$)")


class Item:
    """One item, with its elements by their names."""

    def __init__(self, element: Element, channel: Channel, settings: Feed, web: Session) -> None:
        self.element = element
        self.channel = channel
        self.settings = settings
        self.web = web
        self.fields: defaultdict[str, list[Element]] = defaultdict(list)
        for child in element:
            name = name_of(child)
            self.fields[name.removeprefix("atom:") if channel.atom else name].append(child)
        # YouTube has the words of its entries in a group.
        for group in self.fields.get("media:group", ()):
            for child in group:
                if name_of(child) == "media:description":
                    self.fields["media:description"].append(child)

    @property
    def where(self) -> str:
        """`file:line`, or the feed's address."""
        where = self.channel.where
        return where if "://" in where else f"{where}:{self.element.sourceline}"

    def post(self) -> Post:
        """The post that the item is. Raises `ReadError` when it says nothing."""
        title, body, summary = self._text(_TITLE), self._text(_BODY), self._text(_SUMMARY)
        url = self._url()
        if not text_of(self.element) and not any(e.attrib for e in self.element.iter()):
            raise ReadError("an item that says nothing", where=self.where, code="empty")
        extra: dict[str, Any] = {}
        published, assumed = self._moment(_PUBLISHED)
        if assumed:
            extra["zone"] = "assumed"
        if self.channel.name:
            extra["site"] = self.channel.name
        words = _FOOTER.sub("", (body or summary).words)
        return Post(
            id=self._id() or url or digest_of([title.title, words], 16),
            url=url,
            title=title.title or None,
            summary=_FOOTER.sub("", summary.line),
            body=words,
            published=published,
            updated=self._moment(_UPDATED)[0],
            authors=tuple(dict.fromkeys(self._authors())),
            tags=unique(self._tags()),
            language=self._language(),
            image=self._image(body, summary),
            social=self._social(),
            draft=self._is_draft(),
            flags=self._flags(),
            extra=extra,
            source=self.where,
        )

    def _each(self, *names: str) -> Iterator[Element]:
        for name in names:
            yield from self.fields.get(name, ())

    def _text(self, names: tuple[str, ...]) -> Text:
        for element in self._each(*names):
            if element.get("src") and not text_of(element):
                continue  # it is somewhere else
            text = text_construct(element, atom=self.channel.atom and _is_atom(element))
            if text.title if names is _TITLE else text:
                return text
        return NOTHING

    # -- addresses ---------------------------------------------------------------------------

    def _id(self) -> str | None:
        said = next((t for e in self._each("guid", "id", "atom:id") if (t := text_of(e))), None)
        return (
            said or self.element.get(ABOUT) or next(map(text_of, self._each("dc:identifier")), None)
        )

    def _url(self) -> str | None:
        """The first link that is whole, else the first."""
        first = None
        for element, said in candidates(self.element, self.fields):
            url = joined(base_of(element, self.channel.base), said)
            if url and url.lower().startswith(("tag:", "urn:", "mailto:")):
                continue  # a name, and no place
            if url and is_whole(url):
                return url
            first = first or url
        if first:
            self.web.report(relative(first, self.where))
        return first

    # -- the rest ----------------------------------------------------------------------------

    def _moment(self, names: tuple[str, ...]) -> tuple[datetime | None, bool]:
        unread = None
        for element in self._each(*names):
            said = text_of(element)
            when, assumed = _dates.aware(said, self.settings.timezone)
            if when:
                return when, assumed
            unread = unread or said
        if unread:
            self.web.report(unread_date(unread, self.where))
        return None, False

    def _authors(self) -> Iterator[str]:
        for name in _AUTHORS:
            found = [person(e) for e in self.fields.get(name, ()) if not _is_role(e)]
            if any(found):
                yield from filter(None, found)
                return
        for source in self._each("source", "atom:source"):
            for child in source:
                if name_of(child) == "atom:author" and (found_name := person(child)):
                    yield found_name
                    return
        yield from self.channel.authors

    def _tags(self) -> Iterator[str]:
        nested = [e for holder in self._each("categories") for e in holder.iter()]
        self.fields["category"] += [e for e in nested if name_of(e) == "category"]
        for name in _TAGS:
            found = [tag for e in self.fields.get(name, ()) if (tag := _tag(e))]
            if found:
                yield from found
                return
        for name in ("media:keywords", "itunes:keywords", "keywords"):
            words = [word for e in self.fields.get(name, ()) for word in text_of(e).split(",")]
            if found := [tag for word in words if (tag := _html.to_title(word))]:
                yield from found
                return
        nested = [e for holder in self._each("itunes:category") for e in holder.iter()]
        for element in (*self._each("media:category"), *nested):
            if said := element.get("label") or element.get("text") or text_of(element):
                yield _html.to_title(said)

    def _language(self) -> str | None:
        own = next((t for e in self._each("dc:language", "language") if (t := text_of(e))), None)
        for element in (self.element, *self._each("title", "content")):
            own = own or (element.get(f"{XML}lang") or "").strip()
        return own or self.channel.language or self.settings.language

    def _image(self, body: Text, summary: Text) -> Asset | None:
        if found := picture(self.fields):
            element, asset = found
            src = joined(base_of(element, self.channel.base), asset.src or "")
            alt = _shown_alt(asset.src or "", body, summary) if asset.alt is None else asset.alt
            return Asset(src=src or asset.src, alt=alt)
        for text, names in ((body, _BODY), (summary, _SUMMARY)):
            first = _html.first_image(text.said) if text.kind != "text" else None
            if first:
                element = next(self._each(*names))
                src = joined(base_of(element, self.channel.base), first.src or "")
                return Asset(src=src or first.src, alt=first.alt)
        return None

    def _social(self) -> dict[str, str]:
        wanted = (self.settings.social_text or "").lower()
        for child in self.element if wanted else ():
            local = name_of(child).rpartition(":")[2]
            if wanted in {name_of(child), local, f"{child.prefix}:{local}".lower()}:
                return {"*": text_of(child)} if text_of(child) else {}
        return {}

    def _is_draft(self) -> bool:
        controls = self._each("app:control")
        return any(text_of(child).lower() == "yes" for control in controls for child in control)

    def _flags(self) -> dict[str, bool | None]:
        for element in self._each("itunes:explicit"):
            said = text_of(element).lower()
            return {"explicit": {"yes": True, "true": True, "explicit": True}.get(said, False)}
        return {}


def _shown_alt(src: str, *texts: Text) -> str | None:
    """The alt text where the picture at *src*, perhaps in another size, stands in the text."""
    name = _picture_name(src)
    for text in texts:
        if len(name) > 4 and name.partition(".")[0] in text.said and "<img" in text.said:
            for shown in islice(_html.images(text.said), 10):
                if shown.alt and _picture_name(shown.src or "") == name:
                    return shown.alt
    return None


def _picture_name(src: str) -> str:
    return _SIZE.sub("", src.partition("?")[0].rpartition("/")[2])


def _is_atom(element: Element) -> bool:
    name = name_of(element)
    return ":" not in name or name.startswith("atom:")


def _is_role(element: Element) -> bool:
    """Whether a media:credit is for something else than writing."""
    role = (element.get("role") or "").lower()
    return name_of(element) == "media:credit" and role not in {"author", "writer"}


def _tag(element: Element) -> str:
    scheme = element.get("scheme") or ""
    if scheme.endswith("#kind"):
        return ""  # what Google calls an entry, not what it is about
    said = element.get("label") or element.get("term") or inner(element)
    if len(element) and (own := (element.text or "").strip()):
        said = own  # what stands in it besides is no part of its name
    return _html.to_title(said)
