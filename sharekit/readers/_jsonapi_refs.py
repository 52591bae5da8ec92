"""What a JSON:API resource refers to: what to ask for, and which of it may be a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sharekit.readers._fields import text

if TYPE_CHECKING:
    from sharekit.readers.jsonapi import JsonApi

__all__ = [
    "AUTHORS",
    "file_url",
    "further_inclusion",
    "inclusion",
    "is_picture",
    "mapping",
    "picture_fields",
    "references",
]

AUTHORS = (
    *("field_authors", "field_author", "field_byline", "field_written_by", "field_writer"),
    *("field_article_author", "field_blog_author", "field_contributors", "authors", "author"),
)
_INCLUDED = frozenset(("taxonomy_term", "media", "file", "paragraph"))
# In the names of fields, what tells a picture of the post, and what another one.
_PICTURE = re.compile(
    r"image|photo|picture|media|hero|cover|banner|thumb|visual|teaser", re.IGNORECASE
)
_OTHER_PICTURE = re.compile(r"shar|social|og_|meta|twitter|logo|icon|author|avatar", re.IGNORECASE)
_PICTURE_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?|heic)(?:[?#]|$)", re.IGNORECASE
)


def inclusion(data: Any, settings: JsonApi) -> list[str]:
    """Values of `include` to try, the fullest first, for posts like those in *data*."""
    items = data.get("data") if isinstance(data, Mapping) else None
    items = [items] if isinstance(items, Mapping) else items or []
    direct: list[str] = []
    media: list[str] = []
    named = (*AUTHORS, "uid", settings.authors, settings.image, settings.share_image)
    for item in items if isinstance(items, list) else ():
        related = mapping(item, "relationships") if isinstance(item, Mapping) else {}
        for name, relation in related.items():
            kinds = {str(ref.get("type")).partition("--")[0] for ref in references(relation)}
            wanted = name in (*named, settings.tags) or kinds & _INCLUDED
            if kinds and wanted and name not in direct:
                direct.append(name)
            if "media" in kinds and name not in media:
                media.append(name)
    pictures = [f"{name}.field_media_image" for name in media]
    thumbnails = [f"{name}.thumbnail" for name in media]
    both = [*pictures, *thumbnails]
    without_uid = [name for name in direct if name != "uid"]
    choices = [[*direct, *both], [*direct, *thumbnails], direct, without_uid]
    return list(dict.fromkeys(",".join(names) for names in choices if names))


def further_inclusion(data: Any, included: str) -> str:
    """*included*, and what the paragraphs among the included in *data* refer to."""
    items = data.get("data") if isinstance(data, Mapping) else None
    found = data.get("included") if isinstance(data, Mapping) else None
    resources = {
        (item.get("type"), item.get("id")): item
        for item in (found if isinstance(found, list) else ())
        if isinstance(item, Mapping)
    }
    paths = included.split(",")
    for item in items if isinstance(items, list) else [items]:
        related = mapping(item, "relationships") if isinstance(item, Mapping) else {}
        for name in paths[:]:
            for reference in references(related.get(name)):
                inner = mapping(
                    resources.get((reference.get("type"), reference.get("id")), {}), "relationships"
                )
                if str(reference.get("type")).startswith("paragraph--"):
                    paths += _of_paragraph(name, inner)
    return ",".join(dict.fromkeys(paths))


def _of_paragraph(name: str, related: Mapping[str, Any]) -> Iterator[str]:
    for inner, relation in related.items():
        kinds = {str(ref.get("type")).partition("--")[0] for ref in references(relation)}
        if kinds & {"file", "media", "paragraph"}:
            yield f"{name}.{inner}"
        if "media" in kinds:
            yield f"{name}.{inner}.thumbnail"


def picture_fields(related: Mapping[str, Any]) -> list[str]:
    """The fields of other names that may lead to a picture, those that sound so first."""
    kinds = {
        name: {str(ref.get("type")).partition("--")[0] for ref in references(relation)}
        for name, relation in related.items()
        if not _OTHER_PICTURE.search(name)
    }
    files = [name for name, found in kinds.items() if found & {"file", "media"}]
    files.sort(key=lambda name: not _PICTURE.search(name))
    return files + [name for name, found in kinds.items() if "paragraph" in found]


def is_picture(attributes: Mapping[str, Any], src: str) -> bool:
    """Whether the file at *src* is a picture of the post."""
    if "/media-icons/" in src:  # what Drupal shows for a document or a sound
        return False
    mime = text(attributes.get("filemime"))
    return mime.startswith("image/") if mime else bool(_PICTURE_FILE.search(src)) or "." not in src


def file_url(attributes: Mapping[str, Any]) -> str | None:
    """A file's address, on the site or whole."""
    uri = attributes.get("uri")
    if isinstance(uri, Mapping):
        if said := text(uri.get("url")):
            return said
        uri = uri.get("value")
    if isinstance(uri, str) and uri.startswith("public://"):
        return "/sites/default/files/" + uri.removeprefix("public://")
    return text(attributes.get("url")) or (uri if isinstance(uri, str) and "://" in uri else None)


def references(relation: Any) -> list[Mapping[str, Any]]:
    """The resource identifiers of a relationship."""
    data = relation.get("data") if isinstance(relation, Mapping) else None
    items = data if isinstance(data, list) else [data]
    return [item for item in items if isinstance(item, Mapping)]


def mapping(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The mapping under *name*, empty where there is none."""
    value = holder.get(name)
    return value if isinstance(value, Mapping) else {}
