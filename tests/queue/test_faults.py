"""Disks fill, networks go, servers restart, clocks jump: the verdict stays that of the kill test."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_postgres_is_restarted(new_ground, api, own_postgres):
    """The server goes away in the middle of everything, more than once."""
    api.truth.delay = 0.6
    ground = new_ground(own_postgres.url)
    ground.schedule(["keyed", "keyless"], 30, accounts=6, within=6.0)
    for _ in range(2):
        ground.worker()
    until = time.monotonic() + 90
    while ground.queue.counts().get("published", 0) < 4 and time.monotonic() < until:
        time.sleep(0.1)  # until both are up: one that cannot start says so and ends
    for _ in range(3):
        own_postgres.restart()
        time.sleep(2.0)
    assert ground.settle(180, workers=0)
    wrong, states = ground.verdict()
    assert wrong == []
    assert states["published"] == 60


@pytest.mark.parametrize("room", [0, 16, 48, 128])
def test_a_file_that_may_not_grow_stops_before_sending(light_ground, room):
    """Nothing is sent whose intent could not be committed; with room it goes on by itself.

    *room* in kB is what may still be written.
    """
    light_ground.api.truth.heal()
    light_ground.schedule(["plain"], 8, accounts=8)
    written = light_ground.state / "queue.sqlite-wal"
    light_ground.run_pass(file_size=written.stat().st_size + room * 1024)
    states = light_ground.queue.counts()
    begun = states.get("publishing", 0) + states.get("published", 0)
    assert len(light_ground.api.truth.posts) == begun < 8
    assert states["scheduled"] == 8 - begun
    light_ground.queue.check()
    light_ground.settle(30, workers=0)
    wrong, states = light_ground.verdict()
    assert wrong == []
    assert states["published"] + states["unknown"] == 8


@pytest.fixture
def small_disk(tmp_path):
    """A small disk, with room for the write-ahead log before it starts over (4 MB)."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:  # noqa: PLW1510
        pytest.skip("a small disk takes the right to mount one")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder):
    """Leave no room at all in *folder*."""
    with contextlib.suppress(OSError), (folder / "filler").open("ab", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


@pytest.mark.parametrize("when", ["before", "between sending and recording"])
def test_a_full_disk(small_disk, api, zygote, when):
    """What was sent before the disk was full is looked up later; nothing else goes out."""
    from ground import Ground

    api.truth.heal()
    ground = Ground("", small_disk / ".sharekit", api, zygote)
    ground.schedule(["keyless"], 6, accounts=6)
    if when == "before":
        fill(small_disk)
    else:
        api.truth.taken = lambda _post: fill(small_disk)
    ground.run_pass()
    assert len(api.truth.posts) == (0 if when == "before" else 1)
    api.truth.taken = None
    (small_disk / "filler").unlink()
    ground.queue.check()
    assert ground.settle(60, workers=0)
    wrong, states = ground.verdict()
    ground.close()
    assert wrong == []
    assert states["published"] == len(api.truth.posts) == 6


def test_without_a_network_everything_waits(light_ground):
    light_ground.api.truth.heal()
    light_ground.schedule(["plain"], 4, accounts=4)
    if light_ground.run_pass(no_network=True) == 77:
        pytest.skip("a namespace without a network takes privileges")
    assert light_ground.api.truth.posts == []
    waiting = light_ground.queue.list(["scheduled"])
    assert [d.waiting for d in waiting] == ["retry"] * 4
    assert "nothing was sent" in waiting[0].error
    light_ground.settle(30, workers=0)
    assert light_ground.verdict()[0] == []
    assert len(light_ground.api.truth.posts) == 4


FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


@pytest.fixture
def set_clock(tmp_path):
    """Sets the wall clock of children of a zygote of its own by so many seconds; not the steady one."""
    if not FAKETIME.exists():
        pytest.skip("a clock that can be set takes libfaketime")
    by = tmp_path / "faketime"

    def set_clock(seconds):
        unfinished = by.with_suffix(".new")
        unfinished.write_text(f"{seconds:+d}\n")
        unfinished.replace(by)

    set_clock(0)
    return set_clock


@pytest.fixture
def faked(set_clock, tmp_path, monkeypatch):
    from ground import Zygote

    monkeypatch.setenv("LD_PRELOAD", str(FAKETIME))
    monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(tmp_path / "faketime"))
    monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    with Zygote() as zygote:
        monkeypatch.undo()
        yield zygote


