"""Connections and transactions on SQLite and PostgreSQL, and nothing else.

Plain SQL through the drivers, the same text on both: importing SQLAlchemy would cost more
than the whole of `queue list` may take. Parameters are written `:name`.

SQLite runs with a write-ahead log and `synchronous=FULL`, so that a committed intent to send
survives a power cut, and every writing transaction begins with the write lock: a reader that
turned writer would fail at once, whatever the busy time-out
(https://www.sqlite.org/rescode.html#busy_snapshot).
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

from sharekit.errors import SharekitError, UserError
from sharekit.queue import clocks
from sharekit.queue.clocks import Clock, Instant, Steady

__all__ = ["Database", "Dialect", "Row", "Transaction", "Unavailable"]

Dialect = Literal["sqlite", "postgres"]
Row: TypeAlias = Mapping[str, Any]

SCHEMA = "sharekit"
"""The schema that holds our tables on PostgreSQL."""

BUSY_MS = 30_000

KEPT = 4
"""Connections to a server that are kept open though idle; it admits so many in all."""
STUCK_MS = 60_000
"""After so long in a transaction without a word the server ends it: whoever began it is frozen."""


class Unavailable(SharekitError):
    """The queue's database cannot be used just now; nothing was changed."""

    code = "queue-database"
    exit_code = 3


@cache
def _named(sql: str) -> str:
    """*sql* with `:name` as psycopg writes it."""
    return re.sub(r":([a-z_]+)", r"%(\1)s", sql)


class Transaction:
    """One transaction. *at* is the moment it began, by the clock that decides."""

    def __init__(self, connection: Any, dialect: Dialect, at: Instant) -> None:
        self._connection = connection
        self.dialect = dialect
        self.at = at

    @property
    def now(self) -> float:
        """Seconds since 1970, by the clock that decides what is due."""
        return self.at.wall

    def _execute(self, sql: str, values: Mapping[str, Any]) -> Any:
        if self.dialect == "sqlite":
            return self._connection.execute(sql, values)
        return self._connection.execute(_named(sql), values)

    def run(self, sql: str, **values: Any) -> int:
        """Do *sql* and return how many rows it touched."""
        return int(self._execute(sql, values).rowcount)

    def run_many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Do *sql* once for each of *rows*."""
        if self.dialect == "sqlite":
            self._connection.executemany(sql, rows)
        else:
            self._connection.cursor().executemany(_named(sql), rows)

    def all(self, sql: str, **values: Any) -> list[Row]:
        """Every row of a query."""
        found: list[Row] = self._execute(sql, values).fetchall()
        return found

    def one(self, sql: str, **values: Any) -> Row | None:
        """The first row of a query, if there is one."""
        found: Row | None = self._execute(sql, values).fetchone()
        return found

    def value(self, sql: str, **values: Any) -> Any:
        """The first row's column `value`; `None` without a row."""
        row = self.one(sql, **values)
        return None if row is None else row["value"]


