"""What was written down while the wall clock was ahead, once it is right again."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from sharekit.errors import RetryLater, Unsure
from sharekit.model import Receipt
from sharekit.queue import Cap, Pace, clocks, housekeeping
from sharekit.queue.clocks import Instant, Steady

DAY = 86_400.0


@pytest.fixture
def queue(light_queue):
    return light_queue


@pytest.fixture(autouse=True)
def steady(monkeypatch):
    """The lease clock runs on, 10 minutes a look, wherever the wall clock is put."""
    seconds = itertools.count(step=600)
    monkeypatch.setattr(
        clocks, "fixed", lambda clock: Instant(clock().timestamp(), Steady("given", next(seconds)))
    )


@pytest.fixture
def ahead(clock, put, run):
    """Sends a post while the clock is a day ahead, and sets the clock right an hour later."""

    def ahead(channel):
        clock.forward(days=1)
        item = put(at=clock.now)
        run(channel)
        clock.forward(days=-1, hours=1)
        return item.id

    return ahead


def test_an_unknown_outcome_is_looked_up_at_once_not_a_day_later(ahead, run, queue, listed, clock):
    listed.script = [Unsure("no answer")]
    listed.found = [Receipt(id="7")]
    id_ = ahead(listed)
    assert queue.get(id_).state == "unknown"
    clock.forward(minutes=2)
    run(listed)  # its wait begins anew ...
    clock.forward(minutes=2)
    run(listed)  # ... and is over
    assert queue.get(id_).state == "published"
    assert len(listed.posts) == 1


def test_what_waited_to_be_tried_again_does_not_wait_for_a_day(ahead, run, queue, channel, clock):
    channel.script = [RetryLater("busy")]
    id_ = ahead(channel)
    assert queue.get(id_).waiting == "retry"
    run(channel)
    clock.forward(minutes=5)
    run(channel)
    assert queue.get(id_).state == "published"


def test_a_key_of_unknown_age_is_taken_to_be_forgotten(ahead, run, queue, channel, clock):
    """The channel knew it for an hour, and an hour has passed, whatever was written down."""
    channel.repeatable_for = timedelta(hours=1)
    channel.script = [RetryLater("busy", maybe=True)]
    id_ = ahead(channel)
    for _ in range(3):
        clock.forward(minutes=20)
        run(channel)
    item = queue.get(id_)
    assert (item.state, item.wake) == ("unknown", None), "a person decides"
    assert len(channel.posts) == 1


def test_a_limit_does_not_last_until_the_clock_is_there_again(
    ahead, put, run, queue, channel, clock
):
    ahead(channel)
    pace = Pace(caps=(Cap(count=1, per=timedelta(hours=1)),))
    item = put("p2")
    run(channel, pace=pace)
    assert queue.get(item.id).waiting == "limit", "sent just now, as far as anybody knows"
    clock.forward(hours=1, minutes=1)
    run(channel, pace=pace)
    assert queue.get(item.id).state == "published"


@pytest.mark.parametrize(("asked", "left"), [(60, 60), (None, None)])
def test_a_worker_takes_back_a_wait_that_was_counted_from_the_wrong_time(
    put, run, queue, channel, clock, asked, left
):
    clock.forward(days=1)
    put(at=clock.now)
    channel.script = [RetryLater("slow down", after=asked)]
    run(channel)
    before = clock.now.timestamp()
    clock.forward(days=-1)
    housekeeping.after_jump(queue, before, clock.now.timestamp(), -DAY)
    (account,) = queue.accounts()
    if left is None:
        assert account.not_before is None
    else:
        assert account.not_before.timestamp() == pytest.approx(clock.now.timestamp() + left, abs=7)
    (row,) = queue.list(["scheduled"])
    assert row.wake < clock.now + timedelta(minutes=3)
