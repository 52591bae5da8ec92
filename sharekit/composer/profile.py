"""Colour profiles to sRGB (https://www.color.org/specification/ICC.1-2022-05.pdf, section 7)."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["to_srgb"]

_SPACES = {b"RGB ": "RGB", b"GRAY": "L", b"CMYK": "CMYK"}
_SRGB_NAMES = (b"sRGB", b"s\0R\0G\0B", b"\0s\0R\0G\0B", b"c2\0")
"""What sRGB's own profiles call themselves, `c2` being a well-known tiny one."""


def to_srgb(image: Image, profile: bytes) -> Image:
    """*image*, whose values mean what *profile* says, in sRGB (RGB or RGBA).

    A profile that is damaged, or made for another kind of picture, is as good as none.
    """
    if len(profile) < 128 or profile[36:40] != b"acsp":
        return image
    space = _SPACES.get(profile[16:20])
    if space == "RGB" and any(name in profile for name in _SRGB_NAMES):
        return image
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    flat = image.convert("RGB") if alpha else image
    if space is None or flat.mode != space:
        return image
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(flat, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image
    assert converted is not None
    if alpha:
        converted.putalpha(alpha)
    return converted
