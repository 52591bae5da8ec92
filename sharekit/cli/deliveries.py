"""Deliveries as a command shows them: rows of the contract, tables, and failures by cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from sharekit.cli.output import table
from sharekit.errors import Problem, SharekitError
from sharekit.model import Delivery
from sharekit.text.slug import name_of_id

if TYPE_CHECKING:
    from sharekit.cli.options import Run
    from sharekit.queue import Queue
    from sharekit.queue.rows import Entry

__all__ = [
    "change_each",
    "decision",
    "next_step",
    "row_of",
    "said",
    "show_rows",
    "show_troubles",
]

MARKS = {"published": "green", "failed": "red", "unknown": "red", "held": "yellow"}
TROUBLES = ("failed", "unknown", "held")


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


def next_step(state: str, name: str) -> str | None:
    """What a person does next about the delivery *name*; `None` when nothing need be done."""
    return {
        "draft": f"sharekit approve {name}",
        "approved": f"sharekit queue move {name} --at WHEN",
        "failed": f"sharekit queue retry {name}",
        "held": f"sharekit queue move {name} --at WHEN, or sharekit queue retry {name}",
        "unknown": f"sharekit queue resolve {name} --published URL, or --not-published",
    }.get(state)


def show_rows(run: Run, rows: Sequence[dict[str, Any]]) -> None:
    """Deliveries as a table for a person."""
    lines = []
    for row in rows:
        receipt = row["receipt"]
        says = (receipt.url or receipt.id) if receipt else row["error"] or ""
        lines.append(
            (
                row["id"],
                f"{(row['wall'] or 'no time')[:16].replace('T', ' ')} {row['zone'] or ''}",
                f"{row['channel']}:{row['account']}",
                click.style(f"{row['state']:10}", fg=MARKS.get(row["state"])),
                name_of_id(row["post"]),
                says.splitlines()[0] if says else "",
            )
        )
    for line in table(lines, head=("id", "when", "to", f"{'state':10}", "post", "")):
        run.out.line(line)


def show_troubles(run: Run, entries: Iterable[Entry]) -> None:
    """What did not go out, by cause: each cause once, with what was sent and the next step."""
    from sharekit.queue.rows import SENT_WORDS

    def cause(entry: Entry) -> tuple[str, str, str]:
        return entry.state, entry.error or entry.cause or entry.state, entry.sent

    for (state, error, sent), group in groupby(sorted(entries, key=cause), key=cause):
        found = list(group)
        number = f"{len(found)} {state}" if len(found) > 1 else state
        run.out.line(f"{click.style(number, fg=MARKS[state])}: {error}")
        run.out.line(f"  {SENT_WORDS[sent]}")
        for entry in found:
            when = f"{(entry.wall or '')[:16].replace('T', ' ')} {entry.zone or ''}".strip()
            run.out.line(
                f"  {entry.id}  {name_of_id(entry.post)} → {entry.channel}:{entry.account}  {when}"
            )
        names = " ".join(entry.id for entry in found[:10])
        run.out.line(f"  next: {next_step(state, names if state != 'unknown' else found[0].id)}")


def change_each(
    run: Run,
    ids: Sequence[str],
    change: Callable[[Queue, str], Delivery],
    done: str,
    *,
    remarks: Sequence[str] | None = None,
) -> tuple[int, list[Delivery]]:
    """Change each of *ids*; one that cannot be changed does not stop the others.

    *remarks* may be a list that *change* adds to. Returns the exit code and what was changed.
    """
    changed: list[Delivery] = []
    problems: list[Problem] = []
    for id_ in dict.fromkeys(ids):
        try:
            changed.append(change(run.app.queue, id_))
        except SharekitError as error:
            problems += error.problems
    rows = [row_of(item) for item in changed]
    run.out.answer(rows, problems, show=lambda: show_rows(run, rows), remarks=remarks)
    if rows:
        run.out.note(f"{done} {len(rows)}")
    return (1 if problems else 0), changed


def decision(function: Any) -> Any:
    """The options of every verb by which a person changes something: `--by` and `--dry-run`."""
    by = click.option(
        "--by",
        default="",
        metavar="NAME",
        help="Who decides, for the history; else SHAREKIT_USER or your login.",
    )
    dry_run = click.option("--dry-run", is_flag=True, help="Say what would change, change nothing.")
    return by(dry_run(function))


def said(word: str, dry: bool) -> str:
    """*word*, or that it would have been done."""
    return f"Would have {word.lower()}" if dry else word
