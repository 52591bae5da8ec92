"""Scheduling: posts, accounts and a time to deliveries in the queue."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sharekit.app import wishes
from sharekit.app.messages import account_of, placed
from sharekit.app.times import Planner, quiet_hours
from sharekit.app.wishes import Wish
from sharekit.composer.records import lost_picture
from sharekit.errors import Problem, SharekitError, UserError
from sharekit.model import Delivery, Message, Post
from sharekit.queue import AlreadyScheduled, Plan, When
from sharekit.text.slug import name_of_id

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config.accounts import Account

__all__ = [
    "MANY",
    "Scheduled",
    "costs",
    "edited",
    "measured",
    "remarks_on",
    "reworded",
    "schedule",
    "to_edit",
]

FEW = 3
"""More remarks than this of one kind become one."""
MANY = 5
"""More new posts than this at once need to be asked for: a first feed must not flood."""


@dataclass(slots=True)
class Scheduled:
    """What came of scheduling: every delivery concerned, and which of them were there before.

    *already* says of those that they were; *changed* were there, and are not what they were.
    """

    deliveries: list[Delivery] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    _ids: set[str] = field(default_factory=set, init=False, repr=False)

    def add(self, delivery: Delivery) -> None:
        """Note a delivery."""
        self.deliveries.append(delivery)
        self._ids.add(delivery.id)

    def there(self, found: AlreadyScheduled) -> str:
        """Note a delivery that was there before, once; the remark about it."""
        if found.delivery.id not in self._ids:
            self.add(found.delivery)
            self.known.add(found.delivery.id)
        return str(found)

    @property
    def new(self) -> list[Delivery]:
        """The deliveries that were not there before."""
        there = self.known | self.changed
        return [item for item in self.deliveries if item.id not in there]


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
    by: str = "",
    named: Collection[str] = (),
) -> Scheduled:
    """Queue each of *found* for each account of *names*; without a time, as a draft.

    A post that must not go out is reported and the others are queued; an account that an editor
    switched off for a post is left out, and a remark says so. Raises `UserError` for a
    time that is not understood, and for more than `MANY` new posts without *flood*. *named* are
    the ids of posts that were asked for one by one: these are no flood, and it is a problem when
    they are left out.
    """
    posts = [post for post in found if not post.draft]
    if not flood and not again:
        _hold_the_flood(app, [p for p in posts if p.id not in named], app.accounts(names))
    planner = Planner(app, at=at, in_=in_, slot=slot, zone=tz)
    result = Scheduled()
    wished = wishes.of(app, found, names, result, text=text, again=again, named=named)
    plans = _timed(wished, planner, result)
    already = list(result.already)
    for wish, one in zip(
        plans, app.queue.carry_out(plans.values(), by=by, dry_run=dry_run), strict=True
    ):
        if isinstance(one, AlreadyScheduled):
            already.append(result.there(one))
        elif isinstance(one, UserError):
            raise one
        else:
            result.add(one)
            result.remarks += remarks_on(app, wish, plans[wish].when)
    if len(already) > FEW:
        already = [f"{len(already)} of these were queued before; --again sends them once more."]
    result.remarks = list(dict.fromkeys((*result.remarks, *already, *costs(app, result.new))))
    return result


def _timed(wished: Sequence[Wish], planner: Planner, result: Scheduled) -> dict[Wish, Plan]:
    """The plan of each wish, now with a time; *result* is told for which there is none."""
    plans = {}
    for wish in wished:
        try:
            plans[wish] = dataclasses.replace(wish.plan, when=planner.when(wish.account))
        except SharekitError as error:
            result.problems += placed(error.problems, wish.post)
    return plans


def remarks_on(app: App, wish: Wish, when: When | None) -> Iterator[str]:
    """What an editor should know of *wish*, which is queued for *when*."""
    message = wish.plan.message
    assert message is not None
    yield from (problem.message for problem in message.problems)
    if message.card and (lost := lost_picture(message.card.problems)):
        yield f"{lost.message}; the card is without picture"
    if when:
        yield from filter(None, (when.note, quiet_hours(app, wish.account, when)))


def costs(app: App, deliveries: Sequence[Delivery]) -> Iterator[str]:
    """A remark for each account whose channel takes money: what all of these will cost."""
    costs: dict[str, list[float]] = {}
    for item in deliveries:
        account = account_of(app.config, item.message)
        if price := account.price(item.message):
            costs.setdefault(account.name, []).append(price)
    for name, prices in costs.items():
        posts = "1 post" if len(prices) == 1 else f"{len(prices)} posts"
        yield f"{name} takes ${sum(prices):.3f} for {posts}"


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


def reworded(app: App, item: Delivery, text: str, *, parts: Sequence[str] = ()) -> Message:
    """The message of *item* with *text* (and *parts*, of a thread), its links found anew.

    Raises `UserError` when the text does not fit the account.
    """
    from sharekit.text import draft

    limits = account_of(app.config, item.message).limits
    return draft.reworded(item.message, text, limits=limits, parts=parts)


_PART = re.compile(r"^#: part \d+\s*$", re.MULTILINE)


def to_edit(app: App, item: Delivery) -> str:
    """What the editor shows: the counter, which is not sent, and the text with all its parts."""
    head = f"#: {item.id} to {measured(app, item)}. Lines that begin with #: are left out.\n"
    parts = (f"\n#: part {n}\n{part}" for n, part in enumerate(item.message.parts, 2))
    return "".join((head, item.message.text, *parts))


def edited(item: Delivery, written: str) -> list[str]:
    """The texts in what the editor gave back of *item*: one, or the parts of a thread."""
    pieces = _PART.split(written) if item.message.parts else [written]
    texts = (
        "\n".join(line for line in part.splitlines() if not line.startswith("#:")).strip()
        for part in pieces
    )
    return [text for text in texts if text] or [""]


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
