"""Accounts as the queue sees them: paused, or asked to wait; and the lock of each.

Sending, pausing and counting for one account go through its row here, so that all workers
together keep its limits and one post of an account is on its way at a time.
"""

from __future__ import annotations

from sharekit.errors import UserError
from sharekit.queue.database import Row, Transaction
from sharekit.queue.rows import add_event

__all__ = ["locked", "named", "pause", "postpone", "resume"]


def named(account: str) -> tuple[str, str]:
    """Channel and name of `mastodon:main`; a bare channel means its account `main`."""
    channel, _, name = account.partition(":")
    return channel, name or "main"


def locked(transaction: Transaction, channel: str, account: str) -> Row:
    """The account's row, made if need be, held against others until the transaction ends."""
    row = transaction.one(
        "INSERT INTO accounts (channel, account) VALUES (:channel, :account)"
        " ON CONFLICT (channel, account) DO UPDATE SET channel = excluded.channel RETURNING *",
        channel=channel,
        account=account,
    )
    assert row is not None
    return row


def pause(transaction: Transaction, channel: str, account: str, *, reason: str, by: str) -> int:
    """Send nothing more of the account; its deliveries stay as they are. Returns their number."""
    row = locked(transaction, channel, account)
    if row["paused"] is None or row["reason"] != reason:
        transaction.run(
            "UPDATE accounts SET paused = :now, reason = :reason"
            " WHERE channel = :channel AND account = :account",
            now=transaction.now,
            reason=reason,
            channel=channel,
            account=account,
        )
        add_event(transaction, None, by=by, what="paused", note=f"{channel}:{account}: {reason}")
    return _waiting(transaction, channel, account)


def resume(transaction: Transaction, channel: str, account: str, *, by: str) -> int:
    """Send for the account again. Raises `UserError` when it is not paused."""
    row = locked(transaction, channel, account)
    if row["paused"] is None:
        others = transaction.all(
            "SELECT channel, account FROM accounts WHERE paused IS NOT NULL ORDER BY 1, 2"
        )
        names = ", ".join(f"{other['channel']}:{other['account']}" for other in others)
        raise UserError(
            f"{channel}:{account} is not paused",
            hint=f"Paused: {names}." if names else "None is; sharekit queue list shows what waits.",
            code="queue-account",
        )
    transaction.run(
        "UPDATE accounts SET paused = NULL, reason = NULL, not_before = NULL"
        " WHERE channel = :channel AND account = :account",
        channel=channel,
        account=account,
    )
    add_event(transaction, None, by=by, what="resumed", note=f"{channel}:{account}")
    return _waiting(transaction, channel, account)


def postpone(transaction: Transaction, channel: str, account: str, until: float) -> None:
    """Send nothing of the account before *until*: the channel has asked for that."""
    transaction.run(
        "UPDATE accounts SET not_before = :until WHERE channel = :channel AND account = :account"
        " AND (not_before IS NULL OR not_before < :until)",
        until=until,
        channel=channel,
        account=account,
    )


def _waiting(transaction: Transaction, channel: str, account: str) -> int:
    return int(
        transaction.value(
            "SELECT count(*) AS value FROM deliveries WHERE channel = :channel"
            " AND account = :account AND wake IS NOT NULL",
            channel=channel,
            account=account,
        )
    )
