"""The queue: on time, once, on one machine or many.

`deliveries.Queue` is the table as people use it, `schedule` is time, `send` does what is due,
`worker` keeps doing it, and `engine` alone knows the engine. See docs/why/queue.md.
"""

from __future__ import annotations

from sharekit.queue.deliveries import AlreadyScheduled, Changed, NotNow, Queue
from sharekit.queue.limits import Cap, Pace
from sharekit.queue.schedule import When, parse_when

__all__ = [
    "AlreadyScheduled",
    "Cap",
    "Changed",
    "NotNow",
    "Pace",
    "Queue",
    "When",
    "parse_when",
]
