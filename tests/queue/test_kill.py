"""Workers are killed; nothing is lost, nothing goes out twice, no id is wrong.

See docs/why/kill-test.md. The API's log is the truth. `tests/queue/soak.py` does the same a
thousand times over.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "killing"))

from api import Api, Truth
from ground import Ground, Zygote
from rounds import at_every_statement, at_random, frozen

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def zygote():
    with Zygote() as zygote:
        yield zygote


@pytest.fixture
def api():
    with Api(Truth(seed=7)) as api:
        yield api


@pytest.fixture
def ground(database, tmp_path, api, zygote):
    ground = Ground(database, tmp_path / ".sharekit", api, zygote)
    yield ground
    ground.close()


@pytest.fixture
def light_ground(tmp_path, api, zygote):
    """On SQLite alone, for what is no matter of the database."""
    ground = Ground("", tmp_path / ".sharekit", api, zygote)
    yield ground
    ground.close()


def flawless(api):
    api.truth.faults = False
    api.truth.delay = 0.0


def test_postgres_is_restarted(tmp_path, api, zygote, own_postgres):
    """The server goes away in the middle of everything, more than once."""
    ground = Ground(own_postgres.url, tmp_path / ".sharekit", api, zygote)
    ground.schedule(["keyed", "keyless"], 30, accounts=6, within=8.0)
    for _ in range(2):
        ground.worker()
    for _ in range(3):
        time.sleep(2.0)
        own_postgres.restart()
    ground.settle(90)
    wrong, states = ground.verdict()
    ground.close()
    assert wrong == []
    assert states["published"] > 40


def test_killed_at_random(ground):
    report = at_random(ground, kills=50, kinds=["keyed", "keyless"])
    assert report.wrong == []
    assert report.kills == 50
    assert report.in_flight >= 10
    assert report.states["published"] > 0


def test_killed_at_every_statement(ground):
    flawless(ground.api)
    for kind in ("keyed", "keyless"):
        report = at_every_statement(ground, kind)
        assert report.wrong == []
        assert report.kills > 150
        assert report.states["unknown"] == 0, "what can be looked up needs no person"


def test_what_cannot_be_looked_up_is_parked(light_ground):
    report = at_random(light_ground, kills=10, kinds=["plain", "thread"])
    assert report.wrong == []
    for item in light_ground.queue.list(["unknown"]):
        assert light_ground.api.truth.count(item.message.text) <= 1
        assert item.wake is None
        assert item.error


def test_frozen_beyond_the_lease(ground):
    report = frozen(ground, freezes=2, kinds=["keyed", "keyless"])
    assert report.wrong == []


def test_sigterm_loses_nothing(light_ground):
    """What is on its way arrives, and is written down, before the worker ends."""
    flawless(light_ground.api)
    light_ground.api.truth.delay = 0.4
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
    assert states["published"] == len(light_ground.api.truth.posts)
    assert light_ground.queue.heartbeat().workers == ()


@pytest.mark.parametrize("room", [0, 16, 32, 48, 64, 128, 256])
def test_a_full_disk_stops_before_sending(light_ground, room):
    """Nothing is sent whose intent could not be committed; with room it goes on by itself.

    *room* in kB is what may still be written.
    """
    flawless(light_ground.api)
    light_ground.schedule(["plain"], 8, accounts=8)
    written = light_ground.state / "queue.sqlite-wal"
    light_ground.run_pass(file_size=written.stat().st_size + room * 1024)
    states = light_ground.queue.counts()
    begun = states.get("publishing", 0) + states.get("published", 0)
    assert len(light_ground.api.truth.posts) == begun < 8
    assert states["scheduled"] == 8 - begun
    light_ground.queue.check()
    light_ground.settle(30, workers=False)
    wrong, states = light_ground.verdict()
    assert wrong == []
    assert states["published"] + states["unknown"] == 8


def test_without_a_network_everything_waits(light_ground):
    flawless(light_ground.api)
    light_ground.schedule(["plain"], 4, accounts=4)
    if light_ground.run_pass(no_network=True) == 77:
        pytest.skip("a namespace without a network takes privileges")
    assert light_ground.api.truth.posts == []
    waiting = light_ground.queue.list(["scheduled"])
    assert [d.waiting for d in waiting] == ["retry"] * 4
    assert "nothing was sent" in waiting[0].error
    light_ground.settle(30, workers=False)
    assert light_ground.verdict()[0] == []
    assert len(light_ground.api.truth.posts) == 4


def test_two_workers_keep_one_accounts_limit(ground):
    """5 in any 3 seconds, whatever the workers do, by the API's own clock."""
    flawless(ground.api)
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
