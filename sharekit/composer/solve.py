"""Where every layer of one card comes to lie, and what it holds.

Layers are solved in the order in which their places follow each other: a box is worked out, its
text is set into it, and the text's own edges are what others follow. All places are counted from
the start edge; `Spot.left` is where they are in the picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sharekit.composer import values
from sharekit.composer.places import Bound, Ref, place, room
from sharekit.composer.references import order
from sharekit.composer.scalars import Places
from sharekit.composer.schema import Edges, Layer, Text
from sharekit.composer.setting import Direction, Setter
from sharekit.composer.sizes import Size
from sharekit.composer.spots import Lockup, Spot
from sharekit.errors import RenderError

if TYPE_CHECKING:
    from sharekit.composer.marks import Mark
    from sharekit.typeset import Block

__all__ = ["Content", "solve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the solver needs to know of one card: *values* for templates, language, direction."""

    values: Mapping[str, Any]
    language: str
    direction: Direction
    size: Size
    mark: Mark | None
    who: str
    """How messages name the post."""


def solve(layers: Mapping[str, Layer], content: Content, setter: Setter) -> dict[str, Spot]:
    """The layers that are drawn, by name, in painting order.

    Raises `RenderError` when a required text is empty or a character has no glyph.
    """
    spots = _Solver(layers, content, setter).solve()
    if content.size.band:
        for spot in spots.values():
            spot.settle(content.size)
    return spots


