"""Short links: asked for once for each address, and kept in `.sharekit/links.json`.

What the preview counted is what goes out, so a link is made short when a message is first made,
and is the same ever after; the queue stores the message with it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sharekit import files
from sharekit.errors import Problem, PublishError, ReadError, Refused
from sharekit.text import links
from sharekit.web.urls import check_url

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config.accounts import Account
    from sharekit.model import Post, Rules

__all__ = ["short_link"]

_FILE = "links.json"


def short_link(
    app: App, post: Post, account: Account, rules: Rules, *, strict: bool
) -> tuple[str | None, tuple[Problem, ...]]:
    """The short link of *post* for *account*; `None` where it is to have the long one.

    With *strict* a shortener that does not answer raises `PublishError`; else the long link
    stands, and a problem says so.
    """
    shortener = app.config.shortener
    if shortener is None or not account.section.shorten or not post.url:
        return None, ()
    url = links.encoded(links.with_parameters(post.url, rules.utm))
    path, owner = app.config.state / _FILE, type(shortener).__qualname__ + repr(shortener)
    if known := files.json_object(path).get(owner, {}).get(url):
        return known, ()
    try:
        with files.lock(path.with_suffix(".lock")):
            kept = files.json_object(path)
            short = kept.get(owner, {}).get(url) or _checked(shortener.shorten(url, app.web))
            everything = {**kept, owner: {**kept.get(owner, {}), url: short}}
            files.write(path, json.dumps(everything, indent=2, ensure_ascii=False) + "\n")
    except PublishError as error:
        if strict:
            raise
        problem = Problem(
            code="link-long",
            message=f"the link is not short: {error.message}",
            severity="warning",
            where=post.source or post.id,
            hint=error.problems[0].hint,
        )
        return None, (problem,)
    return short, ()


def _checked(short: str) -> str:
    """*short*, if it is an address that can stand in a text. Raises `Refused`."""
    try:
        check_url(short)
    except ReadError as error:
        raise Refused(f"the shortener answered {short[:80]!r}, which is no address") from error
    return short
