"""`sharekit publish`, `worker`, `follow` and `evergreen`: sending, and what feeds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from sharekit.cli.deliveries import row_of, show_rows
from sharekit.cli.options import Run, command
from sharekit.errors import Problem, Unauthorized, UserError

if TYPE_CHECKING:
    from sharekit.app.scheduling import Scheduled

__all__ = ["evergreen", "follow", "publish", "worker"]


@command("publish")
@click.option("--due", is_flag=True, help="Send everything that is due, and stop.")
@click.option(
    "--only", "ids", multiple=True, metavar="ID", help="Only this delivery, if it is due."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, send nothing.")
def publish(run: Run, due: bool, ids: tuple[str, ...], limit: int | None, dry_run: bool) -> int:
    """Send what is due, once, and stop: for cron and CI.

    Told to stop (SIGTERM, Ctrl-C), it lets the post on its way arrive, and ends with 130.
    """
    if not due and not ids:
        raise UserError(
            "say what to publish: --due, or --only ID",
            hint="--due --dry-run says what would be sent.",
        )
    from sharekit.app import delivery, outlook

    for name in ids:
        run.app.queue.entry(name)  # one that is not there is a slip, and no reason to say "done"
    if dry_run:
        return _foretold(run, ids, limit)
    with delivery.until_told() as stop:
        done = run.app.publish_due(only=ids, limit=limit, stop=stop)
    rows = [row_of(item) for item in done]
    behind = outlook.behind(run.app, ids)
    idle = "Nothing was sent" if behind else "Nothing is due"
    remarks = [_summary([item.state for item in done]) or idle]
    sent = {item.id for item in done}
    for entry in map(run.app.queue.entry, ids):
        if entry.id not in sent:
            wall = (entry.wall or "")[:16].replace("T", " ")
            when = f" for {wall} {entry.zone}" if wall else ""
            remarks.append(f"{entry.id} was left as it is: {entry.state}{when}")
    remarks += [item.words for item in behind]
    if stop.is_set():
        remarks.append("Told to stop: nothing more was begun")
    problems = delivery.problems(run.app, done)
    _answer(run, rows, remarks, problems)
    if stop.is_set():
        return 130
    signed_out = any(item.signed_out for item in behind)
    return delivery.exit_code(done) or (Unauthorized.exit_code if signed_out else 0)


def _foretold(run: Run, ids: tuple[str, ...], limit: int | None) -> int:
    from sharekit.app import outlook

    entries = outlook.due(run.app, only=ids, limit=limit)
    rows = [row_of(entry) for entry in entries]
    late = len(outlook.missed(run.app, entries))
    held = f", and hold {late} that missed their time" if late else ""
    remarks = [f"Would send {len(rows) - late}{held}"]
    remarks += [item.words for item in outlook.behind(run.app, ids)]
    _answer(run, rows, remarks)
    return 0


def _answer(
    run: Run, rows: list[dict[str, Any]], remarks: Sequence[str], problems: Sequence[Problem] = ()
) -> None:
    run.out.answer(rows, problems, show=lambda: show_rows(run, rows), remarks=remarks)
    for remark in remarks:
        run.out.note(remark)


def _summary(states: list[str]) -> str:
    counts = {state: states.count(state) for state in dict.fromkeys(states)}
    return ", ".join(f"{number} {state}" for state, number in counts.items())


@command("worker")
@click.option(
    "--every",
    default="5m",
    show_default=True,
    metavar="SPAN",
    help="How often sources are looked at, with --follow.",
)
@click.option("--follow", "following", is_flag=True, help="Also queue new posts of the sources.")
def worker(run: Run, every: str, following: bool) -> int:
    """Keep sending what is due, until SIGTERM or Ctrl-C. Several may run at once.

    It also tells the addresses under `schedule: notify` of what failed, was held or paused,
    fills the slots of evergreen posts, and draws for `sharekit render --workers`.
    """
    import logging
    import os

    from sharekit.app.times import seconds_of

    level = logging.WARNING if run.quiet else logging.INFO
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%Y-%m-%d %H:%M:%S")
    logging.getLogger("sharekit").setLevel(level)
    seconds = max(seconds_of(every), 1.0)
    quiet = run.app.work(tell=run.out.note, follow_every=seconds if following else None)
    run.out.answer({"stopped": True})
    if not quiet:
        os._exit(0)  # what is still on its way has its own thread, and is looked up next time
    return 0


@command("follow")
@click.option("--to", "names", multiple=True, metavar="NAME", help="For this account; else all.")
@click.option("--slot", is_flag=True, help="Into the accounts' slots, whatever the config says.")
@click.option("--all", "flood", is_flag=True, help="Also what was there at the first look.")
@click.option("--skip", is_flag=True, help="Queue nothing: what is there counts as seen.")
@click.option("--dry-run", is_flag=True, help="Say what would be queued, queue nothing.")
def follow(
    run: Run, names: tuple[str, ...], slot: bool, flood: bool, skip: bool, dry_run: bool
) -> int:
    """Look at the config's sources once, and queue what is new in them.

    Each account gets a new post as its `follow:` says: as a draft, into its next slot, or not.
    The first look only remembers what is there. A post that was edited before its time is
    drawn and worded anew; one that is gone is held.
    """
    if flood and skip:
        raise UserError(
            "name either --all or --skip", hint="--all queues what is there, --skip none."
        )
    result = run.app.follow(names, slot=slot, flood=flood, skip=skip, dry_run=dry_run)
    return _told(run, result, dry_run=dry_run)


@command("evergreen")
@click.argument("names", nargs=-1, metavar="[NAME...]")
@click.option("--dry-run", is_flag=True, help="Say what would be queued, queue nothing.")
def evergreen(run: Run, names: tuple[str, ...], dry_run: bool) -> int:
    """Fill the free slots of the rotations under `schedule: evergreen`.

    Each post comes again when its gap is over: those never shared first, then the longest ago.
    A worker does this by itself; with cron, run it once a day.
    """
    return _told(run, run.app.evergreen(names, dry_run=dry_run), dry_run=dry_run)


def _told(run: Run, result: Scheduled, *, dry_run: bool) -> int:
    rows = [row_of(item) for item in result.deliveries]
    run.out.answer(rows, result.problems, show=lambda: show_rows(run, rows))
    for remark in result.remarks:
        run.out.note(remark)
    if dry_run and result.new:
        run.out.note(f"Would have queued or changed {len(result.new)}")
    return 1 if any(p.severity == "error" for p in result.problems) else 0
