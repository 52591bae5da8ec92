"""Mentions: found in a text by each network's own rule, put where a person's handle is known,
and taken out of what nobody wrote as one.

A title that says `@home` is not meant to call anybody. Networks that find mentions in the text
by themselves cannot be told so, but each of their rules wants a letter right after the sign: a
zero-width non-joiner (U+200C) there is not seen, costs nothing where graphemes count, and stays
with its sign wherever a text is cut. Rules:

- `handle`: https://github.com/twitter/twitter-text (validMentionOrList, endMentionMatch)
- `fediverse`: MENTION_RE in https://github.com/mastodon/mastodon/blob/main/app/models/account.rb
- `username`: match_mentions in
  https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp
- `domain`: https://github.com/bluesky-social/atproto, packages/api/src/rich-text/detection.ts
- `common`: what all of them could take for one, where a network does not state its rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sharekit.model import Mention, MentionRule
from sharekit.text.domains import BLANK, LATIN
from sharekit.text.tlds import ASCII_TLDS

__all__ = ["GUARD", "find", "of_fediverse", "silenced", "with_handles"]

GUARD = "\u200c"
"""Stands after the sign of what is no mention."""

_LONGEST_HOST = 253
_AFTER = rf"(?![@＠{LATIN}]|://)"
_HANDLE = r"[a-zA-Z0-9_](?:[a-zA-Z0-9_.-]*[a-zA-Z0-9_])?"
_HOST = r"[\w-]+(?:\.[\w-]+)+"
_COMMON = re.compile(
    rf"(?<![a-zA-Z0-9_!#$%&*@＠/.=+-])[@＠]({_HANDLE}(?:@{_HOST})?)(?![a-zA-Z0-9_{LATIN}@＠]|://)"
)
_RETWEET = r"(?:\A|(?<=[^a-zA-Z0-9_+~.-]))[rR][tT]:?"
_BY_HANDLE = re.compile(
    rf"(?:\A|[^a-zA-Z0-9_!#$%&*@＠]|{_RETWEET})[@＠]([a-zA-Z0-9_]{{1,20}})"
    r"(/[a-zA-Z][a-zA-Z0-9_-]{0,24})?"
)
_NOT_AFTER = re.compile(rf"[@＠{LATIN}]|://")
# Telegram's own bots have names shorter than any that people can take (get_valid_short_usernames).
_SHORT = "ya|gif|wiki|vid|bing|pic|bold|imdb|coub|like|vote|giff|cap"
_BY_USERNAME = re.compile(rf"(?<!\w)@({_SHORT}|[a-zA-Z0-9_]{{5,32}})(?!\w)")
# In JavaScript a word ends at anything but these letters.
_BY_DOMAIN = re.compile(
    rf"(?:\A|[({BLANK}])@([a-zA-Z0-9.-]+)"
    r"(?:(?<=[a-zA-Z0-9])(?![a-zA-Z0-9_])|(?<=[.-])(?=[a-zA-Z0-9_]))"
)
# Whatever some network may take for a mention; not what follows a letter, as in an e-mail.
_SIGN = re.compile(
    r"(?:(?<![a-zA-Z0-9_])|(?<=\A[rR][tT])|(?<=[^a-zA-Z0-9_+~.-][rR][tT]))[@＠](?=[.-]*[a-zA-Z0-9_])"
)


def find(text: str, rule: MentionRule = "common") -> list[Mention]:
    """The mentions in *text*: `@handle`, `@user@host`, `@name.host`, spans with the sign."""
    if "@" not in text and "＠" not in text:
        return []
    return list(_RULES[rule](text))


def silenced(text: str, *, outside: Iterable[tuple[int, int]], handles: Mapping[str, str]) -> str:
    """*text* with no mention in it but of those in *handles* (by `@name`, or by handle).

    What stands in one of the spans *outside* (an address) is left as it is.
    """
    if "@" not in text and "＠" not in text:
        return text
    spans = list(outside)
    known = [name[1:] for name in handles if name.startswith("@")]
    known += [handle.removeprefix("@") for handle in handles.values() if handle]
    named = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    meant = re.compile(rf"(?:{named})(?![\w])", re.IGNORECASE) if known else None

    def quiet(match: re.Match[str]) -> str:
        at = match.end()
        if (meant and meant.match(text, at)) or any(start < at <= end for start, end in spans):
            return match[0]
        return match[0] + GUARD

    return _SIGN.sub(quiet, text)


def of_fediverse(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name (`user` or `user@host`) of what a fediverse server reads as mentions."""
    for match in _fediverse().finditer(text):
        host = match[2] or ""
        if len(host) <= _LONGEST_HOST and not _NOT_AFTER.match(text, match.end()):
            yield *match.span(), match[1] + (f"@{host}" if host else "")


@cache
def _fediverse() -> Any:
    import regex

    word = r"[\p{L}\p{M}\p{Nd}\p{Pc}]"
    return regex.compile(
        r"(?<![=/\p{L}\p{M}\p{Nd}\p{Pc}])@([a-zA-Z0-9_]+(?:[.-]+[a-zA-Z0-9_]+)*)"
        rf"(?:@({word}+(?:[.-]+{word}+)*))?"
    )


def _common(text: str) -> Iterator[Mention]:
    for match in _COMMON.finditer(text):
        yield Mention(start=match.start(), end=match.end(), handle=match[1])


def _handle(text: str) -> Iterator[Mention]:
    for match in _BY_HANDLE.finditer(text):
        if not match[2] and not _NOT_AFTER.match(text, match.end()):
            yield Mention(start=match.start(1) - 1, end=match.end(1), handle=match[1])


def _username(text: str) -> Iterator[Mention]:
    for match in _BY_USERNAME.finditer(text):
        yield Mention(start=match.start(), end=match.end(), handle=match[1])


def _of_host(text: str) -> Iterator[Mention]:
    for start, end, name in of_fediverse(text):
        yield Mention(start=start, end=end, handle=name)


def _domain(text: str) -> Iterator[Mention]:
    for match in _BY_DOMAIN.finditer(text):
        _, dot, tld = match[1].rpartition(".")
        if dot and (tld in ASCII_TLDS or tld == "test"):
            yield Mention(start=match.start(1) - 1, end=match.end(1), handle=match[1])


_RULES: dict[MentionRule, Callable[[str], Iterator[Mention]]] = {
    "none": lambda _: iter(()),
    "common": _common,
    "handle": _handle,
    "username": _username,
    "fediverse": _of_host,
    "domain": _domain,
}


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
