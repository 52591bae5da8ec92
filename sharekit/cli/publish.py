"""`sharekit publish`, `worker` and `follow`: sending."""

from __future__ import annotations

import click

from sharekit.cli.options import Run, command
from sharekit.cli.queue import row_of, show_rows
from sharekit.errors import UserError

__all__ = ["follow", "publish", "worker"]


@command("publish")
@click.option("--due", is_flag=True, help="Send everything that is due, and stop.")
@click.option(
    "--only", "ids", multiple=True, metavar="ID", help="Only this delivery, if it is due."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, send nothing.")
def publish(run: Run, due: bool, ids: tuple[str, ...], limit: int | None, dry_run: bool) -> int:
    """Send what is due, once, and stop: for cron and CI."""
    if not due and not ids:
        raise UserError("say what to publish: --due, or --only ID")
    from sharekit.app import delivery

    if dry_run:
        rows = [row_of(e) for e in delivery.due(run.app, only=ids, limit=limit)]
        run.out.answer(rows, show=lambda: show_rows(run, rows))
        run.out.note(f"Would send {len(rows)}")
        return 0
    done = run.app.publish_due(only=ids, limit=limit)
    rows = [row_of(item) for item in done]
    problems = delivery.problems(done)
    run.out.answer(rows, problems, show=lambda: show_rows(run, rows))
    run.out.note(_summary([item.state for item in done]))
    return delivery.exit_code(done)


def _summary(states: list[str]) -> str:
    if not states:
        return "Nothing is due"
    counts = {state: states.count(state) for state in dict.fromkeys(states)}
    return ", ".join(f"{number} {state}" for state, number in counts.items())


@command("worker")
@click.option(
    "--every",
    default="60s",
    show_default=True,
    metavar="SPAN",
    help="How often sources are followed, with --follow.",
)
@click.option("--follow", "following", is_flag=True, help="Also queue new posts of the sources.")
def worker(run: Run, every: str, following: bool) -> int:
    """Keep sending what is due, until SIGTERM or Ctrl-C. Several may run at once."""
    import os

    from sharekit.app.scheduling import seconds_of

    quiet = run.app.work(tell=run.out.note, follow_every=seconds_of(every) if following else None)
    run.out.answer({"stopped": True})
    if not quiet:
        os._exit(0)  # what is still on its way has its own thread, and is looked up next time
    return 0


@command("follow")
@click.option("--to", "names", multiple=True, metavar="NAME", help="For this account; else all.")
@click.option("--slot", is_flag=True, help="Into the accounts' slots; else as drafts.")
@click.option("--all", "flood", is_flag=True, help="Also what was there at the first look.")
@click.option("--dry-run", is_flag=True, help="Say what would be queued, queue nothing.")
def follow(run: Run, names: tuple[str, ...], slot: bool, flood: bool, dry_run: bool) -> int:
    """Look at the sources once, and queue what is new in them."""
    result = run.app.follow(names, slot=slot, flood=flood, dry_run=dry_run)
    rows = [row_of(item) for item in result.deliveries]
    run.out.answer(rows, result.problems, show=lambda: show_rows(run, rows))
    for remark in result.remarks:
        run.out.note(remark)
    return 1 if any(p.severity == "error" for p in result.problems) else 0
