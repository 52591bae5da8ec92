"""Times in words: never without their zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sharekit.preview.words import w

__all__ = ["Clock"]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Clock:
    """The clock on the wall of the site's zone."""

    def __init__(self, zone: str, now: datetime | None = None) -> None:
        self.zone = zone
        self._zone = ZoneInfo(zone)
        self._now = now

    @property
    def now(self) -> datetime:
        """This moment, on the site's clock."""
        return (self._now or datetime.now(UTC)).astimezone(self._zone)

    @property
    def place(self) -> str:
        """What people call the zone: the city in its name."""
        return self.zone.rpartition("/")[2].replace("_", " ")

    def here(self, moment: datetime) -> datetime:
        """*moment* on the site's clock."""
        return moment.astimezone(self._zone)

    def short_zone(self, moment: datetime) -> str:
        """`CET`, or `UTC-3` where the zone has no letters."""
        local = self.here(moment)
        name = local.tzname() or ""
        return name if name.isalpha() else f"UTC{_offset(local)}"

    def day(self, moment: datetime | date) -> str:
        """`Tue 1 Dec`, with the year when it is another than this one."""
        day = self.here(moment).date() if isinstance(moment, datetime) else moment
        year = "" if day.year == self.now.year else f" {day.year}"
        return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"

    def long_day(self, moment: datetime) -> str:
        """`24 Nov 2026`."""
        day = self.here(moment)
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"

    def time(self, moment: datetime) -> str:
        """`09:00 CET`."""
        return f"{self.here(moment):%H:%M} {self.short_zone(moment)}"

    def say(self, moment: datetime | None) -> str:
        """`Tue 1 Dec, 09:00 CET`, or `today, 09:00 CET`."""
        if moment is None:
            return w("time.none")
        today = self.here(moment).date() == self.now.date()
        day = w("time.today") if today else self.day(moment)
        return f"{day}, {self.time(moment)}"

    def second(self, moment: datetime) -> str:
        """`today, 09:00:07 CET`: to the second, for somebody who looks for a post."""
        local = self.here(moment)
        today = local.date() == self.now.date()
        day = w("time.today") if today else self.day(moment)
        return f"{day}, {local:%H:%M:%S} {self.short_zone(moment)}"

    @property
    def is_utc(self) -> bool:
        """Whether the site's own time is UTC, which then is not told twice."""
        return self.place == "UTC"

    def utc(self, moment: datetime) -> str:
        """`08:00 UTC`, with the day where it is another one there."""
        there = moment.astimezone(UTC)
        other = there.date() != self.here(moment).date()
        return f"{self.day(there.date()) + ', ' if other else ''}{there:%H:%M} UTC"

    def zone_words(self, moment: datetime) -> str:
        """`Berlin time (CET, UTC+1)`."""
        local = self.here(moment)
        short = self.short_zone(moment)
        offset = f"UTC{_offset(local)}"
        inside = short if short == offset else f"{short}, {offset}"
        return short if self.zone == short else w("time.zone", place=self.place, inside=inside)

    def ago(self, moment: datetime) -> str:
        """`2 min ago`."""
        seconds = max((self.now - moment).total_seconds(), 0)
        if seconds < 90:
            return w("time.just_now")
        if seconds < 5400:
            return w("time.minutes_ago", n=round(seconds / 60))
        if seconds < 172_800:
            return w("time.hours_ago", n=round(seconds / 3600))
        return w("time.days_ago", n=round(seconds / 86_400))

    def short_ago(self, moment: datetime | None) -> str:
        """`3h`, `5d`, then `Jun 9`, with the year of another one: as timelines date an article."""
        if moment is None:
            return ""
        seconds = max((self.now - moment).total_seconds(), 0)
        if seconds < 604_800:
            minutes, hours, days = (int(seconds // n) for n in (60, 3600, 86_400))
            if minutes < 1:
                return w("article.now")
            return f"{days}d" if days else (f"{hours}h" if hours else f"{minutes}m")
        day = self.here(moment)
        year = "" if day.year == self.now.year else f", {day.year}"
        return f"{_MONTHS[day.month - 1]} {day.day}{year}"

    def week(self, day: date) -> list[date]:
        """The days of *day*'s week, Monday first."""
        monday = day - timedelta(days=day.weekday())
        return [monday + timedelta(days=n) for n in range(7)]

    def week_words(self, days: list[date]) -> str:
        """`23 to 29 Nov 2026`."""
        first, last = days[0], days[-1]
        start = str(first.day)
        if first.month != last.month:
            start += f" {_MONTHS[first.month - 1]}"
        if first.year != last.year:
            start += f" {first.year}"
        end = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
        return w("time.week", start=start, end=end)

    def change(self, day: date) -> str | None:
        """What the clocks do on *day*, for the heading of a day that is shorter or longer."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        next_day = day + timedelta(days=1)
        after = datetime(next_day.year, next_day.month, next_day.day, tzinfo=self._zone)
        before_offset, after_offset = midnight.utcoffset(), after.utcoffset()
        if before_offset == after_offset or before_offset is None or after_offset is None:
            return None
        back = after_offset < before_offset
        return w("time.clocks_back" if back else "time.clocks_forward")


def _offset(local: datetime) -> str:
    offset = local.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return f"{sign}{hours}" + (f":{rest:02}" if rest else "")
