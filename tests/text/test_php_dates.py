from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from sharekit.text.php_dates import format_date

MOMENT = datetime(2018, 3, 8, 21, 5, 9, 42_137, tzinfo=ZoneInfo("America/Los_Angeles"))


# Each as PHP 8.2 prints it.
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("d D j l N S w z", "08 Thu 8 Thursday 4 th 4 66"),
        ("W F m M n t L o", "10 March 03 Mar 3 31 0 2018"),
        ("X x Y y", "+2018 2018 2018 18"),
        ("a A B g G h H i s u v", "pm PM 253 9 21 09 21 05 09 042137 042"),
        ("e I O P p T Z", "America/Los_Angeles 0 -0800 -08:00 -08:00 PST -28800"),
        ("c", "2018-03-08T21:05:09-08:00"),
        ("r", "Thu, 08 Mar 2018 21:05:09 -0800"),
        ("U", "1520571909"),
        (r"\Y\e\a\r: Y", "Year: 2018"),
        (r"l \t\h\e jS", "Thursday the 8th"),
        ("l, F j, Y - g:ia", "Thursday, March 8, 2018 - 9:05pm"),
        ("kKqQ,;", "kKqQ,;"),
        ("Y\\", "2018"),
        ("", ""),
    ],
)
def test_letters(pattern, expected) -> None:
    assert format_date(MOMENT, pattern) == expected


@pytest.mark.parametrize(
    ("day", "suffix"),
    [(1, "st"), (2, "nd"), (3, "rd"), (4, "th"), (11, "th"), (12, "th"), (13, "th"), (21, "st")],
)
def test_ordinals(day, suffix) -> None:
    assert format_date(datetime(2018, 3, day, tzinfo=UTC), "S") == suffix


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2021, 1, 3, tzinfo=UTC), "2020 53 7 0"),  # the week is the old year's
        (datetime(2024, 12, 31, tzinfo=UTC), "2025 01 2 366"),
    ],
)
def test_weeks_and_leap_years(moment, expected) -> None:
    pattern = "o W N w" if moment.year == 2021 else "o W N"
    shown = format_date(moment, pattern)
    if moment.year == 2024:
        shown += f" {int(format_date(moment, 'z')) + 1}"
    assert shown == expected


@pytest.mark.parametrize(
    ("hour", "expected"), [(0, "12am"), (11, "11am"), (12, "12pm"), (13, "1pm")]
)
def test_twelve_hours(hour, expected) -> None:
    assert format_date(datetime(2018, 3, 8, hour, tzinfo=UTC), "ga") == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (UTC, "UTC UTC Z +00:00"),
        (timezone(timedelta(hours=5, minutes=30)), "+05:30 +05:30 +05:30 +05:30"),
        (timezone(-timedelta(hours=3)), "-03:00 -03:00 -03:00 -03:00"),
        (ZoneInfo("America/Sao_Paulo"), "America/Sao_Paulo -03 -03:00 -03:00"),
        (ZoneInfo("Europe/Berlin"), "Europe/Berlin CET +01:00 +01:00"),
        (None, "UTC UTC Z +00:00"),
    ],
)
def test_zones(zone, expected) -> None:
    assert format_date(datetime(2018, 3, 8, tzinfo=zone), "e T p P") == expected


def test_summer_time() -> None:
    moment = datetime(2018, 7, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert format_date(moment, "I T O") == "1 CEST +0200"
