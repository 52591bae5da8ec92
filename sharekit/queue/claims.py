"""The claim: from `scheduled` to `publishing`, if nothing is in the way.

All of it happens in one transaction that holds the account's lock, so that all workers
together keep an account's pace and only one of them sends.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sharekit.errors import Refused
from sharekit.model import Message
from sharekit.ports import Metered, Publisher
from sharekit.queue import accounts
from sharekit.queue.clocks import utc
from sharekit.queue.database import Row, Transaction
from sharekit.queue.editing import is_approved
from sharekit.queue.limits import Pace, Sent, next_free
from sharekit.queue.outcomes import Timing, outcome_of, span
from sharekit.queue.rows import change

__all__ = ["claim"]

LATE = 300.0
"""Seconds after which a post counts as late; late ones are spaced out."""


def claim(
    transaction: Transaction,
    row: Row,
    publisher: Publisher,
    message: Message,
    *,
    pace: Pace,
    timing: Timing,
    by: str,
    repeat: bool = False,
) -> Row | None:
    """Make *row* ours to send. The changed row: `publishing`, or what it is instead.

    `None` when the account is not free now; the row stays as it is. A *repeat*, with a key
    that the channel knows, is neither late nor one post more. Raises `Changed`.
    """
    account = accounts.locked(transaction, row["channel"], row["account"])
    if not _is_free(transaction, row, account):
        return None
    if not repeat:
        held_back = _held_back(transaction, row, publisher, message, pace, timing, by)
        if held_back is not None:
            return held_back
    now, lease = transaction.now, timing.lease.total_seconds()
    transaction.run(
        "INSERT INTO sends (delivery, channel, account, began, cost)"
        " VALUES (:n, :channel, :account, :now, :cost)",
        n=row["n"],
        channel=row["channel"],
        account=row["account"],
        now=now,
        cost=publisher.price(message) if isinstance(publisher, Metered) else 0.0,
    )
    return change(
        transaction,
        row,
        by=by,
        what="sending",
        state="publishing",
        waiting=None,
        wake=now + lease,
        attempts=row["attempts"] + 1,
        sent=now,
        first_sent=row["first_sent"] or now,
        lease=transaction.at.steady.seconds + lease,
        lease_clock=transaction.at.steady.scale,
    )


def _is_free(transaction: Transaction, row: Row, account: Row) -> bool:
    """Whether the account is neither paused nor asked to wait, and nothing of it on its way."""
    free = (
        account["paused"] is None
        and (account["not_before"] or 0) <= transaction.now
        and transaction.one(
            "SELECT 1 AS value FROM deliveries WHERE channel = :channel AND account = :account"
            " AND state = 'publishing' AND n <> :n AND lease_clock = :scale AND lease > :steady",
            channel=row["channel"],
            account=row["account"],
            n=row["n"],
            scale=transaction.at.steady.scale,
            steady=transaction.at.steady.seconds,
        )
        is None
    )
    if not free:  # the engine is told again when it is
        transaction.run(
            "UPDATE deliveries SET armed = NULL WHERE n = :n AND rev = :rev",
            n=row["n"],
            rev=row["rev"],
        )
    return free


def _held_back(  # noqa: PLR0917  (one caller, above)
    transaction: Transaction,
    row: Row,
    publisher: Publisher,
    message: Message,
    pace: Pace,
    timing: Timing,
    by: str,
) -> Row | None:
    """The row after it was kept from going out now; `None` when nothing is in its way."""

    def instead(what: str, note: str | None = None, **new: Any) -> Row:
        return change(transaction, row, by=by, what=what, note=note, **new)

    if row["approval"] and not is_approved(row):
        return instead("approval dropped", state="draft", wake=None, waiting=None, approved=None)
    new = _timing_of(transaction, row, pace)
    if new is not None:
        return instead(**new)
    if isinstance(publisher, Metered):
        try:
            publisher.afford(message, _spent(transaction, row))
        except Refused as error:
            outcome = outcome_of(error, row, pace, timing)
            return instead(outcome.what, outcome.note, wake=None, **outcome.new)
    return None


def _timing_of(transaction: Transaction, row: Row, pace: Pace) -> dict[str, Any] | None:
    """What becomes of a row that comes too late or too soon; `None` for one that may go."""
    now, grace = transaction.now, pace.grace.total_seconds()
    # What waited for the channel or for the account's pace is late by that time, not its own.
    planned = row["wake"] if row["waiting"] else row["due"]
    if now - planned > grace:
        return _missed(now - planned)
    behind = now - row["due"] > LATE and row["waiting"] != "retry"
    sent = _sent(transaction, row, now - pace.memory.total_seconds())
    free = next_free(sent, pace, now, late=behind)
    if free <= now:
        return None
    if behind and not row["waiting"]:
        # It missed its time while nobody worked, and there is no room within the grace.
        if free - row["due"] > grace:
            return _missed(now - row["due"])
        waiting = None
    else:
        waiting = row["waiting"] or "limit"
    note = f"for {span(free - now)}"
    return {"what": "waits for the pace", "note": note, "wake": free, "waiting": waiting}


def _missed(late: float) -> dict[str, Any]:
    why = f"missed its time by {span(late)}"
    held = {"state": "held", "wake": None, "waiting": None, "error": why, "cause": "late"}
    return {"what": "held", "note": why, **held}


def _sent(transaction: Transaction, row: Row, since: float) -> list[Sent]:
    rows = transaction.all(
        "SELECT began, coalesce(ended, :now) AS ended FROM sends"
        " WHERE channel = :channel AND account = :account AND began > :since",
        channel=row["channel"],
        account=row["account"],
        since=since,
        now=transaction.now,
    )
    return [Sent(send["began"], send["ended"]) for send in rows]


def _spent(transaction: Transaction, row: Row) -> float:
    """What the account's posts of this calendar month (UTC) have cost so far."""
    today = utc(transaction.now)
    return float(
        transaction.value(
            "SELECT coalesce(sum(cost), 0) AS value FROM sends"
            " WHERE channel = :channel AND account = :account AND began >= :month",
            channel=row["channel"],
            account=row["account"],
            month=datetime(today.year, today.month, 1, tzinfo=UTC).timestamp(),
        )
    )
