"""Workers are killed; nothing is lost, nothing goes out twice, no id is wrong.

See docs/why/kill-test.md. The API's log is the truth. `tests/queue/soak.py` does the same a
thousand times over.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "killing"))

from api import Api, Truth
from ground import Ground, Zygote
from rounds import at_every_line, at_random, frozen

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def zygote():
    with Zygote() as zygote:
        yield zygote


@pytest.fixture
def ground(database, tmp_path, zygote):
    with Api(Truth(seed=7)) as api:
        ground = Ground(database, tmp_path / ".sharekit", api, zygote)
        yield ground
        ground.close()


def test_killed_at_random(ground):
    report = at_random(ground, kills=25, kinds=["keyed", "keyless", "plain", "thread"])
    assert report.wrong == []
    assert report.kills == 25
    assert report.in_flight >= 5
    assert report.states["published"] > 0


@pytest.mark.parametrize("kind", ["keyed", "keyless", "plain", "thread"])
def test_killed_at_every_line(ground, kind):
    ground.api.truth.faults = False
    ground.api.truth.delay = 0.0
    report = at_every_line(ground, kind)
    assert report.wrong == []
    assert report.kills > 150
    if kind in ("keyed", "keyless", "thread"):
        assert report.states["unknown"] == 0, "what can be looked up needs no person"


def test_frozen_beyond_the_lease(ground):
    report = frozen(ground, freezes=3, kinds=["keyed", "keyless", "plain"])
    assert report.wrong == []
