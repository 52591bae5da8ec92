"""A recipe to a picture: places, cuts, paint, checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit.composer import checks, crop, values
from sharekit.composer.alt import alt_text
from sharekit.composer.canvas import Canvas, Unsuited
from sharekit.composer.crop import DEFAULT_FOCUS, Crop, Point
from sharekit.composer.paint import paint
from sharekit.composer.recipe import Recipe
from sharekit.composer.saliency import focal_point
from sharekit.composer.schema import Image as ImageLayer
from sharekit.composer.setting import Setter
from sharekit.composer.solve import Content, solve
from sharekit.composer.spots import Spot
from sharekit.errors import Problem, RenderError
from sharekit.model import Asset

if TYPE_CHECKING:
    from PIL.Image import Image

    from sharekit.composer.marks import Mark
    from sharekit.composer.pictures import Picture, Pictures

__all__ = ["Drawn", "Easel"]

_CLOSER = 1.15
"""How much nearer a picture is brought when its focal point would lie under the title."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A finished card in memory."""

    image: Image
    layout: str
    alt: str
    has_picture: bool
    problems: tuple[Problem, ...]


class Easel:
    """Draws the cards of one theme."""

    def __init__(self, setter: Setter, mark: Mark | None, pictures: Pictures) -> None:
        self._setter = setter
        self._mark = mark
        self._pictures = pictures
        self._tokens = setter.theme.tokens

    def draw(self, recipe: Recipe) -> Drawn:
        """The card of *recipe*. Raises `RenderError`, and `Unsuited` where a veil fails."""
        canvas = self.canvas(recipe)
        paint(canvas)
        asset = next((a for src in recipe.pictures if (a := recipe.asset(src))), None)
        shows = bool(canvas.cuts)
        found = checks.card_problems(
            canvas,
            alt_missing=shows and asset is not None and asset.alt is None,
            where=recipe.post.source or recipe.who,
        )
        return Drawn(
            image=canvas.image,
            layout=recipe.layout.name,
            alt=alt_text(
                recipe.layout.head.alt, recipe.values, recipe.language, shows_picture=shows
            ),
            has_picture=shows,
            problems=(*recipe.problems, *found),
        )

    def canvas(self, recipe: Recipe) -> Canvas:
        """An empty card of *recipe* with every layer in its place."""
        spots = self._solve(recipe)
        cuts = self._cuts(recipe, spots)
        _dodge(spots, cuts, recipe)
        return Canvas(
            size=recipe.size,
            direction=recipe.direction,
            tokens=self._tokens,
            values=recipe.values,
            spots=spots,
            cuts=cuts,
            mark=self._mark,
            logo_tint=self._setter.theme.logo_tint,
            files=lambda src: Path(recipe.layout.where).parent / src,
        )

    def scales(self, recipe: Recipe) -> list[tuple[Picture, float]]:
        """How large each picture of *recipe* will be needed, before anything is decoded."""
        found = []
        for layer in recipe.layout.layers(recipe.size).values():
            if layer.image is None or not isinstance(layer.box, (tuple, str)):
                continue
            box = recipe.size.pixels if layer.box == "card" else layer.box[2:]
            picture = self._picture(layer.image, recipe)
            if picture is not None:
                found.append((picture, crop.scale_for(picture.size, box, layer.image.zoom)))
        return found

    def _solve(self, recipe: Recipe) -> dict[str, Spot]:
        layers = recipe.layout.layers(recipe.size)
        known = Content(
            values=recipe.values,
            language=recipe.language,
            direction=recipe.direction,
            size=recipe.size,
            mark=self._mark,
            who=recipe.who,
        )
        return solve(layers, known, self._setter)

    def _cuts(self, recipe: Recipe, spots: dict[str, Spot]) -> dict[str, tuple[Picture, Crop]]:
        """Which part of which picture each image layer shows."""
        cuts = {}
        for name, spot in spots.items():
            image = spot.layer.image
            if image is None:
                continue
            picture = self._picture(image, recipe)
            if picture is None:
                raise _no_picture(recipe, image, name)
            found = self._crop(spot, spots, picture, self._asset(image, recipe))
            cuts[name] = (picture, found)
        return cuts

    def _crop(
        self, spot: Spot, spots: Mapping[str, Spot], picture: Picture, asset: Asset | None
    ) -> Crop:
        """The part of *picture* that *spot* shows, its focal point clear of the text over it."""
        image, box = spot.layer.image, (spot.width, spot.height)
        assert image is not None
        given = asset.focus if asset else None
        picture.want(crop.scale_for(picture.size, box, image.zoom))
        focus = _within(given) if given else focal_point(picture) or DEFAULT_FOCUS
        if image.fit == "contain":
            width, height = picture.size
            scale = min(box[0] / width, box[1] / height)
            return Crop(0, 0, width, height, scale, (focus[0] * box[0], focus[1] * box[1]))
        over = spots.get(image.zoom_for or "")
        for zoom in (image.zoom, image.zoom * _CLOSER):
            found = crop.cover(picture.size, box, focus=focus, at=image.focus, zoom=zoom)
            if over is None or spot.top + found.focus[1] <= over.edges["top"]:
                return found
        if given and image.otherwise:
            raise Unsuited(image.otherwise)
        return found

    def _picture(self, image: ImageLayer, recipe: Recipe) -> Picture | None:
        src = values.template(image.src)(recipe.values).strip()
        if not src:
            return None
        path = recipe.pictures.get(src)
        if path is None:
            if recipe.asset(src) or "{{ post" in image.src:
                return None
            path = Path(recipe.layout.where).parent / src
        return self._pictures.open(path, src)

    def _asset(self, image: ImageLayer, recipe: Recipe) -> Asset | None:
        return recipe.asset(values.template(image.src)(recipe.values).strip())


def _within(focus: Point) -> Point:
    return min(max(focus[0], 0.0), 1.0), min(max(focus[1], 0.0), 1.0)


def _no_picture(recipe: Recipe, image: ImageLayer, layer: str) -> RenderError:
    """Words for a picture layer that has nothing to show."""
    if "post" in image.src:
        return RenderError(
            f"{recipe.who} has no picture, which the layout {recipe.layout.name!r} shows",
            code="picture-missing",
            hint="Give the post an image, or take the layout editorial.",
        )
    return RenderError(
        f"the layer {layer!r} of layout {recipe.layout.name!r} shows {image.src}, which is empty",
        code="picture-missing",
        hint="Set it in the config, or give the layer a `when`.",
    )


def _dodge(spots: Mapping[str, Spot], cuts: Mapping[str, tuple[Any, Crop]], recipe: Recipe) -> None:
    """Move a layer that would lie on the picture's focal point to the other side."""
    for spot in spots.values():
        dodge = spot.layer.dodge
        if dodge is None or dodge.image is None or dodge.image not in cuts:
            continue
        image = spots[dodge.image]
        x = image.left(recipe.size, recipe.direction) + cuts[dodge.image][1].focus[0]
        y = image.top + cuts[dodge.image][1].focus[1]
        left = spot.left(recipe.size, recipe.direction)
        beside = left - dodge.sides <= x <= left + spot.width + dodge.sides
        above = spot.top <= y <= spot.top + spot.height + dodge.below
        if beside and above:
            by = recipe.size.width - spot.start - (spot.start + spot.width)
            for other in (spot, *(spots[name] for name in dodge.together if name in spots)):
                other.move(by)
