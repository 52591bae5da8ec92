"""robots.txt (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.errors import ReadError, Unreachable

if TYPE_CHECKING:
    from protego import Protego

    from sharekit.web.session import Session

__all__ = ["Robots", "read"]

_PARSED = 500 * 1024  # RFC 9309, 2.5: that much must be, the rest need not
_MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """The rules of a site. *failed* is why its file cannot be had for now."""

    rules: Protego
    failed: str | None = None


def read(web: Session, origin: str) -> Robots:
    """What *origin* lets robots read: all where it has no such file, nothing where it fails.

    The longest rule that matches decides, with `*` and `$` in it (RFC 9309, 2.2.2 and 2.2.3).
    """
    from protego import Protego

    failed = None
    try:
        content = web.get(f"{origin}/robots.txt", max_bytes=_MAX_BYTES).content[:_PARSED]
        text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    except Unreachable as error:
        text = "User-agent: *\nDisallow: /"  # RFC 9309, 2.3.1.4
        failed = error.message
    except ReadError:
        text = ""
    return Robots(rules=Protego.parse(text), failed=failed)
