"""YAML as authors of posts mean it: scalars stay the text they are written as.

PyYAML reads `no` as False, `12:30` as 750 and `1.10` as 1.1; a title or a date must survive
all of that, so the parser's events are turned into text, lists and mappings here, and whoever
wants a truth value or a number asks for one. Working on events also means that nesting,
repeated keys and aliases are judged before anything is built from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

__all__ = ["BadYaml", "Mapped", "load", "mapping"]

MAX_DEPTH = 50
MAX_VALUES = 20_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_MERGE = "<<"


class BadYaml(ValueError):
    """Why the text is not taken, with *line* and *column* from 1, and what to do about it."""

    def __init__(self, message: str, line: int, column: int, hint: str | None = None) -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.hint = message, line, column, hint


@dataclass(slots=True)
class Mapped:
    """The document's top mapping, and where (line, column, from 1) each of its keys stands."""

    data: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been met. *size* counts the values inside it."""

    value: Any
    anchor: str | None
    size: int = 1
    key: str | None = None
    merged: dict[str, Any] | None = None
    places: dict[str, tuple[int, int]] | None = None


def mapping(text: str) -> Mapped:
    """*text*'s top mapping; an empty document is an empty mapping. Raises `BadYaml`."""
    value, places = _build(text)
    if value is None or value == "":
        return Mapped()
    if not isinstance(value, dict):
        what = "a list" if isinstance(value, list) else "text"
        raise BadYaml(
            f"is {what}, where keys with values are expected", 1, 1, "Write it as  key: value."
        )
    return Mapped(value, places)


def load(text: str, max_values: int = MAX_VALUES) -> Any:
    """The first document of *text*: text, `None`, lists and dicts. Raises `BadYaml`."""
    return _build(text, max_values)[0]


def _build(text: str, max_values: int = MAX_VALUES) -> tuple[Any, dict[str, tuple[int, int]]]:
    try:
        return _Builder(max_values).run(text)
    except yaml.MarkedYAMLError as error:
        raise _bad(error, text) from error
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        line = before.count("\n") + 1
        raise BadYaml("holds a character that YAML does not allow", line, 1) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, BadYaml):
            raise
        raise BadYaml(f"is not YAML: {error}".splitlines()[0], 1, 1) from error


