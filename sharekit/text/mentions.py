"""Mentions: found in a text, and put where a person's handle is known."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sharekit.model import Mention

__all__ = ["find", "with_handles"]

_HANDLE = r"[a-zA-Z0-9_](?:[a-zA-Z0-9_.-]*[a-zA-Z0-9_])?"
_HOST = r"[\w-]+(?:\.[\w-]+)+"
_MORE = "a-zA-Z0-9_\xc0-\u024f\u0300-\u036f\u1e00-\u1eff"  # letters that would go on with a name
_MENTION = re.compile(
    rf"(?<![a-zA-Z0-9_!#$%&*@＠/.=+-])[@＠]({_HANDLE}(?:@{_HOST})?)(?![{_MORE}@＠]|://)"
)


def find(text: str) -> list[Mention]:
    """The mentions written in *text*: `@handle`, `@user@host`, `@name.host`, with the sign."""
    if "@" not in text and "＠" not in text:
        return []
    return [
        Mention(start=match.start(), end=match.end(), handle=match[1])
        for match in _MENTION.finditer(text)
    ]


def with_handles(text: str, handles: Mapping[str, str], *, outside: list[tuple[int, int]]) -> str:
    """*text* with the first naming of each person in *handles* replaced by the handle.

    A name counts where it stands as whole words and not in one of the spans *outside*. People
    without a handle keep their plain names.
    """
    found: list[tuple[int, int, str]] = []
    taken = list(outside)
    # The longest name first, so that "Jo March" is not seen in "Jo March Smith".
    for name in sorted((name for name in handles if handles[name]), key=len, reverse=True):
        for match in re.finditer(rf"(?<![\w@#]){re.escape(name)}(?!\w)", text):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                found.append((*match.span(), handles[name]))
                break
    for start, end, handle in sorted(found, reverse=True):
        text = f"{text[:start]}@{handle.removeprefix('@')}{text[end:]}"
    return text
