"""`sharekit queue`, `approve` and `history`: what is planned, changed, and done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from sharekit.cli.options import Run, command, common
from sharekit.cli.output import table
from sharekit.errors import Problem, SharekitError, UserError
from sharekit.model import Delivery, State

if TYPE_CHECKING:
    from sharekit.queue import Queue
    from sharekit.queue.rows import Entry

__all__ = ["approve", "history", "queue"]

HELP = {"help_option_names": ["-h", "--help"]}
ALIASES = {"sent": "published", "waiting": "draft"}
STATES = (*get_args(State), *ALIASES)
MARKS = {"published": "green", "failed": "red", "unknown": "red", "held": "yellow"}


def row_of(item: Delivery | Entry) -> dict[str, Any]:
    """The contract's keys of one delivery."""
    message = getattr(item, "message", None)
    return {
        "id": item.id,
        "post": message.post_id if message else item.post,  # type: ignore[union-attr]
        "channel": message.channel if message else item.channel,  # type: ignore[union-attr]
        "account": message.account if message else item.account,  # type: ignore[union-attr]
        "state": item.state,
        "due": item.due,
        "wall": item.wall,
        "zone": item.zone,
        "attempts": item.attempts,
        "error": item.error,
        "receipt": item.receipt,
    }


def show_rows(run: Run, rows: list[dict[str, Any]]) -> None:
    """Deliveries as a table for a person."""
    lines = []
    for row in rows:
        receipt = row["receipt"]
        says = (receipt.url or receipt.id) if receipt else row["error"] or ""
        state = click.style(f"{row['state']:10}", fg=MARKS.get(row["state"]))
        wall = (row["wall"] or "no time")[:16].replace("T", " ")
        zone = row["zone"] or ""
        to = f"{row['channel']}:{row['account']}"
        lines.append(
            (
                row["id"],
                f"{wall} {zone}",
                to,
                state,
                row["post"],
                says.splitlines()[0] if says else "",
            )
        )
    for line in table(lines, head=("id", "when", "to", f"{'state':10}", "post", "")):
        run.out.line(line)


@click.group(context_settings=HELP, invoke_without_command=True)
@partial(common, hidden=True)
def queue(_run: Run) -> int | None:
    """List and change what is planned."""
    ctx = click.get_current_context()
    return ctx.invoke(list_) if ctx.invoked_subcommand is None else None


@command("list", group=queue)
@click.option(
    "--status",
    "--state",
    "states",
    multiple=True,
    type=click.Choice(STATES),
    help="Only these states.",
)
@click.option("--account", metavar="NAME", help="Only this account or channel.")
@click.option("--post", metavar="ID", help="Only this post.")
@click.option("--week", "span", flag_value="week", help="Only the next seven days.")
@click.option("--month", "span", flag_value="month", help="Only the next thirty-one days.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most N.")
def list_(
    run: Run,
    states: tuple[str, ...] = (),
    account: str | None = None,
    post: str | None = None,
    span: str | None = None,
    limit: int | None = None,
) -> int:
    """List deliveries by the time they are due."""
    wanted: Any = [ALIASES.get(state, state) for state in states]
    entries = run.app.queue.entries(wanted, account=account, post=post, limit=limit)
    if span:
        now = datetime.now(UTC)
        end = now + timedelta(days=7 if span == "week" else 31)
        entries = [e for e in entries if e.due and now <= e.due <= end]
    rows = [row_of(entry) for entry in entries]
    run.out.answer(rows, show=lambda: show_rows(run, rows))
    if run.out.human:
        from sharekit.app import delivery

        for remark in delivery.remarks(run.app):
            run.out.note(remark)
    return 0


@command("show", group=queue)
@click.argument("id_", metavar="ID")
def show(run: Run, id_: str) -> int:
    """Show one delivery: its message, and everything that happened to it."""
    item = run.app.queue.get(id_)
    events = run.app.queue.events(id_)

    def people() -> None:
        show_rows(run, [row_of(item)])
        for line in item.message.text.splitlines():
            run.out.line(f"  | {line}")
        if item.message.card:
            run.out.line(f"  card {item.message.card.path}")
        for event in events:
            run.out.line(f"  {event.at:%Y-%m-%d %H:%M:%S}Z  {event.who}: {event.what}"
                         + (f" ({event.note})" if event.note else ""))  # fmt: skip
        if item.error:
            run.out.line(f"  {item.error}")

    run.out.answer({**row_of(item), "message": item.message, "events": events}, show=people)
    return 0


