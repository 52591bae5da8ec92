"""What a message carries beside its words: a picture, the card of its link, or nothing."""

from __future__ import annotations

import dataclasses

from sharekit.errors import Problem
from sharekit.model import Attach, Card, Limits
from sharekit.text.fit import shorten
from sharekit.text.wording import Job, own_link
from sharekit.text.words import Words

__all__ = ["attachment", "carried", "sends_card"]


def attachment(job: Job, words: Words, card: Card | None) -> tuple[Attach, tuple[Problem, ...]]:
    """What to attach.

    The account's own rule comes first, where the channel can do it. Else: a picture where the
    channel takes nothing without one; the link's card where there is a link and someone builds
    that card, either the client from the post and its card, or the network from the page; a
    picture where there is a card; and nothing.
    """
    wanted = job.rules.attach
    problems: list[Problem] = []
    if wanted and wanted not in job.limits.attach:
        can = ", ".join(job.limits.attach)
        problems.append(
            job.problem(
                "attach-unsupported",
                f"{job.channel} cannot attach {wanted!r}",
                f"It can: {can}. Change `attach` for the channel.",
                error=False,
            )
        )
        wanted = None
    chosen = wanted or _default(job, words, card)
    if chosen == "link" and job.link is None:
        chosen = "none"
    if chosen == "image" and card is None:
        problems.append(
            job.problem(
                "card-missing",
                f"{job.channel} is to get a picture, and there is no card",
                "Draw it with `sharekit render`, or choose another `attach`.",
                error=job.limits.image_required,
            )
        )
    return chosen, tuple(problems)


def _default(job: Job, words: Words, card: Card | None) -> Attach:
    limits = job.limits
    if limits.image_required:
        return "image"
    embedded = limits.link_card == "embed" and job.link is not None
    crawled = limits.link_card == "crawl" and own_link(job, words) is not None
    if "link" in limits.attach and (embedded or crawled):
        return "link"
    return "image" if card is not None and "image" in limits.attach else "none"


def sends_card(attach: Attach, limits: Limits) -> bool:
    """Whether the card's picture itself goes to the channel."""
    return attach == "image" or (attach == "link" and limits.link_card == "embed")


def carried(job: Job, attach: Attach, card: Card | None) -> tuple[Card | None, tuple[Problem, ...]]:
    """*card* as the message carries it: its alt text within the channel's limit."""
    if card is None or attach == "none":
        return None, ()
    if attach == "image" and not card.alt.strip():
        missing = job.problem(
            "alt-missing",
            "the picture has no alt text",
            "Give the post's picture an alt text, so that everybody knows what it shows.",
            error=False,
        )
        return card, (missing,)
    most = job.limits.alt_length
    if most is None or len(card.alt) <= most:
        return card, ()
    return dataclasses.replace(card, alt=shorten(card.alt, most)), ()
