"""What is due, and doing it: one turn, or one pass over everything.

Who sends is decided by the claim alone, so any number of passes and workers may run beside
each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event

from sharekit.model import Delivery
from sharekit.queue.database import Transaction
from sharekit.queue.deliveries import Queue
from sharekit.queue.limits import Pace
from sharekit.queue.look import look
from sharekit.queue.outcomes import Timing
from sharekit.queue.rows import Changed, delivery_of, number_of
from sharekit.queue.send import Courier, Paces, Publishers
from sharekit.queue.workers import ONCE, beat
from sharekit.web import Session

__all__ = ["Turn", "next_turns", "no_limits", "run_due", "set_back", "take", "wake_lost"]

AHEAD = 60.0
"""Seconds in the future from which on what was written down tells of a clock that was ahead."""

MOST_TURNS = 4
"""Turns of one row in one pass: looked for, found absent, sent, and one to spare."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Row *n* is due, as long as it is at *rev*."""

    n: int
    rev: int


def no_limits(_channel: str, _account: str) -> Pace:
    """The pace of accounts that have none of their own."""
    return Pace()


def next_turns(
    transaction: Transaction, *, armed_before: float | None = None, only: Sequence[int] = ()
) -> Sequence[Turn]:
    """The next row of each account that is free and has something due.

    One at a time: an account with a post on its way is not free. With *armed_before*, an
    account whose next row the engine was told of after that moment is left alone; *only* are
    the rows that count.
    """
    now = transaction.now
    # The plus keeps SQLite from walking over all that is to come instead of over what is busy.
    these = f" AND x.n IN ({', '.join(str(int(n)) for n in only)})" if only else ""
    rows = transaction.all(
        "SELECT d.n, d.rev, d.armed FROM accounts a JOIN deliveries d ON d.n = ("  # noqa: S608
        "   SELECT x.n FROM deliveries x WHERE x.channel = a.channel AND x.account = a.account"
        f"   AND x.wake <= :now{these} ORDER BY x.wake, x.n LIMIT 1)"
        " WHERE a.paused IS NULL AND (a.not_before IS NULL OR a.not_before <= :now)"
        " AND NOT EXISTS (SELECT 1 FROM deliveries b WHERE b.channel = a.channel"
        "   AND b.account = a.account AND b.state = 'publishing' AND +b.wake > :now)"
        " ORDER BY d.wake",
        now=now,
    )
    return [
        Turn(row["n"], row["rev"])
        for row in rows
        if armed_before is None or row["armed"] is None or row["armed"] < armed_before
    ]


def wake_lost(transaction: Transaction) -> None:
    """Turn to what was being sent and whose lease is over, also when the clock was set back."""
    transaction.run(
        "UPDATE deliveries SET wake = :now WHERE state = 'publishing' AND wake > :now"
        " AND (lease_clock <> :scale OR lease <= :steady)",
        now=transaction.now,
        scale=transaction.at.steady.scale,
        steady=transaction.at.steady.seconds,
    )


def set_back(transaction: Transaction) -> None:
    """Mend what was written down while the wall clock was ahead, now that it is right.

    A wait begins anew. When a key was used first cannot be told any more, so the channel is
    taken to have forgotten it (1 is in 1970); and what was sent then was sent just now, for
    every limit.
    """
    now = transaction.now
    transaction.run(
        "UPDATE deliveries SET updated = :now,"
        " wake = CASE WHEN waiting IS NULL OR wake IS NULL OR updated <= :soon THEN wake"
        "  WHEN wake > updated THEN :now + (wake - updated) ELSE :now END,"
        " first_sent = CASE WHEN first_sent > :soon THEN 1 ELSE first_sent END,"
        " sent = CASE WHEN sent > :soon THEN :now ELSE sent END"
        " WHERE state IN ('scheduled', 'publishing', 'unknown')"
        " AND (updated > :soon OR first_sent > :soon)",
        now=now,
        soon=now + AHEAD,
    )
    transaction.run(
        "UPDATE sends SET began = :now, ended = CASE WHEN ended IS NULL THEN NULL ELSE :now END"
        " WHERE began > :soon",
        now=now,
        soon=now + AHEAD,
    )


def take(courier: Courier, turn: Turn) -> Delivery | None:
    """Do what is due for one row; the delivery as it is then.

    `None` means that there was nothing to do: an old alarm, or somebody else was first.
    """
    with courier.queue.database.read() as transaction:
        row = transaction.one(
            "SELECT * FROM deliveries WHERE n = :n AND rev = :rev AND wake <= :now",
            n=turn.n,
            rev=turn.rev,
            now=transaction.now,
        )
    if row is None:
        return None
    try:
        done = courier.send(row) if row["state"] == "scheduled" else look(courier, row)
    except Changed:
        return None
    return None if done is None else delivery_of(done, courier.queue.cards.folder)


def run_due(
    queue: Queue,
    publishers: Publishers,
    web: Session,
    *,
    paces: Paces = no_limits,
    timing: Timing | None = None,
    only: Sequence[str] = (),
    limit: int | None = None,
    by: str = ONCE,
    stop: Event | None = None,
) -> Sequence[Delivery]:
    """One pass: do everything that is due now, then stop. The deliveries it touched.

    For cron and CI. *only* are the ids it keeps to; *limit* is the most turns it takes.
    Once *stop* is set, none is begun.
    Raises `UserError` when the database is damaged or of a newer sharekit, `Unavailable` when
    it cannot be used.
    """
    queue.check()
    courier = Courier(
        queue=queue,
        publishers=publishers,
        web=web,
        paces=paces,
        timing=timing or Timing(),
        name=by,
    )
    with queue.database.write() as transaction:
        set_back(transaction)
    done: dict[int, Delivery] = {}
    tried: Counter[int] = Counter()
    while True:
        with queue.database.write() as transaction:
            beat(transaction, ONCE)
            wake_lost(transaction)
            found = next_turns(transaction, only=[number_of(id_) for id_ in only])
        turns = [turn for turn in found if tried[turn.n] < MOST_TURNS]
        if limit is not None:
            turns = turns[: limit - tried.total()]
        if not turns:
            return list(done.values())
        for turn in turns:
            if stop and stop.is_set():
                return list(done.values())
            tried[turn.n] += 1
            if delivery := take(courier, turn):
                done[turn.n] = delivery
