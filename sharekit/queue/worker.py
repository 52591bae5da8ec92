"""The worker: sees what is due, has the engine do it, and keeps house.

Any number of workers may run, on one machine or on many that share a PostgreSQL database.
Which of them sends a delivery is decided by its claim, not here.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sharekit.errors import SharekitError
from sharekit.queue import clocks, housekeeping
from sharekit.queue.deliveries import Queue
from sharekit.queue.outcomes import Timing
from sharekit.queue.send import Courier, Paces, Publishers
from sharekit.queue.turns import Turn, next_turns, no_limits, set_back, take, wake_lost
from sharekit.queue.workers import beat, leave, living, new_name
from sharekit.web import Session

if TYPE_CHECKING:
    from sharekit.queue.engine import Engine, Task

__all__ = ["Every", "stop_on_signals", "work"]

log = logging.getLogger("sharekit.queue")

TICK = 0.3
"""Seconds between two looks at what is due."""
POLL = 0.4
"""Seconds between two looks of the engine at what it was told to do."""
BEAT = 5.0
"""Seconds between two heartbeats."""
THREADS = 16
"""Posts on their way at a time; one for each account, at most."""
STOPPING = 25
"""Seconds that posts on their way get to arrive when the worker is told to stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """Something that the worker does besides, every so many *seconds*: follow sources, notify."""

    seconds: float
    do: Callable[[], object]
    name: str


def work(
    queue: Queue,
    publishers: Publishers,
    web: Session,
    stop: threading.Event,
    *,
    paces: Paces = no_limits,
    timing: Timing | None = None,
    besides: Sequence[Every] = (),
    tasks: Mapping[str, Task] | None = None,
) -> bool:
    """Work until *stop* is set, then let what is on its way arrive, for 25 seconds at most.

    Returns whether everything has; when not, leave the process with `os._exit`: its outcome
    will be looked up. *tasks* are what `fan_out` may ask for. Raises `UserError` when the
    database is damaged or of a newer sharekit, `Unavailable` when it cannot be used.
    """
    from sharekit.queue.engine import CHUNKS, DELIVERIES, Engine, Lane

    # Now, in one thread: packages whose parts import each other may fail in several at once.
    from sharekit.web import bodies, calls, exchange, sockets  # noqa: F401

    queue.check()
    name = new_name()
    courier = Courier(
        queue=queue,
        publishers=publishers,
        web=web,
        paces=paces,
        timing=timing or Timing(),
        name=f"worker {name}",
    )
    with queue.database.write() as transaction:
        beat(transaction, name)
        set_back(transaction)
    engine = Engine(
        queue.database,
        name,
        {**(tasks or {}), "deliver": lambda turn: deliver(courier, Turn(*turn))},
        {DELIVERIES: Lane(THREADS, POLL), CHUNKS: Lane(1, 2.0)},
    )
    worker = _Worker(courier=courier, engine=engine, name=name, besides=besides)
    rounds = threading.Thread(target=worker.rounds, args=(stop,), name="rounds", daemon=True)
    rounds.start()
    log.info("worker %s is up", name)
    try:
        while not stop.wait(TICK):
            worker.tick()
    finally:
        stop.set()
        engine.stop(STOPPING)
        quiet = worker.leave()
        log.info("worker %s has stopped", name)
    return quiet


def deliver(courier: Courier, turn: Turn) -> str | None:
    """One turn, for the engine: the state after it."""
    done = take(courier, turn)
    if done is None:
        return None
    says = (done.receipt and (done.receipt.url or done.receipt.id)) or done.error or done.waiting
    message = done.message
    log.info("%s %s:%s %s %s", done.id, message.channel, message.account, done.state, says or "")
    return done.state


