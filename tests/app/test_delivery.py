from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sharekit.app.delivery import exit_code
from sharekit.model import Delivery
from sharekit.testing import sample_message


def delivery(state, cause=None):
    return Delivery(
        id="q-0001",
        message=sample_message(created=datetime.now(UTC)),
        state=state,
        rev=1,
        due=None,
        wall=None,
        zone=None,
        error="it says why" if cause else None,
        cause=cause,
    )


@pytest.mark.parametrize(
    ("done", "code"),
    [
        ([], 0),
        ([delivery("published")], 0),
        ([delivery("published"), delivery("failed", "refused")], 1),
        ([delivery("unknown", "unsure")], 1),
        ([delivery("scheduled", "retry-later")], 3),
        ([delivery("scheduled", "unauthorized")], 4),
        ([delivery("scheduled", "unauthorized"), delivery("scheduled", "retry-later")], 4),
        ([delivery("published"), delivery("scheduled", "retry-later")], 3),
    ],
)
def test_the_exit_code_says_what_is_next(done, code):
    assert exit_code(done) == code
