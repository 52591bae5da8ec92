"""WordPress's export file (WXR): RSS 2.0 with everything that a site knows of its posts.

The file is read twice, item by item: first for authors and pictures, which stand anywhere in it,
then for the posts. So its size is no matter. The tags are WordPress's own, see
`wp-admin/includes/export.php`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sharekit.errors import ReadError
from sharekit.model import Asset, Post
from sharekit.ports import ReaderSettings
from sharekit.readers import _dates, _input
from sharekit.readers._api import joined
from sharekit.readers._fields import unique
from sharekit.readers._html import to_line, to_text, to_title
from sharekit.readers._plain import before_mark

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["Wxr"]

_MAX_BYTES = 100_000_000
_MAX_ELEMENTS = 1_000_000
_CHUNK = 1 << 16
_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_HEAD = 100_000  # bytes; entities are defined above everything else
_NOT_WRITTEN = frozenset(("trash", "auto-draft", "inherit"))
# `[sic]` is none: a shortcode has attributes, an end, or a name that everybody uses.
_SHORTCODE = re.compile(
    r"\[/[a-z][\w-]{0,50}\]|\[[a-z][\w-]{0,50}\s[^\[\]]{0,1000}=[^\[\]]{0,1000}\]"
    r"|\[(?:caption|gallery|embed|video|audio|playlist|youtube|code|sourcecode|more|toc)\]"
)
_BLOCK = re.compile(r"<(?:p|div|ul|ol|h[1-6]|table|blockquote|!--\s*wp:)[\s>]", re.IGNORECASE)
_SHARE_IMAGES = (
    "_yoast_wpseo_opengraph-image",
    "_yoast_wpseo_twitter-image",
    "rank_math_facebook_image",
)
_SUMMARIES = ("_yoast_wpseo_metadesc", "rank_math_description", "_aioseo_description")
_SOCIAL = "_wpas_mess"  # Jetpack's message
_ALT = "_wp_attachment_image_alt"
_THUMBNAIL = "_thumbnail_id"


class Wxr(ReaderSettings):
    """A WordPress export."""

    types: tuple[str, ...] = ("post",)
    """The post types to read."""
    social_text: str | None = None
    """The custom field with the words for social networks, if it is not Jetpack's."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield the posts in the order of the export, drafts among them (`draft`).

        Raises `ReadError` when the file is no export, or when it cannot be read to its end.
        """
        exports = _input.contents(self.source, web, "*.xml", max_bytes=_MAX_BYTES)
        yield from _input.read_each(self.source, exports, self._of, web)

    def _of(self, found: _input.Input) -> Iterator[Post]:
        site = _Site(language=self.language)
        for item in _items(found, site):
            site.note(item)
        if not site.is_export:
            hint = "In WordPress: Tools, Export, All content."
            raise ReadError("is no WordPress export", where=found.name, hint=hint, code="wxr")
        for item in _items(found, None):
            if item.kind in self.types and item.status not in _NOT_WRITTEN:
                yield self._post(item, site, f"{found.name}:{item.line}")

    def _post(self, item: _Item, site: _Site, where: str) -> Post:
        published, assumed = self._published(item)
        updated, _ = _utc(item.texts.get("post_modified_gmt"))
        url = joined(self.site_url or site.url, item.texts.get("link"))
        markup = item.texts.get("content:encoded", "")
        written = item.texts.get("excerpt:encoded") or next(
            (item.meta[name] for name in _SUMMARIES if item.meta.get(name)), ""
        )
        image = site.pictures.get(item.meta.get(_THUMBNAIL, ""))
        share = next((item.meta[name] for name in _SHARE_IMAGES if item.meta.get(name)), None)
        social = item.meta.get(self.social_text or _SOCIAL, "").strip()
        extra: dict[str, Any] = {"id": item.number} if item.number else {}
        extra |= {"zone": "assumed"} if assumed else {}
        extra |= {"status": item.status} if item.status != "publish" else {}
        if categories := item.terms.get("category"):
            extra["categories"] = categories
        kinds = ("category", "post_tag", "tag")  # the last one in exports before 1.1
        tags = [name for kind in kinds for name in item.terms.get(kind, [])]
        flags = {"sticky": item.texts["is_sticky"] == "1"} if "is_sticky" in item.texts else {}
        flags |= {"protected": True} if item.texts.get("post_password") else {}
        return Post(
            id=item.texts.get("guid") or f"wp-{item.number}",
            url=url,
            title=to_title(item.texts["title"]) if "title" in item.texts else None,
            summary=to_line(_without_shortcodes(written or before_mark(markup, None))),
            body=_words(markup),
            published=published,
            updated=updated,
            authors=site.authors(item),
            tags=unique(tags),
            language=site.language,
            image=image,
            share_image=Asset(src=share) if share and (not image or share != image.src) else None,
            social={"*": social} if social else {},
            draft=item.status != "publish",
            style=next(iter(item.terms.get("post_format", [])), None),
            flags=flags,
            extra=extra,
            source=where,
        )

    def _published(self, item: _Item) -> tuple[datetime | None, bool]:
        """UTC, else RSS's date, which is 1970 or so for drafts, else the site's own time."""
        found, _ = _utc(item.texts.get("post_date_gmt"))
        if found is None and item.status == "publish":
            found, _ = _dates.aware(item.texts.get("pubDate"), "UTC")
        if found:
            return found, False
        return _dates.aware(item.texts.get("post_date"), self.timezone)


@dataclass(slots=True)
class _Item:
    """One `<item>`, whatever its type."""

    line: int
    texts: dict[str, str] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    terms: dict[str, list[str]] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return self.texts.get("post_id", "")

    @property
    def kind(self) -> str:
        return self.texts.get("post_type", "post")

    @property
    def status(self) -> str:
        return self.texts.get("status", "publish")


@dataclass(slots=True)
class _Site:
    """What stands once in an export: people, pictures, the site's address and language."""

    language: str | None
    url: str | None = None
    people: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, Asset] = field(default_factory=dict)
    is_export: bool = False

    def authors(self, item: _Item) -> tuple[str, ...]:
        """The authors that Co-Authors Plus has put among the terms, else the post's one."""
        logins = item.terms.get("author") or [item.texts.get("creator", "")]
        names = (self.people.get(login, login) for login in logins)
        return tuple(dict.fromkeys(name for name in names if name))

    def note(self, item: _Item) -> None:
        """Remember *item*, if it is a picture."""
        if item.kind == "attachment" and (src := item.texts.get("attachment_url")):
            self.pictures[item.number] = Asset(src=src, alt=item.meta.get(_ALT))


