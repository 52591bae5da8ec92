"""Whether the queue is well: accounts that are paused, and whether anybody works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sharekit.errors import Unauthorized
from sharekit.queue.clocks import aware
from sharekit.queue.database import Transaction
from sharekit.queue.workers import living

__all__ = ["Account", "Heartbeat", "accounts", "heartbeat"]

LATELY = 86_400.0
"""Seconds within which a pass of cron's counts as somebody working."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Whether anybody works: when a worker or a pass was last *seen*, and the last post went out.

    *workers* are the names of those alive now, *overdue* counts what should have gone out, and
    *scheduled* all that will. *stuck*: nothing has gone out since the first of it was overdue,
    *lately*: somebody was seen within the last day.
    """

    seen: datetime | None
    published: datetime | None
    workers: tuple[str, ...]
    overdue: int
    scheduled: int = 0
    stuck: bool = False
    lately: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as the queue knows it: *paused* since when and why, and how much waits.

    *signed_out*: it is paused because the channel refused its sign-in.
    """

    channel: str
    account: str
    paused: datetime | None
    reason: str | None
    not_before: datetime | None
    waiting: int
    signed_out: bool = False


def accounts(transaction: Transaction, *, paused: bool = False) -> Sequence[Account]:
    """Every account that has or had deliveries; with *paused*, those that are."""
    only = " WHERE a.paused IS NOT NULL" if paused else ""
    rows = transaction.all(
        "SELECT a.*, (SELECT count(*) FROM deliveries d WHERE d.channel = a.channel"  # noqa: S608
        " AND d.account = a.account AND d.wake IS NOT NULL) AS waiting,"
        " CASE WHEN a.paused IS NULL THEN 0 ELSE (SELECT count(*) FROM deliveries d"
        "   WHERE d.channel = a.channel AND d.account = a.account"
        "   AND d.wake IS NOT NULL AND d.cause = :cause) END AS refused"
        f" FROM accounts a{only} ORDER BY channel, account",
        cause=Unauthorized.code,
    )
    return [
        Account(
            channel=row["channel"],
            account=row["account"],
            paused=aware(row["paused"]),
            reason=row["reason"],
            not_before=aware(row["not_before"]),
            waiting=row["waiting"],
            signed_out=bool(row["refused"]),
        )
        for row in rows
    ]


def heartbeat(transaction: Transaction, *, alive: float, late: float) -> Heartbeat:
    """Whether anybody works: seen *alive* seconds ago at most. Overdue is *late* or more."""
    now = transaction.now
    workers = living(transaction, alive)
    seen = transaction.value("SELECT max(seen) AS value FROM workers")
    published = transaction.value(
        "SELECT at AS value FROM events WHERE what = 'published' ORDER BY n DESC LIMIT 1"
    )
    overdue = transaction.value(
        "SELECT count(*) AS value FROM deliveries d WHERE state = 'scheduled' AND due < :then"
        " AND wake < :then AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.channel = d.channel"
        " AND a.account = d.account AND (a.paused IS NOT NULL OR a.not_before > :now))",
        then=now - late,
        now=now,
    )
    scheduled = transaction.value(
        "SELECT count(*) AS value FROM deliveries WHERE state = 'scheduled'"
    )
    return Heartbeat(
        seen=aware(seen),
        published=aware(published),
        workers=tuple(workers),
        overdue=overdue,
        scheduled=scheduled,
        stuck=published is None or published < now - late,
        lately=seen is not None and seen > now - LATELY,
    )
