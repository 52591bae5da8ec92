"""The right to send one delivery, for a limited time, looked at again before every request.

The owner of a lease may send until it ends; nobody else may act before. Requests are cut
short so that none is on its way when the lease is over. A process that was frozen in between,
or whose computer slept, finds that out before its next byte: the socket asks the lease.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping
from typing import Any

from sharekit.errors import RetryLater, Unsure
from sharekit.queue import clocks
from sharekit.queue.database import Database
from sharekit.web import Answer, Page, Session

__all__ = ["Lease", "LeasedSession", "StoredJournal"]

MARGIN = 1.0
"""Seconds before its end in which a lease is no longer used."""


class Lease:
    """The right of this process to send, *seconds* from now.

    It goes by this computer's own clocks, the steady one and the wall's: whichever says first
    that it is over is believed.
    """

    def __init__(self, seconds: float) -> None:
        self._began = clocks.here()
        self._seconds = seconds

    @property
    def left(self) -> float:
        """Seconds in which something may still be sent; 0 or less when it is over."""
        now = clocks.here()
        passed = now.wall - self._began.wall
        if now.steady.scale == self._began.steady.scale:
            passed = max(passed, now.steady.seconds - self._began.steady.seconds)
        return self._seconds - passed - MARGIN


class LeasedSession(Session):
    """*web*, whose calls look at *lease* first and end before it does."""

    def __init__(self, web: Session, lease: Lease) -> None:
        # No super().__init__(): everything but the calls is the other session's.
        self._web = web
        self._lease = lease
        self._begun = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._web, name)

    def get(self, url: str, **options: Any) -> Page:
        """As in `Session`."""
        return self._web.get(url, **options)

    def call(self, method: str, url: str, *, timeout: float = 30.0, **options: Any) -> Answer:
        """As in `Session`, as long as the lease holds."""
        self.check()
        if method.upper() not in ("GET", "HEAD") and not options.get("repeatable"):
            self._begun = True
        lease = self._lease
        timeout = min(timeout, max(lease.left, 0.01))
        # Whoever is frozen from here on is stopped by the socket, which asks before it writes.
        return self._web.call(method, url, timeout=timeout, left=lambda: lease.left, **options)

    def check(self) -> None:
        """See that the lease holds. Raises `PublishError` when it is over."""
        if self._lease.left > 0:
            return
        if self._begun:
            raise Unsure("the time for sending was over in the middle of it")
        raise RetryLater("the time for sending was over before anything was sent")


class StoredJournal(MutableMapping[str, str]):
    """The steps of one delivery, each change stored before the caller goes on.

    A change after the lease was lost raises `Unsure`: somebody else may be at it.
    """

    def __init__(self, database: Database, row: Any, lease: Lease) -> None:
        self._database = database
        self._row = row
        self._lease = lease
        self._steps: dict[str, str] = json.loads(row["journal"])

    def __getitem__(self, step: str) -> str:
        return self._steps[step]

    def __iter__(self) -> Iterator[str]:
        return iter(self._steps)

    def __len__(self) -> int:
        return len(self._steps)

    def __setitem__(self, step: str, value: str) -> None:
        self._store({**self._steps, step: value})

    def __delitem__(self, step: str) -> None:
        steps = dict(self._steps)
        del steps[step]
        self._store(steps)

    def _store(self, steps: dict[str, str]) -> None:
        if steps == self._steps:
            return
        with self._database.write() as transaction:
            stored = transaction.run(
                "UPDATE deliveries SET journal = :journal WHERE n = :n AND rev = :rev",
                journal=json.dumps(steps),
                n=self._row["n"],
                rev=self._row["rev"],
            )
        if not stored or self._lease.left <= 0:
            raise Unsure("the time for sending was over in the middle of it")
        self._steps = steps
