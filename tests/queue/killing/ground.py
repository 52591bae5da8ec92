"""The ground on which workers are killed: a queue, an API, children; and the verdict."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sharekit.queue import Queue
from sharekit.queue.schedule import from_utc
from sharekit.testing import sample_message

HERE = Path(__file__).parent


class Zygote:
    """Children that start at once; see `zygote`."""

    def __enter__(self):
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "zygote.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def orders(self, orders):
        """Start a child for each of *orders*, at once; what came of each."""
        self._process.stdin.write(json.dumps(orders) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def order(self, **order):
        return self.orders([order])[0]


@dataclass
class Ground:
    """One database, one API, and the deliveries of several accounts of several kinds."""

    database: str
    state: Path
    api: object
    zygote: Zygote
    seed: int = 1
    children: set[int] = field(default_factory=set)
    number: int = 0

    def __post_init__(self):
        self.queue = Queue(self.database, self.state)
        self.random = random.Random(self.seed)

    @property
    def _order(self):
        return {"database": self.database, "state": str(self.state), "api": self.api.address}

    def schedule(self, kinds, count, *, accounts=4, within=0.0):
        """*count* deliveries of each of *kinds*, due within so many seconds.

        They are those of so many *accounts*, or each of one of its own when that is 0.
        """
        items = []
        now = datetime.now(UTC)
        for i in range(count):
            for kind in kinds:
                self.number += 1
                text = f"Words {self.number} of {kind}"
                message = sample_message(
                    post_id=f"p{self.number}",
                    channel=kind,
                    account=f"a{i % accounts if accounts else self.number}",
                    text=text,
                    key=f"key-{self.number}",
                    parts=(f"{text}, part 2", f"{text}, part 3") if kind == "thread" else (),
                    created=now,
                )
                due = now + timedelta(seconds=self.random.random() * within)
                items.append((message, from_utc(due, "UTC")))
        return self.queue.schedule_all(items)

    def worker(self, **order):
        """Start a worker; its process id."""
        child = self.zygote.order(do="worker", **self._order, **order)["pid"]
        self.children.add(child)
        return child

    def run_pass(self, **order):
        """Run one pass to its end, or its death; the exit status, negative for a signal."""
        return self.run_passes([order])[0]

    def run_passes(self, orders):
        """The same for several at once."""
        done = self.zygote.orders([{"do": "pass", **self._order, **order} for order in orders])
        return [one["status"] for one in done]

    def trace(self, **order):
        """The statement boundaries of our code that one pass comes to."""
        return json.loads(self.zygote.order(do="trace", **self._order, **order)["found"])

    def kill(self, child, number=signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, number)
        if number == signal.SIGKILL:
            self.children.discard(child)

    def gone(self, child, seconds=30.0):
        """Wait until *child* has ended; how long that took, `None` when it has not."""
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            try:
                state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                state = "X"
            if state in "ZX":
                self.children.discard(child)
                return time.monotonic() - began
            time.sleep(0.02)
        return None

    def unsettled(self):
        """What is neither at its end nor waiting for a person."""
        return [
            d
            for d in self.queue.list(["draft", "scheduled", "publishing", "unknown"])
            if d.state != "unknown" or d.wake is not None
        ]

    def settle(self, seconds=60.0, *, workers=True):
        """Let two healthy workers, or passes, finish what is left. False when they did not."""
        if workers:
            for _ in range(2):
                self.worker()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.unsettled():
                break
            if workers:
                time.sleep(0.2)
            else:
                self.run_pass()
        for child in list(self.children):
            self.kill(child, signal.SIGTERM)
        for child in list(self.children):
            if self.gone(child) is None:
                self.kill(child)
        return not self.unsettled()

    def verdict(self):
        """What is wrong, and how many deliveries there are in each state."""
        wrong = [f"{d.id} is {d.state}, wake {d.wake}: {d.error}" for d in self.unsettled()]
        posts = {}
        for post in self.api.truth.posts:
            posts.setdefault(post.text, []).append(str(post.id))
        wrong += [f"twice: {text} as {ids}" for text, ids in posts.items() if len(ids) > 1]
        states = Counter()
        for item in self.queue.list():
            states[item.state] += 1
            for text in (item.message.text, *item.message.parts):
                there = posts.get(text, [])
                if item.state == "published" and not there:
                    wrong.append(f"lost: {item.id} is published, the API has no {text!r}")
            there = posts.get(item.message.text, [])
            if item.state == "published" and item.receipt.id not in there:
                wrong.append(f"wrong id: {item.id} has {item.receipt.id}, the API {there}")
            if item.state in ("failed", "held", "cancelled"):
                wrong.append(f"{item.id} is {item.state}: {item.error}")
        return wrong, states

    def close(self):
        for child in list(self.children):
            self.kill(child)
        self.queue.close()
