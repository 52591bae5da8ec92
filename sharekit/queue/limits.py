"""How fast an account may post, over all workers together.

Pure arithmetic on what has been sent; `sharekit.queue.send` asks under the account's lock.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sharekit.errors import UserError
from sharekit.queue.schedule import at_wall, span_of
from sharekit.text.zones import zone_named

__all__ = ["Cap", "Pace", "Sent", "next_free"]

_RATES = "Write it like '25 per 24h' or '3 per hour'."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """At most *count* posts in any window of *per*."""

    count: int
    per: timedelta

    @classmethod
    def parse(cls, text: str) -> Cap:
        """`25 per 24h`, `3/1h`, `10 per day`. Raises `UserError` for anything else."""
        count, per, span = re.split(r"(\s+per\s+|\s*/\s*|$)", text.strip(), maxsplit=1)
        window = None
        with contextlib.suppress(UserError):
            window = span_of(span if span[:1].isdigit() else f"1 {span}")
        if not count.isdecimal() or not 0 < int(count) < 1_000_000 or not per or not window:
            raise UserError(f"{text!r} is not a rate", hint=_RATES, code="rate")
        return cls(count=int(count), per=window)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One account's pace.

    *spacing* is the least time between two posts, *daily* the most posts of one calendar day
    in *zone*, *caps* rolling windows. A post later than *grace* is held for a person; late
    ones within it keep *catch_up* between them, so that a computer that slept does not pour
    out what it missed. *give_up* is how long a post is tried for.
    """

    spacing: timedelta = timedelta()
    daily: int | None = None
    zone: str = "UTC"
    caps: tuple[Cap, ...] = ()
    grace: timedelta = timedelta(minutes=30)
    catch_up: timedelta = timedelta(minutes=5)
    give_up: timedelta = timedelta(hours=24)

    @property
    def memory(self) -> timedelta:
        """How far back sends matter. A calendar day is at most 25 hours, most places."""
        windows = [cap.per for cap in self.caps]
        return max([self.spacing, self.catch_up, timedelta(hours=27), *windows])


@dataclass(frozen=True, slots=True)
class Sent:
    """One send: when it *began*, and when it was surely over (seconds since 1970)."""

    began: float
    ended: float


def next_free(sent: Sequence[Sent], pace: Pace, now: float, *, late: bool = False) -> float:
    """From when on the account may post: *now*, or later. *late*: by the catch-up spacing.

    A rolling window counts a send until *per* after it ended, so no window at the channel,
    however long a request was on its way, ever holds more than the cap.
    """
    free = now
    spacing = max(pace.spacing, pace.catch_up) if late else pace.spacing
    if sent and spacing:
        # A start that was a moment late must not push every later one along.
        slack = min(5.0, spacing.total_seconds() / 20)
        free = max(free, max(s.began for s in sent) + spacing.total_seconds() - slack)
    for cap in pace.caps:
        ends = sorted(s.ended + cap.per.total_seconds() for s in sent)
        over = [end for end in ends if end > now]
        if len(over) >= cap.count:
            free = max(free, over[len(over) - cap.count])
    if pace.daily is not None:
        free = max(free, _daily(sent, pace.daily, pace.zone, free))
    return free


def _daily(sent: Sequence[Sent], most: int, zone: str, at: float) -> float:
    place = zone_named(zone)
    day = datetime.fromtimestamp(at, UTC).astimezone(place).date()
    that_day = sum(
        datetime.fromtimestamp(s.began, UTC).astimezone(place).date() == day for s in sent
    )
    if that_day < most:
        return at
    midnight = datetime.combine(day + timedelta(1), datetime.min.time())
    return at_wall(midnight, zone).utc.timestamp()
