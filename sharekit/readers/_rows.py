"""The rows of a table, each with where it stands: of CSV, JSON, JSON Lines or YAML."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sharekit.errors import ReadError
from sharekit.readers import _input

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["rows"]

_MAX_CELL = 2_000_000
_MAX_YAML = 500_000  # values
_DELIMITERS = (",", ";", "\t", "|")
_LISTS = ("posts", "items", "data", "entries", "results", "articles", "rows", "value")
_SEP = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # what Excel writes above the header

Row = tuple[str, Mapping[str, Any]]


def rows(
    found: _input.Input, *, items: str | None, delimiter: str | None, web: Session
) -> Iterator[Row]:
    """The rows of *found* with `file:line`, or `file[number]` where there are no lines.

    *items* is where the list stands in JSON or YAML. Rows that are none are reported to *web*.
    Raises `ReadError` when it is no table.
    """
    text = _input.decode(found.data).strip("\ufeff \t\n")
    suffix = found.name.partition("?")[0].rpartition(".")[2].lower()
    if not text:
        raise ReadError("is empty", where=found.name, code="table-empty")
    if suffix in ("jsonl", "ndjson") or (text[0] == "{" and _is_lines(text)):
        yield from _json_lines(text, found.name, web)
    elif text[0] in "[{" and suffix not in ("csv", "tsv", "yaml", "yml"):
        yield from _listed(_input.json_of(found), items, found.name, web)
    elif suffix in ("yaml", "yml") or (
        text.startswith(("- ", "---\n- ")) and suffix not in ("csv", "tsv")
    ):
        yield from _listed(_yaml(text, found.name), items, found.name, web)
    else:
        yield from _csv(_input.decode(found.data).lstrip("\ufeff"), delimiter, found.name, web)


def _csv(text: str, delimiter: str | None, name: str, web: Session) -> Iterator[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), _MAX_CELL))
    skipped = 0
    if found := _SEP.match(text):
        delimiter, text, skipped = delimiter or found[1], text[found.end() :], 1
    reader = csv.reader(io.StringIO(text), delimiter=delimiter or _delimiter(text), strict=True)
    header: list[str] | None = None
    while True:
        where = f"{name}:{reader.line_num + 1 + skipped}"  # a row may go over several lines
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            hint = "A quote in a cell is doubled, and a cell with one stands in quotes."
            raise ReadError(f"is no CSV: {error}", where=where, hint=hint, code="csv") from error
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = [cell.strip() for cell in cells]
            _check_header(header, where)
            continue
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            message = f"{len(cells)} cells in a table of {len(header)} columns"
            hint = "A cell with the delimiter in it stands in quotes."
            web.report(ReadError(message, where=where, hint=hint, code="csv-cells"))
            continue
        yield where, dict(zip(header, cells, strict=False))


def _check_header(header: list[str], where: str) -> None:
    seen: set[str] = set()
    for column in header:
        if column and column in seen:
            raise ReadError(f"two columns are called {column!r}", where=where, code="csv-header")
        seen.add(column)


def _delimiter(text: str) -> str:
    """The mark that gives most columns, the same number in each of the first rows."""
    head = text[:20_000].splitlines()[:20]

    def score(mark: str) -> tuple[bool, int]:
        try:
            counts = [len(row) for row in csv.reader(head, delimiter=mark) if row]
        except csv.Error:
            return False, 0
        columns = counts[0] if counts else 0
        return columns > 1 and all(count <= columns for count in counts), columns

    return max(_DELIMITERS, key=score)


def _is_lines(text: str) -> bool:
    """Whether each of the first lines is a JSON object by itself."""
    lines = [line for line in text.split("\n", 3)[:2] if line.strip()]
    try:
        return len(lines) > 1 and all(isinstance(json.loads(line), dict) for line in lines)
    except (ValueError, RecursionError):
        return False


def _json_lines(text: str, name: str, web: Session) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{name}:{number}"
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            message = f"is not JSON: {getattr(error, 'msg', 'nested too deeply')}"
            web.report(ReadError(message, where=where, code="json"))
            continue
        if isinstance(row, dict):
            yield where, row
        else:
            web.report(ReadError("is no object with fields", where=where, code="table-row"))


def _yaml(text: str, name: str) -> Any:
    from sharekit.readers import _yaml_text

    try:
        return _yaml_text.load(text, _MAX_YAML)
    except _yaml_text.BadYaml as error:
        where = f"{name}:{error.line}:{error.column}"
        raise ReadError(error.message, where=where, hint=error.hint, code="yaml") from error


def _listed(data: Any, items: str | None, name: str, web: Session) -> Iterator[Row]:
    """The rows of a list, wherever it stands in *data*."""
    found = data
    for part in items.split(".") if items else ():
        found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, Mapping):
        found = next((found[key] for key in _LISTS if isinstance(found.get(key), list)), [found])
    if not isinstance(found, list):
        what = f"there is no list at {items!r}" if items else "holds no list of posts"
        raise ReadError(
            what, where=name, code="table-list", hint="Say where it is: items: data.posts."
        )
    for number, row in enumerate(found, 1):
        where = f"{name}[{number}]"
        if isinstance(row, Mapping):
            yield where, row
        else:
            web.report(ReadError("is no object with fields", where=where, code="table-row"))
