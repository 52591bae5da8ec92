"""Where a delivery stands, as the page says it: one kind, with its word, shape and colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from sharekit.preview.words import w

__all__ = ["KINDS", "ORDER", "counts", "kind_of", "word"]

ORDER = ("unk", "fail", "held", "wait", "plan", "draft", "sent")
"""Trouble first: what may be out, what failed, what waits, what is fine."""
KINDS = ("sent", "plan", "wait", "warn", "fail", "unk", "held", "draft", "off")
"""All that are shown, and what is no delivery's: an article that needs work, a channel off."""
SIGNED_OUT = "unauthorized"


class Standing(Protocol):
    """What a list line and a whole delivery have in common."""

    @property
    def state(self) -> str: ...
    @property
    def due(self) -> object | None: ...
    @property
    def cause(self) -> str | None: ...
    @property
    def error(self) -> str | None: ...


def kind_of(item: Standing) -> str | None:
    """The kind of *item*; `None` for one that was cancelled.

    A missing sign-in holds a delivery; one that is tried again by itself was not posted so far,
    and has failed until then.
    """
    if item.state == "scheduled":
        return "held" if item.cause == SIGNED_OUT else ("fail" if item.error else "plan")
    if item.state == "draft":
        return "wait" if item.due else "draft"
    kinds = {
        "publishing": "plan",
        "approved": "draft",
        "published": "sent",
        "failed": "fail",
        "unknown": "unk",
        "held": "held",
    }
    return kinds.get(item.state)


def word(kind: str) -> str:
    """The word for *kind*."""
    return w(f"state.{kind}")


def counts(items: Iterable[Standing]) -> Counter[str]:
    """How many of *items* there are of each kind."""
    return Counter(kind for item in items if (kind := kind_of(item)))
