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

    def schedule(self, kinds, count, *, accounts=4, within=0.0, after=timedelta()):
        """*count* deliveries of each of *kinds*, due within so many seconds.

        They are those of so many *accounts*, or each of one of its own when that is 0.
        """
        items = []
        now = datetime.now(UTC) + after
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

    def freeze(self, orders):
        """Start a pass for each of *orders* that freezes where it says; their process ids."""
        done = self.zygote.orders([{"do": "frozen", **self._order, **order} for order in orders])
        return [one["pid"] for one in done]

    def trace(self, **order):
        """The statement boundaries of our code that one pass comes to."""
        return json.loads(self.zygote.order(do="trace", **self._order, **order)["found"])

    def kill(self, child, number=signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, number)
        if number == signal.SIGKILL:
            self.children.discard(child)

    @staticmethod
    def state_of(child):
        """The letter of the state that the system says *child* is in: T is stopped, X is gone."""
        try:
            return Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return "X"

    def gone(self, child, seconds=30.0):
        """Wait until *child* has ended; how long that took, `None` when it has not."""
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            if self.state_of(child) in "ZX":
                self.children.discard(child)
                return time.monotonic() - began
            time.sleep(0.02)
        return None

    def asked(self, sql, **values):
        """Rows of the queue's tables."""
        with self.queue.database.read() as transaction:
            return transaction.all(sql, **values)

    def unsettled(self):
        """How many deliveries are neither at their end nor waiting for a person."""
        return self.asked(
            "SELECT count(*) AS value FROM deliveries WHERE state IN"
            " ('draft', 'scheduled', 'publishing') OR (state = 'unknown' AND wake IS NOT NULL)"
        )[0]["value"]

    def left_by(self, child):
        """The channels of what *child* was sending or looking for when it died, each once a row."""
        rows = self.asked(
            "SELECT channel FROM deliveries d WHERE state IN ('publishing', 'unknown')"
            " AND wake IS NOT NULL AND (SELECT what || ' by ' || who FROM events e"
            "  WHERE e.delivery = d.n ORDER BY n DESC LIMIT 1) LIKE :by",
            by=f"%ing by worker %-{child}-%",
        )
        return [row["channel"] for row in rows]

    def settle(self, seconds=60.0, *, workers=2):
        """Let so many more *workers* finish what is left, or passes where there is no worker.

        False when they did not.
        """
        for _ in range(workers):
            self.worker()
        until = time.monotonic() + seconds
        while self.unsettled() and time.monotonic() < until:
            if self.children:
                time.sleep(0.2)
            else:
                self.run_pass()
        self.stop()
        return not self.unsettled()

    def stop(self):
        """Have every worker stop as it should."""
        for child in list(self.children):
            self.kill(child, signal.SIGTERM)
        for child in list(self.children):
            if self.gone(child) is None:
                self.kill(child)

    def verdict(self):
        """What is wrong, and how many deliveries there are in each state."""
        posts = {}
        for post in self.api.truth.posts:
            posts.setdefault(post.text, []).append(post)
        wrong = [
            f"twice: {text} as {[post.id for post in found]}"
            for text, found in posts.items()
            if len(found) > 1
        ]
        states = Counter()
        for item in self.queue.list():
            states[item.state] += 1
            wrong += _faults(item, posts)
        return wrong + self._audit(), states

    def _audit(self):
        """What is wrong with the events: each change of a row has its own, in order."""
        self.queue.check()
        rows = self.asked(
            "SELECT d.n, d.rev, d.state, count(e.n) AS events, max(e.rev) AS newest,"
            " count(DISTINCT e.rev) AS revs,"
            " sum(CASE WHEN e.state = 'published' AND e.what <> 'learnt late' THEN 1 ELSE 0 END)"
            " AS published, sum(CASE WHEN e.what = 'sending' THEN 1 ELSE 0 END) AS sent,"
            " (SELECT count(*) FROM sends s WHERE s.delivery = d.n) AS sends"
            " FROM deliveries d LEFT JOIN events e ON e.delivery = d.n AND e.what <> 'learnt late'"
            " GROUP BY d.n, d.rev, d.state"
        )
        return [
            f"events of {row['n']}: {dict(row)}"
            for row in rows
            if not row["rev"] == row["events"] == row["newest"] == row["revs"]
            or row["published"] != (row["state"] == "published")
            or row["sent"] != row["sends"]
        ]

    def close(self):
        for child in list(self.children):
            self.kill(child)
        self.queue.close()


def _faults(item, posts):
    """What is wrong with one delivery, by the API's word."""
    state, name = item.state, item.id
    if state == "unknown" and item.wake is None:
        if not item.error:
            yield f"{name} is parked without a reason"
        return
    if state != "published":
        yield f"{name} is {state}, wake {item.wake}: {item.error}"
        return
    there = [posts.get(text, []) for text in (item.message.text, *item.message.parts)]
    if not all(there):
        yield f"lost: {name} is published, the API has {there}"
        return
    first = [found[0] for found in there]
    if item.receipt.id != str(first[0].id):
        yield f"wrong id: {name} has {item.receipt.id}, the API {first[0].id}"
    if [post.id for post in first] != sorted(post.id for post in first):
        yield f"out of order: {name}'s parts are {first}"
    if first[0].at < item.due.timestamp() - 0.001:
        yield f"too early: {name} at {first[0].at}, due {item.due.timestamp()}"
