"""Workers are killed; nothing is lost, nothing goes out twice, no id is wrong.

See docs/why/kill-test.md. The API's log is the truth. `tests/queue/soak.py` does the same a
thousand times over.
"""

from __future__ import annotations

import signal
import time

import pytest
from rounds import at_every_statement, at_random, frozen, frozen_at_every_statement

pytestmark = pytest.mark.slow

KINDS = ("keyed", "keyless", "plain", "thread")


def test_killed_at_random(ground):
    """25 of each kind are cut off in the middle."""
    ground.api.truth.delay = 0.8
    report = at_random(ground, cuts=25, kinds=KINDS, most=200)
    assert report.wrong == []
    assert report.kills >= 25
    assert min(report.cut[kind] for kind in KINDS) >= 25
    for item in ground.queue.list(["unknown"]):  # parked: a person decides
        assert ground.api.truth.count(item.message.text) <= 1
        assert item.message.channel in ("plain", "thread"), "what can be looked up needs no person"


@pytest.mark.parametrize("kind", ["keyed", "keyless"])
def test_killed_at_every_statement(light_ground, kind):
    """Once at each; the soak does it on both databases, each time that a pass comes to one."""
    light_ground.api.truth.heal()
    report = at_every_statement(light_ground, kind)
    assert report.wrong == []
    assert report.kills > 300
    assert report.states["unknown"] == 0, "what can be looked up needs no person"


def test_frozen_at_every_statement_of_sending(light_ground):
    """Only between the socket's own last look at the clock and its write is there no way back."""
    light_ground.api.truth.heal()
    report, twice = frozen_at_every_statement(light_ground, "keyless")
    assert report.kills > 100
    assert {(file, way.split()[-1]) for file, _line, way, _ in twice} <= {
        ("sockets.py", "_arm"), ("sockets.py", "sendall"), ("lease.py", "left")
    }  # fmt: skip
    others = [line for line in report.wrong if not line.startswith(("twice", "wrong id"))]
    assert others == []
    assert len(twice) <= 6


def test_frozen_beyond_the_lease(new_ground, new_database):
    """At a random instant, also in a transaction, which a server then ends."""
    ground = new_ground(new_database())
    ground.api.truth.delay = 0.8
    report = frozen(ground, cuts=1, kinds=("keyed", "keyless"))
    assert report.wrong == []


def test_sigterm_loses_nothing(light_ground):
    """What is on its way arrives, and is written down, before the worker ends."""
    truth = light_ground.api.truth
    truth.heal()
    truth.delay = 0.4
    light_ground.schedule(["keyed"], 12, accounts=12)
    worker = light_ground.worker()
    while not light_ground.queue.list(["publishing"]):
        time.sleep(0.05)
    light_ground.kill(worker, signal.SIGTERM)
    took = light_ground.gone(worker)
    assert took is not None
    assert took < 30
    states = light_ground.queue.counts()
    assert states.get("publishing", 0) == states.get("unknown", 0) == 0
    assert states["published"] == len(truth.posts)
    assert light_ground.queue.heartbeat().workers == ()


def test_two_workers_keep_one_accounts_limit(ground):
    """5 in any 3 seconds, whatever the workers do, by the API's own clock."""
    ground.api.truth.heal()
    ground.schedule(["keyed"], 24, accounts=1)
    for _ in range(2):
        ground.worker(pace="capped")
    until = time.monotonic() + 60
    while len(ground.api.truth.posts) < 16 and time.monotonic() < until:
        time.sleep(0.1)
    arrivals = sorted(ground.api.truth.arrivals)
    assert len(arrivals) >= 16
    for first, sixth in zip(arrivals, arrivals[5:], strict=False):
        assert sixth - first >= 3.0
