"""JSON-LD as pages have it: graphs, references, arrays, and scripts that are slightly broken.

https://www.w3.org/TR/json-ld11/ and https://schema.org/docs/data-and-datasets.html. No context
is processed: pages say schema.org's names as they stand.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

__all__ = ["Item", "articles", "image", "items", "keywords", "names", "resolve", "text"]

Item: TypeAlias = Mapping[str, Any]

_WORKS = frozenset((
    "webpage", "itempage", "creativework", "podcastepisode", "videoobject", "recipe", "product",
    "event", "review", "report", "profilepage", "aboutpage", "collectionpage", "faqpage", "howto",
    "course", "book", "movie", "tvepisode", "radioepisode", "musicrecording", "softwareapplication",
    "mediaobject", "audioobject", "jobposting", "interview", "claimreview", "critic review",
    "qapage", "question", "dataset", "thesis", "podcastseries", "article", "posting",
))  # fmt: skip
_NO_PAGES = frozenset(("webpage", "itempage", "collectionpage", "profilepage", "aboutpage"))
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "about")
_TELLING = frozenset(("name", "url", "contentUrl"))
_DEEPEST = 12
_MOST = 5_000
# Strings are matched so that what looks like a comment in them is none.
_COMMENTS = re.compile(
    r'"(?:[^"\\]|\\.)*+"|/\*(?>.*?(?:\*/|\Z))|(?<![:\w])//[^\n]*|<!--|-->', re.DOTALL
)
_COMMA = re.compile(r",(?=\s*[}\]])")
_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_SEMICOLONS = re.compile(r"[;\s]+\Z")
_DECODER = json.JSONDecoder(strict=False)


def items(scripts: list[str]) -> tuple[list[Item], dict[str, Item]]:
    """Every object with a type in *scripts*, outer ones first, and all objects by their `@id`."""
    found: list[Item] = []
    known: dict[str, Item] = {}
    for script in scripts:
        for value in _loads(script):
            found += _things(value)
            _collect(value, known)
    return found, known


def articles(found: list[Item], url: str) -> list[Item]:
    """Articles first, then pages and other works; people, sites and crumbs not at all.

    Of several articles, the one that says it is the page at *url* comes before its neighbours.
    """

    def rank(item: Item) -> int:
        names = kinds(item)
        if any(name.endswith(("article", "posting")) and name != "jobposting" for name in names):
            return 0 if _is_at(item, url) else 1
        return 3 if names & _NO_PAGES else 2 if names & _WORKS else 9

    return sorted((item for item in found if rank(item) < 9), key=rank)


def kinds(item: Item) -> set[str]:
    """The types of *item*, in lower case and without a vocabulary before them."""
    said = item.get("@type")
    return {
        str(kind).rpartition("/")[2].rpartition(":")[2].lower()
        for kind in (said if isinstance(said, list) else [said])
    }


def resolve(value: Any, known: Mapping[str, Item]) -> Any:
    """*value* with references, objects that are only an `@id`, replaced by what they stand for."""
    if isinstance(value, list):
        return [resolve(item, known) for item in value]
    if isinstance(value, dict) and "name" not in value and "url" not in value:
        return known.get(str(value.get("@id")), value)
    return value


def text(value: Any) -> str | None:
    """A value as text: itself, its first, or its `@value`, name or `@id`."""
    if isinstance(value, list):
        return next((said for item in value if (said := text(item))), None)
    if isinstance(value, dict):
        return text(value.get("@value") or value.get("name") or value.get("@id"))
    return value if isinstance(value, str) and value.strip() else None


def names(value: Any) -> Iterator[tuple[str, bool]]:
    """The names of people or organisations, and whether each is an organisation's."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item, False
        elif isinstance(item, dict):
            of_many = bool(kinds(item) & {"organization", "newsmediaorganization", "corporation"})
            said = item.get("name") or item.get("alternateName") or item.get("@value")
            if isinstance(said, list):
                yield from ((name, of_many) for name in said if isinstance(name, str))
            elif isinstance(said, str):
                yield said, of_many


