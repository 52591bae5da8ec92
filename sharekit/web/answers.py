"""What comes back: a `Page` that was read, an `Answer` to a call."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sharekit.errors import ReadError, RetryLater, Unreachable, Unsure
from sharekit.web.sniff import sniff

if TYPE_CHECKING:
    from sharekit.web.exchange import Raw

__all__ = ["Answer", "Page", "page_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was read. *url* is where it was found, after redirects.

    *hops* are the addresses that redirected, the one that was asked for first.

    Keys of *headers* are lower-case. *unchanged*: the far side said (status 304) that nothing is
    new; *content* is then the copy of last time, or empty where none was kept.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    content: bytes
    unchanged: bool = False
    hops: tuple[str, ...] = ()

    @property
    def mime(self) -> str:
        """The media type of *content*, by *content*."""
        return sniff(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a channel's server said. Keys of *headers* are lower-case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    url: str = ""
    repeatable: bool = field(default=False, repr=False)

    @property
    def text(self) -> str:
        """*content* as UTF-8, whatever is wrong in it replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """*content* as JSON.

        A 2xx answer that is no JSON, such as a proxy's page, does not say whether the post was
        taken: raises `Unsure`, or `RetryLater` where the call may be repeated.
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            host = self.url.split("/")[2] if "://" in self.url else "the server"
            msg = f"{host} answered {self.status} with something that is not JSON"
            if self.repeatable:
                raise RetryLater(msg, maybe=True) from None
            hint = "Look at the account whether the post is there."
            raise Unsure(msg, hint=hint) from None


_HINTS = {
    401: "It wants a sign-in.",
    403: "It does not let sharekit in.",
    404: "Is the address right?",
}


def page_of(passed: Sequence[str], raw: Raw) -> Page:
    """The page that *raw* is, found at the last of the addresses *passed*.

    Raises `Unreachable` for 5xx, which may pass, and `ReadError` for other failures.
    """
    *hops, url = passed
    status = raw.status
    if 200 <= status < 300 or status == 304:
        return Page(
            url=url,
            status=status,
            headers=raw.headers,
            content=raw.content,
            unchanged=status == 304,
            hops=tuple(hops),
        )
    if status >= 500:
        raise Unreachable(f"answered {status}")
    raise ReadError(f"answered {status}", hint=_HINTS.get(status))
