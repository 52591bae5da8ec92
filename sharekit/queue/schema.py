"""The tables, their version, and how an old database becomes a new one.

A database that a newer sharekit has written is refused; an older one is copied and brought
up to date, all its steps in one transaction.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from sharekit.errors import UserError
from sharekit.queue.database import SCHEMA, Database, Dialect, Transaction

__all__ = ["STEPS", "backup", "check", "prepare"]

STEPS: Sequence[str] = (
    """
    CREATE TABLE about (
      name   TEXT PRIMARY KEY,
      value  TEXT NOT NULL
    );

    -- One row for each post and channel account: the only truth about what goes out.
    CREATE TABLE deliveries (
      n           {id},
      channel     TEXT NOT NULL,
      account     TEXT NOT NULL,
      post        TEXT NOT NULL,
      again       INTEGER NOT NULL,   -- 1: may stand beside another row of the same post
      message     TEXT NOT NULL,      -- JSON
      digest      TEXT NOT NULL,      -- of message; its card is named by its own hash
      state       TEXT NOT NULL,
      rev         INTEGER NOT NULL,   -- rises with every change of this row
      due         DOUBLE PRECISION,   -- what was asked for, in UTC ...
      wall        TEXT,               -- ... on the wall ...
      zone        TEXT,               -- ... of this zone
      wake        DOUBLE PRECISION,   -- when the queue turns to this row again; NULL: not by itself
      waiting     TEXT,               -- why wake is not due: limit, retry, look
      armed       DOUBLE PRECISION,   -- when the engine was told
      approval    INTEGER NOT NULL,   -- 1: a person must approve
      approved    TEXT,               -- hash of what was approved
      attempts    INTEGER NOT NULL,
      sent        DOUBLE PRECISION,   -- when the last send began
      first_sent  DOUBLE PRECISION,   -- when the first send with this key began
      lease       DOUBLE PRECISION,   -- until then its owner alone may send; on the clock ...
      lease_clock TEXT,               -- ... of this name
      journal     TEXT NOT NULL,      -- JSON: steps of a delivery in steps
      receipt_id  TEXT,
      receipt_url TEXT,
      error       TEXT,
      cause       TEXT,               -- the error's code
      created     DOUBLE PRECISION NOT NULL,
      updated     DOUBLE PRECISION NOT NULL
    );
    CREATE UNIQUE INDEX once ON deliveries (channel, account, post)
      WHERE again = 0 AND state <> 'cancelled';
    CREATE INDEX turn ON deliveries (channel, account, wake) WHERE wake IS NOT NULL;
    CREATE INDEX busy ON deliveries (channel, account) WHERE state = 'publishing';
    CREATE INDEX in_state ON deliveries (state, due, n);
    CREATE INDEX in_order ON deliveries ((due IS NULL), due, n);
    CREATE INDEX taken ON deliveries (channel, account, due);
    CREATE INDEX receipt ON deliveries (channel, account, receipt_id)
      WHERE receipt_id IS NOT NULL;

    CREATE TABLE events (
      n         {id},
      delivery  BIGINT,
      at        DOUBLE PRECISION NOT NULL,
      who       TEXT NOT NULL,
      what      TEXT NOT NULL,
      state     TEXT,
      rev       INTEGER,
      digest    TEXT,
      note      TEXT
    );
    CREATE INDEX event_of ON events (delivery, n);

    -- Every call that may have made a post, for limits and for what it cost.
    CREATE TABLE sends (
      n         {id},
      delivery  BIGINT NOT NULL,
      channel   TEXT NOT NULL,
      account   TEXT NOT NULL,
      began     DOUBLE PRECISION NOT NULL,
      ended     DOUBLE PRECISION,
      cost      DOUBLE PRECISION NOT NULL
    );
    CREATE INDEX send_of ON sends (channel, account, began);
    CREATE INDEX send_by ON sends (delivery);

    CREATE TABLE accounts (
      channel     TEXT NOT NULL,
      account     TEXT NOT NULL,
      paused      DOUBLE PRECISION,
      reason      TEXT,
      not_before  DOUBLE PRECISION,
      PRIMARY KEY (channel, account)
    );

    CREATE TABLE workers (
      id       TEXT PRIMARY KEY,
      host     TEXT NOT NULL,
      pid      INTEGER NOT NULL,
      started  DOUBLE PRECISION NOT NULL,
      seen     DOUBLE PRECISION NOT NULL
    );

    -- What followed sources have shown so far.
    CREATE TABLE seen (
      source     TEXT NOT NULL,
      post       TEXT NOT NULL,
      page       TEXT,                -- the post's canonical URL: ids change
      digest     TEXT NOT NULL,
      published  DOUBLE PRECISION,
      gone       INTEGER NOT NULL,
      at         DOUBLE PRECISION NOT NULL,
      PRIMARY KEY (source, post)
    );
    CREATE INDEX seen_page ON seen (source, page);

    -- Cards, where several machines share the database.
    CREATE TABLE cards (
      name  TEXT PRIMARY KEY,
      data  {bytes} NOT NULL
    );
    """,
)
"""Step *i* (from 0) takes a database from version *i* to version *i* + 1."""

TABLES = ("about", "deliveries", "events", "sends", "accounts", "workers", "seen", "cards")

_TYPES: dict[Dialect, dict[str, str]] = {
    "sqlite": {"id": "INTEGER PRIMARY KEY AUTOINCREMENT", "bytes": "BLOB"},
    "postgres": {"id": "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", "bytes": "BYTEA"},
}


def prepare(database: Database, backups: Path, steps: Sequence[str] = STEPS) -> None:
    """See that the tables are there and of our version.

    Raises `UserError` for a database of a newer sharekit, `Unavailable` for one that cannot
    be used. An older one is copied into *backups* and migrated.
    """
    with database.read() as transaction:
        version = _version(transaction)
    _refuse_newer(version, len(steps))
    if version == len(steps):
        return
    if version:
        backup(database, backups, f"before-version-{len(steps)}")
    with database.write() as transaction:
        if database.dialect == "postgres":
            transaction.run("SELECT pg_advisory_xact_lock(7368617)")
        version = _version(transaction)  # another process may have been here meanwhile
        _refuse_newer(version, len(steps))
        for step in steps[version:]:
            for statement in step.format(**_TYPES[database.dialect]).split(";\n"):
                if statement.strip():
                    transaction.run(statement)
        transaction.run(
            "INSERT INTO about (name, value) VALUES ('schema', :version)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            version=str(len(steps)),
        )


def _version(transaction: Transaction) -> int:
    if transaction.dialect == "sqlite":
        there = transaction.one("SELECT 1 AS value FROM sqlite_master WHERE name = 'about'")
    else:
        there = transaction.one(
            "SELECT 1 AS value FROM pg_tables WHERE tablename = 'about' AND schemaname = :name",
            name=SCHEMA,
        )
    if there is None:
        return 0
    return int(transaction.value("SELECT value FROM about WHERE name = 'schema'") or 0)


def _refuse_newer(version: int, ours: int) -> None:
    if version > ours:
        raise UserError(
            f"the queue's database has version {version}; this sharekit knows up to {ours}",
            hint="Install the newer sharekit that wrote it. Nothing was changed.",
            code="queue-newer",
        )


def backup(database: Database, folder: Path, name: str) -> str:
    """A whole copy of the tables, and where it is: a file, or a schema on PostgreSQL."""
    if database.path is None:
        schema = f"{SCHEMA}_{name}".replace("-", "_")
        with database.write() as transaction:
            transaction.run(f"CREATE SCHEMA {schema}")
            for table in TABLES:
                transaction.run(f"CREATE TABLE {schema}.{table} AS TABLE {SCHEMA}.{table}")
        return schema
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.sqlite"
    unfinished = target.with_suffix(".tmp")
    unfinished.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(database.path)) as connection:
        connection.execute("VACUUM INTO ?", (str(unfinished),))
    unfinished.replace(target)
    return str(target)


def check(database: Database, backups: Path) -> None:
    """See that a SQLite file is whole. Raises `UserError` that says where the backups are."""
    if database.path is None or not database.path.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(database.path)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA quick_check(3)")]
    except sqlite3.OperationalError:
        return  # locked, read-only, no room: not damaged, and the first use says which
    except sqlite3.DatabaseError as error:
        found = [str(error)]
    if found != ["ok"]:
        raise UserError(
            f"the queue's database is damaged: {found[0]}",
            where=str(database.path),
            hint=f"Nothing is published from it. Put the newest file of {backups} in its place.",
            code="queue-damaged",
        )
