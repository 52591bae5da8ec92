"""What never shows: credentials are masked in whatever text is about to be seen or stored."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

__all__ = ["redact"]

_MASK = "•••"
_WORDS = (
    r"access[_-]?token|refresh[_-]?token|id[_-]?token|auth[_-]?token|api[_-]?key|apikey|app[_-]?password|"
    r"client[_-]?secret|consumer[_-]?(?:key|secret)|oauth[_-](?:token|signature|consumer[_-]key|nonce)|"
    r"password|passwd|pwd|secret|signature|sig|token|bearer|jwt|session[_-]?id|cookie|code|"
    r"x-amz-(?:signature|credential|security-token)|key"
)
_PATTERNS = (
    # Authorization: Bearer …, and what is quoted in a client's log
    (
        r"((?:authorization|cookie)['\"]?\s*[:=]\s*['\"]?)(?:(\w+) +)?[^\s'\",;]+",
        rf"\1\2 {_MASK}",
    ),
    (r"\b(bearer|basic|dpop|oauth)( +)(?=[\w.~+/=-]*\d)[\w.~+/=-]{8,}", rf"\1\2{_MASK}"),
    # https://user:password@host/
    (r"(\w://)[^\s/?#@]+@", rf"\1{_MASK}@"),
    # ?access_token=…, "token": "…", token: …
    (
        rf"(?<![a-z])((?:{_WORDS})(?:['\"]?\s*[:=]\s*['\"]?|%3d))(?!{_MASK})[^\s&'\",;<>)}}\]]{{4,}}",
        rf"\1{_MASK}",
    ),
    # tokens that stand in paths: Telegram, Discord, Slack
    (r"(/bot)\d+:[\w-]{20,}", rf"\1{_MASK}"),
    (r"(/webhooks/\d+/)[\w-]{20,}", rf"\1{_MASK}"),
    (r"(hooks\.slack\.com/)[\w./-]+", rf"\1{_MASK}"),
    # tokens known by their looks: Telegram, Slack, GitHub, AWS, Ghost, JSON Web Tokens
    (r"\b\d{8,10}:[\w-]{35}\b", _MASK),
    (r"\bxox[a-z]-[\w-]{8,}|\bxapp-[\w-]{8,}", _MASK),
    (r"\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}", _MASK),
    (r"\bA(?:KIA|SIA)[A-Z0-9]{16}\b", _MASK),
    (r"\b[0-9a-f]{24}:[0-9a-f]{64}\b", _MASK),
    (r"\beyJ[\w-]{8,}\.[\w-]+\.?[\w-]*", _MASK),
)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(form, re.IGNORECASE), instead) for form, instead in _PATTERNS)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """*text* with every credential in it masked.

    *secrets* are those that are known; the rest is recognised by where it stands (`token=`,
    `Authorization:`, the path of a webhook) or by its looks (a JSON Web Token, a bot's token).
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= 4:
            text = text.replace(secret, _MASK)
    for pattern, replacement in _patterns():
        text = pattern.sub(replacement, text)
    return text
