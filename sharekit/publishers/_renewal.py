"""Accounts whose token ends: it is had anew before that, or when the channel takes it no more.

One refresh at a time over all processes, and the new token is stored before it is used: see
`sharekit.credentials.Credentials.renew`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Self, TypeVar

from pydantic import SecretStr

from sharekit.credentials import EXPIRES
from sharekit.errors import PublishError, Unauthorized
from sharekit.publishers._account import NetworkAccount, nothing_posted
from sharekit.web import Session

__all__ = ["RenewedAccount"]

_Done = TypeVar("_Done")


class RenewedAccount(NetworkAccount):
    """An account that gets itself new tokens.

    *changing* are the secrets that a renewal replaces, *ahead* is how long before its end a
    token is renewed. A subclass has `renews` and `fetch`, and does its work within `signed_in`.
    """

    changing: ClassVar[tuple[str, ...]] = ("token",)
    ahead: ClassVar[timedelta] = timedelta(minutes=2)

    @property
    @abstractmethod
    def renews(self) -> bool:
        """Whether this account has what a renewal needs."""

    @property
    def ends(self) -> datetime | None:
        """Never, as far as is known, for a sign-in that goes on by itself."""
        return None if self.renews else self.expires

    @abstractmethod
    def fetch(self, web: Session) -> Mapping[str, str]:
        """New secrets for those of this account; with `EXPIRES`, where the channel says it.

        Raises `Unauthorized` when the sign-in has ended for good.
        """

    def signed_in(self, web: Session, work: Callable[[Self], _Done]) -> _Done:
        """What *work* makes of this account with a token that is good.

        A token that the channel refuses is renewed once, and *work* done again: nothing was
        posted with it.
        """
        account = self._in_time(web)
        try:
            return work(account)
        except Unauthorized:
            if not account.renews or account._vault is None:
                raise
            renewed = account._renewed(web)
        return work(renewed)

    def _in_time(self, web: Session) -> Self:
        """This account, its token renewed if it is about to end."""
        expires = self.expires
        if expires is None or not self.renews or expires - datetime.now(UTC) > self.ahead:
            return self
        try:
            return self._renewed(web)
        except PublishError:
            if expires <= datetime.now(UTC):
                raise
            return self  # it still holds; the next post tries again

    def _renewed(self, web: Session) -> Self:
        assert self._vault is not None

        def fetch(current: Mapping[str, str]) -> Mapping[str, str]:
            with nothing_posted():
                return self._with(current).fetch(web)

        stale = {name: value for name in self.changing if (value := self._value(name))}
        return self._with(self._vault.renew(stale, fetch))

    def _value(self, name: str) -> str:
        secret: SecretStr | None = getattr(self, name)
        return secret.get_secret_value() if secret else ""

    def _with(self, values: Mapping[str, str]) -> Self:
        known = {name: SecretStr(value) for name, value in values.items() if name != EXPIRES}
        return self.model_copy(update=known)
