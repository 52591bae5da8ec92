"""Hugo: https://gohugo.io/configuration/ and https://gohugo.io/configuration/permalinks/.

What the documents leave open was run with Hugo 0.111 and 0.168.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from sharekit.errors import ReadError
from sharekit.readers._fields import text, truth
from sharekit.readers._sites import cascade
from sharekit.readers._sites import config as _config
from sharekit.readers._sites.base import POST_SUFFIXES, Page, Site, quoted

__all__ = ["Hugo", "detect"]

_SUFFIXES = ("toml", "yaml", "yml", "json")
# One of these in a `config.*` tells that it is Hugo's; many programs have a file of that name.
_TELLING = frozenset(
    (
        *("baseurl", "languagecode", "theme", "contentdir", "defaultcontentlanguage"),
        *("permalinks", "taxonomies", "enablerobotstxt", "publishdir", "buildfuture"),
    )
)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_TOKEN = re.compile(r":([A-Za-z]+|\d\d?)(\[[^\]]*\])?")
_GO_DATES = {  # https://pkg.go.dev/time#pkg-constants
    "2006": "%Y", "06": "%y", "01": "%m", "02": "%d", "15": "%H", "04": "%M", "05": "%S",
    "Jan": "%b", "January": "%B", "Mon": "%a", "Monday": "%A",
}  # fmt: skip


def detect(folder: Path, names: frozenset[str]) -> Site | None:
    """The Hugo site in *folder*, if its config is there."""
    data: dict[str, Any] = {}
    for stem in ("hugo", "config"):
        found = next((f"{stem}.{s}" for s in _SUFFIXES if f"{stem}.{s}" in names), None)
        if found:
            data = _config.lower(_config.load(folder / found))
            if stem == "config" and ("sharekit" in data or not _TELLING & data.keys()):
                data = {}
            break
    if "config" in names:
        data = _config.merged(data, _default_folder(folder / "config" / "_default"))
    return _site(folder, data) if data else None


def _default_folder(folder: Path) -> dict[str, Any]:
    """`config/_default`: a root file, and one for each section of it (`permalinks.toml`)."""
    data: dict[str, Any] = {}
    for path in sorted(folder.glob("*.*")) if folder.is_dir() else ():
        if path.suffix[1:].lower() not in _SUFFIXES:
            continue
        own = _config.load(path)
        section = path.name.lower().partition(".")[0]
        if section in ("hugo", "config"):
            data = _config.merged(data, _config.lower(own))
        elif path.stem.count(".") == 0:
            data = _config.merged(data, {section: own})
        elif section == "languages":  # languages.en.toml
            code = path.name.split(".")[1].lower()
            data = _config.merged(data, {section: {code: own}})
    return data


def _site(folder: Path, data: Mapping[str, Any]) -> Hugo:
    said = data.get("languages")
    languages = {
        str(code).lower(): _config.lower(value)
        for code, value in (said.items() if isinstance(said, Mapping) else ())
        if isinstance(value, Mapping)
    }
    default = text(data.get("defaultcontentlanguage")) or "en"
    own = languages.get(default.lower(), {})
    return Hugo(
        root=folder,
        base_url=_config.absolute_url(data.get("baseurl")),
        timezone=text(own.get("timezone")) or text(data.get("timezone")),
        language=_language(own) or _language(data) or (default if languages else None),
        languages=frozenset(languages),
        hides_future=not truth(data.get("buildfuture")),
        config=data,
        tongues=languages,
        default=default.lower(),
    )


def _language(data: Mapping[str, Any]) -> str | None:
    return text(data.get("languagecode")) or text(data.get("locale"))


_CLEAN = re.compile(r"[a-z0-9._~#@-]+")  # needs nothing done to it


@dataclass(slots=True, kw_only=True)
class Hugo(Site):
    """A Hugo site. *tongues* are its languages, by code."""

    generator: ClassVar[str] = "hugo"

    tongues: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    default: str = "en"
    _bundles: dict[Path, bool] = field(default_factory=dict)
    _static: list[Path] | None = None
    _cascades: dict[tuple[Path, str | None], list[Any]] = field(default_factory=dict)

    def content(self) -> list[Path]:
        assert self.root is not None
        named = [text(data.get("contentdir")) for data in self.tongues.values()]
        folders = [name for name in named if name] or [
            text(self.config.get("contentdir")) or "content"
        ]
        return [self.root / name for name in dict.fromkeys(folders)]

    def static(self) -> list[Path]:
        assert self.root is not None
        if self._static is None:
            said = self.config.get("staticdir")
            names = said if isinstance(said, list) else [text(said) or "static"]
            folders = [self.root / str(name) for name in (*names, "assets")]
            self._static = [folder for folder in folders if folder.is_dir()]
        return self._static

    def takes(self, path: Path) -> bool:
        return (
            path.suffix.lower() in POST_SUFFIXES
            and not path.name.startswith((".", "_index."))
            and (path.name.startswith("index.") or not self._in_bundle(path.parent))
        )

    def _in_bundle(self, folder: Path) -> bool:
        """Whether *folder* belongs to a leaf bundle, whose other files are no pages."""
        if folder not in self._bundles:
            known = folder in (self.root, folder.parent, *self.content())
            self._bundles[folder] = not known and (
                any(folder.glob("index.*")) or self._in_bundle(folder.parent)
            )
        return self._bundles[folder]

    def page(self, file: Path) -> Page:
        page = Site.page(self, file)
        for code, data in self.tongues.items():
            folder = text(data.get("contentdir"))
            if folder and self.root and file.is_relative_to(self.root / folder):
                page.language = page.language or code
        return page

    def data(self, page: Page) -> Mapping[str, Any]:
        """With what the sections above and the config hand down; what is nearer counts first.

        https://gohugo.io/configuration/cascade/
        """
        data = page.fields.data
        path = self._logical(page)
        for entry in self._cascade(page.file.parent, page.language):
            if cascade.is_target(entry, path, page.language or self.default):
                data = cascade.handed_down(entry, data)
        return data

    def _cascade(self, folder: Path, language: str | None) -> list[Any]:
        """The entries of `cascade` in *folder*, then those of the folders above."""
        key = folder, language
        if key not in self._cascades:
            found = cascade.entries(self._section(folder, language).get("cascade"))
            if folder in self.content() or not self.root or not folder.is_relative_to(self.root):
                found += cascade.entries(self.config.get("cascade"))
            elif folder != self.root:
                found = found + self._cascade(folder.parent, language)
            self._cascades[key] = found
        return self._cascades[key]

    def _section(self, folder: Path, language: str | None) -> dict[str, Any]:
        """The front matter of the folder's `_index` file; one that is broken says nothing."""
        from sharekit.readers import _fences, _input

        for name in (f"_index.{language}.md", "_index.md", "_index.html"):
            path = folder / name
            if path.is_file():
                with contextlib.suppress(ReadError):
                    data = _input.file_bytes(path, max_bytes=1_000_000)
                    return _config.lower(_fences.split(_input.decode(data), str(path)).data)
        return {}

    def _logical(self, page: Page) -> str:
        last = page.name if page.name not in page.parts[-1:] else ""
        return "/" + "/".join(part for part in (*page.parts, last) if part).lower()

    def share_image(self) -> str | None:
        params = self.config.get("params")
        said = _config.lower(params).get("images") if isinstance(params, Mapping) else None
        return text(said[0]) if isinstance(said, list) and said else None

    def base(self, page: Page) -> str | None:
        own = self.tongues.get((page.language or self.default).lower(), {})
        return _config.absolute_url(own.get("baseurl")) or self.base_url

    def path(self, page: Page) -> str | None:
        url = page.fields.text("url")
        if url and "://" in url:
            return url
        pattern = url or self._pattern(page)
        if pattern:
            path = self._filled(pattern, page)
            if path is None:
                return None
        else:
            slug = page.fields.text("slug")
            last = sanitized(slug, self) if slug else self._of_file(page.name)
            path = "/".join((*(self._of_file(part) for part in page.parts), last))
        path = re.sub(r"/{2,}", "/", f"/{path}")
        if url:
            return quoted(path if "." in path.rpartition("/")[2] else path.rstrip("/") + "/")
        return quoted(self._prefix(page) + self._ending(path, page))

    def _pattern(self, page: Page) -> str | None:
        """The permalink pattern of the page's section."""
        if not page.parts:
            return None
        patterns = self.config.get("permalinks")
        own = self.tongues.get((page.language or self.default).lower(), {}).get("permalinks")
        for found in (own, patterns):
            if isinstance(found, Mapping):
                pages = found.get("page")
                for group in (pages, found):
                    if isinstance(group, Mapping) and (said := text(group.get(page.parts[0]))):
                        return said
        return None

    def _prefix(self, page: Page) -> str:
        language = (page.language or self.default).lower()
        own = self.tongues.get(language, {})
        if not self.tongues or _config.absolute_url(own.get("baseurl")):
            return ""
        always = truth(self.config.get("defaultcontentlanguageinsubdir"))
        return f"/{language}" if language != self.default or always else ""

    def _ending(self, path: str, page: Page) -> str:
        ugly = self.config.get("uglyurls")
        if isinstance(ugly, Mapping):
            ugly = ugly.get(page.parts[0]) if page.parts else False
        last = path.rpartition("/")[2]
        if last.endswith((".html", ".htm")):
            return path
        return path.rstrip("/") + (".html" if truth(ugly) else "/")

    def _filled(self, pattern: str, page: Page) -> str | None:
        missing = False

        def value(found: re.Match[str]) -> str:
            nonlocal missing
            said = self._token(found[1], found[2] or "", page)
            missing = missing or said is None
            return said or ""

        path = _TOKEN.sub(value, pattern)
        return None if missing else path

    def _token(self, name: str, selection: str, page: Page) -> str | None:  # noqa: PLR0911
        """What `:name` stands for, `None` where the post does not say it."""
        slug, moment = page.fields.text("slug"), page.published
        if name in ("title", "slug"):
            said = (slug if name == "slug" else None) or page.title
            return sanitized(said, self, plus=False) if said else ""
        if name in ("filename", "contentbasename"):
            return self._of_file(page.name)
        if name in ("slugorfilename", "slugorcontentbasename"):
            return sanitized(slug, self) if slug else self._of_file(page.name)
        if name in ("section", "sections", "sectionslug", "sectionslugs"):
            return self._sections(name, selection, page)
        if moment is None:
            return None
        numbers = {
            "year": f"{moment:%Y}",
            "month": f"{moment:%m}",
            "monthname": _MONTHS[moment.month - 1],
            "day": f"{moment:%d}",
            "weekday": f"{moment:%w}",
            "weekdayname": _WEEKDAYS[int(f"{moment:%w}")],
            "yearday": str(moment.timetuple().tm_yday),
        }
        if name in numbers:
            return numbers[name]
        return moment.strftime(_GO_DATES[name]).lower() if name in _GO_DATES else None

    def _sections(self, name: str, selection: str, page: Page) -> str:
        if name.startswith("sectionslug") or name == "section":
            return self._of_file(page.parts[0]) if page.parts else ""
        sections = self._real_sections(page)
        if selection:
            sections = _selected(sections, selection[1:-1])
        return "/".join(self._of_file(part) for part in sections)

    def _of_file(self, name: str) -> str:
        """A file's or folder's name in a path: since Hugo 0.123 each blank gives a hyphen."""
        return sanitized(name.replace(" ", "-"), self)

    def _real_sections(self, page: Page) -> list[str]:
        """Of the folders, those that are sections: the first, and each with an `_index` file."""
        found = list(page.parts[:1])
        folder = page.file.parent if not page.bundle else page.file.parent.parent
        below = [folder, *folder.parents][: len(page.parts)][::-1]
        for name, path in list(zip(page.parts, below, strict=False))[1:]:
            if any(path.glob("_index.*")):
                found.append(name)
        return found


