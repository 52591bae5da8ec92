"""Tables: CSV, JSON, JSON Lines and YAML lists, from a file or standard input.

The way in for everything that has no reader of its own. Columns of the usual names are known;
the rest is named in `columns`.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urljoin

from annotated_types import Len

from sharekit.errors import Problem, ReadError
from sharekit.model import Asset, Post, digest_of
from sharekit.ports import ReaderSettings
from sharekit.readers import _dates, _input, _rows
from sharekit.readers._fields import Fields, fold, one_line, text, truth
from sharekit.readers._html import to_line, to_text
from sharekit.text.slug import slugify

if TYPE_CHECKING:
    from datetime import datetime

    from sharekit.web import Session

__all__ = ["FIELDS", "Table"]

FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "guid", "uuid", "key", "post id"),
    "title": ("title", "headline", "name", "subject", "post title"),
    "url": ("url", "link", "permalink", "href", "address", "post url", "web address"),
    "summary": ("summary", "description", "excerpt", "teaser", "abstract", "dek", "standfirst"),
    "body": ("body", "content", "text", "html", "content html", "article", "post content"),
    "published": (
        *("published", "published at", "publish date", "date published", "pub date", "date"),
        *("datetime", "post date", "created", "created at"),
    ),
    "updated": ("updated", "updated at", "modified", "last modified", "date modified", "changed"),
    "authors": ("authors", "author", "byline", "by", "writer", "creator", "author name"),
    "tags": ("tags", "tag", "categories", "category", "keywords", "topics", "labels", "issues"),
    "language": ("language", "lang", "locale", "langcode"),
    "image": (
        *("image", "image url", "featured image", "feature image", "picture", "photo", "cover"),
        *("thumbnail", "hero image", "hero", "img", "image file", "image path", "image.src"),
        *("image.url", "cover.src", "cover.image"),
    ),
    "image_alt": (
        *("image alt", "alt", "alt text", "image alt text", "featured image alt", "image.alt"),
        *("picture alt", "photo alt", "image description"),
    ),
    "image_focus": ("image focus", "focus", "image.focus"),
    "share_image": ("share image", "social image", "og image", "og:image", "twitter image"),
    "share_image_alt": ("share image alt", "social image alt", "og image alt"),
    "social": (
        "social",
        "social text",
        "tweet",
        "tweet text",
        "share text",
        "post text",
        "message",
    ),
    "draft": ("draft", "is draft"),
    "status": ("status", "state"),
    "style": ("style", "layout", "template", "type"),
}
"""What a post has, and the column names it is known by; case, `_` and `-` do not matter."""

# The same as people name them in other languages; those above count first.
_ELSEWHERE: Mapping[str, tuple[str, ...]] = {
    "title": ("titel", "überschrift", "titre", "título"),
    "url": ("adresse", "webadresse", "lien", "enlace"),
    "summary": (
        "zusammenfassung",
        "beschreibung",
        "kurztext",
        "anriss",
        "vorspann",
        "résumé",
        "resumen",
    ),
    "body": ("inhalt", "artikel", "contenu", "contenido"),
    "published": (
        "datum",
        "veröffentlicht",
        "veröffentlicht am",
        "veröffentlichungsdatum",
        "erschienen",
        "fecha",
    ),
    "updated": ("geändert", "geändert am", "aktualisiert", "zuletzt geändert"),
    "authors": ("autor", "autorin", "autoren", "verfasser", "verfasserin", "auteur"),
    "tags": (
        "schlagwörter",
        "schlagworte",
        "stichwörter",
        "themen",
        "kategorien",
        "kategorie",
        "thème",
        "etiquetas",
    ),
    "language": ("sprache", "langue", "idioma"),
    "image": ("bild", "titelbild", "beitragsbild", "foto", "imagen"),
    "image_alt": ("alternativtext", "bild alt", "bildbeschreibung", "texte alternatif"),
    "draft": ("entwurf", "brouillon", "borrador"),
}

_MAX_ROWS = 20_000
_MARKUP = re.compile(r"<|&(?:[A-Za-z]{2,8}|#\d{2,6}|#x[0-9A-Fa-f]{2,5});")
_SERIAL = re.compile(r"[2-5]\d{4}(?:[.,]\d{1,10})?")  # a spreadsheet's days: 1954 to 2064
# Yes and no besides those of English, as people write them into tables.
_YES = frozenset(("1", "x", "ja", "oui", "si", "sí", "sim", "tak", "да", "ano", "evet"))
_NO = frozenset(("0", "-", "nein", "nee", "nej", "non", "não", "nie", "нет", "ne", "hayır"))
_HEAD = 100  # rows that tell the columns
_HIDDEN = frozenset(
    ("draft", "pending", "private", "unpublished", "archived", "trash", "scheduled")
)


class Table(ReaderSettings):
    """A table of posts."""

    columns: dict[str, str] = field(default_factory=dict)
    """Which column holds what: `{title: Headline, social.mastodon: Toot}`."""
    delimiter: Annotated[str, Len(1, 1)] | None = None
    """What stands between the cells of a CSV file; found out if left out."""
    items: str | None = None
    """Where the list stands in a JSON or YAML file: `data.posts`."""
    dates: _dates.Order = None
    """What `08/03/2018` means: `dmy` or `mdy`. Without it, such a date is reported."""

    def read(self, web: Session) -> Iterator[Post]:
        """Yield a post for each row. A row that cannot be read is reported.

        Raises `ReadError` when there is no table, or none of its columns is known.
        """
        found = _input.load(self.source, web)
        rows = _rows.rows(found, items=self.items, delimiter=self.delimiter, web=web)
        ids: dict[str, int] = {}
        head = list(islice(rows, _HEAD))
        if not head:
            raise ReadError("holds no rows", where=found.name, code="table-empty")
        # In JSON and YAML a row may lack what others have.
        every = {name: value for _, row in reversed(head) for name, value in row.items()}
        named = self._columns(Fields(every), found)
        for number, (where, row) in enumerate(chain(head, rows)):
            if number == _MAX_ROWS:
                message = f"holds more than {_MAX_ROWS:,} rows; the rest is left out"
                web.report(ReadError(message, where=where, code="too-many"))
                return
            fields = Fields(row)
            try:
                yield self._post(fields, named=named, where=where, found=found, ids=ids, web=web)
            except ReadError as error:
                web.report(error)

    def _columns(self, first: Fields, found: _input.Input) -> dict[str, tuple[str, ...]]:
        """The columns that each field is looked for in; what `columns` names comes alone."""
        named = {key: (*names, *_ELSEWHERE.get(key, ())) for key, names in FIELDS.items()}
        for key, column in self.columns.items():
            if key not in FIELDS and not key.startswith("social."):
                near = difflib.get_close_matches(key, FIELDS, n=1)
                hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(FIELDS)}."
                raise ReadError(
                    f"columns: a post has no {key!r}",
                    where=found.name,
                    hint=hint,
                    code="table-field",
                )
            if not first.has(column.partition(".")[0]):
                near = difflib.get_close_matches(column, map(str, first.data), n=1)
                hint = f"Did you mean {near[0]!r}?" if near else _listed(first)
                raise ReadError(
                    f"there is no column {column!r}",
                    where=found.name,
                    hint=hint,
                    code="table-column",
                )
            named[key] = (column,)
        telling = ("title", "url", "body", "summary", "social")
        if not any(first.has(n.partition(".")[0]) for key in telling for n in named[key]):
            hint = f"{_listed(first)} Say which is which: columns: {{title: ...}}."
            raise ReadError(
                "no column is known as a title, link or text", where=found.name, hint=hint,
                code="table-columns",
            )  # fmt: skip
        return named

    def _post(
        self,
        fields: Fields,
        *,
        named: Mapping[str, tuple[str, ...]],
        where: str,
        found: _input.Input,
        ids: dict[str, int],
        web: Session,
    ) -> Post:
        def said(name: str) -> str | None:
            return fields.text(*named[name])

        title, url = said("title"), said("url")
        body = _words(fields.get(*named["body"]))
        social = dict(_social(fields, named))
        if not (title or url or body or social or said("summary")):
            raise ReadError("a row without title, link and text", where=where, code="table-row")
        published, assumed = self._moment(fields, named["published"], where, web)
        updated, _ = self._moment(fields, named["updated"], where, web)
        status = (said("status") or "").lower()
        url = urljoin(self.site_url, url) if url and self.site_url else url
        extra: dict[str, Any] = {"zone": "assumed"} if assumed else {}
        name = said("id") or url or _named(title, published, fields)
        ids[name] = ids.get(name, 0) + 1
        summary = said("summary") or ""
        image = self._asset(said("image"), fields, named["image_alt"], found)
        if image and (focus := _focus(said("image_focus"))):
            image = Asset(src=image.src, alt=image.alt, focus=focus)
        draft = self._draft(fields, named["draft"], where, web) or status in _HIDDEN
        style = said("style")
        return Post(
            id=name if ids[name] == 1 else f"{name}-{ids[name]}",
            url=url,
            title=to_line(title) if title and _MARKUP.search(title) else title,
            summary=to_line(summary) if _MARKUP.search(summary) else summary,
            body=body,
            published=published,
            updated=updated,
            authors=_several(fields.get(*named["authors"]), ";|"),
            tags=_several(fields.get(*named["tags"]), ";|,"),
            language=said("language") or self.language,
            image=image,
            share_image=self._asset(said("share_image"), fields, named["share_image_alt"], found),
            social=social,
            draft=draft,
            style=style,
            flags={
                key: state for key, value in fields.rest() if (state := _flag(value)) is not None
            },
            extra={
                **{key: value for key, value in fields.rest() if _is_plain(value)},
                **extra,
            },
            source=where,
        )

    def _moment(
        self, fields: Fields, names: tuple[str, ...], where: str, web: Session
    ) -> tuple[datetime | None, bool]:
        value = fields.text(*names)
        if value and _SERIAL.fullmatch(value):
            value = _of_serial(value)
        found, assumed = _dates.aware(value, self.timezone, self.dates)
        if value and found is None:
            web.report(
                Problem(
                    code="table-date",
                    severity="warning",
                    message=f"{fields.key(*names)}: {value[:80]!r} is no date, or could be two",
                    where=where,
                    hint="Write it as 2018-03-08 11:45, or say what comes first: dates: dmy.",
                )
            )
        return found, assumed

    def _draft(
        self, fields: Fields, names: tuple[str, ...], where: str, web: Session
    ) -> bool | None:
        """Whether the row is a draft. What says neither yes nor no is kept back, and reported."""
        draft, value = fields.truth(*names), fields.text(*names)
        if draft is not None or not value:
            return draft
        if value.lower() in _YES | _NO:
            return value.lower() in _YES
        message = f"{fields.key(*names)}: {value[:80]!r} says neither yes nor no; taken for a draft"
        web.report(
            Problem(
                code="table-draft",
                severity="warning",
                message=message,
                where=where,
                hint="Write yes or no.",
            )
        )
        return True

    def _asset(
        self, src: str | None, fields: Fields, alts: tuple[str, ...], found: _input.Input
    ) -> Asset | None:
        alt_key = next((name for name in alts if fields.has(name.partition(".")[0])), None)
        alt = (fields.text(*alts) or "") if alt_key else None
        if src is None:
            return Asset(alt=alt) if alt else None
        return Asset(src=self._located(src, found), alt=alt)

    def _located(self, src: str, found: _input.Input) -> str:
        """An address, or a file in the table's folder, or a path of the site."""
        if "://" in src:
            return src
        base = found.url or self.site_url
        if found.folder is not None and "\0" not in src:
            path = found.folder / src
            if path.is_file() and path.resolve().is_relative_to(found.folder.resolve()):
                return os.path.abspath(path)  # noqa: PTH100  (links are not followed)
        return urljoin(base, src) if base else src