def _each(
    run: Run, ids: tuple[str, ...], change: Callable[[Queue, str], Delivery], said: str
) -> int:
    """Change each of *ids*; one that cannot be changed does not stop the others."""
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for id_ in ids:
        try:
            rows.append(row_of(change(run.app.queue, id_)))
        except SharekitError as error:
            problems += error.problems
    run.out.answer(rows, problems, show=lambda: show_rows(run, rows))
    if rows:
        run.out.note(f"{said} {len(rows)}")
    return 1 if problems else 0


def _dry(function: Any) -> Any:
    return click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")(
        function
    )


@command("cancel", group=queue)
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@_dry
def cancel(run: Run, ids: tuple[str, ...], dry_run: bool) -> int:
    """Take deliveries out of the queue."""
    return _each(run, ids, lambda q, i: q.cancel(i, dry_run=dry_run), _said("Cancelled", dry_run))


@command("move", group=queue)
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option(
    "--at", metavar="WHEN", help="The new time; with a date alone, the time of day stays."
)
@click.option("--in", "in_", metavar="SPAN", help="From now: 2h, 90m, 1d.")
@click.option("--tz", metavar="ZONE", help="The zone of --at.")
@_dry
def move(
    run: Run,
    ids: tuple[str, ...],
    at: str | None,
    in_: str | None,
    tz: str | None,
    dry_run: bool,
) -> int:
    """Give deliveries another time."""
    from sharekit.app import scheduling

    if (at is None) == (in_ is None):
        raise UserError("name either --at WHEN or --in SPAN")

    def change(q: Queue, i: str) -> Delivery:
        when = scheduling.moved(run.app, q.get(i), at=at, in_=in_, tz=tz)
        return q.move(i, when, dry_run=dry_run)

    return _each(run, ids, change, _said("Moved", dry_run))


@command("retry", group=queue)
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--failed", is_flag=True, help="All that failed or were held.")
@click.option("--account", metavar="NAME", help="With --failed: only of this account.")
@_dry
def retry(run: Run, ids: tuple[str, ...], failed: bool, account: str | None, dry_run: bool) -> int:
    """Send again what failed; the same cause again is not retried in vain."""
    if failed:
        found = run.app.queue.entries(["failed", "held"], account=account)
        ids = (*ids, *(entry.id for entry in found))
    if not ids:
        raise UserError("nothing to retry", hint="Name ids, or pass --failed.")
    return _each(run, ids, lambda q, i: q.retry(i, dry_run=dry_run), _said("Retrying", dry_run))


@command("resolve", group=queue)
@click.argument("id_", metavar="ID")
@click.option("--published", metavar="URL", help="It is there: its address.")
@click.option("--not-published", is_flag=True, help="It is not there.")
@_dry
def resolve(run: Run, id_: str, published: str | None, not_published: bool, dry_run: bool) -> int:
    """Say what became of a delivery whose outcome is unknown."""
    if bool(published) == not_published:
        raise UserError("name either --published URL or --not-published")
    return _each(
        run,
        (id_,),
        lambda q, i: q.resolve(i, published, dry_run=dry_run),
        _said("Resolved", dry_run),
    )


@command("edit", group=queue)
@click.argument("id_", metavar="ID")
@click.option("--text", metavar="TEXT", help="The new text; without it an editor opens.")
@_dry
def edit(run: Run, id_: str, text: str | None, dry_run: bool) -> int:
    """Change the text of a delivery; an approval is dropped."""
    from sharekit.app import scheduling

    item = run.app.queue.get(id_)
    if text is None:
        if not run.interactive:
            raise UserError("no terminal for an editor", hint="Pass --text TEXT.")
        head = scheduling.editor_head(run.app, item)
        written = click.edit(head + item.message.text)
        if written is None:
            run.out.note("Nothing was changed.")
            return 0
        text = "\n".join(line for line in written.splitlines() if not line.startswith("#:")).strip()
    message = scheduling.reworded(run.app, item, text)
    return _each(run, (id_,), lambda q, i: q.edit(i, message, dry_run=dry_run), "Edited")


