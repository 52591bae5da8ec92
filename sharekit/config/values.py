"""What config.yaml says, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit.errors import UserError
from sharekit.model import Site

if TYPE_CHECKING:
    from sharekit.composer.theme import Theme
    from sharekit.config.accounts import Account
    from sharekit.ports import Shortener

__all__ = ["Config", "Rotation", "Schedule", "Source", "Unwritten"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place where posts are written. *settings* are the reader's own."""

    name: str
    source: str
    reader: str | None = None
    supplement: Path | None = None
    dialect: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When an account's posts go out. *spacing* and *grace* in minutes, *daily* a number."""

    slots: tuple[str, ...] = ()
    spacing: int = 0
    quiet: str | None = None
    daily: int | None = None
    grace: int = 30
    approve: bool = False
    follow: str = "draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Evergreen posts: *posts* (names) and those with *tags*, for the accounts *to*, in *slots*.

    *gap* is the least time until the same post comes again, *ahead* how far slots are filled;
    both as written (`90d`).
    """

    name: str
    posts: tuple[str, ...]
    tags: tuple[str, ...]
    to: tuple[str, ...]
    slots: tuple[str, ...]
    gap: str
    ahead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that config.yaml says. *path* is `None` when there is no file.

    *folder* is where relative paths start, *state* is where sharekit keeps its own things.
    """

    path: Path | None
    folder: Path
    site: Site
    theme: Theme
    sources: Mapping[str, Source]
    accounts: Mapping[str, Account]
    schedule: Schedule
    database: str
    cards: Path
    layouts: Path
    sizes: tuple[str, ...] = ()
    alt: str = "warn"
    picture: str = "require"
    notify: tuple[str, ...] = ()
    evergreen: tuple[Rotation, ...] = ()
    allow: tuple[str, ...] = ()
    offline: bool = False
    save: str = "overrides"
    shortener: Shortener | None = None

    @property
    def state(self) -> Path:
        """`.sharekit/` beside the file."""
        return self.folder / ".sharekit"

    def account(self, channel: str, account: str) -> Account | None:
        """The account *account* of *channel*, or `None` when the config has none such."""
        wanted = (channel, account)
        found = (a for a in self.accounts.values() if (a.channel, a.account) == wanted)
        return next(found, None)

    def named(self, name: str) -> list[Account]:
        """The account *name*, or all of the kind *name*. Raises `UserError` for neither."""
        if name in self.accounts:
            return [self.accounts[name]]
        found = [account for account in self.accounts.values() if name == account.channel]
        found += [self.accounts[k] for k in self.accounts if f"{k}:main" == name]
        if found:
            return found
        import difflib

        near = difflib.get_close_matches(name, self.accounts, n=1)
        listed = ", ".join(self.accounts) or "none"
        hint = f"Did you mean {near[0]!r}?" if near else f"Accounts in the config: {listed}."
        raise UserError(f"there is no account {name!r}", hint=hint, code="account-unknown")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class Unwritten(Config):
    """No config.yaml. What takes models to make is made when it is first asked for."""

    theme: Theme = field(init=False, repr=False)
    accounts: Mapping[str, Account] = field(init=False, repr=False)

    def __getattr__(self, name: str) -> Any:
        if name == "theme":
            from sharekit.composer.theme import Theme

            made: Any = Theme()
        elif name == "accounts":
            from sharekit.config import accounts

            made = {"outbox": accounts.bare("outbox", self.folder)}
        else:
            raise AttributeError(name)
        object.__setattr__(self, name, made)
        return made
