"""What followed sources have shown, kept in the queue's database."""

from __future__ import annotations

from collections.abc import Iterable

from sharekit.queue.clocks import aware, utc
from sharekit.queue.database import Transaction
from sharekit.queue.deliveries import Queue
from sharekit.queue.follow import Known, Seen, Step

__all__ = ["known", "remember"]

_MARK = ""
"""The row that says when a source was first looked at; no post has an empty id."""


def known(queue: Queue, source: str) -> Known:
    """What *source* has shown so far."""
    with queue.database.read() as transaction:
        rows = transaction.all("SELECT * FROM seen WHERE source = :source", source=source)
    first = next((row["at"] for row in rows if row["post"] == _MARK), None)
    posts = {
        row["post"]: Seen(
            post=row["post"],
            page=row["page"],
            digest=row["digest"],
            published=aware(row["published"]),
            gone=bool(row["gone"]),
        )
        for row in rows
        if row["post"] != _MARK
    }
    return Known(since=None if first is None else utc(first), posts=posts)


def remember(queue: Queue, source: str, steps: Iterable[Step]) -> None:
    """Keep what *source* shows now. To be called for the steps that were acted on."""
    with queue.database.write() as transaction:
        _put(transaction, source, Seen(post=_MARK, page=None, digest=""))
        for step in steps:
            _put(transaction, source, step.seen)


def _put(transaction: Transaction, source: str, seen: Seen) -> None:
    transaction.run(
        "INSERT INTO seen (source, post, page, digest, published, gone, at)"
        " VALUES (:source, :post, :page, :digest, :published, :gone, :now)"
        # When a post, or the source, was seen first stays as it is.
        " ON CONFLICT (source, post) DO UPDATE SET page = excluded.page,"
        " digest = excluded.digest, published = excluded.published, gone = excluded.gone",
        source=source,
        post=seen.post,
        page=seen.page,
        digest=seen.digest,
        published=seen.published.timestamp() if seen.published else None,
        gone=int(seen.gone),
        now=transaction.now,
    )
