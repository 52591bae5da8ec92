"""Work in chunks on several machines, one of which dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("fanning.py")


@pytest.fixture
def start(tmp_path, new_database):
    """Starts a machine with the role given."""
    machines, database = [], new_database()

    def start(role):
        machine = subprocess.Popen(
            [sys.executable, str(SCRIPT), role, str(tmp_path), database],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        machines.append(machine)
        return machine

    yield start
    for machine in machines:
        machine.kill()
        machine.communicate()


def log(folder):
    path = folder / "log"
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


def wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened for long"
        time.sleep(0.02)


def test_a_machine_that_dies_costs_its_chunk_once_more(start, tmp_path):
    victim, other = start("worker"), start("worker")
    for machine in (victim, other):
        assert machine.stdout.readline() == "up\n"
    asking = start("asking")
    pid = str(victim.pid)
    wait_until(lambda: any(what == "began" and who == pid for what, _, who in log(tmp_path)))
    os.kill(victim.pid, signal.SIGKILL)
    out, err = asking.communicate(timeout=90)
    assert asking.returncode == 0, err
    answer = json.loads(out)
    assert answer["found"] == {str(n): n * n for n in range(14) if n != 13}
    assert answer["error"] == "chunk 13: ValueError: thirteen"
    lines = log(tmp_path)
    begun = Counter(chunk for what, chunk, _ in lines if what == "began")
    ended = Counter(chunk for what, chunk, _ in lines if what == "ended")
    assert set(ended) == {str(n) for n in range(13)}
    assert sum(begun.values()) - len(begun) <= 1, "at most the dead one's chunk is done again"
    assert len({who for _, _, who in lines}) >= 2, "the work was shared"
    other.send_signal(signal.SIGTERM)
    assert other.wait(30) == 0
