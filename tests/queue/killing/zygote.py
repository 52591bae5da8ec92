"""A process that has imported everything and forks a child for every line it reads.

    {"do": "worker" | "pass" | "trace", "database": URL, "state": FOLDER, "api": HOST:PORT, ...}

It answers with the child's process id, or with what a trace found. A child that is to die at
a line kills itself with SIGKILL when it gets there, before that line is run.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import resource
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from channels import KINDS

from sharekit.queue import Cap, Pace, Queue, engine, look, send, worker
from sharekit.queue.outcomes import Timing
from sharekit.queue.turns import run_due
from sharekit.web import Session

TIMING = Timing(
    lease=timedelta(seconds=3),
    grace=timedelta(seconds=2),
    look=timedelta(seconds=0.2),
    back_off=timedelta(seconds=0.3),
    slowest=timedelta(seconds=1),
    dead=timedelta(seconds=2),
    alarm=timedelta(seconds=4),
)
SENDING = str(Path(send.__file__).parent)
assert engine
assert look


def pace(name: str) -> Pace:
    if name == "capped":
        return Pace(caps=(Cap(count=5, per=timedelta(seconds=3)),))
    return Pace(catch_up=timedelta())


def setting(order):
    queue = Queue(order["database"], Path(order["state"]))
    kinds = {name: kind(order["api"]) for name, kind in KINDS.items()}
    web = Session(allow=[order["api"]])
    return queue, (lambda channel, _account: kinds[channel]), web


def one_pass(order) -> None:
    queue, publishers, web = setting(order)
    run_due(
        queue,
        publishers,
        web,
        paces=lambda _c, _a: pace(order.get("pace", "")),
        timing=TIMING,
        only=order.get("only", ()),
    )


def work(order) -> None:
    queue, publishers, web = setting(order)
    with worker.stop_on_signals() as stop:
        quiet = worker.work(
            queue,
            publishers,
            web,
            stop,
            paces=lambda _c, _a: pace(order.get("pace", "")),
            timing=TIMING,
        )
    os._exit(0 if quiet else 3)


def lines_of(order) -> list[tuple[str, int, str]]:
    """Every line of the queue's own code that a pass comes to, in order, once."""
    seen: dict[tuple[str, int], str] = {}

    def on_line(frame, event, _argument):
        code = frame.f_code
        if not code.co_filename.startswith(SENDING):
            return None
        if event == "line":
            seen.setdefault((Path(code.co_filename).name, frame.f_lineno), code.co_name)
        return on_line

    sys.settrace(on_line)
    try:
        one_pass(order)
    finally:
        sys.settrace(None)
    return [(*place, name) for place, name in seen.items()]


def die_at(file: str, line: int) -> None:
    def on_line(frame, event, _argument):
        if not frame.f_code.co_filename.startswith(SENDING):
            return None
        if event == "line" and frame.f_lineno == line and frame.f_code.co_filename.endswith(file):
            os.kill(os.getpid(), signal.SIGKILL)
        return on_line

    sys.settrace(on_line)


def child(order, answer: int) -> None:
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if level := order.get("log"):
        logging.basicConfig(level=level)
    if limit := order.get("file_size"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if order.get("no_network") and ctypes.CDLL(None).unshare(0x40000000):  # CLONE_NEWNET
        os._exit(77)
    if place := order.get("die_at"):
        die_at(*place)
    if order["do"] == "trace":
        os.write(answer, json.dumps(lines_of(order)).encode())
    elif order["do"] == "pass":
        one_pass(order)
    else:
        work(order)


def main() -> None:
    assert threading.active_count() == 1
    for text in sys.stdin:
        order = json.loads(text)
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            code = 1
            try:
                os.close(reading)
                child(order, writing)
                code = 0
            finally:
                os._exit(code)
        os.close(writing)
        found = b""
        if order["do"] == "trace":
            while piece := os.read(reading, 65536):
                found += piece
        os.close(reading)
        status = None
        if order.get("wait", True) and order["do"] != "worker":
            _, raw = os.waitpid(process, 0)
            status = os.waitstatus_to_exitcode(raw)
        print(json.dumps({"pid": process, "status": status, "found": found.decode()}), flush=True)
        while True:  # bury what has died
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break


if __name__ == "__main__":
    main()
