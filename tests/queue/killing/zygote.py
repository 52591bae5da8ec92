"""A process that has imported everything and forks a child for every line it reads.

    [{"do": "worker" | "pass" | "frozen" | "trace", "database": URL, "state": FOLDER, "api": HOST:PORT, ...}]

It answers with each child's process id, its exit status, or what a trace found. A child that
is to die at a statement kills itself with SIGKILL when it gets there, before that is run; one
that is to be frozen there, a pass that is not waited for, stops itself with SIGSTOP.
No child outlives the zygote.
"""

from __future__ import annotations

import ast
import contextlib
import ctypes
import gc
import json
import logging
import os
import resource
import signal
import sys
import threading
from collections import Counter
from datetime import timedelta
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import psycopg
import urllib3
from channels import KINDS

from sharekit.queue import Cap, Pace, Queue, engine, look, send, worker
from sharekit.queue.outcomes import Timing
from sharekit.queue.turns import run_due
from sharekit.web import Session, bodies, sockets

TIMING = Timing(
    lease=timedelta(seconds=4),
    grace=timedelta(seconds=2),
    look=timedelta(seconds=0.2),
    back_off=timedelta(seconds=0.3),
    slowest=timedelta(seconds=1),
    dead=timedelta(seconds=2),
    alarm=timedelta(seconds=4),
)
OURS = Path(send.__file__).parent.parent
SENDING = tuple(str(OURS / name) for name in ("queue", "web", "publishers"))
PLAIN = frozenset(str(OURS / name) for name in (
    "queue/clocks.py", "queue/limits.py", "queue/outcomes.py", "queue/cards.py", "web/urls.py",
    "web/calls.py", "web/answers.py", "web/sniff.py", "web/bodies.py",
))  # fmt: skip
"""Files that only calculate: a death in them is one at the call."""
IMPORTED_HERE = (engine, look, psycopg, urllib3, bodies, sockets)


def pace(name: str) -> Pace:
    if name == "capped":
        return Pace(caps=(Cap(count=5, per=timedelta(seconds=3)),))
    return Pace(catch_up=timedelta())


def setting(order):
    queue = Queue(order["database"], Path(order["state"]))
    web = Session(allow=[order["api"]])
    return (
        queue,
        (lambda channel, account: KINDS[channel](order["api"], f"{channel}-{account}")),
        web,
    )


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


@cache
def statements(path: str) -> dict[int, int]:
    """For each line of a file, the first line of the innermost statement it belongs to."""
    found: dict[int, int] = {}
    for node in ast.walk(ast.parse(Path(path).read_text())):  # outer ones come first
        if isinstance(node, ast.stmt):
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                found[line] = node.lineno
    return found


class Boundaries:
    """Calls *at* for each statement that is about to run, from the moment a delivery is taken.

    With its file and line, the functions of ours by which it was come to, and how often it was
    come to that way before. With *plain* also for the statements of files that only calculate;
    with *only* for those of one function, its file and how it was come to, at full speed.
    """

    def __init__(self, at, *, plain=False, only=None):
        self.at = at
        self.only = only
        self.left_out = frozenset() if plain else PLAIN
        self.seen = Counter()
        self.taken = False

    def __enter__(self):
        sys.settrace(self._call)
        return self

    def __exit__(self, *_):
        sys.settrace(None)

    def _call(self, frame, _event, _argument):
        code = frame.f_code
        if not code.co_filename.startswith(SENDING):
            return None
        self.taken = self.taken or code.co_name == "take"
        if not self.taken or code.co_filename in self.left_out:
            return None
        last, file = None, Path(code.co_filename).name
        if self.only and file != self.only[0]:
            return None
        way = ways(frame)
        if self.only and way != self.only[1]:
            return None
        known = statements(code.co_filename)

        def on_line(frame, event, _argument):
            nonlocal last
            statement = known.get(frame.f_lineno, frame.f_lineno)
            if event == "line" and statement != last:
                place = file, statement, way
                self.at(*place, self.seen[place])
                self.seen[place] += 1
                last = statement
            return on_line

        return on_line


def ways(frame) -> str:
    """The functions of ours, from `take` on, that have led to *frame*."""
    names = []
    while frame and (not names or names[-1] != "take"):
        if frame.f_code.co_filename.startswith(SENDING):
            names.append(frame.f_code.co_name)
        frame = frame.f_back
    return " ".join(reversed(names))


def places(order):
    """Every boundary that a pass comes to, in order."""
    found = []
    with Boundaries(lambda *place: found.append(place), plain=order.get("plain", False)):
        one_pass(order)
    return found


def stopped_at(order, at, number):
    """Sends itself the signal *number* in front of the statement *at*."""

    def stop(*place):
        if list(place) == at:
            os.kill(os.getpid(), number)

    return Boundaries(stop, plain=order.get("plain", False), only=(at[0], at[2]))


def child(order, answer: int) -> None:
    os.setpgid(0, 0)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if level := order.get("log"):
        logging.basicConfig(level=level)
    if limit := order.get("file_size"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    if order.get("no_network") and ctypes.CDLL(None).unshare(0x40000000):  # CLONE_NEWNET
        os._exit(77)
    if order["do"] == "trace":
        os.write(answer, json.dumps(places(order)).encode())
    elif "die_at" in order:
        with stopped_at(order, order["die_at"], signal.SIGKILL):
            one_pass(order)
    elif order["do"] == "frozen":
        with stopped_at(order, order["at"], signal.SIGSTOP):
            one_pass(order)
    elif order["do"] == "pass":
        one_pass(order)
    else:
        work(order)


def started(order) -> tuple[int, int]:
    """A child that carries out *order*: its process id, and where its answer comes from."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        code = 1
        try:
            os.close(reading)
            child(order, writing)
            code = 0
        except Exception:
            logging.exception("%s", order["do"])  # noqa: LOG015
        finally:
            os._exit(code)
    os.close(writing)
    return process, reading


def answered(order, process: int, reading: int) -> dict:
    """What came of a child; workers and frozen passes are not waited for."""
    found, status = b"", None
    if order["do"] == "trace":
        while piece := os.read(reading, 65536):
            found += piece
    os.close(reading)
    if order["do"] not in ("worker", "frozen"):
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return {"pid": process, "status": status, "found": found.decode()}


def bury() -> None:
    """Take leave of the workers that have died."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def main() -> None:
    assert threading.active_count() == 1
    for path in (path for folder in SENDING for path in Path(folder).glob("*.py")):
        statements(str(path))  # once, instead of in every child
    gc.collect()
    gc.freeze()  # or every child would copy what the collector touches
    for text in sys.stdin:
        bury()
        orders = json.loads(text)
        children = [(order, *started(order)) for order in orders]  # all at once
        print(json.dumps([answered(*one) for one in children]), flush=True)


if __name__ == "__main__":
    main()
