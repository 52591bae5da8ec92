"""Scheduling: posts, accounts and a time to deliveries in the queue."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.app import overrides
from sharekit.app.messages import account_of, placed
from sharekit.app.times import Planner, quiet_hours
from sharekit.composer.records import lost_picture
from sharekit.errors import Problem, SharekitError, UserError
from sharekit.model import Delivery, Message, Post
from sharekit.queue import AlreadyScheduled, When
from sharekit.text.attachment import sends_card
from sharekit.text.slug import name_of_id

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config.accounts import Account

__all__ = [
    "MANY",
    "Scheduled",
    "measured",
    "needs_approval",
    "reworded",
    "schedule",
]

FEW = 3
"""More remarks than this of one kind become one."""
MANY = 5
"""More new posts than this at once need to be asked for: a first feed must not flood."""


@dataclass(slots=True)
class Scheduled:
    """What came of scheduling: every delivery concerned, and which of them were there before."""

    deliveries: list[Delivery] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def new(self) -> list[Delivery]:
        """The deliveries that were not there before."""
        return [item for item in self.deliveries if item.id not in self.known]


def schedule(
    app: App,
    found: Sequence[Post],
    names: Sequence[str],
    *,
    at: str | None = None,
    in_: str | None = None,
    slot: bool = False,
    tz: str | None = None,
    text: str | None = None,
    again: bool = False,
    flood: bool = False,
    dry_run: bool = False,
    by: str = "cli",
    named: Collection[str] = (),
) -> Scheduled:
    """Queue each of *found* for each account of *names*; without a time, as a draft.

    A post that must not go out is reported and the others are queued; an account that an editor
    switched off for a post is left out, and a remark says so. Raises `UserError` for a
    time that is not understood, and for more than `MANY` new posts without *flood*. *named* are
    the ids of posts that were asked for one by one: it is a problem when these are left out.
    """
    accounts = app.accounts(names)
    posts = [post for post in found if not post.draft]
    result = Scheduled()
    _leave_out([post for post in found if post.draft], named, result)
    if not flood and not again:
        _hold_the_flood(app, posts, accounts)
    already: list[str] = []
    planner = Planner(app, at=at, in_=in_, slot=slot, zone=tz)
    for post in posts:
        on = [a for a in accounts if not overrides.value_of(post, f"off.{a.name}")]
        result.remarks += _switched_off(post, [a for a in accounts if a not in on])
        if not on and post.id in named:
            result.problems.append(_goes_nowhere(post))
        for account in on:
            try:
                message = _ready(app, _worded(post, text), account)
                when = planner.when(account)
                delivery = app.queue.schedule(
                    message,
                    when,
                    again=again,
                    approval=needs_approval(app, account),
                    by=by,
                    dry_run=dry_run,
                )
            except AlreadyScheduled as there:
                result.deliveries.append(there.delivery)
                result.known.add(there.delivery.id)
                already.append(str(there))
            except SharekitError as error:
                result.problems += placed(error.problems, post)
            else:
                result.deliveries.append(delivery)
                result.remarks += _remarks(app, account, message, when)
    if len(already) > FEW:
        already = [f"{len(already)} of these were queued before; --again sends them once more."]
    result.remarks = list(dict.fromkeys((*result.remarks, *already, *_costs(app, result.new))))
    return result


def _remarks(app: App, account: Account, message: Message, when: When | None) -> Iterator[str]:
    """What an editor should know of *message*, which is queued for *when*."""
    yield from (problem.message for problem in message.problems)
    if message.card and (lost := lost_picture(message.card.problems)):
        yield f"{lost.message}; the card is without picture"
    if when:
        yield from filter(None, (when.note, quiet_hours(app, account, when)))


def _costs(app: App, deliveries: Sequence[Delivery]) -> Iterator[str]:
    """A remark for each account whose channel takes money: what all of these will cost."""
    costs: dict[str, list[float]] = {}
    for item in deliveries:
        account = account_of(app.config, item.message)
        if price := account.price(item.message):
            costs.setdefault(account.name, []).append(price)
    for name, prices in costs.items():
        posts = "1 post" if len(prices) == 1 else f"{len(prices)} posts"
        yield f"{name} takes ${sum(prices):.3f} for {posts}"


def _leave_out(drafts: Sequence[Post], named: Collection[str], result: Scheduled) -> None:
    """Say of *drafts* that they are left out; of those in *named* as a problem."""
    for post in drafts:
        if post.id in named:
            result.problems.append(_is_draft(post))
        else:
            result.remarks.append(f"{name_of_id(post.id)} is a draft; left out")


def _is_draft(post: Post) -> Problem:
    why = post.extra.get("status")
    said = "a draft" if why in (None, "draft") else f"not to be seen ({why})"
    return Problem(
        code="draft",
        message=f"{name_of_id(post.id)} is {said}, so it was not queued",
        where=post.source or post.id,
        hint="Queue it when its source shows it to readers.",
    )


def needs_approval(app: App, account: Account) -> bool:
    """Whether a person must approve what goes to *account*."""
    return account.section.approve == "required" or app.config.schedule.approve


def _switched_off(post: Post, accounts: Sequence[Account]) -> list[str]:
    """A remark where the preview page says that *post* is not for *accounts*."""
    names = ", ".join(account.name for account in accounts)
    said = f"{post.title or post.id}: {names} left out, switched off on the preview page"
    return [said] if accounts else []


def _goes_nowhere(post: Post) -> Problem:
    return Problem(
        code="switched-off",
        message=f"{name_of_id(post.id)} is switched off for these accounts, so it was not queued",
        where=post.source or post.id,
        hint="Switch them on where that was said: sharekit preview.",
    )


def _ready(app: App, post: Post, account: Account) -> Message:
    """The message of *post* for *account*. Raises `UserError` when it must not go out."""
    message = app.message(post, account, strict=True)
    lost = lost_picture(message.card.problems) if message.card else None
    if lost and app.config.picture == "require" and sends_card(message.attach, account.limits):
        raise UserError(
            f"{account.name}: {lost.message}",
            where=post.source or None,
            hint=f"{lost.hint or 'Correct it in the post.'} Or set `cards: picture: warn`, and the "
            "post goes out with a card without picture.",
            code=lost.code,
        )
    if app.config.alt == "require" and message.card and message.attach == "image":
        problems = (*message.problems, *message.card.problems)
        if any(problem.code == "alt-missing" for problem in problems):
            raise UserError(
                f"{account.name}: the picture has no alt text, and `cards: alt: require` is set",
                where=post.source or None,
                hint="Give the post one (card_alt, or its picture's alt).",
                code="alt-missing",
            )
    return message


def _worded(post: Post, text: str | None) -> Post:
    """*post* with *text* in place of its own social text."""
    return dataclasses.replace(post, social={"*": text}) if text is not None else post


def _hold_the_flood(app: App, posts: Sequence[Post], accounts: Sequence[Account]) -> None:
    if len(posts) <= MANY:
        return
    known = {
        (entry.post, entry.channel, entry.account)
        for entry in app.queue.entries()
        if entry.state != "cancelled"
    }
    new = [
        post
        for post in posts
        if any((post.id, a.channel, a.account) not in known for a in accounts)
    ]
    if len(new) > MANY:
        raise UserError(
            f"{len(new)} new posts at once; nothing was queued",
            hint=f"Name the ones you mean, or pass --all to queue all {len(new)}.",
            code="flood",
        )


def reworded(app: App, item: Delivery, text: str) -> Message:
    """The message of *item* with *text*, its links found anew.

    Raises `UserError` when the text does not fit the account.
    """
    from sharekit.text import draft

    limits = account_of(app.config, item.message).limits
    return draft.reworded(item.message, text, limits=limits)


def editor_head(app: App, item: Delivery) -> str:
    """What stands above the text in the editor: the counter, and that it is not sent."""
    return f"#: {item.id} to {measured(app, item)}. Lines that begin with #: are left out.\n"


def measured(app: App, item: Delivery) -> str:
    """How much of what its account takes *item* uses: `mastodon:main: 104 of 500 characters`."""
    from sharekit.text import count

    message = item.message
    length = count.count_message(message, account_of(app.config, message).limits)
    most = f" of {length.limit}" if length.limit is not None else ""
    card = message.card
    picture = f", card {card.width}x{card.height}" if card and message.attach != "none" else ""
    alt = "" if card is None or card.alt or message.attach != "image" else ", alt text MISSING"
    return (
        f"{name_of_id(message.post_id)} to {message.channel}:{message.account}: "
        f"{length.length}{most} {length.unit}{picture}{alt}"
    )


def import_csv(app: App, path: Path, *, dry_run: bool) -> Scheduled:
    """Schedule what the CSV *path* lists: all of it, or nothing when a line is wrong."""
    from sharekit.queue import exchange

    rows, problems = exchange.from_csv(path)
    result = Scheduled(problems=list(problems))
    for pretend in (True, False):
        if (pretend is False and dry_run) or (not pretend and result.problems):
            break
        result.deliveries.clear()
        for row in rows:
            try:
                posts = app.select([row.post]).posts
                one = schedule(
                    app,
                    posts,
                    [row.to],
                    at=row.at,
                    text=row.text,
                    dry_run=pretend,
                    named=[post.id for post in posts if len(posts) == 1],
                )
            except SharekitError as error:
                result.problems += [
                    dataclasses.replace(p, where=f"{path}:{row.line}") for p in error.problems
                ]
                continue
            result.problems += [
                dataclasses.replace(p, where=f"{path}:{row.line}") for p in one.problems
            ]
            result.deliveries += one.deliveries
            result.known |= one.known
            if not pretend or dry_run:
                result.remarks += [f"{path}:{row.line}: {remark}" for remark in one.remarks]
    return result
