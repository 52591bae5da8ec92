"""`sharekit check`: everything that is wrong, before anything goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sharekit.cli.options import Run, command
from sharekit.cli.output import several
from sharekit.errors import Problem

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

__all__ = ["check"]


def _codes(_: click.Context, __: click.Parameter, start: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from sharekit.app import codes

    return [CompletionItem(code, help=text) for code, text in codes.completions(start)]


@command("check")
@click.argument("what", nargs=-1, metavar="[SOURCE|POST...]")
@click.option("--channel", "channels", multiple=True, metavar="NAME", help="For this account.")
@click.option(
    "--select",
    multiple=True,
    metavar="CODE",
    shell_complete=_codes,
    help="Only problems whose code begins so: see docs/reference/problems.md.",
)
@click.option("--ignore", multiple=True, metavar="CODE", shell_complete=_codes,
              help="No problems whose code begins so.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Warnings end with 1 too.")
@click.option("--live", is_flag=True, help="Also ask whether page and picture answer.")
@click.option("--queued", is_flag=True,
              help="Ask it of the pages in the queue that a network will read.")  # fmt: skip
def check(
    run: Run,
    what: tuple[str, ...],
    channels: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    live: bool,
    queued: bool,
) -> int:
    """Find what is wrong with posts, their cards and their texts; the config first of all."""
    from sharekit.app import check as checking
    from sharekit.app import codes

    codes.require([*select, *ignore])
    if queued:
        return _ended(run, checking.filtered(checking.queued(run.app), select, ignore), strict)
    reading = run.app.select(what)
    found = [*reading.problems]
    steps = run.out.progress(reading.posts, length=len(reading.posts), label="Checking")
    for post in steps:
        found += checking.check(run.app, [post], channels)
        if live:
            found += checking.live(run.app, [post], channels)
    problems = checking.filtered(found, select, ignore)
    return _ended(run, problems, strict, posts=len(reading.posts))


def _ended(run: Run, problems: list[Problem], strict: bool, *, posts: int | None = None) -> int:
    run.out.answer(problems, problems)
    errors = sum(p.severity == "error" for p in problems)
    warnings = sum(p.severity == "warning" for p in problems)
    counted = [] if posts is None else [several(posts, "post")]
    run.out.note(", ".join([*counted, several(errors, "error"), several(warnings, "warning")]))
    return 1 if errors or (strict and warnings) else 0
