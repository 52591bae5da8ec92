"""The queue as people use it: schedule, look, approve, edit, move, cancel, retry, resolve.

Every verb is one transaction: a compare-and-set on the row's `rev` and an event that says who
did what. With `dry_run=True` the same is done and taken back, so what is foretold is what
would happen. Nothing here sends anything or knows the engine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import replace

from sharekit.errors import UserError
from sharekit.model import Delivery, Message
from sharekit.queue import accounts, editing, plans
from sharekit.queue.database import Row, Transaction
from sharekit.queue.editing import NotNow
from sharekit.queue.plans import AlreadyScheduled, Plan
from sharekit.queue.rows import Changed, checked
from sharekit.queue.schedule import When
from sharekit.queue.view import View

__all__ = ["AlreadyScheduled", "Changed", "NotNow", "Plan", "Queue"]


class _Wrong(Exception):
    """Takes back a transaction in which something was wrong."""


class Queue(View):
    """The queue, to look at and to change."""

    _foretold = 0
    """The last id that a dry run has named."""

    def schedule(
        self,
        message: Message,
        when: When | None,
        *,
        again: bool = False,
        approval: bool = False,
        by: str = "",
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
        by: str = "",
        dry_run: bool = False,
    ) -> list[Delivery | AlreadyScheduled]:
        """As `schedule`, for many, all of them or none. What is there already stands as data."""
        plans = (
            Plan(message=message, when=when, again=again, approval=approval)
            for message, when in items
        )
        found: list[Delivery | AlreadyScheduled] = []
        for one in self.carry_out(plans, by=by, dry_run=dry_run):
            if not isinstance(one, (Delivery, AlreadyScheduled)):
                raise one
            found.append(one)
        return found

    def carry_out(
        self, plans: Iterable[Plan], *, by: str = "", dry_run: bool = False
    ) -> list[Delivery | UserError]:
        """Do what *plans* say, in one transaction: a delivery for each of them, or why not.

        A post that goes to its account already is no harm (`AlreadyScheduled`); with any other
        error nothing of all the plans is kept.
        """
        kept = [
            plan if dry_run or plan.message is None
            else replace(plan, message=self.cards.keep(plan.message))
            for plan in plans
        ]  # fmt: skip
        found: list[Delivery | UserError] = []
        with contextlib.suppress(_Wrong), self.database.write(keep=not dry_run) as transaction:
            for plan in kept:
                if plan.message and not dry_run:
                    self.cards.share(transaction, plan.message)
                try:
                    found.append(self._carried_out(transaction, plan, by=by, dry_run=dry_run))
                except UserError as error:
                    found.append(error)
            if any(isinstance(f, UserError) and not isinstance(f, AlreadyScheduled) for f in found):
                raise _Wrong
        return found

    def _carried_out(
        self, transaction: Transaction, plan: Plan, *, by: str, dry_run: bool
    ) -> Delivery:
        if plan.id is not None:
            return self._value(plans.change(transaction, plan, by=by))
        number = self._foretell(transaction) if dry_run else None
        return self._value(plans.put(transaction, plan, self.cards.folder, by=by, number=number))

    def _foretell(self, transaction: Transaction) -> int:
        """The id that a new delivery will probably get, in dry run after dry run another one.

        A sequence of PostgreSQL would be used up by asking it.
        """
        last = transaction.value("SELECT coalesce(max(n), 0) AS value FROM deliveries")
        self._foretold = max(self._foretold, int(last)) + 1
        return self._foretold

    def _edit(
        self,
        id: str,  # noqa: A002
        rev: int | None,
        verb: Callable[[Transaction, Row], Row],
        *,
        dry_run: bool,
    ) -> Delivery:
        with self.database.write(keep=not dry_run) as transaction:
            return self._value(verb(transaction, checked(transaction, id, rev)))

    def approve(
        self,
        id: str,  # noqa: A002
        *,
        rev: int | None = None,
        by: str = "",
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
        by: str = "",
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
        by: str = "",
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
        by: str = "",
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
        by: str = "",
        dry_run: bool = False,
    ) -> Delivery:
        """Say what became of *id*, whose outcome is unknown: the post's URL, or `None`: nothing.

        An empty URL: it is out, its address is not known. What is no URL is refused.
        What was not published stands as failed then, and `retry` sends it. A URL may be given
        once more for what a person has resolved, not for what the channel has told.
        """
        return self._edit(
            id, rev, lambda t, r: editing.resolve(t, r, by=by, published=published), dry_run=dry_run
        )

    def edit(
        self,
        id: str,  # noqa: A002
        message: Message,
        *,
        own: bool = False,
        rev: int | None = None,
        by: str = "",
        dry_run: bool = False,
    ) -> Delivery:
        """Put *message* in the place of what *id* holds. An approval is dropped.

        *own* says that its words are a person's, and not its post's.
        """
        kept = message if dry_run else self.cards.keep(message)

        def put(transaction: Transaction, row: Row) -> Row:
            if not dry_run:
                self.cards.share(transaction, kept)
            return editing.edit(transaction, row, by=by, message=kept, own=own)

        return self._edit(id, rev, put, dry_run=dry_run)

    def hold(
        self,
        id: str,  # noqa: A002
        reason: str,
        *,
        rev: int | None = None,
        by: str = "",
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
        by: str = "",
        dry_run: bool = False,
    ) -> int:
        """Send nothing more of *account* (`channel:name`); the number of deliveries that wait."""
        with self.database.write(keep=not dry_run) as transaction:
            return accounts.pause(transaction, *accounts.named(account), reason=reason, by=by)

    def resume(self, account: str, *, by: str = "", dry_run: bool = False) -> int:
        """Send for *account* again; what missed its time meanwhile will be held."""
        with self.database.write(keep=not dry_run) as transaction:
            return accounts.resume(transaction, *accounts.named(account), by=by)
