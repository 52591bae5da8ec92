"""Jekyll: https://jekyllrb.com/docs/permalinks/ and https://jekyllrb.com/docs/configuration/.

What the documents leave open was run with Jekyll 4.3: a front matter time without a zone is UTC
(YAML says so), while one in quotes and a mere date are in the site's zone.
"""

from __future__ import annotations

import fnmatch
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from sharekit.readers._fields import Fields, text, texts, truth
from sharekit.readers._sites import config as _config
from sharekit.readers._sites.base import Page, Site, dated, quoted
from sharekit.text.zones import zone_named

__all__ = ["Jekyll", "detect"]

_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_DEFAULT_COLLECTION = "/:collection/:path:output_ext"
_TOKEN = re.compile(r":([a-z_]+)")
_TIMESTAMP = re.compile(r"\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?")


def detect(folder: Path, names: frozenset[str]) -> Site | None:
    """The Jekyll site in *folder*, if its config is there and is not Hexo's."""
    name = next(n for n in ("_config.yml", "_config.yaml", "_config.toml") if n in names)
    data = _config.load(folder / name)
    if "public_dir" in data and "new_post_name" in data:
        return None
    url = _config.absolute_url(data.get("url"))
    path = (text(data.get("baseurl")) or "").strip("/")
    return Jekyll(
        root=folder / (text(data.get("source")) or "."),
        base_url=f"{url.rstrip('/')}/{path}" if url else None,
        timezone=text(data.get("timezone")),
        language=text(data.get("lang")) or text(data.get("locale")),
        author=_config.name_of(data.get("author")) or _of_chirpy(data),
        hides_future=not truth(data.get("future")),
        config=data,
    )


def _of_chirpy(data: Mapping[str, Any]) -> str | None:
    """Whom the theme Chirpy names where nobody is named; others use `social` otherwise."""
    theme = text(data.get("theme")) or text(data.get("remote_theme")) or ""
    return _config.name_of(data.get("social")) if "chirpy" in theme else None


