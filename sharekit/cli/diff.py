"""`sharekit diff`: cards before and after a change of templates."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sharekit.cli.options import Run, command
from sharekit.cli.output import table

if TYPE_CHECKING:
    from sharekit.app.comparison import Comparison

__all__ = ["diff"]


@command("diff")
@click.argument("what", nargs=-1, metavar="[SOURCE|POST...]")
@click.option("--against", required=True, metavar="DIR|REF",
              help="A folder of earlier cards, or a git ref whose layouts draw them.")  # fmt: skip
@click.option("--html", "page", type=click.Path(dir_okay=False), metavar="FILE",
              help="Write a page with each card before and after.")  # fmt: skip
@click.option("--threshold", type=click.FloatRange(0, 100), default=0.1, show_default=True,
              metavar="PERCENT", help="A card changed when more of its pixels differ.")  # fmt: skip
@click.option("--fail", is_flag=True, help="End with 1 when a card changed.")
@click.option("--channel", "channels", multiple=True, metavar="NAME", help="For this account.")
@click.option("--size", "sizes", multiple=True, metavar="NAME", help="In this size: og, square...")
@click.option("--layout", metavar="NAME", help="With this layout.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes to draw with.")
def diff(
    run: Run,
    what: tuple[str, ...],
    against: str,
    page: str | None,
    threshold: float,
    fail: bool,
    channels: tuple[str, ...],
    sizes: tuple[str, ...],
    layout: str | None,
    jobs: int | None,
) -> int:
    """Show the cards of posts before and after a change of layouts, theme or config.

    Nothing in the folder of cards is touched. Before is what lies in DIR, or what the config
    and the layouts of the git ref REF make of the same posts.
    """
    from sharekit.app import comparison

    reading = run.app.select(what)
    with comparison.compare(
        run.app,
        reading.posts,
        against,
        threshold=threshold / 100,
        whole=not what,
        channels=channels,
        sizes=sizes,
        layout=layout,
        jobs=jobs,
    ) as found:
        if page:
            found.write_html(Path(page), f"Cards before ({against}) and after")
        problems = [*reading.problems, *found.problems]
        data = [pair.as_data() for pair in found.pairs]
        run.out.answer(data, problems, show=lambda: _show(run, found))
    if page:
        run.out.note(f"Wrote {page}")
    run.out.note(_summary(found))
    failed = any(problem.severity == "error" for problem in problems)
    return 1 if failed or (fail and found.changed) else 0


def _show(run: Run, found: Comparison) -> None:
    rows = [(pair.what, f"{pair.change.share:.2%}", pair.change.name) for pair in found.changed]
    for line in table(rows, head=("card", "differs", "post, size, layout")):
        run.out.line(line)


def _summary(found: Comparison) -> str:
    counts = Counter(pair.what for pair in found.pairs)
    return ", ".join(f"{counts[what]} {what}" for what in ("changed", "added", "removed", "same"))
