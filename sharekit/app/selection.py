"""What a person types to the posts that are meant: sources, files, names and ids alike."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit.app.posts import Reading, choose, is_source
from sharekit.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sharekit.app import App
    from sharekit.model import Post

__all__ = ["select", "singled"]


def select(app: App, wanted: Sequence[str], **reading: Any) -> Reading:
    """The posts that *wanted* names; all posts of the config's sources for nothing.

    A name is looked up in this order: a source of the config; a post of those sources (id,
    short name, link, file); a path or an address, read as a source of its own.
    Raises `UserError` when a name means nothing.
    """
    given = any(reading.get(key) for key in ("reader", "supplement", "settings"))
    if given:
        _are_sources(app, wanted)
    if not wanted or given:
        return app.posts(wanted, **reading)
    parts: list[Reading] = []
    known: Reading | None = None
    for name in wanted:
        if name in app.config.sources:
            parts.append(app.posts([name]))
            continue
        if known is None:
            known = app.posts() if app.config.sources else Reading()
        try:
            parts.append(Reading(tuple(choose(known.posts, name)), known.problems, known.readers))
        except UserError as error:
            if not is_source(name):
                unread = [p for p in known.problems if p.severity == "error"]
                if not unread:
                    raise
                # The post may stand in what could not be read: that is the thing to mend.
                raise UserError(error.message, problems=(*unread, *error.problems)) from error
            parts.append(app.posts([str(Path(name)) if "://" not in name else name]))
    return _joined(parts)


def _are_sources(app: App, wanted: Sequence[str]) -> None:
    """Raise `UserError` for a name that is none: options of reading are about whole sources."""
    for name in wanted:
        if name not in app.config.sources and not is_source(name):
            near = difflib.get_close_matches(name, app.config.sources, n=1)
            more = f"Did you mean {near[0]!r}? " if near else ""
            raise UserError(
                f"there is no file, folder or source {name!r}",
                hint=f"{more}With --reader, --supplement or --set name what is to be read; "
                "a post of the config's sources goes without them.",
                code="source-unknown",
            )


def singled(app: App, found: Sequence[Post], wanted: Sequence[str]) -> set[str]:
    """The ids of those of *found* that *wanted* names one by one, not as part of a source."""
    ids: set[str] = set()
    for name in wanted:
        try:
            chosen = [] if name in app.config.sources else choose(found, name)
        except UserError:
            continue
        ids.update(post.id for post in chosen if len(chosen) == 1)
    return ids


def _joined(parts: Sequence[Reading]) -> Reading:
    """*parts* as one reading, each post and problem once, in order."""
    posts = {(p.source, p.id): p for part in parts for p in part.posts}
    problems = {str(p): p for part in parts for p in part.problems}
    readers = {key: value for part in parts for key, value in part.readers.items()}
    return Reading(tuple(posts.values()), tuple(problems.values()), readers)
