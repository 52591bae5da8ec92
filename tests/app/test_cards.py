from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from sharekit.app import App
from sharekit.model import Post


@pytest.fixture
def app(tmp_path):
    return App.open(tmp_path)


def test_several_processes_give_the_rows_of_one_in_the_same_order(app):
    posts = [Post(id=f"p{number}", title=f"Otters, part {number}") for number in range(20)]
    posts.append(dataclasses.replace(posts[0], title="Another post of the same id"))
    wanted = {"sizes": ("og", "square"), "layout": "editorial"}

    total, drawn = app.render(posts, jobs=2, **wanted)
    many = list(drawn)
    assert total == len(many) == 42
    assert {row.status for row in many} == {"drew"}
    assert all(Path(row.path).is_file() for row in many)

    _, again = app.render(posts, jobs=1, **wanted)
    one = list(again)
    assert {row.status for row in one} == {"kept"}
    assert [(row.post, row.size, row.path) for row in one] == [
        (row.post, row.size, row.path) for row in many
    ]
    _, mixed = app.render(
        [dataclasses.replace(posts[1], title="A new title"), *posts], jobs=2, **wanted
    )
    assert [row.status for row in mixed] == ["drew"] * 2 + ["kept"] * 42
