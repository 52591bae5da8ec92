"""Opens pictures that nobody vouches for, and turns each into sRGB, upright, 8 bits a channel.

Formats are told by content and taken from a short list; pixels are capped by the file's head
before anything is decoded. Only a picture's own pixels leave this module: no metadata does.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO

from sharekit.composer import heads
from sharekit.errors import RenderError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["HINT", "MAX_FILE", "MAX_PIXELS", "MAX_SIDE", "Header", "decode", "header", "is_simple"]

MAX_PIXELS = 40_000_000
"""Ten times a story card at double density; a 38-byte file can claim more and cost gigabytes."""
MAX_SIDE = 16_384
MAX_FILE = 50_000_000

HINT = "Pictures are JPEG, PNG, WebP, AVIF, GIF or TIFF of at most 40 megapixels."

_ENOUGH = 2208
"""Px of the shorter side that cover the highest card, and 1.15 times nearer."""
_MAX_SCANS = 60
"""A progressive JPEG has about ten scans; each costs a pass over the whole picture."""
_REDUCIBLE = frozenset(("L", "LA", "RGB", "RGBA", "CMYK", "I", "F"))
_PLUGINS = {
    "JPEG": "JpegImagePlugin",
    "PNG": "PngImagePlugin",
    "WEBP": "WebPImagePlugin",
    "AVIF": "AvifImagePlugin",
    "GIF": "GifImagePlugin",
    "TIFF": "TiffImagePlugin",
}


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of a file says: *width* and *height* in px as they are to be shown."""

    format: str
    width: int
    height: int


def is_simple(data: bytes) -> bool:
    """Whether *data* may be decoded in this process: JPEG and PNG, whose cost their head tells.

    Every other format goes to the decoding process, and so does a JPEG of endless scans.
    """
    kind = heads.sniff(data[:16])
    if kind == "JPEG":
        frame = heads.jpeg_frame(data)
        is_baseline = frame is not None and frame[0] in (0xC0, 0xC1)
        return is_baseline or data.count(b"\xff\xda") <= _MAX_SCANS
    return kind == "PNG"


def header(data: bytes, name: str) -> Header:
    """Format and size of the picture in *data*; *name* is what messages call it.

    Only for what `is_simple`: opening some other formats sets memory aside for all their pixels.
    Raises `RenderError` for what is no picture, no format taken, or too large.
    """
    if not data:
        raise _refused(name, "is empty")
    if len(data) > MAX_FILE:
        raise _refused(name, f"has {len(data):,} bytes, more than {MAX_FILE:,}")
    kind = heads.sniff(data[:16])
    if kind is None:
        raise _refused(name, "is not a picture in a format that is taken")
    with _opened(data, kind, name) as image:
        width, height = image.size
        if _orientation(image) >= 5:
            width, height = height, width
    return Header(kind, width, height)


def decode(data: bytes, name: str, scale: float = 1.0) -> tuple[Image, Header]:
    """The picture in *data* as RGB (RGBA where it is see-through), at least *scale* times its size.

    It may come larger, by less than twice where its mode can be reduced. With *scale* 0 it is as
    large as any card can need. Raises `RenderError` when it cannot be decoded.
    """
    kind = heads.sniff(data[:16])
    if kind is None:
        raise _refused(name, "is not a picture in a format that is taken")
    with _opened(data, kind, name) as image:
        turn = _orientation(image)
        width, height = image.size
        scale = scale or min(1.0, _ENOUGH / min(width, height))
        if scale < 1:
            image.draft(None, (max(1, round(width * scale)), max(1, round(height * scale))))
        picture = _upright(_plain(image, width * scale), turn)
    if turn >= 5:
        width, height = height, width
    return picture, Header(kind, width, height)


def _refused(name: str, why: str) -> RenderError:
    return RenderError(f"picture {name} {why}", code="picture-unreadable", hint=HINT)


@contextmanager
def _opened(data: bytes, kind: str, name: str) -> Iterator[Image]:
    """The file opened, size checked, with every failure inside turned into a `RenderError`."""
    from PIL import Image

    import_module(f"PIL.{_PLUGINS[kind]}")
    _check(heads.size_in(data, kind), name)
    try:
        stream: BinaryIO = io.BytesIO(data)
        with warnings.catch_warnings():
            # Damaged metadata is nobody's trouble here: it is thrown away.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(stream, formats=[kind]) as image:
                _check(image.size, name)
                yield image
    except RenderError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _refused(name, "is larger than 40 megapixels") from error
    # Decoders raise whatever a broken file drives them to.
    except Exception as error:
        reason = str(error).split("\n", maxsplit=1)[0] or type(error).__name__
        raise _refused(name, f"cannot be decoded: {_public(reason)}") from error


def _public(reason: str) -> str:
    """A decoder's words without the addresses of its objects."""
    return "its content is damaged" if "<_io" in reason or "object at 0x" in reason else reason


def _check(size: tuple[int, int] | None, name: str) -> None:
    if size is None:
        return
    width, height = size
    if width < 1 or height < 1:
        raise _refused(name, "has no pixels")
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise _refused(name, f"is {width}x{height} px, larger than 40 megapixels or 16,384 px")


def _orientation(image: Image) -> int:
    """EXIF's orientation, 1 to 8; 1 where there is none. Exif 3.0, 4.6.5.1."""
    # A TIFF is turned upright by its decoder.
    return 1 if image.format == "TIFF" else heads.exif_orientation(image.info.get("exif", b""))


def _upright(image: Image, orientation: int) -> Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _plain(image: Image, wanted: float) -> Image:
    """*image* decoded, in sRGB, as RGB, or as RGBA where it is really see-through.

    At least *wanted* px wide, if it is.
    """
    from sharekit.composer.profile import to_srgb

    image.load()
    profile = image.info.get("icc_profile")
    see_through = "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info
    flat = _eight_bit(_reduced(image, wanted), wanted)
    if see_through and not _is_opaque(flat):
        flat = flat.convert("RGBA")
    if see_through and _is_opaque(flat):
        flat = flat.convert("RGB")
    if profile:
        flat = to_srgb(flat, profile)
    if flat.mode not in ("RGB", "RGBA"):
        flat = flat.convert("RGB")
    # A copy without the file's own attributes: nothing but pixels goes on.
    flat.info = {}
    return flat


def _is_opaque(image: Image) -> bool:
    return "A" in image.getbands() and image.getchannel("A").getextrema() == (255, 255)


def _reduced(image: Image, wanted: float) -> Image:
    """*image* by a whole step smaller, before it is copied into other modes: the largest that may
    come has 160 MB in each of them.
    """
    steps = int(image.width / max(wanted, 1.0) + 1e-3)
    if steps < 2 or image.mode not in _REDUCIBLE or "transparency" in image.info:
        return image
    return image.reduce(steps)


def _eight_bit(image: Image, wanted: float) -> Image:
    """*image* with 8 bits a channel. Deeper greys are scaled; `convert` alone would clip them."""
    if image.mode.startswith("I;16"):
        return (
            _reduced(image.convert("I"), wanted).point(lambda value: value * (1 / 257)).convert("L")
        )
    if image.mode not in ("I", "F"):
        return image
    low, high = image.getextrema()
    assert isinstance(low, (int, float))
    assert isinstance(high, (int, float))
    # Without a stated range, what is there spans from black to white.
    span = (high - low) or 1
    scaled = (image if image.mode == "F" else image.convert("F")).point(
        lambda value: value * (255 / span) - low * 255 / span
    )
    return scaled.convert("L")
