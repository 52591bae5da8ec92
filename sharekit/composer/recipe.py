"""What one card is drawn from: the layout that suits the post, its values, its picture."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sharekit.composer import content, names, values
from sharekit.composer.crop import scale_for
from sharekit.composer.fetch import Fetcher, missing
from sharekit.composer.layout import Layout
from sharekit.composer.library import Library
from sharekit.composer.pictures import Pictures
from sharekit.composer.setting import Direction, card_direction
from sharekit.composer.sizes import Size
from sharekit.errors import LayoutError, Problem, RenderError
from sharekit.model import Asset, Post, Site

__all__ = ["Kitchen", "Recipe"]

_SMALL = 1.6
"""A picture that must be enlarged more than this is better shown small than across a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that decides one card but the theme. *digest* stands for all of it and the theme.

    *pictures* are the files of the assets that the layout may show, by their `src`.
    """

    post: Post
    layout: Layout
    size: Size
    values: Mapping[str, Any]
    language: str
    direction: Direction
    pictures: Mapping[str, Path]
    digest: str
    problems: tuple[Problem, ...] = ()

    @property
    def who(self) -> str:
        """How messages name the post."""
        return who(self.post)

    def asset(self, src: str) -> Asset | None:
        """The post's picture whose source is *src*."""
        assets = (self.post.share_image, self.post.image)
        return next((asset for asset in assets if asset and asset.src == src), None)


def who(post: Post) -> str:
    """How messages name *post*."""
    return f"post {post.id}"