class _Solver:
    def __init__(self, layers: Mapping[str, Layer], content: Content, setter: Setter) -> None:
        self.layers = layers
        self.content = content
        self.size = content.size.core
        self.setter = setter
        self.spots: dict[str, Spot] = {}
        self.texts: dict[str, str] = {}

    def solve(self) -> dict[str, Spot]:
        wanted = {name: layer for name, layer in self.layers.items() if self._wanted(name, layer)}
        spots = self._placed(wanted)
        yielding = {name for name, spot in spots.items() if _kept(spots, spot.layer.yields_to)}
        if not yielding:
            return spots
        rest = {name: layer for name, layer in wanted.items() if name not in yielding}
        others = self._placed(rest)
        names = {spots[name].layer.yields_to for name in yielding}
        # A layer that makes no room by yielding stays.
        longer = any((_kept(others, name) or 20_000) > _kept(spots, name) for name in names)
        return others if longer else spots

    def _placed(self, wanted: Mapping[str, Layer]) -> dict[str, Spot]:
        self.spots = {}
        for name in order(wanted):
            spot = self._spot(name, wanted[name])
            if spot is not None and self._has_room(spot):
                self.spots[name] = spot
        return {name: self.spots[name] for name in wanted if name in self.spots}

    def _wanted(self, name: str, layer: Layer) -> bool:
        """Whether the post has what the layer shows."""
        if layer.when is not None and not values.condition(layer.when)(self.content.values):
            return False
        if layer.text is None:
            return self._has_mark(layer)
        text = values.template(layer.text.value)(self.content.values).strip()
        self.texts[name] = text
        if not text and layer.text.required:
            field = layer.text.value.strip("{} ").removeprefix("post.")
            raise RenderError(
                f"{self.content.who} has no {field}, which the layout's layer {name!r} shows",
                code="text-missing",
                hint=f"Write {field} in the source or its supplement, or choose another layout.",
            )
        return bool(text)

    def _has_mark(self, layer: Layer) -> bool:
        if layer.logo is None:
            return True
        if layer.logo.name is not None:
            return True
        return self.content.mark is not None and not (
            layer.logo.only_tinted and not self.content.mark.can_tint
        )

    def _spot(self, name: str, layer: Layer) -> Spot | None:
        box = self._box(layer)
        if layer.text is not None:
            box = _narrowed(layer.text, self._reserved(layer.text, name, box))
        start, top, width, height = box
        if width < 1 or height < 1:
            return None
        edges: dict[str, float] = {
            "start": start,
            "end": start + width,
            "top": top,
            "bottom": top + height,
        }
        spot = Spot(
            name=name, layer=layer, start=start, top=top, width=width, height=height, edges=edges
        )
        if layer.text is not None:
            self._set_text(spot, layer.text)
        elif layer.logo is not None:
            self._set_lockup(spot)
        return spot

    def _set_text(self, spot: Spot, text: Text) -> None:
        block = self._block(spot, text)
        if block.truncated and text.stretch:
            spot.top -= text.stretch
            spot.height += 2 * text.stretch
            block = self._block(spot, text.model_copy(update={"lines": text.lines + 1}))
        spot.block = block
        if not block.lines:
            return
        used = block.text_width
        spare = spot.width - used
        start = spot.start + {"start": 0, "center": spare / 2, "end": spare}[text.align]
        spot.edges |= {"start": start, "end": start + used, "lines": len(block.lines)}
        if text.valign != "middle":
            top, bottom = _text_edges(block)
            spot.edges |= {"top": spot.top + top, "bottom": spot.top + bottom}

    def _block(self, spot: Spot, text: Text) -> Block:
        return self.setter.block(
            text,
            self.texts[spot.name],
            (spot.width, spot.height),
            language=self.content.language,
            direction=self.content.direction,
        )

    def _set_lockup(self, spot: Spot) -> None:
        """The mark as high as the box, the name beside it; the mark alone when both do not fit."""
        logo = spot.layer.logo
        assert logo is not None
        name = values.template(logo.name)(self.content.values).strip() if logo.name else ""
        mark = self._mark_size(spot)
        if mark and self.content.mark and self.content.mark.is_wordmark:
            name = ""
        room_left = spot.width - (mark[0] + logo.gap if mark else 0)
        block = None
        if name and room_left > 0:
            block = self.setter.line(
                name,
                room_left,
                spot.height,
                logo.size,
                language=self.content.language,
                direction=self.content.direction,
            )
            if block.truncated and mark:
                block = None
        spot.lockup = Lockup(mark=mark, gap=logo.gap, name=block)
        used = spot.lockup.width
        start = spot.start if logo.align == "start" else spot.start + spot.width - used
        spot.edges |= {"start": start, "end": start + used}

    def _mark_size(self, spot: Spot) -> tuple[int, int] | None:
        mark = self.content.mark
        if mark is None:
            return None
        width = round(spot.height * mark.aspect)
        if width <= spot.width:
            return width, spot.height
        return spot.width, max(1, round(spot.width / mark.aspect))

    def _box(self, layer: Layer) -> tuple[int, int, int, int]:
        """Start, top, width and height of the layer's box."""
        box, size = layer.box, self.size
        if box == "card":
            return 0, 0, size.width, size.height
        if isinstance(box, tuple):
            return box
        assert isinstance(box, Edges)
        start, width = self._span(box.start, box.end, box.width)
        top, height = self._span(box.top, box.bottom, box.height)
        if box.min_width is not None and width < box.min_width:
            width = box.min_width
        if box.full_over is not None and width > box.full_over:
            start, width = 0, size.width
        return start, top, width, height

    def _span(self, near: Places | None, far: Places | None, extent: int | None) -> tuple[int, int]:
        """Where a box begins and how far it goes along one axis."""
        first, last = self._at(near), self._at(far)
        if first is None:
            assert last is not None
            assert extent is not None
            return last - extent, extent
        return first, extent if extent is not None else (last or 0) - first

    def _at(self, wanted: Places | None) -> int | None:
        """The first of the places *wanted* whose layer is drawn; 0 when none is."""
        if wanted is None:
            return None
        for option in wanted:
            where = self._value(place(option), None)
            if where is not None:
                return round(where)
        return 0

    def _value(self, what: int | Ref, own: Spot | None) -> float | None:
        if isinstance(what, int):
            return what
        if what.layer == "card":
            size = self.size
            ends = {"start": 0, "top": 0, "end": size.width, "bottom": size.height}
            return ends.get(what.edge, 0) + what.by
        spot = own if not what.layer else self.spots.get(what.layer)
        if spot is None:
            return None
        return spot.edges.get(what.edge, 0) + what.by

    def _has_room(self, spot: Spot) -> bool:
        """Whether the layer's conditions hold. One about a layer that is not drawn does."""
        return all(self._holds(room(text), spot) for text in spot.layer.room)

    def _holds(self, bound: Bound, spot: Spot) -> bool:
        one, other = self._value(bound.one, spot), self._value(bound.other, spot)
        if one is None or other is None:
            return True
        # Half a pixel of rounding is nobody's lack of room.
        return one + 0.5 >= other if bound.sign == ">=" else one - 0.5 <= other

    def _reserved(
        self, text: Text, name: str, box: tuple[int, int, int, int]
    ) -> tuple[int, int, int, int]:
        """*box* without the room that another layer will need below it."""
        other = self.layers.get(text.reserve or "")
        if other is None or not self._wanted(text.reserve or "", other):
            return box
        low, high = text.reserve_for
        if not low <= len(self.texts[name]) <= high:
            return box
        start, top, width, height = box
        limit = self._box(other)[1] - text.reserve_gap
        return start, top, width, min(height, limit - top)


def _kept(spots: Mapping[str, Spot], name: str | None) -> int:
    """How many characters are left of the text layer *name*; 0 when it is whole or not there."""
    spot = spots.get(name or "")
    block = spot.block if spot else None
    return len(block.text) if block and block.truncated else 0


def _narrowed(text: Text, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """*box* no wider than the text's lines may be, at the side that the text is aligned to."""
    start, top, width, height = box
    spare = width - (text.max_width or width)
    if spare <= 0:
        return box
    return (
        start + {"start": 0, "center": spare // 2, "end": spare}[text.align],
        top,
        width - spare,
        height,
    )


def _text_edges(block: Block) -> tuple[float, float]:
    """Cap line and last baseline; where the script has no capitals, the ends of the ink."""
    from sharekit.typeset.scripts import dominant, rule

    if rule(dominant(block.text)).capitals or block.ink is None:
        return block.lines[0].baseline - block.cap_height, block.lines[-1].baseline
    return block.ink.top, block.ink.bottom
