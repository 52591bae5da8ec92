"""What is planned, as CSV for a spreadsheet and as iCalendar for a calendar; and CSV back in.

post,to,at,text
otters-return,mastodon:main,2026-12-01 09:00 Europe/Berlin,
flood,bluesky,tomorrow 9am,"Own words, instead of the post's."

An `id` as first column, which is written, names the delivery that a line is about.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sharekit.errors import Problem
from sharekit.model import Delivery, digest_of

__all__ = ["Line", "at_of", "from_csv", "plain", "to_csv", "to_ical"]

COLUMNS = ("post", "to", "at", "text")
NEEDED = ("post", "to")
ID = "id"
SHOWN = ("state", "url", "error")
"""Columns that are written; read, they change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a CSV: *post* for the account *to*; without *at* a draft.

    *text* is instead of the post's own words. *id* and *state* are those of the delivery that
    was written there. *line* is where it stands in the file.
    """

    line: int
    post: str
    to: str
    id: str | None = None
    at: str | None = None
    text: str | None = None
    state: str | None = None


def to_csv(deliveries: Iterable[Delivery]) -> str:
    """*deliveries* as CSV, with a header. What `from_csv` reads is the same plan."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow((ID, *COLUMNS, "state", "url", "error"))
    for item in deliveries:
        message = item.message
        to = f"{message.channel}:{message.account}"
        url = item.receipt.url if item.receipt else message.url
        row = (item.id, message.post_id, to, at_of(item), message.text, item.state, url, item.error)
        writer.writerow([_harmless(cell or "") for cell in row])
    return out.getvalue()


def at_of(item: Delivery) -> str:
    """The time of *item* as it stands in a CSV: `2026-12-01 09:00 Europe/Berlin`, or nothing."""
    return f"{item.wall.replace('T', ' ')[:16]} {item.zone}" if item.wall else ""


def plain(text: str) -> str:
    """*text* as it comes back from a file that a spreadsheet has written."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


# A spreadsheet would run these as a formula (OWASP, "CSV Injection").
_FORMULA = re.compile(r"[=+\-@\t\r]")


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell[1:]) else cell


def from_csv(path: Path) -> tuple[Sequence[Line], Sequence[Problem]]:
    """The plan in *path*, and every problem that its form has, each with file and line.

    Comma, semicolon or tab; UTF-8. Whether posts, accounts and times are right is for those
    who know them.
    """

    def wrong(line: int, message: str, hint: str | None = None) -> Problem:
        return Problem(code="csv", message=message, where=f"{path}:{line}", hint=hint)

    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return (), (wrong(1, f"cannot be read: {error.strerror}"),)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return (), (wrong(line, "is not UTF-8", "Save it as CSV UTF-8."),)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    if missing := [name for name in NEEDED if name not in names]:
        hint = f"The first line names the columns: {', '.join(COLUMNS)}."
        return (), (wrong(1, f"has no column {missing[0]!r}", hint),)
    problems = [
        wrong(1, f"the column {name!r} means nothing", f"Columns are {', '.join(COLUMNS)}.")
        for name in names
        if name not in (ID, *COLUMNS, *SHOWN)
    ]
    lines = []
    try:
        for row in reader:
            found = _line(row, reader.line_num)
            if isinstance(found, tuple):
                problems.append(wrong(reader.line_num, *found))
            elif found:
                lines.append(found)
    except csv.Error as error:
        problems.append(wrong(reader.line_num, f"is not CSV: {error}", "Save it as CSV UTF-8."))
    return lines, problems


def _line(row: dict[Any, Any], number: int) -> Line | tuple[str, str] | None:
    """The line, or what is wrong with it and the next step; `None` for an empty one."""
    more = row.pop(None, None)  # where csv puts what is beyond the last column
    cells = {name: plain(_plain(cell or "")) for name, cell in row.items()}
    if more:
        return "has more cells than there are columns", 'Put a text with commas in it into "...".'
    if not any(cells.values()):
        return None
    for name in NEEDED:
        if not cells[name]:
            return f"says nothing under {name!r}", f"Each line needs {' and '.join(NEEDED)}."
    return Line(
        line=number,
        post=cells["post"],
        to=cells["to"],
        id=cells.get("id") or None,
        at=cells.get("at") or None,
        text=cells.get("text") or None,
        state=cells.get("state") or None,
    )


_STATUS = {"draft": "TENTATIVE", "held": "TENTATIVE", "cancelled": "CANCELLED"}


def to_ical(deliveries: Iterable[Delivery], name: str = "") -> str:
    """*deliveries* that have a time as an iCalendar stream (RFC 5545)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//sharekit//queue//EN"]
    lines.append(f"X-WR-CALNAME:{_escaped(name or 'sharekit')}")
    for item in deliveries:
        if item.due is None:
            continue
        message = item.message
        title = message.title or message.text.partition("\n")[0][:80]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_uid(item)}@sharekit",
            f"DTSTAMP:{_stamp(message.created)}",
            f"DTSTART:{_stamp(item.due)}",
            "DURATION:PT5M",
            f"SEQUENCE:{item.rev - 1}",
            f"STATUS:{_STATUS.get(item.state, 'CONFIRMED')}",
            f"SUMMARY:{_escaped(f'{message.channel}:{message.account} · {title}')}",
            f"DESCRIPTION:{_escaped(message.text)}",
            *([f"URL:{message.url}"] if message.url and message.url.isprintable() else []),
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def _uid(item: Delivery) -> str:
    """The same however the delivery is edited, and another for another site's."""
    message = item.message
    return digest_of([item.id, message.post_id, message.channel, message.account], 32)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """Section 3.3.11; control characters may not stand in it at all."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n")):
        text = text.replace(plain, written)
    text = text.replace("\n", "\\n").replace("\r", "\\n")
    return "".join(c for c in text if c >= " " and c != "\x7f")


def _folded(line: str) -> str:
    """Section 3.1: no line longer than 75 octets, and none broken within a character."""
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode("utf-8", "replace"))
        if size + width > 75:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + character, size + width
    return "\r\n".join((*pieces, piece))
