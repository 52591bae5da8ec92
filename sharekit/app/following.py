"""Following: look at the sources, queue what is new, and keep up with what was edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sharekit.app import scheduling
from sharekit.app.messages import account_of
from sharekit.app.scheduling import Scheduled
from sharekit.errors import SharekitError, UserError
from sharekit.model import Post

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config import Source
    from sharekit.queue.follow import Step

__all__ = ["follow"]


def follow(
    app: App,
    names: Sequence[str] = (),
    *,
    slot: bool = False,
    flood: bool = False,
    dry_run: bool = False,
) -> Scheduled:
    """Look at every source of the config once.

    What is new becomes drafts for the accounts *names* (all of them when empty), or with
    *slot* goes into their slots; of a first look nothing is queued, unless *flood*. What was
    edited before its time is drawn and worded anew, and what is gone is held.
    """
    if not app.config.sources:
        raise UserError("there is no source to follow", hint="Put `sources` into the config.")
    result = Scheduled()
    for source in app.config.sources.values():
        _follow(app, source, names, result, slot=slot, flood=flood, dry_run=dry_run)
    return result


def _follow(
    app: App,
    source: Source,
    names: Sequence[str],
    result: Scheduled,
    *,
    slot: bool,
    flood: bool,
    dry_run: bool,
) -> None:
    from sharekit.queue import sources
    from sharekit.queue.follow import decide

    reading = app.posts([source.name])
    result.problems += reading.problems
    known = sources.known(app.queue, source.name)
    complete = "://" not in source.source
    steps = decide(reading.posts, known, complete=complete)
    wanted = {"new", "old"} if flood and known.since is None else {"new"}
    fresh = [step.post for step in steps if step.kind in wanted and step.post]
    if known.since is None and not flood:
        result.remarks.append(
            f"{source.name}: the first look only remembers {len(reading.posts)} posts"
        )
    if fresh:
        made = scheduling.schedule(
            app,
            fresh,
            names or [account.name for account in app.accounts()],
            slot=slot,
            flood=True,
            dry_run=dry_run,
            by="follow",
        )
        result.deliveries += made.deliveries
        result.known |= made.known
        result.problems += made.problems
        result.remarks += made.remarks
    for step in steps:
        if step.kind == "edited" and step.post:
            _renew(app, step.post, result, dry_run=dry_run)
        elif step.kind == "gone":
            _hold(app, step, result, dry_run=dry_run)
    if not dry_run:
        sources.remember(app.queue, source.name, steps)


def _renew(app: App, post: Post, result: Scheduled, *, dry_run: bool) -> None:
    """Word and draw the planned deliveries of an edited post anew, which drops approvals."""
    for item in app.queue.list(["draft", "approved", "scheduled", "held"], post=post.id):
        try:
            message = app.message(post, account_of(app.config, item.message), strict=True)
            if message.key == item.message.key:
                continue
            changed = app.queue.edit(item.id, message, by="follow", dry_run=dry_run)
        except SharekitError as error:
            result.problems += error.problems
            continue
        result.deliveries.append(changed)
        result.remarks.append(f"{item.id}: the post was edited; text and card are new")


def _hold(app: App, step: Step, result: Scheduled, *, dry_run: bool) -> None:
    for item in app.queue.list(["draft", "approved", "scheduled"], post=step.seen.post):
        held = app.queue.hold(
            item.id, "the post is gone from its source", by="follow", dry_run=dry_run
        )
        result.deliveries.append(held)
        result.remarks.append(f"{item.id} is held: its post is gone from its source")
