"""The queue as people use it: schedule, look, approve, edit, move, cancel, retry, resolve.

Every verb is one transaction: a compare-and-set on the row's `rev` and an event that says who
did what. With `dry_run=True` the same is done and taken back, so what is foretold is what
would happen. Nothing here sends anything or knows the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sharekit.errors import UserError
from sharekit.model import Delivery, Message, digest_of
from sharekit.queue import accounts, editing
from sharekit.queue.database import Row, Transaction
from sharekit.queue.editing import NotNow
from sharekit.queue.rows import Changed, add_event, get, id_of, number_of, packed
from sharekit.queue.schedule import When
from sharekit.queue.view import View
from sharekit.text.slug import name_of_id

__all__ = ["AlreadyScheduled", "Changed", "NotNow", "Queue"]


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


class Queue(View):
    """The queue, to look at and to change."""

    def schedule(
        self,
        message: Message,
        when: When | None,
        *,
        again: bool = False,
        approval: bool = False,
        by: str = "cli",
        dry_run: bool = False,
    ) -> Delivery:
        """Put *message* into the queue for *when*; without a time it is a draft.

        With *approval* it waits for a person's `approve`. Raises `AlreadyScheduled` when the
        post already goes to that account, unless *again*.
        """
        (found,) = self.schedule_all(
            [(message, when)], again=again, approval=approval, by=by, dry_run=dry_run
        )
        if isinstance(found, AlreadyScheduled):
            raise found
        return found

    def schedule_all(
        self,
        items: Iterable[tuple[Message, When | None]],
        *,
        again: bool = False,
        approval: bool = False,
        by: str = "cli",
        dry_run: bool = False,
    ) -> list[Delivery | AlreadyScheduled]:
        """As `schedule`, for many, all of them or none. What is there already stands as data."""
        kept = [(m if dry_run else self.cards.keep(m), when) for m, when in items]
        with self.database.write(keep=not dry_run) as transaction:
            if not dry_run:
                for message, _ in kept:
                    self.cards.share(transaction, message)
            return [
                self._put(transaction, message, when, again=again, approval=approval, by=by)
                for message, when in kept
            ]

    def _put(
        self,
        transaction: Transaction,
        message: Message,
        when: When | None,
        *,
        again: bool,
        approval: bool,
        by: str,
    ) -> Delivery | AlreadyScheduled:
        same = {"channel": message.channel, "account": message.account, "post": message.post_id}
        if again:
            message = _with_own_key(transaction, message, same)
        elif there := _standing(transaction, same):
            return AlreadyScheduled(self._value(there))
        content, digest = packed(message)
        state = "draft" if approval or when is None else "scheduled"
        due = when.utc.timestamp() if when else None
        transaction.run(
            "INSERT INTO accounts (channel, account) VALUES (:channel, :account)"
            " ON CONFLICT (channel, account) DO NOTHING",
            channel=message.channel,
            account=message.account,
        )
        row = transaction.one(
            "INSERT INTO deliveries (channel, account, post, again, message, digest, state, rev,"
            " due, wall, zone, wake, approval, attempts, journal, created, updated)"
            " VALUES (:channel, :account, :post, :again, :message, :digest, :state, 1,"
            " :due, :wall, :zone, :wake, :approval, 0, '{}', :now, :now)"
            " ON CONFLICT DO NOTHING RETURNING *",
            **same,
            again=int(again),
            message=content,
            digest=digest,
            state=state,
            due=due,
            wall=when.wall.isoformat() if when else None,
            zone=when.zone if when else None,
            wake=due if state == "scheduled" else None,
            approval=int(approval),
            now=transaction.now,
        )
        if row is None:  # somebody else was a moment faster
            there = _standing(transaction, same)
            assert there is not None
            return AlreadyScheduled(self._value(there))
        add_event(transaction, row, by=by, what="scheduled", note=when.note if when else None)
        return self._value(row)

    def _edit(
        self,
        id: str,  # noqa: A002
        rev: int | None,
        verb: Callable[[Transaction, Row], Row],
        *,
        dry_run: bool,
    ) -> Delivery:
        with self.database.write(keep=not dry_run) as transaction:
            row = get(transaction, number_of(id))
            if rev is not None and rev != row["rev"]:
                raise Changed(
                    f"{id_of(row['n'])} was changed meanwhile (you saw rev {rev}, it is at "
                    f"{row['rev']}); nothing was done",
                    hint=f"`sharekit queue show {id_of(row['n'])}` shows it as it is now.",
                )
            return self._value(verb(transaction, row))

    def approve(
        self,
        id: str,  # noqa: A002
        *,
        rev: int | None = None,
        by: str = "cli",
        note: str | None = None,
        dry_run: bool = False,
    ) -> Delivery:
        """Let the draft *id* go out, as it is now: a later change drops the approval."""
        return self._edit(
            id, rev, lambda t, r: editing.approve(t, r, by=by, note=note), dry_run=dry_run
        )

    def cancel(
        self,
        id: str,  # noqa: A002
        *,
        rev: int | None = None,
        by: str = "cli",
        dry_run: bool = False,
    ) -> Delivery:
        """Take *id* out. The post may then be scheduled anew."""
        return self._edit(id, rev, lambda t, r: editing.cancel(t, r, by=by), dry_run=dry_run)

    def move(
        self,
        id: str,  # noqa: A002
        when: When,
        *,
        rev: int | None = None,
        by: str = "cli",
        dry_run: bool = False,
    ) -> Delivery:
        """Give *id* another time."""
        return self._edit(
            id, rev, lambda t, r: editing.move(t, r, by=by, when=when), dry_run=dry_run
        )

    def retry(
        self,
        id: str,  # noqa: A002
        *,
        rev: int | None = None,
        by: str = "cli",
        dry_run: bool = False,
    ) -> Delivery:
        """Send *id*, which failed or was held, now. `NotNow` while its outcome is unknown."""
        return self._edit(id, rev, lambda t, r: editing.retry(t, r, by=by), dry_run=dry_run)

    def resolve(
        self,
        id: str,  # noqa: A002
        published: str | None,
        *,
        rev: int | None = None,
        by: str = "cli",
        dry_run: bool = False,
    ) -> Delivery:
        """Say what became of *id*, whose outcome is unknown: the post's URL, or `None`: nothing.

        What was not published stands as failed then, and `retry` sends it.
        """
        return self._edit(
            id, rev, lambda t, r: editing.resolve(t, r, by=by, published=published), dry_run=dry_run
        )

    def edit(
        self,
        id: str,  # noqa: A002
        message: Message,
        *,
        rev: int | None = None,
        by: str = "cli",
        dry_run: bool = False,
    ) -> Delivery:
        """Put *message* in the place of what *id* holds. An approval is dropped."""
        kept = message if dry_run else self.cards.keep(message)

        def put(transaction: Transaction, row: Row) -> Row:
            if not dry_run:
                self.cards.share(transaction, kept)
            return editing.edit(transaction, row, by=by, message=kept)

        return self._edit(id, rev, put, dry_run=dry_run)

    def hold(
        self,
        id: str,  # noqa: A002
        reason: str,
        *,
        rev: int | None = None,
        by: str = "cli",
        dry_run: bool = False,
    ) -> Delivery:
        """Keep *id* back until a person moves, retries or cancels it."""
        return self._edit(
            id, rev, lambda t, r: editing.hold(t, r, by=by, reason=reason), dry_run=dry_run
        )

    def pause(
        self,
        account: str,
        *,
        reason: str = "paused by hand",
        by: str = "cli",
        dry_run: bool = False,
    ) -> int:
        """Send nothing more of *account* (`channel:name`); the number of deliveries that wait."""
        with self.database.write(keep=not dry_run) as transaction:
            return accounts.pause(transaction, *accounts.named(account), reason=reason, by=by)

    def resume(self, account: str, *, by: str = "cli", dry_run: bool = False) -> int:
        """Send for *account* again; what missed its time meanwhile will be held."""
        with self.database.write(keep=not dry_run) as transaction:
            return accounts.resume(transaction, *accounts.named(account), by=by)


def _standing(transaction: Transaction, same: dict[str, str]) -> Row | None:
    """The delivery that takes the post to the account already."""
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
