"""What came of a try, and what that means for the row and its account.

Errors are named after what comes next (`sharekit.errors`); here that becomes columns.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sharekit.errors import PublishError, Refused, RetryLater, SharekitError, Unauthorized
from sharekit.model import Receipt
from sharekit.queue.database import Row
from sharekit.queue.limits import Pace

__all__ = ["Outcome", "Timing", "outcome_of", "published", "span", "words_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long things may take.

    *lease* is the right to send; *grace* is how long after it a post that is not found in the
    channel's list is taken to be absent: longer than any list lags. *look* is when an unknown
    outcome is first looked up. *back_off* is doubled with every try, up to *slowest*; a wait
    that a channel asks for is cut to *longest*. *dead* is the silence after which a worker is
    taken for dead, and *alarm* that after which the engine is told again of what is due.
    """

    lease: timedelta = timedelta(minutes=5)
    grace: timedelta = timedelta(minutes=2)
    look: timedelta = timedelta(seconds=10)
    back_off: timedelta = timedelta(minutes=1)
    slowest: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=24)
    dead: timedelta = timedelta(seconds=20)
    alarm: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a try: the row's new columns, and what its account has to do.

    *after* is in how many seconds the queue turns to the row again, *pause* why the account
    must be paused, *wait* for how many seconds it must wait. *sent* says that something may
    have reached the channel, so that it counts as paid for.
    """

    what: str
    note: str | None = None
    new: dict[str, Any] = field(default_factory=dict)
    after: float | None = None
    pause: str | None = None
    wait: float | None = None
    sent: bool = False


def published(receipt: Receipt, note: str | None = None) -> Outcome:
    """The post is out."""
    return Outcome(
        what="published",
        note=note or receipt.url or receipt.id,
        new={
            "state": "published",
            "waiting": None,
            "error": None,
            "cause": None,
            "receipt_id": receipt.id,
            "receipt_url": receipt.url,
        },
        sent=True,
    )


def outcome_of(error: PublishError, row: Row, pace: Pace, timing: Timing) -> Outcome:
    """What *error* means for *row*: failed, scheduled again, its account paused, or unknown."""
    words: dict[str, Any] = {"error": words_of(error), "cause": error.code}
    if _surely_not_posted(error) and row["first_sent"] == row["sent"]:
        words["first_sent"] = None  # nor by an earlier try
    if isinstance(error, Refused):
        return Outcome(
            what="failed", note=error.message, new={"state": "failed", "waiting": None, **words}
        )
    if isinstance(error, Unauthorized):
        return Outcome(
            what="not sent",
            note=error.message,
            new={"state": "scheduled", "waiting": "retry", **words},
            after=0,
            pause=words["error"],
        )
    if isinstance(error, RetryLater):
        return _retry(error, row, pace, timing, words)
    return Outcome(
        what="unknown",
        note=error.message,
        new={"state": "unknown", "waiting": "look", **words},
        after=_doubled(timing.look, row["attempts"], timing),
        sent=True,
    )


def _surely_not_posted(error: PublishError) -> bool:
    if isinstance(error, RetryLater):
        return not error.maybe
    return isinstance(error, (Refused, Unauthorized))


def _retry(
    error: RetryLater, row: Row, pace: Pace, timing: Timing, words: dict[str, Any]
) -> Outcome:
    delay = _delay(error.after, row["attempts"], timing)
    tried_for = (row["sent"] or row["wake"]) - row["due"]
    if tried_for + delay > pace.give_up.total_seconds():
        return Outcome(
            what="failed",
            note=f"given up after {span(tried_for)}: {error.message}",
            new={"state": "failed", "waiting": None, **words},
        )
    return Outcome(
        what="not sent",
        note=f"{error.message}; again in {span(delay)}",
        new={"state": "scheduled", "waiting": "retry", **words},
        after=delay,
        wait=error.after,
    )


def _delay(asked: float | None, attempts: int, timing: Timing) -> float:
    """Seconds until the next try: as asked, else doubling; never before, a little after."""
    spread = random.uniform  # so that many that fail together do not come back together
    if asked is not None:
        asked = min(max(asked, 1.0), timing.longest.total_seconds())
        return asked + spread(0, min(5.0, 0.1 * asked))
    return _doubled(timing.back_off, attempts, timing) * spread(1, 1.1)


def _doubled(first: timedelta, attempts: int, timing: Timing) -> float:
    doubled = first.total_seconds() * 2.0 ** min(max(attempts - 1, 0), 16)
    return min(doubled, timing.slowest.total_seconds())


def words_of(error: SharekitError) -> str:
    """What *error* says, and the next step."""
    hint = error.problems[0].hint
    return f"{error.message} ({hint})" if hint else error.message


def span(seconds: float) -> str:
    """*seconds* for people: `12 s`, `5 min`, `3 h`, `2 days`."""
    for least, size, unit in ((172_800, 86_400, "days"), (5_400, 3_600, "h"), (90, 60, "min")):
        if seconds >= least:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
