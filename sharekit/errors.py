"""The tree of errors, each named after what the caller does next.

    SharekitError
    ├── UserError              show it, stop, no traceback
    │   ├── ConfigError        config.yaml, a theme or an account is wrong
    │   ├── LayoutError        a layout file is wrong
    │   └── PluginError        an entry point is missing, broken or offered twice
    ├── ReadError              skip this post or this source, go on, report
    │   └── Unreachable        the network or the far side failed: worth trying again
    ├── RenderError            skip this card, go on, report
    └── PublishError           what the queue does next:
        ├── Refused            will never be taken: failed
        ├── Unauthorized       credentials: pause this account, keep its rows
        ├── RetryLater         a repeat does no harm: try again after *after* seconds
        └── Unsure             may have been posted: look before doing anything

Every message names the thing, the cause and the next step.
Secrets never stand in one: what a remote server says goes through `sharekit.web.redact` first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ConfigError",
    "LayoutError",
    "PluginError",
    "Problem",
    "PublishError",
    "ReadError",
    "Refused",
    "RenderError",
    "RetryLater",
    "SharekitError",
    "Unauthorized",
    "Unreachable",
    "Unsure",
    "UserError",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong or worth a look, as data.

    *code* is stable and kebab-case (`config-unknown-key`), *where* is
    `file:line:column`, a URL or a post's id, *hint* is the next step, and
    *snippet* is the line concerned with a caret below it.
    """

    code: str
    message: str
    severity: Literal["error", "warning", "info"] = "error"
    where: str | None = None
    hint: str | None = None
    snippet: str | None = None

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        lines = [f"{place}{self.message}"]
        if self.snippet:
            lines.append(self.snippet)
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)


class SharekitError(Exception):
    """Any failure that sharekit foresees. *exit_code* is what the command line ends with."""

    code = "error"
    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        code: str | None = None,
        problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems) or (
            Problem(code=code or self.code, message=message, where=where, hint=hint),
        )

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UserError(SharekitError):
    """Show it, stop, no traceback."""

    code = "usage"
    exit_code = 2


class ConfigError(UserError):
    """The configuration is wrong; *problems* holds every finding, not only the first."""

    code = "config"


class LayoutError(UserError):
    """A layout file is wrong; *problems* holds every finding with file, layer and key."""

    code = "layout"


class PluginError(UserError):
    """A reader, publisher or layout package is missing, broken or offered twice."""

    code = "plugin"


class ReadError(SharekitError):
    """This post or this source cannot be read; the others can."""

    code = "read"


class Unreachable(ReadError):
    """The network or the far side failed; the same call may work later."""

    code = "unreachable"
    exit_code = 3


class RenderError(SharekitError):
    """This card cannot be drawn; the others can."""

    code = "render"


class PublishError(SharekitError):
    """A post did not go out, or may not have."""

    code = "publish"


class Refused(PublishError):
    """The channel will never take this message as it is."""

    code = "refused"


class Unauthorized(PublishError):
    """The account's credentials are missing, wrong or expired."""

    code = "unauthorized"
    exit_code = 4


class RetryLater(PublishError):
    """Try again after *after* seconds (`None`: the queue's own back-off); that does no harm.

    It was surely not posted; or, with *maybe*, it may have been, and the channel knows the
    message's key, so that a repeat makes no second post while it remembers that.
    """

    code = "retry-later"
    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        after: float | None = None,
        maybe: bool = False,
        where: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.after = after
        self.maybe = maybe


class Unsure(PublishError):
    """May have been posted. Never send again before looking."""

    code = "unsure"
    exit_code = 3
