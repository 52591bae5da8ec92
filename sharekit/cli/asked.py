"""What several commands ask for in the same words: a time, and a text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from sharekit.errors import UserError

_Function = TypeVar("_Function", bound=Callable[..., Any])

__all__ = ["one_time", "text_of", "text_options", "time_options"]


def time_options(*, at: str, tz: str) -> Callable[[_Function], _Function]:
    """The options that name a time; *at* and *tz* are the help of `--at` and `--tz`."""

    def decorate(function: _Function) -> _Function:
        for decorator in (
            click.option("--tz", metavar="ZONE", help=tz),
            click.option("--slot", type=click.Choice(["next"]), metavar="next",
                         help="Into the account's next free slot."),
            click.option("--in", "in_", metavar="SPAN", help="From now: 2h, 90m, 1d."),
            click.option("--at", metavar="WHEN", help=at),
        ):  # fmt: skip
            function = decorator(function)
        return function

    return decorate


def one_time(given: dict[str, Any], *, tz: str | None) -> None:
    """Raise `UserError` unless just one option of *given* (option to value) was used.

    Slots and their quiet hours are on the site's clock, and a draft has no time: there a zone
    *tz* would mean nothing.
    """
    from sharekit.app.times import is_slot

    used = [option for option, value in given.items() if value not in (None, False)]
    if len(used) == 1:
        if tz is not None and (used[0] not in ("--at", "--in") or is_slot(given[used[0]])):
            raise UserError(
                f"--tz does not go with {used[0]}", hint='It is the zone of --at "tue 09:00".'
            )
        return
    ways = ", ".join(given)
    if used:
        raise UserError(f"{' and '.join(used)} both name a time", hint=f"Give one of {ways}.")
    raise UserError(
        "say when", hint=f'Give one of {ways}. For example: --at "tue 09:00"', code="time-missing"
    )


def text_options(function: _Function) -> _Function:
    """`--text` and `--text-file`; `text_of` makes one text of them."""
    for decorator in (
        click.option(
            "--text-file",
            type=click.Path(exists=True, dir_okay=False),
            metavar="FILE",
            help="The text is in this file.",
        ),
        click.option("--text", metavar="TEXT", help="This text instead of its own."),
    ):
        function = decorator(function)
    return function


def text_of(text: str | None, file: str | None) -> str | None:
    """The text that `--text` or `--text-file` gives, `None` for neither.

    Raises `UserError` for both, for one that is empty and for a file that is no UTF-8 text.
    """
    if text is not None and file:
        raise UserError("--text and --text-file both give a text", hint="Leave one out.")
    if file:
        try:
            text = Path(file).read_text("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError("is not UTF-8", where=file, hint="Save it as UTF-8.") from error
        except OSError as error:
            raise UserError(f"cannot be read: {error.strerror}", where=file) from error
    if text is None:
        return None
    if not text.strip():
        given = f"{file} is" if file else "--text is"
        raise UserError(f"{given} empty", hint="Leave it out, and the post's own text counts.")
    return text.strip()
