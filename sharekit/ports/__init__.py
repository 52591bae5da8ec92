"""The ports: what a reader and a publisher are.

A reader is a frozen dataclass, a publisher a frozen pydantic model, and of both **their fields
are their section of config.yaml** (secrets are `SecretStr`), checked by pydantic. A class is
found through an entry point; see `sharekit.plugins`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias, runtime_checkable

from sharekit.lazy import exports
from sharekit.model import Limits, Message, Post, Receipt, Who
from sharekit.ports._readers import ReaderSettings

if TYPE_CHECKING:
    from pydantic import BaseModel

    from sharekit.credentials import Vault
    from sharekit.ports._publishers import PublisherSettings  # pydantic is dear at run time
    from sharekit.web import Session  # dear at run time, and only a word here

__all__ = [
    "Fetched",
    "Identified",
    "Journal",
    "KeepsSecrets",
    "Metered",
    "Person",
    "Publisher",
    "PublisherSettings",
    "Reader",
    "ReaderSettings",
    "Reconciler",
    "Resumer",
    "Shortener",
    "SignsIn",
    "StatesLimits",
    "section_of",
]

Journal: TypeAlias = MutableMapping[str, str]
"""What a delivery in steps has done so far. Whoever hands it in stores each change at once."""


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


@runtime_checkable
class Resumer(Protocol):
    """A publisher that delivers in steps (a thread, a container) and goes on where it stopped."""

    def resume(self, message: Message, web: Session, journal: Journal) -> Receipt:
        """As `publish`, going on from what *journal* says earlier tries have done.

        The journal belongs to the delivery and every change to it is stored before this
        method goes on. After `Unsure` a further call is safe: a step whose outcome is open is
        looked up before anything is sent, and `Unsure` comes again where looking cannot tell.
        """
        ...


@runtime_checkable
class Identified(Protocol):
    """A publisher that can say whose account it is, by a harmless read."""

    def whoami(self, web: Session) -> Who:
        """Who the credentials belong to, and the limits found. Raises `Unauthorized`."""
        ...


@runtime_checkable
class StatesLimits(Protocol):
    """A publisher whose server has limits of its own."""

    def ask_limits(self, web: Session) -> Limits:
        """What this very account takes, by its server's word. Raises `PublishError`."""
        ...


class Shortener(Protocol):
    """Makes short addresses; a frozen pydantic model, whose fields are the section `shortener`."""

    def shorten(self, url: str, web: Session) -> str:
        """The short address that leads to *url*, the same whenever it is asked.

        It is asked once for each address, and the answer is kept. Raises `PublishError`.
        """
        ...


class Person(Protocol):
    """Whoever signs in: at a terminal, or with all answers given before."""

    @property
    def redirect(self) -> str:
        """Where the channel's page is to lead the browser with its code."""
        ...

    def visit(self, url: str, state: str) -> str:
        """Open *url*, let the person say yes, and return the code that comes with *state*."""
        ...

    def ask(
        self,
        name: str,
        about: str,
        *,
        secret: bool = False,
        default: str | None = None,
        choices: Mapping[str, str] | None = None,
    ) -> str:
        """What the person answers for *name*; not echoed when *secret*, *default* for nothing.

        *choices* maps answers to what they mean. Raises `UserError` where nobody can be asked.
        """
        ...


@runtime_checkable
class SignsIn(Protocol):
    """A publisher whose account is set up together with the channel: its page, its lists."""

    @classmethod
    def sign_in(
        cls, settings: Mapping[str, str], *, person: Person, web: Session
    ) -> dict[str, str]:
        """What is still missing of the account that *settings* describe, secrets included.

        Keys are the section's, and `credentials.EXPIRES`. Raises `PublishError`.
        """
        ...


@runtime_checkable
class KeepsSecrets(Protocol):
    """A publisher that renews its own secrets, or keeps a session."""

    def with_vault(self, vault: Vault) -> Self:
        """The same publisher, which may renew what is in *vault*."""
        ...


@runtime_checkable
class Fetched(Protocol):
    """A channel that is given no picture, only the address where it fetches one itself."""

    def picture_url(self, message: Message) -> str | None:
        """Where *message*'s picture must be when it is sent; `None` where it has none."""
        ...


@runtime_checkable
class Metered(Protocol):
    """A publisher whose channel takes money for a post."""

    def price(self, message: Message) -> float:
        """What *message* costs in US dollars, by the channel's published price list."""
        ...

    def afford(self, message: Message, spent: float) -> None:
        """Raise `Refused` when *message* would break the account's monthly budget.

        *spent* is what this account's posts of the calendar month have cost so far, in US
        dollars.
        """
        ...


def section_of(kind: Any) -> type[BaseModel]:
    """The pydantic model of *kind*'s section of config.yaml; *kind* is a reader or a publisher."""
    model: type[BaseModel] = kind.section_model() if issubclass(kind, ReaderSettings) else kind
    return model


__getattr__ = exports(__name__, {"PublisherSettings": "_publishers"})
