"""What every publisher behind a network shares: a time-out, and secrets that may be missing."""

from __future__ import annotations

from typing import NoReturn

from pydantic import Field, SecretStr

from sharekit import credentials
from sharekit.errors import Refused, Unauthorized, Unsure
from sharekit.model import Card, Message
from sharekit.ports import PublisherSettings

__all__ = ["Duplicate", "NetworkAccount", "picture"]


class Duplicate(Unsure):
    """The channel says that it has such a post: this one, with its answer lost, or another."""


class NetworkAccount(PublisherSettings):
    """An account behind a network."""

    timeout: float = Field(30.0, gt=0, le=300)
    """Seconds for one request, from the first byte out to the last byte in."""

    def secret(self, name: str, message: Message | None = None) -> str:
        """The value of the secret field *name*. Raises `Unauthorized` when there is none."""
        value: SecretStr | None = getattr(self, name)
        if value is None or not value.get_secret_value():
            self.lacks(name, message)
        return value.get_secret_value()

    def lacks(self, name: str, message: Message | None = None) -> NoReturn:
        """Raise `Unauthorized` saying that *name* is missing, and where it can be put."""
        channel = message.channel if message else type(self).__name__.lower()
        account = message.account if message else "main"
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
