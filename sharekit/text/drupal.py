"""What a Drupal token stands for: names, chains, dates, URLs and fields over given values.

Core's tokens follow `core/modules/{node,system,user}` and the rest the Token module
(https://www.drupal.org/project/token), whose own tests settle the odd cases.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from sharekit.text import hashtags
from sharekit.text.php_dates import format_date

__all__ = ["NO_DATA", "UNKNOWN", "Missing", "is_prose", "look_up", "summary_of"]


class Missing:
    """Why a token has no value."""


NO_DATA: Final = Missing()
UNKNOWN: Final = Missing()

_FORMATS = {"short": "j M Y - H:i", "medium": "D, j M Y - H:i", "long": "l, j F Y - H:i"}
_DATE_NAMES = frozenset({*_FORMATS, "custom", "raw", "since"})
_NAMES: Mapping[str, frozenset[str]] = {
    "node": frozenset(
        {
            *("title", "url", "body", "summary", "author", "created", "changed", "langcode"),
            *("published_status", "nid", "vid", "uuid", "type", "type-name", "edit-url"),
            *("content-type", "language", "source", "log", "menu-link", "original", "tnid"),
        }
    ),
    "site": frozenset(
        {
            *("name", "slogan", "mail", "url", "url-brief", "base-url", "base-path"),
            *("login-url", "logo"),
        }
    ),
    "date": _DATE_NAMES,
    "current-date": _DATE_NAMES,
}
# Kinds that Drupal knows and that a post says nothing about.
_OTHER_KINDS = frozenset({"user", "current-user", "term", "vocabulary", "file", "comment", "menu"})
_EXCERPT = 155
_DATES = frozenset({"created", "changed", "published", "last-login"})


def look_up(kind: str, name: str, values: Mapping[str, Any]) -> str | Missing:
    """The text of `[kind:name]` over *values*, or why there is none.

    `values[kind]` maps names to texts, times, numbers, lists and further mappings; a chained
    name such as `author:name` may stand there whole or be followed step by step.
    `date` and `current-date` are now where *values* gives no time.
    """
    data = values.get(kind)
    if data is None:
        clock = kind in {"date", "current-date"}
        data = (values.get("date") or datetime.now(UTC)) if clock else {}
    found = _follow(data, name, values)
    return _why(kind, name, data) if isinstance(found, Missing) else found


def is_prose(kind: str, name: str) -> bool:
    """Whether `[kind:name]` reads as a remark (`[Update: it is open]`) and not as a token."""
    return name[0].isspace() and kind not in _NAMES and kind not in _OTHER_KINDS


def _why(kind: str, name: str, data: Any) -> Missing:
    """Whether `[kind:name]`, which has no value over *data*, could have had one."""
    if kind in _OTHER_KINDS:
        return NO_DATA
    head, colon, chain = name.partition(":")
    if kind == "node" and head.startswith("field_"):
        return NO_DATA
    known = head in _NAMES.get(kind, ())
    given = isinstance(data, Mapping) and data.get(head) is not None
    if colon and given:
        # The head has a value, so it is the rest of the chain that means nothing.
        return NO_DATA if chain.startswith(("args:", "value:")) else UNKNOWN
    return NO_DATA if known or (isinstance(data, Mapping) and head in data) else UNKNOWN


def _follow(value: Any, path: str, values: Mapping[str, Any]) -> str | Missing:
    """*value* at *path*, a chain of names joined by colons (`""`: the value itself)."""
    if isinstance(value, Mapping):
        return _follow_mapping(value, path, values)
    if isinstance(value, (datetime, date)):
        return _date(value, path or "medium", values)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return _array(value, path, values)
    if value is None:
        return NO_DATA
    if not path:
        return _plain(value)
    return _array([value], path, values)


def _follow_mapping(data: Mapping[str, Any], path: str, values: Mapping[str, Any]) -> str | Missing:
    if path in data:
        return _leaf(path, data[path], values)
    if not path:
        own = next((key for key in ("label", "title", "name", "value", "url") if key in data), None)
        return _follow(data[own], "", values) if own else NO_DATA
    if path.startswith("url:unaliased") and (url := _unaliased(data)):
        return _url(url, path.removeprefix("url:unaliased").removeprefix(":") or "absolute", values)
    if path in _DERIVED:
        found: str | Missing = _DERIVED[path](data)
        if isinstance(found, str):
            return found
    # The longest name that is there, so that a chain may be given whole or in part.
    parts = path.split(":")
    for cut in range(len(parts) - 1, 0, -1):
        head, rest = ":".join(parts[:cut]), ":".join(parts[cut:])
        if data.get(head) is not None:
            return _chain(head, data[head], rest, values)
    return NO_DATA


def _leaf(name: str, value: Any, values: Mapping[str, Any]) -> str | Missing:
    moment = _moment(value) if name in _DATES else None
    return _follow(value if moment is None else moment, "", values)


def _chain(head: str, value: Any, rest: str, values: Mapping[str, Any]) -> str | Missing:
    if not rest:
        return NO_DATA
    if head == "url" and isinstance(value, str):
        return _url(value, rest, values)
    if rest.partition(":")[0] in _DATE_NAMES and (moment := _moment(value)):
        return _date(moment, rest, values)
    if head == "author" and isinstance(value, str):
        return value if rest in {"name", "display-name", "account-name"} else NO_DATA
    return _follow(value, rest, values)


def _plain(value: Any) -> str:
    """Plain mode: what is marked as markup (`__html__`) becomes text, all else stays as it is."""
    if hasattr(value, "__html__"):
        return _without_markup(value.__html__())
    if isinstance(value, bool):
        return str(int(value))
    return str(value)


def _without_markup(markup: str) -> str:
    import html

    return html.unescape(re.sub(r"<(?:!--.*?--|/?[a-zA-Z][^<>]*)>", "", markup, flags=re.DOTALL))


# --- dates


def _moment(value: Any) -> datetime | date | None:
    """A time from what sources give: a time, ISO 8601, or seconds since 1970."""
    if isinstance(value, (datetime, date)):
        return value
    text = str(value)
    if re.fullmatch(r"-?\d{9,11}", text):
        return datetime.fromtimestamp(int(text), UTC)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _date(moment: datetime | date, path: str, values: Mapping[str, Any]) -> str | Missing:
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    name, _, pattern = path.partition(":")
    if name == "custom":
        return format_date(moment, pattern) if pattern else NO_DATA
    if pattern:
        return NO_DATA
    if name == "raw":
        return format_date(moment, "U")
    if name == "since":
        now = values.get("date")
        return _since(moment, now if isinstance(now, datetime) else datetime.now(UTC))
    return format_date(moment, _FORMATS[name]) if name in _FORMATS else NO_DATA


def _since(moment: datetime, now: datetime) -> str:
    """How long ago, in the two largest units that follow each other: `2 weeks 3 days`."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    now = now.astimezone(moment.tzinfo)
    months = max((now.year - moment.year) * 12 + now.month - moment.month, 0)
    if _months_later(moment, months) > now:
        months -= 1
    rest = int(max(now - _months_later(moment, max(months, 0)), timedelta()).total_seconds())
    counts = [("year", max(months, 0) // 12), ("month", max(months, 0) % 12)]
    for unit, size in (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60)):
        counts.append((unit, rest // size))
        rest %= size
    counts.append(("second", rest))
    first = next((at for at, (_, count) in enumerate(counts) if count), len(counts) - 1)
    shown = counts[first : first + 2]
    said = [f"{n} {unit}{'' if n == 1 else 's'}" for unit, n in shown if n]
    return " ".join(said) or "0 seconds"


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    # A day that the month has not counts on into the next, as PHP's dates do.
    return moment.replace(year=year, month=month + 1, day=1) + timedelta(days=moment.day - 1)


# --- URLs


def _url(url: str, path: str, values: Mapping[str, Any]) -> str | Missing:
    parts = _split(url)
    if parts is None:
        return NO_DATA
    name, _, rest = path.partition(":")
    if name == "args":
        return _array([part for part in parts.path.split("/") if part], rest, values)
    forms = {
        "absolute": url,
        "relative": parts._replace(scheme="", netloc="").geturl() or "/",
        "path": parts.path or "/",
        "brief": _brief(url),
    }
    return forms.get(path, NO_DATA)


def _unaliased(data: Mapping[str, Any]) -> str | None:
    """The address without its alias: `/node/N` on the same site, where the number is known."""
    parts = _split(str(data.get("url") or ""))
    number = str(data.get("nid") or "")
    if parts is None or not parts.netloc or not number.isdecimal():
        return None
    return parts._replace(path=f"/node/{number}", query="", fragment="").geturl()


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # `https://[`
        return None


def _brief(url: str) -> str:
    return re.sub(r"^https?://", "", url).removesuffix("/")


# --- lists: fields with deltas, and the Token module's arrays


def _array(  # noqa: PLR0911  (a table of operations, read from the top)
    items: Sequence[Any], path: str, values: Mapping[str, Any]
) -> str | Missing:
    """*items* at *path*: a delta and what follows it, or one of the Token module's operations."""
    name, _, rest = path.partition(":")
    if not items:
        return NO_DATA
    if name == "count" and not rest:
        return str(len(items))
    if name == "reversed":
        return _array(items[::-1], rest, values)
    if name == "keys":
        return _array([str(key) for key in range(len(items))], rest, values)
    if name in {"", "join"}:
        return _joined(items, rest if name else ", ", values)
    if name == "value" and rest.isdecimal():
        name, rest = rest, ""
    if name.isdecimal():
        return _follow(items[int(name)], rest, values) if int(name) < len(items) else NO_DATA
    if name in {"first", "value", "last"}:
        return _follow(items[-1 if name == "last" else 0], rest, values)
    # What is asked of a whole field is asked of its first value.
    return _follow(items[0], path, values) if isinstance(items[0], Mapping) else NO_DATA


def _joined(items: Sequence[Any], separator: str, values: Mapping[str, Any]) -> str | Missing:
    texts = [_follow(item, "", values) for item in items]
    said = [text for text in texts if isinstance(text, str)]
    return separator.join(said) if said else NO_DATA


# --- what follows from other values


def summary_of(body: str, size: int = 600) -> str:
    """*body* cut as Drupal's `text_summary` does.

    At `<!--break-->`, else within *size* characters after the last paragraph, else line
    break, else sentence. Markup, where there is any, becomes text.
    """
    head, mark, _ = body.partition("<!--break-->")
    cut = head if mark else _cut_summary(body, size)
    markup = mark or re.search(r"</p>|<br\b", body)
    return _without_markup(cut).strip() if markup else cut.strip()


def _cut_summary(body: str, size: int) -> str:
    if len(body) <= size:
        return body
    cut = body[:size]
    for group in (("</p>",), ("<br />", "<br>", "\n"), (". ", "! ", "? ", "。", "؟ ")):
        end = max((at + len(mark) for mark in group if (at := cut.rfind(mark)) >= 0), default=0)
        if end:
            return cut[:end]
    return cut


def _summary(data: Mapping[str, Any]) -> str | Missing:
    body = data.get("body")
    return (summary_of(str(body)) or NO_DATA) if body else NO_DATA


def _excerpt(data: Mapping[str, Any]) -> str | Missing:
    """WordPress: the excerpt that was written, else the first 155 characters of the body."""
    if data.get("summary"):
        return _plain(data["summary"])
    body = " ".join(_without_markup(str(data.get("body") or "")).split())
    if len(body) <= _EXCERPT:
        return body or NO_DATA
    return body[: _EXCERPT + 1].rpartition(" ")[0] or body[:_EXCERPT]


def _hashtags(data: Mapping[str, Any]) -> str | Missing:
    tags = data.get("tags")
    return " ".join(hashtags.from_tags(tags)) or NO_DATA if tags else NO_DATA


def _site_part(name: str) -> Any:
    def derive(data: Mapping[str, Any]) -> str | Missing:
        url = str(data.get("url") or "")
        parts = _split(url)
        if not url or parts is None:
            return NO_DATA
        base = parts._replace(query="", fragment="").geturl().removesuffix("/")
        return {
            "url-brief": _brief(url),
            "base-url": base,
            "base-path": parts.path.removesuffix("/") + "/",
            "login-url": f"{base}/user",
        }[name]

    return derive


_DERIVED: Mapping[str, Any] = {
    "summary": _summary,
    "excerpt": _excerpt,
    "hashtags": _hashtags,
    "separator": lambda _: "-",
    **{name: _site_part(name) for name in ("url-brief", "base-url", "base-path", "login-url")},
}
