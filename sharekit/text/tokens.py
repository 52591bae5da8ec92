"""Tokens in a text, replaced in one pass: what a value brings in is never read again.

The default dialect is Drupal's in its *plain* mode (`Token::replacePlain`): the scanner is
core's own pattern, an unknown token and one without data stay as they are written, an empty
value replaces. https://api.drupal.org/api/drupal/core!lib!Drupal!Core!Utility!Token.php
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sharekit.errors import Problem, UserError
from sharekit.model import Post, Site
from sharekit.text import drupal
from sharekit.text.dialects import DIALECTS, Dialect, detect

__all__ = [
    "Replaced",
    "Token",
    "Unknown",
    "detect",
    "problems_of",
    "replace",
    "resolve",
    "values_for",
]

Status = Literal["resolved", "empty", "no-data", "unknown"]
Unknown = Literal["keep", "clear", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token of a text: *text* as written, what came of it, and the *value* put in."""

    text: str
    kind: str
    name: str
    status: Status
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A text after its tokens were replaced, and each of them in order."""

    text: str
    tokens: tuple[Token, ...]

    @property
    def unresolved(self) -> tuple[Token, ...]:
        """The tokens that got no value."""
        return tuple(token for token in self.tokens if token.status in {"no-data", "unknown"})


def replace(
    text: str,
    values: Mapping[str, Any],
    dialect: str = "drupal",
    unknown: Unknown = "keep",
) -> str:
    """*text* with its tokens replaced by *values*: `{"node": {"title": ...}, "site": {...}}`.

    A name may be chained (`"author:name"`) or nested (`{"author": {"name": ...}}`); values are
    texts, numbers, times or lists. `None` is no data, `""` is an empty value and replaces.
    A token without a value is kept as written, cleared, or an error (`UserError`, code
    `token-unknown`, one problem for each). *dialect* `auto` takes what the text looks like.
    """
    done = resolve(text, values, dialect, unknown)
    if unknown == "error" and done.unresolved:
        problems = problems_of(done.unresolved)
        raise UserError(problems[0].message, problems=problems)
    return done.text


def resolve(
    text: str,
    values: Mapping[str, Any],
    dialect: str = "drupal",
    unknown: Unknown = "keep",
) -> Replaced:
    """As `replace`, with a report of every token. Never raises for an unresolved one."""
    if unknown not in get_args(Unknown):
        raise UserError(f"unknown is {unknown!r}", hint="It can be: keep, clear or error.")
    speech = _dialect(detect(text) if dialect == "auto" else dialect)
    found: list[Token] = []

    def put(match: re.Match[str]) -> str:
        token = _token(match, speech, values)
        found.append(token)
        if token.status in {"resolved", "empty"} or unknown == "clear":
            return token.value
        return match[0]

    replaced = speech.pattern.sub(put, text)
    if speech is DIALECTS["yoast"] and unknown == "clear":
        replaced = _single_separators(replaced, values)
    return Replaced(text=replaced, tokens=tuple(found))


def problems_of(tokens: tuple[Token, ...], where: str | None = None) -> tuple[Problem, ...]:
    """One problem for each unresolved token."""
    return tuple(
        Problem(
            code="token-unknown",
            message=(
                f"nothing is known for the token {token.text}"
                if token.status == "no-data"
                else f"{token.text} is not a known token"
            ),
            where=where,
            hint=(
                "Give the post that value, or take the token out."
                if token.status == "no-data"
                else "Correct its name, or take it out."
            ),
        )
        for token in tokens
    )


def _dialect(name: str) -> Dialect:
    try:
        return DIALECTS[name]
    except KeyError:
        raise UserError(
            f"there is no token dialect named {name!r}",
            code="dialect-unknown",
            hint=f"There are: auto, {', '.join(DIALECTS)}.",
        ) from None


def _token(match: re.Match[str], dialect: Dialect, values: Mapping[str, Any]) -> Token:
    kind, name = dialect.token(match)
    value = drupal.look_up(kind, name, values)
    if value is drupal.UNKNOWN:
        status: Status = "unknown"
    elif value is drupal.NO_DATA:
        status = "no-data"
    else:
        status = "resolved" if value else "empty"
    said = value if isinstance(value, str) else ""
    if size := match.groupdict().get("size"):
        said = said[: int(size)]
    return Token(text=match[0], kind=kind, name=name, status=status, value=said)


def _single_separators(text: str, values: Mapping[str, Any]) -> str:
    """Yoast's tidying: separators with nothing between them become one, as does white space."""
    separator = str((values.get("site") or {}).get("separator") or "-")
    quoted = re.escape(separator)
    text = re.sub(rf"{quoted}(?:\s*{quoted})+", lambda _: separator, text)
    return re.sub(r"\s+", " ", text).strip()


_ABOUT_READING = frozenset({"zone", "dialect"})


def values_for(
    post: Post, site: Site, link: str | None, now: datetime | None = None
) -> dict[str, Any]:
    """The values that *post* and *site* give to tokens; *link* is what `[node:url]` becomes.

    What the source does not say is absent, so its tokens count as "no data". A post's `extra`
    stands beside its own fields (`[node:field_x]`).
    """
    published, updated = _local(post.published, site), _local(post.updated, site)
    node = {
        **{name: value for name, value in post.extra.items() if name not in _ABOUT_READING},
        "title": post.title,
        "url": link,
        "body": post.body or None,
        "author": ", ".join(post.authors) or None,
        "created": published,
        "changed": updated or published,
        "langcode": post.language,
        "published_status": "Unpublished" if post.draft else "Published",
        "tags": list(post.tags),
        "categories": post.extra.get("categories") or list(post.tags),
    }
    if post.summary:
        node["summary"] = post.summary
    named = {"name": site.name, "url": site.url}
    values: dict[str, Any] = {
        "node": {name: value for name, value in node.items() if value is not None},
        "site": {name: value for name, value in named.items() if value},
    }
    if now is not None:
        values["date"] = now
    return values


def _local(moment: datetime | None, site: Site) -> datetime | None:
    """*moment* in the site's zone, as Drupal shows it; in its own where the site names none."""
    if moment is None or site.timezone == "UTC":
        return moment
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo(site.timezone))
