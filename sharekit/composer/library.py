"""Finds layouts: a project's folders first, then the packages that offer some."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path

from sharekit import marked, plugins
from sharekit.composer.layout import Layout, build, parse_file
from sharekit.composer.schema import Head
from sharekit.composer.tree import Tree
from sharekit.errors import LayoutError, PluginError
from sharekit.marked import Marked

__all__ = ["Info", "Library"]

MAX_CHAIN = 8
"""Files that may extend each other."""

_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """A layout that there is: *package* is the one that offers it, `None` for a project's own."""

    name: str
    path: Path
    package: str | None


class Library:
    """The layouts of some folders and of every installed package that offers layouts."""

    def __init__(self, folders: Sequence[Path] = ()) -> None:
        self.folders = tuple(folders)
        self._infos: dict[str, Info] | None = None
        self._files: dict[str, tuple[Marked, Head, Tree]] = {}
        self._layouts: dict[str, Layout] = {}

    def infos(self) -> list[Info]:
        """What there is, by name. Raises `PluginError` for a name that two packages offer."""
        return sorted(self._found().values(), key=lambda info: info.name)

    def __contains__(self, name: str) -> bool:
        return name in self._found()

    @cached_property
    def stamps(self) -> str:
        """Times and sizes of all layout files: when they are the same, so are the layouts."""
        from sharekit.composer.names import stamp_of

        # A project's own folders may hold pictures that its layouts show.
        own = [path for folder in self.folders for path in sorted(folder.rglob("*"))]
        paths = dict.fromkeys([info.path for info in self.infos()] + own)
        return repr([(str(path), stamp_of(path)) for path in paths])

    def info(self, name: str) -> Info:
        """Where the layout *name* comes from. Raises `LayoutError` with a suggestion."""
        found = self._found()
        if name not in found:
            near = difflib.get_close_matches(name, found, n=1)
            hint = (
                f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(sorted(found))}."
            )
            raise LayoutError(
                f"there is no layout named {name!r}", hint=hint, code="layout-unknown"
            )
        return found[name]

    def layout(self, name: str) -> Layout:
        """The layout *name*, checked. Raises `LayoutError` with every finding."""
        if name not in self._layouts:
            self._layouts[name] = self._build(name, self._chain(name))
        return self._layouts[name]

    def picked(self, name: str, choice: str) -> Layout:
        """The layout *choice* with the changes that *name*, which picks it, makes to it."""
        key = f"{name}/{choice}"
        if key not in self._layouts:
            changes = [part for part in self._chain(name) if part[2]]
            layout = (
                self._build(choice, [*self._chain(choice), *changes])
                if changes
                else self.layout(choice)
            )
            self._layouts[key] = layout
        return self._layouts[key]

    def check(self, name: str) -> Layout:
        """The layout *name*, built for each of its sizes. Raises `LayoutError`."""
        from sharekit.composer.sizes import SIZES

        layout = self.layout(name)
        built = [self.picked(name, pick.layout) for pick in layout.head.pick or ()] or [layout]
        for each in built:
            for size in each.head.sizes:
                each.layers(SIZES[size])
        return layout

    def _build(self, name: str, chain: Sequence[tuple[Marked, Head, Tree]]) -> Layout:
        layout = build(name, chain)
        for pick in layout.head.pick or ():
            self.info(pick.layout)
        return layout

    def _chain(self, name: str) -> list[tuple[Marked, Head, Tree]]:
        """The files that make up *name*, the farthest parent first."""
        chain: list[tuple[Marked, Head, Tree]] = []
        seen: list[str] = []
        wanted: str | None = name
        while wanted is not None:
            if wanted in seen or len(seen) >= MAX_CHAIN:
                ring = " -> ".join((*seen, wanted))
                path = str(self.info(name).path)
                raise LayoutError(
                    f"layouts extend each other without end: {ring}", where=path, code="layout-ring"
                )
            seen.append(wanted)
            file, head, layers = self._file(wanted, chain[0][0] if chain else None)
            chain.insert(0, (file, head, layers))
            wanted = head.extends
            if wanted == name and self._inherits_from_package(name):
                # A project's `photo` may extend the built-in `photo`.
                chain[:0] = self._package_chain(name)
                break
        return chain

    def _file(self, name: str, child: Marked | None) -> tuple[Marked, Head, Tree]:
        try:
            info = self.info(name)
        except LayoutError as error:
            if child is None:
                raise
            problem = child.problem(
                ("extends",), error.message, code="layout-unknown", hint=error.problems[0].hint
            )
            raise LayoutError("", problems=[problem]) from error
        return self._read(info.path)

    def _read(self, path: Path) -> tuple[Marked, Head, Tree]:
        key = str(path)
        if key not in self._files:
            file = marked.read(path, error=LayoutError, code="layout")
            self._files[key] = (file, *parse_file(file))
        return self._files[key]

    def _inherits_from_package(self, name: str) -> bool:
        return self.info(name).package is None and name in _packaged()

    def _package_chain(self, name: str) -> list[tuple[Marked, Head, Tree]]:
        chain: list[tuple[Marked, Head, Tree]] = []
        wanted: str | None = name
        while wanted is not None and len(chain) < MAX_CHAIN:
            part = self._read(_packaged()[wanted].path)
            chain.insert(0, part)
            wanted = part[1].extends
        return chain

    def _found(self) -> dict[str, Info]:
        if self._infos is None:
            own = {
                path.stem: Info(name=path.stem, path=path, package=None)
                for folder in reversed(self.folders)
                for path in _yaml_files(folder)
            }
            self._infos = {**_packaged(), **own}
        return self._infos


def _yaml_files(folder: Path) -> Iterable[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in _ENDINGS and path.is_file())


def _packaged() -> dict[str, Info]:
    """The layouts of the installed packages."""
    found: dict[str, Info] = {}
    for name in plugins.names(plugins.LAYOUTS):
        package = plugins.load(plugins.LAYOUTS, name)
        folder = Path(str(resources.files(package)))
        for path in _yaml_files(folder):
            other = found.setdefault(path.stem, Info(name=path.stem, path=path, package=name))
            if other.path != path:
                raise PluginError(
                    f"the layout {path.stem!r} is offered twice: {other.path} and {path}",
                    hint="Uninstall one of the two packages, or put your own file of that name "
                    "in the project's layouts folder.",
                )
    return found
