"""What `sharekit queue` can do to deliveries: approve, edit, move, cancel, retry, resolve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sharekit.cli.asked import one_time, text_of, text_options, time_options
from sharekit.cli.deliveries import change_each, decision, said
from sharekit.cli.options import Run, command
from sharekit.errors import Unauthorized, UserError
from sharekit.model import Delivery

if TYPE_CHECKING:
    from sharekit.queue import Queue

__all__ = ["VERBS", "approve"]


@command("approve")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--note", metavar="TEXT", help="A remark for the history.")
@decision
def approve(run: Run, ids: tuple[str, ...], by: str, note: str | None, dry_run: bool) -> int:
    """Let drafts go out, exactly as they are now.

    A later change of text, card or time drops the approval. A draft without a time is approved
    for any; `sharekit queue move ID --at WHEN` gives it one.
    """
    code, changed = change_each(
        run,
        ids,
        lambda q, i: q.approve(i, by=by, note=note, dry_run=dry_run),
        said("Approved", dry_run),
    )
    for item in changed:
        if item.due is None:
            run.out.note(f"{item.id} has no time yet: sharekit queue move {item.id} --at WHEN")
    return code


@command("cancel")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@decision
def cancel(run: Run, ids: tuple[str, ...], by: str, dry_run: bool) -> int:
    """Take deliveries out of the queue. Their posts can be scheduled anew."""
    return change_each(
        run, ids, lambda q, i: q.cancel(i, by=by, dry_run=dry_run), said("Cancelled", dry_run)
    )[0]


@command("move")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@time_options(
    at="The new time; with a date alone, the time of day stays.",
    tz="The zone of --at; else the delivery's own.",
)
@decision
def move(
    run: Run,
    ids: tuple[str, ...],
    at: str | None,
    in_: str | None,
    slot: str | None,
    tz: str | None,
    by: str,
    dry_run: bool,
) -> int:
    """Give deliveries another time. An approval for the old time is dropped."""
    from sharekit.app import times

    one_time({"--at": at, "--in": in_, "--slot": slot}, tz=tz)
    notes: list[str] = []
    mover = times.Mover(run.app, at=at, in_=in_, slot=slot is not None, zone=tz)

    def change(q: Queue, i: str) -> Delivery:
        item = q.get(i)
        when = mover.when(item)
        moved = q.move(i, when, by=by, dry_run=dry_run)
        if when.note:
            notes.append(f"{moved.id}: {when.note}")
        if item.approved and not moved.approved:
            notes.append(f"{moved.id} was approved for its old time: sharekit approve {moved.id}")
        return moved

    code, _ = change_each(run, ids, change, said("Moved", dry_run), remarks=notes)
    for note in notes:
        run.out.note(note)
    return code


@command("retry")
@click.argument("ids", nargs=-1, metavar="[ID...]")
@click.option("--failed", is_flag=True, help="All that failed or were held.")
@click.option("--account", metavar="NAME", help="With --failed: only of this account or channel.")
@decision
def retry(
    run: Run, ids: tuple[str, ...], failed: bool, account: str | None, by: str, dry_run: bool
) -> int:
    """Make failed and held deliveries due now.

    A worker sends them then, or `sharekit publish --due`. What may be out is not sent again:
    `sharekit queue resolve` says what became of it first.
    """
    from sharekit.app import outlook

    if failed:
        found = run.app.queue.entries(["failed", "held"], account=account)
        if account and not found:
            outlook.known(run.app, account)
        ids = (*ids, *(entry.id for entry in found))
    if not ids:
        if failed and (paused := outlook.paused(run.app, account)):
            kind = Unauthorized if paused[0].signed_out else UserError
            raise kind(
                f"nothing has failed, but {paused[0].account} is paused: {paused[0].why}",
                hint=paused[0].hint,
            )
        hint = "sharekit queue list shows what there is." if failed else "Name ids, or --failed."
        raise UserError("there is nothing to retry", hint=hint)
    code, changed = change_each(
        run, ids, lambda q, i: q.retry(i, by=by, dry_run=dry_run), said("Made due", dry_run)
    )
    if changed and not dry_run:
        for remark in outlook.remarks_on(run.app, changed):
            run.out.note(remark)
    return code


@command("resolve")
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.option("--published", metavar="URL", help="It is there: its address.")
@click.option("--not-published", is_flag=True, help="It is not there; `queue retry` may send it.")
@decision
def resolve(
    run: Run,
    ids: tuple[str, ...],
    published: str | None,
    not_published: bool,
    by: str,
    dry_run: bool,
) -> int:
    """Say what became of deliveries of unknown outcome.

    Look at the account first: what is said to be published is never sent again, and what is
    said not to be there is sent by `queue retry`. An address that was wrong is corrected by
    --published with the right one; what the channel itself has confirmed stands.
    """
    if (published is not None) == not_published:
        raise UserError(
            "name either --published URL or --not-published",
            hint="Look at the account: is the post there?",
        )
    if published == "":
        raise UserError("--published is empty", hint="It takes the address of the post.")
    if published is not None and len(set(ids)) > 1:
        raise UserError(
            "--published gives the address of one post, and several are named",
            hint="Resolve them one by one.",
        )
    return change_each(
        run,
        ids,
        lambda q, i: q.resolve(i, published, by=by, dry_run=dry_run),
        said("Resolved", dry_run),
    )[0]


@command("edit")
@click.argument("id_", metavar="ID")
@text_options
@decision
def edit(
    run: Run, id_: str, text: str | None, text_file: str | None, by: str, dry_run: bool
) -> int:
    """Change the text of a delivery; an approval is dropped.

    Without --text and --text-file an editor opens, with all parts of a thread. A text that is
    given is the whole text.
    """
    from sharekit.app import scheduling

    text = text_of(text, text_file)
    item = run.app.queue.get(id_)
    parts: list[str] = []
    if text is None:
        if not run.interactive:
            raise UserError("no terminal for an editor", hint="Pass --text TEXT or --text-file.")
        try:
            written = click.edit(scheduling.to_edit(run.app, item))
        except click.ClickException as error:
            raise UserError(
                f"the editor failed: {error.message}",
                hint="Name another in EDITOR, or pass --text TEXT or --text-file.",
            ) from error
        if written is None:
            run.out.note("Nothing was changed.")
            return 0
        text, *parts = scheduling.edited(item, written)
    message = scheduling.reworded(run.app, item, text, parts=parts)
    code, changed = change_each(
        run,
        (id_,),
        lambda q, i: q.edit(i, message, own=True, by=by, dry_run=dry_run),
        said("Edited", dry_run),
    )
    for new in changed:
        if run.out.human:
            run.out.lines(f"  | {line}" for line in new.message.text.splitlines())
        if item.approved and not new.approved:
            run.out.note(f"{new.id} was approved as it was before: sharekit approve {new.id}")
    return code


@command("pause")
@click.argument("account", metavar="ACCOUNT")
@click.option("--reason", default="paused by hand", metavar="TEXT", help="Why.")
@decision
def pause(run: Run, account: str, reason: str, by: str, dry_run: bool) -> int:
    """Let nothing go out to ACCOUNT until it is resumed."""
    from sharekit.app import outlook

    rows = []
    for name in outlook.known(run.app, account):
        waiting = run.app.queue.pause(name, reason=reason, by=by, dry_run=dry_run)
        rows.append({"account": name, "paused": True, "waiting": waiting})
        run.out.note(f"{said('Paused', dry_run)} {name}; {waiting} of its deliveries wait")
    run.out.answer(rows)
    return 0


@command("resume")
@click.argument("account", metavar="ACCOUNT")
@decision
def resume(run: Run, account: str, by: str, dry_run: bool) -> int:
    """Let posts go out to ACCOUNT again.

    What missed its time by more than the grace meanwhile is held, not sent.
    """
    from sharekit.app import outlook

    rows = []
    for name in outlook.known(run.app, account, paused=True):
        waiting = run.app.queue.resume(name, by=by, dry_run=dry_run)
        rows.append({"account": name, "paused": False, "waiting": waiting})
        run.out.note(f"{said('Resumed', dry_run)} {name}; {waiting} of its deliveries go on")
    run.out.answer(rows)
    return 0


VERBS = (approve, edit, move, cancel, retry, resolve, pause, resume)
