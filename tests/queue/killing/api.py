"""A channel's API that fails as APIs fail, and whose log is the truth."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LAG = 0.3
"""Seconds after which a post shows in the list."""
LISTED = 200
"""Posts that the list goes back."""
SLOW = 2.3
"""Longer than the client waits."""

FAULTS = (
    ("dropped before", 0.03),
    ("dropped after", 0.04),
    ("500 after", 0.02),
    ("503 before", 0.02),
    ("429", 0.02),
    ("html after", 0.02),
    ("answered late", 0.01),
    ("accepted late", 0.01),
)


@dataclass(frozen=True, slots=True)
class Post:
    id: int
    account: str
    text: str
    key: str | None
    at: float


@dataclass
class Truth:
    """What the API has: every post that it took, in order, and when requests arrived.

    *taken* is called for each post that was taken, before the answer.
    """

    seed: int = 0
    faults: bool = True
    delay: float = 0.15
    posts: list[Post] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    taken: Callable[[Post], object] | None = None

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._known: dict[tuple[str, str], Post] = {}
        self._lists: dict[str, list[Post]] = defaultdict(list)

    def heal(self) -> None:
        """From now on nothing fails, and answers come at once."""
        self.faults, self.delay = False, 0.0

    def fault(self) -> str | None:
        with self.lock:
            lot = self.random.random()
        for name, share in FAULTS if self.faults else ():
            if lot < share:
                return name
            lot -= share
        return None

    def pause(self) -> None:
        with self.lock:
            seconds = self.random.random() * self.delay
        time.sleep(seconds)

    def take(self, account: str, text: str, key: str | None) -> Post:
        with self.lock:
            if key is not None and (known := self._known.get((account, key))):
                return known
            post = Post(len(self.posts) + 1, account, text, key, time.time())
            self.posts.append(post)
            self._lists[account].append(post)
            if key is not None:
                self._known[account, key] = post
        if self.taken:
            self.taken(post)
        return post

    def listed(self, account: str) -> list[Post]:
        """What the account's list shows: neither the newest nor the oldest."""
        before = time.time() - LAG
        with self.lock:
            return [p for p in self._lists[account] if p.at < before][-LISTED:]

    def count(self, text: str) -> int:
        return sum(post.text == text for post in self.posts)


class _Handler(BaseHTTPRequestHandler):
    truth: Truth
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms for the client's ACK of its head

    @property
    def _account(self) -> str:
        return self.path.split("/")[1]

    def log_message(self, *_):
        pass

    def do_GET(self):
        shown = self.truth.listed(self._account)
        self._answer(200, [{"id": p.id, "text": p.text, "at": p.at} for p in shown])

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.truth.lock:
            self.truth.arrivals.append(time.time())
        fault = self.truth.fault()
        if fault == "dropped before":
            return self._drop()
        if fault == "503 before":
            return self._answer(503, {"error": "busy"})
        if fault == "429":
            return self._answer(429, {"error": "slow down"}, {"Retry-After": "1"})
        if fault == "accepted late":
            time.sleep(SLOW)
        self.truth.pause()
        key = self.headers.get("Idempotency-Key")
        post = self.truth.take(self._account, body["text"], key)
        if fault == "dropped after":
            return self._drop()
        if fault == "500 after":
            return self._answer(500, {"error": "oh"})
        if fault == "html after":
            return self._answer(200, "<html>")
        if fault == "answered late":
            time.sleep(SLOW)
        self.truth.pause()
        return self._answer(200, {"id": post.id})

    def _drop(self):
        self.close_connection = True

    def _answer(self, status, data, headers=None):
        content = data.encode() if isinstance(data, str) else json.dumps(data).encode()
        try:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:  # whoever asked is dead
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """Clients die here all the time."""


class Api:
    """Serves *truth* on the loopback, from a thread of this process."""

    def __init__(self, truth: Truth) -> None:
        handler = type("Handler", (_Handler,), {"truth": truth})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        self.truth = truth
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
