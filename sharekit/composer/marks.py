"""Logos and signs: PNG and SVG files as pictures or as one-coloured silhouettes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from sharekit.composer import decode
from sharekit.errors import RenderError, UserError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ICONS", "Mark", "icon", "load"]

MAX_SVG = 1_000_000
WORDMARK = 2.5
"""Wider than so many times its height, a logo is taken to spell the name out."""

_ONE_COLOUR = 24
"""How far apart the channels of one colour may lie, of 255."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A logo. *aspect* is width by height, *can_tint* says that it has a silhouette."""

    path: Path
    digest: str
    aspect: float
    can_tint: bool
    one_colour: bool

    @property
    def is_wordmark(self) -> bool:
        """Whether it is so wide that it will have the name in it."""
        return self.aspect > WORDMARK

    def is_tinted(self, wish: bool | Literal["auto"]) -> bool:
        """Whether it is drawn in one colour of the theme."""
        return self.can_tint and (self.one_colour if wish == "auto" else wish)

    def picture(self, width: int, height: int) -> Image:
        """The logo, *width* by *height* px (RGBA)."""
        return _drawn(self.path, self.digest, width, height)


def load(path: Path) -> Mark:
    """The logo at *path*. Raises `UserError` when it is missing or is no PNG, JPEG, WebP or SVG."""
    from sharekit.composer.names import digest_of_file

    if not path.is_file():
        raise UserError(
            f"the logo {path} is not there", code="logo-missing", hint="Check its path."
        )
    return _load(path, digest_of_file(path))


@cache
def _load(path: Path, digest: str) -> Mark:
    try:
        probe = _drawn(path, digest, 0, 128)
    except RenderError as error:
        problem = error.problems[0]
        raise UserError(error.message, code="logo-unreadable", hint=problem.hint) from error
    solid = probe.getchannel("A").point(lambda alpha: 255 if alpha > 200 else 0)
    # Where every pixel is solid the silhouette is a rectangle, which says nothing.
    can_tint = solid.getextrema() != (255, 255)
    return Mark(
        path=path,
        digest=digest,
        aspect=probe.width / probe.height,
        can_tint=can_tint,
        one_colour=can_tint and _is_one_colour(probe, solid),
    )


def _is_one_colour(picture: Image, solid: Image) -> bool:
    from PIL import ImageStat

    if solid.getbbox() is None:
        return False
    extrema = ImageStat.Stat(picture.convert("RGB"), solid).extrema
    return all(high - low <= _ONE_COLOUR for low, high in extrema)


@lru_cache(maxsize=32)
def _drawn(path: Path, digest: str, width: int, height: int) -> Image:
    """The file at *path*, scaled; a width of 0 keeps its proportions. *digest* is its content's."""
    del digest
    if path.suffix.lower() == ".svg":
        return _svg(path, width, height)
    from PIL import Image

    picture = decode.decode(path.read_bytes(), str(path))[0].convert("RGBA")
    wide = width or max(1, round(height * picture.width / picture.height))
    # Colour under clear pixels must not bleed into the edges.
    small = picture.convert("RGBa").resize(
        (wide, height), Image.Resampling.LANCZOS, reducing_gap=3.0
    )
    return small.convert("RGBA")


def _svg(path: Path, width: int, height: int) -> Image:
    try:
        import resvg_py
    except ImportError as error:
        raise RenderError(
            f"{path} is an SVG file",
            code="svg-missing",
            hint="Run  pip install 'sharekit[svg]',  or save it as a PNG.",
        ) from error
    data = path.read_bytes()
    if len(data) > MAX_SVG:
        raise RenderError(f"{path} is larger than 1 MB", code="svg-large", hint="Simplify it.")
    text = data.decode("utf-8", "replace")
    if any(mark in text for mark in ("<image", "file:", "<!ENTITY", "<foreignObject")):
        raise RenderError(
            f"{path} has more in it than shapes",
            code="svg-refers",
            hint="Leave out pictures, entities and references to files.",
        )
    try:
        png = resvg_py.svg_to_bytes(svg_string=text, height=height, width=width or None)
    # The renderer raises what it likes.
    except Exception as error:
        raise RenderError(f"{path} cannot be drawn: {error}", code="svg-broken") from error
    picture, _ = decode.decode(bytes(png), str(path))
    return picture.convert("RGBA")


_Outline: TypeAlias = tuple[tuple[float, float], ...]

# Polygons on a grid of 24 by 24.
_CROSS = (
    *((10, 2), (14, 2), (14, 10), (22, 10), (22, 14), (14, 14)),
    *((14, 22), (10, 22), (10, 14), (2, 14), (2, 10), (10, 10)),
)
_STAR = (
    *((12, 1), (15.2, 8.4), (23, 9.2), (17, 14.4), (18.8, 22.4)),
    *((12, 18.2), (5.2, 22.4), (7, 14.4), (1, 9.2), (8.8, 8.4)),
)
_COMMA = ((2, 13), (6, 5), (10, 5), (8, 12), (11, 12), (11, 20), (2, 20))
_SIGNS: Mapping[str, tuple[_Outline, ...]] = {
    "play": (((6, 3), (21, 12), (6, 21)),),
    "arrow": (((3, 10), (14, 10), (14, 4), (22, 12), (14, 20), (14, 14), (3, 14)),),
    "check": (((2, 13), (5, 10), (10, 15), (20, 4), (23, 7), (10, 20)),),
    "plus": (_CROSS,),
    "quote": (_COMMA, tuple((x + 11, y) for x, y in _COMMA)),
    "bookmark": (((5, 2), (19, 2), (19, 22), (12, 16), (5, 22)),),
    "star": (_STAR,),
    "bolt": (((13, 1), (4, 14), (11, 14), (9, 23), (20, 9), (13, 9)),),
}

ICONS = tuple(_SIGNS)
"""The built-in signs."""


@lru_cache(maxsize=32)
def icon(name: str, width: int, height: int) -> Image:
    """The built-in sign *name* as a mask (L)."""
    from PIL import Image, ImageDraw

    fine = 4
    side = min(width, height)
    mask = Image.new("L", (width * fine, height * fine))
    draw = ImageDraw.Draw(mask)
    left, top = (width - side) / 2, (height - side) / 2
    for points in _SIGNS[name]:
        draw.polygon(
            [((left + x / 24 * side) * fine, (top + y / 24 * side) * fine) for x, y in points],
            fill=255,
        )
    return mask.reduce(fine)