@dataclass(slots=True, kw_only=True)
class _Worker:
    courier: Courier
    engine: Engine
    name: str
    besides: Sequence[Every]
    _next: dict[str, float] = field(default_factory=dict)
    _before: clocks.Instant | None = None
    _said: dict[str, str] = field(default_factory=dict)

    def tick(self) -> None:
        """Look at what is due. What fails is logged, and tried again at the next tick."""
        self._guarded(self._arm, "looking at what is due")
        every = min(BEAT, self.courier.timing.dead.total_seconds() / 4)
        self._at_times(every, self._beat, "heartbeat")

    def rounds(self, stop: threading.Event) -> None:
        """What may take its time, so that nothing due has to wait for it."""
        while not stop.wait(TICK):
            self._at_times(3600, self._keep_house, "housekeeping")
            for other in self.besides:
                self._at_times(other.seconds, other.do, other.name)

    def _guarded(self, do: Callable[[], object], name: str) -> None:
        """Do it. The same trouble, of a database that is away for an hour, is told once."""
        try:
            do()
        except SharekitError as error:
            if self._said.get(name) != str(error):
                log.warning("%s: %s", name, error)
            self._said[name] = str(error)
        except Exception:  # the worker outlives whatever goes wrong in one of its rounds
            log.exception("%s failed", name)
        else:
            if self._said.pop(name, None):
                log.info("%s: goes on", name)

    def _at_times(self, seconds: float, do: Callable[[], object], name: str) -> None:
        now = time.monotonic()
        if now >= self._next.get(name, 0.0):
            self._next[name] = now + seconds
            self._guarded(do, name)

    def _arm(self) -> None:
        """Tell the engine of what is due; only of what it was not told of lately."""
        database, timing = self.courier.queue.database, self.courier.timing
        with database.read() as transaction:
            at, now = transaction.at, transaction.now
            turns = next_turns(transaction, armed_before=now - timing.alarm.total_seconds())
        if self._clock_was_set(at):
            return
        if not turns:
            return
        with database.write() as transaction:
            for turn in turns:
                transaction.run(
                    "UPDATE deliveries SET armed = :now WHERE n = :n AND rev = :rev",
                    now=now,
                    n=turn.n,
                    rev=turn.rev,
                )
        for turn in turns:
            key = f"{turn.n}:{turn.rev}:{now:.3f}"
            self.engine.enqueue("deliveries", "deliver", key, [turn.n, turn.rev])

    def _clock_was_set(self, at: clocks.Instant) -> bool:
        """When the wall clock jumped ahead, what fell into the gap is held, not poured out."""
        now = clocks.Instant(at.wall, clocks.here().steady)
        before, self._before = self._before, now
        gap = housekeeping.jump(before, now) if before else 0.0
        if before and gap:
            housekeeping.after_jump(self.courier.queue, before.wall, now.wall, gap)
        return bool(gap)

    def _beat(self) -> None:
        with self.courier.queue.database.write() as transaction:
            beat(transaction, self.name)
            wake_lost(transaction)
            alive = living(transaction, self.courier.timing.dead.total_seconds())
        if alive and alive[0] == self.name:
            self.engine.reap(alive)

    def _keep_house(self) -> None:
        housekeeping.keep(self.courier.queue)
        self.engine.prune()

    def leave(self) -> bool:
        """Say goodbye; whether nothing is on its way any more."""
        try:
            with self.courier.queue.database.write() as transaction:
                leave(transaction, self.name)
                on_its_way = transaction.value(
                    "SELECT count(*) AS value FROM deliveries d WHERE state = 'publishing'"
                    " AND (SELECT who FROM events e WHERE e.delivery = d.n"
                    "      ORDER BY n DESC LIMIT 1) = :me",
                    me=self.courier.name,
                )
        except SharekitError:
            return False
        return not on_its_way


@contextlib.contextmanager
def stop_on_signals(*, twice_ends: bool = False) -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; in the main thread only.

    With *twice_ends* the second of them raises `KeyboardInterrupt`.
    """
    stop = threading.Event()

    def on_signal(_number: int, _frame: Any) -> None:
        if twice_ends and stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {
        number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
