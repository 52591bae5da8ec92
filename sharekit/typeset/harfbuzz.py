"""The only module that knows uharfbuzz: opening faces, shaping, measuring and rasterising.

Everything is measured in the font's own units, unhinted, so a width at any size is a product.
HarfBuzz calls its raster library experimental; `pillow` draws the same blocks without it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import uharfbuzz as hb
from PIL import Image

from sharekit.errors import UserError
from sharekit.typeset.style import Block

__all__ = [
    "CAN_RASTER",
    "Face",
    "Glyph",
    "Stamp",
    "describe",
    "library_version",
    "open_face",
    "paint_mask",
    "shape",
    "stamp",
]

CAN_RASTER = hasattr(hb, "RasterDraw") and hasattr(hb, "RasterPaint")
_PACKED = {b"wOFF": "WOFF", b"wOF2": "WOFF2"}
_MAX_BYTES = 100_000_000  # of a font file; the largest pan-CJK collections are 40 MB
_MAX_FACES = 64
_FARTHEST = 8.0  # em that a colour glyph may reach: more is a broken font's claim
_FAMILY, _TYPOGRAPHIC_FAMILY = 1, 16  # name table
# How far HarfBuzz grows the outlines of a regular face that stands in for a bold one, in em.
_EMBOLDEN = (0.022, 0.012, True)


def library_version() -> str:
    """HarfBuzz's own version."""
    return str(hb.version_string())


class Glyph(NamedTuple):
    """A shaped glyph; *advance*, *dx* and *dy* in em. *cluster* is a position in the text."""

    id: int
    cluster: int
    advance: float
    dx: float
    dy: float


class Stamp(NamedTuple):
    """A colour glyph as an RGBA picture; *left* and *top* are px from the pen (top upwards)."""

    image: Image.Image
    left: float
    top: float


class Face:
    """One face of a font file at one point of its design space. Compared by identity."""

    def __init__(
        self, path: Path, index: int = 0, axes: tuple[tuple[str, float], ...] = (), *, bold: bool
    ) -> None:
        self.path = path
        self.index = index
        self.axes = axes
        blob = _read(path)
        self.hb_face = hb.Face(blob, index)
        if not self.hb_face.glyph_count:
            raise UserError(
                f"{path.name} is not a font that can be read", hint="Use a TTF or OTF file."
            )
        self.upem: int = self.hb_face.upem
        known = {axis.tag for axis in self.hb_face.axis_infos}
        self.hb_font = hb.Font(self.hb_face)
        if known:
            self.hb_font.set_variations({tag: at for tag, at in axes if tag in known})
        if bold:
            self.hb_font.synthetic_bold = _EMBOLDEN
        self._advances: dict[int, float] = {}
        self._extents: dict[int, tuple[float, float, float, float] | None] = {}

    def __repr__(self) -> str:
        axes = "".join(f" {tag}={value:g}" for tag, value in self.axes)
        return f"<Face {self.path.name}{axes}>"

    def axis_values(self) -> list[float]:
        """Where the face stands on each of its file's axes, in the file's order."""
        wanted = dict(self.axes)
        return [
            min(max(wanted.get(axis.tag, axis.default_value), axis.min_value), axis.max_value)
            for axis in self.hb_face.axis_infos
        ]

    def has(self, char: str) -> bool:
        """Whether the character map has *char*."""
        return self.hb_font.get_nominal_glyph(ord(char)) is not None

    def glyph(self, char: str) -> int:
        """The glyph that the character map has for *char*, 0 without one."""
        return self.hb_font.get_nominal_glyph(ord(char)) or 0

    @cached_property
    def colour(self) -> str:
        """How colour glyphs are stored: `paint` (COLR), `png` (CBDT, sbix) or not at all."""
        face = self.hb_face
        if face.has_color_paint or face.has_color_layers:
            return "paint"
        return "png" if face.has_color_png else ""

    @cached_property
    def ascent(self) -> float:
        """Em above the baseline, from the font."""
        return float(self.hb_font.get_font_extents("ltr").ascender / self.upem)

    @cached_property
    def descent(self) -> float:
        """Em below the baseline, from the font, positive."""
        return float(-self.hb_font.get_font_extents("ltr").descender / self.upem)

    @cached_property
    def cap_height(self) -> float:
        """Em from the baseline to the top of H."""
        told = self.hb_font.get_metric_position(hb.OTMetricsTag.CAP_HEIGHT)
        if told:
            return float(told / self.upem)
        extents = self.extents(self.glyph("H")) if self.has("H") else None
        return extents[1] if extents else 0.7

    def advance(self, glyph: int) -> float:
        """How far a glyph by itself moves the pen, in em."""
        if glyph not in self._advances:
            self._advances[glyph] = self.hb_font.get_glyph_h_advance(glyph) / self.upem
        return self._advances[glyph]

    def extents(self, glyph: int) -> tuple[float, float, float, float] | None:
        """Left, top, right and bottom of a glyph's ink in em, y upwards; `None` without ink."""
        if glyph not in self._extents:
            found = self.hb_font.get_glyph_extents(glyph)
            scale = 1 / self.upem
            self._extents[glyph] = (
                (
                    found.x_bearing * scale,
                    found.y_bearing * scale,
                    (found.x_bearing + found.width) * scale,
                    (found.y_bearing + found.height) * scale,
                )
                if found and found.width and found.height
                else None
            )
        return self._extents[glyph]


