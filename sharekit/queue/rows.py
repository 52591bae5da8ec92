"""Rows of the deliveries table: to values and back, changed one way, each change an event.

`change` is the compare-and-set on which everything rests: it takes a row from one `rev` to
the next, or does nothing. The event is written in the same transaction.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sharekit.errors import UserError
from sharekit.model import Delivery, Message, Receipt, as_data, digest_of, message_from_data
from sharekit.queue.clocks import aware
from sharekit.queue.database import Row, Transaction

__all__ = [
    "ENTRY",
    "OWN_WORDS",
    "SENT_WORDS",
    "Changed",
    "Entry",
    "Event",
    "add_event",
    "approval_hash",
    "change",
    "checked",
    "delivery_of",
    "entry_of",
    "get",
    "id_of",
    "message_of",
    "number_of",
    "packed",
]


OWN_WORDS = "own words"
"""How the note of an event begins that gave a delivery words which are not its post's."""


SENT_WORDS = {
    "no": "not sent, safe to send again",
    "part": "part of it is out; sending goes on where it stopped",
    "maybe": "it may be out: look at the account before anything else",
    "yes": "sent",
}
"""`Entry.sent` for people."""


class Changed(UserError):
    """Somebody else changed this row first; nothing was done."""

    code = "queue-changed"
    exit_code = 1


