"""Ghost: its Content API, answers of it that were saved, and its export.

https://docs.ghost.org/content-api and https://docs.ghost.org/migration/content. The HTML is read,
and neither Mobiledoc nor Lexical, from which Ghost has made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from sharekit.model import Asset, Post
from sharekit.readers import _api, _dates
from sharekit.readers._fields import text, unique
from sharekit.readers._html import to_line, to_text, to_title

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["Ghost"]

_ROUTE = "ghost/api/content/posts/"
_PLACEHOLDER = "__GHOST_URL__"
_LIVE = frozenset(("published", "sent"))


class Ghost(_api.ApiSettings):
    """A Ghost site, or its export."""

    key: SecretStr | None = None
    """The Content API key, from the site's integrations: `!env NAME`."""
    social_text: str | None = None
    """The field with the words for social networks, such as `twitter_description`."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield the posts, newest first from an address, as they stand in files.

        Raises `ReadError` when there is no answer, or an answer without posts.
        """

        def pages() -> Iterator[_api.Document]:
            return _api.documents(self._address(web), web, self._next)

        yield from islice(_api.posts(self.source, web, pages, self._posts), self.limit)

    def _posts(self, document: _api.Document) -> Iterator[Post]:
        for item in _posts(document):
            if text(item.get("type")) != "page" and item.get("page") not in (1, True):
                yield self._post(item, document)

    def _address(self, web: Session) -> str:
        url = self.source
        if "/ghost/api/" not in urlsplit(url).path:
            url = f"{url.partition('?')[0].rstrip('/')}/{_ROUTE}"
        secret = self.key or self.token
        key = {"key": secret.get_secret_value()} if secret else {}
        web.hide(*key.values())
        return _api.with_query(
            url, include="tags,authors", formats="html", limit=min(self.limit, 50), **key
        )

    @staticmethod
    def _next(document: _api.Document) -> str | None:
        meta = document.data.get("meta") if isinstance(document.data, Mapping) else None
        pagination = meta.get("pagination") if isinstance(meta, Mapping) else None
        number = pagination.get("next") if isinstance(pagination, Mapping) else None
        if not isinstance(number, int) or document.url is None:
            return None
        parts = urlsplit(document.url)
        kept = "&".join(p for p in parts.query.split("&") if not p.startswith("page="))
        return _api.with_query(parts._replace(query=kept).geturl(), page=number)

    def _post(self, item: Mapping[str, Any], document: _api.Document) -> Post:
        placed = {key: self._placed(value) for key, value in item.items()}
        markup = str(placed.get("html") or "")
        published, assumed = _dates.aware(text(placed.get("published_at")), self.timezone)
        updated, _ = _dates.aware(text(placed.get("updated_at")), self.timezone)
        status = text(placed.get("status")) or "published"
        tags = [t for t in _named(placed, "tags", "primary_tag") if not _is_internal(t)]
        image = _asset(placed.get("feature_image"), placed.get("feature_image_alt"), self.site_url)
        share = _asset(placed.get("og_image"), None, self.site_url) or _asset(
            placed.get("twitter_image"), None, self.site_url
        )
        social = placed.get(self.social_text) if self.social_text else None
        return Post(
            id=str(placed.get("id") or placed.get("uuid") or placed.get("slug")),
            url=self._url(placed, status),
            title=to_title(str(placed["title"])) if placed.get("title") is not None else None,
            summary=to_line(_first(placed, "custom_excerpt", "excerpt", "meta_description")),
            body=to_text(markup) if markup else _without_html(placed),
            published=published,
            updated=updated,
            authors=tuple(_names(_named(placed, "authors", "primary_author", "author"))),
            tags=unique(_names(tags)),
            language=text(placed.get("locale")) or self.language,
            image=image,
            share_image=share if share and (not image or share.src != image.src) else None,
            social={"*": str(social).strip()} if social else {},
            draft=status not in _LIVE,
            style=text(placed.get("custom_template")),
            flags={"featured": bool(placed["featured"])} if "featured" in placed else {},
            extra=_extra(placed, status, assumed=assumed),
            source=text(placed.get("url")) or document.name,
        )

    def _placed(self, value: Any) -> Any:
        """*value* with the site's address where an export has left it out."""
        if isinstance(value, str) and _PLACEHOLDER in value:
            return value.replace(_PLACEHOLDER, (self.site_url or "").rstrip("/"))
        return value

    def _url(self, item: Mapping[str, Any], status: str) -> str | None:
        url = text(item.get("url"))
        if url and not (status not in _LIVE and url.endswith("/404/")):  # what Ghost has till then
            return _api.joined(self.site_url, url)
        slug = text(item.get("slug"))
        if not slug or not self.site_url or status != "published":  # "sent" went out by mail only
            return None
        return f"{self.site_url.rstrip('/')}/{slug}/"


