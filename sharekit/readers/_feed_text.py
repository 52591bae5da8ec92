"""The texts of a feed's item: whether they are markup or not, and what they say.

RSS: https://www.rssboard.org/rss-specification (and by custom every text may be HTML).
Atom 1.0: RFC 4287, sections 3.1 and 4.1.3. Atom 0.3 has `mode` beside `type`.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from sharekit.errors import Problem
from sharekit.readers import _html
from sharekit.readers._xml import inner, name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["NOTHING", "Text", "person", "text_construct", "unread_date"]

_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_TAG = re.compile(r"<[a-zA-Z!/]")
_LOOKS_LIKE_HTML = re.compile(
    r"</[a-zA-Z][a-zA-Z0-9]*\s*>|<(?:br|hr|img|p)\b[^<>]*>", re.IGNORECASE
)
_MAIL = r"[^\s<>()@]+@[^\s<>()@]+"
_MAIL_NAME = re.compile(rf"(?:mailto:)?{_MAIL}\s*\(([^()]+)\)\s*")
_NAME_MAIL = re.compile(
    rf"[\"']?(.+?)[\"']?\s*(?:<\s*(?:mailto:)?{_MAIL}\s*>|\(\s*{_MAIL}\s*\))\s*"
)


class Text(NamedTuple):
    """A text of an item, and whether it is to be read as `html`, as `text`, or is `either`."""

    said: str
    kind: Literal["html", "text", "either"]

    @property
    def line(self) -> str:
        """As plain text on one line."""
        return " ".join(self.said.split()) if self.kind == "text" else _html.to_line(self.said)

    @property
    def words(self) -> str:
        """As plain text with paragraphs."""
        if self.kind == "either" and not _TAG.search(self.said):
            paragraphs = re.split(r"\n[ \t]*\n", self.said)
            return "\n\n".join(filter(None, map(_html.to_text, paragraphs)))
        if self.kind != "text":
            return _html.to_text(self.said)
        lines = "\n".join(line.strip() for line in self.said.splitlines())
        return re.sub(r"\n{3,}", "\n\n", lines).strip()

    @property
    def title(self) -> str:
        """As a title. One that may be either speaks of tags sometimes."""
        return _html.to_title(self.said) if self.kind == "either" else self.line

    def __bool__(self) -> bool:
        return bool(self.said.strip())


NOTHING = Text("", "text")


def text_construct(element: Element, *, atom: bool) -> Text:
    """What *element* says. In RSS that may be HTML; in Atom `type` (and `mode`) tell."""
    kind = (element.get("type") or "").strip().lower()
    mode = (element.get("mode") or "").strip().lower()
    if not atom and not kind:
        return Text(_without_cdata(inner(element)), "either")
    if mode == "base64" or (not mode and _is_binary(kind)):
        return Text(_unpacked(text_of(element)), "either")
    if len(element):
        return Text(inner(element, strict=atom), "html")
    said = element.text or ""
    if "html" in kind or mode == "escaped":
        return Text(_without_cdata(said), "either")
    # Those who leave the type out often mean HTML, although it says text then.
    meant = not kind and (_LOOKS_LIKE_HTML.search(said) or "&" in said)
    return Text(said, "either" if meant else "text")


def _without_cdata(said: str) -> str:
    """*said* without the marks of CDATA sections that were escaped themselves."""
    return _CDATA.sub(r"\1", said) if "<![CDATA[" in said else said


def _is_binary(kind: str) -> bool:
    """Whether content of the media type *kind* stands there in base64 (RFC 4287, 4.1.3.3)."""
    return "/" in kind and not kind.startswith("text/") and not kind.endswith(("+xml", "/xml"))


def _unpacked(text: str) -> str:
    """The text in base64 *text*; nothing where that is no text, such as a picture."""
    try:
        return base64.b64decode(text).decode()
    except (binascii.Error, ValueError):
        return ""


def person(element: Element) -> str:
    """The name of an author: `mail (Name)`, `Name <mail>`, Atom's `name`, or what there is."""
    parts = {name_of(child).rpartition(":")[2]: text_of(child) for child in element}
    said = parts.get("name") or parts.get("title") or parts.get("email")
    if not said:
        said = "" if parts.keys() & {"uri", "url", "homepage"} else text_of(element)
    found = _MAIL_NAME.fullmatch(said) or _NAME_MAIL.fullmatch(said)
    return _html.to_title(found[1] if found else said)


def unread_date(said: str, where: str) -> Problem:
    """That *said* is no date."""
    return Problem(
        code="feed-date",
        severity="warning",
        message=f"{' '.join(said.split())[:60]!r} is no date, or could be two",
        where=where,
        hint="RSS wants Thu, 08 Mar 2018 11:45:00 +0100, others 2018-03-08T11:45:00+01:00.",
    )
