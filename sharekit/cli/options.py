"""The options that every command takes, before or after its name, and the run they make."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharekit.cli.output import Output
from sharekit.errors import UserError

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["Run", "command", "common"]

FORMATS = ("human", "json", "jsonl", "github", "sarif")
_NAMES = (
    "directory",
    "config",
    "as_json",
    "format",
    "color",
    "no_progress",
    "no_input",
    "offline",
    "quiet",
    "verbose",
    "debug",
)


class Run:
    """One run of the program: its options, its output and, when first asked for, its `App`."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self._app: App | None = None

    def take(self, values: dict[str, Any]) -> None:
        """Note the options that were given; those after the command win."""
        self.values.update({k: v for k, v in values.items() if v not in (None, False, 0)})

    def __getattr__(self, name: str) -> Any:
        if name in _NAMES:
            return self.values.get(name)
        raise AttributeError(name)

    @functools.cached_property
    def out(self) -> Output:
        """Where this run prints."""
        chosen = "json" if self.as_json else self.format
        if not chosen:
            chosen = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "human"
        return Output(
            chosen,
            quiet=bool(self.quiet),
            progress=not self.no_progress,
            colour=_colour(self.color),
        )

    @property
    def folder(self) -> Path:
        """Where the program acts as if it was started. Raises `UserError` when it is not there."""
        folder = Path(self.directory or ".")
        if not folder.is_dir():
            raise UserError("is no folder", where=str(folder), hint="-C takes one that is there.")
        return folder

    @property
    def interactive(self) -> bool:
        """Whether a question may be asked."""
        import sys

        return not self.no_input and sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def app(self) -> App:
        """The whole line, wired from the config that applies here."""
        if self._app is None:
            from sharekit.app import App

            config = Path(self.config) if self.config else None
            self._app = App.open(self.folder, config, offline=bool(self.offline))
        return self._app

    def use(self, app: App) -> None:
        """Go on with *app*, made anew because its files have changed."""
        self._app = app


def _colour(choice: str | None) -> bool | None:
    if choice == "always" or (choice is None and os.environ.get("FORCE_COLOR")):
        return True
    if choice == "never" or (choice is None and os.environ.get("NO_COLOR")):
        return False
    return None


def common(function: Callable[..., Any], *, hidden: bool = False) -> Callable[..., Any]:
    """Add the options that every command takes; the function gets them as one `Run` first.

    *hidden* keeps them out of a command's own help, which would otherwise drown in them.
    """
    option = functools.partial(click.option, hidden=hidden)
    decorators = [
        option("-C", "--directory", metavar="DIR", envvar="SHAREKIT_DIRECTORY",
                     help="Act as if started in DIR."),
        option("-c", "--config", metavar="FILE", envvar="SHAREKIT_CONFIG",
                     help="Use this config; else the nearest sharekit.yaml or config.yaml."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
        option("--format", type=click.Choice(FORMATS), envvar="SHAREKIT_FORMAT",
                     help="How to print."),
        option("--color", type=click.Choice(["auto", "always", "never"]),
                     help="Whether to use colours."),
        option("--no-progress", is_flag=True, envvar="SHAREKIT_NO_PROGRESS",
                     help="Show no progress bar."),
        option("--no-input", is_flag=True, envvar="CI", help="Never ask."),
        option("--offline", is_flag=True, envvar="SHAREKIT_OFFLINE",
                     help="Open no connection."),
        option("-q", "--quiet", is_flag=True, help="Only data and errors."),
        option("-v", "--verbose", count=True, help="Say more."),
        option("--debug", is_flag=True, help="Show tracebacks."),
    ]  # fmt: skip

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        run = click.get_current_context().ensure_object(Run)
        run.take({name: kwargs.pop(name) for name in _NAMES})
        return function(run, *args, **kwargs)

    for decorator in reversed(decorators):
        wrapped = decorator(wrapped)
    return wrapped


def command(
    *args: Any, group: click.Group | None = None, **kwargs: Any
) -> Callable[[Callable[..., Any]], click.Command]:
    """`click.command` (or a command of *group*) with the common options."""
    kwargs.setdefault("epilog", "Options of every command: sharekit --help")

    def decorate(function: Callable[..., Any]) -> click.Command:
        maker = group.command if group else click.command
        made: click.Command = maker(*args, **kwargs)(common(function, hidden=True))
        return made

    return decorate
