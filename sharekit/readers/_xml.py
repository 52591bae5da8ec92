"""XML as it is sent: a tree of it, also where it is ill-formed.

What is wrong in most feeds is mended in the text first: HTML's names for characters, bare
ampersands, control characters, something before the first tag. lxml reads the rest, fast. Where
it still finds an error, the tags are put together by hand, as a browser would do it.

No document type is handed to a parser, so there are no entities that expand or fetch.
"""

from __future__ import annotations

import contextlib
import functools
import html
import re
from collections.abc import Callable, Iterator
from html.entities import html5
from itertools import islice
from typing import TYPE_CHECKING

from sharekit.errors import ReadError
from sharekit.readers._tags import Tag, attributes, tags

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["XML", "inner", "name_of", "parse", "text_of", "without_namespace"]

XML = "{http://www.w3.org/XML/1998/namespace}"
MAX_TAGS = 1_500_000
"""Each costs some 150 bytes of memory."""
MAX_TAGS_BY_HAND = 200_000
_DEEPEST = 200
_MOST_ATTRIBUTES = 100
_MOST_EXPANSION = 5_000_000  # characters
_LAST_LINE = 65_535  # what lxml can note
# Prefixes as everybody writes them, with every address that means the same.
_KNOWN = {
    "atom": ("http://www.w3.org/2005/atom", "http://purl.org/atom/ns"),
    "app": ("http://www.w3.org/2007/app", "http://purl.org/atom/app"),
    "xhtml": ("http://www.w3.org/1999/xhtml",),
    "rdf": ("http://www.w3.org/1999/02/22-rdf-syntax-ns",),
    "content": ("http://purl.org/rss/1.0/modules/content",),
    "dc": ("http://purl.org/dc/elements/1.1", "http://purl.org/dc/elements/1.0"),
    "dcterms": ("http://purl.org/dc/terms",),
    "media": (
        "http://search.yahoo.com/mrss",
        "http://tools.search.yahoo.com/mrss",
        "http://video.search.yahoo.com/mrss",
        "http://www.rssboard.org/media-rss",
    ),
    "itunes": (
        "http://www.itunes.com/dtds/podcast-1.0.dtd",
        "http://example.com/dtds/podcast-1.0.dtd",
    ),
    "enc": ("http://purl.oclc.org/net/rss_2.0/enc",),
    "feedburner": ("http://rssnamespace.org/feedburner/ext/1.0",),
    "news": ("http://www.google.com/schemas/sitemap-news/0.9",),
    "image": ("http://www.google.com/schemas/sitemap-image/1.1",),
    "xml": (XML[1:-1].lower(),),
    "": (
        "http://purl.org/rss/1.0",
        "http://purl.org/net/rss1.1",
        "http://my.netscape.com/rdf/simple/0.9",
        "http://channel.netscape.com/rdf/simple/0.9",
        "http://my.netscape.com/publish/formats/rss-0.91.dtd",
        "http://backend.userland.com/rss",
        "http://backend.userland.com/rss2",
        "http://backend.userland.com/rss191",
        "http://backend.userland.com/blogchannelmodule",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://cyber.law.harvard.edu/rss/rss.html",
        "http://cyber.harvard.edu/rss/rss.html",
        "http://www.sitemaps.org/schemas/sitemap/0.9",
        "http://www.google.com/schemas/sitemap/0.84",
        "http://www.google.com/schemas/sitemap/0.9",
    ),
}
_PREFIXES = {uri: prefix for prefix, uris in _KNOWN.items() for uri in uris}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
_C1_LETTERS = {n: bytes([n]).decode("cp1252", "ignore") for n in range(0x80, 0xA0) if n != 0x85}
_START = re.compile(r"<(?=[?!A-Za-z])")
_DECLARATION = re.compile(r"<\?xml[^>]*>")
_DOCTYPE = re.compile(
    r"\s*(?:<!--(?:(?!-->).)*-->\s*)*(<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>)", re.DOTALL
)
_ENTITY = re.compile(r"""<!ENTITY\s+(\w{1,40})\s+(?:"([^"&<]{0,99})"|'([^'&<]{0,99})')\s*>""")
# Every ampersand that is no reference in XML without a document type, with what follows it.
_AMPERSAND = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);|#[0-9]{1,2};|#1(?:[01][0-9]|2[0-7]|[6-9][0-9]);|#[2-9][0-9]{2};|#[0-9]{4};"
    r"|#x(?:[0-7]?[0-9a-fA-F]|[a-fA-F][0-9a-fA-F]|[0-9a-cA-C][0-9a-fA-F]{2,3});)"
    r"(#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});(?:&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});)*"
    r"|[A-Za-z][A-Za-z0-9]{1,31};)?"
)
# A letter's bytes in UTF-8, each written as a character of its own.
_BYTES = re.compile(r"&#(?:19[4-9]|2[0-3][0-9]|24[0-4]);(?:&#1(?:2[89]|[3-8][0-9]|9[01]);)+")
_REFERENCE = re.compile(r"&?#([xX]?)([0-9a-fA-F]+);")
_PART = re.compile(r"(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)")
_LOOKS_ESCAPED = re.compile(r"&#?\w{2,20};|</?[a-zA-Z]")
_VOID = frozenset(("br", "hr", "img", "input", "wbr"))
# Fields of items, and those of them that hold no other: the next one ends them.
_FIELDS = frozenset(
    (
        *("item", "entry", "title", "link", "guid", "id", "pubdate", "published", "updated"),
        *("description", "summary", "content", "content:encoded", "author", "category"),
        *("dc:creator", "dc:date", "dc:subject", "enclosure", "media:content", "media:thumbnail"),
    )
)
_LEAVES = frozenset(
    (
        *(
            "title",
            "link",
            "guid",
            "id",
            "pubdate",
            "published",
            "updated",
            "category",
            "enclosure",
        ),
        *("dc:creator", "dc:date", "dc:subject", "media:thumbnail"),
    )
)
_NEVER_NESTED = frozenset(("item", "entry", "atom:entry", "url", "sitemap"))


