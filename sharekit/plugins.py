"""Names to classes, through entry points: built-ins enter by the same door as strangers.

Groups: `sharekit.readers.v1`, `sharekit.publishers.v1`, `sharekit.shorteners.v1` (classes) and
`sharekit.layouts.v1` (packages whose YAML files are layouts). Nothing is imported until it is
named.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from sharekit.errors import PluginError

__all__ = ["LAYOUTS", "PUBLISHERS", "READERS", "SHORTENERS", "load", "names", "outside"]

READERS = "sharekit.readers.v1"
PUBLISHERS = "sharekit.publishers.v1"
SHORTENERS = "sharekit.shorteners.v1"
LAYOUTS = "sharekit.layouts.v1"


@cache
def _offered() -> Any:
    """What all installed packages offer: looking for one group would cost as much."""
    return entry_points()


@cache
def _found(group: str) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in _offered().select(group=group):
        other = found.setdefault(point.name, point)
        if other.value != point.value:
            msg = f"{point.name!r} is offered twice in {group}: {_owner(other)} and {_owner(point)}"
            raise PluginError(msg, hint="Uninstall one of the two packages.")
    return found


def _owner(point: EntryPoint) -> str:
    package = point.dist.name if point.dist else "?"
    return f"{point.value} (package {package})"


def names(group: str) -> list[str]:
    """What *group* offers, sorted. Imports nothing."""
    return sorted(_found(group))


def outside(group: str) -> list[str]:
    """Those of `names` that do not come with sharekit. Imports nothing."""
    return [name for name in names(group) if not _found(group)[name].value.startswith("sharekit.")]


@cache
def load(group: str, name: str) -> Any:
    """The object that *name* stands for in *group*.

    Raises `PluginError` with a suggestion when there is none, or when importing it fails.
    """
    found = _found(group)
    what = group.split(".")[1].removesuffix("s")
    what = "channel" if what == "publisher" else what  # as everybody calls it who adds an account
    if name not in found:
        import difflib

        near = difflib.get_close_matches(name, found, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(sorted(found))}."
        raise PluginError(f"there is no {what} named {name!r}", hint=hint)
    try:
        return found[name].load()
    except Exception as error:
        msg = f"the {what} {name!r} cannot be loaded from {_owner(found[name])}: {error}"
        raise PluginError(msg, hint="Reinstall that package, or remove it.") from error
