"""Plans: messages for accounts at times, as rows of the queue.

A plan makes a new delivery, or changes one that is there. Functions of a transaction, so that
many of them hold together or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sharekit.errors import UserError
from sharekit.model import Delivery, Message, digest_of
from sharekit.queue import editing
from sharekit.queue.database import Row, Transaction
from sharekit.queue.rows import OWN_WORDS, add_event, checked, delivery_of, packed
from sharekit.queue.schedule import When
from sharekit.text.slug import name_of_id

__all__ = ["AlreadyScheduled", "Plan", "change", "put"]


class AlreadyScheduled(UserError):
    """The post goes to that account already; *delivery* is the one that takes it there."""

    code = "already-scheduled"
    exit_code = 0

    def __init__(self, delivery: Delivery) -> None:
        message = delivery.message
        super().__init__(
            f"{name_of_id(message.post_id)} goes to {message.channel}:{message.account} already: "
            f"{delivery.id}, {delivery.state}",
            hint="Nothing was done. --again sends it once more.",
        )
        self.delivery = delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """*message* for *when*; without a time it is a draft. With *approval* a person must approve.

    A post goes to an account once, unless *again*. With *id*, that delivery, which was seen at
    *rev*, is given *message* and *when*, or keeps what is `None`. *own* says that the words of
    *message* are a person's, and not its post's.
    """

    message: Message | None = None
    when: When | None = None
    again: bool = False
    approval: bool = False
    id: str | None = None
    rev: int | None = None
    own: bool = False


def put(
    transaction: Transaction, plan: Plan, cards: Path, *, by: str, number: int | None = None
) -> Row:
    """The new row of *plan*. Raises `AlreadyScheduled`. *number* is its id in place of the next."""
    message = plan.message
    assert message is not None
    same = {"channel": message.channel, "account": message.account, "post": message.post_id}
    if plan.again:
        message = _with_own_key(transaction, message, same)
    elif there := standing(transaction, same):
        raise AlreadyScheduled(delivery_of(there, cards))
    content, digest = packed(message)
    when = plan.when
    state = "draft" if plan.approval or when is None else "scheduled"
    due = when.utc.timestamp() if when else None
    transaction.run(
        "INSERT INTO accounts (channel, account) VALUES (:channel, :account)"
        " ON CONFLICT (channel, account) DO NOTHING",
        channel=message.channel,
        account=message.account,
    )
    own, value = ("n, ", ":n, ") if number is not None else ("", "")
    row = transaction.one(
        f"INSERT INTO deliveries ({own}channel, account, post, again, message, digest,"  # noqa: S608
        " state, rev, due, wall, zone, wake, approval, attempts, journal, created, updated)"
        f" VALUES ({value}:channel, :account, :post, :again, :message, :digest, :state, 1,"
        " :due, :wall, :zone, :wake, :approval, 0, '{}', :now, :now)"
        " ON CONFLICT DO NOTHING RETURNING *",
        **same,
        **({} if number is None else {"n": number}),
        again=int(plan.again),
        message=content,
        digest=digest,
        state=state,
        due=due,
        wall=when.wall.isoformat() if when else None,
        zone=when.zone if when else None,
        wake=due if state == "scheduled" else None,
        approval=int(plan.approval),
        now=transaction.now,
    )
    if row is None:  # somebody else was a moment faster
        there = standing(transaction, same)
        assert there is not None
        raise AlreadyScheduled(delivery_of(there, cards))
    notes = (OWN_WORDS if plan.own else "", when.note if when else "")
    note = "; ".join(filter(None, notes)) or None
    add_event(transaction, row, by=by, what="scheduled", note=note)
    return row


def change(transaction: Transaction, plan: Plan, *, by: str) -> Row:
    """The row that *plan* names, with its message and time."""
    assert plan.id is not None
    row = checked(transaction, plan.id, plan.rev)
    if plan.message is not None:
        row = editing.edit(transaction, row, by=by, message=plan.message, own=plan.own)
    if plan.when is not None:
        row = editing.move(transaction, row, by=by, when=plan.when)
    return row


def standing(transaction: Transaction, same: dict[str, str]) -> Row | None:
    """The row that takes the post to the account already."""
    return transaction.one(
        "SELECT * FROM deliveries WHERE channel = :channel AND account = :account"
        " AND post = :post AND again = 0 AND state <> 'cancelled'",
        **same,
    )


def _with_own_key(transaction: Transaction, message: Message, same: dict[str, str]) -> Message:
    """A channel knows the first one's key, and would answer a second one with the first post."""
    number = transaction.value(
        "SELECT count(*) AS value FROM deliveries"
        " WHERE channel = :channel AND account = :account AND post = :post",
        **same,
    )
    return replace(message, key=digest_of([message.key, number], 32)) if number else message
