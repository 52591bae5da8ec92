"""robots.txt (RFC 9309)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sharekit.errors import ReadError, Unreachable

if TYPE_CHECKING:
    from protego import Protego

    from sharekit.web.session import Session

__all__ = ["rules"]

_PARSED = 500 * 1024  # RFC 9309, 2.5: that much must be, the rest need not
_MAX_BYTES = 5_000_000


def rules(web: Session, origin: str) -> Protego:
    """What *origin* lets robots read: all where it has no such file, nothing where it fails.

    The longest rule that matches decides, with `*` and `$` in it (RFC 9309, 2.2.2 and 2.2.3).
    """
    from protego import Protego

    try:
        content = web.get(f"{origin}/robots.txt", max_bytes=_MAX_BYTES).content[:_PARSED]
        text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    except Unreachable:
        text = "User-agent: *\nDisallow: /"  # RFC 9309, 2.3.1.4
    except ReadError:
        text = ""
    return Protego.parse(text)