@pytest.mark.parametrize("hours", [-2, 24])
def test_the_clock_is_set_while_a_post_is_on_its_way(tmp_path, api, faked, set_clock, hours):
    """That post goes out once; nothing else goes out early, twice, or in a burst.

    In a pass, which has one thread: libfaketime makes the sleeps of several fail now and then.
    """
    from ground import Ground

    api.truth.heal()
    api.truth.taken = lambda _post: set_clock(hours * 3600)
    ground = Ground("", tmp_path / ".sharekit", api, faked)
    now = ground.schedule(["keyless"], 6, accounts=6)
    later = ground.schedule(["plain"], 6, accounts=6, after=timedelta(hours=12))
    ground.run_pass()
    states = Counter(ground.queue.get(d.id).state for d in now)
    assert len(api.truth.posts) == 1
    if hours > 0:
        assert states == {"published": 1, "held": 5}
        assert {ground.queue.get(d.id).state for d in later} == {"held"}
    else:
        assert states == {"published": 1, "scheduled": 5}
        assert {ground.queue.get(d.id).state for d in later} == {"scheduled"}
        api.truth.taken = None
        set_clock(0)
        for _ in range(3):
            ground.run_pass()
        assert len(api.truth.posts) == 6
    wrong, _ = ground.verdict()
    ground.close()
    assert [line for line in wrong if " is held" not in line and " is scheduled" not in line] == []


def test_an_outcome_that_is_unknown_while_the_clock_is_ahead(tmp_path, api, faked, set_clock):
    """Once the clock is right, it is looked up at once, not a day later."""
    from ground import Ground

    api.truth.fault = lambda: "dropped after"
    ground = Ground("", tmp_path / ".sharekit", api, faked)
    set_clock(24 * 3600)
    (item,) = ground.schedule(["keyless"], 1, after=timedelta(hours=24))
    ground.run_pass()
    assert ground.queue.get(item.id).state == "unknown"
    assert ground.queue.get(item.id).wake > item.due
    set_clock(0)
    until = time.monotonic() + 60
    while ground.queue.get(item.id).state == "unknown" and time.monotonic() < until:
        ground.run_pass()
        time.sleep(0.3)
    found = ground.queue.get(item.id)
    ground.close()
    assert found.state == "published"
    assert found.receipt.id == str(api.truth.posts[0].id)
    assert len(api.truth.posts) == 1


def test_a_worker_cannot_start_while_its_server_goes_away(own_postgres, tmp_path):
    """It says so in a sentence, and `sharekit worker` ends with 3, so that it is started again."""
    from sharekit.queue import Queue
    from sharekit.queue.database import Unavailable
    from sharekit.queue.engine import Engine, Lane

    queue = Queue(own_postgres.url, tmp_path / ".sharekit")
    assert queue.counts() == {}
    own_postgres.stop()
    with pytest.raises(Unavailable, match="the worker cannot start") as error:
        Engine(queue.database, "a-1", {}, {"deliveries": Lane(1, 1.0)})
    assert error.value.exit_code == 3
    queue.close()


def test_many_that_start_at_once_on_an_empty_server_are_all_served(new_database, tmp_path):
    """Whoever is second to make the schema finds it made."""
    from concurrent.futures import ThreadPoolExecutor

    from sharekit.queue import Queue

    for _ in range(3):
        url = new_database()
        queues = [Queue(url, tmp_path / ".sharekit") for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda queue: queue.counts(), queues)) == [{}] * 8
        for queue in queues:
            queue.close()


def test_the_frozen_lose_their_transaction(new_database, monkeypatch):
    """A server ends what somebody has begun and does not go on with, so that others may."""
    from sharekit.queue import database as module
    from sharekit.queue.database import Database, Unavailable

    monkeypatch.setattr(module, "STUCK_MS", 300)
    database = Database(new_database(), Path(os.devnull))
    with pytest.raises(Unavailable), database.write() as transaction:  # noqa: PT012
        transaction.run("CREATE TABLE half (n INTEGER)")
        time.sleep(1.0)
        transaction.run("INSERT INTO half VALUES (1)")
    with database.read() as transaction:
        assert transaction.one("SELECT 1 AS n FROM pg_tables WHERE tablename = 'half'") is None
    database.close()
