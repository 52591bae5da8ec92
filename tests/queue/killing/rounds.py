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
    in_flight: int = 0
    wrong: list = field(default_factory=list)
    states: Counter = field(default_factory=Counter)

    def close(self, ground):
        self.wrong, self.states = ground.verdict()
        return self


def at_random(ground, *, kills, kinds, workers=2, lives=(0.6, 1.6)):
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


def at_every_line(ground, kind):
    """Kill a pass once at every line of our code that it comes to: sending, then looking."""
    report = Report()
    (first,) = ground.schedule([kind], 1, accounts=1)
    sending = ground.trace(only=[first.id])
    victims = []
    for number, (file, line, _name) in enumerate(sending):
        victims += _one(ground, report, kind, number, (file, line))
    # Those died with their lease: now the looking, each line on a victim of its own.
    time.sleep(3.0)
    open_ones = [d for d in victims if ground.queue.get(d.id).state == "publishing"]
    looking = ground.trace(only=[open_ones.pop(0).id])
    for file, line, _name in looking:
        if (file, line, _name) in sending or not open_ones:
            continue
        status = ground.run_pass(only=[open_ones.pop(0).id], die_at=[file, line])
        report.kills += status == -signal.SIGKILL
    ground.settle(60, workers=False)
    return report.close(ground)


def _one(ground, report, kind, number, place):
    made = ground.schedule([kind], 1, accounts=1)
    # An account each: one that is being sent keeps its account busy until its lease is over.
    status = ground.run_pass(only=[made[0].id], die_at=list(place))
    report.kills += status == -signal.SIGKILL
    return made


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
