"""What may go out: posts and accounts to messages that are ready, and why others are not."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.app import overrides
from sharekit.app.messages import placed
from sharekit.composer.records import lost_picture
from sharekit.errors import Problem, SharekitError, UserError
from sharekit.model import Message, Post
from sharekit.queue import AlreadyScheduled, Plan, exchange
from sharekit.text.attachment import sends_card
from sharekit.text.slug import name_of_id

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.app.scheduling import Scheduled
    from sharekit.config.accounts import Account

__all__ = ["Wish", "is_off", "needs_approval", "of", "ready"]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Wish:
    """A message that may go out: *plan* holds it, and has no time yet."""

    post: Post
    account: Account
    plan: Plan


def of(
    app: App,
    found: Sequence[Post],
    names: Sequence[str],
    result: Scheduled,
    *,
    text: str | None = None,
    again: bool = False,
    named: Collection[str] = (),
) -> list[Wish]:
    """Each of *found* for each account of *names*; *result* is told what is not, and why."""
    accounts = app.accounts(names)
    _leave_out([post for post in found if post.draft], named, result)
    wished = []
    for post in found:
        if post.draft:
            continue
        on = [a for a in accounts if not is_off(post, a)]
        result.remarks += _switched_off(post, [a for a in accounts if a not in on])
        if not on and post.id in named:
            result.problems.append(_goes_nowhere(post))
        for account in on:
            there = None if again else app.queue.standing(account.channel, account.account, post.id)
            if there:
                result.already.append(result.there(AlreadyScheduled(there)))
                continue
            try:
                message, own = _worded(app, post, account, text)
            except SharekitError as error:
                result.problems += placed(error.problems, post)
                continue
            plan = Plan(
                message=message,
                again=again,
                approval=needs_approval(app, account),
                own=own,
            )
            wished.append(Wish(post=post, account=account, plan=plan))
    return wished


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


def is_off(post: Post, account: Account) -> bool:
    """Whether an editor has switched *account* off for *post*."""
    return bool(overrides.value_of(post, f"off.{account.name}"))


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


def ready(app: App, post: Post, account: Account) -> Message:
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


def _worded(app: App, post: Post, account: Account, text: str | None) -> tuple[Message, bool]:
    """The message of *post* with *text* in place of its own, and whether that is another text.

    An exported plan holds the text of every message. Read back, one that the post gives itself
    is nobody's own, and what the table cannot hold (a thread, where a link leads) stays.
    """
    if text is None:
        return ready(app, post, account), False
    message = ready(app, dataclasses.replace(post, social={"*": text}), account)
    try:
        usual = app.message(post, account, draw=False, card=message.card)
    except SharekitError:  # the post's own words cannot be had, and need not be
        return message, True
    if exchange.plain(text) == exchange.plain(usual.text):
        return ready(app, post, account), False
    return message, (message.text, message.parts) != (usual.text, usual.parts)
