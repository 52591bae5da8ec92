"""Evergreen posts: the rotation and its gap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sharekit.queue.recurring import Evergreen, fill, next_up
from sharekit.queue.schedule import from_utc

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def whens(*days):
    return [from_utc(NOW + timedelta(days=day), "UTC") for day in days]


def test_new_ones_first_in_their_order_then_the_longest_ago():
    evergreen = Evergreen(posts=("a", "b", "c"), gap=timedelta(days=2))
    assert [post for post, _ in fill(evergreen, {}, whens(0, 1, 2, 3, 4))] == [
        "a",
        "b",
        "c",
        "a",
        "b",
    ]
    last = {"a": NOW - timedelta(days=9), "b": NOW - timedelta(days=30)}
    assert [post for post, _ in fill(evergreen, last, whens(0, 1, 2))] == ["c", "b", "a"]


def test_a_slot_stays_empty_rather_than_break_the_gap():
    evergreen = Evergreen(posts=("a",), gap=timedelta(days=7))
    planned = fill(evergreen, {}, whens(0, 3, 6, 7, 8, 14))
    assert [(when.utc - NOW).days for _, when in planned] == [0, 7, 14]
    assert next_up(evergreen, {"a": NOW}, NOW + timedelta(days=6)) is None


@given(
    st.lists(st.sampled_from("abcdef"), min_size=1, max_size=6),
    st.integers(0, 30),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(-60, 0), max_size=6),
    st.lists(st.integers(0, 200), max_size=40),
)
def test_the_gap_is_never_broken_and_nobody_is_left_out(posts, gap, before, days):
    evergreen = Evergreen(posts=posts, gap=timedelta(days=gap))
    last = {post: NOW + timedelta(days=day) for post, day in before.items()}
    planned = fill(evergreen, last, whens(*sorted(days)))
    for name in set(posts):
        times = [last[name]] if name in last else []
        times += [when.utc for post, when in planned if post == name]
        assert all(b - a >= evergreen.gap for a, b in zip(times, times[1:], strict=False))
    if len(planned) >= len(set(posts)) and gap == 0:
        counts = [sum(post == name for post, _ in planned) for name in set(posts)]
        assert max(counts) - min(counts) <= 1 + len(before)
