"""Drupal's JSON:API: a collection's address, or answers of it that were saved.

https://www.drupal.org/docs/core-modules-and-themes/core-modules/jsonapi-module and
https://jsonapi.org/format/. What core has is known; fields that a site has made itself are found
by their usual names and by what they refer to, or named in the settings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sharekit.errors import ReadError
from sharekit.model import Post
from sharekit.readers import _api

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["JsonApi"]


class JsonApi(_api.ApiSettings):
    """A collection of Drupal's JSON:API, such as https://example.org/jsonapi/node/article."""

    include: str | None = None
    """Relationships to have sent along; without it those with pictures, people and terms."""
    title: str | None = None
    """The field with the title, if it is not `title`."""
    body: str | None = None
    """The field with the text, if it is not `body`."""
    summary: str | None = None
    """The field with the summary; else the body's own, else its beginning."""
    published: str | None = None
    """The field with the date, if it is not `created`."""
    authors: str | None = None
    """The field with the authors; else a field of the usual names, else who created it."""
    tags: str | None = None
    """The field with the terms; else `field_tags`, else every field with terms."""
    image: str | None = None
    """The field with the featured picture; else one of the usual names."""
    share_image: str | None = None
    """The field with the picture made for sharing."""
    social_text: str | None = None
    """The field with the words for social networks, such as `field_tweet_text`."""
    style: str | None = None
    """The field with the post's style."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield the posts, newest first from an address, as they stand in files.

        Raises `ReadError` when there is no answer, or an answer without posts.
        """
        headers = {"Accept": "application/vnd.api+json"}
        if self.token:
            web.hide(self.token.get_secret_value())
            headers["Authorization"] = f"Bearer {self.token.get_secret_value()}"

        def pages() -> Iterator[_api.Document]:
            return _api.documents(self._address(web, headers), web, _next, headers=headers)

        yield from islice(_api.posts(self.source, web, pages, self._posts), self.limit)

    def _posts(self, document: _api.Document) -> Iterator[Post | ReadError]:
        from sharekit.readers._jsonapi_post import Maker

        for part in document.data if isinstance(document.data, list) else [document.data]:
            items = _items(part, document)
            maker = Maker(self, part, document)
            for item in items:
                try:
                    yield maker.post(item)
                except ReadError as error:
                    yield error

    def _address(self, web: Session, headers: Mapping[str, str]) -> str:
        """The source with what makes its answers whole: newest first, and what posts refer to."""
        parts = urlsplit(self.source)
        path = parts.path.rstrip("/")
        plain = self.source
        if path.count("/") > 1 and not _is_uuid(path.rpartition("/")[2]):  # a collection
            plain = _api.with_query(plain, sort="-created")
        if "include=" in parts.query or self.include == "":
            return plain
        if self.include:
            return _api.with_query(plain, include=self.include)
        from sharekit.readers._jsonapi_refs import further_inclusion, inclusion

        first = next(_api.documents(plain, web, _next, headers=headers)).data
        for wanted in inclusion(first, self):
            address = _api.with_query(plain, include=wanted)
            try:
                answer = next(_api.documents(address, web, _next, headers=headers)).data
            except ReadError:
                continue  # a relationship that may not be included: with less, then
            further = further_inclusion(answer, wanted)
            return address if further == wanted else _api.with_query(plain, include=further)
        return plain


def _next(document: _api.Document) -> str | None:
    links = document.data.get("links") if isinstance(document.data, Mapping) else None
    following = links.get("next") if isinstance(links, Mapping) else None
    if isinstance(following, Mapping):
        following = following.get("href")
    return following if isinstance(following, str) else None


def _items(data: Any, document: _api.Document) -> list[Mapping[str, Any]]:
    """The posts of one answer, whether it is a collection or a single one."""
    if isinstance(data, Mapping) and isinstance(errors := data.get("errors"), list) and errors:
        first = errors[0] if isinstance(errors[0], Mapping) else {}
        raise _api.failure(document, first.get("detail") or first.get("title"))
    if not isinstance(data, Mapping) or "data" not in data:
        raise _api.failure(document, None, 'JSON:API has them below "data".')
    found = data["data"]
    items = [found] if isinstance(found, Mapping) else found
    named = [item for item in items or () if isinstance(item, Mapping) and "type" in item]
    if not named and isinstance(links := data.get("links"), Mapping):
        nodes = [name.replace("--", "/") for name in links if str(name).startswith("node--")]
        if nodes:
            hint = f"Name one of its collections: {', '.join(nodes[:20])}."
            raise ReadError(
                "lists collections and no posts", where=document.name, hint=hint, code="api"
            )
    return named


def _is_uuid(said: str) -> bool:
    return len(said) == 36 and said.count("-") == 4
