"""What `import sharekit` offers, for those who would rather not have a config."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING, Any, Literal

from sharekit.config import default
from sharekit.errors import UserError
from sharekit.model import Card, Count, Message, Post, Site

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.composer import Composer
    from sharekit.composer.theme import Theme

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
    from sharekit.composer.theme import Theme

    tokens = {"use": theme} if isinstance(theme, str) else dict(theme or {})
    checked = Theme.model_validate(tokens)
    folder = None
    if layout.endswith((".yaml", ".yml")):
        folder = Path(layout).absolute().parent
        layout = Path(layout).stem
    composer = _composer(checked.model_dump_json(), folder, _stamps(checked, folder), get_ident())
    return composer.draw(post, layout=layout, size=size, type=type, out=Path(out or "cards")).card


@lru_cache(maxsize=4)
def _composer(theme: str, folder: Path | None, stamps: tuple[object, ...], thread: int) -> Composer:
    """What draws in *theme*, kept from card to card, with the layouts in *folder* as well.

    Made anew when a file that it has looked into has changed: *stamps* are of these.
    """
    from sharekit.composer import Composer
    from sharekit.composer.theme import Theme

    del stamps, thread  # other files, and other threads, have one of their own
    folders = (folder,) if folder else ()
    return Composer(site=Site(), theme=Theme.model_validate_json(theme), layout_folders=folders)


def _stamps(theme: Theme, folder: Path | None) -> tuple[object, ...]:
    """Times and sizes of the files that *theme* names and of those in *folder*."""
    from sharekit.composer.names import stamp_of

    fonts = [path for value in theme.fonts.values() for path in _listed(value)]
    found = [*fonts, *([theme.logo] if theme.logo else []), *(folder.iterdir() if folder else ())]
    return tuple((path, stamp_of(path)) for path in sorted(found))


def _listed(value: Path | Sequence[Path]) -> Sequence[Path]:
    return [value] if isinstance(value, Path) else value


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
