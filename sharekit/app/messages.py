"""Words: a post and an account to the very message that will go out."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from sharekit import plugins
from sharekit.app import overrides, shortening
from sharekit.composer.records import lost_picture
from sharekit.config import Config
from sharekit.config.accounts import Account, bare
from sharekit.errors import Problem, RenderError, UserError
from sharekit.model import Card, Delivery, Message, Post
from sharekit.text import draft as words

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = [
    "account_for",
    "account_of",
    "keeping_own_words",
    "made",
    "placed",
    "problems_of",
    "weighed",
    "with_voice",
]


def account_for(config: Config, name: str) -> Account:
    """The account *name* of the config, or a bare one of a channel that the config lacks.

    Raises `UserError` when *name* is neither, or stands for several accounts.
    """
    try:
        found = config.named(name)
    except UserError:
        known = plugins.names(plugins.PUBLISHERS)
        if name in known:
            return bare(name)
        near = difflib.get_close_matches(name, [*config.accounts, *known], n=1)
        if not near:
            raise
        raise UserError(
            f"there is no account or channel {name!r}", hint=f"Did you mean {near[0]!r}?"
        ) from None
    if len(found) > 1:
        names = ", ".join(account.name for account in found)
        raise UserError(f"{name!r} stands for several accounts", hint=f"Name one of {names}.")
    return found[0]


def account_of(config: Config, message: Message) -> Account:
    """The account that *message* is for. Raises `UserError` when the config lost it."""
    return account_for(config, f"{message.channel}:{message.account}")


def made(
    app: App,
    post: Post,
    account: Account,
    *,
    strict: bool = False,
    draw: bool = True,
    layout: str | None = None,
    card: Card | None = None,
) -> Message:
    """The message of *post* for *account*, with its card; *card* is one that is drawn already.

    With *strict* (queueing), what must not go out raises `UserError`; else it stands among the
    message's problems, and so does a card that cannot be drawn.
    """
    rules = overrides.rules_for(post, account)
    problems: tuple[Problem, ...] = ()
    if card is None and draw and rules.attach != "none":
        try:
            card = app.card(post, account, layout=layout)
        except RenderError as error:
            if strict:
                raise
            problems = placed(error.problems, post)
    link, unshortened = shortening.short_link(app, post, account, rules, strict=strict)
    problems += unshortened
    message = words.draft(
        with_voice(post, account),
        channel=account.channel,
        account=account.account,
        limits=account.limits,
        rules=rules,
        site=app.config.site,
        card=card,
        unknown="error" if strict else "keep",
        link=link,
    )
    if not problems:
        return message
    return dataclasses.replace(message, problems=(*message.problems, *problems))


def with_voice(post: Post, account: Account) -> Post:
    """*post*, its text for the channel that *account* stands in for (`like:`) as its own."""
    text = post.social.get(str(account.settings.get("like")))
    if text is None:
        return post
    return dataclasses.replace(post, social={**post.social, account.channel: text})


def problems_of(message: Message, config: Config) -> tuple[Problem, ...]:
    """What is wrong with *message*, its words and its card, as *config* weighs it."""
    of_card = message.card.problems if message.card else ()
    both = (*message.problems, *(weighed(problem, config) for problem in of_card))
    return tuple(_alt_weighed(problem, config) for problem in both)


def weighed(problem: Problem, config: Config) -> Problem:
    """A drawn card's *problem*; one of its picture is as severe as `cards: picture` says."""
    if lost_picture((problem,)) and config.picture == "warn":
        return dataclasses.replace(problem, severity="warning")
    return problem


def _alt_weighed(problem: Problem, config: Config) -> Problem:
    if problem.code != "alt-missing":
        return problem
    severity: Literal["error", "warning", "info"] = "error"
    if config.alt != "require":
        severity = "warning" if config.alt == "warn" else "info"
    return dataclasses.replace(problem, severity=severity)


def placed(problems: Iterable[Problem], post: Post) -> tuple[Problem, ...]:
    """*problems* with the post's place, where they have none of their own."""
    where = post.source or post.id
    return tuple(p if p.where else dataclasses.replace(p, where=where) for p in problems)


def keeping_own_words(
    app: App, delivery: Delivery, message: Message, account: Account
) -> tuple[Message, bool]:
    """*message*, with the words of *delivery* where a person gave it these, and whether so.

    Raises `UserError` when they do not fit with what *message* carries.
    """
    if not app.queue.has_own_words(delivery.id):
        return message, False
    return words.with_words_of(message, delivery.message, limits=account.limits), True
