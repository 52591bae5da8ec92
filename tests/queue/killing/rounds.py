"""The ways in which workers are killed."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """What came of it: how many *kills*, how many of them with something *in_flight*."""

    kills: int = 0
    boundaries: int = 0
    in_flight: int = 0
    wrong: list = field(default_factory=list)
    states: Counter = field(default_factory=Counter)

    def close(self, ground):
        self.wrong, self.states = ground.verdict()
        return self


def at_random(ground, *, kills, kinds, workers=2, lives=(0.4, 1.2)):
    """Kill one of *workers* at a random instant, again and again; then let others finish."""
    report = Report()
    ground.schedule(kinds, max(kills * 3 // len(kinds), 8), accounts=4, within=kills * 0.5)
    alive = [ground.worker() for _ in range(workers)]
    while report.kills < kills:
        time.sleep(ground.random.uniform(*lives) / workers)
        if not ground.unsettled():
            ground.schedule(kinds, 4, within=1.0)
        victim = alive.pop(ground.random.randrange(len(alive)))
        report.in_flight += bool(ground.queue.list(["publishing"], limit=1))
        ground.kill(victim)
        report.kills += 1
        alive.append(ground.worker())
    ground.settle(90)
    return report.close(ground)


PLAIN = ("run", "run_many", "one", "all", "value", "_execute", "now", "_named", "utc", "aware")
"""Functions of one statement or so, come to all the time; the callers' boundaries are theirs."""


TOGETHER = 3


def at_every_statement(ground, kind, *, skipped=PLAIN, times=1):
    """Kill a pass at every statement boundary of our code: those of sending, then of looking.

    One that is come to again and again is a boundary each of the first so many *times*. Each kill has a delivery of its own, of an account of its own: one that is being sent
    keeps its account busy until its lease is over.
    """
    report = Report()
    (first,) = ground.schedule([kind], 1, accounts=0)
    sending = [p for p in ground.trace(only=[first.id], skipped=skipped) if p[2] < times]
    victims = ground.schedule([kind], len(sending), accounts=0)
    report.kills += _killed(ground, victims, sending, skipped)
    began = time.monotonic()
    open_ones = [d for d in victims if ground.queue.get(d.id).state == "publishing"]
    time.sleep(max(0.0, began + 3.0 - time.monotonic()))
    looking = ground.trace(only=[open_ones.pop(0).id], skipped=skipped)
    new = [place for place in looking if place not in sending and place[2] < times]
    report.kills += _killed(ground, open_ones, new, skipped)
    report.boundaries = len(sending) + min(len(new), len(open_ones))
    ground.settle(60, workers=False)
    return report.close(ground)


def _killed(ground, victims, places, skipped):
    """Kill a pass over each of *victims* at one of *places*; how many died there."""
    orders = [
        {"only": [victim.id], "die_at": place, "skipped": skipped}
        for victim, place in zip(victims, places, strict=False)
    ]
    statuses = []
    while orders:
        batch, orders = orders[:TOGETHER], orders[TOGETHER:]
        statuses += ground.run_passes(batch)
    return statuses.count(-signal.SIGKILL)


def frozen(ground, *, freezes, kinds):
    """Stop a worker for longer than its lease while another goes on, then let it continue."""
    report = Report()
    ground.api.truth.delay = 0.5
    ground.schedule(kinds, 4 * freezes, accounts=4, within=freezes * 3.0)
    alive = [ground.worker() for _ in range(2)]
    for _ in range(freezes):
        time.sleep(ground.random.uniform(0.8, 1.6))
        victim = alive[ground.random.randrange(2)]
        report.in_flight += bool(ground.queue.list(["publishing"], limit=1))
        ground.kill(victim, signal.SIGSTOP)
        time.sleep(4.0)
        ground.kill(victim, signal.SIGCONT)
        report.kills += 1
    ground.settle(60)
    return report.close(ground)
