"""Layouts for people: lists of them, their boxes, and copies to make one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit import files
from sharekit.composer.layout import Layout
from sharekit.composer.library import Library
from sharekit.composer.schema import Edges, Layer
from sharekit.composer.sizes import SIZES, Size, named
from sharekit.errors import LayoutError
from sharekit.model import Asset, Post

if TYPE_CHECKING:
    from sharekit.composer.compose import Composer

__all__ = ["Box", "Described", "Entry", "draw_grid", "eject", "entries", "new"]

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LINE, _LABEL = (255, 0, 128), (255, 255, 255)
_STEP = 100
"""px between the lines of the grid."""

_SAMPLE = Post(
    id="sample",
    title="A title of the usual length, to see where its lines break",
    url="https://example.org/sample",
    authors=("Ada Sample",),
    tags=("Sample",),
    language="en",
    extra={
        "quote": {
            "text": "Words that are worth a card of their own.",
            "by": "Ada Sample",
            "role": "Engineer",
        },
        "event": {"start": "2026-10-14T18:30", "end": "2026-10-14T20:30", "place": "Union Hall"},
        "number": {"value": "73%", "text": "of all samples are shown like this one"},
        "series": {"name": "The handbook", "part": 3, "of": 8},
        "person": {"name": "Ada Sample", "role": "Engineer and sample"},
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A layout in a list: *origin* is its package, or the project's own file."""

    name: str
    origin: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A layer in one size: *box* is x, y, width and height where they are plain numbers."""

    layer: str
    kind: str
    box: tuple[int, int, int, int] | None
    says: str


class Described:
    """A layout that can tell what is in it."""

    def __init__(self, layout: Layout, library: Library) -> None:
        self.layout = layout
        self.name = layout.name
        self.about = layout.head.about
        self.path = Path(layout.where)
        self.picks = tuple(pick.layout for pick in layout.head.pick or ())
        self._library = library

    def describe(self, size: str) -> list[Box]:
        """The layers in *size*, in painting order; those of the first choice where it picks."""
        chosen = self._library.picked(self.name, self.picks[-1]) if self.picks else self.layout
        return [
            _box(name, layer, named(size)) for name, layer in chosen.layers(named(size)).items()
        ]


def entries(library: Library) -> list[Entry]:
    """All layouts of *library*. One that is broken says so instead of what it is about."""
    found = []
    for info in library.infos():
        try:
            about = library.layout(info.name).head.about
        except LayoutError as error:
            about = f"broken: {error.problems[0].message}"
        found.append(Entry(name=info.name, origin=info.package or str(info.path), about=about))
    return found


def _box(name: str, layer: Layer, size: Size) -> Box:
    content = getattr(layer, layer.kind or "")
    says = getattr(content, "value", None) or getattr(content, "color", None) or ""
    box = layer.box
    if box == "card":
        numbers: Any = (0, 0, size.width, size.height)
    else:
        numbers = box if isinstance(box, tuple) else None
    where = f" {_edges(box)}" if isinstance(box, Edges) else ""
    return Box(layer=name, kind=layer.kind or "", box=numbers, says=f"{says}{where}".strip())


def _edges(box: Edges) -> str:
    told = box.model_dump(exclude_none=True)
    return ", ".join(
        f"{key}: {' or '.join(map(str, value)) if isinstance(value, tuple) else value}"
        for key, value in told.items()
    )


def draw_grid(composer: Composer, name: str, size: Size, path: Path, post: Post | None) -> Path:
    """The layout *name* drawn for *post* (or a sample), its boxes and a grid over it, as a PNG."""
    from PIL import ImageDraw, ImageFont

    from sharekit.composer import encode

    canvas = composer.canvas(post or _sample(composer), name, size)
    image = canvas.image
    draw = ImageDraw.Draw(image, "RGBA")
    for at in range(0, max(image.size), _STEP):
        draw.line((at, 0, at, image.height), fill=(*_LINE, 40))
        draw.line((0, at, image.width, at), fill=(*_LINE, 40))
    for area in size.covered:
        draw.rectangle(area, fill=(255, 0, 0, 50))
    font = ImageFont.load_default(20)
    for spot in canvas.spots.values():
        rect = canvas.rect(spot)
        draw.rectangle((rect[0], rect[1], rect[2] - 1, rect[3] - 1), outline=_LINE, width=2)
        label = f"{spot.name} {rect[0]},{rect[1]},{spot.width},{spot.height}"
        corner = (max(rect[0], 0) + 4, max(rect[1], 0) + 2)
        draw.rectangle(draw.textbbox(corner, label, font=font), fill=(*_LINE, 200))
        draw.text(corner, label, fill=_LABEL, font=font)
    encode.write(image, path, "png")
    return path


def _sample(composer: Composer) -> Post:
    """A post that has everything, with a picture of the theme's own colours."""
    from PIL import Image

    from sharekit.composer import encode, shapes

    tokens = composer.theme.tokens
    folder = composer.cache_dir or Path(".sharekit/cache")
    path = (folder / "sample.png").resolve()
    way = shapes.gradient(1600, 1200, 20)
    picture = Image.composite(
        Image.new("RGB", way.size, tokens.dark), Image.new("RGB", way.size, tokens.light), way
    )
    encode.write(picture, path, "png")
    return replace(_SAMPLE, image=Asset(src=str(path), alt="A sample picture", focus=(0.5, 0.4)))


def new(library: Library, name: str, extends: str, folder: Path) -> Path:
    """A file that changes a few layers of *extends*. Raises `LayoutError` if it exists."""
    parent = library.layout(extends)
    layers = parent.layers(SIZES[parent.head.sizes[0]]) if parent.head.pick is None else {}
    lines = [
        f"# Changes a few layers of {extends}; see  sharekit layouts show {extends}",
        f"extends: {extends}",
        f"about: {name}",
        "",
        "layers:",
    ]
    if title := layers.get("title"):
        sizes = title.text.sizes if title.text else None
        lines += ["  title:", f"    text: {{ sizes: {list(sizes or (96, 48))} }}"]
    else:
        lines[-1] = "layers: {}"
    return _written(folder, name, "\n".join(lines) + "\n")


def eject(library: Library, name: str, folder: Path) -> Path:
    """A copy of *name*'s own file in *folder*. Raises `LayoutError` when it is there already."""
    return _written(folder, name, library.info(name).path.read_text(encoding="utf-8"))


def _written(folder: Path, name: str, text: str) -> Path:
    if not _NAME.fullmatch(name):
        raise LayoutError(
            f"{name!r} is no name for a layout",
            hint="Use lower-case letters, digits, - and _, beginning with a letter.",
            code="layout-name",
        )
    path = folder / f"{name}.yaml"
    if path.exists():
        raise LayoutError(
            f"{path} is there already",
            hint="Choose another name, or delete it.",
            code="layout-exists",
        )
    return files.write(path, text)
