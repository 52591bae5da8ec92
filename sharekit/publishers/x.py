"""X: POST /2/media/upload and /2/media/metadata for the card, then POST /2/tweets.

X has no idempotency key. It refuses a text that the account has posted lately, which may be
our own post with its answer lost: that is looked up. Sources:
https://docs.x.com/x-api/posts/create-post, https://docs.x.com/x-api/media/upload-media,
https://docs.x.com/x-api/getting-started/pricing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from sharekit.errors import Refused
from sharekit.model import Limits, Message, Receipt, Who
from sharekit.ports import Journal
from sharekit.publishers._account import Duplicate, nothing_posted
from sharekit.publishers._thread import find_thread, send_thread, texts
from sharekit.publishers._x_sign_in import OAUTH1, XAccount
from sharekit.web import Session

if TYPE_CHECKING:
    from sharekit.publishers._x_api import Api

__all__ = ["X"]

# US dollars, since 2026-04-20.
_POST, _POST_WITH_URL, _ALT_TEXT = 0.015, 0.200, 0.005


class X(XAccount):
    """One account on X, by the four OAuth 1.0a keys or by an OAuth 2.0 user token."""

    default_limits: ClassVar[Limits] = Limits(
        length=280,
        unit="weighted",
        link_length=23,
        max_cashtags=1,
        images=4,
        image_bytes=5_000_000,
        image_formats=("image/jpeg", "image/png", "image/webp"),
        alt_length=1_000,
        card_size="x",
        link_card="crawl",
        threads=True,
        mention_rule="handle",
    )

    monthly_budget: float | None = Field(None, ge=0)
    """US dollars for the posts of a calendar month; a post beyond it is refused."""

    def publish(self, message: Message, web: Session) -> Receipt:
        """Upload the card and post; the parts of a thread reply to the one above."""
        return self.resume(message, web, {})

    def resume(self, message: Message, web: Session, journal: Journal) -> Receipt:
        """As `publish`, going on from what *journal* holds."""
        self.check(message)
        return self.signed_in(web, lambda account: account._resume(message, web, journal))

    def _resume(self, message: Message, web: Session, journal: Journal) -> Receipt:
        api = self._api(web, message)
        own_posts = api.look(message)
        absent: set[int] = set()

        def look(number: int, text: str) -> str | None:
            found = own_posts(number, text)
            if found is None:
                absent.add(number)
            return found

        def send(number: int, text: str, above: str | None) -> str:
            media = None
            if number == 0 and message.card and message.attach == "image":
                with nothing_posted():
                    media = api.upload(message.card)
            try:
                return api.post(text, media=media, above=above)
            except Duplicate as error:
                if number in absent:  # so it is an older post that has these words
                    raise Refused(error.message, hint="Change the words.") from error
                raise

        return _receipt(send_thread(message, journal, send=send, look=look))

    def find(self, message: Message, web: Session) -> Receipt | None:
        """Look through the account's posts since the message was made."""
        found = self.signed_in(
            web, lambda account: find_thread(message, account._api(web, message).look(message))
        )
        return _receipt(found) if found else None

    def whoami(self, web: Session) -> Who:
        """The account that the keys belong to."""
        number, name = self.signed_in(web, lambda account: account._api(web).me())
        notes = [f"A post costs ${_POST:.3f}, one with a link ${_POST_WITH_URL:.3f}."]
        notes += ["Its token is renewed by itself."] if self.renews else []
        return Who(
            id=number,
            name=f"@{name}",
            url=f"https://x.com/{name}",
            limits=self.limits,
            expires=self.ends,
            notes=tuple(notes),
        )

    def price(self, message: Message) -> float:
        """US dollars: $0.015 a post, $0.200 where it holds a URL, $0.005 an alt text."""
        linked = [bool(re.search(r"https?://", text)) for text in texts(message)]
        linked[0] = linked[0] or bool(message.links)
        alt = _ALT_TEXT if message.attach == "image" and message.card and message.card.alt else 0
        return round(sum(_POST_WITH_URL if link else _POST for link in linked) + alt, 3)

    def afford(self, message: Message, spent: float) -> None:
        """Raise `Refused` when the month's budget does not hold *message* any more."""
        price, budget = self.price(message), self.monthly_budget
        if budget is not None and spent + price > budget + 1e-9:
            left = max(budget - spent, 0)
            raise Refused(
                f"X takes ${price:.3f} for this post, and of this month's ${budget:.2f} "
                f"${left:.2f} are left",
                hint=f"Raise monthly_budget, wait for next month, or leave links out: a post "
                f"without one costs ${_POST:.3f}.",
            )

    def _api(self, web: Session, message: Message | None = None) -> Api:
        from sharekit.publishers._x_api import Api

        names = OAUTH1 if self.bearer_token is None else ("bearer_token",)
        keys = {name: self.secret(name, web, message) for name in names}
        return Api(web, self.base_url, timeout=self.timeout, **keys)


def _receipt(post_id: str) -> Receipt:
    return Receipt(id=post_id, url=f"https://x.com/i/status/{post_id}")
