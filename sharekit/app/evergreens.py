"""Evergreen posts: the rotations of the config, shared over and over into slots of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import takewhile
from typing import TYPE_CHECKING

from sharekit.app.messages import placed
from sharekit.app.scheduling import Scheduled
from sharekit.app.times import slots_of
from sharekit.app.wishes import is_off, needs_approval, ready
from sharekit.errors import SharekitError, UserError
from sharekit.model import Message, Post
from sharekit.queue import recurring, slots
from sharekit.queue.recurring import Evergreen
from sharekit.queue.schedule import When, span_of
from sharekit.queue.single import one_at_a_time

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config import Rotation
    from sharekit.config.accounts import Account

__all__ = ["fill"]


def fill(app: App, names: Sequence[str] = (), *, dry_run: bool = False) -> Scheduled:
    """Put posts into the free slots of the rotations *names* (none: of all), as far as they go.

    Calling it again fills only what has become free. Raises `UserError` when the config has no
    rotation, or none of that name.
    """
    rotations = _named(app, names)
    result = Scheduled()
    with one_at_a_time(app.queue.database, "evergreen") as ours:
        if not ours:
            result.remarks.append("somebody else is filling the slots at this moment")
            return result
        for rotation in rotations:
            _fill(app, rotation, result, dry_run=dry_run)
    return result


def _named(app: App, names: Sequence[str]) -> list[Rotation]:
    known = {rotation.name: rotation for rotation in app.config.evergreen}
    if not known:
        raise UserError(
            "there is no rotation in the config",
            hint="Put one under schedule: evergreen: (see docs/how-to/queue.md).",
            code="evergreen",
        )
    if unknown := [name for name in names if name not in known]:
        raise UserError(
            f"there is no rotation {unknown[0]!r}",
            hint=f"There are {', '.join(known)}.",
            code="evergreen",
        )
    return [known[name] for name in names] or list(known.values())


def _fill(app: App, rotation: Rotation, result: Scheduled, *, dry_run: bool) -> None:
    posts = {post.id: post for post in _posts(app, rotation, result) if not post.draft}
    if not posts:
        result.remarks.append(f"{rotation.name}: it has no posts")
        return
    for account in app.accounts(rotation.to):
        on = {name: post for name, post in posts.items() if not is_off(post, account)}
        planned = _planned(app, rotation, on, account, result)
        if not planned:
            result.remarks.append(f"{rotation.name}: nothing to add for {account.name}")
        for message, when in planned:
            try:
                _put(app, message, account, when, result, dry_run=dry_run)
            except SharekitError as error:  # its card went away just now; the others go on
                result.problems += placed(error.problems, posts[message.post_id])


def _posts(app: App, rotation: Rotation, result: Scheduled) -> list[Post]:
    found: list[Post] = []
    for name in rotation.posts:
        try:
            reading = app.select([name])
        except UserError as error:
            where = f"schedule.evergreen.{rotation.name}"
            result.problems += [replace(p, where=p.where or where) for p in error.problems]
            continue
        result.problems += [p for p in reading.problems if p not in result.problems]
        found += reading.posts
    if rotation.tags:
        reading = app.posts()
        result.problems += [p for p in reading.problems if p not in result.problems]
        wanted = {tag.casefold() for tag in rotation.tags}
        found += [p for p in reading.posts if wanted & {tag.casefold() for tag in p.tags}]
    return found


def _planned(
    app: App, rotation: Rotation, posts: dict[str, Post], account: Account, result: Scheduled
) -> list[tuple[Message, When]]:
    """What goes out when. A post that must not go out is told, and leaves its slot to others."""
    messages: dict[str, Message] = {}
    while True:
        planned = _plan(app, rotation, list(posts), account)
        for name, _ in planned:
            try:
                messages[name] = messages.get(name) or ready(app, posts[name], account)
            except SharekitError as error:
                result.problems += placed(error.problems, posts.pop(name))
                break
        else:
            return [(messages[name], when) for name, when in planned]


def _plan(
    app: App, rotation: Rotation, posts: Sequence[str], account: Account
) -> list[tuple[str, When]]:
    """Which post goes out when: the rotation's slots that *account* has nothing near."""
    times = slots_of(app, account, rotation.slots)
    now = datetime.now(UTC)
    end = now + span_of(rotation.ahead)
    taken = app.queue.taken(account.channel, account.account)
    free = takewhile(lambda when: when.utc <= end, slots.free(times, now=now, taken=taken))
    evergreen = Evergreen(posts=posts, gap=span_of(rotation.gap))
    return recurring.fill(evergreen, app.queue.shared(account.channel, account.account), free)


def _put(
    app: App, message: Message, account: Account, when: When, result: Scheduled, *, dry_run: bool
) -> None:
    delivery = app.queue.schedule(
        message,
        when,
        again=True,
        approval=needs_approval(app, account),
        by="evergreen",
        dry_run=dry_run,
    )
    result.deliveries.append(delivery)
    if when.note:
        result.remarks.append(f"{delivery.id}: {when.note}")
