"""What a person sees: columns that stand below each other."""

from __future__ import annotations

import click
import pytest

from sharekit.cli.output import several, table


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
