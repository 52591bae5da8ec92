"""What has to be done now and then: backups, clearing out, clocks and zones that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sharekit.queue import schema
from sharekit.queue.clocks import Instant, utc
from sharekit.queue.database import Row, Transaction
from sharekit.queue.deliveries import Queue
from sharekit.queue.editing import standing
from sharekit.queue.outcomes import span
from sharekit.queue.rows import add_event, change, id_of
from sharekit.queue.schedule import at_wall
from sharekit.queue.turns import set_back

__all__ = ["Shifted", "after_jump", "jump", "keep", "shifted"]

JUMP = 300.0
"""Seconds by which a wall clock may gain or lose at once before it counts as set."""
KEPT_BACKUPS = 3
BY = "housekeeping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifted:
    """A delivery whose wall time is another instant since the rules of its zone have changed."""

    id: str
    wall: str
    zone: str
    before: datetime
    after: datetime


def jump(before: Instant, now: Instant) -> float:
    """By how many seconds the wall clock was set between two looks; 0 when it was not."""
    if before.steady.scale != now.steady.scale:
        return 0.0
    gap = (now.wall - before.wall) - (now.steady.seconds - before.steady.seconds)
    return gap if abs(gap) > JUMP else 0.0


def after_jump(queue: Queue, before: float, now: float, gap: float) -> int:
    """Hold what was due between *before* and *now*, since the clock was set ahead by *gap*.

    Set back, it makes nothing due that was not, and what was written down while it was ahead is
    mended (`set_back`). The number held.
    """
    way = "ahead" if gap > 0 else "back"
    note = f"the clock was set {way} by {span(abs(gap))}"
    with queue.database.write() as transaction:
        add_event(transaction, None, by=BY, what="clock set", note=note)
        if gap < 0:
            set_back(transaction)
            transaction.run(  # a wait that the channel asked for while the clock was ahead
                "UPDATE accounts SET not_before = not_before + :gap WHERE not_before > :now - :gap",
                gap=gap,
                now=now,
            )
        rows = transaction.all(
            "SELECT * FROM deliveries"
            " WHERE state = 'scheduled' AND wake > :before AND wake <= :now",
            before=before,
            now=now,
        )
        for row in rows:
            change(
                transaction,
                row,
                by=BY,
                what="held",
                note=note,
                state="held",
                wake=None,
                waiting=None,
                error=f"{note}, and passed over its time",
                cause="late",
            )
    return len(rows)


def shifted(queue: Queue, *, dry_run: bool = False, by: str = BY) -> Sequence[Shifted]:
    """Give every planned delivery the instant that its wall time is by today's zone rules.

    What moves by more than a minute needs a new approval where one is needed. Returns what
    has moved; with *dry_run* nothing is changed.
    """
    found: list[Shifted] = []
    with queue.database.write(keep=not dry_run) as transaction:
        last = 0
        while rows := transaction.all(
            "SELECT * FROM deliveries WHERE state IN ('draft', 'scheduled') AND due > :now"
            " AND wall IS NOT NULL AND n > :last ORDER BY n LIMIT 1000",
            now=transaction.now,
            last=last,
        ):
            last = rows[-1]["n"]
            found += [moved for row in rows if (moved := _shift(transaction, row, by=by))]
    return found


def _shift(transaction: Transaction, row: Row, *, by: str) -> Shifted | None:
    """Give *row* the instant of its wall time, if that is another by now."""
    when = at_wall(datetime.fromisoformat(row["wall"]), row["zone"])
    due = when.utc.timestamp()
    if abs(due - row["due"]) < 1:
        return None
    note = f"the rules of {row['zone']} have changed"
    change(transaction, row, by=by, what="moved", note=note, **standing(row, due=due))
    return Shifted(
        id=id_of(row["n"]),
        wall=row["wall"],
        zone=row["zone"],
        before=utc(row["due"]),
        after=when.utc,
    )


def keep(queue: Queue) -> None:
    """What one worker does once a day, whichever is first: backup, zones, clearing out."""
    with queue.database.write() as transaction:
        today = utc(transaction.now).date().isoformat()
        if not _first_today(transaction, today):
            return
    shifted(queue)
    if queue.database.path is not None:
        schema.backup(queue.database, queue.backups, f"queue-{today}")
        for old in _daily(queue.backups)[:-KEPT_BACKUPS]:
            old.unlink(missing_ok=True)
    with queue.database.write() as transaction:
        queue.cards.prune(transaction)
        transaction.run("DELETE FROM workers WHERE seen < :then", then=transaction.now - 86_400)


def _first_today(transaction: Transaction, today: str) -> bool:
    return bool(
        transaction.run(
            "INSERT INTO about (name, value) VALUES ('kept', :today) ON CONFLICT (name)"
            " DO UPDATE SET value = excluded.value WHERE about.value <> excluded.value",
            today=today,
        )
    )


def _daily(folder: Path) -> list[Path]:
    return sorted(folder.glob("queue-????-??-??.sqlite"))
