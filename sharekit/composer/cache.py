"""What was drawn before, so that it need not be drawn again.

A table of keys and JSON values in one SQLite file. It may be lost or deleted at any time: cards
are then drawn anew, and come out the same.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

__all__ = ["Cache"]


_MOST = 4_000
"""Values that are held when there is no file: the last two thousand cards."""


class Cache:
    """Values by key, shared by threads and processes. Without a *path*, the last few thousand."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._held: dict[str, str] = {}

    def get(self, key: str) -> Any:
        """The value of *key*, `None` when there is none."""
        with self._lock:
            if self._path is None:
                held = self._held.get(key)
                return json.loads(held) if held else None
            try:
                row = (
                    self._open().execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
                )
            except sqlite3.Error:
                return None
        return json.loads(row[0]) if row else None

    def put(self, *entries: tuple[str, Mapping[str, Any]]) -> None:
        """Keep each value under its key. A cache that cannot be written is no reason to fail."""
        rows = [(key, json.dumps(value)) for key, value in entries]
        with self._lock, contextlib.suppress(sqlite3.Error):
            if self._path is None:
                self._hold(rows)
                return
            self._open().executemany("INSERT OR REPLACE INTO kept VALUES (?, ?)", rows)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _hold(self, rows: Iterable[tuple[str, str]]) -> None:
        self._held.update(rows)
        while len(self._held) > _MOST:
            del self._held[next(iter(self._held))]

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        assert self._path is not None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return _prepared(str(self._path))
        except (OSError, sqlite3.Error):
            # Damaged, or on a disk that cannot be written: begin anew, else do without.
            with contextlib.suppress(OSError):
                self._path.unlink()
            with contextlib.suppress(sqlite3.Error):
                return _prepared(str(self._path))
            return _prepared(":memory:")


def _prepared(name: str) -> sqlite3.Connection:
    connection = sqlite3.connect(name, isolation_level=None, check_same_thread=False, timeout=10)
    with _closed_on_error(connection):
        # What power loss takes from a cache is drawn again.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID"
        )
    return connection


@contextlib.contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise
