"""Planning from the preview page: a post to its accounts, at a time, approved or to be approved.

What is on its way already is brought up to date instead of being queued a second time, and
what has been published is published once more only for those who ask for just that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.app.messages import account_for, keeping_own_words
from sharekit.app.times import next_slot
from sharekit.errors import Problem, SharekitError, UserError
from sharekit.model import Delivery, Message, Post, State, digest_of
from sharekit.queue import AlreadyScheduled, When, parse_when

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config.accounts import Account

__all__ = ["Planned", "clashes", "is_same", "offered", "plan", "refresh", "understood"]

OPEN: tuple[State, ...] = ("draft", "approved", "scheduled", "held", "failed")
"""States in which a delivery can still be given other words and another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What came of planning for one account: a delivery, or why there is none.

    *sent* is the delivery that has published the post there already: nothing was planned.
    *fresh* tells a new delivery from one that was there and has been brought up to date.
    """

    account: str
    delivery: Delivery | None = None
    problem: Problem | None = None
    sent: Delivery | None = None
    fresh: bool = False


def understood(app: App, wall: str) -> When:
    """The time that *wall* (`2026-12-01 09:00`) is on the site's clock. Raises `UserError`."""
    return parse_when(wall, zone=app.config.site.timezone, now=datetime.now(UTC))


def offered(app: App) -> When:
    """The time to offer first: the next free slot, else tomorrow at nine."""
    zone, now = app.config.site.timezone, datetime.now(UTC)
    for account in app.accounts():
        try:
            taken = app.queue.taken(account.channel, account.account)
            return next_slot(app, account, taken, now, zone)
        except UserError:
            continue
    return parse_when("tomorrow 09:00", zone=zone, now=now)


def plan(
    app: App,
    post: Post,
    names: Sequence[str],
    wall: str,
    *,
    approve: bool,
    again: bool = False,
    by: str = "preview",
) -> list[Planned]:
    """Give *post* to each of the accounts *names* at *wall*, a time on the site's clock.

    With *approve* each delivery is approved exactly as it is; else it waits for that. What
    must not go out is told and the others are planned. Where the post is published already,
    a second one is planned only with *again*. Raises `UserError` for a bad time.
    """
    when = understood(app, wall)
    found = []
    for account in app.accounts(names):
        try:
            delivery, fresh = _put(app, post, account, when, again=again, by=by)
            if approve and delivery.state == "draft":
                delivery = app.queue.approve(delivery.id, rev=delivery.rev, by=by)
        except AlreadyScheduled as there:
            found.append(_told(account, there))
        except SharekitError as error:
            found.append(Planned(account=account.name, problem=error.problems[0]))
        else:
            found.append(Planned(account=account.name, delivery=delivery, fresh=fresh))
    return found


def _told(account: Account, there: AlreadyScheduled) -> Planned:
    if there.delivery.state == "published":
        return Planned(account=account.name, sent=there.delivery)
    return Planned(account=account.name, problem=there.problems[0])


def _put(
    app: App, post: Post, account: Account, when: When, *, again: bool, by: str
) -> tuple[Delivery, bool]:
    message = app.message(post, account, strict=True)
    waiting = _waiting(app, post, account)
    if waiting is None:
        try:
            return app.queue.schedule(message, when, approval=True, by=by), True
        except AlreadyScheduled as there:
            if there.delivery.state == "published" and again:
                second = app.queue.schedule(message, when, again=True, approval=True, by=by)
                return second, True
            raise
    # Another time is no wish for other words.
    message, own = keeping_own_words(app, waiting, message, account)
    delivery = _brought_up(app, waiting, message, by=by, own=own)
    return app.queue.move(delivery.id, when, rev=delivery.rev, by=by), False


def _waiting(app: App, post: Post, account: Account) -> Delivery | None:
    """The delivery that is to take *post* to *account* and can still be changed, if any."""
    entries = app.queue.entries(OPEN, post=post.id)
    mine = [e for e in entries if (e.channel, e.account) == (account.channel, account.account)]
    return app.queue.get(mine[-1].id) if mine else None


def is_same(one: Message, other: Message) -> bool:
    """Whether the two would look the same to readers: `created`, key and problems are no matter."""
    return _content(one) == _content(other)


def _content(message: Message) -> Message:
    card = message.card
    return replace(
        message,
        key="",
        created=datetime.min,  # noqa: DTZ901  (a stand-in for both)
        problems=(),
        card=replace(card, path=Path(), problems=()) if card else None,
    )


def _brought_up(
    app: App, delivery: Delivery, message: Message, *, by: str, own: bool = False
) -> Delivery:
    """*delivery* with *message*, unless that is what it holds already.

    *own* says that its words are a person's.
    """
    if is_same(delivery.message, message):
        return delivery
    if _is_again(app, delivery):
        # A channel that knows the first one's key would answer with the first post.
        message = replace(message, key=digest_of([message.key, delivery.id], 32))
    return app.queue.edit(delivery.id, message, own=own, rev=delivery.rev, by=by)


def _is_again(app: App, delivery: Delivery) -> bool:
    here = (delivery.message.channel, delivery.message.account)
    entries = app.queue.entries(post=delivery.message.post_id)
    return any(e.id != delivery.id and (e.channel, e.account) == here for e in entries)


def refresh(app: App, delivery: Delivery, post: Post, *, by: str = "preview") -> Delivery:
    """Put what *post* says now in the place of what *delivery* holds; an approval is dropped.

    This is asked for in so many words, so it takes the place of a person's own words too.
    """
    account = account_for(app.config, f"{delivery.message.channel}:{delivery.message.account}")
    message = app.message(post, account, strict=True)
    return _brought_up(app, delivery, message, by=by)


def clashes(deliveries: Sequence[Delivery], *, within: timedelta) -> dict[str, Delivery]:
    """For each delivery that follows another of its account within *within*: that other one."""
    found: dict[str, Delivery] = {}
    last: dict[tuple[str, str], Delivery] = {}
    for item in sorted((d for d in deliveries if d.due), key=lambda d: (d.due, d.id)):
        key = (item.message.channel, item.message.account)
        before = last.get(key)
        if before and before.due and item.due and item.due - before.due < within:
            found[item.id] = before
        last[key] = item
    return found
