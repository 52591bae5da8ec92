"""`sharekit schedule`: posts into the queue."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharekit.cli.asked import one_time, text_of, text_options, time_options
from sharekit.cli.deliveries import decision, row_of, show_rows
from sharekit.cli.options import Run, command
from sharekit.cli.output import several
from sharekit.cli.posts import parse_settings, reading_options

if TYPE_CHECKING:
    from sharekit.app.scheduling import Scheduled

__all__ = ["schedule"]


@command("schedule")
@click.argument("what", nargs=-1, required=True, metavar="POST...")
@click.option(
    "--to", "names", multiple=True, required=True, metavar="NAME", help="To this account."
)
@time_options(
    at='"tue 09:00", "tomorrow 9am", 2026-12-01T09:00, now.',
    tz="The zone of --at; else the site's.",
)
@text_options
@click.option("--draft", is_flag=True, help="Without a time: to be approved or moved later.")
@click.option("--again", is_flag=True, help="Also what an account was given before.")
@click.option("--all", "flood", is_flag=True, help="More than five new posts of a feed at once.")
@decision
@reading_options
def schedule(
    run: Run,
    what: tuple[str, ...],
    names: tuple[str, ...],
    at: str | None,
    in_: str | None,
    slot: str | None,
    tz: str | None,
    text: str | None,
    text_file: str | None,
    draft: bool,
    again: bool,
    flood: bool,
    by: str,
    dry_run: bool,
    reader: str | None,
    supplement: str | None,
    settings: tuple[str, ...],
) -> int:
    """Queue POST for accounts. A post goes to an account once; again only with --again.

    Everything is checked first: what must not go out (a token without a value, a missing link)
    stops that post and names the cause; the others are queued.
    """
    one_time({"--at": at, "--in": in_, "--slot": slot, "--draft": draft}, tz=tz)
    words = text_of(text, text_file)
    from sharekit.app import selection

    reading = run.app.select(
        what,
        reader=reader,
        supplement=Path(supplement) if supplement else None,
        settings=parse_settings(settings),
    )
    result = run.app.schedule(
        reading.posts,
        names,
        at=at,
        in_=in_,
        slot=slot is not None,
        tz=tz,
        text=words,
        again=again,
        flood=flood,
        by=by,
        dry_run=dry_run,
        named=selection.singled(run.app, reading.posts, what),
    )
    problems = [*reading.problems, *result.problems]
    rows = [row_of(item) for item in result.deliveries]
    remarks = _remarks(run, result, dry_run=dry_run)
    run.out.answer(
        rows,
        problems,
        show=lambda: _show(run, result, remarks, dry_run=dry_run),
        remarks=remarks,
    )
    return 1 if any(p.severity == "error" for p in problems) else 0


def _remarks(run: Run, result: Scheduled, *, dry_run: bool) -> list[str]:
    """What is said beside the deliveries: of times, costs and texts, and that nobody sends them."""
    from sharekit.app import outlook

    if dry_run or not result.new:
        return result.remarks
    return [*result.remarks, *outlook.remarks_on(run.app, result.new)]


def _show(run: Run, result: Scheduled, remarks: Sequence[str], *, dry_run: bool) -> None:
    from sharekit.app import scheduling

    new = result.new
    if new:
        verb = "Would queue" if dry_run else "Queued"
        run.out.note(f"{verb} {several(len(new), 'delivery')}")
    show_rows(run, [row_of(item) for item in result.deliveries])
    if dry_run:
        for item in new:
            run.out.line(f"  {scheduling.measured(run.app, item)}")
    for remark in remarks:
        run.out.note(remark)