class Entry(NamedTuple):
    """One line of a list: a delivery without its message, cheap by the hundred thousand.

    *sent* says whether the post is out: `no`, `part` of it (some steps of several), `maybe`, `yes`.
    """

    id: str
    post: str
    channel: str
    account: str
    state: str
    due: datetime | None
    wall: str | None
    zone: str | None
    attempts: int
    error: str | None
    cause: str | None
    receipt: Receipt | None
    rev: int
    sent: Literal["no", "part", "maybe", "yes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One change: *who* did *what* and when, and the state, rev and content hash after it."""

    id: str | None
    at: datetime
    who: str
    what: str
    state: str | None
    rev: int | None
    digest: str | None
    note: str | None


def id_of(n: int) -> str:
    """The short id people use: `q-0192`."""
    return f"q-{n:04d}"


def number_of(id: str) -> int:  # noqa: A002  (that is what it is called everywhere)
    """The row that `q-0192`, `q-192` or `192` names. Raises `UserError` for anything else."""
    match = re.fullmatch(r"(?:q-)?(\d{1,18})", id.strip().lower())
    if not match:
        raise UserError(
            f"{id[:60]!r} is not the id of a delivery",
            hint="Ids look like q-0192; `sharekit queue list` shows them.",
            code="queue-id",
        )
    return int(match[1])


def packed(message: Message) -> tuple[str, str]:
    """*message* as JSON and its hash. A card stands in it by its file's name alone."""
    data = as_data(replace(message, problems=()))
    if data["card"]:
        data["card"]["path"] = Path(data["card"]["path"]).name
        data["card"]["problems"] = []
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")), digest_of(data)


def message_of(row: Row, cards: Path) -> Message:
    """The stored message, its card in *cards*."""
    data = json.loads(row["message"])
    if data["card"]:
        data["card"]["path"] = cards / data["card"]["path"]
    return message_from_data(data)


def delivery_of(row: Row, cards: Path) -> Delivery:
    """*row* as a value."""
    return Delivery(
        id=id_of(row["n"]),
        message=message_of(row, cards),
        state=row["state"],
        rev=row["rev"],
        due=aware(row["due"]),
        wall=row["wall"],
        zone=row["zone"],
        attempts=row["attempts"],
        error=row["error"],
        receipt=_receipt(row["receipt_id"], row["receipt_url"]),
        approved=row["approved"],
        approval=bool(row["approval"]),
        wake=aware(row["wake"]),
        waiting=row["waiting"],
        cause=row["cause"],
    )


ENTRY = (
    "n, post, channel, account, state, due, wall, zone, attempts, error, cause,"
    " receipt_id, receipt_url, rev, first_sent, journal"
)


def entry_of(row: Row) -> Entry:
    """*row* (with the columns `ENTRY`) as a line of a list."""
    receipt_id = row["receipt_id"]
    return Entry(
        id_of(row["n"]),
        row["post"],
        row["channel"],
        row["account"],
        row["state"],
        aware(row["due"]),
        row["wall"],
        row["zone"],
        row["attempts"],
        row["error"],
        row["cause"],
        _receipt(receipt_id, row["receipt_url"]) if receipt_id else None,
        row["rev"],
        _sent(row),
    )


def _sent(row: Row) -> Literal["no", "part", "maybe", "yes"]:
    """Whether the post is out at the channel, as far as is known."""
    if row["state"] == "published":
        return "yes"
    if row["state"] in ("publishing", "unknown"):
        return "maybe"
    if row["journal"] != "{}" and any(json.loads(row["journal"]).values()):
        return "part"
    return "maybe" if row["first_sent"] else "no"


def _receipt(id_: str | None, url: str | None) -> Receipt | None:
    return None if id_ is None else Receipt(id=id_, url=url)


def approval_hash(digest: str, due: float | None) -> str:
    """What an approval holds for: this message at this time; without a time, at any."""
    return digest_of([digest, due])


def get(transaction: Transaction, n: int) -> Row:
    """The row *n*. Raises `UserError` when there is none."""
    row = transaction.one("SELECT * FROM deliveries WHERE n = :n", n=n)
    if row is None:
        raise UserError(
            f"there is no delivery {id_of(n)}",
            hint="`sharekit queue list` shows those there are.",
            code="queue-id",
        )
    return row


def checked(transaction: Transaction, id: str, rev: int | None = None) -> Row:  # noqa: A002
    """The row of *id*. Raises `Changed` when it is not at *rev* any more, if that is given."""
    row = get(transaction, number_of(id))
    if rev is not None and rev != row["rev"]:
        raise Changed(
            f"{id_of(row['n'])} was changed meanwhile (you saw rev {rev}, it is at "
            f"{row['rev']}); nothing was done",
            hint=f"`sharekit queue show {id_of(row['n'])}` shows it as it is now.",
        )
    return row


def change(
    transaction: Transaction,
    row: Row,
    *,
    by: str,
    what: str,
    note: str | None = None,
    **new: Any,
) -> Row:
    """Take *row* to its next rev with the columns *new*, and leave an event.

    Raises `Changed` when the table's row is no longer at *row*'s rev.
    """
    columns = ", ".join(f"{name} = :{name}" for name in new)
    changed = transaction.one(
        f"UPDATE deliveries SET {columns + ', ' if columns else ''}"  # noqa: S608  (our own names)
        "rev = rev + 1, armed = NULL, updated = :_now WHERE n = :_n AND rev = :_rev RETURNING *",
        **new,
        _n=row["n"],
        _rev=row["rev"],
        _now=transaction.now,
    )
    if changed is None:
        raise Changed(
            f"{id_of(row['n'])} was changed meanwhile; nothing was done",
            hint=f"`sharekit queue show {id_of(row['n'])}` shows it as it is now.",
        )
    add_event(transaction, changed, by=by, what=what, note=note)
    return changed


def add_event(
    transaction: Transaction, row: Row | None, *, by: str, what: str, note: str | None = None
) -> None:
    """Leave an event about *row*, or about no row in particular."""
    transaction.run(
        "INSERT INTO events (delivery, at, who, what, state, rev, digest, note)"
        " VALUES (:n, :at, :who, :what, :state, :rev, :digest, :note)",
        n=row["n"] if row else None,
        at=transaction.now,
        who=by or person(),
        what=what,
        state=row["state"] if row else None,
        rev=row["rev"] if row else None,
        digest=row["digest"] if row else None,
        note=note,
    )


def person() -> str:
    """Who works here: `SHAREKIT_USER`, or else the login name."""
    import getpass

    try:
        return os.environ.get("SHAREKIT_USER") or getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user id without a name, as in some containers
        return "unknown"
