"""A post out of one object of WordPress's REST API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sharekit.errors import ReadError
from sharekit.model import Asset, Post, digest_of
from sharekit.readers import _dates
from sharekit.readers._api import Document, joined
from sharekit.readers._fields import text, unique
from sharekit.readers._html import to_line, to_text, to_title

if TYPE_CHECKING:
    from sharekit.readers.wordpress import WordPress

__all__ = ["differs", "excerpt", "post"]

_PEOPLE = frozenset(("author", "ppma_author", "guest-author"))  # of Co-Authors Plus and others
_INNER_TERMS = frozenset(("post_format", "language", "post_translations", "series_order"))
_NO_POSTS = frozenset(("attachment", "comment"))
# Where themes and plugins put names and pictures, beside or in place of what `_embed` gives.
_AUTHOR_INFO = ("author_info", "uagb_author_info", "rttpg_author", "author_meta")
_PICTURE_ADDRESSES = (
    *("jetpack_featured_media_url", "featured_image_src", "featured_image_url", "fimg_url"),
    *("featured_media_src_url", "featured_media_url", "featured_image_src_large"),
)
_PICTURE_SIZES = (
    *("featured_image_urls", "uagb_featured_image_src", "rttpg_featured_image_url"),
    *("featured_image_urls_v2", "better_featured_image"),
)
_ELLIPSIS = re.compile(r"\s*\[(?:…|\.\.\.)\]\s*$")
_MORE_LINK = re.compile(r"<a\b[^<>]*class=[\"'][^\"']*more-link.*?</a>", re.DOTALL | re.IGNORECASE)
# What WordPress and its image services put into the names of a picture's sizes.
_SIZE = re.compile(r"(?:-\d{2,5}x\d{2,5}|-scaled)(?=\.\w+$)")
_PHOTON = re.compile(r"^https?://i\d\.wp\.com/")


def post(item: Mapping[str, Any], document: Document, settings: WordPress) -> Post:
    """The post that *item* describes. Raises `ReadError` for what is none."""
    if "id" not in item and "link" not in item and "title" not in item:
        message = "an object without id, link and title is no post"
        raise ReadError(message, where=document.name, code="api-item")
    if (kind := item.get("type")) in _NO_POSTS or "taxonomy" in item:
        message = f"{_article(kind or item.get('taxonomy'))} is no post"
        raise ReadError(message, where=document.name, code="api-item")
    yoast = _mapping(item, "yoast_head_json")
    embedded = _mapping(item, "_embedded")
    published, assumed = _moment(item, "date", settings.timezone)
    updated, _ = _moment(item, "modified", settings.timezone)
    url = joined(settings.site_url, text(item.get("link")))
    status = text(item.get("status")) or "publish"
    terms = _terms(embedded)
    image = _image(item, embedded)
    share = _yoast_image(yoast)
    markup = _rendered(item.get("content"))
    extra = _extra(item, terms)
    extra |= {"zone": "assumed"} if assumed else {}
    extra |= {"canonical": yoast["canonical"]} if text(yoast.get("canonical")) else {}
    extra |= {"status": status} if status != "publish" else {}
    style = text(item.get("template")) or text(item.get("format"))
    social = _social(item, settings.social_text)
    return Post(
        id=_id(item, url),
        url=url,
        title=to_title(_rendered(item.get("title"))) or _absent(item, "title"),
        summary=excerpt(_rendered(item.get("excerpt"))),
        body=to_text(markup),
        published=published,
        updated=updated,
        authors=tuple(dict.fromkeys(_authors(item, embedded, yoast))),
        tags=unique(_tags(terms, yoast)),
        language=_language(item, yoast) or settings.language,
        image=image,
        share_image=share if share and differs(share, image) else None,
        social={"*": social} if social else {},
        draft=status != "publish",
        style=style,
        flags=dict(_flags(item)),
        extra=extra,
        source=url or document.name,
    )


def _id(item: Mapping[str, Any], url: str | None) -> str:
    """The post's guid, else its number, else its address, else what it says (drafts in files)."""
    said = text(_rendered(item.get("guid"))) or (f"wp-{item['id']}" if item.get("id") else url)
    return said or digest_of([_rendered(item.get("title")), item.get("date")], 16)


def excerpt(markup: str) -> str:
    """An excerpt in one line, without the link to the rest and the brackets of `[…]`."""
    said = to_line(_MORE_LINK.sub("", markup) if "more-link" in markup else markup)
    return _ELLIPSIS.sub("…", said)


def differs(share: Asset, image: Asset | None) -> bool:
    """Whether *share* is another picture than *image*, and not another size of it."""
    return image is None or _original(share.src) != _original(image.src)


def _original(src: str | None) -> str:
    return _SIZE.sub("", _PHOTON.sub("https://", src or "").partition("?")[0])


