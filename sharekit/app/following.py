"""Following: look at the sources, queue what is new, and keep up with what was edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sharekit.app import scheduling, wishes
from sharekit.app.messages import account_of, keeping_own_words, placed
from sharekit.app.scheduling import Scheduled
from sharekit.errors import Problem, SharekitError, UserError
from sharekit.model import Post
from sharekit.queue.single import one_at_a_time

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config import Source
    from sharekit.queue.follow import Step

__all__ = ["MOST", "follow"]

MOST = 25
"""More new posts than this in one look are rather a site that was moved than news."""


def follow(
    app: App,
    names: Sequence[str] = (),
    *,
    slot: bool = False,
    flood: bool = False,
    skip: bool = False,
    dry_run: bool = False,
) -> Scheduled:
    """Look at every source of the config once.

    What is new is queued by each account's rule (`follow: draft | slot | off`): for *names*
    alone when there are any, and into slots for all of them with *slot*. Of a first look
    nothing is queued, nor of more than `MOST` new posts at once, unless *flood*; with *skip*
    nothing at all is, and what is there counts as seen. What was edited before its time is
    drawn and worded anew, and what is gone is held. Raises `UserError` when the config has no
    sources.
    """
    if not app.config.sources:
        raise UserError(
            "there is no source to follow",
            hint="Put `sources` into the config (sharekit init).",
            code="source-absent",
        )
    targets = _targets(app, names, slot=slot)
    result = Scheduled()
    for source in app.config.sources.values():
        with one_at_a_time(app.queue.database, f"follow {source.name}") as ours:
            if ours:
                _follow(app, source, targets, result, flood=flood, skip=skip, dry_run=dry_run)
            else:
                result.remarks.append(f"{source.name}: somebody else is looking at it")
    return result


def _targets(app: App, names: Sequence[str], *, slot: bool) -> dict[str, list[str]]:
    """The accounts that get what is new: as `draft`, and into a `slot`."""
    targets: dict[str, list[str]] = {"draft": [], "slot": []}
    for account in app.accounts(names):
        rule = account.section.follow or app.config.schedule.follow
        if slot and (names or rule != "off"):
            rule = "slot"
        elif names and rule == "off":
            rule = "draft"
        if rule != "off":
            targets[rule].append(account.name)
    return targets


def _follow(
    app: App,
    source: Source,
    targets: Mapping[str, Sequence[str]],
    result: Scheduled,
    *,
    flood: bool,
    skip: bool,
    dry_run: bool,
) -> None:
    from sharekit.queue import sources
    from sharekit.queue.follow import decide

    reading = app.posts([source.name])
    result.problems += reading.problems
    known = sources.known(app.queue, source.name)
    steps = decide(reading.posts, known, complete="://" not in source.source)
    first = known.since is None
    if first and not flood:
        number = len(reading.posts)
        result.remarks.append(
            f"{source.name}: the first look only remembers what is there "
            f"({number} {'post' if number == 1 else 'posts'})"
        )
    wanted = {"new", "old"} if flood and first else {"new"}
    new = 0 if skip else sum(step.kind in wanted and step.post is not None for step in steps)
    if new > MOST and not flood:
        result.problems.append(_flood(source, new))
        steps = [step for step in steps if step.kind not in wanted]
    acted = []
    for step in steps:
        if step.kind in wanted and step.post and not skip:
            if not _queue(app, step.post, targets, result, dry_run=dry_run):
                continue  # not remembered, so that it is new once it is mended
        elif step.kind == "edited" and step.post:
            if not _renew(app, step.post, result, dry_run=dry_run):
                continue  # looked at again next time
        elif step.kind == "gone":
            _hold(app, step, result, dry_run=dry_run)
        acted.append(step)
    if not dry_run:
        sources.remember(app.queue, source.name, acted)


def _flood(source: Source, number: int) -> Problem:
    return Problem(
        code="flood",
        message=f"{source.name}: {number} posts look new at once; none of them was queued",
        hint="sharekit follow --all queues them, sharekit follow --skip takes them as seen.",
    )


def _queue(
    app: App,
    post: Post,
    targets: Mapping[str, Sequence[str]],
    result: Scheduled,
    *,
    dry_run: bool,
) -> bool:
    """Queue the new *post*; whether it could be queued for all that want it."""
    good = True
    for rule, names in targets.items():
        if not names:
            continue
        made = scheduling.schedule(
            app, [post], names, slot=rule == "slot", flood=True, dry_run=dry_run, by="follow"
        )
        result.deliveries += made.deliveries
        result.known |= made.known
        result.problems += made.problems
        result.remarks += made.remarks
        good = good and not any(p.severity == "error" for p in made.problems)
    return good


def _renew(app: App, post: Post, result: Scheduled, *, dry_run: bool) -> bool:
    """Word and draw the planned deliveries of an edited post anew, which drops approvals.

    Words that a person gave to one of them stay. Whether that went well for all of them.
    """
    good = True
    for item in app.queue.list(["draft", "approved", "scheduled", "held"], post=post.id):
        try:
            account = account_of(app.config, item.message)
            message, own = keeping_own_words(app, item, wishes.ready(app, post, account), account)
            if message.key == item.message.key:
                continue
            changed = app.queue.edit(
                item.id, message, own=own, rev=item.rev, by="follow", dry_run=dry_run
            )
        except SharekitError as error:
            result.problems += placed(error.problems, post)
            good = False
            continue
        if changed.rev == item.rev:
            continue
        result.deliveries.append(changed)
        dropped = ", and its approval is dropped" if item.approved and not changed.approved else ""
        new = "its own words stay, the rest is new" if own else "text and card are new"
        result.remarks.append(f"{item.id}: the post was edited; {new}{dropped}")
    return good


def _hold(app: App, step: Step, result: Scheduled, *, dry_run: bool) -> None:
    for item in app.queue.list(["draft", "approved", "scheduled"], post=step.seen.post):
        held = app.queue.hold(
            item.id, "the post is gone from its source", by="follow", dry_run=dry_run
        )
        result.deliveries.append(held)
        result.remarks.append(f"{item.id} is held: its post is gone from its source")