class _Builder:
    """One pass over the events; a stack in place of recursion, so depth costs nothing."""

    def __init__(self, max_values: int) -> None:
        self.max_values = max_values
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.total = 0
        self.root: Any = None
        self.places: dict[str, tuple[int, int]] = {}

    def run(self, text: str) -> tuple[Any, dict[str, tuple[int, int]]]:
        next_event = _Loader(text).get_event  # as yaml.parse does, at half its price
        while True:
            event: Any = next_event()  # which kind it is, is asked here and nowhere else
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._start(event, {} if kind is yaml.MappingStartEvent else [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentEndEvent or kind is yaml.StreamEndEvent:
                break  # what follows is another document, or a body
        return self.root, self.places

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        value: str | None = event.value
        holder = self.stack[-1] if self.stack else None
        is_key = holder is not None and holder.key is None and type(holder.value) is dict
        if value in _NULLS and not is_key and not event.style and not event.tag:
            value = None
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        if holder is None or self.total >= self.max_values:
            self._put(value, 1, event)
            return
        self.total += 1  # from here on as _put does, which is half of the whole time
        holder.size += 1
        if is_key:
            self._key(holder, str(value), event)
        elif holder.key is None:
            holder.value.append(value)
        else:
            self._value(holder, holder.key, value)
            holder.key = None

    def _start(self, event: Any, value: Any) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise _at(event, f"is nested more than {MAX_DEPTH} deep")
        if self._wants_key():
            raise _at(event, "has a list or a mapping as a key", "A key is plain text.")
        places = self.places if not self.stack and isinstance(value, dict) else None
        self.stack.append(_Open(value, event.anchor, places=places))

    def _end(self, event: Any) -> None:
        done = self.stack.pop()
        if done.merged:
            done.value = {**done.merged, **done.value}
        if done.anchor:
            self.anchors[done.anchor] = (done.value, done.size)
        self._put(done.value, done.size, event, counted=True)

    def _alias(self, event: yaml.AliasEvent) -> None:
        if event.anchor not in self.anchors:
            raise _at(
                event,
                f"uses *{event.anchor}, which is not defined before it",
                "A value that begins with * needs quotes.",
            )
        self._put(*self.anchors[event.anchor], event)

    def _wants_key(self) -> bool:
        return (
            bool(self.stack)
            and isinstance(self.stack[-1].value, dict)
            and (self.stack[-1].key is None)
        )

    def _put(self, value: Any, size: int, event: Any, *, counted: bool = False) -> None:
        """Give a finished value to what holds it. An alias costs as much as what it stands for."""
        if not counted:
            self.total += size
        if self.total > self.max_values:
            raise _at(event, f"holds more than {self.max_values:,} values, aliases written out")
        if not self.stack:
            self.root = value
            return
        holder = self.stack[-1]
        holder.size += size
        if isinstance(holder.value, list):
            holder.value.append(value)
        elif holder.key is None:
            self._key(holder, str(value), event)
        else:
            self._value(holder, holder.key, value)
            holder.key = None

    @staticmethod
    def _key(holder: _Open, key: str, event: Any) -> None:
        if key in holder.value:
            first = holder.places.get(key) if holder.places else None
            also = f" (first in line {first[0]})" if first else ""
            raise _at(event, f"{key!r} stands here a second time{also}", "Keep one of the two.")
        holder.key = key
        if holder.places is not None:
            holder.places[key] = (event.start_mark.line + 1, event.start_mark.column + 1)

    @staticmethod
    def _value(holder: _Open, key: str, value: Any) -> None:
        if key != _MERGE:
            holder.value[key] = value
            return
        sources = value if isinstance(value, list) else [value]
        for source in reversed([item for item in sources if isinstance(item, dict)]):
            holder.merged = {**(holder.merged or {}), **source}


def _at(event: Any, message: str, hint: str | None = None) -> BadYaml:
    return BadYaml(message, event.start_mark.line + 1, event.start_mark.column + 1, hint)


_WRITE_KEY = "Write it as  key: value, with a blank after the colon."
_QUOTES = "Put a text that has ': ', quotes or brackets in it in quotes."


def _bad(error: yaml.MarkedYAMLError, text: str) -> BadYaml:  # noqa: PLR0911  (one a mistake)
    """The parser's complaint in a person's words, at the place where the mistake was made."""
    problem, mark = error.problem or "not understood", error.problem_mark or error.context_mark
    start = error.context_mark or mark
    if mark is None or start is None:
        return BadYaml(f"is not YAML: {problem}", 1, 1)
    line, column = mark.line + 1, mark.column + 1
    lines = ["", *text.splitlines(), ""]
    shown = lines[min(line, len(lines) - 1)]
    if "mapping values are not allowed" in problem:
        before = lines[line - 1]
        if shown.count(": ") > 1 or not before.strip():
            return BadYaml("a second ': ' in one value", line, column, _QUOTES)
        if len(shown) - len(shown.lstrip()) > len(before) - len(before.lstrip()):
            message = "is indented, but the line before already has a value"
            return BadYaml(message, line, 1, "Indent it like the line before.")
        return BadYaml("a key without ': '", line - 1, 1, _WRITE_KEY)
    if "could not find expected ':'" in problem:
        return BadYaml("a key without ': '", start.line + 1, 1, _WRITE_KEY)
    if "cannot start any token" in problem:
        begin = shown[column - 1 : column]
        if begin == "\t":
            return BadYaml("a tab stands in the indentation", line, column, "Indent with spaces.")
        return BadYaml(f"a value cannot begin with {begin}", line, column, "Put it in quotes.")
    if "unexpected end of stream" in problem or "expected ',' or" in problem:
        message = "a quote or bracket that is opened here is never closed"
        return BadYaml(message, start.line + 1, start.column + 1)
    return BadYaml(f"is not YAML: {problem}", line, column, _hint(problem))


def _hint(problem: str) -> str | None:
    if "anchor" in problem or "alias" in problem:
        return "A value that begins with & or * needs quotes."
    if "expected key" in problem or "expected <block end>" in problem:
        return f"{_QUOTES} Then look at the indentation."
    if "escape" in problem:
        return "In double quotes a backslash is written twice; or use single quotes."
    return None
