"""What `import sharekit` offers, for those who would rather not have a config."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sharekit.config import default
from sharekit.errors import UserError
from sharekit.model import Card, Count, Message, Post, Site

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["count", "draft", "read", "render"]


def read(source: str | Path, reader: str | None, settings: Mapping[str, Any]) -> Iterator[Post]:
    """See `sharekit.read`."""
    from sharekit.app import posts
    from sharekit.web import Session

    own = dict(settings)
    supplement = own.pop("supplement", None)
    allow = own.pop("allow", ())
    where = posts.ad_hoc(
        str(source),
        reader=reader,
        supplement=Path(supplement) if supplement else None,
        settings=own,
    )
    web = Session(allow=tuple(allow))
    yield from posts.read(where, Site(), web)
    for problem in web.problems:
        warnings.warn(str(problem), UserWarning, stacklevel=3)


def render(
    post: Post,
    *,
    layout: str,
    size: str,
    out: str | Path | None,
    type: Literal["png", "jpeg", "webp", "avif"] | None,  # noqa: A002  (the contract's name)
    theme: str | Mapping[str, Any] | None,
) -> Card:
    """See `sharekit.render`."""
    from sharekit.composer import Composer
    from sharekit.composer.theme import Theme

    tokens = {"use": theme} if isinstance(theme, str) else dict(theme or {})
    composer = Composer(site=Site(), theme=Theme.model_validate(tokens))
    return composer.draw(post, layout=layout, size=size, type=type, out=Path(out or "cards")).card


def count(text: str, channel: str) -> Count:
    """See `sharekit.count`."""
    from sharekit import plugins
    from sharekit.text import count as counting

    kind = plugins.load(plugins.PUBLISHERS, channel)
    return counting.count(text, kind.default_limits)


def draft(post: Post, channel: str, config: str | Path | Any | None) -> Message:
    """See `sharekit.draft`."""
    from sharekit.app import messages

    app = _app(config)
    account = messages.account_for(app.config, channel)
    return app.message(post, account, draw=False)


def _app(config: str | Path | Any | None) -> App:
    from sharekit.app import App

    if config is None:
        return App(default(Path.cwd()))
    if isinstance(config, (str, Path)):
        return App.open(Path.cwd(), Path(config))
    if hasattr(config, "accounts"):
        return App(config)
    raise UserError("config must be the path of a config.yaml, or None")
