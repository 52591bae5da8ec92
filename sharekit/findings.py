"""What pydantic finds wrong in a file that people write by hand, in words and with places.

The file is a `sharekit.marked.Marked`, so that each finding names its line and column, and, for
a mistyped key, what was probably meant.
"""

from __future__ import annotations

import difflib
import re
import types
import typing
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sharekit.errors import Problem
from sharekit.marked import Marked, Path, core_schema

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

__all__ = ["problems_of"]


_KINDS = {
    "string_type": "text",
    "path_type": "a path",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "keys and values",
    "mapping_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
}
"""What a value must be, by pydantic's name of the error."""


def problems_of(
    error: ValidationError,
    marked: Marked,
    model: type[BaseModel],
    *,
    at: Sequence[str | int] = (),
    code: str,
) -> list[Problem]:
    """Pydantic's findings as problems with places; *at* is where *model*'s data stands in *marked*.

    Values are quoted from the file's own text and never from the data, so that a secret that
    came from elsewhere stays secret.
    """
    found: dict[tuple[str, str], Problem] = {}
    for item in error.errors(include_url=False, include_input=False):
        path = (*at, *_real(item["loc"], marked, tuple(at)))
        known = _known(model, path[len(at) : -1])
        about = _about(model, path[len(at) :])
        problem = _finding(item, path, marked, known, about, code=code)
        found.setdefault((str(problem.where), problem.message), problem)
    return list(found.values())


def _real(loc: Iterable[str | int], marked: Marked, at: Path) -> Path:
    """*loc* without the names pydantic puts in for union members and validators."""
    path: Path = ()
    parts = list(loc)
    for index, part in enumerate(parts):
        here = (*at, *path, part)
        if here in marked.places or here in marked.keys or index == len(parts) - 1:
            path = (*path, part)
    return path


def _finding(  # noqa: PLR0911  (a table of words would be longer)
    item: Any, path: Path, marked: Marked, known: Sequence[str], about: str | None, *, code: str
) -> Problem:
    kind, name = item["type"], path[-1] if path else ""
    written = _written(marked, path)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.6)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(known)}."
        return marked.problem(
            path, f"unknown key {name!r}", code=f"{code}-unknown-key", hint=hint, key=True
        )
    if kind == "missing":
        parent = ".".join(str(part) for part in path[:-1]) or "the file"
        return marked.problem(
            path[:-1], f"{name!r} is missing in {parent}", code=f"{code}-missing", key=True
        )
    if kind == "string_type" and written and core_schema(written) is not None:
        return marked.problem(
            path,
            f"{name!r} must be text, and {written} is not read as text",
            code=f"{code}-type",
            hint=f'Put it in quotes: {name}: "{written}"',
        )
    if kind in ("string_type", "mapping_type", "model_type", "dict_type") and not written:
        return marked.problem(path, f"{name!r} is empty", code=f"{code}-empty", key=True)
    if kind in ("bool_parsing", "bool_type"):
        return marked.problem(
            path, f"{name!r} must be true or false, not {written or 'empty'}", code=f"{code}-type"
        )
    if kind == "literal_error":
        expected = item["ctx"]["expected"]
        options = re.findall(r"'([^']*)'", expected)
        near = difflib.get_close_matches(written or "", options, n=1)
        several = "one of " if " or " in expected else ""
        return marked.problem(
            path,
            f"{name!r} must be {several}{expected}, not {written or 'empty'}",
            code=f"{code}-choice",
            hint=f"Did you mean {near[0]!r}?" if near else about,
        )
    if kind in _KINDS:
        return marked.problem(
            path, f"{name!r} must be {_KINDS[kind]}, not {written or 'empty'}", code=f"{code}-type"
        )
    message = str(item["msg"]).removeprefix("Value error, ")
    return marked.problem(path, f"{name!r}: {_small(message)}", code=f"{code}-value")


def _small(message: str) -> str:
    return message[:1].lower() + message[1:] if message[1:2].islower() else message


def _written(marked: Marked, path: Path) -> str:
    """The value as it is written in the file, when it stands in one line."""
    if path not in marked.places:
        return ""
    line, column = marked.places[path]
    lines = marked.text.splitlines()
    if line > len(lines):
        return ""
    rest = re.split(r"\s+#", lines[line - 1][column - 1 :])[0]
    follower = min(
        (at[1] for at in marked.keys.values() if at[0] == line and at[1] > column), default=None
    )
    if follower and rest[:1] not in "[{":  # in braces the next key ends the value
        rest = rest[: follower - column].rstrip().removesuffix(",")
    opened = lines[line - 1][: column - 1]
    for left, right in ("{}", "[]"):
        spare = min(rest.count(right) - rest.count(left), opened.count(left))
        while spare > 0 and rest.rstrip().endswith(right):
            rest, spare = rest.rstrip()[:-1], spare - 1
    return rest.strip()


def _known(model: Any, path: Path) -> list[str]:
    """The keys that *model* knows at *path* below it."""
    for part in path:
        model = _inside(model, part)
    fields = getattr(model, "model_fields", {})
    return sorted(info.alias or name for name, info in fields.items())


def _about(model: Any, path: Path) -> str | None:
    """What *model* says of its field at *path*."""
    for part in path[:-1]:
        model = _inside(model, part)
    fields = {info.alias or name: info for name, info in getattr(model, "model_fields", {}).items()}
    found = fields.get(str(path[-1])) if path else None
    return found.description if found else None


def _inside(model: Any, part: str | int) -> Any:
    fields = getattr(model, "model_fields", None)
    if fields is not None:
        by_alias = {info.alias or name: info for name, info in fields.items()}
        return _unwrap(by_alias[str(part)].annotation) if part in by_alias else None
    arguments = typing.get_args(model)
    return _unwrap(arguments[-1]) if arguments else None


def _unwrap(annotation: Any) -> Any:
    """The first member of a union that has something inside; other annotations as they are."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = [item for item in typing.get_args(annotation) if item is not type(None)]
        deep = [m for m in members if hasattr(m, "model_fields") or typing.get_args(m)]
        return _unwrap((deep or members)[0])
    if typing.get_origin(annotation) is typing.Annotated:
        return _unwrap(typing.get_args(annotation)[0])
    return annotation