@dataclass(slots=True, kw_only=True)
class Jekyll(Site):
    """A Jekyll site."""

    generator: ClassVar[str] = "jekyll"

    def content(self) -> list[Path]:
        assert self.root is not None
        return list(self._folders(self.root, 0)) or [self.root]

    def _folders(self, folder: Path, depth: int) -> Iterator[Path]:
        """`_posts` and `_drafts`, which may stand in any folder: its path gives categories."""
        for path in sorted(p for p in folder.iterdir() if p.is_dir()):
            if path.name in ("_posts", "_drafts"):
                yield path
            elif depth < 3 and Site.enters(self, path):
                yield from self._folders(path, depth + 1)

    def takes(self, path: Path) -> bool:
        if not Site.takes(self, path):
            return False
        return not _inside(path, "_posts") or bool(Site.page(self, path).day)

    def holds(self, folder: Path) -> bool:  # noqa: ARG002
        return True  # a collection can be any folder

    def page(self, file: Path) -> Page:
        page = Site.page(self, file)
        page.language = None  # Jekyll knows no languages: a dot is a part of the name
        page.name = file.name[: -len(file.suffix)]
        page.day, page.slug = dated(page.name)
        page.bundle = False
        return page

    def _parts(self, file: Path) -> tuple[str, ...]:
        relative = self._relative(file)
        return relative.parts[:-1]

    def _relative(self, file: Path) -> Path:
        if self.root and file.is_relative_to(self.root):
            return file.relative_to(self.root)
        return Path(*file.parts[-2:])

    def data(self, page: Page) -> Mapping[str, Any]:
        """With the config's `defaults` whose scope holds the page; deeper paths win."""
        relative = self._relative(page.file).as_posix()
        kind = self._kind(page)
        found: list[tuple[int, Mapping[str, Any]]] = []
        said = self.config.get("defaults")
        for entry in said if isinstance(said, list) else ():
            values = entry.get("values") if isinstance(entry, Mapping) else None
            scope = entry.get("scope") if isinstance(entry, Mapping) else None
            scope = scope if isinstance(scope, Mapping) else {}
            path = (text(scope.get("path")) or "").strip("/")
            if (
                isinstance(values, Mapping)
                and _in_scope(relative, path)
                and ((text(scope.get("type")) or kind) == kind)
            ):
                found.append((len(path) + (1 if scope.get("type") else 0), values))
        merged: dict[str, Any] = {}
        for _, values in sorted(found, key=lambda item: item[0]):
            merged = _config.merged(merged, values)
        return _config.merged(merged, page.fields.data) if merged else page.fields.data

    def _kind(self, page: Page) -> str:
        """The collection that the page belongs to; drafts are posts."""
        folder = next((part for part in page.parts if part.startswith("_")), "")
        return "posts" if folder == "_drafts" else folder[1:]

    def title(self, page: Page) -> str | None:
        return " ".join(
            word[:1].upper() + word[1:].lower() for word in page.slug.split("-") if word
        )

    def local(self, moment: datetime) -> datetime:
        if self.timezone:
            return moment.astimezone(zone_named(self.timezone))
        # The building machine's zone, which is UTC wherever Jekyll is run for people.
        return moment.astimezone(UTC) if self.config else moment

    def share_image(self) -> str | None:  # of the theme Minimal Mistakes
        return text(self.config.get("og_image"))

    def picture_base(self) -> str | None:  # of the theme Chirpy
        return _config.absolute_url(self.config.get("cdn") or self.config.get("img_cdn"))

    def excerpt_mark(self, page: Page) -> str | None:
        said = page.fields.data.get("excerpt_separator", self.config.get("excerpt_separator"))
        return "\n\n" if said is None else str(said) or None

    def path(self, page: Page) -> str | None:
        pattern = page.fields.text("permalink") or self._pattern(page)
        return pattern if "://" in pattern else self.filled(pattern, page)

    def filled(self, pattern: str, page: Page) -> str | None:
        """*pattern* with its placeholders filled in, `None` where the post lacks one."""
        missing = False

        def value(found: re.Match[str]) -> str:
            nonlocal missing
            said = self._token(found[1], page)
            missing = missing or said is None
            return said or ""

        path = _TOKEN.sub(value, _STYLES.get(pattern, pattern))
        return None if missing else re.sub(r"/{2,}", "/", f"/{path}")

    def _pattern(self, page: Page) -> str:
        kind = self._kind(page)
        collections = self.config.get("collections")
        own = collections.get(kind) if isinstance(collections, Mapping) else None
        said = text(own.get("permalink")) if isinstance(own, Mapping) else None
        if said:
            return said
        if kind == "posts":
            return text(self.config.get("permalink")) or "date"
        return _DEFAULT_COLLECTION

    def _token(self, name: str, page: Page) -> str | None:  # noqa: PLR0911  (a table of tokens)
        """What `:name` stands for, `None` where the post does not say it."""
        slug = page.fields.text("slug")
        if name == "title":
            return quoted(_pretty(slug or page.slug))
        if name == "slug":
            return quoted(_slug(slug or page.slug))
        if name == "output_ext":
            return ".html"
        if name == "categories":
            return "/".join(_escaped(said.lower()) for said in self.categories(page))
        if name == "slugified_categories":
            return "/".join(quoted(_slug(said)) for said in self.categories(page))
        if name in ("collection", "name", "path"):
            inside = [part for part in page.parts if not part.startswith("_")]
            named = {
                "collection": self._kind(page),
                "name": page.name,
                "path": "/".join((*inside, page.name)),
            }
            return quoted(named[name])
        formats = {
            "year": "%Y", "short_year": "%y", "month": "%m", "i_month": "%-m",
            "short_month": "%b", "long_month": "%B", "day": "%d", "i_day": "%-d",
            "y_day": "%j", "w_year": "%G", "week": "%V", "w_day": "%u", "short_day": "%a",
            "long_day": "%A", "hour": "%H", "minute": "%M", "second": "%S",
        }  # fmt: skip
        if name not in formats or page.published is None:
            return f":{name}" if name not in formats else None
        return _formatted(page, formats[name])

    def categories(self, page: Page) -> list[str]:
        """The folders above `_posts`, then what the front matter says."""
        folders = itertools.takewhile(lambda part: not part.startswith("_"), page.parts)
        return list(dict.fromkeys((*folders, *categories(page.fields))))

    def is_utc(self, written: str, *, quoted: bool) -> bool:
        return bool(self.config) and not quoted and bool(_TIMESTAMP.fullmatch(written.strip()))


def categories(fields: Fields) -> list[str]:
    """`category` is one name, `categories` a list or names with blanks between them."""
    if one := fields.text("category"):
        return [one]
    said = fields.get("categories")
    return said.split() if isinstance(said, str) else texts(said)


def _inside(path: Path, name: str) -> bool:
    return name in path.parts[:-1]


def _in_scope(relative: str, path: str) -> bool:
    if "*" in path:
        return fnmatch.fnmatch(relative, path) or fnmatch.fnmatch(relative, f"{path}/*")
    return not path or relative == path or relative.startswith(f"{path}/")


def _pretty(name: str) -> str:
    """Jekyll's slug in mode `pretty`, which keeps the case."""
    return re.sub(r"[^\w.~!$&'()+,;=@]+", "-", name).strip("-")


def _slug(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name).strip("-").lower()


def _escaped(name: str) -> str:
    return quoted(name.replace("%", "%25"))


def _formatted(page: Page, pattern: str) -> str:
    assert page.published is not None
    if "-" in pattern:  # Windows knows no %-d
        return str(int(page.published.strftime(pattern.replace("-", ""))))
    return page.published.strftime(pattern)
