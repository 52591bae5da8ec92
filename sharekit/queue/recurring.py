"""Evergreen posts: which one comes next, when there is room for one.

Pure: the app asks what was shared when, and drafts and schedules what comes out of here, with
`again=True`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sharekit.queue.schedule import When

__all__ = ["Evergreen", "fill", "next_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evergreen:
    """Posts that may be shared over and over, each not sooner than *gap* after its last time."""

    posts: Sequence[str]
    gap: timedelta = timedelta(days=90)


def next_up(evergreen: Evergreen, last: Mapping[str, datetime], at: datetime) -> str | None:
    """The post to share at *at*: never shared before, in their order; else the longest ago.

    *last* is when each was or will be shared last. `None` when none may be shared yet.
    """
    ready = [
        post
        for post in dict.fromkeys(evergreen.posts)
        if post not in last or at - last[post] >= evergreen.gap
    ]
    new = next((post for post in ready if post not in last), None)
    return new or min(ready, key=lambda post: last[post], default=None)


def fill(
    evergreen: Evergreen, last: Mapping[str, datetime], free: Iterable[When]
) -> list[tuple[str, When]]:
    """A post for each of the times *free*, in rotation, as far as the gap allows."""
    shared = dict(last)
    planned = []
    for when in free:
        post = next_up(evergreen, shared, when.utc)
        if post is not None:
            planned.append((post, when))
            shared[post] = when.utc
    return planned