def _of_serial(said: str) -> str:
    """A cell's number as a time: days since 1899-12-30 (ECMA-376 part 1, 18.17.4.1)."""
    from datetime import datetime, timedelta

    days = timedelta(days=float(said.replace(",", ".")))
    seconds = round(days.total_seconds())
    return (datetime(1899, 12, 30) + timedelta(seconds=seconds)).isoformat()  # noqa: DTZ001


def _words(value: Any) -> str:
    said = value.strip() if isinstance(value, str) else text(value) or ""
    return to_text(said) if "</" in said or "<br" in said or "<p>" in said else said


def _social(fields: Fields, named: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    whole = fields.get(*named["social"])
    if isinstance(whole, Mapping):
        for channel, said in whole.items():
            if isinstance(said, str) and said.strip():
                yield str(channel), said.strip()
    elif isinstance(whole, str):
        yield "*", whole.strip()
    for key, names in named.items():
        channel = key.removeprefix("social.")
        if channel != key and isinstance(said := fields.get(*names), str):
            yield channel, said.strip()


def _several(value: Any, separators: str) -> tuple[str, ...]:
    """A list, or a cell with one of *separators* in it."""
    if isinstance(value, list):
        found = [text(v.get("name")) if isinstance(v, Mapping) else text(v) for v in value]
    elif isinstance(value, Mapping):
        found = [text(value.get("name"))]
    else:
        cell = text(value) or ""
        mark = next((mark for mark in separators if mark in cell), "\n")
        found = [part.strip() for part in cell.split(mark)]
    return tuple(dict.fromkeys(one_line(said) for said in found if said))


def _named(title: str | None, published: datetime | None, fields: Fields) -> str:
    """An id for a row that has neither an id nor a link."""
    day = f"{published:%Y-%m-%d}-" if published else ""
    if title and (slug := slugify(title)) != "post":
        return f"{day}{slug}"
    return f"{day}{digest_of(dict(fields.data), 12)}"


def _focus(said: str | None) -> tuple[float, float] | None:
    from sharekit.readers._pictures import focus_of

    return focus_of(said)


def _flag(value: Any) -> bool | None:
    plain = isinstance(value, bool) or (isinstance(value, str) and fold(value) in ("true", "false"))
    return truth(value) if plain else None


def _is_plain(value: Any) -> bool:
    return value not in (None, "") and _flag(value) is None


def _listed(first: Fields) -> str:
    return f"There are: {', '.join(str(key) for key in list(first.data)[:40])}."
