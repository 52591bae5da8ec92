"""Pelican and Nikola, whose configs are Python: read as data and never run.

https://docs.getpelican.com/en/latest/settings.html and https://getnikola.com/handbook.html.
Only assignments of plain values count; what a config computes is not known.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from sharekit.readers._fields import text
from sharekit.readers._input import decode, file_bytes
from sharekit.readers._sites import config as _config
from sharekit.readers._sites.base import Page, Site, quoted

__all__ = ["Nikola", "Pelican", "detect"]

_MAX_BYTES = 500_000
_PLACEHOLDER = re.compile(r"\{(\w+)(?::([^{}]*))?\}")


def detect(folder: Path, names: frozenset[str]) -> Site | None:
    """The Pelican or Nikola site in *folder*."""
    if "pelicanconf.py" in names:
        data = _assignments(folder / "pelicanconf.py")
        if "publishconf.py" in names:  # the address is often only there
            data = {**data, **_assignments(folder / "publishconf.py")}
        return _pelican(folder, data)
    data = _assignments(folder / "conf.py")
    return _nikola(folder, data) if "SITE_URL" in data or "POSTS" in data else None


def _assignments(path: Path) -> dict[str, Any]:
    """The module-level names that are given plain values."""
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes in somebody else's strings
            tree = ast.parse(decode(file_bytes(path, max_bytes=_MAX_BYTES)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}  # the posts can still be read
    found: dict[str, Any] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except (ValueError, TypeError, RecursionError, MemoryError):
                continue
    return found


def _pelican(folder: Path, data: Mapping[str, Any]) -> Pelican:
    return Pelican(
        root=folder,
        base_url=_config.absolute_url(data.get("SITEURL")),
        timezone=text(data.get("TIMEZONE")),
        language=text(data.get("DEFAULT_LANG")),
        author=text(data.get("AUTHOR")),
        hides_future=data.get("WITH_FUTURE_DATES") is False,
        config=data,
    )


def _nikola(folder: Path, data: Mapping[str, Any]) -> Nikola:
    translations = data.get("TRANSLATIONS")
    return Nikola(
        root=folder,
        base_url=_config.absolute_url(data.get("SITE_URL")),
        timezone=text(data.get("TIMEZONE")),
        language=text(data.get("DEFAULT_LANG")),
        languages=frozenset(translations if isinstance(translations, Mapping) else ()),
        author=text(data.get("BLOG_AUTHOR")),
        hides_future=data.get("FUTURE_IS_NOW") is not True,
        config=data,
    )


@dataclass(slots=True, kw_only=True)
class Pelican(Site):
    """A Pelican site."""

    generator: ClassVar[str] = "pelican"

    def _content(self) -> Path:
        assert self.root is not None
        return self.root / (text(self.config.get("PATH")) or "content")

    def content(self) -> list[Path]:
        said = self.config.get("ARTICLE_PATHS")
        named = said if isinstance(said, (list, tuple)) else []
        return [self._content() / str(name) for name in named if name] or [self._content()]

    def static(self) -> list[Path]:
        assert self.root is not None
        return [self._content(), self.root]

    def enters(self, folder: Path) -> bool:
        said = self.config.get("PAGE_PATHS", ["pages"])
        pages = {str(name) for name in said} if isinstance(said, (list, tuple)) else set()
        return Site.enters(self, folder) and not (
            folder.parent == self._content() and folder.name in pages
        )

    def path(self, page: Page) -> str | None:
        if said := page.fields.text("url"):
            return said if "{" not in said else self._filled(said, page)
        foreign = page.fields.text("lang")
        named = "ARTICLE_LANG_URL" if foreign and foreign != self.language else "ARTICLE_URL"
        fallback = "{slug}-{lang}.html" if named == "ARTICLE_LANG_URL" else "{slug}.html"
        pattern = text(self.config.get(named)) or fallback
        return self._filled(pattern, page)

    def _filled(self, pattern: str, page: Page) -> str | None:
        missing = False

        def value(found: re.Match[str]) -> str:
            nonlocal missing
            said = self._value(found[1], found[2] or "", page)
            missing = missing or not said
            return said or ""

        path = _PLACEHOLDER.sub(value, pattern)
        return None if missing else quoted("/" + path.lstrip("/"))

    def _value(self, name: str, spec: str, page: Page) -> str | None:
        fields = page.fields
        if name == "date":
            return page.published.strftime(spec or "%Y-%m-%d") if page.published else None
        if name == "slug":
            by_file = self.config.get("SLUGIFY_SOURCE") == "basename"
            return fields.text("slug") or self._slug(page.name if by_file else page.title or "")
        if name == "category":
            folder = page.parts[-1] if page.parts else None
            said = fields.text("category") or folder
            return self._slug(said or text(self.config.get("DEFAULT_CATEGORY")) or "misc")
        if name == "author":
            said = fields.text("author", "authors")
            return self._slug((said or self.author or "").split(",")[0])
        return fields.text("lang") or self.language if name == "lang" else fields.text(name)

    def _slug(self, said: str) -> str | None:
        """Pelican's slug. It writes other scripts in Latin letters by a table we do not have."""
        if not self.config.get("SLUGIFY_USE_UNICODE"):
            plain = unicodedata.normalize("NFKD", said.translate(_PUNCTUATION))
            said = "".join(c for c in plain if not unicodedata.combining(c))
            if not said.isascii():
                return None
        words = re.sub(r"[^\w\s-]", "", said).strip()
        slug = re.sub(r"[-\s]+", "-", words)
        return slug if self.config.get("SLUGIFY_PRESERVE_CASE") else slug.lower()


_PUNCTUATION = str.maketrans(dict.fromkeys("‘’“”–—…«»•·¿¡", ""))


@dataclass(slots=True, kw_only=True)
class Nikola(Site):
    """A Nikola site."""

    generator: ClassVar[str] = "nikola"

    def _posts(self) -> list[tuple[Path, str]]:
        """Each folder of posts with the folder that it is written to."""
        assert self.root is not None
        said = self.config.get("POSTS")
        rows = said if isinstance(said, (list, tuple)) else [("posts/*.rst", "posts", "post.tmpl")]
        found = {
            self.root / str(row[0]).rpartition("/")[0]: str(row[1])
            for row in rows
            if isinstance(row, (list, tuple)) and len(row) > 1 and isinstance(row[1], str)
        }
        return list(found.items())

    def content(self) -> list[Path]:
        return [folder for folder, _ in self._posts()]

    def static(self) -> list[Path]:
        assert self.root is not None
        return [self.root / "files", self.root / "images", self.root]

    def takes(self, path: Path) -> bool:
        return Site.takes(self, path) or path.suffix == ".txt"

    def path(self, page: Page) -> str | None:
        slug = page.fields.text("slug") or page.name
        target = next(
            (to for folder, to in self._posts() if page.file.is_relative_to(folder)), None
        )
        if target is None:
            return None
        language = page.language if page.language != self.language else None
        pretty = self.config.get("PRETTY_URLS") is not False
        parts = (language, target.strip("/"), *page.parts, slug)
        path = "/".join(part for part in parts if part)
        return quoted(f"/{path}/" if pretty else f"/{path}.html")