def image(value: Any) -> str | None:
    """The address of the first picture that *value* names."""
    for item in value if isinstance(value, list) else [value]:
        said = item
        if isinstance(item, dict):
            said = item.get("url") or item.get("contentUrl") or item.get("@id")
        if isinstance(said, (list, dict)):
            said = image(said)
        if isinstance(said, str) and said.strip():
            return said.strip()
    return None


def keywords(value: Any) -> list[str]:
    """Keywords, be they a list, a text with commas, or terms with names."""
    if isinstance(value, str):
        return [part.strip() for part in re.split(r"[,;]", value)]
    found = []
    for item in value if isinstance(value, list) else [value]:
        said = item.get("name") if isinstance(item, dict) else item
        if isinstance(said, str):
            found += keywords(said) if len(value) == 1 else [said]
    return found


def _is_at(item: Item, url: str) -> bool:
    """Whether *item* says that it is the page at *url*."""
    said = [text(item.get(key)) for key in ("url", "@id", "mainEntityOfPage")]
    plain = _plain(url)
    return any(_plain(address) == plain for address in said if address)


def _plain(url: str) -> str:
    return url.partition("#")[0].partition("?")[0].partition("://")[2].rstrip("/")


def _things(value: Any, depth: int = 0) -> Iterator[Item]:
    """Every object of a value that has a type and may be about the page, the outer ones first."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value[:_MOST]:
            yield from _things(item, depth + 1)
    elif isinstance(value, dict):
        if value.get("@type"):
            yield value
        for key in _INSIDE:
            if key in value:
                yield from _things(value[key], depth + 1)


def _collect(value: Any, known: dict[str, Item]) -> None:
    """Note every object that has an `@id` and says something."""
    waiting = [value]
    for _ in range(_MOST):
        if not waiting:
            return
        here = waiting.pop()
        if isinstance(here, dict):
            said = here.get("@id")
            if isinstance(said, str) and not here.keys().isdisjoint(_TELLING):
                known.setdefault(said, here)
            waiting += [v for v in here.values() if isinstance(v, (dict, list))]
        elif isinstance(here, list):
            waiting += [v for v in here[:_MOST] if isinstance(v, (dict, list))]


# -- Scripts that are slightly broken -------------------------------------------------------------


def _loads(script: str) -> list[Any]:
    """The values of *script*; breakage that search engines forgive is mended first."""
    script = script.strip()
    if not script:
        return []
    for mend in (_as_is, _without_comments, _unescaped):
        try:
            return [_DECODER.decode(mend(script))]
        except ValueError:
            continue
        except RecursionError:
            return []
    return _one_by_one(_without_comments(script))


def _as_is(script: str) -> str:
    return script


def _without_comments(script: str) -> str:
    """*script* without comments, CDATA marks, commas before an end, and wrong backslashes."""
    script = script.replace("<![CDATA[", "").replace("]]>", "")
    script = _COMMENTS.sub(lambda found: found[0] if found[0][0] == '"' else "", script)
    script = _ESCAPE.sub(_escaped, _COMMA.sub("", script))
    return _SEMICOLONS.sub("", script).strip().lstrip("\ufeff")


def _escaped(backslash: re.Match[str]) -> str:
    """JavaScript escapes an apostrophe, and JSON does not; any other backslash is meant as one."""
    follows = backslash.string[backslash.end() : backslash.end() + 1]
    return "" if follows == "'" else r"\\"


def _unescaped(script: str) -> str:
    """*script* where quotes have become references (`&quot;`)."""
    return _without_comments(html.unescape(script)) if "&quot;" in script else "!"


def _one_by_one(script: str) -> list[Any]:
    """The values that stand one after another in *script*, up to the first that is broken."""
    found: list[Any] = []
    at = 0
    while len(found) < 100 and at < len(script):
        while at < len(script) and script[at] in " \t\r\n,;":
            at += 1
        try:
            value, at = _DECODER.raw_decode(script, at)
        except (ValueError, RecursionError):
            break
        found.append(value)
    return found
