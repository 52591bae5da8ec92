"""Zola: https://www.getzola.org/documentation/content/page/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sharekit.readers._fields import text
from sharekit.readers._sites import config as _config
from sharekit.readers._sites.base import Page, Site, quoted
from sharekit.text.slug import slugify

__all__ = ["Zola", "detect"]


def detect(folder: Path, names: frozenset[str]) -> Site | None:
    """The Zola site in *folder*, if its config is there: Hugo's `config.toml` has no `base_url`."""
    data = _config.load(folder / ("zola.toml" if "zola.toml" in names else "config.toml"))
    url = _config.absolute_url(data.get("base_url"))
    if not url:
        return None
    languages = data.get("languages")
    language = text(data.get("default_language"))
    return Zola(
        root=folder,
        base_url=url,
        language=language,
        languages=frozenset(languages if isinstance(languages, Mapping) else ()),
        author=text(data.get("author")),
        hides_future=False,
        config=data,
    )


@dataclass(slots=True, kw_only=True)
class Zola(Site):
    """A Zola site."""

    generator: ClassVar[str] = "zola"

    def content(self) -> list[Path]:
        assert self.root is not None
        return [self.root / "content"]

    def static(self) -> list[Path]:
        assert self.root is not None
        return [self.root / "static", self.root / "content"]

    def takes(self, path: Path) -> bool:
        return path.suffix == ".md" and not path.name.startswith("_index.")

    def path(self, page: Page) -> str | None:
        if said := page.fields.text("path"):
            path = said.strip("/")
        else:
            slug = page.fields.text("slug")
            path = "/".join(self._slug(part) for part in (*page.parts, slug or page.slug))
        language = page.language if page.language != self.language else None
        return quoted("/".join(part for part in ("", language, path) if part is not None) + "/")

    def _slug(self, name: str) -> str:
        how = self.config.get("slugify")
        paths = text(how.get("paths")) if isinstance(how, Mapping) else None
        return slugify(name) if paths in (None, "on") else name.replace(" ", "-")