def parse(text: str, where: str) -> Element:
    """The root element of *text*. Raises `ReadError` where there is none, or too much."""
    from lxml import etree

    if text.count("<") > MAX_TAGS:
        raise ReadError(f"has more than {MAX_TAGS:,} tags", where=where, code="too-big")
    text = _mended(text)
    # Recovering is for prefixes that nobody declared; all other errors are looked for.
    parser = etree.XMLParser(
        encoding="utf-8", recover=True, resolve_entities=False, no_network=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    root = etree.fromstring(text.encode(), parser) if text.strip() else None
    harmless = etree.ErrorDomains.NAMESPACE
    if root is None or any(error.domain != harmless for error in parser.error_log):
        if text.count("<") > MAX_TAGS_BY_HAND:
            message = f"is ill-formed, and has more than {MAX_TAGS_BY_HAND:,} tags"
            raise ReadError(message, where=where, code="too-big")
        root = _by_hand(text)
    if root is None:
        raise ReadError("has no tags in it", where=where, code="not-xml")
    return root


def name_of(element: Element) -> str:
    """Its name in lower case, with the prefix that everybody uses: `media:content`, `title`."""
    return _name(element.tag)


@functools.lru_cache(maxsize=2_000)
def _name(tag: object) -> str:
    if not isinstance(tag, str):
        return "!"  # a comment
    uri, _, local = tag.rpartition("}")
    uri = uri[1:]
    if not uri:
        return local.lower()
    plain = uri.strip().rstrip("/#").lower().replace("https://", "http://")
    prefix = _PREFIXES.get(plain, uri)
    return f"{prefix}:{local}".removeprefix(":").lower()


def without_namespace(root: Element) -> None:
    """Rename the elements in the namespace of *root*, which nobody knows, to none."""
    space = str(root.tag).rpartition("}")[0] + "}"
    for element in root.iter(f"{space}*"):
        element.tag = str(element.tag).removeprefix(space)


def text_of(element: Element) -> str:
    """The text in *element* and below, without blanks at its ends."""
    if len(element):
        return "".join(element.itertext()).strip()
    return (element.text or "").strip()


def inner(element: Element, *, strict: bool = False) -> str:
    """What stands in *element*, as markup: elements that were not escaped are written as tags.

    Some escape one half of their markup and not the other. *strict* takes what was escaped for
    text.
    """
    if not len(element):
        return element.text or ""
    markup = _escaped if strict else _markup
    return markup(element.text) + "".join(_written(child, markup) for child in element)


def _written(element: Element, markup: Callable[[str | None], str]) -> str:
    """*element* and what follows it as HTML, whose names have no prefix."""
    name = name_of(element).rpartition(":")[2]
    said = "".join(f' {key}="{html.escape(value)}"' for key, value in element.attrib.items())
    within = "".join(_written(child, markup) for child in element)
    end = "" if name in _VOID else f"</{name}>"
    return f"<{name}{said}>{markup(element.text)}{within}{end}{markup(element.tail)}"


def _escaped(text: str | None) -> str:
    return html.escape(text or "", quote=False)


def _markup(text: str | None) -> str:
    return text if text and _LOOKS_ESCAPED.search(text) else _escaped(text)


# -- the text ----------------------------------------------------------------------------------


def _mended(text: str) -> str:
    """*text* such that only its nesting can still be wrong. Lines stay where they are."""
    text = _CONTROL.sub("", text)
    if _C1.search(text):  # Windows-1252 that passed for something else
        text = text.translate(_C1_LETTERS)
    start = _START.search(text)
    at = start.start() if start else 0
    text = _DECLARATION.sub(_blank, _blank(text[:at]) + text[at:], count=1)
    own: dict[str, str] = {}
    if doctype := _DOCTYPE.match(text):
        own = {found[1]: found[2] or found[3] or "" for found in _ENTITY.finditer(doctype[1])}
        text = text[: doctype.start(1)] + _blank(doctype[1]) + text[doctype.end(1) :]
    if "&" not in text:
        return text
    if text.count("&") * max(map(len, own.values()), default=0) > _MOST_EXPANSION:
        own = {}
    replace = functools.partial(_character, own=own)
    return "".join(
        part
        if part.startswith("<![CDATA[")
        else _AMPERSAND.sub(replace, _BYTES.sub(_utf8, part) if "&#1" in part else part)
        for part in _parts(text)
    )


def _blank(found: str | re.Match[str]) -> str:
    return "\n" * (found if isinstance(found, str) else found[0]).count("\n")


def _parts(text: str) -> Iterator[str]:
    """*text* in pieces, of which each CDATA section is one."""
    at = 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        yield text[at:start]
        yield text[start : end + 3]
        at = end + 3
    yield text[at:]


def _character(match: re.Match[str], own: dict[str, str]) -> str:
    reference = match[1]
    if reference is None:
        return "&amp;"
    if reference.startswith("#"):
        return html.escape(_CONTROL.sub("", _numbered(reference)), quote=False)
    said = own.get(reference[:-1]) or html5.get(reference)
    return html.escape(said) if said is not None else f"&amp;{reference}"


def _utf8(match: re.Match[str]) -> str:
    numbers = bytes(int(found[2]) for found in _REFERENCE.finditer(match[0]))
    try:
        return html.escape(numbers.decode(), quote=False)
    except UnicodeDecodeError:
        return match[0]


def _numbered(references: str) -> str:
    """Characters by number; some write those beyond U+FFFF as two halves, as UTF-16 has them."""
    found = [(m[0], int(m[2], 16 if m[1] else 10)) for m in _REFERENCE.finditer(references)]
    if all(0xD800 <= number <= 0xDFFF for _, number in found):
        halves = "".join(chr(number) for _, number in found)
        return halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(html.unescape(f"&{written.lstrip('&')}") for written, _ in found)


# -- by hand -----------------------------------------------------------------------------------


def _by_hand(text: str) -> Element | None:
    """The tree of ill-formed *text*: what is left open is closed, stray ends are dropped."""
    builder = _Builder()
    at = 0
    for tag in tags(text, xml=True):
        builder.pieces.append(html.unescape(text[at : tag.start]))
        at = tag.end
        if tag.name and tag.closing:
            builder.end(tag.name)
        elif tag.name:
            builder.line += text.count("\n", builder.counted, tag.start)
            builder.counted = tag.start
            builder.start(tag, empty=text.endswith("/>", tag.start, tag.end))
        elif text.startswith("<![CDATA[", tag.start):
            builder.pieces.append(text[tag.start + 9 : tag.end].removesuffix("]]>"))
    builder.pieces.append(html.unescape(text[at:]))
    builder.flush()
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self.open: list[tuple[str, Element]] = []
        self.closed: Element | None = None  # what ended last: text belongs behind it
        self.pieces: list[str] = []
        self.prefixes: dict[str, str] = {}
        self.line, self.counted = 1, 0

    def start(self, tag: Tag, *, empty: bool) -> None:
        """Open an element below the open one, or beside an item that was not closed."""
        from lxml import etree

        self.flush()
        said = dict(islice(attributes(tag.raw).items(), _MOST_ATTRIBUTES))
        for name, value in said.items():
            if name == "xmlns" or name.startswith("xmlns:"):
                self.prefixes[name[6:]] = value.strip()
        written = self._qualified(tag.name)
        over = self.root is not None and not self.open
        if written is None or over or len(self.open) >= _DEEPEST:
            return
        self._make_room(tag.name, _name(written))
        try:
            element = etree.Element(written)
        except ValueError:
            return
        for name, value in said.items():
            if (key := self._qualified(name, own=False)) and not name.startswith("xmlns"):
                with contextlib.suppress(ValueError):  # a name as no XML has it
                    element.set(key, _CONTROL.sub("", value))
        element.sourceline = min(self.line, _LAST_LINE)
        if self.open:
            self.open[-1][1].append(element)
        else:
            self.root = element
        if empty or tag.name in _VOID:
            self.closed = element
        else:
            self.open.append((tag.name, element))
            self.closed = None

    def _make_room(self, written: str, name: str) -> None:
        """Close what a new element *name* cannot stand in."""
        if name in _FIELDS and self.open and _name(self.open[-1][1].tag) in _LEAVES:
            self.closed = self.open.pop()[1]
        if name in _NEVER_NESTED:
            self.end(written)

    def end(self, name: str) -> None:
        """Close the element *name* with all that is open in it; nothing where none is open."""
        self.flush()
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth][0] == name:
                self.closed = self.open[depth][1]
                del self.open[depth:]
                return

    def flush(self) -> None:
        """Put the text so far into the tree."""
        said = _CONTROL.sub("", "".join(self.pieces))
        self.pieces.clear()
        if not said or not self.open:
            return
        if self.closed is None:
            element = self.open[-1][1]
            element.text = (element.text or "") + said
        else:
            self.closed.tail = (self.closed.tail or "") + said

    def _qualified(self, written: str, *, own: bool = True) -> str | None:
        """The name as lxml has it; *own* names without a prefix are in the default namespace."""
        part = _PART.fullmatch(written)
        if part is None:
            return None
        prefix, local = part[1], part[2]
        if prefix is None:
            uri = self.prefixes.get("", "") if own else ""
        else:
            uri = self.prefixes.get(prefix) or _KNOWN.get(prefix, (prefix,))[0]
            uri = XML[1:-1] if prefix == "xml" else uri
        return f"{{{uri}}}{local}" if uri else local
