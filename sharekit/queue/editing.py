"""What each of the editor's verbs does to a row, and from which states it may.

Functions of a transaction and a row, to the changed row. An approval holds for a message at
a time: whatever changes one of them drops it, and the delivery is a draft again.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sharekit.errors import UserError
from sharekit.model import Message, Receipt, digest_of
from sharekit.queue.clocks import utc
from sharekit.queue.database import Row, Transaction
from sharekit.queue.rows import OWN_WORDS, approval_hash, change, id_of, packed, person
from sharekit.queue.schedule import When, from_utc

__all__ = ["NotNow", "approve", "cancel", "edit", "hold", "move", "resolve", "retry", "standing"]


BY_HAND = "marked by hand"
"""The receipt of what a person has seen and given no address of."""


class NotNow(UserError):
    """The delivery's state does not allow this."""

    code = "queue-state"
    exit_code = 1


_WHY = {
    "publishing": "it is being sent at this moment",
    "published": "it is published",
    "cancelled": "it is cancelled",
    "unknown": "it may have been published: look at the account first",
    "failed": "it has failed",
    "held": "it is held",
    "draft": "it is a draft",
    "approved": "it has no time yet",
    "scheduled": "it is scheduled",
}
_STEP = {
    "publishing": "Wait until it is over.",
    "published": "Schedule the post with --again to send it once more.",
    "cancelled": "Schedule the post anew.",
    "unknown": "sharekit queue resolve {id} --published URL, or --not-published.",
    "failed": "sharekit queue retry {id} sends it again.",
    "held": "sharekit queue move {id} gives it a new time, retry sends it now.",
    "draft": "sharekit approve {id} if it is to go out.",
    "approved": "sharekit queue move {id} --at WHEN gives it one.",
    "scheduled": "sharekit queue move or cancel {id} changes that.",
}


def _only(row: Row, verb: str, *states: str) -> None:
    if row["state"] not in states:
        name = id_of(row["n"])
        raise NotNow(
            f"{name} cannot be {verb}: {_WHY[row['state']]}",
            hint=_STEP[row["state"]].format(id=name),
        )


def is_approved(row: Row) -> bool:
    """Whether *row*'s approval (for its time, or for any) still fits what is in it."""
    fits = (approval_hash(row["digest"], row["due"]), approval_hash(row["digest"], None))
    return row["approved"] in fits


def standing(row: Row, **new: Any) -> dict[str, Any]:
    """*new*, and the state it makes of *row*: waiting for its time, or short of that."""
    merged = {**dict(row), **new}
    approved = merged["approved"] if is_approved(merged) else None
    if merged["approval"] and not approved:
        state = "draft"
    elif merged["due"] is None:
        state = "approved" if approved else "draft"
    else:
        state = "scheduled"
    wake = merged["due"] if state == "scheduled" else None
    return {"waiting": None, "wake": wake, **new, "state": state, "approved": approved}


def approve(transaction: Transaction, row: Row, *, by: str, note: str | None = None) -> Row:
    """Let a draft go out: exactly this message, at exactly this time if it has one."""
    _only(row, "approved", "draft")
    new = standing(row, approved=approval_hash(row["digest"], row["due"]))
    return change(transaction, row, by=by, what="approved", note=note, **new)


def cancel(transaction: Transaction, row: Row, *, by: str) -> Row:
    """Take a delivery out for good. The post may then be scheduled anew."""
    _only(row, "cancelled", "draft", "approved", "scheduled", "held", "failed")
    return change(
        transaction, row, by=by, what="cancelled", state="cancelled", wake=None, waiting=None
    )


def move(transaction: Transaction, row: Row, *, by: str, when: When) -> Row:
    """Give a delivery another time. An approval for the old time is dropped."""
    _only(row, "moved", "draft", "approved", "scheduled", "held", "failed")
    new = standing(row, **_time(when), error=None, cause=None)
    return change(transaction, row, by=by, what="moved", note=when.note or str(when), **new)


def _time(when: When) -> dict[str, Any]:
    return {"due": when.utc.timestamp(), "wall": when.wall.isoformat(), "zone": when.zone}


def retry(transaction: Transaction, row: Row, *, by: str) -> Row:
    """Send a failed, held or postponed delivery now.

    After a failure an approval for the old time goes on: it is the same plan, carried out.
    A delivery that missed its time is another plan.
    """
    _only(row, "sent again", "failed", "held", "scheduled")
    now = transaction.now
    if row["state"] == "scheduled":
        if row["waiting"] is None:
            _only(row, "sent again", "failed", "held")
        return change(transaction, row, by=by, what="retried", wake=now, attempts=0)
    new = _time(from_utc(utc(now).replace(microsecond=0), row["zone"] or "UTC"))
    if row["state"] == "failed" and is_approved(row):
        new["approved"] = approval_hash(row["digest"], new["due"])
    new = standing(row, **new, error=None, cause=None, attempts=0)
    return change(transaction, row, by=by, what="retried", **new)


