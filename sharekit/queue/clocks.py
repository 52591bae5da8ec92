"""What time it is, for due times; and how long it has been, for leases.

A wall clock can jump: a laptop wakes, someone sets the date, two machines disagree. So due
times go by the wall clock (the database server's, where there is one), and leases by a clock
that only runs on: seconds since this computer was started, suspended or not.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

__all__ = ["Clock", "Instant", "Steady", "aware", "fixed", "here", "utc"]

Clock = Callable[[], datetime]
"""A stand-in for the wall clock: aware datetimes."""


@dataclass(frozen=True, slots=True)
class Steady:
    """*seconds* on a clock named *scale*; two scales cannot be compared."""

    scale: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment: *wall* in seconds since 1970 UTC, and the same on the lease clock."""

    wall: float
    steady: Steady


@cache
def _boot() -> str | None:
    """What names this start of this computer; `None` where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None


def here() -> Instant:
    """Now, by this computer."""
    wall = time.time()
    boot = _boot()
    if boot and hasattr(time, "CLOCK_BOOTTIME"):
        return Instant(wall, Steady(boot, time.clock_gettime(time.CLOCK_BOOTTIME)))
    return Instant(wall, Steady("wall", wall))


def fixed(clock: Clock) -> Instant:
    """Now, by *clock*, for both purposes."""
    seconds = clock().timestamp()
    return Instant(seconds, Steady("given", seconds))


def utc(seconds: float) -> datetime:
    """*seconds* since 1970 as an aware UTC datetime."""
    return datetime.fromtimestamp(seconds, UTC)


def aware(seconds: float | None) -> datetime | None:
    """As `utc`, for what may not be known."""
    return None if seconds is None else utc(seconds)
