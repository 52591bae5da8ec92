"""What bytes are, by the bytes: a server's word for it is often wrong and sometimes a trick."""

from __future__ import annotations

import re

from sharekit.errors import ReadError

__all__ = ["gunzip", "sniff"]

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"%PDF-", "application/pdf"),
    (b"%!PS", "application/postscript"),
    (b"\x1f\x8b", "application/gzip"),
    (b"PK\x03\x04", "application/zip"),
)
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
}
_MARKUP = re.compile(rb"<(?:!--.*?-->|[?!]?)\s*([\w:.-]+)", re.DOTALL)
_RATIO = 200  # text is rarely packed more than 20 times, a bomb 1,000 times
_PLENTY = 1_000_000
_SLICE = 65_536
_MEMBERS = 10_000


def sniff(content: bytes) -> str:
    """The media type of *content* by its first bytes.

    One of the usual picture types, `application/json`, `text/html`, `image/svg+xml`,
    `application/xml` (feeds and sitemaps too), `text/plain`, or `application/octet-stream`.
    """
    for magic, mime in _MAGIC:
        if content.startswith(magic):
            return mime
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "video/mp4")
    head = content[:2_000]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"<"):
        return _markup(head)
    if head.startswith((b"{", b"[")):
        return "application/json"
    return "application/octet-stream" if b"\x00" in head else "text/plain"


def _markup(head: bytes) -> str:
    names = [name.lower() for name in _MARKUP.findall(head)]
    if b"svg" in names[:4]:
        return "image/svg+xml"
    if head.startswith(b"<?xml") and b"html" not in names[:4]:
        return "application/xml"
    if any(name in {b"rss", b"feed", b"rdf:rdf", b"urlset", b"sitemapindex"} for name in names[:4]):
        return "application/xml"
    return "text/html"


def too_dense(size: int, packed: int) -> bool:
    """Whether *size* bytes out of *packed* are more than honest text gives."""
    return size > _PLENTY and size > _RATIO * max(packed, 1)


def gunzip(content: bytes, max_bytes: int) -> bytes:
    """*content* without its gzip packing, as it is where it has none.

    What is cut short is unpacked as far as it goes. Raises `ReadError` where the result is more
    than *max_bytes*, or far more than honest text gives.
    """
    if not content.startswith(b"\x1f\x8b"):
        return content
    import zlib

    out = bytearray()
    engine = None
    members = 0
    try:
        for start in range(0, len(content), _SLICE):
            data = content[start : start + _SLICE]
            while data:
                if engine is None:  # a gzip file may have several members, and a tail of zeros
                    if data[:2] not in {b"\x1f\x8b", b"\x1f"} or members == _MEMBERS:
                        return bytes(out)
                    engine, members = zlib.decompressobj(wbits=31), members + 1
                out += engine.decompress(data, 4 * _SLICE)
                if len(out) > max_bytes or too_dense(len(out), start + _SLICE):
                    msg = f"unpacks to more than {min(len(out), max_bytes):,} bytes"
                    raise ReadError(msg, code="too-big")
                data = engine.unused_data or engine.unconsumed_tail
                engine = None if engine.eof else engine
    except zlib.error as error:
        raise ReadError(f"is not a proper gzip file: {error}", code="not-gzip") from error
    return bytes(out)
