"""The ways in which workers are killed."""

from __future__ import annotations

import signal
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Report:
    """What came of it: how many *kills*, and what they have cut off and left parked, by channel."""

    kills: int = 0
    cut: Counter = field(default_factory=Counter)
    wrong: list = field(default_factory=list)
    states: Counter = field(default_factory=Counter)
    parked: Counter = field(default_factory=Counter)

    def close(self, ground):
        self.wrong, self.states = ground.verdict()
        self.parked = Counter(item.message.channel for item in ground.queue.list(["unknown"]))
        return self


def at_random(ground, *, cuts, kinds, workers=5, pause=0.6, most=None):
    """Kill one of *workers* at a random instant, again and again; then let others finish.

    Until at least *cuts* deliveries of each of *kinds* were cut off in the middle, and as many
    workers killed; at *most* so many are. Where workers die before they send, because they take
    long to start there, they are given longer.
    """
    report, accounts, wait = Report(), 40, pause
    alive = [ground.worker() for _ in range(workers)]
    while report.kills < cuts or min(report.cut[kind] for kind in kinds) < cuts:
        if report.kills == most:
            report.wrong.append(f"not enough was cut off by {most} kills: {report.cut}")
            return report
        if ground.unsettled() < accounts * len(kinds) * 1.5:
            ground.schedule(kinds, accounts, accounts=accounts, within=1.0)
        time.sleep(ground.random.uniform(0, 2 * wait))
        victim = alive.pop(ground.random.randrange(len(alive)))
        ground.kill(victim)
        report.kills += 1
        cut = ground.left_by(victim)
        report.cut.update(cut)
        wait = max(pause, wait / 1.5) if cut else min(1.5 * wait, 10.0)
        alive.append(ground.worker())
    for worker in alive:
        ground.kill(worker)
    ground.api.truth.heal()
    ground.settle(120)
    return report.close(ground)


def at_every_statement(ground, kind, *, plain=False, times=1, share=1.0):
    """Kill a pass at every statement boundary of our code: those of sending, then of looking.

    One that is come to in the same way again and again is one each of the first so many
    *times*. Each kill has a delivery of its own, of an account of its own: one that is being
    sent keeps its account busy until its lease is over.
    """
    report = Report()
    (first,) = ground.schedule([kind], 1, accounts=0)
    sending = _boundaries(ground, first, times, plain)
    victims = ground.schedule([kind], len(sending), accounts=0)
    _killed(ground, report, victims, sending, plain)
    time.sleep(4.0)  # until their leases are over
    cut = [d for d in victims if ground.queue.get(d.id).state == "publishing"]
    looking = [p for p in _boundaries(ground, cut.pop(0), times, plain) if p not in sending]
    looking = looking[: len(cut)]
    _killed(ground, report, cut, looking, plain)
    ground.settle(120, workers=0)
    return report.close(ground)


def _boundaries(ground, delivery, times, plain):
    found = ground.trace(only=[delivery.id], plain=plain)
    return [place for place in found if place[-1] < times]


TOGETHER = 4


def _killed(ground, report, victims, places, plain):
    """Kill a pass over each of *victims* at one of *places*."""
    orders = [
        {"only": [victim.id], "die_at": place, "plain": plain}
        for victim, place in zip(victims, places, strict=False)
    ]
    while orders:
        batch, orders = orders[:TOGETHER], orders[TOGETHER:]
        for order, status in zip(batch, ground.run_passes(batch), strict=True):
            if status == -signal.SIGKILL:
                report.kills += 1
            else:
                report.wrong.append(f"not killed, {status}: {order}")


def frozen(ground, *, cuts, kinds, span=7.0):
    """Stop a worker for *span* seconds in the middle of sending, then let it go on.

    That is longer than its lease and the grace after it, so that another has dealt with what
    it was sending. Until *cuts* deliveries of each of *kinds* were stopped so.
    """
    report, accounts = Report(), 20
    alive = [ground.worker() for _ in range(2)]
    while min(report.cut[kind] for kind in kinds) < cuts:
        if ground.unsettled() < accounts * len(kinds) * 2:
            ground.schedule(kinds, accounts, accounts=accounts, within=1.0)
        time.sleep(ground.random.uniform(1.5, 3.0))
        victim = alive[ground.random.randrange(2)]
        ground.kill(victim, signal.SIGSTOP)
        report.kills += 1
        report.cut.update(ground.left_by(victim))
        time.sleep(span)
        ground.kill(victim, signal.SIGCONT)
    ground.api.truth.heal()
    ground.settle(120, workers=0)
    return report.close(ground)


def frozen_at_every_statement(ground, kind):
    """Freeze a pass at every statement between its claim and its outcome, once.

    All at a time, until their leases and the grace after them are over and others have dealt
    with what they were sending; then let them go on. Returns the report, and the places whose
    passes let a post out twice.
    """
    report = Report()
    (first,) = ground.schedule([kind], 1, accounts=0)
    places = [p for p in _boundaries(ground, first, 1, False) if " _try" in p[2]]
    victims = ground.schedule([kind], len(places), accounts=0)
    orders = [{"only": [v.id], "at": p} for v, p in zip(victims, places, strict=True)]
    children = ground.freeze(orders)
    until = time.monotonic() + 60
    while any(ground.state_of(c) not in "TZX" for c in children) and time.monotonic() < until:
        time.sleep(0.1)
    report.kills = sum(ground.state_of(c) == "T" for c in children)
    time.sleep(6.5)  # lease and grace
    done = ground.settle(60, workers=1)
    for child in children:
        ground.kill(child, signal.SIGCONT)
    stuck = [child for child in children if ground.gone(child) is None]
    report.close(ground)
    if stuck or not done:
        report.wrong.append(f"{len(stuck)} passes did not end, {ground.unsettled()} are unsettled")
    texts = {v.message.text: p for v, p in zip(victims, places, strict=True)}
    twice = [p for text, p in texts.items() if ground.api.truth.count(text) > 1]
    return report, twice
