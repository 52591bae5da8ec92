"""Whether anything has changed since the last `render --changed`, told without reading a post.

After a run in which every card is as it should be, a manifest says what it was made of: the files
below each source and its site, as names, times and sizes; the look that all cards share; the
pictures from elsewhere; and the cards themselves. While all of that is as it was, no post is
read and nothing is drawn. Anything else, and every post is looked at: a manifest may be lost or
deleted at any time. It is written last and in one step, so a run that was killed leaves the old
one, which no longer fits, or none.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit import files
from sharekit._version import __version__
from sharekit.app import overrides
from sharekit.errors import SharekitError

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.app.cards import Rendered
    from sharekit.config import Config, Source
    from sharekit.model import Post

__all__ = ["Manifest", "of"]

_MOST_FILES = 400_000
"""In a source and its site: with more, looking would cost what reading does."""
_SETTLED_NS = 100_000_000
"""A file changed so short a time before it was looked at may change again in the same tick."""
_SKIPPED = frozenset(("node_modules", "bower_components", "__pycache__", "venv"))
_MARKERS = (".git", "sharekit.yaml", "package.json", "pyproject.toml")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What one kind of run (these sources, these cards, this folder) is made of now.

    *path* is its file, *folders* are those whose files *state* stands for.
    """

    path: Path
    out: Path
    state: str
    folders: frozenset[str]

    def kept(self) -> int | None:
        """How many cards there are when nothing has changed since `keep`, else `None`."""
        if not self.state or not self._told or self._told["state"] != self.state:
            return None
        cards: Mapping[str, int] = self._told["cards"]
        sizes = _sizes(self.out)
        if any(sizes.get(name) != size for name, size in cards.items()):
            return None
        if any(_stamp(path) != stamp for path, stamp in self._told["pictures"].items()):
            return None
        return len(cards)

    def keep(self, posts: Sequence[Post], rows: Sequence[Rendered]) -> None:
        """Remember this state: *posts* were read, and their cards are as *rows* say."""
        if not self.state:
            self.forget()
            return
        cards = {row.card.path.name: row.card.bytes for row in rows if row.card}
        elsewhere = [path for path in _pictures(posts) if str(path.parent) not in self.folders]
        told = {
            "state": self.state,
            "cards": cards,
            "pictures": {str(path): _stamp(path) for path in elsewhere},
        }
        files.write(self.path, json.dumps(told))

    def forget(self) -> None:
        """Look at every post the next time: something went wrong, and must be told again."""
        self.path.unlink(missing_ok=True)

    @cached_property
    def _told(self) -> Mapping[str, Any] | None:
        try:
            told = json.loads(self.path.read_bytes())
        except (OSError, ValueError):
            return None
        return (
            told if isinstance(told, dict) and {"state", "cards", "pictures"} <= set(told) else None
        )


def of(
    app: App, wanted: Sequence[str], reading: Mapping[str, Any], options: Mapping[str, Any]
) -> Manifest | None:
    """The manifest of `render` with these sources, *reading* settings and *options*.

    `None` where only reading can tell: for posts by name, addresses and standard input; and when
    other machines draw.
    """
    from sharekit.app import cards

    sources = _sources(app, wanted, reading)
    if sources is None or "where" in options:
        return None
    out = (options.get("out") or app.config.cards).absolute()
    asked = {key: options[key] for key in ("channels", "sizes", "layout", "type") if key in options}
    orders = cards.orders(app, **asked)
    kind = repr((sources, orders, str(out)))
    name = hashlib.blake2b(kind.encode(), digest_size=12).hexdigest()
    roots: list[Path] = []
    sites = []
    for source in sources:
        path = Path(source.source).absolute()
        site, ground = _ground(path, app.config)
        sites.append(site)
        roots += (ground, path)
    single = [source.supplement for source in sources if source.supplement]
    single.append(overrides.file_of(app.config))
    look = _Look(roots, single, (out, app.config.state.absolute()))
    seen = (kind, __version__, app.composer.stamp, sites, look.state)
    return Manifest(
        path=app.config.state / "cache" / "changed" / f"{name}.json",
        out=out,
        state=hashlib.blake2b(repr(seen).encode(), digest_size=20).hexdigest()
        if look.state
        else "",
        folders=frozenset(look.folders),
    )


