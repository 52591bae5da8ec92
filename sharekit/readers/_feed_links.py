"""Where a feed's item is: of several links the right one, joined to what it is relative to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from sharekit.errors import Problem
from sharekit.readers._xml import XML, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = [
    "ABOUT",
    "base_of",
    "candidates",
    "is_address",
    "is_alternate",
    "is_whole",
    "joined",
    "relative",
]

ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,30}:")


def candidates(
    item: Element, fields: Mapping[str, Sequence[Element]]
) -> Iterator[tuple[Element, str]]:
    """Where *item* may be, the most certain first, with the element that says so."""
    links = [*fields.get("link", ()), *fields.get("atom:link", ())]
    for wanted in _is_plain, _is_named_page, _is_page, is_alternate, _is_text:
        for link in links:
            if wanted(link):
                yield link, link.get("href") or text_of(link)
    for guid in fields.get("guid", ()):
        permanent = guid.get("isPermaLink") or guid.get("ispermalink") or "true"
        if permanent.strip().lower() != "false" and is_address(text_of(guid)):
            yield guid, text_of(guid)
    for content in fields.get("content", ()):
        yield content, content.get("src") or ""
    said = (text_of(e) for name in ("id", "atom:id") for e in fields.get(name, ()))
    for name in (item.get(ABOUT) or "", *said):
        yield item, name if is_address(name) else ""


def is_address(said: str) -> bool:
    """Whether *said* is a page's address."""
    return said.lower().startswith(("http://", "https://"))


def base_of(element: Element, base: str) -> str:
    """What *element* joins relative addresses to: `xml:base` here or above, then *base*."""
    bases = []
    above: Element | None = element
    while above is not None:
        if said := above.get(f"{XML}base"):
            bases.append(said.strip())
        above = above.getparent()
    for said in reversed(bases):
        base = joined(base, said) or base
    return base


def joined(base: str, said: str) -> str | None:
    """*said* as an address; blanks and line breaks that slipped in are dropped."""
    said = "".join(said.split()) if "\n" in said else said.strip()
    if not said:
        return None
    try:
        address = urljoin(base, said)
    except ValueError:
        return None
    if address.startswith("//"):
        address = f"https:{address}"
    return address.replace(" ", "%20")


def is_whole(url: str) -> bool:
    """Whether *url* begins with a scheme."""
    return bool(_SCHEME.match(url))


def relative(url: str, where: str) -> Problem:
    """That a link is relative, and nothing says to what."""
    return Problem(
        code="feed-relative-link",
        severity="warning",
        message=f"the link {url[:80]!r} names no site, and neither does the feed",
        where=where,
        hint="Set site_url to the site's address.",
    )


def _is_plain(link: Element) -> bool:
    """Whether it is RSS's link, an address and nothing else."""
    return link.get("href") is None and _rel(link) == "alternate"


def _is_text(link: Element) -> bool:
    return link.get("href") is None


def _rel(link: Element) -> str:
    return (link.get("rel") or "alternate").strip().lower().rpartition("/")[2]


def is_alternate(link: Element) -> bool:
    """Whether *link* leads to the item itself, in this form or another."""
    return _rel(link) == "alternate" and bool(link.get("href"))


def _is_named_page(link: Element) -> bool:
    """Whether it says itself that it is the post's page, where others leave that out."""
    return "rel" in link.attrib and _is_page(link)


def _is_page(link: Element) -> bool:
    return is_alternate(link) and (link.get("type") or "text/html").strip().lower() in {
        "text/html",
        "application/xhtml+xml",
    }
