"""YAML that remembers where each value stood.

For the files that people write by hand (config.yaml, layouts, supplements): every finding can
be shown as `file:line:column` with the line, a caret and, for a mistyped key, a suggestion.

Plain scalars are read by YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema),
so `no`, `12:30` and `2018-03-08` stay text. Repeated keys, unknown tags, endless nesting and
alias bombs are refused, and traps that people fall into get their own words.
"""

from __future__ import annotations

import difflib
import re
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from sharekit.errors import ConfigError, Problem, UserError

__all__ = ["Marked", "Path", "core_schema", "parse", "read"]

Path = tuple[str | int, ...]
"""Keys and indexes from the top of a file down to one of its values."""
Place = tuple[int, int]

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 50_000
MAX_OPENED = 2_000

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BRACKET = re.compile(r"[\[\]{}]")
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_COLOUR_COMMENT = re.compile(r":\s+(#[0-9a-fA-F]{3,8})\b")
_COLOUR_IN_BRACES = re.compile(r"[^\"'#]*[{\[][^\"'#]*[:,][ ]+(#[0-9A-Fa-f]{3,8})\b")
_STANDARD_TAGS = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Marked:
    """*data* as plain Python values, with the place (line and column from 1) of each."""

    data: Any
    name: str
    text: str
    places: Mapping[Path, Place] = field(repr=False)
    keys: Mapping[Path, Place] = field(repr=False)

    def where(self, path: Sequence[str | int] = (), *, key: bool = False) -> str:
        """`file:line:column` of the value at *path* (*key*: of its key), else of what holds it."""
        line, column = self._place(tuple(path), key=key)
        return f"{self.name}:{line}:{column}"

    def problem(
        self,
        path: Sequence[str | int],
        message: str,
        *,
        code: str,
        hint: str | None = None,
        key: bool = False,
    ) -> Problem:
        """A problem at *path*, with the line concerned and a caret."""
        line, column = self._place(tuple(path), key=key)
        return _problem(self.text, self.name, line, column, message, code=code, hint=hint)

    def _place(self, path: Path, *, key: bool) -> Place:
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))


def read(
    path: typing.Any,
    *,
    tags: Mapping[str, Callable[[str], Any]] | None = None,
    error: type[UserError] = ConfigError,
    code: str = "yaml",
    findings: list[Problem] | None = None,
) -> Marked:
    """The file at *path*, parsed as by `parse`.

    Raises *error* also when it cannot be read or is not UTF-8.
    """
    name = str(path)
    try:
        with open(path, "rb") as file:  # noqa: PTH123  (a path or a string)
            raw = file.read(MAX_BYTES + 1)
    except OSError as problem:
        raise error(f"cannot be read: {problem.strerror}", where=name, code=code) from problem
    if len(raw) > MAX_BYTES:
        raise error("is larger than 1 MB", where=name, code=code)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        hint = "Save the file as UTF-8."
        raise error("is not UTF-8", where=f"{name}:{line}", hint=hint, code=code) from problem
    return parse(text, name, tags=tags, error=error, code=code, findings=findings)


def parse(
    text: str,
    name: str,
    *,
    tags: Mapping[str, Callable[[str], Any]] | None = None,
    error: type[UserError] = ConfigError,
    code: str = "yaml",
    findings: list[Problem] | None = None,
) -> Marked:
    """*text* as a `Marked`; *name* is what the file is called in messages.

    *tags* maps a local tag (`!env`) to what makes its scalar a value.
    Raises *error* with every finding of the YAML itself. Those that leave data to go on with,
    such as a key that stands twice, go to *findings* instead, where that is given.
    """
    if _opened(text) > MAX_OPENED:
        raise error("is nested too deeply", where=name, code=f"{code}-size")
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as problem:
        raise error("", problems=[_syntax(problem, text, name, code)]) from problem
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        message = f"is not YAML: {problem}".splitlines()[0]
        raise error(message, where=name, code=code) from problem
    builder = _Builder(text, name, tags or {}, code)
    data = builder.build(node) if node else None
    if builder.problems and findings is None:
        raise error("", problems=builder.problems)
    if findings is not None:
        findings += builder.problems
    return Marked(data, name, text, builder.places, builder.keys)


def _opened(text: str) -> int:
    """How many brackets are open at once at most, those in texts and comments counted too.

    The parser takes the square of their number in time: seconds for twenty thousand.
    """
    most = level = 0
    for bracket in _BRACKET.findall(text):
        level += 1 if bracket in "[{" else -1
        most = max(most, level)
    return most


