"""Font files in folders: which families there are and which of them has a character.

Reading what every font of a system covers takes some hundred ms, so it is kept in one JSON
file and read again only for files whose size or time changed.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from sharekit.errors import UserError
from sharekit.typeset.harfbuzz import Face, describe, open_face

__all__ = ["FONT_SUFFIXES", "Library", "system_library"]

FONT_SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc"})
_FORMAT = 1  # of the cache file
_BOLD = 600
_HAN_SUFFIX = {"ja": "JP", "ko": "KR", "zh-hant": "TC", "zh-tw": "TC", "zh-hk": "HK", "zh": "SC"}


class Entry(NamedTuple):
    """A face in a file. *covers* are the first and last code points of stretches, alternating.

    *axes* holds (tag, least, greatest) for a variable font.
    """

    path: str
    face: int
    family: str
    weight: float
    width: float
    italic: bool
    axes: tuple[tuple[str, float, float], ...]
    covers: tuple[int, ...]

    def has(self, code: int) -> bool:
        place = bisect_right(self.covers, code)
        return bool(place % 2) or (place > 0 and self.covers[place - 1] == code)


class Library:
    """The font files below *folders*. Nothing is read before something is looked for."""

    def __init__(self, folders: Iterable[Path], cache_file: Path | None = None) -> None:
        self._folders = tuple(folders)
        self._cache_file = cache_file
        self._blocks: dict[int, list[Entry]] = {}

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every face of every readable font file; a broken file is passed over."""
        known = _load(self._cache_file)
        found: dict[str, Any] = {}
        for path in self._files():
            with contextlib.suppress(OSError):
                status = path.stat()
                stamp = [int(status.st_mtime), status.st_size]
                old = known.get(str(path))
                found[str(path)] = old if old and old[0] == stamp else [stamp, _faces(path)]
        if self._cache_file and found != known:
            _save(self._cache_file, found)
        return tuple(_entry(path, face) for path, (_, faces) in found.items() for face in faces)

    def _files(self) -> Iterator[Path]:
        for folder in self._folders:
            for root, folders, names in os.walk(folder):
                folders.sort()
                for name in sorted(names):
                    if Path(name).suffix.lower() in FONT_SUFFIXES:
                        yield Path(root, name)

    def families(self) -> list[str]:
        """The names of the families, sorted."""
        return sorted({entry.family for entry in self.entries if entry.family})

    def family(self, name: str, weight: float, width: float) -> Face | None:
        """The face of the family nearest to *weight* and *width*, upright."""
        entries = [entry for entry in self.entries if entry.family.casefold() == name.casefold()]
        if not entries:
            return None
        best = min(entries, key=lambda it: (it.italic, *_distance(it, weight, width)))
        return _open(best, weight, width)

    def find(
        self, chars: Sequence[str], *, weight: float, serif: bool, language: str
    ) -> Face | None:
        """The best face that has all of *chars*, `None` when no font has."""
        codes = [ord(char) for char in chars]
        candidates = [
            entry
            for entry in self._with_block(codes[0] >> 8)
            if all(entry.has(code) for code in codes)
        ]
        if not candidates:
            return None
        suffix = next(
            (end for tag, end in _HAN_SUFFIX.items() if language.lower().startswith(tag)), "JP"
        )

        def badness(entry: Entry) -> tuple[object, ...]:
            name = entry.family
            return (
                entry.italic,
                "Mono" in name,
                ("Serif" in name) != serif,
                "CJK" in name and not name.endswith(suffix),
                _distance(entry, weight, 100),
                "Noto" not in name,
                entry.path,
            )

        return _open(min(candidates, key=badness), weight, 100)

    def _with_block(self, block: int) -> list[Entry]:
        """Faces with anything among the 256 code points of *block*: most have nothing."""
        if block not in self._blocks:
            first, last = block << 8, (block << 8) + 255
            self._blocks[block] = [
                entry
                for entry in self.entries
                if entry.has(first)
                or bisect_right(entry.covers, first) != bisect_right(entry.covers, last)
            ]
        return self._blocks[block]


def _entry(path: str, face: Sequence[Any]) -> Entry:
    number, family, weight, width, italic, axes, covers = face
    ranges = tuple((tag, least, greatest) for tag, least, greatest in axes)
    return Entry(path, number, family, weight, width, italic, ranges, tuple(covers))


def _distance(entry: Entry, weight: float, width: float) -> tuple[float, float]:
    at = {"wght": entry.weight, "wdth": entry.width}
    for tag, wanted in (("wght", weight), ("wdth", width)):
        for axis, least, greatest in entry.axes:
            if axis == tag:
                at[tag] = min(max(wanted, least), greatest)
    return abs(at["wdth"] - width), abs(at["wght"] - weight)


def _open(entry: Entry, weight: float, width: float) -> Face:
    heavy = max((last for tag, _, last in entry.axes if tag == "wght"), default=entry.weight)
    bold = weight >= _BOLD > heavy
    axes = (("wght", weight), ("wdth", width)) if entry.axes else ()
    return open_face(Path(entry.path), entry.face, axes, bold=bold)


def _faces(path: Path) -> list[Any]:
    try:
        return [list(face) for face in describe(path)]
    except (UserError, ValueError):
        return []


def _load(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    known = data.get("fonts") if isinstance(data, dict) and data.get("format") == _FORMAT else None
    return known if isinstance(known, dict) else {}


def _save(path: Path, found: dict[str, Any]) -> None:
    """Written beside and moved, so that two processes do no harm; a read-only home is no error."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, suffix=".part", delete=False, encoding="utf-8"
        ) as file:
            json.dump({"format": _FORMAT, "fonts": found}, file, separators=(",", ":"))
        Path(file.name).replace(path)


@cache
def system_library(cache_folder: Path | None = None) -> Library:
    """The system's and the user's fonts, their index kept in *cache_folder*."""
    return Library(_system_folders(), (cache_folder or _user_cache()) / "fonts.json")


def _system_folders() -> list[Path]:
    home = Path.home()
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
        windows = Path(os.environ.get("WINDIR", "C:/Windows"))
        return [windows / "Fonts", local / "Microsoft" / "Windows" / "Fonts"]
    if sys.platform == "darwin":
        return [Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"]
    data = Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share"))
    return [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".fonts",
        data / "fonts",
    ]


def _user_cache() -> Path:
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "sharekit"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "sharekit"
    return Path(os.environ.get("XDG_CACHE_HOME", home / ".cache")) / "sharekit"
