"""What a person sees: columns that stand below each other."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click
import pytest

from sharekit.cli.output import LONG, Output, several, table


def test_columns_stand_below_each_other() -> None:
    rows = [
        ("q-1", click.style("published", fg="green"), "good"),
        ("q-22", "failed", "川と暮らす"),
        ("川", "held", "x"),
    ]
    lines = [click.unstyle(line) for line in table(rows, head=("id", "state", "post"))]
    assert lines == [
        "id    state      post",
        "q-1   published  good",
        "q-22  failed     川と暮らす",
        "川    held       x",
    ]


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [(1, "post", "1 post"), (0, "post", "0 posts"), (1200, "delivery", "1,200 deliveries")],
)
def test_one_is_one(number: int, noun: str, said: str) -> None:
    assert several(number, noun) == said


def test_a_long_list_is_one_document_with_its_times(capsys: pytest.CaptureFixture[str]) -> None:
    due = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    items = [{"n": n, "due": due, "text": 'a], [b "川"'} for n in range(2 * LONG + 7)]
    Output("json", quiet=False, progress=False, colour=None).answer(items)
    document = json.loads(capsys.readouterr().out)
    assert document["data"] == [{**item, "due": "2026-12-01T08:00:00+00:00"} for item in items]
    assert (document["schema"], document["ok"], document["problems"]) == (1, True, [])
