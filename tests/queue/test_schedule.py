"""Times as people write them, in every zone, over every change of the clocks."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sharekit.errors import UserError
from sharekit.queue.schedule import after, at_wall, from_utc, parse_when, zone_named

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday; 11:00 in Berlin
BERLIN = "Europe/Berlin"
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


def transitions(zone):
    """The instants at which the clocks of *zone* are set, and by how much."""
    place = zone_named(zone)

    def offset(moment):
        return moment.astimezone(place).utcoffset()

    step, found = timedelta(days=7), []
    at = FIRST
    while at < LAST:
        low, high = at, at + step
        if offset(low) != offset(high):
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
            exact = high.replace(microsecond=0)
            found.append((exact, offset(exact) - offset(exact - timedelta(seconds=2))))
        at += step
    return found


def test_all_zones_and_all_changes_of_the_clocks():
    changes = 0
    for zone in sorted(zoneinfo.available_timezones()):
        for at, by in transitions(zone):
            changes += 1
            place = zone_named(zone)
            before = (at - timedelta(seconds=1)).astimezone(place).replace(tzinfo=None, fold=0)
            edge = before + timedelta(seconds=1)  # what the clock would show, were it not set
            if by > timedelta():
                gap = at_wall(edge + by / 2, zone)
                assert "go forward" in gap.note
                assert gap.wall == edge + by / 2 + by, (zone, at)
                assert gap.utc == at + by / 2
                assert at_wall(edge + by, zone).note == ""
            else:
                twice = at_wall(edge + by / 2, zone)
                assert "go back" in twice.note
                assert twice.wall == edge + by / 2
                assert twice.utc == at + by / 2, "the first of the two"
                again = from_utc(at - by / 2, zone)
                assert (again.zone, again.utc) == ("UTC", at - by / 2)
            for shown in (gap if by > timedelta() else twice, at_wall(before, zone)):
                assert at_wall(shown.wall, shown.zone).utc == shown.utc, "stored means one instant"
    assert changes > 4500


@pytest.mark.parametrize(
    ("text", "wall", "zone"),
    [
        ("2026-12-01 09:00", "2026-12-01T09:00", BERLIN),
        ("2026-12-01T09:00", "2026-12-01T09:00", BERLIN),
        ("2026-12-01T09:00:30", "2026-12-01T09:00:30", BERLIN),
        ("2026-12-01T08:00Z", "2026-12-01T09:00", BERLIN),
        ("2026-12-01T09:00+05:30", "2026-12-01T04:30", BERLIN),
        ("2026-12-01 09:00 America/New_York", "2026-12-01T09:00", "America/New_York"),
        ("2026-12-01T09:00[Asia/Tokyo]", "2026-12-01T09:00", "Asia/Tokyo"),
        ("2026-12-01 9am", "2026-12-01T09:00", BERLIN),
        ("now", "2026-11-24T11:00", BERLIN),
        ("in 2h30m", "2026-11-24T13:30", BERLIN),
        ("today 17:30", "2026-11-24T17:30", BERLIN),
        ("tomorrow 9am", "2026-11-25T09:00", BERLIN),
        ("Tomorrow at 9:15 PM", "2026-11-25T21:15", BERLIN),
        ("tue 09:00", "2026-12-01T09:00", BERLIN),  # this Tuesday's nine o'clock is over
        ("tue 12:00", "2026-11-24T12:00", BERLIN),
        ("next tuesday 12:00", "2026-12-01T12:00", BERLIN),
        ("wednesday noon", "2026-11-25T12:00", BERLIN),
        ("fri 0:00", "2026-11-27T00:00", BERLIN),
        ("1 dec 9:00", "2026-12-01T09:00", BERLIN),
        ("dec 1, 2027 at 9:00", "2027-12-01T09:00", BERLIN),
        ("3rd Jan 9.30", "2027-01-03T09:30", BERLIN),
        ("29 feb 12:00", "2028-02-29T12:00", BERLIN),
        ("10:00", "2026-11-25T10:00", BERLIN),
        ("12:00", "2026-11-24T12:00", BERLIN),
        ("9am", "2026-11-25T09:00", BERLIN),
    ],
)
def test_forms(text, wall, zone):
    found = parse_when(text, zone=BERLIN, now=NOW)
    assert (found.wall, found.zone) == (datetime.fromisoformat(wall), zone)
    assert at_wall(found.wall, found.zone).utc == found.utc


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not a time"),
        ("9", "is not a time"),
        ("soon", "is not a time"),
        ("tuesday", "has no time of day"),
        ("2026-12-01", "has no time of day"),
        ("2026-13-01 09:00", "is not a time"),
        ("31 feb 9:00", "is not a time"),
        ("tomorrow 25:00", "is not a time"),
        ("13pm", "is not a time"),
        ("2026-12-01 09:00 Europe/Berlinn", "no time zone"),
        ("yesterday 9am", "is not a time"),
        ("2025-12-01 09:00", "is past"),
        ("in 99999999999999h", "is not a time"),
    ],
)
def test_what_is_not_understood(text, says):
    with pytest.raises(UserError, match=says) as error:
        parse_when(text, zone=BERLIN, now=NOW)
    assert error.value.problems[0].hint


def test_a_time_just_past_goes_out_at_once_and_says_so():
    found = parse_when("today 10:45", zone=BERLIN, now=NOW)
    assert found.utc == NOW
    assert found.note == "10:45 is past: it goes out at once"
    with pytest.raises(UserError, match="is past"):
        parse_when("today 10:29", zone=BERLIN, now=NOW)


def test_a_day_alone_takes_the_time_that_is_given():
    assert parse_when("fri", zone=BERLIN, now=NOW, of_day=time(7, 5)).wall.time() == time(7, 5)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2h", 7200),
        ("90m", 5400),
        ("1d 12h", 129_600),
        ("2 weeks", 1_209_600),
        ("1h, 30 min", 5400),
    ],
)
def test_spans(text, seconds):
    assert after(text, zone=BERLIN, now=NOW).utc == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", "2", "h", "2 fortnights", "-2h", "2h nonsense", "9" * 30 + "h"]
)
def test_what_is_no_span(text):
    with pytest.raises(UserError, match="span of time"):
        after(text, zone=BERLIN, now=NOW)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31)), st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]))  # fmt: skip
def test_what_is_shown_is_read_as_the_same(wall, zone):
    when = at_wall(wall.replace(microsecond=0), zone)
    back = parse_when(
        f"{when.wall.isoformat(' ')} {when.zone}", zone="UTC", now=FIRST - timedelta(days=2)
    )
    assert (back.wall, back.zone, back.utc) == (when.wall, when.zone, when.utc)


@given(st.text(max_size=40))
@example("in 9999999 weeks")
@example("9999-12-31 23:59")
@example("0001-01-01T00:00+14:00")
def test_any_text_is_a_time_or_a_clear_error(text):
    try:
        assert parse_when(text, zone=BERLIN, now=NOW).utc.tzinfo is UTC
    except UserError as error:
        assert error.problems[0].hint  # noqa: PT017
