"""A config that was found right before: what a command that only reads posts needs of it.

Checking a config takes the models of every section and of every channel, which is most of the
time of a small command. So the parts that say where posts come from are kept, no secret among
them, as long as the file stays as it was; the others are read, and the whole is checked again,
when one of them is first asked for.
"""

from __future__ import annotations

import contextlib
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit import files
from sharekit._version import __version__
from sharekit.config.loading import load
from sharekit.config.values import Config, Rotation, Schedule, Source
from sharekit.model import Site

if TYPE_CHECKING:
    from sharekit.composer.theme import Theme
    from sharekit.config.accounts import Account
    from sharekit.ports import Shortener

__all__ = ["recall", "remember"]

_FILE = Path("cache", "config.json")
_OPEN = frozenset(("language", "permalink", "site_url", "social_text", "timezone", "url"))
"""Settings of readers that are surely no secret; sources with others are not kept."""
_ALIAS = re.compile(r"(?m)(?:^|[\s\[{,:-])\*\w")
_ELSEWHERE = frozenset(("channels", "queue", "schedule", "shortener", "theme"))
"""Sections of which nothing is kept, so that `!env` may stand there."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class _Kept(Config):
    """What is kept, and the rest when it is first asked for."""

    theme: Theme = field(init=False)
    accounts: Mapping[str, Account] = field(init=False)
    schedule: Schedule = field(init=False)
    database: str = field(init=False)
    cards: Path = field(init=False)
    layouts: Path = field(init=False)
    sizes: tuple[str, ...] = field(init=False)
    alt: str = field(init=False)
    picture: str = field(init=False)
    notify: tuple[str, ...] = field(init=False)
    evergreen: tuple[Rotation, ...] = field(init=False)
    shortener: Shortener | None = field(init=False)

    def __getattr__(self, name: str) -> Any:
        if name not in _LATER:
            raise AttributeError(name)
        assert self.path is not None
        whole = load(self.path)
        for each in _LATER:
            object.__setattr__(self, each, getattr(whole, each))
        return getattr(whole, name)


_LATER = tuple(name for name, it in _Kept.__dataclass_fields__.items() if not it.init)


def recall(path: Path) -> Config | None:
    """The config in *path*, if it was found right and has not changed; `None` for any other."""
    folder = path.resolve().parent
    kept = files.json_object(folder / ".sharekit" / _FILE)
    try:
        if kept["stamp"] != _stamp(path, path.read_bytes()):
            return None
        site, logo = kept["site"], kept["site"]["logo"]
        return _Kept(
            path=path,
            folder=folder,
            site=Site(**{**site, "logo": Path(logo) if logo else None}),
            sources={name: _source(source) for name, source in kept["sources"].items()},
            allow=tuple(kept["allow"]),
            offline=kept["offline"],
            save=kept["save"],
        )
    except (OSError, AttributeError, KeyError, TypeError):
        return None


def remember(config: Config) -> None:
    """Keep *config*, which was found right. A folder that cannot be written to keeps nothing."""
    if config.path is None:
        return
    with contextlib.suppress(OSError, UnicodeDecodeError):
        content = config.path.read_bytes()
        if not _may_be_kept(config, content.decode("utf-8-sig")):
            return
        values = {
            "stamp": _stamp(config.path, content),
            "site": asdict(config.site),
            "sources": {name: asdict(source) for name, source in config.sources.items()},
            "allow": config.allow,
            "offline": config.offline,
            "save": config.save,
        }
        if not config.state.exists():
            files.write(config.state / ".gitignore", "*\n")
        files.write(config.state / _FILE, json.dumps(values, default=str), mode=0o600)


def _stamp(path: Path, content: bytes) -> list[Any]:
    found = path.stat()
    return [__version__, str(path), found.st_mtime_ns, len(content), zlib.crc32(content)]


def _source(kept: Mapping[str, Any]) -> Source:
    supplement = kept["supplement"]
    return Source(**{**kept, "supplement": Path(supplement) if supplement else None})


def _may_be_kept(config: Config, text: str) -> bool:
    """Whether what would be kept is no secret, and the same in every environment."""
    if any(not _OPEN.issuperset(source.settings) for source in config.sources.values()):
        return False
    if "!env" in text and _ALIAS.search(text):
        return False  # what stands in one section may be meant in another
    section = ""
    for line in text.splitlines():
        if key := re.match(r"""["']?(\w+)["']?\s*:""", line):
            section = key[1]
        if "!env" in line and section not in _ELSEWHERE:
            return False
    return True
