"""Live: files are watched, the queue is looked at, and open pages are told by an event stream."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.app import overrides, watching
from sharekit.errors import SharekitError

if TYPE_CHECKING:
    from sharekit.preview.desk import Desk

__all__ = ["Live"]

LOOK = 2.0
"""Seconds between two looks at the queue, which other processes change."""
IDLE = 500
"""Milliseconds without a change after which files are looked at that were read."""
REST = 0.6
"""Seconds after a page in which nothing is worked out ahead: its pictures are asked for."""
BEAT = 15.0
"""Seconds after which a stream without news sends a comment, so that a dead end is noticed."""


class Live:
    """Tells open pages that the desk's version has risen."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.stopping = threading.Event()
        self._again = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pages: set[asyncio.Queue[None]] = set()
        self._alone: set[Path] = set()
        self._threads: list[threading.Thread] = []

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to watch. Call from the event loop's thread."""
        self._loop = loop
        self.desk.tell = self.tell
        for work in (self._watch, self._look, self._prepare):
            thread = threading.Thread(target=work, name=f"preview-{work.__name__}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Stop watching and end every stream."""
        self.stopping.set()
        self._again.set()
        self.desk.unread.set()
        self._wake()

    def tell(self) -> None:
        """Tell open pages. From any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def rewatch_if_new(self) -> None:
        """Watch the file of edits too, once there is one."""
        edits = overrides.file_of(self.desk.app.config).resolve()
        if edits not in self._alone and edits.exists():
            self._again.set()

    def _wake(self) -> None:
        for page in self._pages:
            if page.empty():
                page.put_nowait(None)

    def _event(self) -> str:
        data = {"version": self.desk.version, "drawing": dict(self.desk.drawing)}
        return f"data: {json.dumps(data)}\n\n"

    async def events(self) -> AsyncIterator[str]:
        """The stream of one page: a version each time there is a new one."""
        page: asyncio.Queue[None] = asyncio.Queue()
        self._pages.add(page)
        try:
            yield self._event()
            while not self.stopping.is_set():
                try:
                    await asyncio.wait_for(page.get(), BEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if not self.stopping.is_set():
                    yield self._event()
        finally:
            self._pages.discard(page)

    def _watch(self) -> None:
        new = False
        while not self.stopping.is_set():
            self._again.clear()
            app = self.desk.app
            places = watching.places(app)
            # A file that is watched by itself is lost from sight when it is replaced.
            self._alone = {path.resolve() for path in places if path.is_file()}
            try:
                for paths in watching.changes(app, self._again, idle=IDLE):
                    # What changed while the watching was set up again told nobody.
                    self._changed(paths or self.desk.stale())
                    if new:  # a folder that was not there: what came into it at once, too
                        self.desk.changed(())
                        self.tell()
                    new = watching.places(app) != places
                    if new or self.desk.app is not app or self._alone & paths:
                        break
            except (SharekitError, OSError):
                self.stopping.wait(1)
            if not self.stopping.wait(0.1):
                self._changed(self.desk.stale())

    def _prepare(self) -> None:
        """Work out what posts lack before somebody asks; tell lists that could not wait for it."""
        self._work_out()
        while not self.stopping.is_set():
            if self.desk.unread.wait(LOOK) and not self.stopping.is_set():
                self.desk.unread.clear()
                self._work_out()
                self.desk.touch()
                self.tell()

    def _work_out(self) -> None:
        """What each post lacks, the newest first: with many posts it takes a second."""
        app = self.desk.app
        with contextlib.suppress(SharekitError):
            for item in self.desk.items():
                self.desk.give_way(REST)
                if self.stopping.is_set() or self.desk.app is not app:
                    return
                if self.desk.known(item) is None:
                    self.desk.missing(item)

    def _changed(self, paths: set[Path]) -> None:
        if self.desk.is_news(paths):
            self.desk.changed(paths)
            self.tell()

    def _look(self) -> None:
        seen = self._newest()
        while not self.stopping.wait(LOOK):
            newest = self._newest()
            if newest != seen:
                seen = newest
                self.desk.touch()
                self.tell()

    def _newest(self) -> object:
        """What happened last in the queue; `None` while it cannot be told."""
        try:
            events = self.desk.app.queue.history(limit=1)
        except SharekitError:
            return None
        return (events[0].id, events[0].at, events[0].what) if events else ()
