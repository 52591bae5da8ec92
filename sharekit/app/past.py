"""A project's config and layouts as they were at a commit, in a folder of their own.

Only what cards are drawn with is taken out of git: the config, the layouts, and the logo and
fonts that the config names. Posts and their pictures stay those of today.
"""

from __future__ import annotations

import io
import posixpath
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit.errors import UserError

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["app_at"]

_SECONDS = 60
_MOST_BYTES = 200_000_000
"""Of config, layouts, logo and fonts together; more is not what they are."""


def app_at(app: App, ref: str, folder: Path) -> App:
    """The app as its files were at the git ref *ref*, written below *folder*.

    Raises `UserError` when this is no git repository or *ref* names no commit in it, and
    `ConfigError` when the config of that time does not load.
    """
    from sharekit.app import App
    from sharekit.config import default, load
    from sharekit.config.defaults import LAYOUTS

    repository = _Repository(app.config.folder, ref)
    inside = repository.relative(app.config.folder)
    root = folder / inside
    root.mkdir(parents=True, exist_ok=True)
    name = app.config.path.name if app.config.path else None
    if name is None or not repository.has(_joined(inside, name)):
        repository.take([_joined(inside, LAYOUTS)], folder)
        return App(default(root), offline=app.offline)
    repository.take([_joined(inside, name)], folder)
    named = _named(root / name)
    repository.take([_joined(inside, text) for text in named], folder)
    return App(load(root / name), offline=app.offline)


class _Repository:
    """One commit of the git repository that *folder* lies in."""

    def __init__(self, folder: Path, ref: str) -> None:
        self._folder, self._ref = folder, ref
        self._program = shutil.which("git")
        if self._program is None:
            raise UserError("git is not installed", hint="Compare with a folder of cards instead.")
        hint = "Name a folder of earlier cards, or a commit, branch or tag of this repository."
        try:
            self.top = Path(self._git("rev-parse", "--show-toplevel").decode().strip())
            found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options",
                              f"{ref}^{{commit}}")  # fmt: skip
        except subprocess.CalledProcessError as error:
            raise UserError(
                f"{ref!r} is no folder, and no commit of a git repository here",
                code="ref-unknown",
                hint=hint,
            ) from error
        self._commit = found.decode().strip()
        listed = self._git("ls-tree", "-r", "-z", "--name-only", "--full-tree", self._commit)
        files = [Path(name) for name in listed.decode().split("\0") if name]
        self._names = {str(part) for file in files for part in (file, *file.parents)} - {"."}

    def relative(self, folder: Path) -> str:
        """*folder* as git names it, empty for the repository's top."""
        inside = folder.resolve().relative_to(self.top.resolve()).as_posix()
        return "" if inside == "." else inside

    def has(self, path: str) -> bool:
        """Whether there was such a file or folder."""
        return path in self._names

    def take(self, names: Iterable[str], folder: Path) -> None:
        """Write those files and folders of *names* that there were as they were, below *folder*."""
        paths = sorted({name for name in names if self.has(name)})
        if not paths:
            return
        packed = self._git("archive", "--format=tar", self._commit, "--", *paths, top=True)
        if len(packed) > _MOST_BYTES:
            raise UserError(f"layouts, logo and fonts at {self._ref} are {len(packed):,} bytes")
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")

    def _git(self, *arguments: str, top: bool = False) -> bytes:
        done = subprocess.run(  # noqa: S603  (no shell; the ref comes after --end-of-options)
            [str(self._program), "--literal-pathspecs", *arguments],
            cwd=self.top if top else self._folder,
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        )
        return done.stdout


def _joined(inside: str, name: str) -> str:
    """*name*, seen from the folder *inside*, as a path from the repository's top."""
    return posixpath.normpath(posixpath.join(inside, name))


def _named(config: Path) -> list[str]:
    """The folder of layouts, and all that *config* says of site and theme: files are among it."""
    from sharekit import marked
    from sharekit.config.defaults import LAYOUTS

    data = marked.read(config, tags={"!env": lambda _: ""}, code="config").data
    document = data if isinstance(data, dict) else {}
    cards = document.get("cards")
    layouts = cards.get("layouts", LAYOUTS) if isinstance(cards, dict) else LAYOUTS
    found = [layouts, *_texts([document.get("site"), document.get("theme")])]
    return [text for text in found if isinstance(text, str) and 0 < len(text) < 500]


def _texts(values: list[Any]) -> Iterator[str]:
    stack = values
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
