"""WordPress's REST API: a site's address or a route's, or answers of it that were saved.

https://developer.wordpress.org/rest-api/reference/posts/. Authors, terms and pictures are in an
answer only with `_embed`, which is asked for; fields of Yoast and Jetpack are used where they are.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import SecretStr

from sharekit.errors import ReadError
from sharekit.model import Post
from sharekit.readers import _api

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["WordPress"]

_ROUTE = "wp-json/wp/v2/posts"


class WordPress(_api.ApiSettings):
    """A WordPress site, read through its REST API."""

    user: str | None = None
    """With an application password, drafts can be read: a user's name."""
    password: SecretStr | None = None
    """That user's application password: `!env NAME`."""
    social_text: str | None = None
    """A field of `meta` or `acf` with the words for social networks, if it is not Jetpack's."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield the posts, newest first from an address, as they stand in files.

        Raises `ReadError` when there is no answer, or an answer without posts.
        """

        def pages() -> Iterator[_api.Document]:
            return _api.documents(self._address(), web, _next, headers=self._headers(web))

        yield from islice(_api.posts(self.source, web, pages, self._posts), self.limit)

    def _posts(self, document: _api.Document) -> Iterator[Post | ReadError]:
        from sharekit.readers import _wordpress_post

        for item in _items(document):
            try:
                yield _wordpress_post.post(item, document, self)
            except ReadError as error:
                yield error

    def _address(self) -> str:
        parts = urlsplit(self.source)
        url = self.source
        if "/wp-json/" not in parts.path and "rest_route" not in parts.query:
            url = f"{self.source.partition('?')[0].rstrip('/')}/{_ROUTE}"
        single = parts.path.rstrip("/").rpartition("/")[2].isdecimal()
        return _api.with_query(
            url, _embed=1, **({} if single else {"per_page": min(self.limit, 100)})
        )

    def _headers(self, web: Session) -> dict[str, str]:
        if self.user and self.password:
            secret = self.password.get_secret_value()
            web.hide(secret)
            pair = base64.b64encode(f"{self.user}:{secret}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        if self.token:
            web.hide(self.token.get_secret_value())
            return {"Authorization": f"Bearer {self.token.get_secret_value()}"}
        return {}


def _next(document: _api.Document) -> str | None:
    """The next page, by the number of pages that the answer names."""
    pages = document.headers.get("x-wp-totalpages", "")
    query = dict(parse_qsl(urlsplit(document.url or "").query))
    number = int(page) if (page := query.get("page", "1")).isdecimal() else 1
    if not pages.isdecimal() or number >= int(pages):
        return None
    head, _, _ = (document.url or "").partition("?")
    return _api.with_query(head, **{**query, "page": str(number + 1)})


def _items(document: _api.Document) -> list[Mapping[str, Any]]:
    data = document.data
    if isinstance(data, Mapping) and "code" in data and "message" in data:
        raise _api.failure(document, str(data["message"]))
    items = [data] if isinstance(data, Mapping) else data
    if not isinstance(items, list) or (items and not isinstance(items[0], Mapping)):
        raise _api.failure(document, None, "WordPress answers with a list of posts.")
    return [item for item in items if isinstance(item, Mapping)]