class Database:
    """The place named by *url*: `sqlite:///FILE` or `postgresql://...`.

    A relative file starts at *folder*. *clock* stands in for the real clocks. Connections are
    kept for the next transaction; any number of threads may use one object.
    """

    def __init__(self, url: str, folder: Path, clock: Clock | None = None) -> None:
        self._clock = clock
        self._idle: list[Any] = []
        self._closed = False
        self._lock = threading.Lock()
        self.path: Path | None = None
        scheme, _, rest = url.partition("://")
        if scheme.partition("+")[0] == "sqlite":
            self.dialect: Dialect = "sqlite"
            self.path = folder / rest.removeprefix("/")
            self.url = f"sqlite:///{self.path}"
        elif scheme.partition("+")[0] in ("postgresql", "postgres"):
            self.dialect = "postgres"
            self.url = f"postgresql://{rest}"
        else:
            raise UserError(
                f"the queue cannot use a database of the kind {scheme!r}",
                hint="queue.database is sqlite:///FILE or postgresql://USER@HOST/NAME.",
                code="queue-database",
            )

    def instant(self) -> Instant:
        """Now: by the given clock, else the server's, else this computer's."""
        if self._clock:
            return clocks.fixed(self._clock)
        if self.dialect == "sqlite":
            return clocks.here()
        with self.read() as transaction:
            return transaction.at

    @contextlib.contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that sees one state of the tables and changes nothing."""
        with self._transaction("BEGIN", keep=False) as transaction:
            yield transaction

    @contextlib.contextmanager
    def write(self, *, keep: bool = True) -> Iterator[Transaction]:
        """A transaction that is kept whole or not at all; with *keep* false, not at all.

        Raises `Unavailable` when the database is locked, full, damaged or away. After that
        nothing of it holds, unless a server fell silent in the middle of the commit.
        """
        begin = "BEGIN IMMEDIATE" if self.dialect == "sqlite" else "BEGIN"
        with self._transaction(begin, keep=keep) as transaction:
            yield transaction

    @contextlib.contextmanager
    def _transaction(self, begin: str, *, keep: bool) -> Iterator[Transaction]:
        with self._translated():
            connection, at = self._begun(begin)
        good = False
        try:
            with self._translated():
                yield Transaction(connection, self.dialect, at)
                connection.execute("COMMIT" if keep else "ROLLBACK")
                good = True
        finally:
            if not (good or self._rolled_back(connection)) or not self._kept(connection):
                with contextlib.suppress(Exception):
                    connection.close()

    def _begun(self, begin: str) -> tuple[Any, Instant]:
        """A connection with a transaction begun; a kept one that has died is replaced."""
        with self._lock:
            kept = self._idle.pop() if self._idle else None
        if kept is not None:
            try:
                return kept, self._begin(kept, begin)
            except Exception:
                with contextlib.suppress(Exception):
                    kept.close()
                if self.dialect == "sqlite":  # its connections do not die: this is the news
                    raise
        fresh = self._connect()
        try:
            return fresh, self._begin(fresh, begin)
        except BaseException:
            fresh.close()
            raise

    def _begin(self, connection: Any, begin: str) -> Instant:
        connection.execute(begin)
        if self._clock:
            return clocks.fixed(self._clock)
        if self.dialect == "sqlite":
            return clocks.here()
        row = connection.execute(
            "SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision) AS value"
        ).fetchone()
        return Instant(row["value"], Steady("postgres", row["value"]))

    def _connect(self) -> Any:
        if self.dialect == "postgres":
            return self._connect_postgres()
        assert self.path is not None
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.path, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        for patience in (0.1, 0.5, 2.0, 0):
            try:
                connection.execute("PRAGMA journal_mode=WAL")
                break
            except sqlite3.OperationalError:  # this one statement does not wait for others
                if not patience:
                    connection.close()
                    raise
                time.sleep(patience)
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def _connect_postgres(self) -> Any:
        try:
            import psycopg
            from psycopg.rows import dict_row
        except ImportError as error:
            raise UserError(
                "the queue's database is PostgreSQL, and its driver is not installed",
                hint="pip install 'sharekit[postgres]'",
                code="queue-database",
            ) from error
        connection = psycopg.connect(
            self.url, autocommit=True, row_factory=dict_row, connect_timeout=10
        )
        with contextlib.suppress(psycopg.errors.UniqueViolation):  # somebody is making it just now
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        connection.execute(f"SET search_path TO {SCHEMA}")
        connection.execute("SET synchronous_commit TO on")
        connection.execute(f"SET idle_in_transaction_session_timeout TO {STUCK_MS}")
        return connection

    def _rolled_back(self, connection: Any) -> bool:
        """End what is open; a full disk has done so already. False when it cannot be used on."""
        try:
            if self.dialect == "postgres":
                connection.rollback()
                return not connection.closed
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except Exception:  # noqa: BLE001  (whatever it is, this connection is done with)
            return False
        return True

    def _kept(self, connection: Any) -> bool:
        with self._lock:
            if self._closed or (self.dialect == "postgres" and len(self._idle) >= KEPT):
                return False
            self._idle.append(connection)
            return True

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            if not _is_database_error(error):
                raise
            where = str(self.path) if self.path else "PostgreSQL"
            raise Unavailable(
                f"the queue's database cannot be used: {str(error).strip().splitlines()[0]}",
                where=where,
                hint=_next_step(error),
            ) from error

    def close(self) -> None:
        """Give back every kept connection, and each that is in use when its transaction ends."""
        with self._lock:
            idle, self._idle = self._idle, []
            self._closed = True
        for connection in idle:
            with contextlib.suppress(Exception):
                connection.close()


def _is_database_error(error: Exception) -> bool:
    # psycopg's errors are known by their module, so that SQLite needs no import of it.
    return isinstance(error, sqlite3.Error) or type(error).__module__.startswith("psycopg")


def _next_step(error: Exception) -> str:
    text = str(error)
    if "full" in text or "disk I/O" in text:
        return "Make room on the disk; the queue goes on by itself."
    if "malformed" in text or "not a database" in text:
        return "Stop every worker and put a backup from .sharekit/backups in its place."
    if "locked" in text:
        return "Another program has held it for long; try again."
    return "See that it can be reached and written; the queue goes on by itself."
