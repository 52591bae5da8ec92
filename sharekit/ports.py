"""The ports: what a reader and a publisher are.

Both are frozen pydantic models, and **their fields are their section of config.yaml**
(secrets are `SecretStr`). A class is found through an entry point; see `sharekit.plugins`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from sharekit.model import Limits, Message, Post, Receipt
from sharekit.web import Session

__all__ = ["Publisher", "PublisherSettings", "Reader", "ReaderSettings", "Reconciler"]


class Reader(Protocol):
    """Reads posts from one source."""

    def read(self, web: Session) -> Iterable[Post]:
        """Yield posts in the source's order.

        A post that cannot be read is *not* an end: the reader calls `web.report` with a
        `ReadError` for it and goes on. `ReadError` is raised when the whole source fails.
        """
        ...


class Publisher(Protocol):
    """Delivers messages to one account of one channel."""

    @property
    def limits(self) -> Limits:
        """What this account takes."""
        ...

    def publish(self, message: Message, web: Session) -> Receipt:
        """Send *message*, once, with no retries. Raises `PublishError`s named by what is next."""
        ...


@runtime_checkable
class Reconciler(Protocol):
    """A publisher that can look its own posts up also has this."""

    def find(self, message: Message, web: Session) -> Receipt | None:
        """The receipt of *message* if the channel has it. `None` only when surely absent.

        Raises `Unsure` when the channel's list does not reach back far enough to say.
        """
        ...


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class ReaderSettings(_Settings):
    """What every reader has: where to read, and what to assume where the source is silent."""

    source: str
    """A path, a folder or a URL."""
    site_url: str | None = None
    """What relative links are joined to."""
    timezone: str | None = None
    """IANA name for dates without a zone; else UTC, and the post says `extra["zone"]`."""
    language: str | None = None
    """For posts that do not name theirs."""


class PublisherSettings(_Settings):
    """What every publisher has. *default_limits* is what is known without an account."""

    default_limits: ClassVar[Limits] = Limits()

    @property
    def limits(self) -> Limits:
        """What this account takes."""
        return self.default_limits
