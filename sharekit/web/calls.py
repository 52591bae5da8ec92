"""From an HTTP answer to the error that says what the queue does next."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sharekit.errors import PublishError, Refused, RetryLater, Unauthorized, Unsure
from sharekit.web.exchange import Failure, Raw

__all__ = ["error_of", "not_answered", "retry_after", "server_words"]

LONGEST = 86_400.0
"""A wait is capped at a day: what a broken clock or a hostile server says must not bury a post."""
_WORDS = 300
_UNIX = 1_000_000_000  # from here on a number is a date, not a number of seconds
_AUTH = re.compile(
    r"token|scope|credential|authenticat|authori[sz]|permission|enroll|log.?in|sign.?in|suspend|"
    r"expired|bot was|not a member|forbidden: ",
    re.IGNORECASE,
)
_NOT_AUTH = re.compile(r"duplicate|already|limit|too long|spam|content", re.IGNORECASE)
_KEYS = ("error_description", "detail", "message", "description", "error", "errors", "title")


def error_of(raw: Raw, host: str, *, repeatable: bool) -> PublishError | None:
    """The error that an answer of *host* stands for; `None` for 2xx.

    429 was not accepted and says when to come back; 408, 425 and 5xx leave open whether the
    request was carried out, so they are `Unsure` unless a repeat does no harm; 401, and a 403
    that speaks of credentials, are `Unauthorized`; any other 4xx, and a redirect, is `Refused`.
    """
    status = raw.status
    if 200 <= status < 300:
        return None
    said = server_words(raw)
    msg = f"{host} answered {status}" + (f": {said}" if said else "")
    after = retry_after(raw)
    open_end = status in {408, 425} or status >= 500
    if status == 429 or (open_end and repeatable):
        return RetryLater(msg, after=after, maybe=open_end)
    if open_end:
        hint = "It may have been posted: look at the account before sending it again."
        return Unsure(msg, hint=hint)
    if status == 401 or (status == 403 and _about_credentials(raw, said)):
        return Unauthorized(msg, hint="Sign in again: sharekit accounts add.")
    if 300 <= status < 400:
        where = raw.headers.get("location", "somewhere else").split("?")[0]
        return Refused(f"{host} has moved to {where}", hint="Put that address in the config.")
    return Refused(msg)


def not_answered(failure: Failure, host: str, *, repeatable: bool) -> PublishError:
    """The error that no answer of *host* stands for: whether the post may be there decides."""
    msg = f"{host} {failure}"
    if not failure.sent:
        return RetryLater(f"{msg}; nothing was sent")
    if repeatable:
        return RetryLater(msg, maybe=True)
    hint = "It may have been posted: look at the account before sending it again."
    return Unsure(f"{msg} after the request was sent", hint=hint)


def _about_credentials(raw: Raw, said: str) -> bool:
    if "www-authenticate" in raw.headers:
        return True
    return bool(_AUTH.search(said)) and not _NOT_AUTH.search(said)


def server_words(raw: Raw) -> str:
    """What the server says is wrong, on one line and cut to 300 characters; maybe `""`."""
    text = raw.content[:20_000].decode("utf-8", "replace")
    try:
        text = _message(json.loads(text))
    except (ValueError, RecursionError):
        if text.lstrip()[:1] in {"<", "{", "["}:
            text = ""  # a page of markup, or half an answer, tells nobody anything
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _WORDS else text[: _WORDS - 1] + "…"


def _message(data: Any, depth: int = 0) -> str:
    if isinstance(data, str):
        return data
    if depth > 4:
        return ""
    if isinstance(data, list):
        return "; ".join(filter(None, (_message(item, depth + 1) for item in data[:3])))
    if isinstance(data, Mapping):
        found: list[str] = []
        for key in _KEYS:
            words = _message(data.get(key), depth + 1)
            if words and not any(words in other or other in words for other in found):
                found.append(words)
        return ": ".join(found[:3])
    return ""


def retry_after(raw: Raw, now: float | None = None) -> float | None:
    """In how many seconds the server wants to be asked again: 0 to a day, `None` if it is silent.

    `Retry-After` in seconds or as a date (RFC 9110, 10.2.3); a reset time in Unix seconds, in
    seconds from now or as a date (X, Bluesky, Mastodon, Discord and the IETF's draft);
    `retry_after` in the JSON (Discord, Slack), also under `parameters` (Telegram).
    """
    now = time.time() if now is None else now
    headers = raw.headers
    for value in (
        headers.get("retry-after"),
        *_in_body(raw),
        headers.get("x-ratelimit-reset-after"),
    ):
        if (seconds := _seconds(value, now)) is not None:
            return seconds
    remaining = headers.get("x-ratelimit-remaining", headers.get("ratelimit-remaining", "0"))
    if remaining.strip() not in {"0", ""}:
        return None  # the reset is that of a limit which has room
    for name in ("x-rate-limit-reset", "ratelimit-reset", "x-ratelimit-reset"):
        if (seconds := _seconds(headers.get(name), now)) is not None:
            return seconds
    return None


def _in_body(raw: Raw) -> list[Any]:
    if raw.status != 429 or not raw.content[:20_000].lstrip().startswith(b"{"):
        return []
    try:
        data = json.loads(raw.content)
    except (ValueError, RecursionError):
        return []
    inner = data.get("parameters")
    return [inner.get("retry_after") if isinstance(inner, dict) else None, data.get("retry_after")]


def _seconds(value: Any, now: float) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        seconds = float(value)
    except (ValueError, TypeError, OverflowError):
        moment = _moment(str(value))
        if moment is None:
            return None
        seconds = moment - now
    else:
        if seconds != seconds:  # noqa: PLR0124 -- "nan" is a float, too
            return None
        seconds -= now if seconds >= _UNIX else 0
    return min(max(seconds, 0.0), LONGEST)


def _moment(text: str) -> float | None:
    from email.utils import parsedate_to_datetime

    for parse in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            moment = parse(text.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None
