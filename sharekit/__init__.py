"""From a post, wherever it was written: its share card, its words, and its delivery, once.

    >>> import sharekit
    >>> sharekit.count("Otters are back", "mastodon").fits
    True

Nothing heavy is imported until a function is called. `sharekit.app.App` is the whole line,
wired from a config.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sharekit._version import __version__

if TYPE_CHECKING:
    from sharekit.model import Card, Count, Message, Post

__all__ = ["__version__", "count", "draft", "read", "render", "replace_tokens"]


def read(source: str | Path, reader: str | None = None, **settings: Any) -> Iterator[Post]:
    """The posts of *source*: a path, a folder or a URL.

    *reader* is a reader's name (`frontmatter`, `feed`, ...); without one it is guessed from what
    *source* is. *settings* are the reader's own, such as `url=` (the address of a saved page),
    `timezone=` or `supplement=`. A post that cannot be read is skipped with a `UserWarning`.

    Raises `ReadError` when nothing can be read, `UserError` when a setting is wrong.
    """
    from sharekit.app import line

    return line.read(source, reader, settings)


def render(  # noqa: PLR0917  (the contract's order)
    post: Post,
    layout: str = "article",
    size: str = "og",
    out: str | Path | None = None,
    type: Literal["png", "jpeg", "webp", "avif"] | None = None,  # noqa: A002  (the contract's name)
    theme: str | Mapping[str, Any] | None = None,
) -> Card:
    """Draw *post*'s share card into the folder *out* (default: `cards`).

    *layout* is a layout's name, or the path of a layout file (`layouts/ours.yaml`).
    *size* is `og` (1200x630), `x` (1200x675), `square` (1080x1080), `portrait` (1080x1350),
    `story` (1080x1920) or `pin` (1000x1500), in px. *type* defaults to JPEG for photographs and
    PNG for flat cards. *theme* is a theme's name or its tokens.

    Raises `RenderError` when the card cannot be drawn, `UserError` for an unknown layout.
    """
    from sharekit.app import line

    return line.render(post, layout=layout, size=size, out=out, type=type, theme=theme)


def count(text: str, channel: str) -> Count:
    """How long *text* is the way *channel* counts (`x`, `mastodon`, ...).

    Raises `PluginError` when there is no such channel.
    """
    from sharekit.app import line

    return line.count(text, channel)


def draft(post: Post, channel: str, config: str | Path | None = None) -> Message:
    """Exactly the message that *channel* would be given for *post*.

    *config* is a config.yaml's path; without one the channel's defaults apply.
    """
    from sharekit.app import line

    return line.draft(post, channel, config)


def replace_tokens(
    text: str,
    values: Mapping[str, Mapping[str, Any]],
    dialect: str = "drupal",
    unknown: Literal["keep", "clear", "error"] = "keep",
) -> str:
    """*text* with its tokens replaced in one pass; values are never scanned again.

    *values* is `{"node": {"title": ..., "author:name": ...}, "site": {...}}`. A token that is
    unknown or has no value is kept, removed or, with `error`, raises `UserError`.
    """
    from sharekit.text import tokens

    return tokens.replace(text, values, dialect=dialect, unknown=unknown)
