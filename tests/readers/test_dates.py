from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from sharekit.readers._dates import in_zone, parse

PST = timezone(timedelta(hours=-8))
MORNING = datetime(2018, 3, 8, 11, 45)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2018-03-08 11:45", MORNING),
        ("2018-03-08T11:45", MORNING),
        ("2018-03-08 11:45:00 -0800", MORNING.replace(tzinfo=PST)),
        ("2018-03-08T11:45:00Z", MORNING.replace(tzinfo=UTC)),
        ("2018-03-08T11:45:00.500000000+00:00", MORNING.replace(tzinfo=UTC, microsecond=500_000)),
        ("2018-3-8 11:45:00 +0530", MORNING.replace(tzinfo=timezone(timedelta(hours=5.5)))),
        ("2018/03/08 11:45", MORNING),
        ("20180308T114500Z", MORNING.replace(tzinfo=UTC)),
        ("Thursday, March 8, 2018 - 11:45am", MORNING),
        ("Thu, 03/08/2018 - 11:45", MORNING),
        ("Thu, 8 Mar 2018 11:45:00 PST", MORNING.replace(tzinfo=PST)),
        ("Thu, 08 Mar 18 11:45:00 GMT", MORNING.replace(tzinfo=UTC)),
        ("Thu Mar  8 11:45:00 PST 2018", MORNING.replace(tzinfo=PST)),
        ("Thu Mar 08 2018 11:45:00 GMT-0800 (Pacific Standard Time)", MORNING.replace(tzinfo=PST)),
        ("March 8, 2018 at 11:45 a.m.", MORNING),
        ("8th of March 2018, 11:45", MORNING),
        ("2018-03-08 11:45 America/Los_Angeles", MORNING.replace(tzinfo=PST)),
        ("1520538300", MORNING.replace(tzinfo=PST)),
        ("1520538300000", MORNING.replace(tzinfo=PST)),
    ],
)
def test_reads_dates_with_the_offset_they_name(said, meant):
    found = parse(said)
    assert found is not None
    assert found.timed
    assert found.when == meant
    assert (found.when.tzinfo is None) == (meant.tzinfo is None)


@pytest.mark.parametrize(
    "said",
    [
        *(
            "8. März 2018, 11:45",
            "Donnerstag, 8. Mär. 2018 um 11:45 Uhr",
            "jeudi 8 mars 2018 à 11:45",
        ),
        *(
            "jueves, 8 de marzo de 2018 11:45",
            "8 de março de 2018, 11:45",
            "8. maaliskuuta 2018 11:45",
        ),
        *("8 марта 2018, 11:45", "2018年3月8日 11:45", "2018년 3월 8일 11:45"),
    ],
)
def test_reads_dates_in_the_languages_of_many_pages(said):
    assert parse(said).when == MORNING


@pytest.mark.parametrize(
    "said", ["2018-03-08", "March 8, 2018", "Mar 8 2018", "8 March 2018", "20180308", "8-Mar-2018"]
)
def test_a_day_is_a_day_without_a_time(said):
    found = parse(said)
    assert found is not None
    assert (found.when, found.timed) == (datetime(2018, 3, 8), False)


@pytest.mark.parametrize(
    "said",
    [
        *("08/03/2018", "Mon, 03/08/2018", "2018", "2018-03", "May", "68", "yesterday", "", None),
        *("0000-00-00 00:00:00", "0001-01-01", "2018-02-30", "2018-03-08T25:00", "x" * 10_000),
    ],
)
def test_what_is_ambiguous_or_no_date_is_none(said):
    assert parse(said) is None


def test_a_number_that_is_no_month_settles_the_order():
    assert parse("13/03/2018").when == parse("03/13/2018").when == datetime(2018, 3, 13)


def test_takes_what_toml_gives():
    assert parse(MORNING).when == MORNING
    assert parse(date(2018, 3, 8)).when == datetime(2018, 3, 8)


def test_a_date_without_a_zone_gets_the_sources_or_utc():
    los_angeles = in_zone(MORNING, "America/Los_Angeles")
    assert los_angeles == (MORNING.replace(tzinfo=ZoneInfo("America/Los_Angeles")), False)
    assert in_zone(MORNING, None) == (MORNING.replace(tzinfo=UTC), True)
    assert in_zone(MORNING.replace(tzinfo=PST), "Asia/Tokyo") == (
        MORNING.replace(tzinfo=PST),
        False,
    )
