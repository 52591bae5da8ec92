"""The `<meta>` block of a post with its cards: Open Graph (https://ogp.me) and Twitter cards."""

from __future__ import annotations

import html
import re
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


def put(path: Path, text: str) -> None:
    """Put *text* between the markers in the HTML file *path*, or at the end of its head.

    Raises `UserError` when the file has neither markers nor a head.
    """
    page = path.read_text("utf-8")
    between = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    if between.search(page):
        page = between.sub(lambda _: text, page, count=1)
    elif found := re.search(r"</head\s*>", page, re.IGNORECASE):
        page = f"{page[: found.start()]}{text}\n{page[found.start() :]}"
    else:
        raise UserError(
            "has no <head> and no markers", where=str(path), hint=f"Put {BEGIN}{END} into it."
        )
    files.write(path, page)
