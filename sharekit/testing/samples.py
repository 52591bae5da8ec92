"""Sample values, each complete, to change where a test needs it."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sharekit.model import Asset, Card, Link, Message, Post

__all__ = ["NASTY_TEXTS", "sample_card", "sample_message", "sample_post"]

NASTY_TEXTS: tuple[str, ...] = (
    "Plain words, a colon: and a full stop.",
    "<b>bold?</b> & <script>alert(1)</script> &amp; &lt;",
    "*stars* _underscores_ ~tildes~ `ticks` ||bars|| > quote",
    "[brackets](https://otters.example/a_(b)) {braces} (parentheses) \\ backslash",
    "{{ site.name }} {% raw %} ${HOME} %s {0} {message.key}",
    "[node:url] [site:name] [node:title]",
    "@everyone @here <@123456789> <@&42> <!channel> <!here> <#C024BE91L> @room",
    "شارك هذا المقال (12) עברית abc",
    "👨\u200d👩\u200d👧\u200d👦 🇪🇺 ☃\ufe0f e\u0301 日本語 ไทย",
    "Line one\nline two\n\nline four",
    "# heading\n- item\n1. one\n> quote\n---\n```\ncode\n```",
    ":otter: :+1: /start -# small <t:0:R> $ACME #otter @otter @otter@social.example 10:30:45",
    "a\u202eb\u202c c\u200bd \u2066e\u2069 f\u00adg \u200fh",
    "\"quotes\" 'single' \u00abguillemets\u00bb a\u00a0b \u2028",
)
"""Texts that some network or template would take for something else. All fit in 280."""


def sample_post(**changes: Any) -> Post:
    """A post with everything set; *changes* replace fields."""
    values: dict[str, Any] = {
        "id": "otters-return",
        "url": "https://otters.example/otters-return",
        "title": "Otters return to the Elbe",
        "summary": "After forty years the first family has settled above the weir.",
        "body": "They were seen at dawn.",
        "published": datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        "authors": ("M. Brandt",),
        "tags": ("rivers", "wild life"),
        "language": "en",
        "image": Asset(src="otter.jpg", alt="An otter on a stone in the river."),
        "source": "otters-return.md:1",
    }
    return Post(**{**values, **changes})


def sample_card(folder: Path, **changes: Any) -> Card:
    """A card of 1200 x 630 px, a real PNG file of one colour in *folder*."""
    path = folder / "otters-return-og.png"
    path.write_bytes(_png(1200, 630, (36, 92, 110)))
    values: dict[str, Any] = {
        "path": path,
        "mime": "image/png",
        "width": 1200,
        "height": 630,
        "bytes": path.stat().st_size,
        "alt": "Otters return to the Elbe, over an otter on a stone.",
        "digest": sha256(path.read_bytes()).hexdigest(),
        "layout": "photo",
        "size": "og",
    }
    return Card(**{**values, **changes})


def sample_message(**changes: Any) -> Message:
    """A message with a link in its text and no card; *changes* replace fields.

    Where *changes* give another text and no links, there are none, and the key is derived
    from the text, as two messages with different words have different keys.
    """
    url = "https://otters.example/otters-return"
    text = f"Otters return to the Elbe {url}"
    values: dict[str, Any] = {
        "post_id": "otters-return",
        "channel": "sample",
        "account": "main",
        "text": text,
        "links": (Link(start=text.index(url), end=len(text), url=url),),
        "url": url,
        "title": "Otters return to the Elbe",
        "summary": "After forty years the first family has settled above the weir.",
        "language": "en",
        "created": datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    }
    if "text" in changes:
        values["links"] = ()
    values.update(changes)
    values.setdefault("key", sha256(values["text"].encode()).hexdigest()[:32])
    return Message(**values)


def _png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + bytes(colour) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        )
    )
