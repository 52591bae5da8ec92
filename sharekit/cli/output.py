"""What a command says: one JSON document, JSON lines, annotations, or words for a person.

Data goes to stdout, everything else to stderr, so that `sharekit ... | jq` works.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import click

from sharekit.errors import Problem
from sharekit.text.slug import several

__all__ = ["Output", "several", "table"]

SCHEMA = 1
LONG = 1000
"""Items from which on a list is printed closely."""
CLOSE = 100
"""Items that then stand on a line: the encoder is slow to start, not to go on."""
_STEERING = re.compile(r"\x1b(?!\[[0-9;]*m)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]")
"""Control characters, save line ends, tabs and the sequences of colours."""
_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


class Output:
    """How this run prints. *format* is human, json, jsonl, github or sarif."""

    def __init__(self, format_: str, *, quiet: bool, progress: bool, colour: bool | None) -> None:
        self.format = format_
        self.quiet = quiet
        self.colour = colour
        self._progress = progress and not quiet and sys.stderr.isatty()

    @property
    def human(self) -> bool:
        """Whether a person reads stdout."""
        return self.format in ("human", "github")

    def answer(
        self,
        data: Any,
        problems: Sequence[Problem] = (),
        *,
        show: Callable[[], object] | None = None,
        ok: bool | None = None,
        remarks: Sequence[str] | None = None,
    ) -> None:
        """Print *data* and *problems*; *show* prints the data for a person.

        *ok* defaults to "no problem is an error". *remarks* are what a verb that changes something
        says beside its data: notes for a person, a list of their own in the one document.
        """
        good = all(p.severity != "error" for p in problems) if ok is None else ok
        if self.format == "json":
            document = {"schema": SCHEMA, "ok": good, "data": data, "problems": problems}
            self._document(document if remarks is None else {**document, "remarks": remarks})
        elif self.format == "jsonl":
            for item in data if isinstance(data, (list, tuple)) else [data]:
                self._json(item, indent=None)
            self.problems(problems)
        elif self.format == "sarif":
            self._json(_sarif(problems))
        else:
            if show:
                show()
            self.problems(problems)

    def line(self, text: str = "") -> None:
        """A line of data for a person."""
        click.echo(_shown(text), color=self.colour)

    def lines(self, texts: Iterable[str]) -> None:
        """Lines of data for a person."""
        for text in texts:
            self.line(text)

    def note(self, text: str) -> None:
        """A remark beside the data, on stderr; silent with --quiet."""
        if not self.quiet:
            click.echo(_shown(text), err=True, color=self.colour)

    def problems(self, problems: Iterable[Problem]) -> None:
        """Each problem on stderr, or as an annotation of GitHub's."""
        for problem in problems:
            if self.format == "github":
                click.echo(_annotation(problem))
            elif problem.severity == "error" or not self.quiet:
                colour = _COLOURS[problem.severity]
                label = click.style(f"{problem.severity}: ", fg=colour, bold=True)
                click.echo(_shown(f"{label}{problem}"), err=True, color=self.colour)

    def progress(self, items: Iterable[Any], *, length: int, label: str) -> Iterator[Any]:
        """*items* with a bar on stderr, when that is a terminal."""
        if not self._progress:
            yield from items
            return
        with click.progressbar(
            items, length=length, label=label, file=sys.stderr, show_pos=True
        ) as bar:
            yield from bar

    def _document(self, value: dict[str, Any]) -> None:
        """The one document; long lists closely, `CLOSE` items a line: a tenth of the time."""
        data = value["data"]
        if not isinstance(data, (list, tuple)) or len(data) < LONG:
            self._json(value)
            return
        head, tail = _dumped({**value, "data": []}, None).split("[]", 1)
        lines = (data[i : i + CLOSE] for i in range(0, len(data), CLOSE))
        items = ",\n".join(_dumped(line, None)[1:-1] for line in lines)
        click.echo(f"{head}[\n{items}\n]{tail}", color=False)

    def _json(self, value: Any, *, indent: int | None = 2) -> None:
        click.echo(_dumped(value, indent), color=False)


def _shown(text: str) -> str:
    """*text* without what would steer the terminal, colours aside: a post may hold anything."""
    return _STEERING.sub("\ufffd", text)


def _dumped(value: Any, indent: int | None) -> str:
    import json

    return json.dumps(value, default=_plain, ensure_ascii=False, indent=indent)


def _plain(value: Any) -> Any:
    """What JSON has no type for; times first, which long lists are full of."""
    from sharekit.model import as_data

    return value.isoformat() if isinstance(value, datetime) else as_data(value)


def table(rows: Sequence[Sequence[str]], *, head: Sequence[str] = ()) -> list[str]:
    """*rows* as aligned lines; the last column is as long as it wants to be."""
    if not rows:
        return []
    every = [list(head), *map(list, rows)] if head else [list(row) for row in rows]
    widths = [max(_width(row[i]) for row in every) for i in range(len(every[0]) - 1)]
    lines = []
    for row in every:
        cells = [
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)
        ]
        lines.append("  ".join([*cells, row[-1]]).rstrip())
    return lines


def _width(cell: str) -> int:
    """The columns that *cell* takes: colours take none, East Asian characters two."""
    from unicodedata import combining, east_asian_width

    seen = click.unstyle(cell)
    return sum(1 + (east_asian_width(c) in "WF") for c in seen if not combining(c))


def _annotation(problem: Problem) -> str:
    """A workflow command of GitHub Actions.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    level = {"error": "error", "warning": "warning", "info": "notice"}[problem.severity]
    place = ""
    file, line, column = _split(problem.where)
    if file and line:
        place = f" file={_escaped(file, prop=True)},line={line},col={column or 1}"
    text = problem.message + (f" {problem.hint}" if problem.hint else "")
    return f"::{level}{place}::{_escaped(text)}"


def _escaped(text: str, *, prop: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if prop else text


def _split(where: str | None) -> tuple[str, int | None, int | None]:
    parts = (where or "").split(":")
    if "://" in (where or ""):
        return where or "", None, None
    if len(parts) >= 3 and parts[-1].isdigit() and parts[-2].isdigit():
        return ":".join(parts[:-2]), int(parts[-2]), int(parts[-1])
    if len(parts) >= 2 and parts[-1].isdigit():
        return ":".join(parts[:-1]), int(parts[-1]), None
    return where or "", None, None


def _sarif(problems: Iterable[Problem]) -> dict[str, Any]:
    """The problems as SARIF 2.1.0.

    https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    """
    level = {"error": "error", "warning": "warning", "info": "note"}
    results = []
    for problem in problems:
        file, line, column = _split(problem.where)
        region = {"startLine": line or 1, "startColumn": column or 1}
        location = {"physicalLocation": {"artifactLocation": {"uri": file}, "region": region}}
        results.append(
            {
                "ruleId": problem.code,
                "level": level[problem.severity],
                "message": {"text": problem.message},
                "locations": [location] if file else [],
            }
        )
    driver = {"name": "sharekit", "rules": [{"id": c} for c in sorted({p.code for p in problems})]}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
