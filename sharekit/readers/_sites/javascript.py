"""Eleventy, Docusaurus and Astro, whose configs are programs: only plain strings are read.

https://www.11ty.dev/docs/permalinks/, https://docusaurus.io/docs/blog and
https://docs.astro.build/en/guides/routing/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
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
        return Docusaurus(
            root=folder,
            base_url=f"{url.rstrip('/')}/{base}".rstrip("/") if url else None,
            language=_string(script, "defaultLocale"),
            hides_future=False,
            config={"route": _string(script, "routeBasePath")},
        )
    if name.startswith("astro"):
        url = _config.absolute_url(_string(script, "site"))
        base = (_string(script, "base") or "/").strip("/")
        return Astro(
            root=folder,
            base_url=f"{url.rstrip('/')}/{base}".rstrip("/") if url else None,
            hides_future=False,
        )
    return Eleventy(root=folder, hides_future=False, config={"input": _string(script, "input")})


_STEMS = ("docusaurus.config.", "eleventy.config.", "eleventy.js", "astro.config.")


def _string(script: str, key: str) -> str | None:
    found = re.search(rf"\b{key}\s*[:=]\s*(?:\"([^\"\n]*)\"|'([^'\n]*)'|`([^`$\n]*)`)", script)
    return next((said for said in found.groups() if said is not None), None) if found else None


@dataclass(slots=True, kw_only=True)
class Eleventy(Site):
    """An Eleventy site."""

    generator: ClassVar[str] = "eleventy"

    def content(self) -> list[Path]:
        assert self.root is not None
        return [self.root / (text(self.config.get("input")) or ".")]

    def static(self) -> list[Path]:
        assert self.root is not None
        (source,) = self.content()
        return [self.root / "public", source, self.root]

    def takes(self, path: Path) -> bool:
        return Site.takes(self, path) and path.suffix != ".rst"

    def defaults(self, page: Page) -> Mapping[str, Any]:
        """The data files of the folders above, and the one beside the post; nearer ones win."""
        assert self.root is not None
        folders = [page.file.parent, *page.file.parent.parents]
        stop = next((i for i, f in enumerate(folders) if f == self.root), 0) + 1
        candidates = [folder / folder.name for folder in reversed(folders[:stop])]
        candidates.append(page.file.with_suffix(""))
        data: dict[str, Any] = {}
        for stem in candidates:
            for suffix in (".json", ".11tydata.json"):
                path = stem.with_name(stem.name + suffix)
                if path.is_file():
                    data = _config.merged(data, _config.load(path))
        tags = data.get("tags")
        names = tags if isinstance(tags, list) else [tags]
        own = [tag for tag in names if tag and tag not in _COLLECTIONS]
        return {**data, "tags": own} if "tags" in data else data

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


@dataclass(slots=True, kw_only=True)
class Docusaurus(Site):
    """A Docusaurus site's blog."""

    generator: ClassVar[str] = "docusaurus"

    def content(self) -> list[Path]:
        assert self.root is not None
        return [self.root / "blog"]

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
        assert self.root is not None
        if not page.file.is_relative_to(self.root / "blog"):
            return None
        route = (text(self.config.get("route")) or "blog").strip("/")
        said = page.fields.text("slug")
        if said:
            path = said.strip("/")
        else:
            path = (
                f"{page.day:%Y/%m/%d}/{page.slug}"
                if page.day
                else "/".join((*page.parts, page.name))
            )
        return quoted("/" + "/".join(part for part in (route, path) if part))


@dataclass(slots=True, kw_only=True)
class Astro(Site):
    """An Astro site. Which address a content collection gets is up to its own code."""

    generator: ClassVar[str] = "astro"

    def content(self) -> list[Path]:
        assert self.root is not None
        named = [self.root / "src" / name for name in ("content", "pages")]
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
