"""Watching: the files that cards and texts are made of, and a word when one changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.app import overrides
from sharekit.errors import UserError

if TYPE_CHECKING:
    from threading import Event

    from sharekit.app import App

__all__ = ["changes", "places"]

DEBOUNCE = 60
"""Milliseconds of quiet after which a change is told; editors write a file in several steps."""


def places(app: App) -> list[Path]:
    """The files and folders that the config's posts, cards and texts are made of."""
    config = app.config
    found = [config.path, config.layouts, config.site.logo, overrides.file_of(config)]
    for source in config.sources.values():
        if "://" not in source.source:
            found.append(Path(source.source))
        found.append(source.supplement)
    return [path for path in found if path is not None and path.exists()]


def changes(app: App, stop: Event | None = None, *, idle: int | None = None) -> Iterator[set[Path]]:
    """The files that changed, each time some have, until *stop* is set.

    With *idle*, an empty set comes after so many milliseconds without a change: time to look
    for what changed before the watching had begun.
    Raises `UserError` when watchfiles is not installed.
    """
    try:
        from watchfiles import watch
    except ImportError as error:
        raise UserError(
            "watching needs watchfiles", hint="pip install 'sharekit[watch]'"
        ) from error
    ours = {app.config.cards.resolve(), app.config.state.resolve()}
    edits = overrides.file_of(app.config).resolve()
    for batch in watch(
        *places(app),
        debounce=DEBOUNCE,
        step=10,
        stop_event=stop,
        rust_timeout=idle or 5_000,
        yield_on_timeout=idle is not None,
    ):
        paths = {Path(name).resolve() for _, name in batch}
        changed = {
            path for path in paths if path == edits or not ours.intersection((path, *path.parents))
        }
        if changed or not batch:
            yield changed