class _Builder:
    """Nodes to plain values, once, noting places and findings on the way."""

    def __init__(
        self, text: str, name: str, tags: Mapping[str, Callable[[str], Any]], code: str
    ) -> None:
        self.text, self.name, self.tags, self.code = text, name, tags, code
        self.lines = text.splitlines()
        self.places: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def build(self, node: yaml.Node, path: Path = ()) -> Any:
        self.nodes += 1
        if len(path) > MAX_DEPTH or self.nodes > MAX_NODES:
            if not self.problems or self.problems[-1].code != f"{self.code}-size":
                self._say(node, "is nested too deeply or holds too many values", "size")
            return None
        self.places[path] = _place(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._say(key_node, "a key must be plain text", "key")
                continue
            key = key_node.value
            here = (*path, key)
            if key in data:
                line = self.keys[here][0]
                self._say(
                    key_node, f"{key!r} stands here a second time (first in line {line})", "twice"
                )
                continue
            self.keys[here] = _place(key_node)
            self._comment_trap(key_node, value_node)
            data[key] = self.build(value_node, here)
        return data

    def _scalar(self, node: yaml.Node) -> Any:
        value = str(node.value)
        if node.tag in self.tags:
            return self.tags[node.tag](value)
        if not node.tag.startswith(_STANDARD_TAGS):
            near = difflib.get_close_matches(node.tag, self.tags, n=1)
            hint = f"Did you mean {near[0]}?" if near else None
            self._say(node, f"unknown tag {node.tag}", "tag", hint)
            return None
        quoted = getattr(node, "style", None)
        return value if quoted else core_schema(value)

    def _comment_trap(self, key: yaml.Node, value: yaml.Node) -> None:
        """`accent: #0b5d8a` is an empty value and a comment."""
        if value.value != "" or getattr(value, "style", None):
            return
        line = self.lines[key.start_mark.line] if key.start_mark.line < len(self.lines) else ""
        if found := _COLOUR_COMMENT.match(line, key.end_mark.column):
            message = f"{key.value!r} is empty: # starts a comment"
            hint = f'Put the colour in quotes: {key.value}: "{found[1]}"'
            place = (key.start_mark.line + 1, found.start(1) + 1)
            self.problems.append(
                _problem(
                    self.text, self.name, *place, message, code=f"{self.code}-comment", hint=hint
                )
            )

    def _say(self, node: yaml.Node, message: str, code: str, hint: str | None = None) -> None:
        self.problems.append(
            _problem(
                self.text, self.name, *_place(node), message, code=f"{self.code}-{code}", hint=hint
            )
        )


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def core_schema(value: str) -> Any:
    """What a plain scalar means by YAML 1.2's core schema."""
    if value in _NULLS:
        return None
    if value in _BOOLS:
        return _BOOLS[value]
    if len(value) <= 40 and _INT.fullmatch(value):
        return int(value, 0) if value[:2] in ("0x", "0o") else int(value)
    if len(value) <= 40 and _FLOAT.fullmatch(value):
        return float(value)
    return value


def _syntax(error: yaml.MarkedYAMLError, text: str, name: str, code: str) -> Problem:
    """The parser's complaint in a person's words."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    lines = text.splitlines()
    shown = lines[line - 1] if line <= len(lines) else ""
    problem = error.problem or "not understood"
    message, hint = f"is not YAML: {problem}", None
    if "\t" in shown[: max(column, 1)]:
        column = shown.index("\t") + 1
        message, hint = "a tab stands in the indentation", "Indent with spaces."
    elif "mapping values are not allowed" in problem:
        message = "a second ': ' in one value"
        hint = "Put a text that has ': ' in it in quotes."
    elif "could not find expected ':'" in problem:
        message, hint = "a key without ':'", "Write it as  key: value."
    elif "cannot start any token" in problem and shown[column - 1 : column] in "@`%":
        message = f"a value cannot begin with {shown[column - 1]}"
        hint = "Put it in quotes."
    elif "anchor" in problem or "alias" in problem:
        hint = "A value that begins with & or * needs quotes."
    elif found := _comment_in_braces(lines[:line]):
        line, column, colour = found
        message = "# starts a comment here, so the brace is never closed"
        hint = f'Put the colour in quotes: "{colour}"'
    return _problem(text, name, line, column, message, code=f"{code}-syntax", hint=hint)


def _comment_in_braces(lines: Sequence[str]) -> tuple[int, int, str] | None:
    """Where `{accent: #0b5d8a}` loses its brace to a comment: line, column and the colour."""
    for number, text in enumerate(lines, 1):
        if found := _COLOUR_IN_BRACES.match(text):
            return number, found.start(1) + 1, found[1]
    return None


def _problem(
    text: str, name: str, line: int, column: int, message: str, *, code: str, hint: str | None
) -> Problem:
    lines = text.splitlines()
    snippet = None
    if 0 < line <= len(lines):
        shown = lines[line - 1].replace("\t", " ")[:160]
        number = f"{line:>5} | "
        snippet = f"{number}{shown}\n{' ' * (len(number) + min(column, 160) - 1)}^"
    return Problem(
        code=code, message=message, where=f"{name}:{line}:{column}", hint=hint, snippet=snippet
    )
