"""A post out of its front matter: which field says what, in which order.

The order is that of `docs/reference/readers.md`; the first value that is not empty counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit.errors import Problem
from sharekit.model import Post, digest_of
from sharekit.readers import _dates, _plain
from sharekit.readers._fences import Fenced
from sharekit.readers._fields import Fields, one_line, text, texts, truth, unique
from sharekit.readers._html import to_line
from sharekit.readers._inline import inline
from sharekit.readers._people import People
from sharekit.readers._pictures import Pictures
from sharekit.readers._sites import Page, Site
from sharekit.text.slug import slugify

if TYPE_CHECKING:
    from sharekit.readers.frontmatter import FrontMatter
    from sharekit.web import Session

__all__ = ["Maker"]

_PUBLISHED = (
    *("publish_date", "published", "pub_date", "date.created", "date", "date_published"),
    *("published_at", "post_date", "created", "created_at", "date_created", "datetime"),
    "pub_datetime",
)
_UPDATED = (
    *("lastmod", "last_modified_at", "last_modified", "modified", "updated", "updated_at"),
    *("updated_date", "date.updated", "date_updated", "date_modified", "last_update.date"),
    *("mod_datetime", "last_updated"),
)
_EXPIRES = ("expiry_date", "unpublish_date", "expire_date", "expires", "expired_at")
_SUMMARY = (
    *("description", "summary", "excerpt", "abstract", "meta_description", "seo.description"),
    *("og_description", "intro", "lead", "dek", "subtitle"),
)
_SOCIAL = ("social_text", "share_text", "twitter_text", "tweet_text", "tweet")
_HIDDEN = frozenset(("draft", "private", "hidden", "pending", "skip", "unpublished", "trash"))
# Eleventy's names for times that only a checkout knows.
_NO_DATES = re.compile(r"(?:git )?(?:last modified|created)", re.IGNORECASE)
_SAFE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# A link, emphasis, an entity.
_MARKUP = re.compile(r"\[[^\[\]]+\]\([^()\s]+\)|(?<!\w)\*{1,2}\w[^*]*\*|&(?:#\d+|#x\w+|[A-Za-z]+);")
_HEADING = re.compile(r"^#[ \t]+(.+?)[ \t]*$", re.MULTILINE)
_RESERVED = frozenset(("zone", "dialect", "path", "canonical", "status", "categories", "site"))


@dataclass(slots=True)
class Maker:
    """Makes the posts of one site."""

    settings: FrontMatter
    site: Site
    boundary: Path
    web: Session
    people: People = field(init=False)

    def __post_init__(self) -> None:
        self.people = People(self.site.root, self.site.people(), self.web.report)

    def post(self, file: Path, fenced: Fenced) -> Post | None:
        """The post in *file*, `None` if it is a page; another file may give the same id."""
        page = self.site.page(file)
        page.fields = fields = Fields(fenced.data)
        if (data := self.site.data(page)) is not fields.data:
            page.fields = fields = Fields(data)
        if not self.site.is_post(page):
            return None
        extra: dict[str, Any] = {}
        published = self._published(page, fenced, extra)
        updated, _ = self._moment(fields, _UPDATED, fenced, None)
        page.title, body = self._title(page, fenced)
        base = self._base(page)
        url = self._url(page, base, extra)
        language = fields.text("lang", "language", "locale") or page.language
        pictures = Pictures(self.site, page, self.boundary, url, base)
        image = pictures.featured()
        share = pictures.shared(image)
        self._report_refused(pictures.refused, fenced)
        summary, words = self._words(page, fenced, body)
        return Post(
            id=_id(page),
            url=url,
            title=page.title,
            summary=summary,
            body=words,
            published=published,
            updated=updated,
            authors=self._authors(fields),
            tags=self._tags(page, extra),
            language=language or self.settings.language or self.site.language,
            image=image,
            share_image=share,
            social=dict(self._social(fields)),
            draft=self._is_draft(page, fenced, published, extra),
            style=fields.text("layout", "type", "template"),
            flags=dict(self._flags(fields)),
            extra={**dict(self._rest(fields)), **extra},
            source=f"{fenced.name}:1",
        )

    # -- times ------------------------------------------------------------------------------

    def _published(self, page: Page, fenced: Fenced, extra: dict[str, Any]) -> datetime | None:
        found, assumed = self._moment(page.fields, _PUBLISHED, fenced, "date")
        if found is None:
            day = page.day or _day_of_path(page.fields.text("path", "permalink", "url", "slug"))
            if day:
                midnight = datetime.combine(day, time())
                found, assumed = _dates.in_zone(midnight, self._zone)
        page.published = self._of_address(page, found)
        if assumed:
            extra["zone"] = "assumed"
        return found

    def _of_address(self, page: Page, published: datetime | None) -> datetime | None:
        """The time that addresses are made from: Hugo takes `date`, whatever `publishDate` is."""
        moment = _dates.parse(page.fields.text("date")) if self.site.generator == "hugo" else None
        when = _dates.in_zone(moment.when, self._zone)[0] if moment else published
        return self.site.local(when) if when else None

    @property
    def _zone(self) -> str | None:
        return self.settings.timezone or self.site.timezone

    def _moment(
        self, fields: Fields, names: tuple[str, ...], fenced: Fenced, wanted: str | None
    ) -> tuple[datetime | None, bool]:
        """The first of *names* that is a date. What only looks like one is reported as *wanted*."""
        for name in names:
            value = fields.get(name)
            if value is None or isinstance(value, (Mapping, list)) or truth(value) is not None:
                continue
            if moment := _dates.parse(value):
                return self._aware(fields, moment, name, fenced)
            if wanted and not _NO_DATES.fullmatch(str(value).strip()):
                self._report_date(str(value), fields.key(name), fenced)
        return None, False

    def _aware(
        self, fields: Fields, moment: _dates.Moment, name: str, fenced: Fenced
    ) -> tuple[datetime, bool]:
        when = moment.when
        key = fields.key(name) or name
        written = text(fields.data.get(key)) or ""
        if when.tzinfo is None and self.site.is_utc(written, quoted=fenced.is_quoted(key)):
            return when.replace(tzinfo=UTC), False
        return _dates.in_zone(when, self._zone)

    def _report_date(self, said: str, key: str | None, fenced: Fenced) -> None:
        self.web.report(
            Problem(
                code="front-matter-date",
                severity="warning",
                message=f"{key}: {one_line(said)[:80]!r} is no date, or could be two",
                where=fenced.where(key),
                hint="Write it as 2018-03-08 11:45, with an offset if you like: +01:00.",
            )
        )

    def _report_refused(self, pictures: list[str], fenced: Fenced) -> None:
        for said in dict.fromkeys(pictures):
            self.web.report(
                Problem(
                    code="front-matter-picture",
                    message=f"picture {said[:200]!r} lies outside the site's folder",
                    where=fenced.where(),
                    hint=f"Pictures may lie anywhere below {self.boundary}.",
                )
            )

    # -- words ------------------------------------------------------------------------------

    def _title(self, page: Page, fenced: Fenced) -> tuple[str | None, str]:
        """The title and the body without it, where it is only a heading there."""
        said = page.fields.text("title", "newstitle", "headline", "name")
        if said:
            return said, fenced.body
        if fenced.markup == "markdown":
            from sharekit.readers._markdown import split_heading

            if found := split_heading(fenced.body):
                heading = _HEADING.search(fenced.body)
                page.heading = inline(heading[1]) if heading else None
                return found
        return self.site.title(page), fenced.body

    def _words(self, page: Page, fenced: Fenced, body: str) -> tuple[str, str]:
        """Summary and body as plain text."""
        said = page.fields.text(*_SUMMARY)
        words = _plain.plain(body, fenced.markup)
        if said and truth(said) is None:
            if fenced.kind in ("lines", "rst"):  # written in the body's own markup
                return one_line(_plain.plain(said, fenced.markup)), words
            return self._plain_summary(said), words
        head = _plain.before_mark(body, self.site.excerpt_mark(page))
        return (one_line(_plain.plain(head, fenced.markup)) if head else ""), words

    @staticmethod
    def _plain_summary(said: str) -> str:
        """Themes show it through `markdownify` or as HTML: of both, the words."""
        if _TAG.search(said):
            said = to_line(said)
        return one_line(_plain.plain(said, "markdown")) if _MARKUP.search(said) else said

    def _authors(self, fields: Fields) -> tuple[str, ...]:
        found = self.people.authors(fields)
        if self.site.generator in ("pelican", "nikola"):
            separator = ";" if any(";" in name for name in found) else ","
            found = tuple(
                name.strip() for said in found for name in said.split(separator) if name.strip()
            )
        if not found and self.site.author:
            found = (self.people.name(self.site.author),)
        return found

    def _tags(self, page: Page, extra: dict[str, Any]) -> tuple[str, ...]:
        fields = page.fields
        tags = self._terms(fields, "tags") or self._terms(fields, "tag")
        categories = self._terms(fields, "categories") or self._terms(fields, "category")
        if categories:
            extra["categories"] = categories
        keywords = self._terms(fields, "keywords") if not tags and not categories else []
        if self.site.generator == "nikola":  # https://getnikola.com/handbook.html#special-tags
            tags = [tag for tag in tags if tag not in _HIDDEN]
        named = [self.site.term(tag) for tag in (*tags, *categories, *keywords)]
        return unique(named)

    def _terms(self, fields: Fields, name: str) -> list[str]:
        """`[a, b]`, `a, b`, and in Jekyll `a b`; `category` is always one."""
        value = fields.get(name)
        if isinstance(value, list):
            named = [
                Fields(v).text("name", "title", "label") if isinstance(v, Mapping) else text(v)
                for v in value
            ]
            return [said for said in named if said]
        if isinstance(value, Mapping):
            return texts(list(value))
        said = text(value)
        if not said or truth(said) is not None:
            return []
        if name == "category" and self.site.generator == "jekyll":
            return [said]
        separator = ";" if ";" in said else ","
        if separator in said:
            return [part.strip() for part in said.split(separator) if part.strip()]
        by_blanks = name in ("tags", "categories") and self._is_jekyll(fields)
        return said.split() if by_blanks else [said]

    def _is_jekyll(self, fields: Fields) -> bool:
        return self.site.generator == "jekyll" or (
            not self.site.generator and fields.has("layout") and not fields.has("weight")
        )

    def _social(self, fields: Fields) -> Iterator[tuple[str, str]]:
        named = fields.get("social")
        if isinstance(named, Mapping):
            for channel, said in named.items():
                if isinstance(said, str) and said.strip() and channel not in ("image", "cards"):
                    yield str(channel), said.strip()
        own = (self.settings.social_text,) if self.settings.social_text else _SOCIAL
        said = fields.text(*own)
        if said and truth(said) is None and not re.fullmatch(r"https?://\S+", said):
            yield "*", str(fields.get(*own)).strip()

    # -- address ----------------------------------------------------------------------------

    def _base(self, page: Page) -> str | None:
        """The site's address: what the settings say, unless the config is more exact about it."""
        own, given = self.site.base(page), self.settings.site_url
        if given and own and _origin(own) != _origin(given):
            return given
        return own or given

    def _url(self, page: Page, base: str | None, extra: dict[str, Any]) -> str | None:
        pattern = self.settings.permalink
        if pattern and not page.fields.text("permalink", "url"):  # the post's own word counts first
            from sharekit.readers._sites.jekyll import Jekyll

            path = Jekyll(root=self.site.root).filled(pattern, page)
            if path is None:  # only a date can be what is lacking
                extra["permalink_needs"] = "date"
        else:
            path = self.site.path(page)
        canonical = page.fields.text(
            "canonical_url", "canonical", "metadata.canonical", "seo.canonical"
        )
        if canonical:
            extra["canonical"] = canonical
        if path and "://" in path:
            return path
        if path and base:
            return f"{base.rstrip('/')}/{path.lstrip('/')}"
        if path:
            extra["path"] = path
        return canonical if canonical and "://" in canonical else None

    # -- state ------------------------------------------------------------------------------

    def _is_draft(
        self, page: Page, fenced: Fenced, published: datetime | None, extra: dict[str, Any]
    ) -> bool:
        """Whether the post is not to be seen yet, or any more; `extra["status"]` says why."""
        fields, now = page.fields, datetime.now(UTC)
        expires, _ = self._moment(fields, _EXPIRES, fenced, None)
        status = (fields.text("status") or self._status_of_tags(fields)).lower()
        reasons = {
            "draft": fields.truth("draft")
            or "_drafts" in page.parts
            or "_drafts" in page.file.parts,
            "unpublished": fields.truth("published") is False or fields.truth("publish") is False,
            status: status in _HIDDEN,
            "future": published is not None and self.site.hides_future and published > now,
            "expired": expires is not None and expires <= now,
        }
        reason = next((name for name, holds in reasons.items() if holds), None)
        if reason:
            extra["status"] = reason
        return reason is not None

    def _status_of_tags(self, fields: Fields) -> str:
        """Nikola also takes `draft` and `private` among the tags."""
        tags = self._terms(fields, "tags") if self.site.generator == "nikola" else []
        return next((tag for tag in tags if tag in _HIDDEN), "")

    @staticmethod
    def _flags(fields: Fields) -> Iterator[tuple[str, bool]]:
        for key, value in fields.rest():
            if (state := truth(value)) is not None and (isinstance(value, bool) or _is_bool(value)):
                yield key, state

    @staticmethod
    def _rest(fields: Fields) -> Iterator[tuple[str, Any]]:
        for key, value in fields.rest():
            if (
                value not in (None, "", [], {})
                and key not in _RESERVED
                and not (isinstance(value, bool) or _is_bool(value))
            ):
                yield key, _as_json(value)


def _id(page: Page) -> str:
    """The file's name (of a bundle the folder's) with its language, in a safe alphabet."""
    name = f"{page.name}-{page.language}" if page.language else page.name
    if _SAFE.fullmatch(name):
        return name
    said = slugify(name)
    return said if said != "post" else f"post-{digest_of(name, 8)}"  # a name in another script


def _is_bool(value: Any) -> bool:
    """`true` and `false` are flags; `no` and `on` may as well be words."""
    return isinstance(value, str) and value.strip().lower() in ("true", "false")


def _as_json(value: Any) -> Any:
    """*value* as JSON knows it."""
    if isinstance(value, Mapping):
        return {str(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return value


def _day_of_path(said: str | None) -> date | None:
    """The date in `2014/09/15/rust-1.0`, for posts that have it nowhere else."""
    found = re.search(r"(?:^|/)(\d{4})/(\d\d?)/(\d\d?)(?:/|$)", said or "")
    moment = _dates.parse("-".join(found.groups())) if found else None
    return moment.when.date() if moment else None


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3]).lower().replace("http:", "https:").replace("//www.", "//")
