"""Ready files to run sharekit: `sharekit wire NAME` prints one of the templates in here."""

from __future__ import annotations

import difflib
from importlib.resources import files

from sharekit.errors import UserError

__all__ = ["names", "wire"]

_END = ".template"


def names() -> list[str]:
    """What there are files for."""
    found = (entry.name for entry in files(__name__).iterdir())
    return sorted(name.removesuffix(_END) for name in found if name.endswith(_END))


def wire(name: str) -> str:
    """The text of the file for *name*. Raises `UserError` when there is none."""
    if name not in names():
        near = difflib.get_close_matches(name, names(), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are {', '.join(names())}."
        raise UserError(f"there is no ready file for {name[:60]!r}", hint=hint, code="wire")
    return (files(__name__) / f"{name}{_END}").read_text(encoding="utf-8")
