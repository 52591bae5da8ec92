"""`check`: everything that is wrong with posts, cards and texts, before anything goes out."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sharekit.app import hosted
from sharekit.app.messages import account_for, placed, problems_of
from sharekit.errors import Problem, ReadError, SharekitError
from sharekit.model import Delivery, Message, Post

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["check", "filtered", "live", "queued"]


def check(app: App, found: Sequence[Post], channels: Sequence[str] = ()) -> Iterator[Problem]:
    """The problems of *found* for each of *channels* (all accounts when empty), each once."""
    accounts = [account_for(app.config, name) for name in channels] or app.accounts()
    seen: set[tuple[str, str, str | None]] = set()
    for post in found:
        for account in accounts:
            try:
                message = app.message(post, account)
                problems = [*problems_of(message, app.config)]
            except SharekitError as error:
                problems = list(error.problems)
            for problem in placed(problems, post):
                key = (problem.code, problem.message, problem.where)
                if key not in seen:
                    seen.add(key)
                    yield problem


def filtered(
    problems: Iterable[Problem], select: Sequence[str], ignore: Sequence[str]
) -> list[Problem]:
    """*problems* whose code begins with one of *select* (any, when empty) and none of *ignore*."""
    return [
        p
        for p in problems
        if (not select or p.code.startswith(tuple(select)))
        and not (ignore and p.code.startswith(tuple(ignore)))
    ]


def live(app: App, found: Sequence[Post], channels: Sequence[str] = ()) -> Iterator[Problem]:
    """Whether each post's page and its picture answer, as a network that crawls will find them.

    So do the cards that one of *channels* (all accounts when empty) fetches from the web.
    """
    accounts = [account_for(app.config, name) for name in channels] or app.accounts()
    for post in found:
        for account in accounts:
            with contextlib.suppress(SharekitError):  # `check` tells it
                yield from hosted.problems(app, account, app.message(post, account))
        if post.url:
            yield from _page(app, post.url)
        else:
            yield Problem(
                code="url-missing",
                message=f"{post.title or post.id}: no link, so nothing to look at",
                where=post.source,
            )


def queued(app: App) -> Iterator[Problem]:
    """The same for what is planned: pages whose card a network will draw once a post is out.

    Such a network reads the page when the post comes, once, and keeps what it found for days:
    the page and its picture must be there before. Each page is asked once, for whoever of its
    deliveries is due first.
    """
    pages: dict[str, Delivery] = {}
    planned = app.queue.list(["draft", "approved", "scheduled"])
    for item in planned:
        url = _crawled(app, item.message)
        first = pages.get(url) if url else None
        if url and (first is None or (item.due and first.due and item.due < first.due)):
            pages[url] = item
    for url, item in pages.items():
        due = f"due {item.due:%Y-%m-%d %H:%M} UTC" if item.due else "not due yet"
        who = f"{item.id} for {item.message.channel}:{item.message.account}, {due}"
        for problem in _page(app, url):
            yield dataclasses.replace(problem, message=f"{problem.message} ({who})")
    for item in planned:
        account = app.config.account(item.message.channel, item.message.account)
        for problem in hosted.problems(app, account, item.message) if account else ():
            yield dataclasses.replace(problem, message=f"{problem.message} ({item.id})")


def _crawled(app: App, message: Message) -> str | None:
    """The page that the network itself will read for *message*'s card, if it will."""
    account = app.config.account(message.channel, message.account)
    if account is None or message.attach != "link":
        return None
    return message.url if account.limits.link_card == "crawl" else None


def _page(app: App, url: str) -> Iterator[Problem]:
    from sharekit.readers import inspect

    try:
        page = app.web.get(url)
    except ReadError as error:
        for problem in error.problems:
            yield dataclasses.replace(
                problem,
                code="page-unreachable",
                message=f"the page {problem.message}",
                where=url,
                hint=problem.hint or "Publish the page first, or move the post to a later time.",
            )
    else:
        _, problems = inspect.inspect(page, app.web)
        yield from problems
