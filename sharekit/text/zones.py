"""Time zones by their names, for config, readers and times that people type alike."""

from __future__ import annotations

from datetime import UTC, tzinfo

from sharekit.errors import UserError

__all__ = ["zone_named"]


def zone_named(name: str) -> tzinfo:
    """The IANA time zone *name*. Raises `UserError` when there is none.

    https://data.iana.org/time-zones/theory.html#naming
    """
    from zoneinfo import ZoneInfo

    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # also names of folders, and of 300 letters
        raise UserError(
            f"there is no time zone {name[:60]!r}",
            hint="Write it like Europe/Berlin or America/Los_Angeles.",
            code="zone-unknown",
        ) from error
