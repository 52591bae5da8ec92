"""Hugo's `cascade`, what a section hands down: https://gohugo.io/configuration/cascade/."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from sharekit.readers._fields import fold, text
from sharekit.readers._sites import config as _config

__all__ = ["entries", "handed_down", "is_target"]

_GLOB = re.compile(r"(\*{1,2}|[?{},])")
_MARKS = {"**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}
_MOST_STARS = 8  # a pattern with many of them would be tried for hours
_WORDS = re.compile(r"[\w-]+")


def entries(said: Any) -> list[Any]:
    """The entries of a `cascade`, one or a list, with their keys in lower case."""
    found = said if isinstance(said, list) else [said]
    return [_config.lower(entry) for entry in found if isinstance(entry, Mapping)]


def handed_down(entry: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """*data* with what *entry* says besides; `params` go into each other."""
    own = {fold(key) for key in data} - {"params"}
    more = {key: value for key, value in entry.items() if fold(key) not in {*own, "target"}}
    return _config.merged(more, data)


def is_target(entry: Mapping[str, Any], path: str, language: str) -> bool:
    """Whether *entry* is meant for the page at *path*. Posts are of the kind `page`."""
    target = entry.get("target", entry.get("_target"))
    if not isinstance(target, Mapping):
        return True
    target = _config.lower(target)
    kind, lang, glob = (text(target.get(key)) for key in ("kind", "lang", "path"))
    if kind and "page" not in _WORDS.findall(kind.lower()):
        return False
    if lang and language.lower() not in _WORDS.findall(lang.lower()):
        return False
    return not glob or bool(_pattern(glob.strip().lower()).fullmatch(path))


@functools.lru_cache(maxsize=100)
def _pattern(glob: str) -> re.Pattern[str]:
    """`**` goes over slashes, `{a,b}` is either: https://gohugo.io/quick-reference/glob-patterns/."""
    found = "".join(
        re.escape(part) if part == "," and "{" not in glob else _MARKS.get(part, re.escape(part))
        for part in _GLOB.split(glob)
    )
    try:
        if glob.count("*") <= _MOST_STARS:
            return re.compile(found if glob.startswith(("/", "{", "*")) else f"/?{found}")
    except re.error:
        pass  # braces that do not match
    return re.compile(re.escape(glob))
