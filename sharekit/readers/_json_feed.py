"""JSON Feed 1.0 and 1.1: https://www.jsonfeed.org/version/1.1/."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from sharekit.errors import ReadError
from sharekit.model import Asset, Post, digest_of
from sharekit.readers import _dates, _html
from sharekit.readers._feed_links import is_whole, relative
from sharekit.readers._feed_text import Text, unread_date
from sharekit.readers._fields import unique

if TYPE_CHECKING:
    from sharekit.readers.feed import Feed
    from sharekit.web import Session

__all__ = ["posts"]


def posts(
    feed: Any, settings: Feed, web: Session, where: str, url: str | None
) -> Iterator[Post | ReadError]:
    """The items of *feed*, an error for what is none. Raises `ReadError` when it is no feed."""
    items = feed.get("items") if isinstance(feed, Mapping) else None
    if not isinstance(items, list):
        message = "is JSON, but no JSON Feed: it has no list of items"
        raise ReadError(message, where=where, code="not-a-feed")
    base = settings.site_url or url or _said(feed, "feed_url") or _said(feed, "home_page_url") or ""
    for number, item in enumerate(items, 1):
        if isinstance(item, Mapping) and item:
            post = _post(item, feed, settings, where, base)
            if (said := _said(item, "date_published")) and not post.published:
                web.report(unread_date(said, where))
            if post.url and not is_whole(post.url):
                web.report(relative(post.url, where))
            yield post
        else:
            yield ReadError(f"item {number} is no object", where=where, code="empty")


def _post(
    item: Mapping[str, Any], feed: Mapping[str, Any], settings: Feed, where: str, base: str
) -> Post:
    address = _said(item, "url") or _said(item, "external_url")
    url = urljoin(base, address) if address else None
    body = Text(_said(item, "content_html") or "", "html")
    words = body.words or Text(_said(item, "content_text") or "", "text").words
    published, assumed = _dates.aware(_said(item, "date_published"), settings.timezone)
    extra = {"zone": "assumed"} if assumed else {}
    if site := _said(feed, "title"):
        extra["site"] = site
    title = _html.to_title(_said(item, "title") or "")
    return Post(
        id=_said(item, "id") or url or digest_of([title, words], 16),
        url=url,
        title=title or None,
        summary=_html.to_line(_said(item, "summary") or ""),
        body=words,
        published=published,
        updated=_dates.aware(_said(item, "date_modified"), settings.timezone)[0],
        authors=tuple(dict.fromkeys(_authors(item) or _authors(feed))),
        tags=unique(_tags(item)),
        language=_said(item, "language") or _said(feed, "language") or settings.language,
        image=_image(item, body, base),
        social=_social(item, settings),
        extra=extra,
        source=where,
    )


def _said(holder: Mapping[str, Any], name: str) -> str | None:
    """The text *name* of *holder*; an id may also be a number."""
    value = holder.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None


def _authors(holder: Mapping[str, Any]) -> list[str]:
    people = holder.get("authors")
    people = people if isinstance(people, list) and people else [holder.get("author")]
    names = [
        p if isinstance(p, str) else _said(p, "name")
        for p in people
        if isinstance(p, Mapping | str)
    ]
    return [name for name in names if name]


def _tags(item: Mapping[str, Any]) -> list[str]:
    found = item.get("tags")
    return (
        [tag.strip() for tag in found if isinstance(tag, str) and tag.strip()]
        if isinstance(found, list)
        else []
    )


def _image(item: Mapping[str, Any], body: Text, base: str) -> Asset | None:
    if src := _said(item, "image") or _said(item, "banner_image"):
        return Asset(src=urljoin(base, src))
    attached = item.get("attachments")
    for attachment in attached if isinstance(attached, list) else ():
        if isinstance(attachment, Mapping):
            kind, src = _said(attachment, "mime_type") or "", _said(attachment, "url")
            if kind.startswith("image/") and src:
                return Asset(src=urljoin(base, src), alt=_said(attachment, "title"))
    first = _html.first_image(body.said)
    return Asset(src=urljoin(base, first.src or ""), alt=first.alt) if first else None


def _social(item: Mapping[str, Any], settings: Feed) -> dict[str, str]:
    said = _said(item, settings.social_text) if settings.social_text else None
    return {"*": said} if said else {}
