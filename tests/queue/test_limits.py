"""How fast an account may post."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.errors import UserError
from sharekit.queue.limits import Cap, Pace, Sent, next_free


@pytest.mark.parametrize(
    ("text", "count", "hours"),
    [
        ("25 per 24h", 25, 24), ("3/1h", 3, 1), ("3 per hour", 3, 1), ("10 / day", 10, 24),
        ("300 per 3 hours", 300, 3), ("1 per week", 1, 168),
    ],
)  # fmt: skip
def test_rates(text, count, hours):
    assert Cap.parse(text) == Cap(count=count, per=timedelta(hours=hours))


@pytest.mark.parametrize(
    "text", ["", "25", "x per day", "0 per day", "5 per", "5 per moon", "-1/h", "5 per 0s"]
)
def test_what_is_no_rate(text):
    with pytest.raises(UserError, match="is not a rate") as error:
        Cap.parse(text)
    assert "25 per 24h" in error.value.problems[0].hint


paces = st.builds(
    Pace,
    spacing=st.integers(0, 3600).map(lambda s: timedelta(seconds=s)),
    daily=st.none() | st.integers(1, 5),
    zone=st.sampled_from(["UTC", "Pacific/Auckland", "America/New_York"]),
    caps=st.lists(
        st.builds(
            Cap,
            count=st.integers(1, 4),
            per=st.integers(60, 200_000).map(lambda s: timedelta(seconds=s)),
        ),
        max_size=2,
    ).map(tuple),
)


@given(
    paces, st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 60)), min_size=1, max_size=25)
)
def test_no_window_ever_holds_more(pace, tries):
    """Whoever sends whenever he is allowed to keeps every limit."""
    sent, now = [], 1_790_000_000.0
    for wait, takes in tries:
        now += wait
        free = next_free(sent, pace, now)
        assert free >= now
        assert next_free(sent, pace, free) == free, "what was promised is kept"
        now = free
        sent.append(Sent(now, now + takes))
    for cap in pace.caps:
        per = cap.per.total_seconds()
        for send in sent:  # a request may reach the channel at any moment from began to ended
            window = [s for s in sent if send.ended <= s.began < send.ended + per or s is send]
            assert len(window) <= cap.count
    starts = [s.began for s in sent]
    slack = min(5.0, pace.spacing.total_seconds() / 20)
    for a, b in zip(starts, starts[1:], strict=False):
        assert b - a >= pace.spacing.total_seconds() - slack - 1e-6
