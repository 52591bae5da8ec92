from __future__ import annotations

import pytest

# Before anything imports it, so that its asserts say what they saw.
pytest.register_assert_rewrite("sharekit.testing.contract")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="keep the cards as they are drawn now; look at tests/report/cards.html first",
    )
