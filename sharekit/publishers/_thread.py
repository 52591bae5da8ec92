"""Threads: one part after the other, each once, going on where an earlier try stopped.

The journal says of each part that it stands (its id) or that a try to send it is under way
(`""`). A try that surely failed is struck out again, so only a part whose outcome is open is
looked up before anything else is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from sharekit.errors import PublishError, Unsure
from sharekit.model import Message
from sharekit.ports import Journal

__all__ = ["Look", "Send", "find_thread", "send_thread", "texts"]

Send: TypeAlias = Callable[[int, str, str | None], str]
"""Sends part *number* with *text* below the part with the id given; returns its id."""
Look: TypeAlias = Callable[[int, str], str | None]
"""The id of the part if the channel has it; `None` only when surely absent, else `Unsure`."""


def texts(message: Message) -> tuple[str, ...]:
    """The texts of all parts, the first one included."""
    return (message.text, *message.parts)


def send_thread(message: Message, journal: Journal, *, send: Send, look: Look | None) -> str:
    """Send the parts of *message* that do not stand yet; returns the id of the first.

    *look* is `None` for a channel where a repeat is harmless: there an open part is sent again.
    """
    above: str | None = None
    for number, text in enumerate(texts(message)):
        step = f"part-{number}"
        known = journal.get(step)
        if known == "" and look is not None:
            known = look(number, text)
        if not known:
            known = _send(journal, step, partial(send, number, text, above))
        journal[step] = known
        above = known
    return journal["part-0"]


def _send(journal: Journal, step: str, send: Callable[[], str]) -> str:
    journal[step] = ""
    try:
        return send()
    except Unsure:
        raise
    except PublishError:
        del journal[step]  # surely not posted
        raise


def find_thread(message: Message, look: Look) -> str | None:
    """The id of the first part when all stand, `None` when none does; else raises `Unsure`."""
    found = [look(number, text) for number, text in enumerate(texts(message))]
    if all(found):
        return found[0]
    if not any(found):
        return None
    stand = sum(1 for one in found if one)
    raise Unsure(
        f"{stand} of the thread's {len(found)} parts stand, the others do not",
        hint="Delete what stands and send it again, or finish it by hand.",
    )
