"""PHP's date formats, which Drupal's and WordPress's date tokens are written in.

The letters are those of https://www.php.net/manual/en/datetime.format.php; a backslash makes
the next character literal, and what is no letter of the table stands for itself.
Names of days and months are English, as PHP's are.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["format_date"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def format_date(moment: datetime, pattern: str) -> str:
    """*moment* by the PHP *pattern*. A moment without a zone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    out: list[str] = []
    letters = iter(pattern)
    for letter in letters:
        if letter == "\\":
            out.append(next(letters, ""))
        elif letter in _LETTERS:
            out.append(_LETTERS[letter](moment))
        else:
            out.append(letter)
    return "".join(out)


def _offset(moment: datetime, separator: str) -> str:
    seconds = _offset_seconds(moment)
    hours, rest = divmod(abs(seconds), 3600)
    return f"{'-' if seconds < 0 else '+'}{hours:02}{separator}{rest // 60:02}"


def _offset_seconds(moment: datetime) -> int:
    return int((moment.utcoffset() or timedelta()).total_seconds())


def _ordinal(moment: datetime) -> str:
    if 11 <= moment.day <= 13:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(moment.day % 10, "th")


def _zone(moment: datetime) -> str:
    """The zone's identifier; an offset such as `+05:30` where the zone has no name."""
    name = getattr(moment.tzinfo, "key", None)
    if name:
        return str(name)
    return "UTC" if moment.tzinfo is UTC else _offset(moment, ":")


def _abbreviation(moment: datetime) -> str:
    if moment.tzinfo is UTC or hasattr(moment.tzinfo, "key"):
        return moment.tzname() or ""
    return _offset(moment, ":")


def _beats(moment: datetime) -> str:
    """Swatch Internet Time: thousandths of a day in UTC+1."""
    bmt = moment.astimezone(UTC) + timedelta(hours=1)
    seconds = bmt.hour * 3600 + bmt.minute * 60 + bmt.second
    return f"{int(seconds / 86.4):03}"


def _days_of_month(moment: datetime) -> str:
    import calendar

    return str(calendar.monthrange(moment.year, moment.month)[1])


def _is_leap_year(moment: datetime) -> str:
    import calendar

    return str(int(calendar.isleap(moment.year)))


def _year(moment: datetime) -> str:
    return f"{moment.year:04}"


_LETTERS: dict[str, Callable[[datetime], str]] = {
    "d": lambda m: f"{m.day:02}",
    "D": lambda m: _DAYS[m.weekday()][:3],
    "j": lambda m: str(m.day),
    "l": lambda m: _DAYS[m.weekday()],
    "N": lambda m: str(m.isoweekday()),
    "S": _ordinal,
    "w": lambda m: str(m.isoweekday() % 7),
    "z": lambda m: str(m.timetuple().tm_yday - 1),
    "W": lambda m: f"{m.isocalendar().week:02}",
    "F": lambda m: _MONTHS[m.month - 1],
    "m": lambda m: f"{m.month:02}",
    "M": lambda m: _MONTHS[m.month - 1][:3],
    "n": lambda m: str(m.month),
    "t": _days_of_month,
    "L": _is_leap_year,
    "o": lambda m: str(m.isocalendar().year),
    "X": lambda m: f"+{_year(m)}",
    "x": _year,
    "Y": _year,
    "y": lambda m: f"{m.year % 100:02}",
    "a": lambda m: "am" if m.hour < 12 else "pm",
    "A": lambda m: "AM" if m.hour < 12 else "PM",
    "B": _beats,
    "g": lambda m: str((m.hour - 1) % 12 + 1),
    "G": lambda m: str(m.hour),
    "h": lambda m: f"{(m.hour - 1) % 12 + 1:02}",
    "H": lambda m: f"{m.hour:02}",
    "i": lambda m: f"{m.minute:02}",
    "s": lambda m: f"{m.second:02}",
    "u": lambda m: f"{m.microsecond:06}",
    "v": lambda m: f"{m.microsecond // 1000:03}",
    "e": _zone,
    "I": lambda m: str(int(bool(m.dst()))),
    "O": lambda m: _offset(m, ""),
    "P": lambda m: _offset(m, ":"),
    "p": lambda m: _offset(m, ":") if _offset_seconds(m) else "Z",
    "T": _abbreviation,
    "Z": lambda m: str(_offset_seconds(m)),
    "c": lambda m: format_date(m, "Y-m-d\\TH:i:sP"),
    "r": lambda m: format_date(m, "D, d M Y H:i:s O"),
    "U": lambda m: str(int(m.timestamp() // 1)),
}
