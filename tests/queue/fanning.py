"""A machine that takes part in a fan-out, as a process: python fanning.py ROLE FOLDER DATABASE.

Each chunk is a number; doing it takes a moment, and its beginning and end are written down.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from sharekit.errors import RenderError
from sharekit.queue import Queue
from sharekit.queue.fan_out import fan_out
from sharekit.queue.outcomes import Timing
from sharekit.queue.worker import stop_on_signals, work
from sharekit.web import Session

DEAD = 3.0
CHUNKS = 14


def main(role: str, folder: Path, database: str) -> None:
    def note(what: str, chunk: int) -> None:
        with (folder / "log").open("a") as file:
            file.write(f"{what} {chunk} {os.getpid()}\n")

    def square(chunk: int) -> int:
        note("began", chunk)
        time.sleep(0.4)
        if chunk == 13:
            raise ValueError("thirteen")
        note("ended", chunk)
        return chunk * chunk

    queue = Queue(database, folder / ".sharekit")
    tasks = {"square": square}
    if role == "worker":
        with stop_on_signals() as stop, Session(offline=True) as web:
            print("up", flush=True)
            timing = Timing(dead=timedelta(seconds=DEAD))
            work(queue, lambda _c, _a: None, web, stop, timing=timing, tasks=tasks)
        return
    found, error = {}, None
    results = fan_out(queue, "square", range(CHUNKS), tasks=tasks, dead=DEAD)
    try:
        found.update(results)
    except RenderError as failure:
        error = str(failure)
    print(json.dumps({"found": found, "error": error}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
