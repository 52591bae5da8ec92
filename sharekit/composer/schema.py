"""What a layout file may say, as it stands for one size: named layers with one kind of content.

All numbers are px of the master and lie in ranges that keep memory and time bounded.
Horizontal places are counted from the *start* edge: left in left-to-right posts, right in
right-to-left ones, where every box is mirrored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from sharekit.composer.scalars import (
    Color,
    Condition,
    Corners,
    Extent,
    FontSize,
    FontSizes,
    Name,
    Numbers,
    Places,
    Radius,
    Rooms,
    Share,
    SizeName,
    Value,
)
from sharekit.composer.sizes import SIZES

__all__ = [
    "KINDS",
    "Alt",
    "Edges",
    "Fill",
    "Head",
    "Icon",
    "Image",
    "Layer",
    "Logo",
    "Pick",
    "Qr",
    "Scrim",
    "Shape",
    "Text",
]

KINDS = ("fill", "image", "text", "shape", "logo", "qr", "icon", "scrim")
"""What a layer can hold; each layer holds one."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Edges(_Part):
    """A box by its edges, each a number or another layer's edge: `title.top - 36`.

    Of a list the first whose layer is drawn counts. Two of start, end and width, and two of
    top, bottom and height are needed. A box wider than *full_over* takes the card's whole width.
    """

    start: Places | None = None
    end: Places | None = None
    width: Extent | None = None
    top: Places | None = None
    bottom: Places | None = None
    height: Extent | None = None
    min_width: Extent | None = None
    full_over: Extent | None = None


def _box_kind(value: Any) -> str:
    return "edges" if isinstance(value, (Mapping, Edges)) else "box"


Box: TypeAlias = Annotated[
    Annotated[Edges, Tag("edges")] | Annotated[Numbers, Tag("box")],
    Discriminator(_box_kind),
]
"""`card` for all of it, [x, y, width, height], or `Edges`."""


class Fill(_Part):
    """A plane: one colour, a gradient, or what lies below made softer or darker.

    *opacity* applies to the whole, *angle* is clockwise from top to bottom, in degrees.
    """

    color: Color | None = None
    to: Color | None = None
    angle: Annotated[int, Field(ge=0, lt=360)] = 0
    opacity: Share = 1.0
    fade: Share = 1.0
    """A gradient's opacity at its end."""
    blur: Annotated[int, Field(ge=0, le=200)] = 0
    darken: Share = 0.0


class Image(_Part):
    """A picture. *focus* is where in the box its focal point comes to lie, each 0 to 1.

    *src* is a template for a path or an address; without one it is the post's share image,
    else its featured image.
    """

    src: Value = "{{ post.picture.src }}"
    fit: Literal["cover", "contain"] = "cover"
    focus: tuple[Share, Share] = (0.5, 0.42)
    zoom: Annotated[float, Field(ge=1, le=4)] = 1.0
    zoom_for: Name | None = None
    """A layer that must not cover the focal point: zooms 1.15 times when it otherwise would."""
    otherwise: Name | None = None
    """The layout to draw instead, when that is not enough for a focal point the post gives."""
    tone: Literal["none", "mono", "duotone", "tint", "portrait"] = "none"
    tint: Color | None = None
    disc: bool = False
    background: Color | None = None


class Text(_Part):
    """Words in a voice, fitted: from the largest step down, then cut with an ellipsis.

    *sizes* is (largest, smallest) px; without it, the largest at which *lines* lines fit the
    box and, with `overflow: shrink`, down to 48. *reserve* gives the box room for the layer it
    names, when the text has between *from* and *to* characters.
    """

    value: Value = ""
    voice: Literal["title", "address", "sans", "heavy", "serif", "cond", "num", "mono"] = "title"
    style: Literal["Regular", "Medium", "SemiBold", "Bold", "Heavy"] | None = None
    sizes: FontSizes | None = None
    steps: bool = True
    """Whether only sizes of the type scale are taken."""
    cap_height: FontSize | None = None
    """Height of capitals that a single line grows to, instead of *sizes*."""
    lines: Annotated[int, Field(ge=1, le=20)] = 1
    overflow: Literal["shrink", "ellipsis"] = "shrink"
    stretch: Annotated[int, Field(ge=0, le=500)] = 0
    """Before a text is cut its box grows by so many px above and below, by one line at most."""
    max_width: Extent | None = None
    """How wide its lines may be, px, in a box that is wider."""
    align: Literal["start", "center", "end"] = "start"
    valign: Literal["top", "middle", "bottom"] = "top"
    wrap: Literal["pretty", "balance", "greedy"] = "pretty"
    """How lines are broken: by shape and sense, by shape alone, or one filled after the other."""
    hyphenate: bool = False
    """Whether words may be divided by the patterns of the post's language where the text
    becomes clearly larger by it; needs `pip install 'sharekit[hyphens]'`."""
    tracking: Annotated[int, Field(ge=-100, le=500)] | None = None
    """Letter spacing, 1/1000 em; without it the type scale's. Scripts whose letters join, and
    those that forbid it, are left alone."""
    figures: Literal["tabular", "proportional"] | None = None
    """Digits of one width, or each of its own; without it, as the voice has them."""
    color: Color | None = None
    """Without one, the theme's ink, or its ground or white where ink cannot be read."""
    required: bool = False
    measured: bool = True
    """Whether its contrast counts; false only for decoration."""
    reserve: Name | None = None
    reserve_gap: Annotated[int, Field(ge=0, le=500)] = 0
    reserve_for: tuple[int, int] = (25, 100)


