"""A session on an account's server, as it is answered, used and stored."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Self

from sharekit.publishers._answers import pick

__all__ = ["SignedIn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A session: whose it is, the token of its calls, and what gets the next one."""

    did: str
    handle: str
    token: str = field(repr=False)
    refresh: str = field(default="", repr=False)

    @classmethod
    def answered(cls, data: Any) -> Self:
        """What createSession and refreshSession answer."""
        refresh = data.get("refreshJwt") if hasattr(data, "get") else ""
        return cls(
            did=pick(data, "did"),
            handle=pick(data, "handle"),
            token=pick(data, "accessJwt"),
            refresh=str(refresh or ""),
        )

    @classmethod
    def parse(cls, text: str | None, *, owner: str) -> Self | None:
        """What `text` wrote for *owner*; `None` for anything else."""
        try:
            data = json.loads(text or "")
            whose = data.pop("owner")
            return cls(**data) if whose == owner else None
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def text(self, owner: str) -> str:
        """This session to be stored: *owner* says whose sign-in began it."""
        return json.dumps(
            {
                "owner": owner,
                "did": self.did,
                "handle": self.handle,
                "token": self.token,
                "refresh": self.refresh,
            }
        )
