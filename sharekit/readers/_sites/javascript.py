"""Eleventy, Docusaurus and Astro, whose configs are programs: only plain strings are read.

https://www.11ty.dev/docs/permalinks/, https://docusaurus.io/docs/blog and
https://docs.astro.build/en/guides/routing/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from sharekit.errors import ReadError
from sharekit.readers._fields import text
from sharekit.readers._input import decode, file_bytes
from sharekit.readers._sites import config as _config
from sharekit.readers._sites.base import Page, Site, dated, is_path, quoted
from sharekit.text.slug import slugify

__all__ = ["Astro", "Docusaurus", "Eleventy", "detect"]

_MAX_BYTES = 500_000
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'\w])//[^\n]*", re.DOTALL)
# What permalinks are mostly made of; others only Eleventy can fill in.
_TITLE_SLUG = re.compile(r"\{\{-?\s*title\s*\|\s*slug(?:ify)?\s*-?\}\}")
_FILE_SLUG = re.compile(r"\{\{-?\s*(?:page\.fileSlug|slug)\s*-?\}\}")
# Tags that make a collection in Eleventy and say nothing to readers.
_COLLECTIONS = frozenset(("all", "nav", "post", "posts"))


def detect(folder: Path, names: frozenset[str]) -> Site | None:
    """The Eleventy, Docusaurus or Astro site in *folder*."""
    name = next(n for n in sorted(names) if n.lstrip(".").startswith(_STEMS))
    try:
        script = decode(file_bytes(folder / name, max_bytes=_MAX_BYTES))
    except ReadError:
        script = ""
    script = _COMMENT.sub("", script)
    if name.startswith("docusaurus"):
        url = _config.absolute_url(_string(script, "url"))
        base = (_string(script, "baseUrl") or "/").strip("/")
        blog = _block(script, "blog")
        return Docusaurus(
            root=folder,
            base_url=f"{url.rstrip('/')}/{base}".rstrip("/") if url else None,
            language=_string(script, "defaultLocale"),
            hides_future=False,
            config={
                "path": _string(blog, "path"),
                "route": _string(blog, "routeBasePath"),
                "authors": _string(blog, "authorsMapPath"),
                "slash": re.search(r"\btrailingSlash\s*:\s*true\b", script) is not None,
            },
        )
    if name.startswith("astro"):
        url = _config.absolute_url(_string(script, "site"))
        base = (_string(script, "base") or "/").strip("/")
        return Astro(
            root=folder,
            base_url=f"{url.rstrip('/')}/{base}".rstrip("/") if url else None,
            language=_string(script, "defaultLocale"),
            hides_future=False,
        )
    return _eleventy(folder, _string(script, "input"))


def _eleventy(folder: Path, source: str | None) -> Eleventy:
    """The site with what its global data say of it, under the names that starters use."""
    data: dict[str, Any] = {}
    stems = [folder / (source or ".") / "_data" / name for name in ("site", "metadata", "meta")]
    for path in (stem.with_suffix(ending) for stem in stems for ending in (".json", *_PROGRAMS)):
        if not data and path.is_file():
            data = _config.load(path) if path.suffix == ".json" else _strings(path)
    return Eleventy(
        root=folder,
        base_url=_config.absolute_url(data.get("url")),
        language=text(data.get("language")) or text(data.get("lang")),
        author=_config.name_of(data.get("author")),
        hides_future=False,
        config={"input": source},
    )


def _strings(path: Path) -> dict[str, Any]:
    """Of a program of data, the plain strings that posts and sites are described by."""
    try:
        script = _COMMENT.sub("", decode(file_bytes(path, max_bytes=_MAX_BYTES)))
    except ReadError:
        return {}
    author = _block(script, "author")
    outer = script.replace(author, "") if author else script
    found: dict[str, Any] = {key: _string(outer, key) for key in _KEYS}
    found["author"] = _string(author, "name") or found["author"]
    return {key: value for key, value in found.items() if value}


_PROGRAMS = (".js", ".cjs", ".mjs")
_KEYS = ("url", "language", "lang", "author", "permalink", "layout")
_STEMS = ("docusaurus.config.", "eleventy.config.", "eleventy.js", "astro.config.")


def _string(script: str, key: str) -> str | None:
    found = re.search(
        rf"\b{key}[\"']?\s*[:=]\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|`([^`$\n]*)`)", script
    )
    return next((said for said in found.groups() if said is not None), None) if found else None


def _block(script: str, key: str) -> str:
    """What stands between the braces after *key*; empty where there are none."""
    found = re.search(rf"\b{key}[\"']?\s*:\s*\{{", script)
    if not found:
        return ""
    depth = 1
    for at in range(found.end(), len(script)):
        depth += {"{": 1, "}": -1}.get(script[at], 0)
        if depth == 0:
            return script[found.end() : at]
    return ""


@dataclass(slots=True, kw_only=True)
class Eleventy(Site):
    """An Eleventy site."""

    generator: ClassVar[str] = "eleventy"

    _data: dict[Path, dict[str, Any]] = field(default_factory=dict)

    def content(self) -> list[Path]:
        assert self.root is not None
        return [self.root / (text(self.config.get("input")) or ".")]

    def static(self) -> list[Path]:
        assert self.root is not None
        (source,) = self.content()
        return [self.root / "public", source, self.root]

    def takes(self, path: Path) -> bool:
        return Site.takes(self, path) and path.suffix != ".rst"

    def data(self, page: Page) -> Mapping[str, Any]:
        """With the data files of the folders above, and the one beside it; nearer ones win."""
        assert self.root is not None
        folders = [page.file.parent, *page.file.parent.parents]
        stop = next((i for i, f in enumerate(folders) if f == self.root), 0) + 1
        candidates = [folder / folder.name for folder in reversed(folders[:stop])]
        candidates.append(page.file.with_suffix(""))
        data: dict[str, Any] = {}
        for stem in candidates:
            for suffix in (".json", ".11tydata.json", *(f".11tydata{end}" for end in _PROGRAMS)):
                path = stem.with_name(stem.name + suffix)
                if path not in self._data:
                    self._data[path] = _data_of(path)
                if self._data[path]:
                    data = _merged(data, self._data[path])
        return _merged(data, page.fields.data) if data else page.fields.data

    def term(self, name: str) -> str:
        return "" if name in _COLLECTIONS else name

    def is_post(self, page: Page) -> bool:
        """Feeds, lists and other templates are pages of their own, and no posts."""
        fields = page.fields
        data = "pagination" in fields.data or fields.truth("eleventyExcludeFromCollections")
        target = fields.text("permalink") or ""
        return not data and not target.endswith((".json", ".xml", ".txt", ".css", ".js"))

    def path(self, page: Page) -> str | None:
        if page.fields.truth("permalink") is False:
            return None  # it is not written
        said = page.fields.text("permalink")
        if said:
            said = _TITLE_SLUG.sub(lambda _: slugify(page.title or ""), said)
            said = _FILE_SLUG.sub(lambda _: page.slug, said).removesuffix("index.html")
            return quoted("/" + said.lstrip("/")) if is_path(said) else None
        path = "/".join((*(part for part in page.parts if part != "."), page.name))
        return quoted(f"/{path}/")


def _data_of(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    return _config.load(path) if path.suffix == ".json" else _strings(path)


def _merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """*second* over *first*, and the tags of both: https://www.11ty.dev/docs/data-deep-merge/."""
    both = [holder.get("tags") for holder in (first, second)]
    tags = [tag for tags in both for tag in (tags if isinstance(tags, list) else [tags]) if tag]
    return {
        **_config.merged(first, second),
        **({"tags": list(dict.fromkeys(tags))} if tags else {}),
    }


