from __future__ import annotations

import dataclasses

import pytest
from PIL import Image

from sharekit.app import App, meta
from sharekit.model import Asset, Post


@pytest.fixture
def app(tmp_path):
    (tmp_path / "config.yaml").write_text(
        'sharekit: 1\nsite: {name: Otter News, url: "https://otters.example"}\n'
    )
    return App.open(tmp_path)


@pytest.fixture
def post(tmp_path):
    Image.effect_noise((400, 400), 90).resize((1200, 1200)).save(tmp_path / "noise.png")
    image = Asset(src=str(tmp_path / "noise.png"), alt="Noise")
    return Post(id="p", title="All about otters", language="en", image=image)


def test_a_square_card_comes_second_and_is_small_enough_for_messengers(app, post) -> None:
    _, rows = app.render([post], sizes=("og",))
    (row,) = rows
    also = meta.square(app, post)
    text = meta.block(app, post, row.card, also=also)
    lines = [line for line in text.splitlines() if 'og:image"' in line or "og:image:width" in line]
    assert [line.rpartition("content=")[2] for line in lines] == [
        f'"https://otters.example/cards/{row.card.path.name}">',
        '"1200">',
        f'"https://otters.example/cards/{also.path.name}">',
        '"1080">',
    ]
    assert also.path.stat().st_size <= meta.SQUARE_BYTES
    assert not [problem for problem in also.problems if problem.code == "card-too-large"]


def test_without_a_square_card_nothing_is_said_of_one(app, post) -> None:
    plain = dataclasses.replace(post, image=None)
    _, rows = app.render([plain], sizes=("og",))
    (row,) = rows
    assert meta.block(app, plain, row.card).count('"og:image"') == 1
