"""A post's pictures, by the many names that themes give them, and the files they mean.

A picture is looked for beside the post, then where the site keeps its static files; only what is
not there becomes a URL of the site. A file outside the site's folder is refused.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

from sharekit.model import Asset
from sharekit.readers._fields import Fields, fold, one_line, text, truth
from sharekit.readers._sites import Page, Site

__all__ = ["Pictures", "focus_of"]

# In this order; a mapping is asked for its `_INSIDE`.
_FEATURED = (
    *("cover", "image", "images", "featured_image", "feature_image", "featured", "header.image"),
    *("featured_image_preview", "bigimg", "metadata.image"),
    *("header.overlay_image", "hero_image", "hero", "cover_image", "cover_img", "banner_image"),
    *("banner", "header_image", "header_img", "background", "lead_image", "main_image"),
    *("preview_image", "thumbnail", "thumbnail_img", "thumb", "teaser", "header.teaser", "img"),
    *("photo", "picture", "excerpt_image", "splash_image", "splash_img", "media", "local_image"),
)
_SHARED = (
    *("header.og_image", "og_image", "og:image", "share_image", "share_img", "social_image"),
    *("social_img", "social_card", "social_media_card", "social.image", "social_share_image"),
    *("seo.image", "metadata.open_graph.images", "twitter_img"),
    *("twitter_image", "twitter:image", "twitter.image", "opengraph.image", "open_graph.image"),
    *("card_image", "meta_image", "image.facebook", "image.twitter", "images"),
    *("header.overlay_image",),
)
_INSIDE = ("image", "path", "src", "url", "feature", "facebook", "twitter", "file", "source")
_ALTS = ("alt", "alt_text", "image_alt", "image_description", "alttext", "desc")
_RESOURCES = frozenset(("featured-image", "featured", "feature", "cover", "header", "thumbnail"))
_BUNDLE = ("feature", "cover", "thumbnail")  # https://gohugo.io/templates/embedded/#open-graph
_BUNDLE_ALTS = (
    *("image.alt_text", "image.alt", "cover.alt", "feature_alt", "featured_alt", "cover_alt"),
    *("featured_image_alt", "feature_image_alt", "thumbnail_alt", "image_alt"),
)
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif")
_IMG = re.compile(r"<img\b([^<>]{0,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(src|alt)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_MARKDOWN = re.compile(r"!\[([^\[\]]*)\]\(([^()\s]+)[^()]*\)$")
_LIQUID = re.compile(r"\{\{-?\s*(?:site\.(?:baseurl|url)|['\"]([^'\"]*)['\"][^{}]*)\s*-?\}\}")
_PELICAN = re.compile(r"^[{|](?:static|filename|attach|photo)[}|]")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?%?")


@dataclass(slots=True)
class Pictures:
    """Finds the pictures of *page*. *url* is the post's own, *base* the site's.

    What is refused is kept in *refused*, as it is written.
    """

    site: Site
    page: Page
    boundary: Path
    url: str | None = None
    base: str | None = None
    refused: list[str] = field(default_factory=list)

    def featured(self) -> Asset | None:
        """The post's own picture."""
        fields = self.page.fields
        for name in _FEATURED:
            if name != "featured_image" and not fields.has(name):
                continue
            if name == "featured_image" and (found := self._in_bundle()):
                return found
            if asset := self._asset(fields, name):
                return asset
        return None

    def shared(self, featured: Asset | None) -> Asset | None:
        """The picture made for sharing, if it is another one than *featured*."""
        for name in _SHARED:
            if not self.page.fields.has(name):
                continue
            asset = self._asset(self.page.fields, name)
            if asset and (featured is None or asset.src != featured.src):
                return asset
        said = None if featured else self.site.share_image()
        src = self.resolve(said) if said else None
        return Asset(src=src) if src else None

    def _asset(self, fields: Fields, name: str) -> Asset | None:
        value = fields.get(name)
        if value is None:
            return None
        holder: Mapping[str, Any] = {}
        if isinstance(value, list):
            value = value[0]
        if isinstance(value, Mapping):
            holder = value
            inner = Fields(value)
            value = inner.get(*_INSIDE)
        elif "." in name and name != "header.og_image":  # whose neighbours are about another one
            parent = fields.get(name.rpartition(".")[0])
            holder = parent if isinstance(parent, Mapping) else {}
        said = text(value)
        if not said or truth(value) is not None:  # `featured: true` is no picture
            return None
        alt, said = _markup(said)
        src = self.resolve(said)
        if src is None:
            return None
        if alt is None:
            alt = self._alt(fields, name, holder)
        focus = focus_of(Fields(holder).get("focus", "focal_point") or fields.get(f"{name}_focus"))
        return Asset(src=src, alt=alt, focus=focus)

    def _alt(self, fields: Fields, name: str, holder: Mapping[str, Any]) -> str | None:
        if holder:
            inner = Fields(holder)
            for key in _ALTS:
                if inner.has(key):  # given as empty is given
                    said = next(item for k, item in holder.items() if fold(k) == fold(key))
                    return text(said) or ""
        plain = name.rpartition(".")[2]
        stem = re.sub(r"_?(?:image|img)$", "", plain)
        names = [f"{plain}_alt", f"{plain}_alt_text", f"alt_{plain}", f"{stem}_alt"]
        names += [f"{plain}_description", "image_alt", "image_alt_text", "alt_text", "alt"]
        return fields.text(*names)

    def _in_bundle(self) -> Asset | None:
        """What Hugo takes for a page bundle's picture: a resource, or a file by its name."""
        if not self.page.bundle or self.site.generator not in ("", "hugo"):
            return None
        folder = self.page.file.parent
        resources = self.page.fields.get("resources")
        for item in resources if isinstance(resources, list) else ():
            entry = Fields(item) if isinstance(item, Mapping) else Fields({})
            if (entry.text("name") or "").lower() in _RESOURCES and (src := entry.text("src")):
                found = self._local(folder / src)
                if found:
                    return Asset(src=found, alt=entry.text("params.alt", "title"))
        pictures = sorted(p for p in folder.iterdir() if p.suffix.lower() in _SUFFIXES)
        for word in _BUNDLE:
            for path in pictures:
                if word in path.stem.lower() and (found := self._local(path)):
                    return Asset(src=found, alt=self.page.fields.text(*_BUNDLE_ALTS))
        return None

    def resolve(self, said: str) -> str | None:
        """The file or URL that *said* means; *said* itself where nobody can know."""
        if "{" in said or "|" in said:
            said = _LIQUID.sub(lambda found: found[1] or "", said)
            said = _PELICAN.sub("", said.strip())
        said = said.strip().removeprefix("[[").removesuffix("]]")
        if said.startswith("//"):
            said = f"https:{said}"
        scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):", said)
        if scheme:
            return said.replace(" ", "%20") if scheme[1].lower() in ("http", "https") else None
        prefix = self.page.fields.text("media_subpath", "img_path")
        if prefix and not said.startswith("/"):
            said = f"{prefix.rstrip('/')}/{said}"
        path = said.partition("?")[0].partition("#")[0]
        for name in dict.fromkeys((path, unquote(path) if "%" in path else path)):
            for candidate in self._candidates(name):
                if found := self._local(candidate):
                    return found
        return self._url(said.replace(" ", "%20"))

    def _candidates(self, path: str) -> Iterator[str]:
        if "\0" in path or len(path) > 1_000:
            return
        relative = path.lstrip("/")
        if path.startswith(("@/", "~/")) and self.site.root:  # what bundlers call the source folder
            yield f"{self.site.root}/src/{path[2:]}"
        if not path.startswith("/"):
            yield f"{self.page.file.parent}/{relative}"
        for folder in self.site.static():
            yield f"{folder}/{relative}"
        base = (self.base or "").partition("://")[2].partition("/")[2].strip("/")
        if base and relative.startswith(f"{base}/"):
            for folder in self.site.static():
                yield f"{folder}/{relative.removeprefix(f'{base}/')}"

    def _local(self, path: Path | str) -> str | None:
        """*path*, perhaps with the ending that was left out, if it is a file of the site."""
        endings = ("",) if os.path.splitext(path)[1] else ("", *_SUFFIXES)  # noqa: PTH122  (speed)
        for ending in endings:
            file = f"{path}{ending}"
            if os.path.isfile(file) and self._is_inside(file):  # noqa: PTH113
                return os.path.abspath(file)  # noqa: PTH100  (links are not followed)
        return None

    def _is_inside(self, file: str) -> bool:
        """Whether *file*, its links followed, lies in the boundary."""
        boundary = os.path.realpath(self.boundary)
        return os.path.realpath(file).startswith(boundary.rstrip(os.sep) + os.sep)

    def _url(self, said: str) -> str | None:
        """What *said* means on the site, as far as that is known."""
        home = self.url if self.url and not said.startswith("/") else None
        # A path that begins with the section's name is one of the site, in a bundle as well.
        of_section = said.partition("/")[0] in self.page.parts[:1]
        if home and ((self.page.bundle and not of_section) or ".." in said.split("/")):
            return urljoin(home, said)
        if base := self.site.picture_base() or self.base:
            return f"{base.rstrip('/')}/{said.lstrip('/').replace('../', '').removeprefix('./')}"
        if "\0" in said or (self.page.file.parent / said[:1_000]).exists():
            self.refused.append(said)
            return None
        return said


def _markup(said: str) -> tuple[str | None, str]:
    """Alt text and address out of an `<img>` or a Markdown image; else no alt text and *said*."""
    if found := _IMG.match(said):
        values = {
            m[1].lower(): html.unescape(m[2] or m[3] or "") for m in _ATTRIBUTE.finditer(found[1])
        }
        alt = values.get("alt")
        return (one_line(alt) if alt is not None else None), values.get("src", "")
    if found := _MARKDOWN.match(said):
        return one_line(found[1]), found[2]
    return None, said


def focus_of(value: Any) -> tuple[float, float] | None:
    """Two numbers from 0 to 1, or percentages, from the left and from the top."""
    items = value if isinstance(value, list) else _NUMBER.findall(text(value) or "")
    numbers = [_fraction(str(item)) for item in items]
    if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
        return None
    return numbers[0], numbers[1]


def _fraction(said: str) -> float | None:
    if not _NUMBER.fullmatch(said.strip()):
        return None
    number = float(said.strip().removesuffix("%")) / (100 if "%" in said else 1)
    return number if 0 <= number <= 1 else None
