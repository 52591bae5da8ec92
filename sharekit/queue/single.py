"""One at a time: what only one of all workers and commands should do at a moment.

A turn is a row that says until when it holds, so one that a dead process took ends by itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sharekit.queue.database import Database, Transaction

__all__ = ["finish", "one_at_a_time", "start"]


def start(transaction: Transaction, name: str, seconds: float) -> bool:
    """Take the turn *name* for *seconds*; whether it was free."""
    return bool(
        transaction.run(
            "INSERT INTO about (name, value) VALUES (:name, :until)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            " WHERE CAST(about.value AS DOUBLE PRECISION) < :now",
            name=f"turn:{name}",
            until=str(transaction.now + seconds),
            now=transaction.now,
        )
    )


def finish(transaction: Transaction, name: str) -> None:
    """Give the turn *name* back."""
    transaction.run("DELETE FROM about WHERE name = :name", name=f"turn:{name}")


@contextlib.contextmanager
def one_at_a_time(database: Database, name: str, seconds: float = 600) -> Iterator[bool]:
    """Whether the turn *name* is ours, until the block ends or *seconds* have passed."""
    with database.write() as transaction:
        ours = start(transaction, name, seconds)
    try:
        yield ours
    finally:
        if ours:
            with database.write() as transaction:
                finish(transaction, name)
