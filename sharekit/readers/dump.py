"""The text dump of a Drupal listing: a page on which every field is printed with its label.

`_dump_page` has the grammar. Checkboxes are printed without their state, which is therefore
unknown. Titles and addresses are not in a dump at all: they come from a supplement, or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sharekit.errors import Problem, ReadError
from sharekit.model import Asset, Post
from sharekit.ports import ReaderSettings
from sharekit.readers import _dump_terms, _dump_text, _input
from sharekit.readers._dates import in_zone
from sharekit.readers._dump_page import (
    AUTHOR,
    FEATURED,
    FLAGS,
    ISSUES,
    LABELS,
    SHARE,
    STYLE,
    TWEET,
    VALUELESS,
    Found,
    pages_of,
)

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["Dump"]


class Dump(ReaderSettings):
    """A text dump of a Drupal listing: one file, or the `*.txt` of a folder."""

    vocabulary: tuple[str, ...] = ()
    """The site's terms, to tell joined ones apart. Without it they are learnt from all posts."""
    titled: bool = False
    """Each body begins with its title: a line of its own, or a label `Title` and the title."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield the posts in the order of the pages. Flags are present and unknown (`None`).

        A body without its block at the end of a document is reported, as is a post whose date
        does not exist. Raises `ReadError` when there is no post at all.
        """
        pages = [
            page
            for name, text in _input.texts(self.source, web, "*.txt")
            for page in pages_of(text, name, web)
        ]
        posts = [post for page in pages for post in page.posts]
        if not posts:
            raise ReadError(
                "no post in this text: no line 'Date' with a date like"
                " 'Thursday, March 8, 2018 - 11:45am' below it",
                where=self.source,
                code="dump-empty",
                hint="Copy the whole page, with the labels of its fields.",
            )
        issues = [post.values.get(ISSUES, "") for post in posts]
        terms = _dump_terms.learn(issues, self.vocabulary)
        names: dict[str, int] = {}
        seen = set()
        for page in pages:
            for found in page.posts:
                content = (found.local, found.body)
                if content in seen:  # pages of a listing overlap when something was added
                    continue
                seen.add(content)
                name = f"{found.local:%Y-%m-%d-%H%M}"
                names[name] = names.get(name, 0) + 1
                unique = name if names[name] == 1 else f"{name}-{names[name]}"
                yield self._post(found, unique, page.site, terms, web)

    def _post(
        self, found: Found, name: str, site: str | None, terms: frozenset[str], web: Session
    ) -> Post:
        published, assumed = in_zone(found.local, self.timezone)
        values = found.values
        title, body = _dump_text.titled(found.body) if self.titled else (None, found.body)
        featured, share = _alt(values, FEATURED), _alt(values, SHARE)
        elsewhere = {*FLAGS, FEATURED, TWEET, SHARE, STYLE}
        extra = {label: value for label, value in values.items() if label not in elsewhere}
        extra |= {"zone": "assumed"} if assumed else {}
        extra |= {"site": site} if site else {}
        alts = [asset.alt for asset in (featured, share) if asset and asset.alt]
        return Post(
            id=name,
            title=title,
            summary=_dump_text.summary(body, alts),
            body=body,
            published=published,
            authors=tuple(values.get(AUTHOR, "").splitlines()),
            tags=self._tags(found, terms, web),
            language=self.language,
            image=featured,
            share_image=share,
            # Written for one network by its name, but the post's own social text all the same.
            social={"*": values[TWEET]} if TWEET in values else {},
            style=values.get(STYLE),
            flags=dict.fromkeys(sorted(VALUELESS & values.keys(), key=LABELS.__getitem__)),
            extra={"dialect": "drupal", **extra},
            source=found.where,
        )

    def _tags(self, found: Found, terms: frozenset[str], web: Session) -> tuple[str, ...]:
        tags: list[str] = []
        for value in found.values.get(ISSUES, "").splitlines():
            parts = _dump_terms.split(value, terms) or (value,)
            unknown = [part for part in parts if part not in self.vocabulary]
            if self.vocabulary and unknown:
                web.report(
                    Problem(
                        code="dump-term",
                        severity="warning",
                        message=f"{unknown[0]!r} is not in the vocabulary",
                        where=found.where,
                        hint="Add it to `vocabulary`, or the terms it consists of.",
                    )
                )
            tags += parts
        return tuple(dict.fromkeys(tags))


def _alt(values: dict[str, str], label: str) -> Asset | None:
    """A picture of which only the words are known. Absent: no picture; no value: no words."""
    return Asset(alt=" ".join(values[label].split())) if label in values else None
