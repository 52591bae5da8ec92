"""Backups, versions of the tables, and time zones whose rules change."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from sharekit.errors import UserError
from sharekit.queue import Queue, housekeeping, schema
from sharekit.queue.schedule import When, at_wall
from sharekit.testing import sample_card, sample_message


@pytest.fixture
def queue(light_queue):
    return light_queue


def test_new_rules_of_a_zone_move_what_is_planned_and_say_so(queue, put, clock, monkeypatch):
    put("p1", at=datetime(2027, 7, 1, 7, 0, tzinfo=UTC))  # 09:00 in Berlin
    put("p2", at=datetime(2027, 1, 15, 8, 0, tzinfo=UTC))
    past = put("p3")
    clock.forward(minutes=1)
    approved = put("p4", at=datetime(2027, 7, 2, 7, 0, tzinfo=UTC), approval=True)
    queue.approve(approved.id)

    def no_summer_time(wall, zone):
        return When(wall=wall, zone=zone, utc=(wall - timedelta(hours=1)).replace(tzinfo=UTC))

    monkeypatch.setattr(housekeeping, "at_wall", no_summer_time)
    dry = housekeeping.shifted(queue, dry_run=True)
    assert [s.id for s in dry] == ["q-0001", "q-0004"]
    assert (dry[0].before.hour, dry[0].after.hour) == (7, 8)
    assert queue.get("q-0001").due.hour == 7
    assert housekeeping.shifted(queue) == dry
    moved = queue.get("q-0001")
    assert (moved.due.hour, moved.wall) == (8, "2027-07-01T09:00:00")
    assert queue.events("q-0001")[-1].note == "the rules of Europe/Berlin have changed"
    assert queue.get("q-0004").state == "draft", (
        "who approved nine o'clock did not mean this instant"
    )
    assert queue.get(past.id).state == "scheduled"
    assert housekeeping.shifted(queue) == []


def test_many_are_looked_at_page_by_page(queue, clock):
    when = at_wall(datetime(2027, 7, 1, 9, 0), "Europe/Berlin")
    queue.schedule_all((sample_message(post_id=f"p{n}", key=f"{n}"), when) for n in range(2100))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(housekeeping, "at_wall", lambda wall, zone: When(
            wall=wall, zone=zone, utc=wall.replace(tzinfo=UTC)))  # fmt: skip
        assert len(housekeeping.shifted(queue)) == 2100


def test_house_is_kept_once_a_day(queue, put, clock):
    put()
    for day in range(5):
        housekeeping.keep(queue)
        housekeeping.keep(queue)
        made = sorted(path.name for path in queue.backups.iterdir())
        assert len(made) == min(day + 1, 3)
        clock.forward(days=1)
    assert made == ["queue-2026-11-26.sqlite", "queue-2026-11-27.sqlite", "queue-2026-11-28.sqlite"]
    with closing(sqlite3.connect(queue.backups / made[-1])) as copy:
        assert copy.execute("SELECT post FROM deliveries").fetchall() == [("p1",)]


def test_cards_that_nothing_needs_any_more_are_removed(queue, put, run, channel, tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    cards = [sample_card(tmp_path / name) for name in "ab"]
    cards[1].path.write_bytes(cards[1].path.read_bytes()[:-1] + b"x")
    for n, card in enumerate(cards):
        put(message=sample_message(post_id=f"p{n}", key=f"{n}", card=card))
    assert len(list(queue.cards.folder.iterdir())) == 2
    queue.cancel("q-0001")
    housekeeping.keep(queue)
    (left,) = queue.cards.folder.iterdir()
    assert left == queue.get("q-0002").message.card.path


class TestVersions:
    OLDER = (schema.STEPS[0],)
    NEWER = (schema.STEPS[0], "ALTER TABLE deliveries ADD COLUMN colour TEXT")

    def test_an_older_database_is_copied_and_brought_up_to_date(self, tmp_path, database):
        queue = Queue(database, tmp_path / ".sharekit")
        schema.prepare(queue._database, queue.backups, self.OLDER)
        queue.schedule(sample_message(), None)
        schema.prepare(queue._database, queue.backups, self.NEWER)
        with queue._database.read() as transaction:
            assert transaction.one("SELECT post, colour FROM deliveries")["colour"] is None
            if queue._database.dialect == "postgres":
                copy = transaction.one("SELECT post FROM sharekit_before_version_2.deliveries")
                assert copy["post"] == sample_message().post_id
        if queue._database.path:
            with closing(sqlite3.connect(queue.backups / "before-version-2.sqlite")) as copy:
                assert len(copy.execute("SELECT post FROM deliveries").fetchall()) == 1
        queue.close()

    def test_a_newer_database_is_refused_and_left_alone(self, tmp_path, database):
        queue = Queue(database, tmp_path / ".sharekit")
        schema.prepare(queue._database, queue.backups, self.NEWER)
        with pytest.raises(UserError, match="has version 2; this sharekit knows up to 1") as error:
            schema.prepare(queue._database, queue.backups, self.OLDER)
        assert "Install the newer sharekit" in error.value.problems[0].hint
        queue.close()

    def test_a_step_that_fails_changes_nothing(self, tmp_path, database):
        queue = Queue(database, tmp_path / ".sharekit")
        schema.prepare(queue._database, queue.backups, self.OLDER)
        broken = (*self.NEWER[:1], f"{self.NEWER[1]};\nALTER TABLE nothing ADD COLUMN x TEXT")
        with pytest.raises(Exception, match="nothing"):
            schema.prepare(queue._database, queue.backups, broken)
        schema.prepare(queue._database, queue.backups, self.OLDER)
        with queue._database.read() as transaction:
            assert transaction.value("SELECT value FROM about WHERE name = 'schema'") == "1"
            assert "colour" not in dict(transaction.one(
                "SELECT * FROM (SELECT 1 AS one) o LEFT JOIN deliveries ON 1 = 1"))  # fmt: skip
        queue.close()


def test_a_damaged_database_is_told_with_the_way_back(tmp_path):
    queue = Queue("", tmp_path / ".sharekit")
    queue.schedule(sample_message(), None)
    queue.close()
    path = tmp_path / ".sharekit" / "queue.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[4096 * 2 : 4096 * 4] = b"\xff" * 8192
    path.write_bytes(data)
    with pytest.raises(UserError, match="database is damaged") as error:
        Queue("", tmp_path / ".sharekit").check()
    assert str(tmp_path / ".sharekit" / "backups") in error.value.problems[0].hint
