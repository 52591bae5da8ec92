"""What every publisher behind a network shares: a time-out, and secrets that may be missing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NoReturn, Self

from pydantic import Field, PrivateAttr, SecretStr

from sharekit import credentials
from sharekit.credentials import Vault
from sharekit.errors import Refused, RetryLater, Unauthorized, Unsure
from sharekit.model import Card, Limits, Message
from sharekit.ports import Person, PublisherSettings
from sharekit.text import count
from sharekit.web import Session

__all__ = ["Duplicate", "NetworkAccount", "nothing_posted", "picture"]


class Duplicate(Unsure):
    """The channel says that it has such a post: this one, with its answer lost, or another."""


class NetworkAccount(PublisherSettings):
    """An account behind a network."""

    timeout: float = Field(30.0, gt=0, le=300)
    """Seconds for one request, from the first byte out to the last byte in."""
    _vault: Vault | None = PrivateAttr(None)

    @classmethod
    def told(
        cls, settings: Mapping[str, str], person: Person, field: str, *, secret: bool = False
    ) -> str:
        """*field* as it stands in *settings*, else as *person* gives it."""
        return settings.get(field) or person.ask(field, cls.descriptions()[field], secret=secret)

    def with_vault(self, vault: Vault) -> Self:
        """The same account, which may renew the secrets in *vault*."""
        account = self.model_copy()
        account._vault = vault
        return account

    @property
    def expires(self) -> datetime | None:
        """When the sign-in ends, as far as that was said when it began or was renewed."""
        return self._vault.expires if self._vault else None

    @property
    def ends(self) -> datetime | None:
        """When a person must sign in again, as far as it is known without asking."""
        return self.expires

    def secret(self, name: str, web: Session, message: Message | None = None) -> str:
        """The value of the secret field *name*. *web* will show no secret of this account.

        Raises `Unauthorized` when there is none.
        """
        value: SecretStr | None = getattr(self, name)
        if value is None or not value.get_secret_value():
            self.lacks(name, message)
        secrets: list[SecretStr | None] = [getattr(self, one) for one in self.secret_names()]
        web.hide(*(text for one in secrets if one and (text := one.get_secret_value())))
        return value.get_secret_value()

    def check(self, message: Message, limits: Limits | None = None) -> None:
        """Raise `Refused`, before anything is sent, for a text that the channel does not take."""
        limits = limits or self.limits
        if message.parts and not limits.threads:
            raise Refused(
                f"{message.channel} takes no threads, and this message has "
                f"{len(message.parts) + 1} parts",
                hint="Leave `thread` out for this channel.",
            )
        warning = message.content_warning or ""
        for number, text in enumerate((message.text, *message.parts)):
            attach = "none" if number else message.attach
            counted = count.count(text, limits, attach=attach, warning=warning)
            if not counted.fits:
                part = f"part {number + 1} of the thread" if message.parts else "the text"
                size = f"{counted.length} of {counted.limit} {counted.unit}"
                thread = ", or set `thread: true` for the channel" if limits.threads else ""
                raise Refused(f"{part} has {size} and does not fit", hint=f"Shorten it{thread}.")

    def lacks(self, name: str, message: Message | None = None) -> NoReturn:
        """Raise `Unauthorized` saying that *name* is missing, and where it can be put."""
        owner = message or self._vault
        channel = owner.channel if owner else type(self).__name__.lower()
        account = owner.account if owner else "main"
        variable = credentials.variable(channel, account, name)
        raise Unauthorized(
            f"{channel}:{account} has no {name}",
            hint=f"Run: sharekit accounts add {channel} --name {account}. Or set {variable}.",
        )


def picture(card: Card) -> bytes:
    """The card's file. Raises `Refused` when it is gone."""
    try:
        return card.path.read_bytes()
    except OSError as error:
        raise Refused(
            f"the card {card.path} cannot be read: {error.strerror}",
            hint="Draw it again: sharekit render.",
        ) from error


@contextlib.contextmanager
def nothing_posted() -> Iterator[None]:
    """Around all that comes before the post itself: a failure here leaves nothing open."""
    try:
        yield
    except (RetryLater, Unsure) as error:
        after = error.after if isinstance(error, RetryLater) else None
        raise RetryLater(f"{error.message}; nothing was posted", after=after) from error
