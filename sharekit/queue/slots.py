"""Posting times: weekdays and times of an account, and which of them are free.

slots: ["mon-fri 09:00", "sat,sun 11:00", "daily 17:30"]     quiet: 22:00-07:00
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice

from sharekit.errors import UserError
from sharekit.queue.schedule import DAYS, When, at_wall
from sharekit.text.zones import zone_named

__all__ = ["Quiet", "Slot", "Slots", "free", "next_slot", "spread"]

HORIZON = 366 * 2
"""Days ahead in which a free slot is looked for."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of day on some weekdays (Monday is 1, as in ISO 8601)."""

    days: frozenset[int]
    at: time


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours without posts, from *start* up to *end*; over midnight when *end* is the earlier."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Quiet:
        """`22:00-07:00`. Raises `UserError` for anything else."""
        start, dash, end = text.partition("-")
        hours = [_time_of(part) for part in (start, end)]
        if not dash or hours[0] is None or hours[1] is None or hours[0] == hours[1]:
            raise UserError(
                f"{text!r} are no quiet hours", hint="Write them like 22:00-07:00.", code="slots"
            )
        return cls(hours[0], hours[1])

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def holds(self, moment: time) -> bool:
        """Whether *moment* lies in it."""
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """An account's posting times, on clocks in *zone*, *spacing* apart at least."""

    slots: tuple[Slot, ...]
    zone: str
    spacing: timedelta = timedelta()
    quiet: Quiet | None = None

    @classmethod
    def parse(
        cls,
        texts: Iterable[str],
        *,
        zone: str,
        spacing: timedelta = timedelta(),
        quiet: str | None = None,
    ) -> Slots:
        """The posting times that *texts* say. Raises `UserError` that names the wrong one."""
        slots = tuple(slot for text in texts for slot in _slots_of(text))
        return cls(
            slots=slots,
            zone=zone,
            spacing=spacing,
            quiet=Quiet.parse(quiet) if quiet else None,
        )

    def after(self, moment: datetime) -> Iterator[When]:
        """Every posting time after *moment* (aware), in order."""
        first = moment.astimezone(zone_named(self.zone)).date()
        for ahead in range(HORIZON):
            day = first + timedelta(ahead)
            times = sorted({slot.at for slot in self.slots if day.isoweekday() in slot.days})
            for at in times:
                when = at_wall(datetime.combine(day, at), self.zone)
                if when.utc > moment and not self.is_quiet(when):
                    yield when

    def unused(self) -> list[time]:
        """The times of day that lie in the quiet hours, at which nothing ever goes out."""
        return sorted({slot.at for slot in self.slots if self.quiet and self.quiet.holds(slot.at)})

    def is_quiet(self, when: When) -> bool:
        """Whether *when* lies in the quiet hours."""
        return self.quiet is not None and self.quiet.holds(when.wall.time())


def next_slot(slots: Slots, *, now: datetime, taken: Sequence[datetime] = ()) -> When:
    """The first posting time after *now* that is free. *taken* are the account's other times.

    Raises `UserError` when there are no slots, or none of the next two years is free.
    """
    (found,) = spread(slots, 1, now=now, taken=taken)
    return found


def spread(
    slots: Slots, count: int, *, now: datetime, taken: Sequence[datetime] = ()
) -> list[When]:
    """The first *count* free posting times, one for each of several posts."""
    if not slots.slots:
        raise UserError(
            "the account has no slots",
            hint="Give it some in the config, like slots: [mon-fri 09:00, sat 11:00].",
            code="slots",
        )
    if len(slots.unused()) == len({slot.at for slot in slots.slots}):
        raise UserError(
            f"every slot of the account lies in its quiet hours ({slots.quiet})",
            hint="Give it others in the config, or shorter `quiet` hours.",
            code="slots",
        )
    found = list(islice(free(slots, now=now, taken=taken), count))
    if len(found) < count:
        raise UserError(
            f"only {len(found)} of {count} posts find a free slot within two years",
            hint="Give the account more slots, or less spacing.",
            code="slots",
        )
    return found


def free(slots: Slots, *, now: datetime, taken: Sequence[datetime] = ()) -> Iterator[When]:
    """Every free posting time after *now*, in order; each is taken as soon as it was given."""
    busy = sorted(taken)
    # A time that is taken is not free, however short the spacing.
    spacing = max(slots.spacing, timedelta(minutes=1))
    for when in slots.after(now):
        place = bisect_left(busy, when.utc)
        near = busy[max(place - 1, 0) : place + 1]
        if all(abs(other - when.utc) >= spacing for other in near):
            busy.insert(place, when.utc)
            yield when


_GROUPS = {"daily": (1, 7), "weekdays": (1, 5), "weekends": (6, 7)}


def _slots_of(text: str) -> Iterator[Slot]:
    """`mon-fri 09:00, 17:00`: the days first, then one or more times."""
    words = text.strip().lower().replace("–", "-")
    match = re.fullmatch(r"(?:([a-z][a-z,\s-]*?)\s+)?(\d.*)", words)
    days = _days_of(match[1] or "daily") if match else None
    times = [_time_of(part) for part in re.split(r"[,\s]+", match[2].strip())] if match else []
    if not days or not times or None in times:
        raise UserError(
            f"{text!r} is not a posting time",
            hint="Write it like 'mon-fri 09:00', 'sat,sun 11:00' or 'daily 17:30'.",
            code="slots",
        )
    for at in times:
        if at is not None:
            yield Slot(frozenset(days), at)


def _days_of(text: str) -> set[int] | None:
    days: set[int] = set()
    for part in re.split(r"[,\s]+", text.strip()):
        if part in _GROUPS:
            first, last = _GROUPS[part]
        else:
            start, dash, end = part.partition("-")
            ends = [_day_of(start), _day_of(end if dash else start)]
            if ends[0] is None or ends[1] is None:
                return None
            first, last = ends[0], ends[1]
        days |= {(first - 1 + i) % 7 + 1 for i in range((last - first) % 7 + 1)}
    return days


def _day_of(word: str) -> int | None:
    found = [i for i, day in enumerate(DAYS, 1) if len(word) >= 2 and day.startswith(word)]
    return found[0] if len(found) == 1 else None


def _time_of(text: str) -> time | None:
    match = re.fullmatch(r"(\d{1,2}):(\d\d)", text.strip())
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        return None
    return time(int(match[1]), int(match[2]))
