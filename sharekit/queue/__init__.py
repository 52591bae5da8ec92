"""The queue: on time, once, on one machine or many.

`deliveries.Queue` is the table as people use it, `schedule` is time, `send` does what is due,
`worker` keeps doing it, and `engine` alone knows the engine. See docs/why/queue.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sharekit.queue.deliveries import Changed, NotNow, Queue
    from sharekit.queue.limits import Cap, Pace
    from sharekit.queue.plans import AlreadyScheduled, Plan
    from sharekit.queue.schedule import When, parse_when

__all__ = [
    "AlreadyScheduled",
    "Cap",
    "Changed",
    "NotNow",
    "Pace",
    "Plan",
    "Queue",
    "When",
    "parse_when",
]

_PLACES = {
    "AlreadyScheduled": "plans",
    "Cap": "limits",
    "Changed": "deliveries",
    "NotNow": "deliveries",
    "Pace": "limits",
    "Plan": "plans",
    "Queue": "deliveries",
    "When": "schedule",
    "parse_when": "schedule",
}


def __getattr__(name: str) -> Any:
    """The public names, each imported when first used: times are checked without a database."""
    if name not in _PLACES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
