"""A post out of a JSON:API resource: its fields, and what it refers to among the included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sharekit.errors import ReadError
from sharekit.model import Asset, Post
from sharekit.readers import _dates
from sharekit.readers._api import Document, joined, origin
from sharekit.readers._fields import one_line, text, unique
from sharekit.readers._html import to_line, to_text
from sharekit.readers._jsonapi_refs import (
    AUTHORS,
    file_url,
    is_picture,
    mapping,
    picture_fields,
    references,
)
from sharekit.readers._names import names_in

if TYPE_CHECKING:
    from sharekit.readers.jsonapi import JsonApi

__all__ = ["Maker"]

# The names that sites give these fields, most telling first.
_BODY = (
    *("body", "field_body", "field_content", "field_text", "field_article_body", "field_body_text"),
    *("field_main_content", "field_main_text", "content", "text"),
)
_SUMMARY = (
    *("field_summary", "field_teaser", "field_lede", "field_lead", "field_standfirst"),
    *("field_teaser_text", "field_excerpt", "field_abstract", "field_intro", "field_introduction"),
    *("field_short_description", "field_description", "field_dek", "field_deck", "summary"),
    *("excerpt",),
)
_IMAGE = (
    *("field_featured_image", "field_media_image", "field_image", "field_hero_image"),
    *("field_main_image", "field_lead_image", "field_featured_media", "field_media", "field_hero"),
    *("field_banner_image", "field_header_image", "field_cover_image", "field_teaser_image"),
    *("field_teaser_media", "field_thumbnail", "field_primary_image", "field_picture"),
)
_SHARE_IMAGE = (
    *("field_share_image", "field_social_image", "field_sharing_image", "field_og_image"),
    *("field_social_media_image", "field_meta_image", "field_twitter_image"),
)
_SOCIAL = ("field_tweet_text", "field_social_text", "field_share_text", "field_twitter_text")
_STYLE = ("field_style", "field_layout")
_FILES = ("field_media_image", "thumbnail", "field_media_file", "field_image")
_CORE_FLAGS = ("promote", "sticky")
_NO_POSTS = (
    *("file--", "media--", "taxonomy_", "user--", "paragraph--", "menu_link_content--"),
    *("block_content--", "comment--"),
)
_NO_LANGUAGE = frozenset(("und", "zxx"))
_MAX_DEPTH = 4  # from a post over paragraphs and media to a file


class Maker:
    """Makes the posts of one answer, *data*, which came as a part of *document*."""

    def __init__(self, settings: JsonApi, data: Mapping[str, Any], document: Document) -> None:
        self.settings = settings
        self.document = document
        included = data.get("included")
        self.included = {
            (item.get("type"), item.get("id")): item
            for item in (included if isinstance(included, list) else ())
            if isinstance(item, Mapping)
        }
        self.links = data.get("links")

    def post(self, item: Mapping[str, Any]) -> Post:
        """The post that *item* describes. What a sparse answer leaves out stays unknown."""
        own = self.settings
        attributes, related = mapping(item, "attributes"), mapping(item, "relationships")
        kind = str(item.get("type"))
        if not item.get("id") or kind.startswith(_NO_POSTS):
            message = f"a {kind} is no post"
            raise ReadError(message, where=self.document.name, code="jsonapi-type")
        base = self._base(item)
        published, assumed = self._moment(attributes, own.published or "created")
        updated, _ = self._moment(attributes, "changed")
        body = _first(attributes, own.body, _BODY)
        words = to_text(_markup_of(body))
        words = words or "\n\n".join(self._paragraphs(related, 0))
        image = self._picture(related, own.image, (*_IMAGE, *picture_fields(related)), base)
        share = self._picture(related, own.share_image, _SHARE_IMAGE, base)
        meta = _metatags(attributes)
        if share is None and (src := meta.get("og:image") or meta.get("twitter:image")):
            share = Asset(src=joined(origin(base or ""), src), alt=meta.get("og:image:alt"))
        language = text(attributes.get("langcode"))
        social = text_of(_first(attributes, own.social_text, _SOCIAL))
        extra = {**dict(self._extra(attributes, related)), "dialect": "drupal"}
        extra |= {"zone": "assumed"} if assumed else {}
        extra |= {"canonical": meta["canonical"]} if meta.get("canonical") else {}
        return Post(
            id=str(item["id"]),
            url=self._url(attributes, base, kind),
            title=text_of(attributes.get(own.title or "title") or attributes.get("name")),
            summary=self._summary(attributes, body, words),
            body=words,
            published=published,
            updated=updated,
            authors=tuple(self._authors(attributes, related)),
            tags=unique(self._tags(related)),
            language=language if language and language not in _NO_LANGUAGE else own.language,
            image=image,
            share_image=share if share and (not image or share.src != image.src) else None,
            social={"*": social} if social else {},
            draft=attributes.get("status") is False,
            style=text_of(_first(attributes, own.style, _STYLE)),
            flags=dict(_flags(attributes)),
            extra=extra,
            source=_href(mapping(item, "links").get("self")) or self.document.name,
        )

    # -- fields -----------------------------------------------------------------------------

    def _moment(self, attributes: Mapping[str, Any], name: str) -> tuple[datetime | None, bool]:
        value = attributes.get(name)
        if isinstance(value, Mapping):  # a range
            value = value.get("value")
        return _dates.aware(text(value), self.settings.timezone)

    def _summary(self, attributes: Mapping[str, Any], body: Any, words: str) -> str:
        if own := _first(attributes, self.settings.summary, ()):
            return to_line(_markup_of(own))
        if isinstance(body, Mapping) and (said := text(body.get("summary"))):
            return to_line(said)
        if usual := _first(attributes, None, _SUMMARY):
            return to_line(_markup_of(usual))
        from sharekit.text.drupal import summary_of

        markup = _markup_of(body)
        return to_line(summary_of(markup)) if "<" in markup else one_line(summary_of(words))

    def _authors(self, attributes: Mapping[str, Any], related: Mapping[str, Any]) -> Iterator[str]:
        names = (self.settings.authors,) if self.settings.authors else (*AUTHORS, "uid")
        for name in names:
            people = [self._label(ref) for ref in references(related.get(name))]
            said = [person for person in people if person]
            if not said and attributes.get(name):
                values = (
                    attributes[name] if isinstance(attributes[name], list) else [attributes[name]]
                )
                lines = [one for value in values if (one := text_of(value))]
                said = [one for line in lines for one in names_in(line, shown=False) or [line]]
            if said:
                yield from dict.fromkeys(said)
                return

    def _tags(self, related: Mapping[str, Any]) -> Iterator[str]:
        named = self.settings.tags or ("field_tags" if "field_tags" in related else None)
        for name, relation in related.items():
            if name != named and named is not None:
                continue
            for ref in references(relation):
                if str(ref.get("type")).startswith("taxonomy_term--") or name == named:
                    label = self._label(ref)
                    if label:
                        yield label

    def _label(self, reference: Mapping[str, Any]) -> str | None:
        """What the person, term or post that *reference* leads to is called."""
        found = mapping(self._resolve(reference), "attributes")
        for name in ("display_name", "name", "title", "label"):
            if said := text_of(found.get(name)):
                return said
        return None

    def _extra(
        self, attributes: Mapping[str, Any], related: Mapping[str, Any]
    ) -> Iterator[tuple[str, Any]]:
        """The site's own fields, for tokens and layouts, and core's numbers of the post."""
        for name, value in attributes.items():
            if name.startswith("field_") and not isinstance(value, bool) and value is not None:
                yield name, _plain(value)
        for name, relation in related.items():
            if name.startswith("field_"):
                labels = [
                    said
                    for ref in references(relation)
                    if not str(ref.get("type")).startswith(("media--", "file--"))
                    and (said := self._label(ref))
                ]
                if labels:
                    yield name, labels
        for name, inner in (("nid", "drupal_internal__nid"), ("vid", "drupal_internal__vid")):
            if attributes.get(inner) is not None:
                yield name, attributes[inner]

    # -- addresses --------------------------------------------------------------------------

    def _base(self, item: Mapping[str, Any]) -> str | None:
        """The site's address: of the settings, else what stands before `/jsonapi` in a link."""
        if self.settings.site_url:
            return self.settings.site_url
        links = (mapping(item, "links").get("self"), (self.links or {}).get("self"))
        for link in (*(_href(link) for link in links), self.document.url):
            if link and origin(link):
                head, mark, _ = link.partition("/jsonapi")
                return head if mark else origin(link)
        return None

    def _url(self, attributes: Mapping[str, Any], base: str | None, kind: str) -> str | None:
        path = attributes.get("path")
        alias = text(path.get("alias")) if isinstance(path, Mapping) else None
        number = attributes.get("drupal_internal__nid")
        if not alias and number is not None and kind.startswith("node--"):
            alias = f"/node/{number}"
        url = joined(base, alias)
        return url if url and "://" in url else None

    # -- what it refers to ------------------------------------------------------------------

    def _resolve(self, reference: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.included.get((reference.get("type"), reference.get("id")), {})

    def _picture(
        self,
        related: Mapping[str, Any],
        named: str | None,
        usual: tuple[str, ...],
        base: str | None,
    ) -> Asset | None:
        for name in (named,) if named else usual:
            for reference in references(related.get(name)):
                if found := self._file(reference, 0):
                    src, alt = found
                    # A file's path is whole, without the language that stands before an alias.
                    return Asset(src=joined(origin(base or ""), src.replace(" ", "%20")), alt=alt)
        return None

    def _paragraphs(self, related: Mapping[str, Any], depth: int) -> Iterator[str]:
        """The words of the paragraphs that a post without a body consists of."""
        for relation in related.values():
            for reference in references(relation):
                if not str(reference.get("type")).startswith("paragraph--"):
                    continue
                resource = self._resolve(reference)
                for value in mapping(resource, "attributes").values():
                    if isinstance(value, Mapping) and value.get("processed"):
                        yield to_text(_markup_of(value))
                if depth < _MAX_DEPTH:
                    yield from self._paragraphs(mapping(resource, "relationships"), depth + 1)

    def _file(self, reference: Mapping[str, Any], depth: int) -> tuple[str, str | None] | None:
        """The address and alt text of the file that *reference* leads to, over media and others.

        The alt text stands in the *reference* to the file, not in the file.
        """
        resource = self._resolve(reference)
        if str(reference.get("type")).startswith("file--"):
            src = file_url(mapping(resource, "attributes"))
            if src and not is_picture(mapping(resource, "attributes"), src):
                return None
            meta = mapping(reference, "meta")
            alt = meta.get("alt")
            return (src, one_line(str(alt)) if alt is not None else None) if src else None
        if depth == _MAX_DEPTH:
            return None
        related = mapping(resource, "relationships")
        names = (*_FILES, *_IMAGE) if "media--" in str(reference.get("type")) else _IMAGE
        for name in (*(n for n in names if n in related), *picture_fields(related)):
            for inner in references(related.get(name)):
                if found := self._file(inner, depth + 1):
                    return found
        return None


def text_of(value: Any) -> str | None:
    """A field's words in one line, whatever kind of text field it is."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        return to_line(_markup_of(value)) or None
    return text(value)


def _markup_of(value: Any) -> str:
    """The HTML of a text field, as the site shows it."""
    if isinstance(value, list):
        return "\n".join(_markup_of(item) for item in value)
    if isinstance(value, Mapping):
        found = value.get("processed") or value.get("value") or ""
        return str(found)
    return str(value) if isinstance(value, str) else ""


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        if "processed" in value or "format" in value:
            return to_text(_markup_of(value))
        if "uri" in value and "title" in value:
            return value.get("uri")
        return {str(key): _plain(item) for key, item in value.items()}
    return value


def _flags(attributes: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    for name, value in attributes.items():
        if isinstance(value, bool) and (name in _CORE_FLAGS or name.startswith("field_")):
            yield name, value


def _metatags(attributes: Mapping[str, Any]) -> dict[str, str]:
    """The Metatag module's tags, by name; `canonical` among them."""
    found: dict[str, str] = {}
    tags = attributes.get("metatag") or attributes.get("metatag_normalized")
    for tag in tags if isinstance(tags, list) else ():
        values = mapping(tag, "attributes") if isinstance(tag, Mapping) else {}
        name = values.get("property") or values.get("name") or values.get("rel")
        value = values.get("content") or values.get("href")
        if isinstance(name, str) and isinstance(value, str):
            found.setdefault(name, value)
    return found


def _first(attributes: Mapping[str, Any], named: str | None, usual: tuple[str, ...]) -> Any:
    """The first of the fields that has a value; only *named*, where that is given."""
    names = (named,) if named else usual
    return next((attributes[name] for name in names if attributes.get(name)), None)


def _href(link: Any) -> str | None:
    if isinstance(link, Mapping):
        link = link.get("href")
    return link if isinstance(link, str) else None
