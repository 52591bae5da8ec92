"""What the first bytes of a picture say: format, size, which way is up. No decoder sees them."""

from __future__ import annotations

import struct

__all__ = ["exif_orientation", "jpeg_frame", "size_in", "sniff"]

_ORIENTATION = 0x0112
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def sniff(head: bytes) -> str | None:
    """The format that the first bytes tell, `None` for one that is not taken."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis", b"mif1", b"msf1"):
        return "AVIF"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    return "TIFF" if head[:4] in (b"II*\0", b"MM\0*") else None


def size_in(data: bytes, kind: str) -> tuple[int, int] | None:
    """Width and height as the head says, before a decoder sees it and sets memory aside.

    `None` where the head does not say it plainly; then the opened file is asked.
    """
    if kind == "JPEG":
        frame = jpeg_frame(data)
        return frame[1:] if frame else None
    if kind == "WEBP":
        return _webp_size(data)
    if kind == "PNG" and data[12:16] == b"IHDR":
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if kind == "GIF" and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if kind == "AVIF" and (at := data.find(b"ispe")) > 0 and len(data) >= at + 16:
        width, height = struct.unpack(">II", data[at + 8 : at + 16])
        return width, height
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """The canvas of a WebP. RFC 9649, sections 2.5 to 2.7."""
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def jpeg_frame(data: bytes) -> tuple[int, int, int] | None:
    """The marker, width and height of a JPEG's frame header. ITU-T T.81, B.2.2."""
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return marker, width, height
        if marker == 0xFF:
            at += 1
        else:
            at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


def exif_orientation(exif: bytes) -> int:
    """Read by hand: the full parser costs more than cropping the picture, and warns."""
    block = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None or len(block) < 14:
        return 1
    (start,) = struct.unpack(f"{order}I", block[4:8])
    if start + 2 > len(block):
        return 1
    (count,) = struct.unpack(f"{order}H", block[start : start + 2])
    for at in range(start + 2, min(start + 2 + count * 12, len(block) - 11), 12):
        tag, kind, _, value = struct.unpack(f"{order}HHIH", block[at : at + 10])
        if tag == _ORIENTATION:
            return value if kind == 3 and 1 <= value <= 8 else 1
    return 1