def _items(found: _input.Input, site: _Site | None) -> Iterator[_Item]:
    """The items of the file; what stands beside them is noted in *site*."""
    from lxml import etree

    if b"<!ENTITY" in found.data[:_HEAD]:
        message = "defines entities, which no export does"
        raise ReadError(message, where=found.name, code="xml-entities")
    parser = etree.XMLPullParser(
        events=("end",),
        recover=True,  # exports hold control characters
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for number, element in enumerate(_elements(parser, found.data)):
            if number == _MAX_ELEMENTS:
                message = f"holds more than {_MAX_ELEMENTS:,} elements"
                raise ReadError(message, where=found.name, code="too-big")
            name = _name(element.tag)
            parent = element.getparent()
            if name == "item":
                yield _item(element)
            elif name == "author" and _text(element, "author_login") and site:
                login = _text(element, "author_login")
                site.people[login] = to_title(_text(element, "author_display_name")) or login
            elif parent is not None and _name(parent.tag) == "channel":
                _note_channel(name, element, site)
            else:
                continue
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        line, column = error.position
        where = f"{found.name}:{line}:{column}"
        raise ReadError(f"is not XML: {error.msg}", where=where, code="xml") from error


def _elements(parser: Any, data: bytes) -> Iterator[Any]:
    """The elements of *data*, each when it ends, with bare ampersands mended."""
    for piece in _pieces(data):
        for start in range(0, len(piece), _CHUNK):
            parser.feed(piece[start : start + _CHUNK])
            for _, element in parser.read_events():
                yield element
    parser.close()
    for _, element in parser.read_events():
        yield element


def _pieces(data: bytes) -> Iterator[bytes]:
    """*data* in pieces, of which each CDATA section is one; in the others `&` is escaped."""
    at = 0
    while (start := data.find(b"<![CDATA[", at)) >= 0 and (end := data.find(b"]]>", start)) >= 0:
        yield _AMPERSAND.sub(b"&amp;", data[at:start])
        yield data[start : end + 3]
        at = end + 3
    yield _AMPERSAND.sub(b"&amp;", data[at:])


def _note_channel(name: str, element: Any, site: _Site | None) -> None:
    said = (element.text or "").strip()
    if site is None:
        return
    if name == "wxr_version":
        site.is_export = True
    elif name in ("base_blog_url", "link") and said:
        site.url = said if name == "base_blog_url" else site.url or said
    elif name == "language" and said:
        site.language = said


def _item(element: Any) -> _Item:
    item = _Item(element.sourceline or 1)
    for child in element:
        name = _name(child.tag)
        said = (child.text or "").strip()
        if name == "category":
            if said:
                item.terms.setdefault(child.get("domain") or "", []).append(to_title(said))
        elif name == "postmeta":
            key = _text(child, "meta_key")
            if key:
                item.meta.setdefault(key, _text(child, "meta_value"))
        elif name == "encoded":
            item.texts[f"{'excerpt' if 'excerpt' in child.tag else 'content'}:encoded"] = said
        elif name != "comment":
            item.texts.setdefault(name, said)
    # Before 1.1 each term stood there twice, the first time without its taxonomy.
    if (plain := item.terms.pop("", None)) and not item.terms.keys() & {"category", "tag"}:
        item.terms["category"] = plain
    return item


def _text(element: Any, name: str) -> str:
    for child in element:
        if _name(child.tag) == name:
            return (child.text or "").strip()
    return ""


def _name(tag: Any) -> str:
    """The tag's name without its namespace, whose address has WordPress's version in it."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _utc(said: str | None) -> tuple[datetime | None, bool]:
    return _dates.aware(said, "UTC")


def _without_shortcodes(markup: str) -> str:
    return _SHORTCODE.sub("", markup) if "[" in markup else markup


def _words(markup: str) -> str:
    """The text of a post. The classic editor stores paragraphs as empty lines."""
    markup = _without_shortcodes(markup)
    if not _BLOCK.search(markup):
        markup = re.sub(r"\r?\n\s*\n", "<p>", markup)
        markup = re.sub(r"\r?\n", "<br>", markup)
    return to_text(markup)
