"""The `<meta>` block of a post with its cards: Open Graph (https://ogp.me) and Twitter cards."""

from __future__ import annotations

import html
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from sharekit import files
from sharekit.errors import UserError
from sharekit.model import Card, Post

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["BEGIN", "END", "block", "put", "square"]

BEGIN = "<!-- sharekit:meta -->"
END = "<!-- /sharekit:meta -->"
# The end of the head, comments and scripts passed over: they may speak of it.
_HEAD_ENDS = re.compile(
    rb"<!--(?:.*?-->|.*\Z)|<(?:script|style)\b(?:.*?</(?:script|style)\s*>|.*\Z)|(</head\s*>)",
    re.IGNORECASE | re.DOTALL,
)


SQUARE_BYTES = 300_000
"""What messengers are reported to take at most of a picture."""


def square(app: App, post: Post, *, layout: str = "article") -> Card:
    """*post*'s square card, for messengers that cut a square out of a wide one."""
    return app.composer.draw(
        post,
        layout=layout,
        size="square",
        type="jpeg",
        out=app.config.cards,
        max_bytes=SQUARE_BYTES,
    ).card


def block(
    app: App, post: Post, card: Card, *, cards_url: str | None = None, also: Card | None = None
) -> str:
    """The tags of *post*. *cards_url* is the address that the folder of the cards has.

    *also* is a second card; who reads only one picture takes the first.

    Raises `UserError` when the card's address cannot be known: it must be absolute.
    """
    site = app.config.site
    base = cards_url or (f"{site.url}/{app.config.cards.name}" if site.url else None)
    if not base:
        raise UserError(
            "the address of the cards is not known",
            hint="Set site.url in the config, or pass --cards-url.",
        )
    folder = base.rstrip("/") + "/"
    tags: list[tuple[str, str, str | None]] = [
        ("property", "og:type", "article"),
        ("property", "og:title", post.title),
        ("property", "og:description", post.summary),
        ("property", "og:url", post.url),
        ("property", "og:site_name", site.name),
        ("property", "og:locale", _locale(post.language or site.language)),
        *_picture(card, folder),
        *(_picture(also, folder) if also else ()),
        ("name", "twitter:card", "summary_large_image"),
        ("name", "twitter:image:alt", card.alt),
        *(("property", "article:tag", tag) for tag in post.tags),
    ]
    if post.published:
        tags.append(("property", "article:published_time", post.published.isoformat()))
    lines = [f'<meta {kind}="{name}" content="{html.escape(value)}">'
             for kind, name, value in tags if value]  # fmt: skip
    return "\n".join((BEGIN, *lines, END))


def _picture(card: Card, folder: str) -> Iterator[tuple[str, str, str]]:
    yield "property", "og:image", urljoin(folder, card.path.name)
    yield "property", "og:image:type", card.mime
    yield "property", "og:image:width", str(card.width)
    yield "property", "og:image:height", str(card.height)
    yield "property", "og:image:alt", card.alt


def _locale(language: str) -> str | None:
    """`en-GB` as Open Graph's `en_GB`; a language alone is no locale, so it is left out."""
    parts = language.replace("_", "-").split("-")
    return (
        f"{parts[0].lower()}_{parts[1].upper()}" if len(parts) == 2 and len(parts[1]) == 2 else None
    )


def put(path: Path, text: str) -> bool:
    """Put *text* between the markers in the HTML file *path*, or at the end of its head.

    Nothing else in the file changes, whatever its encoding and line ends. Returns whether it had
    to be changed at all. Raises `UserError` when the file has no such place, or more than one.
    """
    try:
        path = path.resolve()
        old = path.read_bytes()
        new = _put(old, text, str(path))
        if new != old:
            files.write(path, new, mode=stat.S_IMODE(path.stat().st_mode))
    except OSError as error:
        raise UserError(error.strerror or "cannot be written", where=str(path)) from error
    return new != old


def _put(page: bytes, text: str, name: str) -> bytes:
    try:
        page.decode()
    except UnicodeDecodeError:
        block = text.encode("ascii", "xmlcharrefreplace")  # which reads the same in any encoding
    else:
        block = text.encode()
    ends = b"\r\n" if b"\r\n" in page else b"\n"
    block = block.replace(b"\n", ends)
    if found := _marked(page, name):
        return page[: found[0]] + block + page[found[1] :]
    end = next((match for match in _HEAD_ENDS.finditer(page) if match[1]), None)
    if end is None:
        raise UserError(
            "has no </head> and no markers", where=name, hint=f"Put {BEGIN}{END} into it."
        )
    return page[: end.start()] + block + ends + page[end.start() :]


def _marked(page: bytes, name: str) -> tuple[int, int] | None:
    """Where the markers and what they hold begin and end; `None` where there are none."""
    begins = [match.start() for match in re.finditer(re.escape(BEGIN.encode()), page)]
    ends = [match.end() for match in re.finditer(re.escape(END.encode()), page)]
    if not begins and not ends:
        return None
    for marker, places in ((BEGIN, begins), (END, ends)):
        lines = [page.count(b"\n", 0, place) + 1 for place in places]
        if len(places) > 1:
            said = " and ".join(map(str, lines))
            hint = "Leave one pair of markers: the block goes between them."
            message = f"{marker} stands there {len(places)} times (lines {said})"
            raise UserError(message, where=f"{name}:{lines[1]}", hint=hint)
        if not places:
            other, at = (END, ends) if marker == BEGIN else (BEGIN, begins)
            line = page.count(b"\n", 0, at[0]) + 1
            message = f"{other} stands there without {marker}"
            raise UserError(message, where=f"{name}:{line}", hint=f"Put {BEGIN}{END} into it.")
    if begins[0] >= ends[0]:
        line = page.count(b"\n", 0, ends[0]) + 1
        message = f"{END} stands before {BEGIN}"
        raise UserError(message, where=f"{name}:{line}", hint=f"Put {BEGIN}{END} into it.")
    return begins[0], ends[0]
