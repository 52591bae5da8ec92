from __future__ import annotations

from collections.abc import Iterator

import pytest

from sharekit.testing import sample_card
from sharekit.web import Session


@pytest.fixture
def web() -> Iterator[Session]:
    with Session(allow=["127.0.0.1"]) as session:
        yield session


@pytest.fixture
def card(tmp_path):
    return sample_card(tmp_path)


# A package of its own, installed and tested by test_example_plugin.py.
collect_ignore = ["example_plugin"]