@dataclass(slots=True, kw_only=True)
class Docusaurus(Site):
    """A Docusaurus site's blog."""

    generator: ClassVar[str] = "docusaurus"

    _labels: dict[str, str] | None = None

    def content(self) -> list[Path]:
        assert self.root is not None
        return [self.root / (text(self.config.get("path")) or "blog")]

    def people(self) -> list[Path]:
        (folder,) = self.content()
        return [folder / (text(self.config.get("authors")) or "authors.yml")]

    def term(self, name: str) -> str:
        """The tag's label in `tags.yml`: https://docusaurus.io/docs/blog#tags-file."""
        if self._labels is None:
            path = self.content()[0] / "tags.yml"
            tags = _config.load(path) if path.is_file() else {}
            labels = {k: text(v.get("label")) for k, v in tags.items() if isinstance(v, Mapping)}
            self._labels = {key: label for key, label in labels.items() if label}
        return self._labels.get(name, name)

    def static(self) -> list[Path]:
        assert self.root is not None
        return [self.root / "static"]

    def page(self, file: Path) -> Page:
        page = Site.page(self, file)
        whole = "/".join((*page.parts, page.name))
        # 2018/03/08/name and 2018-03-08/name are dates as well
        if found := re.match(r"(.*?)(\d{4})[-/](\d\d?)[-/](\d\d?)[-/]?(.*)$", whole):
            day, _ = dated("-".join(found.group(2, 3, 4)))
            if day and found[5]:
                page.day, page.slug = day, found[1] + found[5]
        return page

    def path(self, page: Page) -> str | None:
        if not page.file.is_relative_to(self.content()[0]):
            return None
        said = self.config.get("route")
        route = ("blog" if said is None else str(said)).strip("/")
        said = page.fields.text("slug")
        if said:
            path = said.strip("/")
        else:
            path = (
                f"{page.day:%Y/%m/%d}/{page.slug}"
                if page.day
                else "/".join((*page.parts, page.name))
            )
        whole = "/" + "/".join(part for part in (route, path) if part)
        return quoted(f"{whole}/" if self.config.get("slash") else whole)


@dataclass(slots=True, kw_only=True)
class Astro(Site):
    """An Astro site. Which address a content collection gets is up to its own code."""

    generator: ClassVar[str] = "astro"

    def content(self) -> list[Path]:
        assert self.root is not None
        named = [self.root / "src" / name for name in ("content", "data", "pages")]
        return [folder for folder in named if folder.is_dir()] or [self.root]

    def static(self) -> list[Path]:
        assert self.root is not None
        return [self.root / "public"]

    def takes(self, path: Path) -> bool:
        return Site.takes(self, path) and path.suffix not in (".html", ".htm")

    def path(self, page: Page) -> str | None:
        assert self.root is not None
        pages = self.root / "src" / "pages"
        if page.file.is_relative_to(pages):
            relative = page.file.relative_to(pages).with_suffix("").as_posix()
            return quoted("/" + relative.removesuffix("index").rstrip("/") + "/")
        return Site.path(self, page)