def _sources(app: App, wanted: Sequence[str], reading: Mapping[str, Any]) -> list[Source] | None:
    """The sources that *wanted* names, when all are files and folders here."""
    from sharekit.app import posts

    known = app.config.sources
    given = any(reading.get(key) for key in ("reader", "supplement", "settings"))
    found = []
    for name in wanted or known:
        if name in known and not given:
            found.append(known[name])
        elif wanted and Path(name).exists():
            # It may also be a post's file, and is then read as its source says.
            found += [posts.ad_hoc(name, **reading), *known.values()]
        else:
            return None
    local = all("://" not in s.source and Path(s.source).exists() for s in found)
    return found if found and local else None


def _ground(path: Path, config: Config) -> tuple[str, Path]:
    """Which site *path* belongs to, and the folder that its pictures and defaults come from."""
    from sharekit.readers import _sites

    folder = path if path.is_dir() else path.parent
    try:
        site = _sites.find(path)
    except SharekitError as error:
        # Whoever reads it will be told.
        return str(error), folder
    named = f"{site.generator} {site.root}"
    if site.root is not None:
        return named, site.root.absolute()
    homes = (folder, *folder.parents)
    if config.path is not None and config.folder.absolute() in homes:
        return named, config.folder.absolute()
    marked = (home for home in homes if any((home / name).exists() for name in _MARKERS))
    return named, next(marked, folder)


class _Look:
    """A look at all files in some folders and below, but for the folders *but*.

    *state* is a digest of their names, times and sizes: empty when there are too many, or when
    one has changed a moment ago. *folders* are those that were looked into.
    """

    def __init__(self, roots: Iterable[Path], single: Iterable[Path], but: Iterable[Path]) -> None:
        self.folders: set[str] = set()
        self._left_out = {str(path) for path in but}
        self._latest = 0
        digest = hashlib.blake2b(digest_size=20)
        lines = chain(
            (f"{path} {_stamp(path)}\n" for path in single),
            *(self._below(str(root)) for root in roots),
        )
        for line in islice(lines, _MOST_FILES):
            digest.update(line.encode(errors="surrogateescape"))
        settled = self._latest < time.time_ns() - _SETTLED_NS
        self.state = digest.hexdigest() if settled and next(lines, None) is None else ""

    def _below(self, root: str) -> Iterator[str]:
        """A line for each file in *root* and below, in an order that stays."""
        waiting = [root]
        while waiting:
            folder = waiting.pop()
            if folder in self.folders:
                continue
            self.folders.add(folder)
            for entry in _entries(folder):
                if not entry.is_dir(follow_symlinks=False):
                    yield self._line(entry)
                elif self._enters(entry):
                    waiting.append(entry.path)

    def _enters(self, entry: os.DirEntry[str]) -> bool:
        name = entry.name
        return name not in _SKIPPED and name[0] != "." and entry.path not in self._left_out

    def _line(self, entry: os.DirEntry[str]) -> str:
        try:
            stat = entry.stat()
        except OSError:
            return f"{entry.path}\n"
        self._latest = max(self._latest, stat.st_ctime_ns)
        return f"{entry.path} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_size}\n"


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What is in *folder*, by name; of a file itself alone."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except NotADirectoryError:
        with os.scandir(Path(folder).parent) as entries:
            return [entry for entry in entries if entry.path == folder]
    except OSError:
        return []


def _sizes(folder: Path) -> dict[str, int]:
    """The files in *folder* and their bytes."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry.stat().st_size for entry in entries if entry.is_file()}
    except OSError:
        return {}


def _stamp(path: Path | str) -> list[int] | None:
    try:
        stat = Path(path).stat()
    except (OSError, ValueError):
        return None
    return [stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size]


def _pictures(posts: Iterable[Post]) -> Iterator[Path]:
    """The files of the posts' pictures, those that are missing among them."""
    from sharekit.composer import content
    from sharekit.composer.fetch import folder_of

    for post in posts:
        asset = content.picture_of(post)
        if asset and asset.src and "://" not in asset.src:
            yield Path(os.path.normpath((folder_of(post) / asset.src).absolute()))
