"""Cards that a network fetches from the web by itself: whether they are there for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sharekit.errors import Problem, ReadError
from sharekit.model import Limits, Message

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config.accounts import Account
    from sharekit.web import Page

__all__ = ["problems"]


def problems(app: App, account: Account, message: Message) -> Iterator[Problem]:
    """What keeps *account*'s network from fetching *message*'s picture; nothing where it has none.

    The picture must answer, be one that the network takes, and be the one that was drawn. Codes:
    `picture-unreachable`, `picture-refused`, `picture-old`.
    """
    url = account.picture_url(message)
    if url is None:
        return
    hint = "Put the folder of cards on the web before the post is due, or correct `cards_url`."
    try:
        page = app.web.get(url)
    except ReadError as error:
        for problem in error.problems:
            said = f"{account.name} cannot fetch its picture: {problem.message}"
            yield dataclasses.replace(
                problem, code="picture-unreachable", message=said, where=url, hint=hint
            )
        return
    for wrong in _refusals(page, account.limits):
        yield Problem(
            code="picture-refused",
            message=f"{account.name} will not take the picture at its address: {wrong}",
            where=url,
            hint=hint,
        )
        return
    card = message.card
    if card and card.path.exists() and card.path.read_bytes() != page.content:
        yield Problem(
            code="picture-old",
            message=f"{account.name} would show another picture than the card that was drawn",
            severity="warning",
            where=url,
            hint="Put the folder of cards on the web again.",
        )


def _refusals(page: Page, limits: Limits) -> Iterator[str]:
    from sharekit.readers._picture_size import size_of

    if page.mime not in limits.image_formats:
        yield f"it is {page.mime}, and may be {' or '.join(limits.image_formats)}"
    if limits.image_bytes and len(page.content) > limits.image_bytes:
        yield f"it has {len(page.content):,} bytes, and may have {limits.image_bytes:,}"
    width, height = size_of(page.content) or (0, 0)
    if not width or not height:
        yield "it has no size that can be read"
    elif limits.image_ratio:
        least, most = limits.image_ratio
        if not least <= width / height <= most:
            yield f"{width} x {height} px is too wide or too high"
