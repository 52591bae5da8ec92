"""`check`: everything that is wrong with posts, cards and texts, before anything goes out."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from sharekit.app.messages import account_for, placed
from sharekit.errors import Problem, ReadError, SharekitError
from sharekit.model import Post

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["check", "filtered", "live"]


def check(app: App, found: Sequence[Post], channels: Sequence[str] = ()) -> Iterator[Problem]:
    """The problems of *found* for each of *channels* (all accounts when empty), each once."""
    accounts = [account_for(app.config, name) for name in channels] or app.accounts()
    seen: set[tuple[str, str, str | None]] = set()
    for post in found:
        for account in accounts:
            try:
                message = app.message(post, account)
                problems = [*message.problems, *(message.card.problems if message.card else ())]
            except SharekitError as error:
                problems = list(error.problems)
            for problem in placed(problems, post):
                key = (problem.code, problem.message, problem.where)
                if key not in seen:
                    seen.add(key)
                    yield _weighed(problem, app.config.alt)


def _weighed(problem: Problem, alt: str) -> Problem:
    """A missing alt text weighs what the config says."""
    if problem.code != "alt-missing":
        return problem
    severity = {"require": "error", "warn": "warning", "off": "info"}[alt]
    return dataclasses.replace(problem, severity=severity)  # type: ignore[arg-type]


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


def live(app: App, found: Sequence[Post]) -> Iterator[Problem]:
    """Whether each post's page and its picture answer, as a network that crawls will find them."""
    from sharekit.readers import inspect

    for post in found:
        if not post.url:
            yield Problem(
                code="url-missing",
                message=f"{post.title or post.id}: no link, so nothing to look at",
                where=post.source,
            )
            continue
        try:
            page = app.web.get(post.url)
            yield from inspect.inspect(page, app.web).problems
        except ReadError as error:
            yield from error.problems
