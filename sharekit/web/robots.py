"""robots.txt (RFC 9309)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.robotparser import RobotFileParser

from sharekit.errors import ReadError, Unreachable

if TYPE_CHECKING:
    from sharekit.web.session import Session

__all__ = ["rules"]

_MAX_BYTES = 500 * 1024  # RFC 9309, 2.5


def rules(web: Session, origin: str) -> RobotFileParser:
    """What *origin* lets robots read: all where it has no such file, nothing where it fails."""
    try:
        content = web.get(f"{origin}/robots.txt", max_bytes=_MAX_BYTES).content
        text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    except Unreachable:
        text = "User-agent: *\nDisallow: /"  # RFC 9309, 2.3.1.4
    except ReadError:
        text = ""
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    return parser
