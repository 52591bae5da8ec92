"""`inspect`: a live page, or a saved one, as each network would read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.errors import Problem, ReadError, UserError
from sharekit.readers import inspect as looking
from sharekit.web import MAX_BYTES, Page

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["inspect"]


def inspect(
    app: App, where: str, network: str | None = None
) -> tuple[looking.Inspection, tuple[Problem, ...]]:
    """The page at *where*, an address or a file, and what is wrong with it.

    Raises `UserError` for an unknown network, and `ReadError` when the page cannot be had.
    """
    if network is not None and network not in looking.NETWORKS:
        known = ", ".join(looking.NETWORKS)
        raise UserError(f"there are no rules for {network!r}", hint=f"There are: {known}.")
    if "://" in where:
        return looking.inspect(app.web.get(where), app.web, network)
    return looking.inspect(_saved(Path(where)), app.web, network, saved=True)


def _saved(path: Path) -> Page:
    if not path.is_file():
        hint = "Give a web address (https://...) or a saved page."
        raise ReadError("there is no such file", where=str(path), hint=hint, code="source-absent")
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ReadError(error.strerror or "cannot be read", where=str(path)) from error
    if len(content) > MAX_BYTES:
        raise ReadError(f"is larger than {MAX_BYTES:,} bytes", where=str(path), code="too-big")
    return Page(url=path.resolve().as_uri(), status=200, headers={}, content=content)
