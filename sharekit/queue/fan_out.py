"""Work in chunks, done by every machine that shares the queue's database.

    for number, drawn in fan_out(queue, "render", chunks, tasks={"render": render_chunk}):
        ...

The caller takes part; so does every `sharekit worker` that knows the task. A chunk is JSON,
and so is its result. A machine that dies costs at most the chunk it was at, once more.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sharekit.errors import RenderError
from sharekit.queue.deliveries import Queue
from sharekit.queue.workers import DEAD, beat, leave, living, new_name

if TYPE_CHECKING:
    from sharekit.queue.engine import Engine, Task

__all__ = ["fan_out"]

LOOK = 0.2
"""Seconds between two looks at what is done."""
BEAT = 5.0
"""Seconds between two heartbeats."""


def fan_out(
    queue: Queue,
    task: str,
    chunks: Sequence[Any],
    *,
    tasks: Mapping[str, Task],
    threads: int = 1,
    dead: float = DEAD,
) -> Iterator[tuple[int, Any]]:
    """Do *task* with each of *chunks*; yields each chunk's number and result as they come.

    *threads* is how many this process does at a time, *dead* the seconds of silence after
    which what a machine had begun is done by another. Raises `RenderError` for chunks that
    failed, when all others are done.
    """
    from sharekit.queue.engine import CHUNKS, Engine, Lane

    name = new_name()
    with queue.database.write() as transaction:
        beat(transaction, name)
    engine = Engine(queue.database, name, tasks, {CHUNKS: Lane(threads, LOOK)})
    job = secrets.token_hex(8)
    numbers = {f"{job}:{number}": number for number in range(len(chunks))}
    try:
        for key, number in numbers.items():
            engine.enqueue(CHUNKS, task, key, chunks[number])
        yield from _gather(queue, engine, name, numbers, dead)
    finally:
        engine.stop(1)
        with queue.database.write() as transaction:
            leave(transaction, name)


def _gather(
    queue: Queue, engine: Engine, name: str, numbers: Mapping[str, int], dead: float
) -> Iterator[tuple[int, Any]]:
    pending = dict(numbers)
    errors: list[str] = []
    next_beat = 0.0
    while pending:
        if time.monotonic() >= next_beat:
            next_beat = time.monotonic() + min(BEAT, dead / 4)
            with queue.database.write() as transaction:
                beat(transaction, name)
                alive = living(transaction, dead)
            if alive and alive[0] == name:
                engine.reap(alive)
        done = engine.finished(list(pending)[:500])
        for key, outcome in done.items():
            number = pending.pop(key)
            if "error" in outcome:
                errors.append(f"chunk {number}: {outcome['error']}")
            else:
                yield number, outcome["result"]
        if done:
            engine.forget(done)
        else:
            time.sleep(LOOK)
    if errors:
        raise RenderError("\n".join(errors))