def _flags(item: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    if isinstance(item.get("sticky"), bool):
        yield "sticky", item["sticky"]
    if _mapping(item, "content").get("protected") is True:
        yield "protected", True


def _moment(item: Mapping[str, Any], name: str, zone: str | None) -> tuple[datetime | None, bool]:
    """`date_gmt` is UTC and `date` the site's own time; drafts have no `date_gmt`."""
    gmt = text(item.get(f"{name}_gmt"))
    found, _ = _dates.aware(gmt, "UTC") if gmt else (None, False)
    return (found, False) if found else _dates.aware(text(item.get(name)), zone)


def _terms(embedded: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of the post's terms, by taxonomy."""
    found: dict[str, list[str]] = {}
    for group in _list(embedded, "wp:term"):
        for term in group if isinstance(group, list) else ():
            taxonomy = text(term.get("taxonomy")) if isinstance(term, Mapping) else None
            if taxonomy and taxonomy not in _PEOPLE | _INNER_TERMS and (name := term.get("name")):
                found.setdefault(taxonomy, []).append(to_title(str(name)))
    return found


def _tags(terms: Mapping[str, list[str]], yoast: Mapping[str, Any]) -> Iterator[str]:
    """Categories and tags, else the terms of the site's own taxonomies, else Yoast's keywords."""
    usual = terms.get("category", []) + terms.get("post_tag", [])
    names = usual or [name for names in terms.values() for name in names]
    if not names:
        graph = _list(_mapping(yoast, "schema"), "@graph")
        pieces = [piece for piece in graph if isinstance(piece, Mapping)]
        listed = [_list(p, key) for key in ("articleSection", "keywords") for p in pieces]
        names = [to_title(name) for found in listed for name in found if isinstance(name, str)]
    yield from names


def _article(kind: Any) -> str:
    return f"{'an' if str(kind)[:1] in 'aeiou' else 'a'} {kind}"


def _authors(
    item: Mapping[str, Any], embedded: Mapping[str, Any], yoast: Mapping[str, Any]
) -> Iterator[str]:
    several = [
        *_list(item, "authors"),
        *_list(item, "coauthors"),
        *(term for group in _list(embedded, "wp:term") if isinstance(group, list) for term in group
          if isinstance(term, Mapping) and term.get("taxonomy") in _PEOPLE),
    ]  # fmt: skip
    for group in (several, _list(embedded, "author")):
        names = [
            to_title(name)
            for person in group
            if isinstance(person, Mapping)
            and (name := text(person.get("display_name")) or text(person.get("name")))
        ]
        if names:
            yield from names
            return
    infos = (_mapping(item, name) for name in _AUTHOR_INFO)
    for name in (yoast.get("author"), *(info.get("display_name") for info in infos)):
        if said := text(name):
            yield to_title(said)
            return


def _image(item: Mapping[str, Any], embedded: Mapping[str, Any]) -> Asset | None:
    for media in _list(embedded, "wp:featuredmedia"):
        if not isinstance(media, Mapping):
            continue
        sizes = _mapping(_mapping(media, "media_details"), "sizes")
        src = text(media.get("source_url")) or text(_mapping(sizes, "full").get("source_url"))
        if src:
            alt = media.get("alt_text")
            return Asset(src=src, alt=to_title(alt) if isinstance(alt, str) else None)
    for name in _PICTURE_ADDRESSES:
        if src := _address(item.get(name)):
            return Asset(src=src)
    for name in _PICTURE_SIZES:
        sizes = _mapping(item, name)
        full = sizes.get("full") or sizes.get("source_url") or sizes.get("large")
        # A size is an address, or a list of address, width, height.
        if src := _address(full[0] if isinstance(full, list) and full else full):
            alt = sizes.get("alt_text")
            return Asset(src=src, alt=to_title(alt) if isinstance(alt, str) else None)
    return None


def _address(value: Any) -> str | None:
    """*value*, if it is an address; posts without a picture have `false` there, or nothing."""
    return value.strip() or None if isinstance(value, str) else None


def _yoast_image(yoast: Mapping[str, Any]) -> Asset | None:
    for entry in _list(yoast, "og_image"):
        if isinstance(entry, Mapping) and (src := text(entry.get("url"))):
            return Asset(src=src, alt=text(entry.get("alt")))
    src = text(yoast.get("twitter_image"))
    return Asset(src=src) if src else None


def _language(item: Mapping[str, Any], yoast: Mapping[str, Any]) -> str | None:
    for holder, name in ((item, "lang"), (item, "wpml_current_locale"), (yoast, "og_locale")):
        said = text(holder.get(name))
        if said and re.fullmatch(r"[A-Za-z]{2,3}(?:[-_]\w+)*", said):
            return said.replace("_", "-")
    return None


def _social(item: Mapping[str, Any], named: str | None) -> str | None:
    for holder in (_mapping(item, "meta"), _mapping(item, "acf"), item):
        said = holder.get(named or "jetpack_publicize_message")
        if isinstance(said, str) and said.strip():
            return said.strip()
    return None


def _extra(item: Mapping[str, Any], terms: Mapping[str, list[str]]) -> dict[str, Any]:
    extra: dict[str, Any] = dict(terms)
    if "category" in extra:
        extra["categories"] = extra.pop("category")
    extra.pop("post_tag", None)
    for name in ("id", "slug", "type"):
        if item.get(name) is not None:
            extra[name] = item[name]
    acf = item.get("acf")
    if isinstance(acf, Mapping) and acf:
        extra["acf"] = dict(acf)
    return extra


def _rendered(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("rendered", value.get("raw"))
    return value if isinstance(value, str) else ""


def _absent(item: Mapping[str, Any], name: str) -> str | None:
    """An empty value is empty, and one that is not there is unknown."""
    return "" if name in item else None


def _mapping(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, Mapping) else {}


def _list(holder: Mapping[str, Any], name: str) -> list[Any]:
    value = holder.get(name)
    return value if isinstance(value, list) else []