def resolve(transaction: Transaction, row: Row, *, by: str, published: str | None) -> Row:
    """Say what became of a delivery whose outcome is unknown: its URL, or `None` for nothing.

    An empty URL says that the post is out and that nobody knows its address. What a person has
    said, a person may correct: the URL, or that it is out after all. What the channel has told
    stands.
    """
    if published is None or not _said_by_a_person(transaction, row):
        _only(row, "resolved", "unknown")
    if published and not _is_address(published):
        raise UserError(
            f"{published[:80]!r} is not the address of a post, which begins with https://",
            hint="Open the post and copy its address.",
            code="queue-url",
        )
    transaction.run(
        "UPDATE sends SET ended = :now WHERE delivery = :n AND ended IS NULL",
        now=transaction.now,
        n=row["n"],
    )
    if published is None:
        return _not_there(transaction, row, by=by)
    return _there(transaction, row, Receipt(id=published or BY_HAND, url=published or None), by=by)


def _said_by_a_person(transaction: Transaction, row: Row) -> bool:
    """Whether *row* is as a person's `resolve` has left it."""
    return row["state"] in ("published", "failed") and bool(
        transaction.value(
            "SELECT 1 AS value FROM events WHERE delivery = :n AND rev = :rev"
            " AND what = 'resolved'",
            n=row["n"],
            rev=row["rev"],
        )
    )


def _not_there(transaction: Transaction, row: Row, *, by: str) -> Row:
    return change(
        transaction,
        row,
        by=by,
        what="resolved",
        note="not published",
        state="failed",
        wake=None,
        waiting=None,
        error=f"not published, {by or person()} has looked",
        cause="not-published",
        first_sent=None,
        journal=json.dumps(_done(row["journal"])),
    )


def _there(transaction: Transaction, row: Row, receipt: Receipt, *, by: str) -> Row:
    if row["state"] == "published" and row["receipt_id"] == receipt.id:
        return row
    before = row["receipt_id"] if row["state"] == "published" else None
    return change(
        transaction,
        row,
        by=by,
        what="resolved",
        note=f"{receipt.id} instead of {before}" if before else receipt.id,
        state="published",
        wake=None,
        waiting=None,
        error=None,
        cause=None,
        receipt_id=receipt.id,
        receipt_url=receipt.url,
    )


def _is_address(text: str) -> bool:
    """Whether *text* may stand as a link: a page made from it must not run it."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable()
    except ValueError:
        return False


def _done(journal: str) -> dict[str, str]:
    """The steps that stand; those whose outcome was open (`""`) did not happen."""
    return {step: value for step, value in json.loads(journal).items() if value}


def edit(
    transaction: Transaction, row: Row, *, by: str, message: Message, own: bool = False
) -> Row:
    """Put another message in place. The same one changes nothing; another drops the approval.

    *own* says that its words are a person's, and not its post's.
    """
    _only(row, "edited", "draft", "approved", "scheduled", "held", "failed")
    if message.post_id != row["post"]:
        raise UserError(f"{id_of(row['n'])} is about {row['post']}, not {message.post_id}")
    if row["again"]:
        message = _keyed_anew(message, json.loads(row["message"]))
    content, digest = packed(message)
    if digest == row["digest"]:
        return row
    new: dict[str, Any] = {
        "message": content,
        "digest": digest,
        "approved": None,
        "first_sent": None,
        "journal": "{}",
    }
    if row["state"] in ("draft", "approved", "scheduled"):
        new = standing(row, **new)
    note = OWN_WORDS if own else None
    return change(transaction, row, by=by, what="edited", note=note, **new)


def _keyed_anew(message: Message, before: dict[str, Any]) -> Message:
    """*message* with a key that no other delivery of its post has.

    A channel that was given the key of another would answer with that one's post.
    """
    created = datetime.fromisoformat(before["created"])
    same = replace(message, key=before["key"], created=created)
    data, _ = packed(same)
    if json.loads(data) == before:
        return same
    return replace(message, key=digest_of([message.key, before["key"]], 32))


def hold(transaction: Transaction, row: Row, *, by: str, reason: str) -> Row:
    """Keep a delivery back until a person has decided."""
    _only(row, "held", "draft", "approved", "scheduled", "held")
    return change(
        transaction,
        row,
        by=by,
        what="held",
        note=reason,
        state="held",
        wake=None,
        waiting=None,
        error=reason,
        cause="held",
    )
