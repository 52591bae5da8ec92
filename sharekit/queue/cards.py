"""Cards of scheduled messages: what was seen when scheduling is what goes out.

A card is copied into the state folder under the hash of its bytes, so that drawing it anew
changes nothing that is queued, and a damaged copy is known by its name. Where machines share
a PostgreSQL database, the bytes lie there as well, and each machine fetches what it lacks.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from sharekit import files
from sharekit.errors import Refused, UserError
from sharekit.model import Message
from sharekit.queue.database import Database, Transaction

__all__ = ["CardStore"]

_HASH = re.compile(r'"path":"([0-9a-f]{32})\.')


class CardStore:
    """The copies in *folder*."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self._shared = database if database.dialect == "postgres" else None

    def keep(self, message: Message) -> Message:
        """*message* with its card copied here. Raises `UserError` when the card is not there."""
        card = message.card
        if card is None:
            return message
        try:
            data = card.path.read_bytes()
        except OSError as error:
            raise UserError(
                f"the card {card.path} cannot be read: {error.strerror}",
                hint="Draw it again: sharekit render.",
                code="card-missing",
            ) from error
        if len(data) != card.bytes:
            raise UserError(
                f"the card {card.path} has {len(data)} bytes, {card.bytes} were drawn",
                hint="Draw it again: sharekit render.",
                code="card-changed",
            )
        path = self.folder / f"{_digest(data)}{card.path.suffix.lower()}"
        if not path.exists():
            files.write(path, data)
        return replace(message, card=replace(card, path=path))

    def share(self, transaction: Transaction, message: Message) -> None:
        """Put the card of *message*, which lies here, where other machines find it."""
        if self._shared and message.card:
            transaction.run(
                "INSERT INTO cards (name, data) VALUES (:name, :data)"
                " ON CONFLICT (name) DO NOTHING",
                name=message.card.path.name,
                data=message.card.path.read_bytes(),
            )

    def verify(self, message: Message) -> None:
        """See that the card is there, byte for byte. Raises `Refused` when it is not."""
        card = message.card
        if card is None:
            return
        if not card.path.exists() and self._shared:
            self._fetch(self._shared, card.path)
        try:
            data = card.path.read_bytes()
        except OSError as error:
            raise Refused(
                f"not sent: the card {card.path} cannot be read ({error.strerror})",
                hint="Draw the card and schedule the post again.",
            ) from error
        if len(data) != card.bytes or _digest(data) != card.path.stem:
            raise Refused(
                f"not sent: the card {card.path} is not the one that was scheduled",
                hint="Draw the card and schedule the post again.",
            )

    @staticmethod
    def _fetch(database: Database, path: Path) -> None:
        with database.read() as transaction:
            data = transaction.value(
                "SELECT data AS value FROM cards WHERE name = :name", name=path.name
            )
        if data is not None:
            files.write(path, bytes(data))

    def prune(self, transaction: Transaction) -> int:
        """Remove the copies that nothing to come needs; the number of files removed."""
        needed = _needed(transaction)
        removed = 0
        for path in self.folder.glob("*"):
            if path.stem not in needed:
                path.unlink(missing_ok=True)
                removed += 1
        if self._shared:
            for row in transaction.all("SELECT name FROM cards"):
                if Path(row["name"]).stem not in needed:
                    transaction.run("DELETE FROM cards WHERE name = :name", name=row["name"])
        return removed


def _needed(transaction: Transaction) -> set[str]:
    """The hashes of all cards that something to come names, read page by page."""
    needed: set[str] = set()
    last = 0
    while rows := transaction.all(
        "SELECT n, message FROM deliveries WHERE n > :last"
        " AND state NOT IN ('published', 'cancelled') ORDER BY n LIMIT 1000",
        last=last,
    ):
        for row in rows:
            needed.update(_HASH.findall(row["message"]))
        last = rows[-1]["n"]
    return needed


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
