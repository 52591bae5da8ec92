"""Words: a post and an account to the very message that will go out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sharekit.config.accounts import Account
from sharekit.model import Card, Message, Post, Site
from sharekit.text import draft as words

if TYPE_CHECKING:
    from sharekit.model import Limits

__all__ = ["message"]


def message(
    post: Post,
    account: Account,
    site: Site,
    *,
    card: Card | None = None,
    limits: Limits | None = None,
    unknown: Literal["keep", "error"] = "keep",
    created: datetime | None = None,
) -> Message:
    """The message of *post* for *account*.

    *unknown* says what an unknown token is: kept with a problem (a preview), or an error
    (queueing). Raises `UserError` for what must not go out.
    """
    return words.draft(
        post,
        channel=account.channel,
        account=account.account,
        limits=limits or account.limits,
        rules=account.rules,
        site=site,
        card=card,
        unknown=unknown,
        created=created,
    )
