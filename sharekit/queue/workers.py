"""Who works: a heartbeat of every worker, which `doctor` and `queue list` read."""

from __future__ import annotations

import os
import secrets
import socket

from sharekit.queue.database import Transaction

__all__ = ["DEAD", "ONCE", "beat", "leave", "living", "new_name"]

ONCE = "publish --due"
"""The name under which passes are seen: each of them lives only for moments."""
DEAD = 20.0
"""Seconds of silence after which a worker is taken for dead."""


def new_name() -> str:
    """A name that no other worker has or ever had; the engine must never confuse two."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(3)}"


def beat(transaction: Transaction, name: str) -> None:
    """Say that *name* is alive."""
    transaction.run(
        "INSERT INTO workers (id, host, pid, started, seen)"
        " VALUES (:id, :host, :pid, :now, :now)"
        " ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, pid = excluded.pid",
        id=name,
        host=socket.gethostname(),
        pid=os.getpid(),
        now=transaction.now,
    )


def leave(transaction: Transaction, name: str) -> None:
    """Say that *name* has stopped as it should."""
    transaction.run(
        "UPDATE workers SET pid = 0, seen = :now WHERE id = :id", id=name, now=transaction.now
    )


def living(transaction: Transaction, dead: float = DEAD) -> list[str]:
    """The workers that were seen lately, in the order of their names."""
    rows = transaction.all(
        "SELECT id FROM workers WHERE seen > :since AND pid <> 0 AND id <> :once ORDER BY id",
        since=transaction.now - dead,
        once=ONCE,
    )
    return [row["id"] for row in rows]
