"""When a post goes out: what people write, to a wall time, its zone and the instant in UTC.

A time is what a clock on a wall in *zone* shows. Where that clock jumps forward over it, the
post goes out as much later; where it shows it twice, the first time counts (PEP 495, fold=0).
Both are said in `When.note`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sharekit.errors import UserError
from sharekit.text.zones import zone_named

__all__ = ["DAYS", "When", "after", "at_wall", "from_utc", "parse_when", "span_of"]

FORMS = (
    "2026-12-01 09:00, 2026-12-01T08:00Z, today 17:30, tomorrow 9am, tue 09:00, "
    "1 dec 9:00, in 2h30m or now"
)
LATE = timedelta(minutes=30)
"""How long past a time may be and still be taken: the post then goes out at once."""

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december",
)  # fmt: skip
_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """*wall* (naive) on a clock in *zone* (IANA name) is *utc*. *note* says what was decided."""

    wall: datetime
    zone: str
    utc: datetime
    note: str = ""

    def __str__(self) -> str:
        return f"{self.wall:%a} {self.wall.day} {self.wall:%b %Y %H:%M} {self.zone}"


def at_wall(wall: datetime, zone: str) -> When:
    """The instant at which a clock in *zone* shows *wall* (naive)."""
    place = zone_named(zone)
    first, second = (wall.replace(tzinfo=place, fold=fold) for fold in (0, 1))
    utc = (wall - _offset(first)).replace(tzinfo=UTC)
    if first.utcoffset() == second.utcoffset():
        return When(wall=wall, zone=zone, utc=utc)
    shown = utc.astimezone(place).replace(tzinfo=None, fold=0)
    if shown == wall:
        note = f"the clocks go back: {wall:%H:%M} comes twice that day, the first one counts"
        return When(wall=wall, zone=zone, utc=utc, note=note)
    note = f"the clocks go forward: there is no {wall:%H:%M} that day, so it is {shown:%H:%M}"
    return When(wall=shown, zone=zone, utc=utc, note=note)


def _offset(moment: datetime) -> timedelta:
    offset = moment.utcoffset()
    assert offset is not None
    return offset


def from_utc(utc: datetime, zone: str, note: str = "") -> When:
    """*utc* (aware) as a clock in *zone* shows it.

    In an hour that comes twice the wall time alone would mean its first coming; there the
    zone is kept as `UTC`, so that what is stored means one instant.
    """
    wall = utc.astimezone(zone_named(zone))
    if wall.fold:
        wall, zone = utc.astimezone(UTC), "UTC"
    plain = wall.replace(tzinfo=None, fold=0)
    return When(wall=plain, zone=zone, utc=utc.astimezone(UTC), note=note)


def after(text: str, *, zone: str, now: datetime) -> When:
    """What `--in` takes: `2h`, `90m`, `1d 12h`, `2h30m`, `3 weeks`. *now* is aware."""
    try:
        return from_utc(now.replace(microsecond=0) + span_of(text), zone)
    except OverflowError as error:
        raise UserError(
            f"{text!r} is too far ahead", hint="Name a nearer time.", code="time-unclear"
        ) from error


def span_of(text: str) -> timedelta:
    """The span of time that *text* says. Raises `UserError` for anything else."""
    span = _span(text)
    if span is None:
        raise UserError(
            f"{text!r} is not a span of time",
            hint="Write it like 2h, 90m, 2h30m, 1d or 2 weeks.",
            code="time-unclear",
        )
    return span


def _span(text: str) -> timedelta | None:
    parts = re.findall(r"(\d+)\s*([a-z]+)", text.lower())
    left = re.sub(r"(\d+)\s*([a-z]+)|\s|,|\band\b", "", text.lower())
    if not parts or left:
        return None
    seconds = 0
    for number, unit in parts:
        known = re.fullmatch(
            r"w(?:eeks?)?|d(?:ays?)?|h(?:(?:ou)?rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?", unit
        )
        if not known or len(number) > 9:
            return None
        seconds += int(number) * _UNITS[unit[0]]
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        return None


def parse_when(
    text: str,
    *,
    zone: str,
    now: datetime,
    of_day: time | None = None,
    late: timedelta = LATE,
) -> When:
    """The time that *text* says, on a clock in *zone*. *now* is aware.

    Takes ISO 8601 (with or without an offset), `today`, `tomorrow`, a weekday or a day and
    month, each with a time of day; a time of day alone (its next coming); `in 2h30m`; `now`.
    A day alone takes the time *of_day*, if given. A time up to *late* ago is taken, and the
    note says so. Raises `UserError` for what is not understood and for what is past.
    """
    plain, named = _named_zone(text)
    zone = named or zone
    words = " ".join(plain.lower().split())
    here = now.astimezone(zone_named(zone))
    now = now.replace(microsecond=0)
    if words == "now":
        return from_utc(now, zone)
    if words.startswith("in ") and _span(words[3:]) is not None:
        return after(words[3:], zone=zone, now=now)
    try:
        found = words and (_iso(plain, zone) or _said(words, zone, here, of_day))
    except OverflowError:
        found = None
    if not found:
        raise UserError(f"{text!r} is not a time", hint=f"Write {FORMS}.", code="time-unclear")
    if found.utc < now - late:
        raise UserError(
            f"{found} is past",
            hint="Give a time to come, or `now`.",
            code="time-past",
        )
    if found.utc < now - timedelta(minutes=1):
        return from_utc(now, zone, f"{found.wall:%H:%M} is past: it goes out at once")
    return found


def _named_zone(text: str) -> tuple[str, str | None]:
    """*text* without the zone at its end (`09:00 Europe/Berlin`, `09:00[Europe/Berlin]`)."""
    match = re.fullmatch(r"(.*?)(?:\[([\w/+-]+)\]| ([A-Z]\w+/[\w/+-]+|UTC))", text.strip())
    return (match[1], match[2] or match[3]) if match else (text.strip(), None)


def _iso(text: str, zone: str) -> When | None:
    if not re.match(r"\d{4}-?\d\d-?\d\d[T ]", text, re.IGNORECASE):
        return None
    try:
        moment = datetime.fromisoformat(text.replace("z", "Z"))
    except ValueError:
        return None
    moment = moment.replace(microsecond=0)
    if moment.tzinfo is None:
        return at_wall(moment, zone)
    found = from_utc(moment, zone)
    if found.wall == moment.replace(tzinfo=None):
        return found
    return When(
        wall=found.wall,
        zone=found.zone,
        utc=found.utc,
        note=f"{moment:%H:%M} at UTC{moment:%z} is {found.wall:%H:%M} in {found.zone}",
    )


def _written(*parts: str, twin: str = "") -> str:
    """The pattern *parts*, whose groups get *twin* in their names: a name may come only once."""
    return "".join(parts).replace(">", f"{twin}>")


_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_YEAR = r"(?:,? (?P<year>\d{4}))?"
_SAID = re.compile(
    r"(?:(?P<near>today|tomorrow)|(?P<iso>\d{4}-\d\d-\d\d)"
    r"|(?P<next>next )?(?P<weekday>[a-z]{3,9})"
    rf"|{_written(_DAY, ' ', _MONTH, _YEAR)}|{_written(_MONTH, ' ', _DAY, _YEAR, twin='_')})?"
    r"(?:(?:^|,? |t)(?:at )?"
    r"(?P<time>noon|midnight|\d{1,2}(?:[:.]\d\d){0,2} ?(?:am|pm|h|uhr)?))?"
)


def _said(words: str, zone: str, here: datetime, of_day: time | None) -> When | None:
    match = _SAID.fullmatch(words)
    days = match and _days(match, here.date())
    if not match or not days:
        return None
    if match["time"]:
        of_day = _time(match["time"], bare=match["time"] == words)
        if of_day is None:
            return None
    if of_day is None:
        raise UserError(
            f"{words!r} has no time of day",
            hint=f"Write it like {words} 09:00.",
            code="time-unclear",
        )
    # A day that was named with its year, and today and tomorrow, are taken as they are.
    found = [at_wall(datetime.combine(day, of_day), zone) for day in days]
    return next((when for when in found if when.utc > here), found[0])


def _days(match: re.Match[str], today: date) -> list[date]:
    """The days that may be meant, the nearest first."""
    if match["near"]:
        return [today + timedelta(match["near"] == "tomorrow")]
    if match["iso"]:
        day = _date(*map(int, match["iso"].split("-")))
        return [day] if day else []
    if match["weekday"]:
        number = _index(match["weekday"], DAYS)
        ahead = ((number or 0) - today.isoweekday()) % 7 or (7 if match["next"] else 0)
        return [today + timedelta(ahead), today + timedelta(ahead + 7)] if number else []
    if number_of_day := match["day"] or match["day_"]:
        month = _index(match["month"] or match["month_"], _MONTHS)
        year = match["year"] or match["year_"]
        # 29 February may be eight years ahead.
        years = [int(year)] if year else range(today.year, today.year + 9)
        return [d for y in years if (d := _date(y, month or 0, int(number_of_day)))]
    return [today, today + timedelta(1)]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(text: str, *, bare: bool) -> time | None:
    """A time of day: 9am, 9:30 pm, 17:30, 09.00, noon. A *bare* number is not one."""
    if text in ("noon", "midnight"):
        return time(12 if text == "noon" else 0)
    match = re.fullmatch(r"(\d{1,2})(?:[:.](\d\d))?(?:[:.](\d\d))? ?(am|pm|h|uhr)?", text)
    if not match or (bare and not match[2] and not match[4]):
        return None
    hour, minute, second = (int(match[i] or 0) for i in (1, 2, 3))
    if match[4] in ("am", "pm"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match[4] == "pm")
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _index(word: str, names: tuple[str, ...]) -> int | None:
    """The place, from 1, of the name that *word* begins (three letters at least)."""
    for place, name in enumerate(names, 1):
        if name.startswith(word) or (word == "sept" and name == "september"):
            return place
    return None
