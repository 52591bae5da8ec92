"""`sharekit queue` and `history`: what is planned and done. What changes it is in `verbs`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, get_args

import click

from sharekit.cli.deliveries import (
    TROUBLES,
    decision,
    next_step,
    row_of,
    show_rows,
    show_troubles,
)
from sharekit.cli.options import Run, command, common
from sharekit.cli.output import table
from sharekit.cli.verbs import VERBS, approve
from sharekit.errors import UserError
from sharekit.model import State

__all__ = ["approve", "history", "queue"]

HELP = {"help_option_names": ["-h", "--help"]}
ALIASES = {"sent": "published", "waiting": "draft"}
STATES = (*get_args(State), *ALIASES)
SHOWN = 100
"""Deliveries that a person is shown unless he asks for more."""


class _Listing(click.Group):
    """A group that lists when no verb is named: `queue --week` is `queue list --week`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` in front of options alone."""
        asks_for_help = any(word in ("-h", "--help") for word in args)
        bare = all(word.startswith("-") for word in args[:1])
        if bare and not asks_for_help and not any(word in self.commands for word in args):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Listing, context_settings=HELP)
@partial(common, hidden=True)
def queue(_run: Run) -> None:
    """List and change what is planned; by itself, list it."""


for verb in VERBS:
    queue.add_command(verb)


@command("list", group=queue)
@click.option(
    "--status",
    "--state",
    "states",
    multiple=True,
    metavar="STATE",
    type=click.Choice(STATES),
    help=f"Only these states: {', '.join(STATES)}.",
)
@click.option("--account", metavar="NAME", help="Only this account or channel.")
@click.option("--post", metavar="POST", help="Only this post.")
@click.option("--week", "span", flag_value="week", help="Only the next seven days.")
@click.option("--month", "span", flag_value="month", help="Only the next thirty-one days.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"At most N; else {SHOWN} for a person, and all with --json.",
)
def list_(
    run: Run,
    states: tuple[str, ...] = (),
    account: str | None = None,
    post: str | None = None,
    span: str | None = None,
    limit: int | None = None,
) -> int:
    """List deliveries by the time they are due.

    Failed, held and unknown ones asked for by --status are shown by their cause, with what was
    sent or not and the next step.
    """
    from sharekit.app import outlook

    wanted: Any = [ALIASES.get(state, state) for state in states]
    now = datetime.now(UTC)
    chosen: dict[str, Any] = {"account": account, "post": _post_id(run, post) if post else None}
    if span:
        chosen |= {"since": now, "until": now + timedelta(days=7 if span == "week" else 31)}
    most = limit or (SHOWN if run.out.human else None)
    entries = run.app.queue.entries(wanted, limit=most, **chosen)
    if account and not entries:
        outlook.known(run.app, account)  # a mistyped one is no empty list
    rows = [
        {**row_of(e), "cause": e.cause, "sent": e.sent, "next": next_step(e.state, e.id)}
        for e in entries
    ]

    def people() -> None:
        if wanted and all(state in TROUBLES for state in wanted):
            show_troubles(run, entries)
        else:
            show_rows(run, rows)

    run.out.answer(rows, outlook.warnings(run.app), show=people)
    if most == len(entries) and not limit:
        more = run.app.queue.count(wanted, **chosen) - len(entries)
        if more:
            run.out.note(f"... and {more} more; --limit N shows more of them")
    if run.out.human and not rows:
        asked = states or account or post or span
        run.out.note("Nothing in the queue is like that" if asked else "Nothing is queued")
    return 0


def _post_id(run: Run, name: str) -> str:
    """The id of the post that a person calls *name*. Raises `UserError` for none such.

    Posts that were queued count although their sources have lost them.
    """
    if run.app.queue.count((), post=name) or not run.app.config.sources:
        return name
    found = run.app.select([name]).posts
    if len(found) != 1:
        raise UserError(
            f"{name!r} stands for {len(found)} posts", hint="sharekit posts lists them."
        )
    return found[0].id


@command("show", group=queue)
@click.argument("id_", metavar="ID")
def show(run: Run, id_: str) -> int:
    """Show one delivery, and all that happened to it."""
    item, entry = run.app.queue.get(id_), run.app.queue.entry(id_)
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
        if entry.state in TROUBLES:
            show_troubles(run, [entry])
        elif step := next_step(entry.state, entry.id):
            run.out.line(f"  next: {step}")

    data = {
        **row_of(item),
        "cause": entry.cause,
        "sent": entry.sent,
        "next": next_step(entry.state, entry.id),
        "message": item.message,
        "events": events,
    }
    run.out.answer(data, show=people)
    return 0


@command("export", group=queue)
@click.option("--csv", "csv_", metavar="FILE", help="As CSV; - prints it.")
@click.option("--ical", metavar="FILE", help="As iCalendar; - prints it.")
@click.option(
    "--all", "everything", is_flag=True, help="In every state, not only what is still to go out."
)
def export(run: Run, csv_: str | None, ical: str | None, everything: bool) -> int:
    """Write what is planned as CSV or as an iCalendar file."""
    from sharekit import files
    from sharekit.queue import exchange

    if not (csv_ or ical):
        raise UserError("name --csv FILE or --ical FILE", hint="- prints it.")
    if [csv_, ical, "-" if run.as_json else ""].count("-") > 1:
        raise UserError("only one thing can be printed", hint="Name a file in place of -.")
    states: Any = () if everything else ("draft", "approved", "scheduled", "held")
    found = run.app.queue.list(states)
    texts = []
    if csv_:
        texts.append((csv_, exchange.to_csv(found)))
    if ical:
        texts.append((ical, exchange.to_ical(found, run.app.config.site.name)))
    written = []
    for name, text in texts:
        if name == "-":
            click.echo(text, nl=False)
        else:
            try:
                written.append(str(files.write(Path(name), text)))
            except OSError as error:
                raise UserError(f"{name} cannot be written: {error.strerror}") from error
    if written:
        run.out.answer(written, show=lambda: run.out.lines(written))
    return 0


@command("import", group=queue)
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@decision
def import_(run: Run, file: str, by: str, dry_run: bool) -> int:
    """Schedule what a CSV lists, all of it or nothing.

    Columns: post, to, and if you like at, text and id. Without at a line becomes a draft. A
    line with the id of a delivery, as `queue export` writes it, gives that one another time or
    text where they differ. When a line is wrong, every problem is listed with its line and
    nothing is queued or changed. What is queued already stays as it is.
    """
    from sharekit.app import importing

    result = importing.import_csv(run.app, Path(file), by=by, dry_run=dry_run)
    rows = [row_of(item) for item in result.deliveries]
    wrong = any(p.severity == "error" for p in result.problems)
    run.out.answer(
        rows,
        result.problems,
        show=lambda: None if wrong else show_rows(run, rows),
        remarks=result.remarks,
    )
    if wrong:
        run.out.note("Nothing was queued or changed. Mend these lines and import the file again.")
        return 1
    for remark in result.remarks:
        run.out.note(remark)
    new, changed = len(result.new), len(result.changed)
    would = "Would have queued" if dry_run else "Queued"
    more = f", changed {changed}" if changed else ""
    run.out.note(f"{would} {new}{more}, left {len(rows) - new - changed} as they are")
    return 0


@command("history")
@click.argument("post", required=False)
@click.option("--failed", is_flag=True, help="Only what failed, was held or is unknown.")
@click.option("--since", metavar="SPAN|DATE", help="Only since: 7d, or 2026-11-01.")
@click.option("--limit", type=click.IntRange(min=1), default=200, show_default=True, metavar="N",
              help="At most N.")  # fmt: skip
def history(run: Run, post: str | None, failed: bool, since: str | None, limit: int) -> int:
    """Show what happened to posts, newest first."""
    from sharekit.app import times

    wanted = _post_id(run, post) if post else None
    start = times.since(run.app, since) if since else None
    events = run.app.queue.history(wanted, failed=failed, since=start, limit=limit)

    def people() -> None:
        rows = [
            (f"{e.at:%Y-%m-%d %H:%M:%S}Z", e.id or "", e.who, e.what, e.note or "") for e in events
        ]
        for line in table(rows, head=("when", "id", "who", "what", "")):
            run.out.line(line)

    run.out.answer(events, show=people)
    return 0
