"""The settings of a publisher: a pydantic model."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, get_args

from pydantic import BaseModel, ConfigDict, SecretStr

from sharekit.model import Limits
from sharekit.ports._described import Described

__all__ = ["PublisherSettings"]


class PublisherSettings(BaseModel, Described):
    """What every publisher has. *default_limits* is what is known without an account.

    *repeatable_for* is how long the channel knows a message's key, so that sending the very
    same message again is harmless; `None` where every call makes a new post. *uses_network* is
    false where publishing asks no other computer. *secret_sets* are the secrets that an account
    needs, or, where there are several ways to sign in, those of each way (`None`: all of them).
    *any_redirect*: the channel's page leads a browser back to wherever it is told, and need not
    be told before.
    """

    # Built when first checked, so that naming a class costs little.
    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, defer_build=True)

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
    def descriptions(cls) -> dict[str, str]:
        """What each field is: its `Field(description=...)`, or the string that stands below it."""
        stated = {n: info.description for n, info in cls.model_fields.items() if info.description}
        return super().descriptions() | stated

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
