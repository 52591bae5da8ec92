"""Posts in a folder that no generator's config tells of: Markdown, dumps, feeds, exports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sharekit.errors import SharekitError

__all__ = ["READERS", "Found", "dump", "look"]

READERS = {"dump": "dump", "feed": "feed", "export": "wxr"}
"""Files that hold several posts each: what `init` calls them, and their reader."""
_MOST_FILES = 200
"""Files that are opened, and looked for in one folder: this is a guess, and must be quick."""
_ABOUT = frozenset(("readme", "changelog", "contributing", "license", "code_of_conduct"))
_NO_POSTS = frozenset(
    ("outbox", "cards", "layouts", "node_modules", "vendor", "venv", "env", "site-packages")
)
_SUFFIXES = (".txt", ".xml", ".rss", ".atom", ".json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The kind of site that stands in a folder, and what its own config says.

    *posts* is where its posts are; *there* says whether there is such a file or folder yet,
    *supplement* which file beside it has titles, links and pictures.
    """

    kind: str
    evidence: str
    posts: str = ""
    there: bool = True
    supplement: str = ""
    name: str = ""
    url: str = ""
    language: str = ""
    timezone: str = ""


def look(folder: Path) -> Found | None:
    """The Markdown files, else the dump, feed or export, in *folder* or one folder below it."""
    for place in _places(folder):
        if any(_is_post(path) for path in _files(place)):
            name = _named(place, folder)
            return Found(kind="markdown", evidence=f"Markdown in {name}", posts=name)
    return _collected(folder, tuple(READERS))


def dump(folder: Path) -> Found | None:
    """The text dumps in *folder* or one folder below it."""
    return _collected(folder, ("dump",))


def _collected(folder: Path, kinds: tuple[str, ...]) -> Found | None:
    from sharekit import readers
    from sharekit.web import Session

    names = {READERS[kind]: kind for kind in kinds}
    left = _MOST_FILES
    for place in _places(folder):
        found: dict[str, list[Path]] = {}
        for path in _files(place):
            if path.suffix.lower() not in _SUFFIXES or left == 0:
                continue
            left -= 1
            try:
                name = readers.guess(str(path), Session(offline=True))
            except SharekitError:
                continue
            if name in names:
                found.setdefault(name, []).append(path)
        for name, paths in found.items():
            # Several pages of a dump are one source; of feeds the first is a beginning.
            several = name == "dump" and len(paths) > 1
            posts = _named(place if several else paths[0], folder)
            beside = place / "supplement.yaml"
            return Found(
                kind=names[name],
                evidence=posts,
                posts=posts,
                supplement=_named(beside, folder) if beside.is_file() else "",
            )
    return None


def _places(folder: Path) -> Iterator[Path]:
    yield folder
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.is_dir() and not path.name.startswith((".", "_")) and path.name not in _NO_POSTS:
            yield path


def _files(folder: Path) -> list[Path]:
    try:
        found = [p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")]
    except OSError:
        return []
    return sorted(found)[:_MOST_FILES]


def _is_post(path: Path) -> bool:
    about = path.stem.isupper() or path.stem.lower() in _ABOUT  # SECURITY.md, readme.md
    return path.suffix.lower() in (".md", ".markdown") and not about


def _named(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
