"""What a source does not say, said beside it: titles, links and pictures for the posts of a dump.

A YAML list. Each entry picks one post by `date` (its own local date, `2018-03-08 11:45`), `id` or
`order` (1 is the first post), and gives what the post lacks or what shall stand in its place::

    - date: 2018-03-08 11:45
      title: A sanctuary city has no use for a dragnet
      url: https://example.org/news/plate-readers
      image: {src: photos/sign.jpg, focus: [0.3, 0.6]}

Paths start at the file. What is missing in both stays missing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sharekit import findings, marked
from sharekit.errors import ConfigError, Problem, ReadError
from sharekit.model import Asset, Post
from sharekit.readers import _dates

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["Entry", "Picture", "apply"]

_PICKS = ("date", "id", "order")
_PLAIN = ("title", "url", "summary", "body", "authors", "tags", "language", "draft", "style")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Picture(_Strict):
    """A picture: where it is, what it shows, and its most important point."""

    src: str | None = None
    alt: str | None = None
    focus: tuple[float, float] | None = None

    @field_validator("focus")
    @classmethod
    def _inside(cls, focus: tuple[float, float] | None) -> tuple[float, float] | None:
        if focus and not all(0 <= number <= 1 for number in focus):
            raise ValueError("each number goes from 0 (left, top) to 1 (right, bottom)")
        return focus


class Entry(_Strict):
    """What is said of one post, and which one."""

    date: str | None = None
    id: str | None = None
    order: int | None = Field(None, ge=1)
    title: str | None = None
    url: str | None = None
    summary: str | None = None
    body: str | None = None
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    language: str | None = None
    image: Picture | None = None
    share_image: Picture | None = None
    social: dict[str, str] | None = None
    draft: bool | None = None
    style: str | None = None
    extra: dict[str, Any] | None = None

    @field_validator("authors", "tags", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("image", "share_image", mode="before")
    @classmethod
    def _path_is_a_picture(cls, value: Any) -> Any:
        return {"src": value} if isinstance(value, str) else value

    @field_validator("social", mode="before")
    @classmethod
    def _text_is_for_all(cls, value: Any) -> Any:
        return {"*": value} if isinstance(value, str) else value


def apply(posts: Iterable[Post], file: str | Path, web: Session | None = None) -> Iterator[Post]:
    """*posts* with what *file* says of them, in their order.

    An entry that fits no post or several, or a post that another entry had, is a problem with
    `file:line:column`: reported to *web*, or raised as a `ReadError` after the last post.
    Raises `ConfigError` with every problem when the file itself is wrong.
    """
    path = Path(file)
    source = marked.read(path, error=ConfigError, code="supplement")
    work = _Supplement(source, _entries(source), path.parent, list(posts))
    yield from work.posts_supplemented()
    if work.problems and web is None:
        raise ReadError("", problems=work.problems)
    for problem in work.problems:
        assert web is not None
        web.report(problem)


def _entries(source: marked.Marked) -> dict[int, Entry]:
    """The entries by their place in the list. Raises `ConfigError` with all that is wrong."""
    data = source.data if source.data is not None else []
    problems: list[Problem] = []
    found: dict[int, Entry] = {}
    if not isinstance(data, list):
        message = "must be a list, with an entry for each post"
        hint = "Begin each entry with  - date: 2018-03-08 11:45"
        raise ConfigError(
            "", problems=[source.problem((), message, code="supplement-list", hint=hint)]
        )
    for number, item in enumerate(data):
        if not isinstance(item, dict):
            problems.append(source.problem((number,), "must have keys", code="supplement-entry"))
            continue
        try:
            entry = Entry.model_validate(item)
        except ValidationError as error:
            problems += findings.problems_of(error, source, Entry, at=(number,), code="supplement")
            continue
        given = [name for name in _PICKS if getattr(entry, name) is not None]
        if len(given) != 1:
            what = "does not say which post it is for" if not given else "picks its post twice"
            problems.append(
                source.problem(
                    (number,), what, code="supplement-pick", hint="Give one of: date, id, order."
                )
            )
            continue
        found[number] = entry
    if problems:
        raise ConfigError("", problems=problems)
    return found


@dataclass(slots=True)
class _Supplement:
    """One file's entries and the posts they are for; what is wrong gathers in *problems*."""

    source: marked.Marked
    entries: dict[int, Entry]
    folder: Path
    posts: list[Post]
    problems: list[Problem] = field(default_factory=list)

    def posts_supplemented(self) -> Iterator[Post]:
        """The posts in their order, each with what its entry says."""
        chosen: dict[int, int] = {}
        for number, entry in self.entries.items():
            if (at := self._pick(number, entry, chosen)) is not None:
                chosen[at] = number
        for at, post in enumerate(self.posts):
            yield self._supplemented(post, chosen[at]) if at in chosen else post

    def _pick(self, number: int, entry: Entry, chosen: dict[int, int]) -> int | None:
        """Which post *entry* is for, if it is one that no entry had yet."""
        name = next(name for name in _PICKS if getattr(entry, name) is not None)
        value = getattr(entry, name)
        places = [at for at, post in enumerate(self.posts) if _fits(name, value, at, post)]
        if not places:
            message, hint = f"no post has the {name} {value}", _nearest(name, self.posts)
        elif len(places) > 1:
            several = ", ".join(self.posts[at].id for at in places[:5])
            message, hint = (
                f"{len(places)} posts have the {name} {value}",
                f"Pick by id: {several}.",
            )
        elif places[0] in chosen:
            line = self.source.where((chosen[places[0]],)).rsplit(":", 2)[1]
            message, hint = (
                f"this post has an entry already, in line {line}",
                "Keep one of the two.",
            )
        else:
            return places[0]
        code = "supplement-twice" if len(places) == 1 else "supplement-unmatched"
        self._say(number, name, message, code, hint)
        return None

    def _supplemented(self, post: Post, number: int) -> Post:
        """*post* with what its entry says in place of its own."""
        entry = self.entries[number]
        changes: dict[str, Any] = {
            name: value for name in _PLAIN if (value := getattr(entry, name)) is not None
        }
        if entry.social is not None:
            changes["social"] = {**post.social, **entry.social}
        if entry.extra is not None:
            changes["extra"] = {**post.extra, **entry.extra}
        for name in ("published", "updated"):
            said = getattr(entry, name)
            if said and (moment := _dates.parse(said)):
                changes[name] = _like(moment.when, post.published)
            elif said:
                message, hint = (
                    f"{said!r} is no date, or could be two",
                    "Write it as 2018-03-08 11:45.",
                )
                self._say(number, name, message, "supplement-date", hint)
        for name in ("image", "share_image"):
            if picture := getattr(entry, name):
                changes[name] = self._asset(getattr(post, name), picture, number, name)
        return replace(post, **changes)

    def _asset(self, own: Asset | None, said: Picture, number: int, name: str) -> Asset:
        own = own or Asset()
        src = said.src
        if src is not None and "://" not in src:
            src = os.path.abspath(self.folder / src)  # noqa: PTH100  (links are not followed)
            if not Path(src).is_file():
                message, hint = f"there is no picture {said.src}", f"Paths start at {self.folder}."
                self._say(number, name, message, "supplement-image", hint)
        alt = said.alt if said.alt is not None else own.alt
        return Asset(src=src or own.src, alt=alt, focus=said.focus or own.focus)

    def _say(self, number: int, name: str, message: str, code: str, hint: str) -> None:
        self.problems.append(self.source.problem((number, name), message, code=code, hint=hint))


def _fits(name: str, value: Any, at: int, post: Post) -> bool:
    if name == "order":
        return bool(at + 1 == value)
    if name == "id":
        return bool(post.id == value)
    moment = _dates.parse(value)
    if moment is None or post.published is None:
        return False
    if moment.when.tzinfo is not None:
        return moment.when == post.published
    wall = post.published.replace(tzinfo=None)
    if not moment.timed:
        return moment.when.date() == wall.date()
    return moment.when == wall or moment.when == wall.replace(second=0, microsecond=0)


def _nearest(name: str, posts: list[Post]) -> str:
    if name == "order":
        return f"There are {len(posts)} posts."
    if name == "id":
        return f"There are: {', '.join(post.id for post in posts[:20])}."
    dates = [f"{post.published:%Y-%m-%d %H:%M}" for post in posts if post.published]
    return f"There are: {', '.join(dates[:20])}."


def _like(when: datetime, other: datetime | None) -> datetime:
    """*when* in the zone of *other*, where it has none of its own."""
    if when.tzinfo is not None:
        return when
    if other is not None:
        return when.replace(tzinfo=other.tzinfo)
    return _dates.in_zone(when, None)[0]
