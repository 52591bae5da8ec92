"""What a channel would be given for a post, with its count and its cost: data to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit.app.messages import account_for, problems_of
from sharekit.errors import PublishError, UserError
from sharekit.model import Count, Limits, Message, Problem, as_data

if TYPE_CHECKING:
    from sharekit.app import App
    from sharekit.config.accounts import Account

__all__ = ["Shown", "show"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One account's message. *price* in US dollars, *requests* as text with secrets masked."""

    account: str
    message: Message
    count: Count
    limits: Limits
    problems: tuple[Problem, ...] = ()
    price: float | None = None
    requests: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """The keys of the contract: text, length, limit, unit, fits, links, attach, card, ..."""
        message = self.message
        return {
            "channel": message.channel,
            "account": message.account,
            "text": message.text,
            "length": self.count.length,
            "limit": self.count.limit,
            "unit": self.count.unit,
            "fits": self.count.fits,
            "links": as_data(message.links),
            "mentions": as_data(message.mentions),
            "tags": as_data(message.tags),
            "attach": message.attach,
            "card": as_data(message.card),
            "title": message.title,
            "summary": message.summary,
            "url": message.url,
            "language": message.language,
            "content_warning": message.content_warning,
            "parts": list(message.parts),
            "part_lengths": [one.length for one in self.part_counts()] if message.parts else [],
            "price": self.price,
            "requests": list(self.requests),
            "problems": as_data(self.problems),
        }

    def part_counts(self) -> list[Count]:
        """The length of each part of a thread; of a text alone, its own."""
        from sharekit.text.count import count

        warning = self.message.content_warning or ""
        texts = (self.message.text, *self.message.parts)
        return [
            count(text, self.limits, attach="none" if n else self.message.attach, warning=warning)
            for n, text in enumerate(texts)
        ]

    def marked_texts(self) -> list[str]:
        """The texts; what is over the limit in one stands between ⟦ and ⟧."""
        from sharekit.text.count import fits_until

        warning = self.message.content_warning or ""
        texts = [self.message.text, *self.message.parts]
        for number, counted in enumerate(self.part_counts()):
            attach = "none" if number else self.message.attach
            text = texts[number]
            end = fits_until(text, self.limits, attach=attach, warning=warning)
            if not counted.fits and end < len(text):
                texts[number] = f"{text[:end]}⟦{text[end:]}⟧"
        return texts


def show(
    app: App,
    wanted: str,
    channels: Sequence[str],
    *,
    layout: str | None = None,
    draw: bool = True,
    request: bool = False,
    reader: str | None = None,
    supplement: str | Path | None = None,
    settings: Mapping[str, Any] | None = None,
) -> list[Shown]:
    """What each of *channels* (all accounts when empty) would be given for the post *wanted*."""
    reading = app.select(
        [wanted],
        reader=reader,
        supplement=Path(supplement) if supplement else None,
        settings=settings or {},
    )
    if not reading.posts:
        raise UserError(f"{wanted!r} holds no post", problems=reading.problems, code="post-unknown")
    accounts = [account_for(app.config, name) for name in channels] or app.accounts()
    return [
        shown(app, app.message(post, account, draw=draw, layout=layout), account, request=request)
        for post in reading.posts
        for account in accounts
    ]


def shown(app: App, message: Message, account: Account, *, request: bool = False) -> Shown:
    """*message* with its count and cost; with *request*, the requests that would carry it."""
    from sharekit.text import count

    requests: tuple[str, ...] = ()
    if request:
        from sharekit import publishers

        try:
            requests = tuple(publishers.requests(account.unready(), message))
        except PublishError as error:
            requests = (f"Nothing would be sent: {error.message}",)
    return Shown(
        account=account.name,
        message=message,
        count=count.count_message(message, account.limits),
        limits=account.limits,
        problems=problems_of(message, app.config),
        price=account.price(message),
        requests=requests,
    )
