"""Authors: named in the front matter, or by a key into one of the site's files of people.

Files: Jekyll's `_data/authors.*` and `_authors/`, Hugo's `data/authors.*`, `data/authors/` and
`content/authors/*/_index.md`, Docusaurus's `blog/authors.yml`, Material's `.authors.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sharekit.errors import Problem, ReadError
from sharekit.readers._fields import Fields, text
from sharekit.readers._names import names_in

__all__ = ["People"]

_NAMES = ("name", "display_name", "full_name", "title")
_KEYS = ("id", "key", "slug", "username", "short_name", "login", "nickname")
_DATA = ("_data", "data", "_data/data", "src/_data")
_SUFFIXES = (".yml", ".yaml", ".json", ".toml")
_MAX_FILES = 2_000
_ASIDE = re.compile(r"\s*\(\[[^\[\]]*\]\([^()]*\)\)")  # the person's account, as a link
_LINK = re.compile(r"\[([^\[\]]+)\]\([^()]*\)")
_ADDRESS = re.compile(r"\s*<[^<>]*>")
_SEVERAL = re.compile(r"\w+ \w[^,;]*(?:,|;| and | & )\s*\w+ \w")


class People:
    """The people of the site in *root*, read when somebody is first asked for.

    *files* are those that the site's config names; *report* is told of those that are broken.
    """

    def __init__(
        self,
        root: Path | None,
        files: Sequence[Path] = (),
        report: Callable[[Problem], object] = lambda _: None,
    ) -> None:
        self._report = report
        self._root = root
        self._own = files
        self._known: dict[str, str] | None = None

    def authors(self, fields: Fields) -> tuple[str, ...]:
        """The names of a post's authors."""
        said = fields.get(
            *("authors", "author", "by", "byline", "creator", "author_name", "writer", "written_by")
        )
        return tuple(dict.fromkeys(self._named(said)))

    def _named(self, said: Any) -> Iterator[str]:
        if isinstance(said, list):
            for item in said:
                yield from self._named(item)
        elif isinstance(said, Mapping):
            yield from self._of_mapping(said)
        elif name := text(said):
            yield from self._of_text(name)

    def _of_text(self, said: str) -> Iterator[str]:
        """The names in one line: `Ann Lee and Bo Roe`, `[Ann Lee](https://...)`, ..."""
        known = self.name(said)
        if known != said:
            yield known
            return
        said = _ADDRESS.sub("", _LINK.sub(r"\1", _ASIDE.sub("", said))).strip() or said
        names = names_in(said, shown=False) if _SEVERAL.search(said) else []
        yield from [self.name(name) for name in names] if len(names) > 1 else [said]

    def _of_mapping(self, said: Mapping[str, Any]) -> Iterator[str]:
        one = Fields(said)
        if name := one.text(*_NAMES[:3]):
            yield name
        elif key := one.text(*_KEYS):
            yield self.name(key)
        else:  # keys with the people they mean
            for key, value in said.items():
                inner = Fields(value).text(*_NAMES) if isinstance(value, Mapping) else None
                if inner:
                    yield inner
                elif text(value) and str(key).isdecimal():
                    yield self.name(str(value))

    def name(self, key: str) -> str:
        """The person that *key* stands for in the site's files; *key* itself where it is a name."""
        if self._known is None:
            self._known = dict(self._read())
        return self._known.get(key.strip().lower(), key)

    def _read(self) -> Iterator[tuple[str, str]]:
        if self._root is None:
            return
        for data in self._files():
            yield from _people(data)
        for folder in ("_authors", "content/authors", "content/author", "src/content/authors"):
            yield from self._pages(self._root / folder)

    def _files(self) -> Iterator[Any]:
        from sharekit.readers._sites import config

        assert self._root is not None
        stems = [self._root / folder / name for folder in _DATA for name in ("authors", "people")]
        stems += [self._root / "blog" / "authors", *self._root.glob("docs/**/.authors")]
        paths = [stem.with_name(stem.name + suffix) for stem in stems for suffix in _SUFFIXES]
        paths += [*self._root.glob("docs/.authors.y*ml"), *self._root.glob("docs/*/.authors.y*ml")]
        for path in (*self._own, *paths):
            if path.is_file():
                yield self._loaded(config.value_of, path)
        for stem in stems:
            if stem.is_dir():
                files = [p for p in sorted(stem.iterdir()) if p.suffix in _SUFFIXES][:_MAX_FILES]
                yield {path.stem: self._loaded(config.load, path) for path in files}

    def _loaded(self, load: Callable[[Path], Any], path: Path) -> Any:
        try:
            return load(path)
        except ReadError as error:
            # The posts can still be read, with keys for names.
            for problem in error.problems:
                self._report(replace(problem, severity="warning"))
            return {}

    @staticmethod
    def _pages(folder: Path) -> Iterator[tuple[str, str]]:
        """People with a page each: `_authors/jane.md`, `content/authors/jane/_index.md`."""
        from sharekit.readers import _fences
        from sharekit.readers._input import decode, file_bytes

        found = [*folder.glob("*.md"), *folder.glob("*/_index.md"), *folder.glob("*/index.md")]
        for path in sorted(found)[:_MAX_FILES]:
            key = path.parent.name if path.stem in ("_index", "index") else path.stem
            try:
                fenced = _fences.split(decode(file_bytes(path, max_bytes=500_000)), str(path))
            except ReadError:
                continue
            fields = Fields(fenced.data)
            if name := fields.text("name", "display_name", "title"):
                yield key.lower(), name
                for other in _KEYS:
                    if said := fields.text(other):
                        yield said.lower(), name


def _people(data: Any) -> Iterator[tuple[str, str]]:
    """Keys and names, from a mapping by key, a list, or either below `authors`."""
    if isinstance(data, Mapping) and isinstance(data.get("authors"), (Mapping, list)):
        data = data["authors"]
    if isinstance(data, Mapping):
        for key, value in data.items():
            name = Fields(value).text(*_NAMES) if isinstance(value, Mapping) else text(value)
            if name:
                yield str(key).lower(), name
    for item in data if isinstance(data, list) else ():
        entry = Fields(item) if isinstance(item, Mapping) else Fields({})
        name = entry.text(*_NAMES)
        for key in _KEYS:
            if name and (said := entry.text(key)):
                yield said.lower(), name
