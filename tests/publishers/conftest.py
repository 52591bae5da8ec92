from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("sharekit.testing.contract")

from sharekit.testing import sample_card  # noqa: E402  (after the rewrite is asked for)
from sharekit.web import Session  # noqa: E402


@pytest.fixture
def web() -> Iterator[Session]:
    with Session(allow=["127.0.0.1"]) as session:
        yield session


@pytest.fixture
def card(tmp_path):
    return sample_card(tmp_path)
