from __future__ import annotations

from collections.abc import Iterator

import pytest

# Before anything imports it, so that its asserts say what they saw.
pytest.register_assert_rewrite("sharekit.testing.contract")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="keep the cards as they are drawn now; look at tests/report/cards.html first",
    )


@pytest.fixture
def no_keyring() -> Iterator[None]:
    """This machine's keyring out of the way: secrets are in the environment or in a file."""
    import keyring
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)