def _selected(parts: list[str], selection: str) -> list[str]:
    """Go-like slices: `1`, `1:`, `:2`, `last`, `1:last`."""

    def index(said: str, fallback: int) -> int:
        if said == "last":
            return len(parts) - 1
        return int(said) if said.isdecimal() and len(said) < 4 else fallback

    if ":" not in selection:
        at = index(selection, 0)
        return parts[at : at + 1]
    start, _, end = selection.partition(":")
    return parts[index(start, 0) : index(end, len(parts))]


def sanitized(name: str, site: Hugo, *, plus: bool = True) -> str:
    """*name* as Hugo makes it a part of a path."""
    if _CLEAN.fullmatch(name):
        return name
    kept = "._~#-@" + "+" * plus
    if truth(site.config.get("removepathaccents")):
        plain = unicodedata.normalize("NFD", name)
        name = unicodedata.normalize(
            "NFC", "".join(c for c in plain if not unicodedata.combining(c))
        )
    words = "".join(
        c if c in kept or c.isspace() or unicodedata.category(c)[0] in "LM" or c.isdigit() else ""
        for c in name
    ).strip()
    slug = re.sub(r"\s+", "-", re.sub(r"\s+(?=-)|(?<=-)\s+", "", words))
    return slug if truth(site.config.get("disablepathtolower")) else slug.lower()
