"""A delivery whose outcome is unknown: look before anything else, and never guess.

What is found in the channel is published. What is not there, in a list that reaches back past
the send and after a grace longer than any list lags, was not posted, and is sent. A channel
that knows the message's key is sent the same again while it does. For everything else a
person decides: the delivery is parked, `unknown` with no next turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sharekit.errors import PublishError, RetryLater, Unauthorized
from sharekit.model import Receipt
from sharekit.ports import Publisher, Reconciler, Resumer
from sharekit.queue.database import Row, Transaction
from sharekit.queue.outcomes import Outcome, published, words_of
from sharekit.queue.rows import change, id_of, message_of

if TYPE_CHECKING:
    from sharekit.queue.send import Courier

__all__ = ["knows_key", "look", "unsure_now"]

KEY_MARGIN = 60.0
"""Seconds before a key is forgotten in which it is not relied upon."""
MOST_TRIES = 8
"""How often a delivery in steps is taken up again before a person is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What looking told, and the words for it."""

    verdict: Literal["there", "absent", "cannot", "later"]
    words: str = "not found at the channel"
    receipt: Receipt | None = None
    error: PublishError | None = None


def look(courier: Courier, row: Row) -> Row | None:
    """Find out what became of *row*; the row as it is then. Raises `Changed`."""
    with courier.queue.database.write() as transaction:
        if not _is_over(transaction, row, courier):
            return None
        settled = _is_over(transaction, row, courier, grace=True)
        now = transaction.now
        row = _ours_to_look(transaction, row, courier)
    try:
        publisher = courier.publisher(row)
    except PublishError as error:
        found = _Found(verdict="later", words=words_of(error), error=error)
        return courier.settle(row, _later(courier, row, found, now))
    found = _ask(courier, publisher, row)
    outcome = _next(courier, row, found, publisher, settled=settled, now=now)
    return courier.send(row, repeat=True) if outcome is None else courier.settle(row, outcome)


def _next(
    courier: Courier, row: Row, found: _Found, publisher: Publisher, *, settled: bool, now: float
) -> Outcome | None:
    """What follows from *found*; `None` for sending it again, harmlessly."""
    if found.receipt:
        return _there(courier, row, found.receipt)
    if found.verdict == "later":
        return _later(courier, row, found, now)
    resumes = isinstance(publisher, Resumer)
    if knows_key(publisher, row, now) or (resumes and settled and row["attempts"] < MOST_TRIES):
        return None
    if not settled:
        return _later(courier, row, found, now)
    if found.verdict == "absent" and not resumes:
        return _absent()
    return _parked(_both(row, found.words))


def _both(row: Row, words: str) -> str:
    """What happened and what looking told: a person needs both to decide."""
    before = row["error"] or ""
    return before if words in before else f"{before}; {words}".removeprefix("; ")


def knows_key(publisher: Publisher, row: Row, now: float) -> bool:
    """Whether the channel surely still knows the key of *row*'s first send."""
    life = getattr(publisher, "repeatable_for", None)
    first = row["first_sent"]
    if life is None or first is None:
        return life is not None
    # A first send in the future was written down by a clock that was ahead: its age is not known.
    return bool(first - KEY_MARGIN < now < first + life.total_seconds() - KEY_MARGIN)


def _is_over(transaction: Transaction, row: Row, courier: Courier, *, grace: bool = False) -> bool:
    """Whether the last send is surely over; with *grace*, also surely in the channel's list."""
    extra = courier.timing.grace.total_seconds() if grace else 0
    if row["lease_clock"] == transaction.at.steady.scale:
        return bool(transaction.at.steady.seconds >= row["lease"] + extra)
    # Its clock began anew, and with it every process there: nothing is on its way any more.
    lease = courier.timing.lease.total_seconds()
    return not grace or bool(transaction.now >= row["sent"] + lease + extra)


def _ours_to_look(transaction: Transaction, row: Row, courier: Courier) -> Row:
    """Keep others from looking at the same time, and let them look should we not come back."""
    new: dict[str, Any] = {
        "state": "unknown",
        "waiting": "look",
        "wake": transaction.now + courier.timing.lease.total_seconds(),
    }
    if row["state"] == "publishing":
        new |= {"error": "whoever was sending it did not come back", "cause": "unsure"}
    return change(transaction, row, by=courier.name, what="looking", **new)


def _ask(courier: Courier, publisher: Publisher, row: Row) -> _Found:
    """Ask the channel whether it has *row*'s message."""
    if not isinstance(publisher, Reconciler):
        return _Found(verdict="cannot", words="this channel cannot be asked what it has")
    try:
        receipt = publisher.find(message_of(row, courier.queue.cards.folder), courier.web)
    except (RetryLater, Unauthorized) as error:
        return _Found(verdict="later", words=words_of(error), error=error)
    except PublishError as error:
        return _Found(verdict="cannot", words=words_of(error), error=error)
    except Exception as error:  # noqa: BLE001  (whatever it is, it tells nothing about the post)
        return _Found(verdict="cannot", words=f"looking failed: {type(error).__name__}: {error}")
    if receipt is None:
        return _Found(verdict="absent")
    return _Found(verdict="there", receipt=receipt)


def _there(courier: Courier, row: Row, receipt: Receipt) -> Outcome:
    with courier.queue.database.read() as transaction:
        other = transaction.value(
            "SELECT n AS value FROM deliveries WHERE channel = :channel AND account = :account"
            " AND receipt_id = :receipt AND n <> :n",
            channel=row["channel"],
            account=row["account"],
            receipt=receipt.id,
            n=row["n"],
        )
    if other is None:
        return published(receipt, f"found at the channel: {receipt.url or receipt.id}")
    return _parked(f"what was found at the channel is {id_of(other)}'s post: {receipt.id}")


def _later(courier: Courier, row: Row, found: _Found, now: float) -> Outcome:
    """Look again, after half as long as has passed; after a day a person is asked."""
    timing, words = courier.timing, found.words
    if isinstance(found.error, Unauthorized):
        new = {"error": words, "cause": found.error.code}
        return Outcome(what="looked", note=words, new=new, after=0, pause=words, sent=True)
    passed = now - row["sent"]
    if passed > timing.longest.total_seconds():
        return _parked(words)
    after = min(max(passed / 2, timing.look.total_seconds()), timing.slowest.total_seconds())
    return Outcome(what="looked", note=words, after=after, sent=True)


def _absent() -> Outcome:
    new = {
        "state": "scheduled",
        "waiting": "retry",
        "error": None,
        "cause": None,
        "first_sent": None,
    }
    return Outcome(what="surely not there", note="it will be sent again", new=new, after=0)


def _parked(words: str) -> Outcome:
    new = {"state": "unknown", "waiting": None, "error": words, "cause": "unsure"}
    return Outcome(what="parked", note=f"a person decides: {words}", new=new, sent=True)


def unsure_now() -> Outcome:
    """For a row whose key may be forgotten by now, after a try that may have posted it."""
    words = "an earlier try may have posted it, and the channel may have forgotten its key"
    new = {"state": "unknown", "waiting": "look", "error": words, "cause": "unsure"}
    return Outcome(what="unknown", note=words, new=new, after=0, sent=True)
