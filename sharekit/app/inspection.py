"""`inspect`: a live page, or a saved one, as each network would read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.errors import UserError
from sharekit.readers import inspect as looking
from sharekit.web import Page

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["inspect"]


def inspect(app: App, where: str, network: str | None = None) -> looking.Inspection:
    """The page at *where*, an address or a file. Raises `UserError` for an unknown network."""
    if network is not None and network not in looking.NETWORKS:
        known = ", ".join(looking.NETWORKS)
        raise UserError(f"there are no rules for {network!r}", hint=f"There are: {known}.")
    path = Path(where)
    if "://" not in where and path.is_file():
        page = Page(url=path.resolve().as_uri(), status=200, headers={}, content=path.read_bytes())
    else:
        page = app.web.get(where)
    return looking.inspect(page, app.web, network)
