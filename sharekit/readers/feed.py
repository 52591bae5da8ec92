"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, RDF, JSON Feed 1.x, also ill-formed ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge

from sharekit.errors import ReadError
from sharekit.model import Post, digest_of
from sharekit.ports import ReaderSettings
from sharekit.readers import _input, _source

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from sharekit.web import Session

__all__ = ["Feed"]

MAX_BYTES = 15_000_000
MAX_ITEMS = 10_000
_ITEMS = frozenset(("item", "entry", "atom:entry"))
_ROOTS = frozenset(("rss", "feed", "atom:feed", "rdf:rdf", "rdf", "channel", "atom:entry"))


class Feed(ReaderSettings):
    """A feed: a file, a folder of them, an address, or the address of a page that names one.

    Posts come in the feed's order.
    """

    limit: Annotated[int, Ge(1)] | None = None
    """At most so many posts."""
    social_text: str | None = None
    """The item's element (`prefix:name`) or key that holds the words for social networks."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield the items; one that cannot be read is reported and the others are read.

        Raises `ReadError` when the source is no feed.
        """
        sources = _source.texts(
            self.source, web, "*.xml", "*.rss", "*.atom", "*.rdf", "*.json", max_bytes=MAX_BYTES
        )
        posts = _input.read_each(self.source, sources, lambda source: self._of(source, web), web)
        yield from islice(posts, self.limit)

    def _of(self, source: _source.Source, web: Session) -> Iterator[Post]:
        seen: set[str] = set()
        posts = _input.good(self._posts(source, web), source.name, web)
        for number, post in enumerate(posts):
            if number == MAX_ITEMS:
                message = f"has more than {MAX_ITEMS:,} items; the others are left out"
                raise ReadError(message, where=source.name, code="too-big")
            if unique := _unique(post, seen):
                yield unique

    def _posts(
        self, source: _source.Source, web: Session, *, linked: bool = False
    ) -> Iterator[Post | ReadError]:
        if source.text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
            from sharekit.readers._json_feed import posts

            yield from posts(_source.json_of(source), self, web, source.name, source.url)
            return
        from sharekit.readers import _xml
        from sharekit.readers._feed_channel import channel_of
        from sharekit.readers._feed_item import Item

        root = _root(_xml.parse(source.text, source.name))
        if _xml.name_of(root) not in _ROOTS:
            if not linked and source.url and (address := _feed_of(source.text, source.url)):
                yield from self._posts(
                    _source.text(address, web, max_bytes=MAX_BYTES), web, linked=True
                )
                return
            message = f"is no feed: it begins with <{_xml.name_of(root)[:40]}>"
            hint = "Try --reader html for a page, --reader sitemap for a sitemap."
            raise ReadError(message, where=source.name, hint=hint, code="not-a-feed")
        channel = channel_of(root, self, source.name, source.url)
        for element in root.iter():
            if _xml.name_of(element) in _ITEMS:
                try:
                    yield Item(element, channel, self, web).post()
                except ReadError as error:
                    yield error


def _root(tree: Element) -> Element:
    """The element that is the feed; some are wrapped in a page."""
    from sharekit.readers._xml import name_of, without_namespace

    found = next((e for e in tree.iter() if name_of(e) in _ROOTS), None)
    if found is not None:
        return found
    if name_of(tree).rpartition(":")[2] in _ROOTS:  # in a namespace of its own
        without_namespace(tree)
    return tree


def _unique(post: Post, seen: set[str]) -> Post | None:
    """*post* with an id that no other has; `None` where the feed holds it twice.

    Some feeds give every item the same id. Then it is the address that tells them apart, then
    what they say.
    """
    import dataclasses

    said = digest_of([post.title, post.body, post.published], 16)
    whole = f"{post.id} {post.url} {said}" if post.url else None
    if whole in seen:
        return None
    if whole:
        seen.add(whole)
    for name in (post.id, post.url, f"{post.id}#{said}"):
        if name and name not in seen:
            seen.add(name)
            return post if name == post.id else dataclasses.replace(post, id=name)
    return None


def _feed_of(page: str, url: str) -> str | None:
    """The first feed that a web page names."""
    from sharekit.readers import _page

    return next(iter(_page.facts(page, url).feeds), None)
