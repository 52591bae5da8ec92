"""The page's own files, at an address that changes with what is in them: asked for once."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from sharekit.preview import networks

__all__ = ["KEEP", "Static", "address"]

KEEP = "private, max-age=31536000, immutable"
"""For what never changes at its address, RFC 8246."""


@cache
def address() -> str:
    """Where the files are: `/static/` and a hash of them all, the networks' rules included."""
    known = hashlib.sha256(networks.stylesheet().encode())
    folder = files("sharekit.preview") / "static"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        known.update(file.name.encode() + file.read_bytes())
    return f"/static/{known.hexdigest()[:12]}"


class Static(StaticFiles):
    """The files at `address`."""

    def __init__(self) -> None:
        super().__init__(packages=[("sharekit.preview", "static")])

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """As usual, and to be kept."""
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = KEEP
        return response
