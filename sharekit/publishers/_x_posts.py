"""An account's own posts on X, to find out whether a text was posted."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from sharekit.errors import PublishError, Unsure
from sharekit.publishers._answers import pick

__all__ = ["OwnPosts"]

_PAGES = 5


Page: TypeAlias = Mapping[str, Any]


class OwnPosts:
    """The posts of an account since a moment, read when they are first needed.

    *read* gives one page of X's answer for the token of the page before.
    https://docs.x.com/x-api/posts/user-posts-timeline-by-user-id
    """

    def __init__(self, read: Callable[[str | None], Page]) -> None:
        self._read_page = read
        self._posts: list[Mapping[str, Any]] | None = None

    def find(self, text: str) -> str | None:
        """The id of the post with *text*; `None` when the account surely has none.

        Raises `Unsure` when the posts cannot be read, or not back to the start.
        """
        if self._posts is None:
            self._posts = list(self._read())
        return next((pick(post, "id") for post in self._posts if _same(text, post)), None)

    def _read(self) -> Iterator[Mapping[str, Any]]:
        token = None
        try:
            for _ in range(_PAGES):
                page = self._read_page(token)
                yield from page.get("data", ())
                token = page.get("meta", {}).get("next_token")
                if token is None:
                    return
        except PublishError as error:
            raise Unsure(
                f"whether the post is there cannot be seen: {error.message}",
                hint="Look at the account, then: sharekit queue resolve.",
            ) from error
        raise Unsure(
            f"the account has more than {_PAGES * 100} posts since this one was written",
            hint="Look at the account, then: sharekit queue resolve.",
        )


def _same(text: str, post: Mapping[str, Any]) -> bool:
    """Whether *post* is *text* as X shows it: escaped, links wrapped, the picture's link added."""
    theirs = post.get("text", "")
    for link in post.get("entities", {}).get("urls", ()):
        wrapped, expanded = link.get("url", ""), link.get("expanded_url", "")
        theirs = theirs.replace(wrapped, " ")
        for form in (expanded, expanded.partition("://")[2]):
            text = text.replace(form, " ") if form else text
    return _bare(html.unescape(theirs)) == _bare(text)


def _bare(text: str) -> str:
    text = re.sub(r"https?://\S+", " ", unicodedata.normalize("NFC", text))
    return " ".join(text.split())
