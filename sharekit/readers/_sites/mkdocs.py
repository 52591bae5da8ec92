"""MkDocs and the blog plugin of Material for MkDocs.

https://www.mkdocs.org/user-guide/configuration/ and
https://squidfunk.github.io/mkdocs-material/plugins/blog/.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from sharekit.readers._fields import text, texts, truth
from sharekit.readers._sites import config as _config
from sharekit.readers._sites.base import MARKDOWN_SUFFIXES, Page, Site, quoted

__all__ = ["MkDocs", "detect"]

_DATE_PARTS = (  # https://babel.pocoo.org/en/latest/dates.html#date-fields
    ("yyyy", "%Y"), ("yy", "%y"), ("MMMM", "%B"), ("MMM", "%b"), ("MM", "%m"), ("dd", "%d"),
)  # fmt: skip


def detect(folder: Path, names: frozenset[str]) -> Site | None:
    """The MkDocs site in *folder*."""
    data = _config.load(folder / ("mkdocs.yml" if "mkdocs.yml" in names else "mkdocs.yaml"))
    theme = data.get("theme")
    return MkDocs(
        root=folder,
        base_url=_config.absolute_url(data.get("site_url")),
        language=text(theme.get("language")) if isinstance(theme, Mapping) else None,
        hides_future=False,
        config=data,
        blog=_blog(data),
    )


def _blog(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """The blog plugin's settings; `None` without the plugin."""
    plugins = data.get("plugins")
    items: list[Any] = plugins if isinstance(plugins, list) else []
    if isinstance(plugins, Mapping):
        items = [{name: settings} for name, settings in plugins.items()]
    for item in items:
        name, settings = next(iter(item.items())) if isinstance(item, dict) and item else (item, {})
        if str(name).rpartition("/")[2] == "blog":
            return dict(settings) if isinstance(settings, Mapping) else {}
    return None


@dataclass(slots=True, kw_only=True)
class MkDocs(Site):
    """A MkDocs site. *blog* holds the blog plugin's settings."""

    generator: ClassVar[str] = "mkdocs"

    blog: Mapping[str, Any] | None = field(default=None)
    _metas: dict[Path, dict[str, Any]] = field(default_factory=dict)

    def content(self) -> list[Path]:
        posts = self._posts()
        return [posts] if posts and posts.is_dir() else [self._docs()]

    def static(self) -> list[Path]:
        return [self._docs()]

    def _docs(self) -> Path:
        assert self.root is not None
        return self.root / (text(self.config.get("docs_dir")) or "docs")

    def _posts(self) -> Path | None:
        if self.blog is None:
            return None
        pattern = text(self.blog.get("post_dir")) or "{blog}/posts"
        return self._docs() / pattern.replace("{blog}", self._blog_dir())

    def _blog_dir(self) -> str:
        assert self.blog is not None
        return (text(self.blog.get("blog_dir")) or "blog").strip("/")

    def people(self) -> list[Path]:
        if self.blog is None:
            return []
        said = text(self.blog.get("authors_file")) or "{blog}/.authors.yml"
        return [self._docs() / said.replace("{blog}", self._blog_dir())]

    def data(self, page: Page) -> Mapping[str, Any]:
        """With the folders' `.meta.yml`: squidfunk.github.io/mkdocs-material/plugins/meta/."""
        folders = [folder for folder in page.file.parents if folder.is_relative_to(self._docs())]
        found: dict[str, Any] = {}
        for folder in reversed(folders):
            found = _merged(found, self._meta(folder))
        return _merged(found, page.fields.data) if found else page.fields.data

    def _meta(self, folder: Path) -> dict[str, Any]:
        if folder not in self._metas:
            path = folder / ".meta.yml"
            self._metas[folder] = _config.load(path) if path.is_file() else {}
        return self._metas[folder]

    def takes(self, path: Path) -> bool:
        return path.suffix.lower() in MARKDOWN_SUFFIXES

    def path(self, page: Page) -> str | None:
        pretty = truth(self.config.get("use_directory_urls")) is not False
        posts = self._posts()
        if posts and page.file.is_relative_to(posts):
            path = self._post_path(page)
        else:
            relative = page.file.with_suffix("")
            if not relative.is_relative_to(self._docs()):
                return None
            path = relative.relative_to(self._docs()).as_posix()
            if relative.name in ("index", "README"):
                return quoted(
                    "/" + path.removesuffix(relative.name) + ("" if pretty else "index.html")
                )
        if path is None:
            return None
        return quoted("/" + path + ("/" if pretty else ".html"))

    def _post_path(self, page: Page) -> str | None:
        """A blog post's path: by default `blog/2018/03/08/the-title`."""
        assert self.blog is not None
        title = page.fields.text("slug") or _slug(page.heading or page.title or page.name)
        categories = texts(page.fields.get("categories"))
        pattern = text(self.blog.get("post_url_format")) or "{date}/{slug}"
        if "{date}" in pattern and page.published is None:
            return None
        date = _formatted(page, text(self.blog.get("post_url_date_format")) or "yyyy/MM/dd")
        values = {
            "date": date,
            "slug": title,
            "file": page.name,
            "categories": _slug(categories[0]) if categories else "",
        }
        path = re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], ""), pattern)
        blog = self._blog_dir()
        whole = f"{blog}/{path}" if blog != "." else path
        return re.sub(r"/{2,}", "/", whole).strip("/")


def _merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """*second* over *first*; mappings go into each other, and lists one after the other."""
    result = _config.merged(first, second)
    for key, value in first.items():
        other = second.get(key)
        if isinstance(value, list) and isinstance(other, list):
            result[key] = [*value, *other]
    return result


def _formatted(page: Page, pattern: str) -> str:
    if page.published is None:
        return ""
    for part, equal in _DATE_PARTS:
        pattern = pattern.replace(part, equal)
    return page.published.strftime(pattern)


def _slug(title: str) -> str:
    """The slug of `pymdownx.slugs`, which Material's blog plugin takes: a hyphen for each blank."""
    kept = "".join(
        c
        for c in unicodedata.normalize("NFC", title.strip())
        if c.isalnum() or c in "_- " or c.isspace()
    )
    return re.sub(r"\s", "-", kept.lower())
