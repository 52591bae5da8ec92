"""The queue, to look at: lists, single deliveries, what happened, and whether anybody works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sharekit.model import Delivery, State
from sharekit.queue import plans, pulse, schema
from sharekit.queue.cards import CardStore
from sharekit.queue.clocks import Clock, utc
from sharekit.queue.database import Database, Row
from sharekit.queue.pulse import Account, Heartbeat
from sharekit.queue.rows import (
    ENTRY,
    OWN_WORDS,
    Entry,
    Event,
    delivery_of,
    entry_of,
    get,
    id_of,
    number_of,
)
from sharekit.queue.workers import DEAD

__all__ = ["Account", "Heartbeat", "View"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """Which deliveries are meant."""

    states: Sequence[State] = ()
    account: str | None = None
    post: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    ripe: datetime | None = None

    def sql(self) -> tuple[str, dict[str, Any]]:
        """The condition, and its values."""
        values: dict[str, Any] = {f"state_{chr(97 + i)}": s for i, s in enumerate(self.states)}
        tests = [f"state IN ({', '.join(f':{name}' for name in values)})"] if self.states else []
        if self.account:
            channel, _, name = self.account.partition(":")
            tests.append("channel = :channel")
            values["channel"] = channel
            if name:
                tests.append("account = :account")
                values["account"] = name
        for name, value, test in (
            ("post", self.post, "post = :post"),
            ("since", self.since and self.since.timestamp(), "due >= :since"),
            ("until", self.until and self.until.timestamp(), "due <= :until"),
            ("ripe", self.ripe and self.ripe.timestamp(), "wake <= :ripe"),
        ):
            if value:
                tests.append(test)
                values[name] = value
        return (f" WHERE {' AND '.join(tests)}" if tests else ""), values


class View:
    """The queue in *database*, with its files in the folder *state*. Opening it reads nothing.

    *database* is `sqlite:///FILE` (a relative file starts beside *state*) or
    `postgresql://...`; empty, it is a file in *state*. *clock* stands in for the real time.
    """

    def __init__(self, database: str, state: Path, *, clock: Clock | None = None) -> None:
        self.state = state
        url = database or f"sqlite:///{(state / 'queue.sqlite').resolve()}"
        self._database = Database(url, state.parent, clock)
        self.cards = CardStore(state / "queued", self._database)

    @cached_property
    def database(self) -> Database:
        """The tables, made or migrated when they are first used."""
        schema.prepare(self._database, self.backups)
        return self._database

    @property
    def backups(self) -> Path:
        """Where copies of the database lie."""
        return self.state / "backups"

    def close(self) -> None:
        """Give back the connections."""
        self._database.close()

    def check(self) -> None:
        """See that the database is whole. Raises `UserError` when it is damaged."""
        schema.check(self._database, self.backups)

    def _value(self, row: Row) -> Delivery:
        return delivery_of(row, self.cards.folder)

    def get(self, id: str) -> Delivery:  # noqa: A002
        """The delivery *id* (`q-0192`). Raises `UserError` when there is none."""
        with self.database.read() as transaction:
            return self._value(get(transaction, number_of(id)))

    def list(
        self,
        states: Sequence[State] = (),
        account: str | None = None,
        post: str | None = None,
        limit: int | None = None,
    ) -> Sequence[Delivery]:
        """Deliveries by the time they are due, of all states or of *states*.

        *account* is `channel:account`, or a channel for all its accounts.
        """
        chosen = _Chosen(states=states, account=account, post=post)
        return [self._value(row) for row in self._rows("*", chosen, limit)]

    def entries(
        self,
        states: Sequence[State] = (),
        account: str | None = None,
        post: str | None = None,
        limit: int | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        ripe: datetime | None = None,
    ) -> Sequence[Entry]:
        """As `list`, without the messages: cheap for a hundred thousand.

        *since* and *until* bound the time they are due; those that the queue turns to by the
        moment *ripe* do not wait for a retry or their account's pace then.
        """
        chosen = _Chosen(
            states=states, account=account, post=post, since=since, until=until, ripe=ripe
        )
        return [entry_of(row) for row in self._rows(ENTRY, chosen, limit)]

    def count(
        self,
        states: Sequence[State] = (),
        account: str | None = None,
        post: str | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        ripe: datetime | None = None,
    ) -> int:
        """How many `entries` would give."""
        chosen = _Chosen(
            states=states, account=account, post=post, since=since, until=until, ripe=ripe
        )
        where, values = chosen.sql()
        with self.database.read() as transaction:
            return int(
                transaction.value(f"SELECT count(*) AS value FROM deliveries{where}", **values)  # noqa: S608
            )

    def entry(self, id: str) -> Entry:  # noqa: A002
        """The line of *id*. Raises `UserError` when there is none."""
        with self.database.read() as transaction:
            return entry_of(get(transaction, number_of(id)))

    def _rows(self, columns: str, chosen: _Chosen, limit: int | None) -> Sequence[Row]:
        where, values = chosen.sql()
        cut = "" if limit is None else f" LIMIT {int(limit)}"
        with self.database.read() as transaction:
            return transaction.all(
                f"SELECT {columns} FROM deliveries{where}"  # noqa: S608  (our own names)
                f" ORDER BY due IS NULL, due, n{cut}",
                **values,
            )

    def standing(self, channel: str, account: str, post: str) -> Delivery | None:
        """The delivery that takes *post* to that account already, if there is one."""
        with self.database.read() as transaction:
            row = plans.standing(
                transaction, {"channel": channel, "account": account, "post": post}
            )
        return self._value(row) if row else None

    def counts(self) -> dict[str, int]:
        """How many deliveries there are in each state."""
        with self.database.read() as transaction:
            rows = transaction.all("SELECT state, count(*) AS value FROM deliveries GROUP BY state")
        return {row["state"]: row["value"] for row in rows}

    def taken(self, channel: str, account: str) -> Sequence[datetime]:
        """The times at which something of this account is planned or went out, for slots."""
        with self.database.read() as transaction:
            rows = transaction.all(
                "SELECT due FROM deliveries WHERE channel = :channel AND account = :account"
                " AND due IS NOT NULL AND state <> 'cancelled' AND due > :since ORDER BY due",
                channel=channel,
                account=account,
                since=transaction.now - 86_400 * 2,
            )
        return [utc(row["due"]) for row in rows]

    def shared(self, channel: str, account: str) -> dict[str, datetime]:
        """When each post of this account was or will be shared last."""
        with self.database.read() as transaction:
            rows = transaction.all(
                "SELECT post, max(due) AS due FROM deliveries WHERE channel = :channel"
                " AND account = :account AND due IS NOT NULL"
                " AND state NOT IN ('cancelled', 'failed') GROUP BY post",
                channel=channel,
                account=account,
            )
        return {row["post"]: utc(row["due"]) for row in rows}

    def events(self, id: str) -> Sequence[Event]:  # noqa: A002
        """Everything that happened to the delivery *id*, oldest first."""
        return self._events("delivery = :n", n=number_of(id))

    def has_own_words(self, id: str) -> bool:  # noqa: A002
        """Whether a person gave *id* the words it has now, in place of its post's."""
        given = [e for e in self.events(id) if e.what in ("scheduled", "edited")]
        return bool(given) and (given[-1].note or "").startswith(OWN_WORDS)

    def history(
        self,
        post: str | None = None,
        *,
        failed: bool = False,
        since: datetime | None = None,
        limit: int = 200,
    ) -> Sequence[Event]:
        """What happened, newest first: to *post*, or only what failed, or since a moment."""
        tests = ["1 = 1"]
        values: dict[str, str | float] = {}
        if post:
            tests.append("delivery IN (SELECT n FROM deliveries WHERE post = :post)")
            values["post"] = post
        if failed:
            tests.append("state IN ('failed', 'unknown', 'held')")
        if since:
            tests.append("at >= :since")
            values["since"] = since.timestamp()
        return self._events(" AND ".join(tests), newest=limit, **values)

    def _events(self, where: str, newest: int | None = None, **values: object) -> Sequence[Event]:
        order = "n" if newest is None else f"n DESC LIMIT {int(newest)}"
        with self.database.read() as transaction:
            rows = transaction.all(
                f"SELECT * FROM events WHERE {where} ORDER BY {order}",  # noqa: S608
                **values,
            )
        return [
            Event(
                id=None if row["delivery"] is None else id_of(row["delivery"]),
                at=utc(row["at"]),
                who=row["who"],
                what=row["what"],
                state=row["state"],
                rev=row["rev"],
                digest=row["digest"],
                note=row["note"],
            )
            for row in rows
        ]

    def accounts(self, *, paused: bool = False) -> Sequence[Account]:
        """Every account that has or had deliveries; with *paused*, those that are."""
        with self.database.read() as transaction:
            return pulse.accounts(transaction, paused=paused)

    def heartbeat(self, *, alive: float = DEAD, late: float = 120) -> Heartbeat:
        """Whether anybody works: seen *alive* seconds ago at most. Overdue is *late* or more."""
        with self.database.read() as transaction:
            return pulse.heartbeat(transaction, alive=alive, late=late)
