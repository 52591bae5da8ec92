"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, RDF, JSON Feed 1.x.

feedparser (https://feedparser.readthedocs.io) reads the XML ones, however ill-formed;
https://www.jsonfeed.org/version/1.1/ says what the others hold. Media by
https://www.rssboard.org/media-rss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from pydantic import Field

from sharekit.errors import ReadError
from sharekit.model import Asset, Post
from sharekit.ports import ReaderSettings
from sharekit.readers import _charset, _dates, _html, _input

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["Feed"]

SUMMARY = 600
_IMAGE = re.compile(r"\.(jpe?g|png|webp|gif|avif|tiff?)($|[?#])", re.IGNORECASE)
_MAIL_NAME = re.compile(r"^\S+@\S+\s*\((?P<name>[^)]+)\)$")
_NAME_MAIL = re.compile(r"^(?P<name>.+?)\s*<\S+@\S+>$")
_BASE = re.compile(rb"<(?:feed|rss|channel)[^>]*\bxml:base\s*=\s*[\"']([^\"']+)")
_CHANNEL = {"rss", "feed", "rdf:rdf"}


class Feed(ReaderSettings):
    """A feed: a file or an address. Posts come in the feed's order."""

    limit: int | None = Field(None, ge=1)
    """At most so many posts."""
    social_text: str | None = None
    """An element of the items that holds the words for social networks."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield the items; one that cannot be read is reported and the others are read.

        Raises `ReadError` when the source is no feed.
        """
        found = _input.load(self.source, web)
        items = self._json(found) if found.data.lstrip()[:1] == b"{" else self._xml(found)
        for number, post in enumerate(items, 1):
            yield post
            if number == self.limit:
                return

    # -- XML ---------------------------------------------------------------------------------

    def _xml(self, found: _input.Input) -> Iterator[Post]:
        import feedparser

        headers = {"content-location": found.url or self.site_url or ""}
        parsed = feedparser.parse(
            found.data,
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers=headers,
        )
        if not parsed.entries and not parsed.get("version"):
            head = _charset.decode(found.data[:4000]).lower()
            if not any(f"<{root}" in head for root in _CHANNEL):
                raise ReadError("this is no feed", where=found.name, hint="Try --reader html.")
        base = self._base(found, parsed.feed)
        language = parsed.feed.get("language") or self.language
        for number, entry in enumerate(parsed.entries, 1):
            yield self._entry(entry, base, language, found, number)

    def _base(self, found: _input.Input, feed: Mapping[str, Any]) -> str:
        """What relative links are joined to: xml:base, the feed's address, its own link."""
        own = str(feed.get("link") or "")
        start = found.url or self.site_url or (own if "://" in own else "")
        if said := _BASE.search(found.data[:8000]):
            return str(urljoin(start, said[1].decode("utf-8", "replace")))
        return start

    def _entry(
        self,
        entry: dict[str, Any],
        base: str,
        language: str | None,
        found: _input.Input,
        number: int,
    ) -> Post:
        body = _body(entry)
        here = _entry_base(entry, base)
        url = _link(entry, here)
        published = _said(entry, "published", "created", "issued", "date", "updated")
        when, assumed = _dates.aware(published, self.timezone)
        updated, _ = _dates.aware(_said(entry, "updated", "modified"), self.timezone)
        summary = _summary(entry, body)
        extra: dict[str, Any] = {"zone": "assumed"} if assumed and when else {}
        social = entry.get((self.social_text or "").replace(":", "_").lower())
        return Post(
            id=str(entry.get("id") or url or f"{found.name}#{number}"),
            url=url,
            title=_html.to_title(str(entry["title"])) or None if entry.get("title") else None,
            summary=summary,
            body=_html.to_text(body) if body else summary,
            published=when,
            updated=updated,
            authors=tuple(_authors(entry)),
            tags=tuple(_tags(entry)),
            language=_language(entry) or language,
            image=self._image(entry, body, here, found),
            social={"*": str(social)} if social else {},
            flags=_flags(entry),
            extra=extra,
            source=found.url or f"{found.name}:{_line(found.data, entry)}",
        )

    def _image(
        self, entry: Mapping[str, Any], body: str, base: str, found: _input.Input
    ) -> Asset | None:
        for src, alt in _pictures(entry):
            return Asset(src=_placed(src, base, found), alt=alt)
        for markup in (body, str(entry.get("summary") or "")):
            if markup and (first := _html.first_image(markup)) and first.src:
                return Asset(src=_placed(first.src, base, found), alt=first.alt)
        return None

    # -- JSON --------------------------------------------------------------------------------

    def _json(self, found: _input.Input) -> Iterator[Post]:
        feed = _input.json_of(found)
        items = feed.get("items") if isinstance(feed, dict) else None
        if not isinstance(items, list):
            raise ReadError("this is no JSON Feed: it has no items", where=found.name)
        base = found.url or str(feed.get("home_page_url") or self.site_url or "")
        for number, item in enumerate(items, 1):
            if isinstance(item, dict):
                yield self._item(item, feed, base, found, number)

    def _item(
        self,
        item: Mapping[str, Any],
        feed: Mapping[str, Any],
        base: str,
        found: _input.Input,
        number: int,
    ) -> Post:
        body = str(item.get("content_html") or "")
        text = _html.to_text(body) if body else str(item.get("content_text") or "")
        link = item.get("url") or item.get("external_url")
        when, assumed = _dates.aware(item.get("date_published"), self.timezone)
        updated, _ = _dates.aware(item.get("date_modified"), self.timezone)
        src = item.get("image") or item.get("banner_image")
        image = Asset(src=_placed(str(src), base, found)) if src else None
        if image is None and body and (first := _html.first_image(body)) and first.src:
            image = Asset(src=_placed(first.src, base, found), alt=first.alt)
        title = item.get("title")
        url = urljoin(base, str(link)) if link else None
        return Post(
            id=str(item.get("id") or url or f"{found.name}#{number}"),
            url=url,
            title=_html.to_title(str(title)) or None if title else None,
            summary=_html.to_line(str(item.get("summary") or "")) or _cut(text),
            body=text,
            published=when,
            updated=updated,
            authors=tuple(_json_authors(item) or _json_authors(feed)),
            tags=tuple(str(t) for t in item.get("tags") or () if str(t).strip()),
            language=item.get("language") or feed.get("language") or self.language,
            image=image,
            extra={"zone": "assumed"} if assumed and when else {},
            source=found.url or found.name,
        )


def _json_authors(holder: Mapping[str, Any]) -> list[str]:
    people = holder.get("authors") or [holder.get("author")]
    names = [p.get("name") for p in people if isinstance(p, dict)]
    return [str(name) for name in names if name]


# -- parts of an XML item ---------------------------------------------------------------------


def _body(entry: Mapping[str, Any]) -> str:
    """The item's text as markup: its content, else its description, else a plain content."""
    contents = [c for c in entry.get("content") or () if c.get("value")]
    for content in contents:
        if content.get("type") != "text/plain":
            return str(content["value"])
    if entry.get("summary"):
        return str(entry["summary"])
    return str(contents[-1]["value"]) if contents else ""


def _alt(entry: Mapping[str, Any]) -> str | None:
    """What the item's media:description says of its picture.

    feedparser files that as a plain content of the item, before the content itself.
    """
    contents = entry.get("content") or ()
    plain = [c for c in contents if c.get("type") == "text/plain" and c.get("value")]
    has_text = len(plain) < len(contents) or bool(entry.get("summary"))
    if plain and has_text and (entry.get("media_content") or entry.get("media_thumbnail")):
        return _html.to_line(str(plain[0]["value"])) or None
    return None


def _summary(entry: Mapping[str, Any], body: str) -> str:
    return _cut(_html.to_line(str(entry.get("summary") or body)))


def _cut(text: str) -> str:
    """*text* on one line, at most 600 characters, cut between words."""
    line = " ".join(text.split())
    if len(line) <= SUMMARY:
        return line
    return line[: SUMMARY - 1].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def _entry_base(entry: Mapping[str, Any], base: str) -> str:
    for key in ("title_detail", "summary_detail"):
        said = (entry.get(key) or {}).get("base")
        if said and "://" in said:
            return str(said)
    return base


def _link(entry: Mapping[str, Any], base: str) -> str | None:
    for link in entry.get("links") or ():
        if link.get("rel") == "alternate" and link.get("href"):
            return urljoin(base, str(link["href"]).strip())
    said = entry.get("feedburner_origlink") or entry.get("link")
    if not said and entry.get("guidislink"):
        said = entry.get("id")
    if not said and str(entry.get("id") or "").startswith(("http://", "https://")):
        said = entry["id"]
    return urljoin(base, str(said).strip()) if said else None


def _said(entry: dict[str, Any], *names: str) -> str | None:
    # `dict.get`: feedparser's own would answer `updated` with what it knows of `published`.
    return next((str(said) for name in names if (said := dict.get(entry, name))), None)


def _authors(entry: Mapping[str, Any]) -> Iterator[str]:
    people = entry.get("authors") or ()
    names = [str(p.get("name") or "") for p in people] or [str(entry.get("author") or "")]
    seen = set()
    for raw in names:
        name = " ".join(raw.split())
        if found := _MAIL_NAME.match(name) or _NAME_MAIL.match(name):
            name = found["name"].strip(" \"'")
        if name and name not in seen:
            seen.add(name)
            yield _html.to_title(name)


def _tags(entry: Mapping[str, Any]) -> Iterator[str]:
    seen = set()
    for tag in entry.get("tags") or ():
        name = _html.to_title(str(tag.get("label") or tag.get("term") or ""))
        if name and name not in seen:
            seen.add(name)
            yield name


def _language(entry: Mapping[str, Any]) -> str | None:
    said = (entry.get("title_detail") or {}).get("language") or entry.get("language")
    return str(said) if said else None


def _flags(entry: Mapping[str, Any]) -> dict[str, bool | None]:
    said = entry.get("itunes_explicit")
    return {} if said is None else {"explicit": bool(said)}


def _pictures(entry: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Address and alt text of each picture that the item names, the best first."""
    alt = _alt(entry)
    for media in entry.get("media_content") or ():
        if _is_picture(media, "url"):
            yield str(media["url"]), alt
    for link in (*(entry.get("enclosures") or ()), *(entry.get("links") or ())):
        if link.get("rel") in (None, "enclosure") and _is_picture(link, "href"):
            yield str(link["href"]), alt
    for thumb in entry.get("media_thumbnail") or ():
        if thumb.get("url"):
            yield str(thumb["url"]), alt
    image = entry.get("image") or {}
    if isinstance(image, Mapping) and (image.get("href") or image.get("url")):
        yield str(image.get("href") or image["url"]), alt


def _is_picture(media: Mapping[str, Any], key: str) -> bool:
    address = str(media.get(key) or "")
    kind = str(media.get("type") or media.get("medium") or "")
    if not address:
        return False
    return kind.startswith("image") or (not kind and bool(_IMAGE.search(urlsplit(address).path)))


def _placed(src: str, base: str, found: _input.Input) -> str:
    """*src* as a file beside a saved feed, where there is one, else as an address."""
    src = src.strip()
    if found.folder is not None and not urlsplit(src).scheme and not src.startswith("//"):
        path = found.folder / src
        if path.is_file():
            return str(Path(path).resolve())
    return urljoin(base, src)


def _line(data: bytes, entry: Mapping[str, Any]) -> int:
    """The line where the item's id or link stands, to find it by."""
    mark = str(entry.get("id") or entry.get("link") or "").encode()
    at = data.find(mark) if mark else -1
    return data.count(b"\n", 0, max(at, 0)) + 1
