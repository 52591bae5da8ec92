"""When posts go out: the time that a person gives, each account's next slot, quiet hours."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sharekit.app.messages import account_of
from sharekit.errors import UserError
from sharekit.model import Delivery
from sharekit.queue import When, parse_when
from sharekit.queue import schedule as times
from sharekit.text.zones import zone_named

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config.accounts import Account
    from sharekit.queue.slots import Slots

__all__ = [
    "Mover",
    "Planner",
    "is_slot",
    "moved",
    "next_slot",
    "quiet_hours",
    "seconds_of",
    "since",
    "slots_of",
]


def is_slot(at: str | None) -> bool:
    """Whether *at* is not a time of its own but means the account's next free slot."""
    return at is not None and " ".join(at.lower().split()) in ("next slot", "slot")


class Planner:
    """Hands out times: one for all, or each account's next free slot.

    *given* are the times that were taken or handed out, by account; shared by several
    planners, none hands out a slot of another.
    """

    def __init__(
        self,
        app: App,
        *,
        at: str | None,
        in_: str | None,
        slot: bool,
        zone: str | None,
        given: dict[str, list[datetime]] | None = None,
    ) -> None:
        self._app = app
        self._zone = zone or app.config.site.timezone
        zone_named(self._zone)
        self._now = datetime.now(UTC)
        self._slot = slot or is_slot(at)
        self._given = {} if given is None else given
        self._when: When | None = None
        if self._slot:
            return
        if at is not None:
            self._when = parse_when(at, zone=self._zone, now=self._now)
        elif in_ is not None:
            self._when = times.after(in_, zone=self._zone, now=self._now)

    def when(self, account: Account) -> When | None:
        """The time for *account*; `None` where none was given: it becomes a draft."""
        if not self._slot:
            return self._when
        return _hand_out(self._app, account, self._given, self._now, self._zone)


def _hand_out(
    app: App,
    account: Account,
    given: dict[str, list[datetime]],
    now: datetime,
    zone: str,
    *,
    free: datetime | None = None,
) -> When:
    """The next slot of *account* that is neither taken nor in *given*, and is noted there.

    *free* is a taken time that may be handed out all the same.
    """
    if account.name not in given:
        taken = list(app.queue.taken(account.channel, account.account))
        if free in taken:
            taken.remove(free)
        given[account.name] = taken
    found = next_slot(app, account, given[account.name], now, zone)
    given[account.name].append(found.utc)
    return found


def next_slot(
    app: App, account: Account, taken: Sequence[datetime], now: datetime, zone: str
) -> When:
    """The next free slot of *account*. Raises `UserError` when it has none."""
    from sharekit.queue import slots

    return slots.next_slot(slots_of(app, account, zone=zone), now=now, taken=taken)


def slots_of(
    app: App, account: Account, wanted: Sequence[str] | None = None, *, zone: str | None = None
) -> Slots:
    """The posting times of *account*, or *wanted* in their place, at its spacing and quiet hours.

    They are on the site's clock, unless *zone* is another.
    """
    from sharekit.queue.slots import Slots

    plan, own = app.config.schedule, account.section
    if wanted is None:
        wanted = plan.slots if own.slots is None else own.slots
    return Slots.parse(
        wanted,
        zone=zone or app.config.site.timezone,
        spacing=timedelta(minutes=plan.spacing if own.spacing is None else own.spacing),
        quiet=own.quiet or plan.quiet,
    )


class Mover:
    """Hands out the new times of deliveries that are moved, each slot once."""

    def __init__(
        self,
        app: App,
        *,
        at: str | None,
        in_: str | None,
        slot: bool,
        zone: str | None,
        given: dict[str, list[datetime]] | None = None,
    ) -> None:
        self._app = app
        self._at, self._in, self._zone = at, in_, zone
        self._slot = slot or is_slot(at)
        self._now = datetime.now(UTC)
        self._given = {} if given is None else given
        self._check()

    def _check(self) -> None:
        """What no delivery could be moved to is wrong before any is looked at."""
        zone = self._zone or self._app.config.site.timezone
        zone_named(zone)
        if self._slot:
            return
        if self._in is not None:
            times.after(self._in, zone=zone, now=self._now)
        elif self._at is not None and not _is_day(self._at):
            parse_when(self._at, zone=zone, now=self._now, of_day=time(23, 59))

    def when(self, item: Delivery) -> When:
        """The new time of *item*. A date alone keeps its time of day. Raises `UserError`."""
        when = self._found(item)
        if self._slot:
            return when
        try:
            quiet = quiet_hours(self._app, account_of(self._app.config, item.message), when)
        except UserError:  # an account that the config has lost has no hours
            quiet = None
        return dataclasses.replace(when, note="; ".join(filter(None, (when.note, quiet))))

    def _found(self, item: Delivery) -> When:
        zone = self._zone or item.zone or self._app.config.site.timezone
        if self._slot:
            return self._next(item)
        if self._in is not None:
            return times.after(self._in, zone=zone, now=self._now)
        assert self._at is not None
        at = self._at.strip()
        of_day = datetime.fromisoformat(item.wall).time() if item.wall else None
        if _is_day(at):
            day = date.fromisoformat(at)
            return parse_when(f"{day} {of_day or time(9):%H:%M}", zone=zone, now=self._now)
        return parse_when(at, zone=zone, now=self._now, of_day=of_day)

    def _next(self, item: Delivery) -> When:
        account = account_of(self._app.config, item.message)
        zone = self._zone or self._app.config.site.timezone
        # Its own time is free for another.
        return _hand_out(self._app, account, self._given, self._now, zone, free=item.due)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def moved(app: App, item: Delivery, *, at: str | None, in_: str | None, tz: str | None) -> When:
    """The new time of *item*. A date alone keeps its time of day. Raises `UserError`."""
    return Mover(app, at=at, in_=in_, slot=False, zone=tz).when(item)


def seconds_of(span: str) -> float:
    """`90m` as seconds. Raises `UserError` for what is not a span."""
    now = datetime.now(UTC).replace(microsecond=0)
    return (times.after(span, zone="UTC", now=now).utc - now).total_seconds()


def since(app: App, text: str) -> datetime:
    """The moment that `7d` ago or a date means. Raises `UserError` for anything else."""
    try:
        day = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        return day if day.tzinfo else times.at_wall(day, app.config.site.timezone).utc
    try:
        return datetime.now(UTC) - timedelta(seconds=seconds_of(text))
    except UserError as error:
        raise UserError(
            f"{text!r} is neither a span of time nor a date",
            hint="Write it like 7d, 2h, 2026-11-01 or 2026-11-01T09:00.",
            code="time-unclear",
        ) from error


def quiet_hours(app: App, account: Account, when: When) -> str | None:
    """A remark when *when* was given by hand and lies in the quiet hours, by the site's clock."""
    from sharekit.queue.slots import Quiet

    hours = account.section.quiet or app.config.schedule.quiet
    wall = when.utc.astimezone(zone_named(app.config.site.timezone))
    if hours and Quiet.parse(hours).holds(wall.time()):
        return f"{wall:%H:%M} lies in the quiet hours of {account.name} ({hours})"
    return None