def _read(path: Path) -> Any:
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise UserError(
            f"the font {path} cannot be read: {error.strerror}", hint="Check its path."
        ) from error
    if start in _PACKED:
        raise UserError(
            f"{path.name} is a {_PACKED[start]} file, which only browsers unpack",
            hint=f"Unpack it once: fonttools ttLib.woff2 decompress {path.name}"
            if start == b"wOF2"
            else "Use the TTF or OTF file of the same font.",
        )
    if size > _MAX_BYTES:
        raise UserError(f"{path.name} has {size:,} bytes, which no sound font needs")
    return hb.Blob.from_file_path(str(path))


def describe(path: Path) -> Iterator[tuple[Any, ...]]:
    """Every face of a font file: index, family, weight, width (per cent), italic, axes and
    the first and last code points of the stretches it covers, alternating.
    """
    blob = _read(path)
    for index in range(min(hb.Face(blob).count, _MAX_FACES)):
        face = hb.Face(blob, index)
        if not face.glyph_count:
            continue
        font = hb.Font(face)
        axes = tuple((axis.tag, axis.min_value, axis.max_value) for axis in face.axis_infos)
        covers: list[int] = []
        for code in sorted(face.unicodes):
            if covers and covers[-1] == code - 1:
                covers[-1] = code
            else:
                covers += (code, code)
        yield (
            index,
            face.get_name(_TYPOGRAPHIC_FAMILY) or face.get_name(_FAMILY) or "",
            font.get_style_value(hb.StyleTag.WEIGHT),
            font.get_style_value(hb.StyleTag.WIDTH),
            bool(font.get_style_value(hb.StyleTag.ITALIC)),
            axes,
            covers,
        )


@lru_cache(512)
def open_face(
    path: Path, index: int = 0, axes: tuple[tuple[str, float], ...] = (), *, bold: bool = False
) -> Face:
    """The face, the same object for the same arguments. Raises `UserError` for a broken file."""
    return Face(path, index, axes, bold=bold)


def shape(
    face: Face,
    text: str,
    start: int,
    end: int,
    *,
    script: str,
    rtl: bool,
    language: str = "",
    features: dict[str, Any] | None = None,
) -> list[Glyph]:
    """The glyphs of `text[start:end]` in visual order; the rest of *text* is context."""
    buffer = hb.Buffer()
    buffer.add_str(text, start, end - start)
    buffer.direction = "rtl" if rtl else "ltr"
    buffer.script = script
    if language:
        buffer.language = language
    hb.shape(face.hb_font, buffer, features)
    scale = 1 / face.upem
    return [
        Glyph(
            info.codepoint,
            info.cluster,
            place.x_advance * scale,
            place.x_offset * scale,
            place.y_offset * scale,
        )
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    ]


def paint_mask(block: Block, corner: tuple[float, float], size: tuple[int, int]) -> Image.Image:
    """A mask (mode L) of *size* px with the block's outlines, its corner at *corner*."""
    width, height = size
    raster = hb.RasterDraw()
    raster.extents = hb.RasterExtents(0, 0, width, height, 0)
    for line in block.lines:
        baseline = height - (line.baseline - corner[1])
        for piece in line.pieces:
            if piece.emoji:
                continue
            scale = block.step.size / piece.face.upem
            font = piece.face.hb_font
            for glyph, x, y in zip(piece.glyphs, piece.xs, piece.ys, strict=True):
                raster.transform = (scale, 0.0, 0.0, scale, x - corner[0], baseline + y)
                raster.draw_glyph(font, glyph)
    image = raster.render()
    extents = image.extents
    # Rows run bottom-up, hence the step of -1.
    return Image.frombuffer(
        "L", (extents.width, extents.height), image.buffer, "raw", "L", extents.stride, -1
    )


@lru_cache(128)
def stamp(face: Face, glyph: int, size: float) -> Stamp | None:
    """A colour glyph at *size* px an em: COLR painted, bitmaps scaled. `None` without ink."""
    extents = face.extents(glyph)
    if not extents:
        return None
    if max(map(abs, extents)) > _FARTHEST:
        return None
    left, top, right, bottom = (value * size for value in extents)
    if face.colour == "png":
        data = face.hb_font.get_glyph_color_png(glyph).data
        if not data:
            return None
        with Image.open(io.BytesIO(data), formats=["PNG"]) as opened:
            picture = opened.convert("RGBA")
        fitted = (max(1, round(right - left)), max(1, round(top - bottom)))
        return Stamp(picture.resize(fitted, Image.Resampling.LANCZOS), left, top)
    return _painted(face, glyph, size, (left, top, right, bottom))


def _painted(face: Face, glyph: int, size: float, ink: Sequence[float]) -> Stamp:
    left, top, right, bottom = ink
    scale = size / face.upem
    paint = hb.RasterPaint()
    paint.extents = hb.RasterExtents(0, 0, int(right - left) + 3, int(top - bottom) + 3, 0)
    paint.transform = (scale, 0.0, 0.0, scale, 1 - left, 1 - bottom)
    paint.paint_glyph(face.hb_font, glyph)
    image = paint.render()
    extents = image.extents
    picture = Image.frombuffer(
        "RGBa", (extents.width, extents.height), image.buffer, "raw", "BGRa", extents.stride, -1
    ).convert("RGBA")
    return Stamp(picture, left - 1, bottom - 1 + extents.height)
