"""One try of one delivery: claim it, send it, write down what came of it.

The order is what keeps a post from going out twice or not at all:

1. *Claim*: one transaction takes the row from `scheduled` to `publishing`, if it is still at
   the rev that was asked for. It is committed before the first byte leaves.
2. *Send*: the publisher is called once, with a session that looks at the lease before every
   request.
3. *Record*: what came of it is written, if the row is still ours.

Whoever dies in between leaves a row in `publishing`. When its lease is over, the next turn
looks for the post (`sharekit.queue.look`); nothing is ever sent again on a guess.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from sharekit.errors import PublishError, Refused, SharekitError, Unsure
from sharekit.model import Message
from sharekit.ports import Publisher, Resumer
from sharekit.queue import accounts
from sharekit.queue.claims import claim
from sharekit.queue.database import Row, Unavailable
from sharekit.queue.deliveries import Queue
from sharekit.queue.lease import Lease, LeasedSession, StoredJournal
from sharekit.queue.limits import Pace
from sharekit.queue.look import knows_key, unsure_now
from sharekit.queue.outcomes import Outcome, Timing, outcome_of, published
from sharekit.queue.rows import Changed, add_event, change, id_of, message_of
from sharekit.web import Session

__all__ = ["Courier", "Paces", "Publishers"]

log = logging.getLogger("sharekit.queue")

Publishers = Callable[[str, str], Publisher]
"""Makes the publisher of a channel and account. Raises `SharekitError` when it cannot."""
Paces = Callable[[str, str], Pace]
"""The pace of a channel and account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Takes deliveries to their channels. *name* is who it is in the events."""

    queue: Queue
    publishers: Publishers
    web: Session
    paces: Paces
    timing: Timing
    name: str

    def pace(self, row: Row) -> Pace:
        """The pace of the row's account."""
        return self.paces(row["channel"], row["account"])

    def publisher(self, row: Row) -> Publisher:
        """The row's publisher. Raises `PublishError` when there can be none."""
        try:
            return self.publishers(row["channel"], row["account"])
        except PublishError:
            raise
        except SharekitError as error:
            raise Refused(f"not sent: {error.message}", hint=error.problems[0].hint) from error

    def message(self, row: Row) -> Message:
        """The row's message, its card there and whole. Raises `Refused` when it is not."""
        message = message_of(row, self.queue.cards.folder)
        self.queue.cards.verify(message)
        return message

    def send(self, row: Row, *, repeat: bool = False) -> Row | None:
        """Send *row* if nothing is in the way; the row as it is then.

        `None` when the account is not free, or nothing could be written down. A *repeat* is
        sent with a key that the channel knows, or by a publisher that knows where it stopped.
        Raises `Changed` when somebody else was first.
        """
        try:
            publisher = self.publisher(row)
            message = self.message(row)
        except PublishError as error:
            return self.settle(row, outcome_of(error, row, self.pace(row), self.timing))
        if not repeat and row["first_sent"] and not knows_key(publisher, row, row["wake"]):
            return self.settle(row, unsure_now())
        lease = Lease(self.timing.lease.total_seconds())
        with self.queue.database.write() as transaction:
            ours = claim(
                transaction,
                row,
                publisher,
                message,
                pace=self.pace(row),
                timing=self.timing,
                by=self.name,
                repeat=repeat,
            )
        if ours is None or ours["state"] != "publishing":
            return ours
        return self.record(ours, self._try(ours, publisher, message, lease), lease)

    def _try(self, row: Row, publisher: Publisher, message: Message, lease: Lease) -> Outcome:
        web = LeasedSession(self.web, lease)
        try:
            web.check()
            if isinstance(publisher, Resumer):
                journal = StoredJournal(self.queue.database, row, lease)
                return published(publisher.resume(message, web, journal))
            return published(publisher.publish(message, web))
        except PublishError as error:
            return outcome_of(error, row, self.pace(row), self.timing)
        except Exception as error:  # a mistake of the publisher's: the post may be out
            log.exception("%s: %s", id_of(row["n"]), type(error).__name__)
            words = f"{row['channel']} failed in the middle: {type(error).__name__}: {error}"
            return outcome_of(Unsure(words), row, self.pace(row), self.timing)

    def record(self, row: Row, outcome: Outcome, lease: Lease) -> Row | None:
        """Write *outcome* down, trying again while the database cannot be written."""
        pause = 0.1
        while True:
            try:
                return self.settle(row, outcome)
            except Changed:
                return self._too_late(row, outcome)
            except Unavailable as error:
                if lease.left <= 0:
                    # The row stays in `publishing`, and its outcome will be looked up.
                    log.critical(
                        "%s to %s:%s: %s (%s), and it could not be written down: %s",
                        id_of(row["n"]),
                        row["channel"],
                        row["account"],
                        outcome.what,
                        outcome.note,
                        error.message,
                    )
                    return None
                time.sleep(pause)
                pause = min(pause * 2, 5.0)

    def settle(self, row: Row, outcome: Outcome) -> Row:
        """Write *outcome* down. Raises `Changed` when the row is not ours any more."""
        where = row["channel"], row["account"]
        with self.queue.database.write() as transaction:
            accounts.locked(transaction, *where)
            now = transaction.now
            new = {**outcome.new, "wake": None if outcome.after is None else now + outcome.after}
            if row["state"] == "publishing":  # nothing of it is on its way any more
                new["lease"] = transaction.at.steady.seconds
            changed = change(
                transaction, row, by=self.name, what=outcome.what, note=outcome.note, **new
            )
            transaction.run(
                "UPDATE sends SET ended = :now, cost = cost * :paid"
                " WHERE delivery = :n AND ended IS NULL",
                now=now,
                paid=int(outcome.sent),
                n=row["n"],
            )
            if outcome.pause:
                accounts.pause(transaction, *where, reason=outcome.pause, by=self.name)
            if outcome.wait:
                accounts.postpone(transaction, *where, now + outcome.wait)
        return changed

    def _too_late(self, row: Row, outcome: Outcome) -> Row | None:
        """Our lease was lost. A receipt is proof all the same; anything else is only noted."""
        receipt_id = outcome.new.get("receipt_id")
        with self.queue.database.write() as transaction:
            found = transaction.one("SELECT * FROM deliveries WHERE n = :n", n=row["n"])
            if found is None or (receipt_id and found["receipt_id"] == receipt_id):
                return found
            if receipt_id and found["state"] == "unknown":
                note = f"{outcome.note}, learnt late"
                return change(
                    transaction,
                    found,
                    by=self.name,
                    what="published",
                    note=note,
                    wake=None,
                    **outcome.new,
                )
            note = f"{outcome.what} ({outcome.note}), after the time for sending was over"
            add_event(transaction, found, by=self.name, what="learnt late", note=note)
            return found