class Shape(_Part):
    """A drawn shape. *count* and *filled* are templates for whole numbers."""

    kind: Literal["disc", "quotes", "dots", "segments", "perforation"] | None = None
    color: Color = "accent"
    off: Color = "ink 16%"
    columns: Annotated[int, Field(ge=1, le=100)] = 10
    rows: Annotated[int, Field(ge=1, le=100)] = 10
    radius: Annotated[int, Field(ge=1, le=500)] = 10
    pitch: Annotated[int, Field(ge=2, le=1_000)] = 40
    gap: Annotated[int, Field(ge=0, le=200)] = 8
    most: Annotated[int, Field(ge=1, le=200)] = 12
    """More segments than this become one continuous bar."""
    count: Value = "0"
    filled: Value = "0"


class Logo(_Part):
    """The theme's logo, alone or with the site's *name* beside it. *tint* is its one colour."""

    src: Value | None = None
    name: Value | None = None
    gap: Annotated[int, Field(ge=0, le=200)] = 16
    size: FontSize = 48
    color: Color = "ink"
    tint: Color | None = None
    only_tinted: bool = False
    align: Literal["start", "end"] = "start"


class Qr(_Part):
    """A QR code (ISO/IEC 18004) of *value*, normally the post's link."""

    value: Value = "{{ post.url }}"
    color: Color = "ink"
    ground: Color = "ground"
    quiet: Annotated[int, Field(ge=0, le=8)] = 4
    """Free modules around it; the standard asks for 4."""
    correction: Literal["L", "M", "Q", "H"] = "M"


class Icon(_Part):
    """A built-in sign by *name*, or the PNG or SVG at *src*, in one colour."""

    name: str | None = None
    src: Value | None = None
    color: Color = "accent"


class Scrim(_Part):
    """A shadow or a light under the text of the layers *under*, as strong as it must be.

    Measured on the picture below. Text layers with `color: auto` take its text colour.
    When no strength is enough, the card is drawn in the layout named by *otherwise*.
    """

    under: Annotated[tuple[Name, ...], Field(max_length=8)] = ()
    polarity: Literal["auto", "dark", "light"] = "auto"
    fall: Share = 0.26
    across: bool = False
    """Whether it also fades towards the end edge, beside short lines."""
    otherwise: Name | None = None


class Dodge(_Part):
    """Moves this layer and those *with* it to the end edge when the focal point lies under it.

    The box is grown by *sides* and *below* px first.
    """

    image: Name | None = None
    sides: Annotated[int, Field(ge=0, le=1_000)] = 60
    below: Annotated[int, Field(ge=0, le=1_000)] = 140
    together: tuple[Name, ...] = ()


def _solid(value: Any) -> Any:
    return {"color": value} if isinstance(value, str) else value


class Layer(_Part):
    """One layer. Exactly one of the kinds; *when* is a condition over the post, *room* over places.

    *under* names the layer that a layer added by a child is painted below. *yields_to* names a
    text that would be cut if this layer were there, and is not, or less, when it is left out.
    """

    box: Box | None = None
    when: Condition | None = None
    room: Rooms = ()
    yields_to: Name | None = None
    dodge: Dodge | None = None
    under: Name | None = None
    mirror: bool = True
    radius: Radius = 0
    corners: Corners | None = None
    fill: Annotated[Fill, BeforeValidator(_solid)] | None = None
    image: Image | None = None
    text: Text | None = None
    shape: Shape | None = None
    logo: Logo | None = None
    qr: Qr | None = None
    icon: Icon | None = None
    scrim: Scrim | None = None

    @property
    def kind(self) -> str | None:
        """What the layer holds; `None` when it is only a part of one."""
        return next((kind for kind in KINDS if getattr(self, kind) is not None), None)


class Pick(_Part):
    """One choice of a layout that picks another: *layout* where *when* holds."""

    layout: Name
    when: Condition | None = None


Alt: TypeAlias = Value | Annotated[list[Value], Field(max_length=8)]


class Head(_Part):
    """The head of a layout file.

    *type* is what the card is saved as when nobody says otherwise. *alt* is what its alternative
    text says: a template, or several that become sentences.
    """

    about: Annotated[str, Field(max_length=200)] = ""
    extends: Name | None = None
    size: tuple[Extent, Extent] | None = None
    sizes: Annotated[list[SizeName], Field(min_length=1, default_factory=lambda: list(SIZES))]
    type: Literal["jpeg", "png", "webp", "avif"] | None = None
    alt: Alt | None = None
    pick: Annotated[list[Pick], Field(min_length=1, max_length=30)] | None = None
