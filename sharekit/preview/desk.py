"""What the page works on: the app, the posts as they were last read, and files by their ids.

One desk serves all requests, several at a time: whatever reads or draws goes through its lock.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit.app import App, editing, overrides, workshop
from sharekit.app.posts import Reading, slugs_of
from sharekit.config.places import find
from sharekit.errors import Problem, SharekitError
from sharekit.model import Card, Post, digest_of
from sharekit.preview import networks
from sharekit.preview.times import Clock
from sharekit.text.slug import NAMELESS

if TYPE_CHECKING:
    from sharekit.app.editing import Panel
    from sharekit.composer import Composer
    from sharekit.config.accounts import Account

__all__ = ["Desk", "Item"]

KEPT_LOOKS = 4
KEPT_FILES = 8192
FIRST = 3.0
"""Seconds that a browser has to ask for its first page before work is done ahead."""
PATIENCE = 1.0
"""Seconds that each step of that work waits for pages at most."""
PAGE = ""
"""Stands for the page itself where cards are kept by account."""


@dataclass(frozen=True, slots=True)
class Item:
    """A post and the name that its page has."""

    key: str
    post: Post


class Desk:
    """The state behind the page. *version* rises with every change that pages should show.

    Not *alone*, others on the network are let in, over a connection that anybody there can read.
    """

    def __init__(
        self,
        app: App,
        *,
        wanted: Sequence[str] = (),
        read_only: bool = False,
        alone: bool = True,
    ) -> None:
        self.app = app
        self.alone = alone
        self.read_only = read_only
        self.wanted = tuple(wanted)
        self.lock = threading.RLock()
        self.version = 0
        self.broken: tuple[Problem, ...] = ()
        self._reading: Reading | None = None
        self._items: dict[str, Item] = {}
        self._stamps: dict[Path, tuple[int, int] | None] = {}
        if path := app.config.path:
            self._stamps[path] = _stamp(path)
        self._files: dict[str, tuple[Path, str]] = {}
        self._missing: dict[str, tuple[Post, list[Problem]]] = {}
        self._before: dict[str, Card] = {}
        self._drawn: dict[str, Card] = {}
        self._composers: dict[str, Composer] = {}
        self._shown: dict[str, dict[str, Card]] = {}
        self._late: set[str] = set()
        self.drawing: dict[str, tuple[int, int]] = {}
        """How many cards are drawn of how many, by the pages that wait for them."""
        self.unread = threading.Event()
        """Set while a page has been shown that lacks what `missing` would say."""
        self._answers = threading.Condition()
        self._answering = 0
        self._answered: float | None = None
        self.running = threading.Lock()
        self.looked_up: dict[str, tuple[str, str | None]] = {}
        self.tell: Callable[[], None] = lambda: None

    # -- who goes first ---------------------------------------------------------------------

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Holds the lock for a page that somebody waits for."""
        with self._answers:
            self._answering += 1
        try:
            with self.lock:
                yield
        finally:
            with self._answers:
                self._answering -= 1
                self._answered = time.monotonic()
                self._answers.notify_all()

    def give_way(self, rest: float = 0.0) -> None:
        """Wait while somebody waits for a page, and *rest* seconds after: a page has pictures.

        Call it between the steps of what is not urgent. The first page is waited for as well: a
        browser is on its way to it. Nobody holds up that work for good.
        """
        started = time.monotonic()
        with self._answers:
            while (left := self._left(rest, started)) > 0:
                self._answers.wait(left)
            if self._answered is None:
                self._answered = started  # no browser came

    def _left(self, rest: float, started: float) -> float:
        """Seconds to wait, unless something happens sooner."""
        now = time.monotonic()
        patience = started + (FIRST if self._answered is None else PATIENCE) - now
        if self._answering or self._answered is None:
            return patience
        return min(self._answered + rest - now, patience)

    # -- posts ------------------------------------------------------------------------------

    @property
    def reading(self) -> Reading:
        """The posts, read when they are first asked for after a change."""
        with self.lock:
            if self._reading is None:
                self._read()
            assert self._reading is not None
            return self._reading

    def _read(self) -> None:
        self.app.web.problems.clear()
        sources = not self.wanted and not self.app.config.sources
        self._reading = Reading() if sources else self.app.select(self.wanted)
        newest = sorted(self._reading.posts, key=_moment, reverse=True)
        self._items = {key: Item(key, post) for key, post in _keyed(newest)}
        # The config's own stamp stays: it is of when the app was made, not of now.
        own = {path: s for path, s in self._stamps.items() if path == self.app.config.path}
        self._stamps = {path: _stamp(path) for path in self._watched()} | own

    def _watched(self) -> set[Path]:
        paths = {_file_of(item.post) for item in self._items.values()}
        sources = (s.source for s in self.app.config.sources.values() if "://" not in s.source)
        awaited = {path for each in sources if not (path := Path(each)).exists()}
        return {overrides.file_of(self.app.config), *awaited, *(path for path in paths if path)}

    def items(self) -> list[Item]:
        """All posts, the newest first."""
        with self.lock:
            _ = self.reading
            return list(self._items.values())

    def item(self, key: str) -> Item | None:
        """The post whose page is *key*."""
        with self.lock:
            _ = self.reading
            return self._items.get(key)

    def by_id(self) -> Mapping[str, Item]:
        """The posts by their ids, as the queue knows them."""
        return {item.post.id: item for item in self.items()}

    def fresh(self, key: str) -> Item | None:
        """As `item`, read again if its file has changed since."""
        with self.lock:
            found = self.item(key)
            if found is None:
                return None
            paths = [_file_of(found.post), overrides.file_of(self.app.config)]
            if any(p and _stamp(p) != self._stamps.get(p) for p in paths):
                self.changed(())
                return self.item(key)
            return found

    def changed(self, paths: Iterable[Path]) -> None:
        """Take note that files have changed: read posts again, and the config if it is one of them.

        A config that is broken now leaves the old one at work, and pages say so.
        """
        with self.lock:
            self._stamps = {path: _stamp(path) for path in self._stamps}
            if self._makes_app(paths):
                try:
                    app = App.open(
                        self.app.config.folder, self.app.config.path, offline=self.app.offline
                    )
                except SharekitError as error:
                    self.broken = error.problems
                else:
                    self.broken = ()
                    # Whoever still sends or looks for the old app ends what it began there.
                    self.app.queue.close()
                    self.app = app
                    self._missing.clear()
                    self._composers.clear()
            self._reading = None
            self.version += 1

    def stale(self) -> set[Path]:
        """The files among those that were read that are no longer as they were."""
        with self.lock:
            found = {path for path, stamp in self._stamps.items() if _stamp(path) != stamp}
            if self.app.config.path is None and (first := find(self.app.config.folder)):
                found.add(first)  # `sharekit init` has been run since
            return found

    def is_news(self, paths: Iterable[Path]) -> bool:
        """Whether any of *paths* is other than it was read: our own writing is no news."""
        with self.lock:
            known = {path.resolve(): stamp for path, stamp in self._stamps.items()}
            return any(p not in known or known[p] != _stamp(p) for p in paths)

    def _makes_app(self, paths: Iterable[Path]) -> bool:
        config = self.app.config
        if config.path is None:
            return find(config.folder) is not None
        ours = [p.resolve() for p in (config.path, config.layouts, config.site.logo) if p]
        return any(path == own or own in path.parents for path in paths for own in ours)

    def touch(self) -> None:
        """Take note that the queue has changed."""
        self.version += 1

    # -- cards ------------------------------------------------------------------------------

    def panels(self, item: Item) -> tuple[list[Panel], Card | None]:
        """What each account gets of *item*, and the card of its page.

        What was drawn before stands in for what is to be drawn anew, so that words are there at
        once; the cards follow, and pages are told.
        """
        with self.lock:
            shown = self._shown.get(item.key, {})
            found = editing.panels(self.app, item.post, old=shown)
            stale = any(panel.stale for panel in found)
            page = editing.shared_card(self.app, item.post, draw=not (stale and PAGE in shown))
            if page is None and stale:
                page = shown.get(PAGE)
            if stale:
                self._draw_later(item)
            else:
                self._shown[item.key] = _cards(found, page)
            return found, page

    def _draw_later(self, item: Item) -> None:
        if item.key in self._late:
            return
        self._late.add(item.key)
        threading.Thread(target=self._draw, args=(item.key,), daemon=True).start()

    def _draw(self, key: str) -> None:
        """Draw the cards of the page *key* while pages are shown, then put them on it."""
        self.give_way()
        with self.lock:
            app, item = self.app, self.item(key)
        if item is not None:
            with contextlib.suppress(SharekitError):
                editing.draw(app, item.post, lambda *far: self._far(key, far))
        with self.lock, contextlib.suppress(SharekitError):
            self._late.discard(key)
            self.drawing.pop(key, None)
            now = self.item(key)
            if now is None:
                return
            if item and now.post == item.post and self.app is app:
                self._shown.pop(key, None)  # what is not drawn by now cannot be
            self.panels(now)
            self.version += 1
        self.tell()

    def _far(self, key: str, far: tuple[int, int]) -> None:
        self.drawing[key] = far
        self.tell()

    def known(self, item: Item) -> list[Problem] | None:
        """As `missing`, if it is worked out already."""
        kept = self._missing.get(item.key)
        return kept[1] if kept and kept[0] == item.post else None

    def missing(self, item: Item) -> list[Problem]:
        """What *item*'s post lacks, worked out once for each version of it."""
        with self.lock:
            kept = self._missing.get(item.key)
            if kept is None or kept[0] != item.post:
                kept = (item.post, editing.missing(self.app, item.post))
                self._missing[item.key] = kept
            return kept[1]

    # -- words ------------------------------------------------------------------------------

    @property
    def clock(self) -> Clock:
        """The site's clock."""
        return Clock(self.app.config.site.timezone)

    def label(self, account: Account) -> str:
        """What people call *account*: its network, and its name where there are several."""
        voice = overrides.voice(account)
        name = networks.named(voice).name
        same = [a for a in self.app.accounts() if overrides.voice(a) == voice]
        return name if len(same) == 1 else f"{name} ({account.account})"

    def called(self, name: str) -> str:
        """What people call the account that the queue knows as *name*: `channel:account`."""
        channel, _, account = name.partition(":")
        return self.labels().get((channel, account), name)

    def labels(self) -> Mapping[tuple[str, str], str]:
        """The labels by channel and account, as the queue knows them."""
        return {(a.channel, a.account): self.label(a) for a in self.app.accounts()}

    # -- files ------------------------------------------------------------------------------

    def url_of(self, card: Card) -> str:
        """The address of *card*'s file."""
        return self.publish(card.path, card.mime)

    def publish(self, path: Path, mime: str) -> str:
        """The address of the file *path*: files go out by their ids and nothing else does."""
        id_ = digest_of([str(path), _stamp(path)], 32)
        with self.lock:
            self._files[id_] = (path, mime)
            while len(self._files) > KEPT_FILES:
                self._files.pop(next(iter(self._files)))
        return f"/files/{id_}"

    def file(self, id_: str) -> tuple[Path, str] | None:
        """The file with the id *id_*, and its type."""
        return self._files.get(id_)

    def remember(self, key: str, card: Card) -> Card | None:
        """Note that *card* is what *key* shows now. Returns what it showed before the last change."""  # noqa: E501
        with self.lock:
            last = self._drawn.get(key)
            if last and last.digest != card.digest and last.path.exists():
                self._before[key] = last
            self._drawn[key] = card
            return self._before.get(key)

    def composer(self, tokens: Mapping[str, Any]) -> Composer:
        """What draws in the look *tokens*; kept while somebody works on it."""
        with self.lock:
            key = digest_of([dict(tokens), self.app.config.theme.model_dump(mode="json")], 16)
            if key not in self._composers:
                while len(self._composers) >= KEPT_LOOKS:
                    self._composers.pop(next(iter(self._composers)))
                self._composers[key] = workshop.composer_for(self.app, tokens)
            return self._composers[key]


def _cards(panels: Iterable[Panel], page: Card | None) -> dict[str, Card]:
    """The cards that are shown, by account."""
    found = {p.account.name: p.measured.message.card for p in panels}
    found[PAGE] = page
    return {name: card for name, card in found.items() if card is not None}


def _moment(post: Post) -> tuple[bool, float, str]:
    when = post.published or post.updated
    return (when is not None, when.timestamp() if when else 0.0, post.id)


def _keyed(posts: Iterable[Post]) -> Iterable[tuple[str, Post]]:
    """Each post with a name for its page that is safe, stable and its own."""
    for post in posts:
        name = next(slugs_of(post), NAMELESS)
        yield f"{name[:60].strip('-')}-{digest_of([post.id, post.source], 6)}", post


def _file_of(post: Post) -> Path | None:
    if "://" in post.source or not post.source:
        return None
    return Path(re.sub(r"(?::\d+)+$", "", post.source))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
