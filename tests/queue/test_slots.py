"""Posting times: which there are, and which are free."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.errors import UserError
from sharekit.queue.slots import Quiet, Slots, free, next_slot, spread

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # a Tuesday


def slots(*texts, zone="Europe/Berlin", **options):
    return Slots.parse(texts, zone=zone, **options)


def walls(found):
    return [f"{when.wall:%a %H:%M}" for when in found]


def test_weekdays_and_times():
    found = slots("mon-fri 09:00, 17:00", "sat,sun 11:00").after(NOW)
    assert walls(islice(found, 9)) == [
        "Tue 17:00", "Wed 09:00", "Wed 17:00", "Thu 09:00", "Thu 17:00", "Fri 09:00", "Fri 17:00",
        "Sat 11:00", "Sun 11:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("daily 9:00", "Tue Wed Thu Fri Sat Sun Mon"),
        ("9:00", "Tue Wed Thu Fri Sat Sun Mon"),
        ("weekdays 12:00", "Tue Wed Thu Fri Mon"),
        ("weekends 12:00", "Sat Sun"),
        ("fri-mon 12:00", "Fri Sat Sun Mon"),
        ("Tuesday, THU 12:00", "Tue Thu"),
    ],
)
def test_days(text, days):
    start = NOW.replace(hour=0)
    found = [w for w in islice(slots(text).after(start), 7) if w.utc < start + timedelta(days=7)]
    assert [f"{when.wall:%a}" for when in found] == days.split()


@pytest.mark.parametrize("text", ["", "monday", "xyz 09:00", "mon 25:00", "mon 9", "mon-xyz 9:00"])
def test_what_is_no_slot(text):
    with pytest.raises(UserError, match="is not a posting time"):
        slots(text)


@pytest.mark.parametrize("text", ["22:00", "22:00-22:00", "22-7", "25:00-07:00", ""])
def test_what_are_no_quiet_hours(text):
    with pytest.raises(UserError, match="no quiet hours"):
        Quiet.parse(text)


def test_quiet_hours_go_over_midnight():
    found = slots("daily 06:59, 07:00, 21:59, 22:00", quiet="22:00-07:00").after(NOW)
    assert walls(islice(found, 3)) == ["Tue 21:59", "Wed 07:00", "Wed 21:59"]


def test_taken_times_and_those_too_near_are_not_free():
    hourly = slots("daily 09:00, 10:00, 11:00, 12:00", zone="UTC", spacing=timedelta(minutes=90))
    taken = [NOW.replace(hour=11)]
    assert walls(spread(hourly, 3, now=NOW, taken=taken)) == ["Wed 09:00", "Wed 11:00", "Thu 09:00"]
    assert walls([next_slot(hourly, now=NOW, taken=[])]) == ["Tue 11:00"]


def test_without_slots_or_room_the_next_step_is_said():
    with pytest.raises(UserError, match="the account has no slots"):
        next_slot(slots(), now=NOW)
    with pytest.raises(UserError, match="only 104 of 900 posts find a free slot"):
        spread(slots("sat 9:00"), 900, now=NOW)


def test_slots_in_the_quiet_hours_are_told():
    some = Slots.parse(["daily 09:00, 23:30", "sat 06:59"], zone="UTC", quiet="22:00-07:00")
    assert [f"{at:%H:%M}" for at in some.unused()] == ["06:59", "23:30"]
    none = Slots.parse(["daily 23:30"], zone="UTC", quiet="22:00-07:00")
    with pytest.raises(UserError, match=r"every slot .* its quiet hours \(22:00-07:00\)"):
        next_slot(none, now=NOW)
    assert Slots.parse(["daily 23:30"], zone="UTC").unused() == []


def test_a_slot_in_the_gap_is_moved_and_says_so():
    found = slots("sun 02:30").after(datetime(2027, 3, 22, tzinfo=UTC))
    when = next(found)
    assert (walls([when]), "go forward" in when.note) == (["Sun 03:30"], True)


@given(
    st.lists(st.integers(0, 20_000), max_size=30),
    st.integers(0, 600),
    st.sampled_from(["Europe/London", "America/St_Johns", "Asia/Tokyo"]),
)
def test_free_times_keep_their_spacing(minutes, spacing, zone):
    taken = [NOW + timedelta(minutes=m) for m in minutes]
    gap = timedelta(minutes=spacing)
    plan = slots("daily 00:30, 07:15, 07:45, 20:00", zone=zone, spacing=gap, quiet="20:00-07:30")
    found = list(islice(free(plan, now=NOW, taken=taken), 20))
    times = sorted([*taken, *(when.utc for when in found)])
    for when in found:
        assert not plan.is_quiet(when)
        others = [t for t in times if t != when.utc]
        assert times.count(when.utc) == 1
        assert all(abs(other - when.utc) >= gap for other in others)
