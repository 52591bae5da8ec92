from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from sharekit.typeset import Fonts, Step, Style

SANS = tuple(
    Step(size, leading, tracking)
    for size, leading, tracking in (
        (48, 56, -4), (52, 60, -4), (56, 64, -12), (60, 68, -12), (64, 72, -12), (72, 78, -18),
        (80, 86, -18), (88, 96, -18), (96, 98, -23), (108, 112, -23), (120, 118, -28),
    )
)  # fmt: skip


class Title(NamedTuple):
    language: str
    text: str


TITLES = [
    Title(*row)
    for row in yaml.safe_load(Path(__file__).with_name("titles.yaml").read_text(encoding="utf-8"))
]


def pytest_generate_tests(metafunc):
    if "title" in metafunc.fixturenames:
        names = [f"{number}-{title.language}" for number, title in enumerate(TITLES)]
        metafunc.parametrize("title", TITLES, ids=names)


@pytest.fixture(scope="session")
def titles():
    return TITLES


@pytest.fixture(scope="session")
def fonts():
    return Fonts(system=False)


@pytest.fixture(scope="session")
def scale():
    """The steps of the built-in sans titles, from 48 to 120 px."""
    return SANS


@pytest.fixture(scope="session")
def style(fonts):
    """Make a style: the sans voice, steps from 48 to 108 px, four lines, unless said otherwise."""

    def make(voice="sans", *, least=48, largest=108, lines=4, steps=None, **more):
        chosen = steps or tuple(step for step in SANS if least <= step.size <= largest)
        return Style(stack=fonts.stack(voice), steps=tuple(chosen), lines=lines, **more)

    return make
