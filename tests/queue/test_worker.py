"""What a worker says of its rounds."""

from __future__ import annotations

import logging

from sharekit.queue.database import Unavailable
from sharekit.queue.worker import Every, _Worker


def test_the_same_trouble_is_told_once_and_its_end_too(caplog):
    caplog.set_level(logging.INFO, logger="sharekit.queue")
    trouble = ["away", "away", "full", None, "away", None, None]

    def look():
        if words := trouble.pop(0):
            raise Unavailable(words)

    worker = _Worker(courier=None, engine=None, name="w", besides=())
    round_ = Every(seconds=0.0, do=look, name="following")
    for _ in range(len(trouble)):
        worker._at_times(round_.seconds, round_.do, round_.name)
    assert [record.getMessage() for record in caplog.records] == [
        "following: away",
        "following: full",
        "following: goes on",
        "following: away",
        "following: goes on",
    ]
