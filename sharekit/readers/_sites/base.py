"""What every site generator has in common: where posts are, and what is known of one post."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from sharekit.readers._fields import Fields

__all__ = ["Page", "Site", "dated", "quoted"]

_DATE = re.compile(r"(\d{4}|\d\d)-(\d\d?)-(\d\d?)(?:T\d\d[:-]?\d\d(?:[:-]?\d\d)?)?(?:[-_ .]+|$)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)[-_]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
# Two-letter words that are languages; `post.io.md` is none.
LANGUAGES = frozenset(
    (
        *("af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el"),
        *("en", "eo", "es", "et", "eu", "fa", "fi", "fr", "ga", "gl", "gu", "he", "hi", "hr"),
        *("hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "ku", "ky", "lo"),
        *("lt", "lv", "mk", "ml", "mn", "mr", "ms", "my", "nb", "ne", "nl", "nn", "no", "or"),
        *("pa", "pl", "ps", "pt", "ro", "ru", "sd", "si", "sk", "sl", "sq", "sr", "sv", "sw"),
        *("ta", "te", "tg", "th", "tk", "tr", "tt", "uk", "ur", "uz", "vi", "yi", "zh", "zu"),
    )
)
# Nothing in these was written by the site's authors as a post.
_SKIPPED = frozenset(
    ("node_modules", "vendor", "bower_components", "__pycache__", "venv", "_site", "_includes")
)
MARKDOWN_SUFFIXES = frozenset(
    (".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd")
)
POST_SUFFIXES = MARKDOWN_SUFFIXES | {
    *(".html", ".htm", ".rst", ".rest", ".adoc", ".asciidoc", ".org", ".njk", ".liquid"),
}


@dataclass(slots=True)
class Page:
    """One post's file. *parts* are the folders between the content folder and it.

    *name* is the file's (or, of a bundle, the folder's) name without language and ending,
    *slug* the same without the date it may begin with.
    """

    file: Path
    parts: tuple[str, ...]
    name: str
    slug: str
    day: date | None = None
    language: str | None = None
    bundle: bool = False
    fields: Fields = field(default_factory=lambda: Fields({}))
    title: str | None = None
    heading: str | None = None  # the title as it stands above the body, attributes and all
    published: datetime | None = None  # in the site's zone


@dataclass(slots=True, kw_only=True)
class Site:
    """What a site's own config says. This class is for files of no known site."""

    generator: ClassVar[str] = ""

    root: Path | None = None
    base_url: str | None = None
    timezone: str | None = None
    language: str | None = None
    languages: frozenset[str] = frozenset()
    author: str | None = None
    hides_future: bool = True  # a post dated in the future is not published yet
    config: Mapping[str, Any] = field(default_factory=dict)

    def content(self) -> list[Path]:
        """The folders that hold the posts."""
        return [self.root] if self.root else []

    def static(self) -> list[Path]:
        """The folders whose files are served from the site's root."""
        return [self.root] if self.root else []

    def takes(self, path: Path) -> bool:
        """Whether the file *path* can be a post."""
        return path.suffix.lower() in POST_SUFFIXES and not path.name.startswith((".", "_"))

    def holds(self, folder: Path) -> bool:
        """Whether *folder* is the site's own: its root, or above or below its posts."""
        here = folder.absolute()
        homes = [path.absolute() for path in self.content()]
        return (self.root is not None and here == self.root.absolute()) or any(
            here.is_relative_to(home) or home.is_relative_to(here) for home in homes
        )

    def enters(self, folder: Path) -> bool:
        """Whether posts can be below *folder*."""
        return not folder.name.startswith((".", "_")) and folder.name not in _SKIPPED

    def page(self, file: Path) -> Page:
        """What *file*'s place and name say."""
        parts = self._parts(file)
        stem, language = self._language(file.name[: -len(file.suffix)] or file.name)
        bundle = stem.lower() in ("index", "readme") and bool(parts)
        name = parts[-1] if bundle else stem
        day, slug = dated(name)
        return Page(file, parts[:-1] if bundle else parts, name, slug, day, language, bundle)

    def _parts(self, file: Path) -> tuple[str, ...]:
        for folder in self.content():
            try:
                return file.relative_to(folder).parts[:-1]
            except ValueError:
                continue
        return file.parts[-2:-1] if file.parent.name else ()

    def _language(self, stem: str) -> tuple[str, str | None]:
        """*stem* without the language it ends with, and that language."""
        head, dot, tail = stem.rpartition(".")
        known = (
            tail.lower() in {name.lower() for name in self.languages}
            if self.languages
            else (tail.partition("-")[0] in LANGUAGES and bool(_LANGUAGE.fullmatch(tail)))
        )
        return (head, tail) if dot and head and known else (stem, None)

    def data(self, page: Page) -> Mapping[str, Any]:
        """*page*'s front matter, with what it has although its file does not say so."""
        return page.fields.data

    def path(self, page: Page) -> str | None:
        """The page's address below the base URL, or a whole one; `None` where nobody can know."""
        said = page.fields.text("permalink", "url")
        return said if said and is_path(said) else None

    def people(self) -> list[Path]:
        """The files with authors that the site's config names."""
        return []

    def term(self, name: str) -> str:
        """What readers see of the tag *name*; empty where they see nothing."""
        return name

    def share_image(self) -> str | None:
        """The picture that the site shares for posts without one."""
        return None

    def picture_base(self) -> str | None:
        """What pictures' paths are joined to, where it is not the site's address."""
        return None

    def is_post(self, page: Page) -> bool:  # noqa: ARG002  (subclasses look at it)
        """Whether what *page*'s front matter says makes it a post."""
        return True

    def title(self, page: Page) -> str | None:  # noqa: ARG002  (subclasses look at it)
        """What the generator calls a post that has no title."""
        return None

    def local(self, moment: datetime) -> datetime:
        """*moment* in the zone whose date stands in addresses."""
        return moment

    def excerpt_mark(self, page: Page) -> str | None:  # noqa: ARG002  (subclasses look at it)
        """What ends the summary in the body, besides the usual comments."""
        return None

    def base(self, page: Page) -> str | None:  # noqa: ARG002  (subclasses look at it)
        """What *page*'s path is joined to."""
        return self.base_url

    def is_utc(self, written: str, *, quoted: bool) -> bool:  # noqa: ARG002  (as above)
        """Whether a time without a zone is meant as UTC whatever the site's zone is."""
        return False


def dated(name: str) -> tuple[date | None, str]:
    """The date that *name* begins with, and the rest (*name* itself where nothing is left)."""
    found = _DATE.match(name) or _COMPACT.match(name)
    if not found:
        return None, name
    year = int(found[1]) + (2000 if len(found[1]) == 2 else 0)
    try:
        day = date(year, int(found[2]), int(found[3]))
    except ValueError:
        return None, name
    return day, name[found.end() :] or name


def quoted(path: str) -> str:
    """*path* with what a URL cannot hold percent-encoded, once."""
    return quote(path, safe="/%:@!$&'()*+,;=~-._?")


def is_path(said: str) -> bool:
    """Whether *said* is a path or a URL, and no template that only its generator can fill in."""
    return "{{" not in said and "{%" not in said and "\n" not in said and " " not in said


def walk(folder: Path, site: Site) -> Iterator[Path]:
    """The files below *folder* that *site* takes for posts, in the order of their names."""
    import os

    for where, folders, files in os.walk(folder):
        here = Path(where)
        folders[:] = sorted(name for name in folders if site.enters(here / name))
        for name in sorted(files):
            path = here / name
            if site.takes(path) and not path.is_fifo():  # a pipe would be waited for, for ever
                yield path
