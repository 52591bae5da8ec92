"""The engine behind the queue: DBOS Transact, and nobody else imports it.

It gives us threads that take work from a database that any number of machines share, and
work that is taken up again when its machine dies. It is told nothing that the deliveries
table does not know: its own file may be deleted when no worker runs, and no delivery is lost.

What has to be kept in mind of it (3.4):

- A process is one executor. Two with one name would run each other's work, so every start
  gets a name that nobody had before; hence what a dead one left is handed on here (`reap`).
- The version of the application is pinned, or work would wait for the version that queued it.
- Arguments and results are JSON; its default is pickle.
- SQLite gets its write-ahead log from us. Nothing old is removed unless we do (`prune`).
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSConfig, Serializer, SetWorkflowID
from sqlalchemy.exc import DBAPIError

from sharekit.queue.database import Database, Unavailable

__all__ = ["CHUNKS", "DELIVERIES", "Engine", "Lane", "Task"]

log = logging.getLogger("sharekit.queue")

Task = Callable[[Any], Any]
"""A piece of work: JSON in, JSON out."""

DELIVERIES, CHUNKS = "deliveries", "chunks"
POOL = 8
"""Connections of the engine, which its threads share."""
_PAUSES = (0.5, 1.5)
"""Seconds between tries to start: of several that make the tables at once, one is first."""
_APPLICATION, _VERSION = "sharekit", "1"
_tasks: dict[str, Task] = {}


@dataclass(frozen=True, slots=True)
class Lane:
    """How one kind of work is taken: in so many *threads*, looked for every *poll* seconds."""

    threads: int
    poll: float


class _Json(Serializer):
    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=str)

    def deserialize(self, serialized_data: str) -> Any:
        return json.loads(serialized_data)

    def name(self) -> str:
        return "sharekit-json"


@DBOS.workflow(name="work", max_recovery_attempts=None)
def _work(task: str, data: Any) -> dict[str, Any]:
    """Do one piece of work. A failure is a result: nothing here is tried again by itself."""
    try:
        return {"result": _tasks[task](data)}
    except Exception as error:
        log.exception("%s failed", task)
        return {"error": f"{type(error).__name__}: {error}"}


class Engine:
    """The engine in this process, as the executor *name*, which must be new.

    *tasks* are the kinds of work it knows, by name; *lanes* are the queues it takes work from.
    Raises `Unavailable` when the database goes away while it starts.
    """

    def __init__(
        self,
        database: Database,
        name: str,
        tasks: Mapping[str, Task],
        lanes: Mapping[str, Lane],
    ) -> None:
        logger = logging.getLogger("dbos")
        if not logger.handlers:  # or it would write to stderr by itself
            logger.addHandler(logging.NullHandler())
        _tasks.clear()
        _tasks.update(tasks)
        config: DBOSConfig = {
            "name": _APPLICATION,
            "application_version": _VERSION,
            "executor_id": name,
            "system_database_url": _url(database),
            "dbos_system_schema": "sharekit_engine",
            "serializer": _Json(),
            "log_level": "WARNING",
            "use_listen_notify": False,
            # Its transactions take milliseconds, and PostgreSQL admits 100 clients in all.
            "sys_db_pool_size": POOL,
        }
        for pause in (*_PAUSES, None):
            try:
                self._launch(config, lanes)
                break
            except DBAPIError as error:
                DBOS.destroy()
                if pause is None:
                    raise Unavailable(
                        f"the worker cannot start: {str(error.orig).strip().splitlines()[0]}",
                        where=str(database.path) if database.path else "PostgreSQL",
                        hint="See that its database can be reached, and start it again.",
                    ) from error
            time.sleep(pause)

    @staticmethod
    def _launch(config: DBOSConfig, lanes: Mapping[str, Lane]) -> None:
        DBOS(config=config)
        DBOS.listen_queues(list(lanes))
        DBOS.launch()
        for queue, lane in lanes.items():
            DBOS.register_queue(
                queue,
                worker_concurrency=lane.threads,
                polling_interval_sec=lane.poll,
                on_conflict="always_update",
            )

    @staticmethod
    def enqueue(queue: str, task: str, key: str, data: Any) -> None:
        """Have *task* done once with *data* by whoever is free. The same *key* is the same."""
        with SetWorkflowID(key):
            DBOS.enqueue_workflow(queue, _work, task, data)

    @staticmethod
    def reap(living: Collection[str]) -> int:
        """Hand on what executors that are not among *living* had begun. Returns how much.

        Only one worker may do this at a time.
        """
        orphans = [
            status
            for status in DBOS.list_workflows(status="PENDING", load_input=False)
            if status.executor_id not in living
        ]
        for status in orphans:
            DBOS.resume_workflow(status.workflow_id, queue_name=status.queue_name)
        return len(orphans)

    @staticmethod
    def finished(keys: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What came of *keys*, as far as it is done: `{"result": ...}` or `{"error": ...}`."""
        found = DBOS.list_workflows(
            workflow_ids=list(keys), status=["SUCCESS", "ERROR", "CANCELLED"], load_input=False
        )
        return {
            status.workflow_id: status.output or {"error": str(status.error or status.status)}
            for status in found
        }

    @staticmethod
    def forget(keys: Iterable[str]) -> None:
        """Remove work that is done, with its results."""
        DBOS.delete_workflows(list(keys))

    @staticmethod
    def prune(age: timedelta = timedelta(days=1), most: int = 5_000) -> int:
        """Remove work that was done longer than *age* ago, *most* pieces at once."""
        before = (datetime.now(UTC) - age).isoformat()
        old = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED"],
            completed_before=before,
            limit=most,
            load_input=False,
            load_output=False,
        )
        if old:
            DBOS.delete_workflows([status.workflow_id for status in old])
        return len(old)

    @staticmethod
    def stop(seconds: float) -> None:
        """Take no more work, and wait up to *seconds* for what is being done."""
        DBOS.destroy(workflow_completion_timeout_sec=int(seconds))


def _url(database: Database) -> str:
    """The engine's own database: beside ours on PostgreSQL, a file of its own on SQLite."""
    if database.path is None:
        return database.url
    path = database.path.with_name(f"{database.path.stem}-engine{database.path.suffix}")
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    return f"sqlite:///{path}"
