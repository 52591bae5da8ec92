"""The ports: what a reader and a publisher are.

Both are frozen pydantic models, and **their fields are their section of config.yaml**
(secrets are `SecretStr`). A class is found through an entry point; see `sharekit.plugins`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from datetime import timedelta
from typing import (
    TYPE_CHECKING,
    ClassVar,
    Protocol,
    Self,
    TypeAlias,
    get_args,
    runtime_checkable,
)

from pydantic import BaseModel, ConfigDict, SecretStr

from sharekit.model import Limits, Message, Post, Receipt, Who

if TYPE_CHECKING:
    from sharekit.credentials import Vault
    from sharekit.web import Session  # dear at run time, and only a word here

__all__ = [
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
    "SignsIn",
    "StatesLimits",
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


class _Settings(BaseModel):
    # Built when first checked, so that naming a class costs little.
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, defer_build=True)

    @classmethod
    def descriptions(cls) -> dict[str, str]:
        """What each field is: its `Field(description=...)`, or the string that stands below it.

        They are in `config schema`, in the docs, and in what a person is asked. pydantic's own
        `use_attribute_docstrings` reads them from the source whenever a class is made, which
        took a tenth of the time of a small command.
        """
        found: dict[str, str] = {}
        for kind in reversed(cls.__mro__):
            if kind is not _Settings and issubclass(kind, _Settings):
                found |= _strings_below(kind)
        found |= {n: info.description for n, info in cls.model_fields.items() if info.description}
        return found


def _strings_below(kind: type) -> dict[str, str]:
    """The string literal below each annotated name in the body of *kind* (PEP 258's way)."""
    import ast
    import inspect
    from itertools import pairwise
    from textwrap import dedent

    try:
        (tree,) = ast.parse(dedent(inspect.getsource(kind))).body
    except (OSError, TypeError):  # made without source
        return {}
    return {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairwise(tree.body if isinstance(tree, ast.ClassDef) else ())
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        if isinstance(below.value.value, str)
    }


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
    """What every publisher has. *default_limits* is what is known without an account.

    *repeatable_for* is how long the channel knows a message's key, so that sending the very
    same message again is harmless; `None` where every call makes a new post. *uses_network* is
    false where publishing asks no other computer. *secret_sets* are the secrets that an account
    needs, or, where there are several ways to sign in, those of each way (`None`: all of them).
    *any_redirect*: the channel's page leads a browser back to wherever it is told, and need not
    be told before.
    """

    default_limits: ClassVar[Limits] = Limits()
    repeatable_for: ClassVar[timedelta | None] = None
    uses_network: ClassVar[bool] = True
    secret_sets: ClassVar[tuple[tuple[str, ...], ...] | None] = None
    any_redirect: ClassVar[bool] = False

    @property
    def limits(self) -> Limits:
        """What this account takes."""
        return self.default_limits

    @classmethod
    def secret_names(cls) -> tuple[str, ...]:
        """The fields that hold secrets, to be filled from the keyring, environment or file.

        They are optional in config.yaml, so that cards and words can be made without an
        account; `publish` raises `Unauthorized` where one is missing.
        """
        return tuple(
            name
            for name, field in cls.model_fields.items()
            if SecretStr in (field.annotation, *get_args(field.annotation))
        )
