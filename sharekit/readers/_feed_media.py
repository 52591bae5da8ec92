"""The picture of a feed's item, and what is said of it.

https://www.rssboard.org/media-rss: `media:content` and `media:thumbnail` stand in the item, in a
`media:group`, or in each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sharekit.model import Asset
from sharekit.readers import _html
from sharekit.readers._xml import name_of, text_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    Fields = Mapping[str, Sequence[Element]]

__all__ = ["picture"]

_PICTURE = re.compile(
    r"\.(?:jpe?g|jpe|jfif|png|webp|gif|avif|tiff?|bmp)(?:[?#:!]|$)", re.IGNORECASE
)
_ANYTHING = (
    "application/octet",
    "binary/",
    "text/html",
)  # what servers say of files they do not know
_RESOURCE = "{http://purl.oclc.org/net/rss_2.0/enc#}resource"  # Craigslist
_PLACES = ("media:content", "enclosure", "media:thumbnail", "itunes:image", "image", "thumbnail")


def picture(fields: Fields) -> tuple[Element, Asset] | None:
    """The item's picture, with the element that names it; its address as written.

    `media:content`, then an enclosure, `media:thumbnail`, `itunes:image`.
    """
    found = {name: list(fields.get(name, ())) for name in _PLACES}
    for link in (*fields.get("link", ()), *fields.get("atom:link", ())):
        if (rel := _rel(link)) in {"enclosure", "thumbnail"}:
            found[rel].append(link)
    found["enclosure"] += fields.get("enc:enclosure", ())
    for group in fields.get("media:group", ()):
        found["media:content"] += [e for e in group if name_of(e) == "media:content"]
        found["media:thumbnail"] += [e for e in group if name_of(e) == "media:thumbnail"]
    for content in found["media:content"]:
        found["media:thumbnail"] += [e for e in content if name_of(e) == "media:thumbnail"]
    pictures = [element for element in found["media:content"] if _is_picture(element)]
    for candidates in (
        _best_first(pictures),
        [element for element in found["enclosure"] if _is_picture(element)],
        _best_first(found["media:thumbnail"]),
        found["itunes:image"],
        found["image"],
        found["thumbnail"],
    ):
        for element in candidates:
            src = _address(element)
            if src and not _html.is_unseen(src):
                return element, Asset(src=src, alt=_alt(element, fields))
    return None


def _rel(link: Element) -> str:
    return (link.get("rel") or "").strip().lower()


def _address(element: Element) -> str:
    said = element.get("url") or element.get("href") or element.get(_RESOURCE)
    if said is None:
        inside = next((e for e in element if name_of(e) in {"url", "src", "link"}), element)
        said = text_of(inside)
        said = said if " " not in said and ("/" in said or "." in said) else ""
    return str(said).strip()


def _is_picture(element: Element) -> bool:
    kind = (element.get("type") or "").strip().lower()
    medium = (element.get("medium") or "").strip().lower()
    if kind.startswith("image") or medium == "image":
        return not kind.startswith(("video", "audio"))
    if medium or ("/" in kind and not kind.startswith(_ANYTHING)):
        return False
    return bool(_PICTURE.search(_address(element)))


def _best_first(elements: list[Element]) -> list[Element]:
    """The default first, then the widest; where no widths are given, as they stand."""

    def rank(element: Element) -> tuple[bool, int]:
        default = (element.get("isDefault") or element.get("isdefault") or "").lower() == "true"
        return default, _number(element.get("width"))

    return sorted(elements, key=rank, reverse=True)


def _number(text: str | None) -> int:
    digits = re.match(r"\d{1,6}", (text or "").strip())
    return int(digits[0]) if digits else 0


def _alt(element: Element, fields: Fields) -> str | None:
    """What `media:description` says of the picture: in the element, its group or the item.

    That of a group with a video is about the video, and a title is no description.
    """
    own = [child for child in element if name_of(child) == "media:description"]
    above = element.getparent()
    grouped = above is not None and name_of(above) in {"media:group", "media:content"}
    if name_of(element) == "media:content" and grouped and above is not None:
        own += [child for child in above if name_of(child) == "media:description"]
    if not own and name_of(element).startswith("media:") and not grouped:
        own = list(fields.get("media:description", ()))
    return _html.to_line(text_of(own[0])) if own else None