class _Shape(Mapping[str, Any]):
    """What a layout may ask of the post's picture; the file is opened when it does."""

    def __init__(self, kitchen: Kitchen, path: Path | None, src: str, size: Size) -> None:
        self._kitchen, self._path, self._src, self._size = kitchen, path, src, size

    @cached_property
    def _known(self) -> dict[str, Any]:
        if self._path is None:
            return {}
        width, height = self._kitchen.pictures.open(self._path, self._src).size
        card = self._size
        return {
            "width": width,
            "height": height,
            "narrow": height > width and card.width > card.height,
            "small": scale_for((width, height), card.pixels) > _SMALL,
        }

    def __getitem__(self, key: str) -> Any:
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class Kitchen:
    """Makes recipes for the posts of one site."""

    def __init__(
        self, site: Site, library: Library, fetcher: Fetcher, look: Mapping[str, Any], state: str
    ) -> None:
        self.site = site
        self.library = library
        self.pictures = Pictures()
        self._fetcher = fetcher
        self._look = look
        self._state = state
        """Digest of what all cards share: theme, fonts, logo, site, renderer."""

    def recipe(self, post: Post, name: str, size: Size, how: str) -> Recipe:
        """The recipe for *post* in the layout *name*; *how* is what else decides the file.

        Where *name* picks among layouts and the picture cannot be had, one without a picture is
        picked, and the recipe says so. Raises `RenderError` and `LayoutError`.
        """
        wanted = self.library.layout(name)
        picks = wanted.head.pick is not None
        problems: tuple[Problem, ...] = ()
        try:
            path = self._picture(post)
            layout, context = self._choose(post, wanted, size, path)
        except RenderError as error:
            if not picks or content.picture_of(post) is None:
                raise
            problems = self._told(post, error)
            post, path = _without_picture(post), None
            layout, context = self._choose(post, wanted, size, path)
        language = content.language_of(post, self.site)
        pictures = self._pictures(post, path)
        return Recipe(
            post=post,
            layout=layout,
            size=size,
            values=context,
            language=language,
            direction=card_direction(language, post.title or ""),
            pictures=pictures,
            digest=self._digest(
                layout=layout,
                size=size,
                context=context,
                post=post,
                pictures=pictures,
                how=how,
            ),
            problems=problems,
        )

    def without_picture(self, recipe: Recipe, error: RenderError, name: str, how: str) -> Recipe:
        """*recipe* for the same post, whose picture turned out to be unusable.

        Raises *error* when the layout *name* does not pick another.
        """
        if self.library.layout(name).head.pick is None or not recipe.pictures:
            raise error
        told = self._told(recipe.post, error)
        other = self.recipe(_without_picture(recipe.post), name, recipe.size, how)
        # The digest stays: the same ingredients always end here.
        return replace(other, problems=(*told, *other.problems), digest=recipe.digest)

    def other_layout(self, recipe: Recipe, name: str) -> Recipe:
        """*recipe* in the layout *name*, which it falls back to."""
        return replace(recipe, layout=self.library.layout(name))

    def _told(self, post: Post, error: RenderError) -> tuple[Problem, ...]:
        first = error.problems[0]
        problem = Problem(
            code=first.code,
            message=f"{who(post)}: {first.message}",
            hint=first.hint,
            where=post.source or None,
        )
        return (problem,)

    def _picture(self, post: Post) -> Path | None:
        """The file of the post's preferred picture. Raises `RenderError` when it is not there."""
        asset = content.picture_of(post)
        if asset is None or asset.src is None:
            return None
        try:
            path = self._fetcher.locate(asset.src, post)
        except RenderError as error:
            raise self._with_files(error, asset.src, post) from error
        if not path.is_file():
            raise missing(asset.src, path)
        return path

    def _with_files(self, error: RenderError, src: str, post: Post) -> RenderError:
        """*error* with what to do in a folder of posts: readers look for files first.

        A picture that is in none of the site's folders is asked for at the site's own address.
        """
        first = error.problems[0]
        own = urlsplit(self.site.url or post.url or "").netloc
        if "://" in post.source or not own or urlsplit(src).netloc != own:
            return error
        name = unquote(urlsplit(src).path).rpartition("/")[2]
        hint = f"There is no file {name} beside the post or among the site's files either."
        return RenderError(first.message, code=first.code, hint=hint)

    def _pictures(self, post: Post, preferred: Path | None) -> dict[str, Path]:
        found: dict[str, Path] = {}
        asset = content.picture_of(post)
        if asset and asset.src and preferred:
            found[asset.src] = preferred
        return found

    def _choose(
        self, post: Post, wanted: Layout, size: Size, path: Path | None
    ) -> tuple[Layout, dict[str, Any]]:
        """The layout, picked where *wanted* picks, and the values of its templates."""
        context = content.view(post, self.site, self._look)
        asset = content.picture_of(post)
        context["picture"] = _Shape(self, path, (asset.src if asset else None) or "", size)
        layout = wanted
        if wanted.head.pick is not None:
            layout = self.library.picked(wanted.name, self._pick(wanted, context))
        if not layout.drawn_in(size):
            sizes = ", ".join(layout.head.sizes)
            raise LayoutError(
                f"layout {layout.name!r} is not made for the size {size.name!r}",
                where=layout.where,
                hint=f"It is made for {sizes}.",
                code="layout-size",
            )
        return layout, context

    def _pick(self, wanted: Layout, context: Mapping[str, Any]) -> str:
        own = context["post"]["layout"]
        if own and own != wanted.name and own in self.library:
            return str(own)
        for pick in wanted.head.pick or ():
            if pick.when is None or values.condition(pick.when)(context):
                return pick.layout
        raise LayoutError(
            f"layout {wanted.name!r} picks nothing for this post",
            where=wanted.where,
            hint="Let its last choice have no condition.",
            code="layout-pick",
        )

    def _digest(
        self,
        *,
        layout: Layout,
        size: Size,
        context: Mapping[str, Any],
        post: Post,
        pictures: Mapping[str, Path],
        how: str,
    ) -> str:
        asset = content.picture_of(post)
        parts = [
            self._state,
            layout.digest_data(size),
            size.pixels,
            how,
            context["post"],
            context["site"],
            [self.pictures.open(path, src).digest for src, path in pictures.items()],
            asset.focus if asset else None,
            asset.alt if asset else None,
            [names.digest_of_file(path) for path in _own_files(layout, size, context)],
        ]
        text = json.dumps(parts, sort_keys=True, default=_plain)
        return hashlib.sha256(text.encode()).hexdigest()


def _own_files(layout: Layout, size: Size, context: Mapping[str, Any]) -> Iterator[Path]:
    """The files that the layout itself brings: textures, signs, the theme's logo as a picture."""
    for layer in layout.layers(size).values():
        for part in (layer.image, layer.icon):
            if part is not None and part.src and "post" not in part.src:
                yield Path(layout.where).parent / values.template(part.src)(context)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _without_picture(post: Post) -> Post:
    return replace(post, image=None, share_image=None)