@command("pause", group=queue)
@click.argument("account")
@click.option("--reason", default="paused by hand", metavar="TEXT", help="Why.")
def pause(run: Run, account: str, reason: str) -> int:
    """Let nothing go out to ACCOUNT until it is resumed."""
    for item in run.app.config.named(account):
        run.app.queue.pause(f"{item.channel}:{item.account}", reason=reason)
        run.out.note(f"Paused {item.name}")
    run.out.answer(account)
    return 0


@command("resume", group=queue)
@click.argument("account")
def resume(run: Run, account: str) -> int:
    """Let posts go out to ACCOUNT again."""
    for item in run.app.config.named(account):
        run.app.queue.resume(f"{item.channel}:{item.account}")
        run.out.note(f"Resumed {item.name}")
    run.out.answer(account)
    return 0


@command("export", group=queue)
@click.option("--csv", "csv_", type=click.Path(dir_okay=False), metavar="FILE", help="As CSV.")
@click.option("--ical", type=click.Path(dir_okay=False), metavar="FILE", help="As iCalendar.")
def export(run: Run, csv_: str | None, ical: str | None) -> int:
    """Write what is planned as CSV or as an iCalendar file."""
    from sharekit import files
    from sharekit.queue import exchange

    if not (csv_ or ical):
        raise UserError("name --csv FILE or --ical FILE")
    found = run.app.queue.list(["draft", "approved", "scheduled", "held"])
    written = []
    if csv_:
        written.append(str(files.write(Path(csv_), exchange.to_csv(found))))
    if ical:
        written.append(
            str(files.write(Path(ical), exchange.to_ical(found, run.app.config.site.name)))
        )
    run.out.answer(written, show=lambda: run.out.lines(written))
    return 0


@command("import", group=queue)
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@_dry
def import_(run: Run, file: str, dry_run: bool) -> int:
    """Schedule what a CSV lists (post, to, at, text); all of it or nothing."""
    from sharekit.app import scheduling

    result = scheduling.import_csv(run.app, Path(file), dry_run=dry_run)
    rows = [row_of(item) for item in result.deliveries]
    run.out.answer(rows, result.problems, show=lambda: show_rows(run, rows))
    return 1 if any(p.severity == "error" for p in result.problems) else 0


@command("approve")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--by", default="cli", metavar="NAME", help="Who approves.")
@click.option("--note", metavar="TEXT", help="A remark for the history.")
@_dry
def approve(run: Run, ids: tuple[str, ...], by: str, note: str | None, dry_run: bool) -> int:
    """Approve deliveries as they are now; a later change of text, card or time drops it."""
    return _each(
        run,
        ids,
        lambda q, i: q.approve(i, by=by, note=note, dry_run=dry_run),
        _said("Approved", dry_run),
    )


queue.add_command(approve, "approve")


@command("history")
@click.argument("post", required=False)
@click.option("--failed", is_flag=True, help="Only what failed.")
@click.option("--since", metavar="SPAN|DATE", help="Only since: 7d, or 2026-11-01.")
@click.option("--limit", type=click.IntRange(min=1), default=200, show_default=True, metavar="N")
def history(run: Run, post: str | None, failed: bool, since: str | None, limit: int) -> int:
    """Show what happened to posts, newest first."""
    from sharekit.app import scheduling

    wanted = None
    if post:
        found = run.app.select([post]).posts if run.app.config.sources else ()
        wanted = found[0].id if len(found) == 1 else post
    start = scheduling.since(run.app, since) if since else None
    events = run.app.queue.history(wanted, failed=failed, since=start, limit=limit)

    def people() -> None:
        rows = [
            (f"{e.at:%Y-%m-%d %H:%M:%S}Z", e.id or "", e.who, e.what, e.note or "") for e in events
        ]
        for line in table(rows, head=("when", "id", "who", "what", "")):
            run.out.line(line)

    run.out.answer(events, show=people)
    return 0


def _said(word: str, dry_run: bool) -> str:
    return f"Would have: {word.lower()}" if dry_run else word