def _without_html(item: Mapping[str, Any]) -> str:
    """The words of a post that Ghost has not made HTML of: drafts in exports."""
    if said := str(item.get("plaintext") or "").strip():
        return said
    from sharekit.readers._ghost_text import words

    return words(item.get("lexical"), item.get("mobiledoc"))


def _posts(document: _api.Document) -> list[Mapping[str, Any]]:
    """The posts of an answer or an export, each with its tags, authors and meta fields."""
    data = document.data
    if isinstance(data, Mapping) and isinstance(errors := data.get("errors"), list) and errors:
        first = errors[0] if isinstance(errors[0], Mapping) else {}
        raise _api.failure(document, text(first.get("message")))
    if isinstance(data, Mapping) and isinstance(data.get("db"), list) and data["db"]:
        data = data["db"][0]
    if isinstance(data, Mapping) and isinstance(data.get("data"), Mapping):
        return _exported(data["data"])
    posts = data.get("posts") if isinstance(data, Mapping) else data
    if not isinstance(posts, list):
        raise _api.failure(document, None, 'Ghost has them below "posts".')
    return [post for post in posts if isinstance(post, Mapping)]


def _exported(tables: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The posts of an export, whose tables refer to each other by ids."""
    users = _by_id(tables, "users", "id")
    meta = _by_id(tables, "posts_meta", "post_id")
    tags = _linked(tables, "posts_tags", "tag_id", _by_id(tables, "tags", "id"))
    authors = _linked(tables, "posts_authors", "author_id", users)
    found: list[Mapping[str, Any]] = []
    for post in _rows(tables, "posts"):
        number = post.get("id")
        extra = {k: v for k, v in meta.get(number, {}).items() if k != "id" and v is not None}
        own = users.get(post.get("author_id"))
        people = authors.get(number) or ([own] if own else [])
        found.append({**post, **extra, "tags": tags.get(number, []), "authors": people})
    return found


def _linked(
    tables: Mapping[str, Any], table: str, key: str, rows: Mapping[Any, Mapping[str, Any]]
) -> dict[Any, list[Mapping[str, Any]]]:
    """Of each post, by its id, the *rows* that *table* gives it, in their order."""
    found: dict[Any, list[tuple[int, Mapping[str, Any]]]] = {}
    for link in _rows(tables, table):
        order = link.get("sort_order")
        if link.get(key) in rows:
            place = order if isinstance(order, int) else 0
            found.setdefault(link.get("post_id"), []).append((place, rows[link[key]]))
    return {
        number: [row for _, row in sorted(links, key=lambda pair: pair[0])]
        for number, links in found.items()
    }


def _by_id(tables: Mapping[str, Any], table: str, key: str) -> dict[Any, Mapping[str, Any]]:
    return {row[key]: row for row in _rows(tables, table) if isinstance(row.get(key), (str, int))}


def _rows(tables: Mapping[str, Any], table: str) -> list[Mapping[str, Any]]:
    rows = tables.get(table)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _named(item: Mapping[str, Any], *keys: str) -> list[Mapping[str, Any]]:
    for key in keys:
        value = item.get(key)
        found = value if isinstance(value, list) else [value]
        if named := [entry for entry in found if isinstance(entry, Mapping)]:
            return named
    return []


def _names(entries: list[Mapping[str, Any]]) -> list[str]:
    names = [said for entry in entries if (said := text(entry.get("name")))]
    return list(dict.fromkeys(names))


def _is_internal(tag: Mapping[str, Any]) -> bool:
    """Tags for the site's own use begin with `#` and are shown to nobody."""
    return tag.get("visibility") == "internal" or str(tag.get("name")).startswith("#")


def _asset(src: Any, alt: Any, base: str | None) -> Asset | None:
    found = _api.joined(base, text(src))
    return Asset(src=found, alt=str(alt) if isinstance(alt, str) else None) if found else None


def _first(item: Mapping[str, Any], *keys: str) -> str:
    return next((said for key in keys if (said := text(item.get(key)))), "")


def _extra(item: Mapping[str, Any], status: str, *, assumed: bool) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    for key in ("slug", "visibility", "uuid", "og_title", "twitter_title", "og_description"):
        if said := text(item.get(key)):
            extra[key] = said
    if canonical := text(item.get("canonical_url")):
        extra["canonical"] = canonical
    if status not in _LIVE:
        extra["status"] = status
    internal = [t for t in _named(item, "tags") if _is_internal(t)]
    if internal:
        extra["internal_tags"] = _names(internal)
    if assumed:
        extra["zone"] = "assumed"
    return extra
