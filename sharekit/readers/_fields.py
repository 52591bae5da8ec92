"""Front matter as a bag of fields: asked by any of the names that a value goes by.

Names are compared without case, hyphens and underscores (`publishDate`, `publish-date`). `""`,
null, `false` and empty lists count as no value, as they do in the themes that read them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

__all__ = ["Fields", "fold", "one_line", "text", "texts", "truth", "unique"]

# Hugo's and Zola's groups of a theme's own fields; what is in them counts like what is beside them.
_NESTED = ("params", "extra", "taxonomies")
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")  # not the no-break space, which the author meant
_TRUE = frozenset(("true", "yes", "on", "y"))
_FALSE = frozenset(("false", "no", "off", "n"))


class Fields:
    """The *data* of one post.

    *used* collects the top-level keys that were asked for and had a value.
    """

    __slots__ = ("_keys", "data", "used")

    def __init__(self, data: Mapping[str, Any]) -> None:
        for key in _NESTED:
            inner = data.get(key)
            if isinstance(inner, Mapping):
                data = {**inner, **{k: v for k, v in data.items() if k != key}}
        self.data = data
        self._keys: dict[str, str] = {}
        for key in self.data:
            self._keys.setdefault(fold(key), key)
        self.used: set[str] = set()

    def get(self, *names: str) -> Any:
        """The first value of *names* that is not empty (`None` if none is).

        A dot goes one level down (`cover.image`); where a list stands, its first item counts.
        """
        keys = self._keys
        for name in names:
            path = _path(name)
            if path[0] in keys and not is_empty(value := self._at(path)):
                self.used.add(keys[path[0]])
                return value
        return None

    def key(self, *names: str) -> str | None:
        """How the first of *names* that has a value is written in the front matter."""
        for name in names:
            path = _path(name)
            if path[0] in self._keys and not is_empty(self._at(path)):
                return self._keys[path[0]]
        return None

    def has(self, name: str) -> bool:
        """Whether *name* (of one with dots, its first part) is there, with a value or without."""
        return _path(name)[0] in self._keys

    def text(self, *names: str) -> str | None:
        """The first of *names* that holds text, in one line."""
        keys = self._keys
        for name in names:
            path = _path(name)
            if path[0] in keys and not is_empty(value := self._at(path)) and (said := text(value)):
                self.used.add(keys[path[0]])
                return said
        return None

    def truth(self, *names: str) -> bool | None:
        """The first of *names* that is true or false; `None` if none is."""
        for name in names:
            path = _path(name)
            if path[0] in self._keys and (said := truth(self._at(path))) is not None:
                self.used.add(self._keys[path[0]])
                return said
        return None

    def rest(self) -> Iterator[tuple[str, Any]]:
        """The keys that nobody asked for, with their values."""
        for key, value in self.data.items():
            if key not in self.used:
                yield key, value

    def _at(self, path: tuple[str, ...]) -> Any:
        """The value at *path*, whose first part is there."""
        value = self.data[self._keys[path[0]]]
        for part in path[1:]:
            if isinstance(value, list):
                value = value[0] if value else None
            if not isinstance(value, dict):
                return None
            value = next((item for key, item in value.items() if fold(str(key)) == part), None)
        return value


@functools.lru_cache(maxsize=2_000)
def fold(name: str) -> str:
    """*name* without case, hyphens and underscores."""
    return name.replace("_", "").replace("-", "").replace(" ", "").lower()


@functools.lru_cache(maxsize=2_000)
def _path(name: str) -> tuple[str, ...]:
    """The folded parts of a name with dots."""
    return tuple(fold(part) for part in name.split("."))


def is_empty(value: Any) -> bool:
    """Whether *value* stands for "nothing"."""
    if isinstance(value, str):
        return not value.strip() or value.strip().lower() == "false"
    return value is None or value is False or (isinstance(value, (list, dict)) and not value)


def text(value: Any) -> str | None:
    """*value* as text in one line; `None` for lists and mappings, and for what is empty."""
    if isinstance(value, str):
        return one_line(value) or None
    if isinstance(value, (bool, int, float)):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return None


def texts(value: Any) -> list[str]:
    """*value*, one or several, as texts."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return [said for item in items if (said := text(item))]


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """*names* without those that are there already, perhaps in other case (`News`, `news`)."""
    found: dict[str, str] = {}
    for name in names:
        if name:
            found.setdefault(name.casefold(), name)
    return tuple(found.values())


def one_line(value: str) -> str:
    """*value* with single blanks and none at its ends."""
    return _BLANKS.sub(" ", value).strip()


def truth(value: Any) -> bool | None:
    """Whether *value* says yes or no; `None` if it says neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        said = value.strip().lower()
        return True if said in _TRUE else False if said in _FALSE else None
    return None
