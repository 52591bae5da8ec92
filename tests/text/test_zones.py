"""One rule for the names of time zones, wherever they are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sharekit.errors import UserError
from sharekit.text.zones import zone_named


def test_a_zone_by_its_name():
    summer = datetime(2026, 7, 1, tzinfo=zone_named("Europe/Berlin"))
    assert summer.utcoffset() == timedelta(hours=2)
    assert zone_named("UTC") is UTC


@pytest.mark.parametrize("name", ["Mars/One", "Europe", "", "../etc/passwd", "\0", "x" * 5000])
def test_what_is_no_zone_is_told(name):
    with pytest.raises(UserError, match="there is no time zone") as caught:
        zone_named(name)
    assert len(str(caught.value)) < 200
    assert "Europe/Berlin" in (caught.value.problems[0].hint or "")
