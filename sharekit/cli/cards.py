"""`sharekit render`: cards."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharekit.cli.options import Run, command
from sharekit.cli.posts import parse_settings, reading_options
from sharekit.errors import SharekitError, UserError

if TYPE_CHECKING:
    from sharekit.app.cards import Rendered

__all__ = ["render"]


@command("render")
@click.argument("what", nargs=-1, metavar="[SOURCE|POST...]")
@click.option("--all", "everything", is_flag=True, help="Every post, changed or not; the default.")
@click.option("--changed", is_flag=True, help="Name only what changed since the last run.")
@click.option("--channel", "channels", multiple=True, metavar="NAME", help="For this account.")
@click.option("--size", "sizes", multiple=True, metavar="NAME", help="In this size: og, square...")
@click.option("--layout", metavar="NAME", help="With this layout.")
@click.option("--out", metavar="DIR", help="Into this folder; with --workers, or this address.")
@click.option(
    "--type",
    "type_",
    type=click.Choice(["png", "jpeg", "webp", "avif"]),
    help="Their format; else JPEG for photographs, PNG for flat cards.",
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes to draw with.")
@click.option("--workers", is_flag=True, help="Share the drawing with every `sharekit worker`.")
@click.option("--check", is_flag=True, help="Write nothing; end with 1 when a card is stale.")
@click.option("--dry-run", is_flag=True, help="Say what would be drawn, draw nothing.")
@click.option("--watch", is_flag=True, help="Draw again as files change, until Ctrl-C.")
@reading_options
def render(
    run: Run,
    what: tuple[str, ...],
    everything: bool,
    changed: bool,
    channels: tuple[str, ...],
    sizes: tuple[str, ...],
    layout: str | None,
    out: str | None,
    type_: str | None,
    jobs: int | None,
    workers: bool,
    check: bool,
    dry_run: bool,
    watch: bool,
    reader: str | None,
    supplement: str | None,
    settings: tuple[str, ...],
) -> int:
    """Draw the cards of posts: one for each size that the accounts need.

    Unchanged cards are kept. A card that cannot be drawn is reported, and so is a picture that
    cannot be had, with 1 in the end; the other cards are drawn.
    With --changed only cards that were drawn anew are named; on a site whose files are as they
    were, no post is read.
    """
    if everything and changed:
        raise UserError("--all looks at every post, --changed does not", hint="Leave one out.")
    reading_values = {
        "reader": reader,
        "supplement": Path(supplement) if supplement else None,
        "settings": parse_settings(settings),
    }
    options: dict[str, Any] = {
        "channels": channels,
        "sizes": sizes,
        "layout": layout,
        "type": type_,
    }
    if workers:
        if check or dry_run:
            raise UserError("--workers draws; --check and --dry-run are for one machine")
        options |= {"where": out, "threads": jobs or 1}
    else:
        if out and "://" in out:
            raise UserError(
                f"{out} is no folder", hint="--workers draws into an address.", code="output"
            )
        options |= {"out": Path(out) if out else None, "jobs": jobs, "check": check or dry_run}
    code = _once(run, what, reading_values, options, check=check, changed=changed)
    if watch:
        run.out.note("Watching. Ctrl-C stops.")
        for app in run.app.watch(lambda error: run.out.problems(error.problems)):
            run.use(app)
            try:
                code = _once(run, what, reading_values, options, check=check, changed=changed)
            except SharekitError as error:
                # Somebody is in the middle of an edit: the next one may put it right.
                run.out.problems(error.problems)
                code = error.exit_code
    return code


def _once(
    run: Run,
    what: tuple[str, ...],
    reading_values: dict[str, Any],
    options: dict[str, Any],
    *,
    check: bool,
    changed: bool,
) -> int:
    started = time.monotonic()
    manifest = run.app.manifest(what, reading_values, options) if changed else None
    if manifest and (kept := manifest.kept()) is not None:
        run.out.answer([])
        run.out.note(_summary(Counter(kept=kept), time.monotonic() - started))
        return 0
    reading = run.app.select(what, **reading_values)
    draw = run.app.render_together if "where" in options else run.app.render
    length, rows = draw(reading.posts, **options)
    drawn: list[Rendered] = list(run.out.progress(rows, length=length, label="Drawing"))
    told = [row for row in drawn if row.status != "kept" or _wrong(row)] if changed else drawn
    problems = [*reading.problems, *(p for row in told for p in row.problems)]
    run.out.answer([row.as_data() for row in told], problems, show=lambda: _show(run, told))
    run.out.note(_summary(_by_file(drawn), time.monotonic() - started))
    stale = check and any(row.status == "drew" for row in drawn)
    wrong = any(p.severity == "error" for p in problems)
    if manifest and not options.get("check"):
        if wrong:
            manifest.forget()
        else:
            manifest.keep(reading.posts, drawn)
    return 1 if stale or wrong else 0


def _wrong(row: Rendered) -> bool:
    return any(problem.severity == "error" for problem in row.problems)


def _show(run: Run, drawn: Iterable[Rendered]) -> None:
    seen = set()
    for row in drawn:
        if row.path and row.path not in seen:
            seen.add(row.path)
            run.out.line(str(row.path))


def _by_file(drawn: Iterable[Rendered]) -> Counter[str]:
    """How many files were drawn, kept, failed: a card may serve several accounts."""
    by_file = {(row.path, row.status) if row.path else (id(row), row.status) for row in drawn}
    return Counter(status for _, status in by_file)


def _summary(counts: Mapping[str, int], seconds: float) -> str:
    return (
        f"Drew {counts['drew']}, kept {counts['kept']}, failed {counts['failed']}"
        f"   ({seconds:.1f} s)"
    )
