"""The pace: how soon after one another a host is asked."""

from __future__ import annotations

import threading
import time

__all__ = ["Pace"]


class Pace:
    """Keeps *seconds* between two reads from one host, whichever threads they come from."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}

    def wait(self, host: str) -> None:
        """Take the next free place in *host*'s line, and wait for it."""
        with self._lock:
            now = time.monotonic()
            slot = max(now, self._next.get(host, 0.0))
            self._next[host] = slot + self._seconds
        if slot > now:
            time.sleep(slot - now)
