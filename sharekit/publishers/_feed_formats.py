"""A JSON Feed as RSS 2.0 and as Atom (RFC 4287)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from lxml.etree import Element, SubElement, tostring

__all__ = ["atom", "rss"]

ATOM = "http://www.w3.org/2005/Atom"
MEDIA = "http://search.yahoo.com/mrss/"
DC = "http://purl.org/dc/elements/1.1/"
# What XML 1.0 has no way to write.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Feed = Mapping[str, Any]


def rss(feed: Feed, url: str) -> bytes:
    """RSS 2.0 with Media RSS; *url* is where it will be read."""
    root = Element("rss", version="2.0", nsmap={"atom": ATOM, "media": MEDIA, "dc": DC})
    channel = SubElement(root, "channel")
    _text(channel, "title", feed["title"])
    _text(channel, "link", feed["home_page_url"])
    _text(channel, "description", feed["title"])
    if language := feed.get("language"):
        _text(channel, "language", language)
    SubElement(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=url)
    for hub in feed.get("hubs", ()):
        SubElement(channel, f"{{{ATOM}}}link", rel="hub", href=hub["url"])
    _text(channel, "lastBuildDate", format_datetime(_latest(feed), usegmt=True))
    for item in feed["items"]:
        _rss_item(channel, item)
    return _bytes(root)


def _rss_item(channel: Any, item: Feed) -> None:
    entry = SubElement(channel, "item")
    if title := item.get("title"):
        _text(entry, "title", title)
    if link := item.get("url"):
        _text(entry, "link", link)
    _text(entry, "description", _html(item["content_text"]))
    guid = _text(entry, "guid", item["id"])
    guid.set("isPermaLink", "false")
    _text(entry, "pubDate", format_datetime(_moment(item), usegmt=True))
    for tag in item.get("tags", ()):
        _text(entry, "category", tag)
    if language := item.get("language"):
        _text(entry, f"{{{DC}}}language", language)
    for file in item.get("attachments", ()):
        size, mime = str(file["size_in_bytes"]), file["mime_type"]
        SubElement(entry, "enclosure", url=file["url"], length=size, type=mime)
        shape = {name: str(value) for name, value in file.get("_sharekit", {}).items()}
        content = SubElement(
            entry,
            f"{{{MEDIA}}}content",
            {"url": file["url"], "type": mime, "medium": "image", "fileSize": size, **shape},
        )
        if alt := file.get("title"):
            _text(content, f"{{{MEDIA}}}description", alt).set("type", "plain")


def atom(feed: Feed, url: str) -> bytes:
    """Atom; *url* is where it will be read."""
    root = Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    if language := feed.get("language"):
        root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    _text(root, f"{{{ATOM}}}title", feed["title"])
    _text(root, f"{{{ATOM}}}id", url)
    _text(root, f"{{{ATOM}}}updated", _latest(feed).isoformat())
    author = SubElement(root, f"{{{ATOM}}}author")
    _text(author, f"{{{ATOM}}}name", feed["title"])
    SubElement(root, f"{{{ATOM}}}link", rel="self", type="application/atom+xml", href=url)
    SubElement(root, f"{{{ATOM}}}link", rel="alternate", href=feed["home_page_url"])
    for hub in feed.get("hubs", ()):
        SubElement(root, f"{{{ATOM}}}link", rel="hub", href=hub["url"])
    for item in feed["items"]:
        _atom_entry(root, item)
    return _bytes(root)


def _atom_entry(root: Any, item: Feed) -> None:
    entry = SubElement(root, f"{{{ATOM}}}entry")
    if language := item.get("language"):
        entry.set("{http://www.w3.org/XML/1998/namespace}lang", language)
    first_line = item["content_text"].partition("\n")[0]
    _text(entry, f"{{{ATOM}}}title", item.get("title") or first_line)
    _text(entry, f"{{{ATOM}}}id", item["id"])
    for name in ("published", "updated"):
        _text(entry, f"{{{ATOM}}}{name}", _moment(item).isoformat())
    if link := item.get("url"):
        SubElement(entry, f"{{{ATOM}}}link", rel="alternate", href=link)
    if summary := item.get("summary"):
        _text(entry, f"{{{ATOM}}}summary", summary)
    _text(entry, f"{{{ATOM}}}content", item["content_text"]).set("type", "text")
    for tag in item.get("tags", ()):
        SubElement(entry, f"{{{ATOM}}}category", term=_clean(tag))
    for file in item.get("attachments", ()):
        SubElement(
            entry,
            f"{{{ATOM}}}link",
            {
                "rel": "enclosure",
                "href": file["url"],
                "type": file["mime_type"],
                "length": str(file["size_in_bytes"]),
                "title": _clean(file.get("title", "")),
            },
        )


def _text(parent: Any, name: str, text: str) -> Any:
    element = SubElement(parent, name)
    element.text = _clean(text)
    return element


def _html(text: str) -> str:
    """*text* as HTML, which a reader takes a description for."""
    import html

    return html.escape(text, quote=False).replace("\n", "<br>\n")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)


def _moment(item: Feed) -> datetime:
    return datetime.fromisoformat(item["date_published"]).astimezone(UTC)


def _latest(feed: Feed) -> datetime:
    return max(map(_moment, feed["items"]), default=datetime.fromtimestamp(0, UTC))


def _bytes(root: Any) -> bytes:
    data: bytes = tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return data
