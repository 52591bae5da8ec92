"""Planning from the preview page: a post to its accounts, at a time, approved or to be approved.

What is on its way already is brought up to date instead of being queued a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sharekit.app.messages import account_for
from sharekit.app.scheduling import next_slot
from sharekit.errors import Problem, SharekitError, UserError
from sharekit.model import Delivery, Message, Post
from sharekit.queue import AlreadyScheduled, When, parse_when

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config.accounts import Account

__all__ = ["Planned", "clashes", "offered", "plan", "refresh", "understood"]

OPEN = ("draft", "approved", "scheduled", "held", "failed")
"""States in which a delivery can still be given other words and another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What came of planning for one account: a delivery, or why there is none."""

    account: str
    delivery: Delivery | None = None
    problem: Problem | None = None


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
    by: str = "preview",
) -> list[Planned]:
    """Give *post* to each of the accounts *names* at *wall*, a time on the site's clock.

    With *approve* each delivery is approved exactly as it is; else it waits for that. What
    must not go out is told and the others are planned. Raises `UserError` for a bad time.
    """
    when = understood(app, wall)
    found = []
    for account in app.accounts(names):
        try:
            delivery = _put(app, post, account, when, by=by)
            if approve and delivery.state == "draft":
                delivery = app.queue.approve(delivery.id, rev=delivery.rev, by=by)
        except SharekitError as error:
            found.append(Planned(account=account.name, problem=error.problems[0]))
        else:
            found.append(Planned(account=account.name, delivery=delivery))
    return found


def _put(app: App, post: Post, account: Account, when: When, *, by: str) -> Delivery:
    message = app.message(post, account, strict=True)
    try:
        return app.queue.schedule(message, when, approval=True, by=by)
    except AlreadyScheduled as there:
        delivery = there.delivery
        if delivery.state not in OPEN:
            raise
    delivery = _brought_up(app, delivery, message, by=by)
    return app.queue.move(delivery.id, when, rev=delivery.rev, by=by)


def _brought_up(app: App, delivery: Delivery, message: Message, *, by: str) -> Delivery:
    """*delivery* with *message*, unless that is what it holds: `created` alone is no change."""
    if delivery.message.key == message.key:
        return delivery
    return app.queue.edit(delivery.id, message, rev=delivery.rev, by=by)


def refresh(app: App, delivery: Delivery, post: Post, *, by: str = "preview") -> Delivery:
    """Put what *post* says now in the place of what *delivery* holds; an approval is dropped."""
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
