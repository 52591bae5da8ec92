"""Reading what a channel answered, when it may not be what its documentation says."""

from __future__ import annotations

from typing import Any

from sharekit.errors import Unsure

__all__ = ["pick"]


def pick(data: Any, *path: str | int) -> str:
    """The value at *path* in a channel's answer, as text.

    A 2xx answer without its id leaves open whether the post stands: raises `Unsure`.
    """
    here = data
    for step in path:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
            break
    if here is None or isinstance(here, (dict, list)):
        name = ".".join(str(step) for step in path)
        raise Unsure(
            f"the channel took the request, but its answer has no {name}",
            hint="Look at the account whether the post is there.",
        )
    return here if isinstance(here, str) else str(here)
