"""Looking a post up in its channel, when nobody knows whether it went out. Nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sharekit.app.messages import account_for
from sharekit.errors import PublishError
from sharekit.ports import Reconciler

if TYPE_CHECKING:
    from sharekit.app import App

__all__ = ["Found", "look"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What looking told: the post is `there` (at *url*), `absent`, or it `cannot` be told."""

    verdict: Literal["there", "absent", "cannot"]
    words: str = ""
    url: str | None = None


def look(app: App, id: str) -> Found:  # noqa: A002  (that is what it is called everywhere)
    """Ask its channel for the delivery *id*. Raises `UserError` when there is none such."""
    delivery = app.queue.get(id)
    account = account_for(app.config, f"{delivery.message.channel}:{delivery.message.account}")
    try:
        publisher = account.publisher()
        if not isinstance(publisher, Reconciler):
            return Found(verdict="cannot", words="this channel cannot be asked what it has")
        receipt = publisher.find(delivery.message, app.web)
    except PublishError as error:
        return Found(verdict="cannot", words=error.message)
    if receipt is None:
        return Found(verdict="absent")
    return Found(verdict="there", words=receipt.url or receipt.id, url=receipt.url)
