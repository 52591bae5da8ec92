"""Where front matter ends and the body begins, in every way that site generators write it.

`---` around YAML (Jekyll also ends it with `...`), `+++` around TOML, a JSON object, Pelican's
and Nikola's lines of metadata, reStructuredText's fields, and the `<meta>` elements of an HTML
file. A byte-order mark, CRLF, blank lines above and blanks behind a fence are nothing to refuse
a post for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from sharekit.errors import Problem, ReadError
from sharekit.readers import _yaml_text

__all__ = ["Fenced", "split"]

_FENCE = re.compile(r"(---|\+\+\+|;;;)[ \t]*(yaml|yml|toml|json|js)?[ \t]*(?:\n|\Z)")
_YAML_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_TOML_END = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
_JSON_END = re.compile(r"^(?:;;;|---)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"^[ \t]*[\w$.-]+[ \t]?:", re.MULTILINE)
_META_LINE = re.compile(r"[ ]{0,3}([A-Za-z][\w-]*)[ \t]*:[ \t]*(.*)")
_NIKOLA_LINE = re.compile(r"\.\. ([A-Za-z][\w-]*):(?!:)[ \t]?(.*)")
_RST_FIELD = re.compile(r":([A-Za-z][\w -]*):[ \t]*(.*)")
_RST_RULE = re.compile(r"([=\-`:'\"~^_*+#<>.])\1{2,}[ \t]*$")
_HTML_META = re.compile(r"<meta\s([^<>]{0,5000})>", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^<>]*>(.{0,2000}?)</title>", re.IGNORECASE | re.DOTALL)
_HTML_BODY = re.compile(r"<body[^<>]*>(.*?)(?:</body>|\Z)", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_TOML_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$| \(at end of document\)$")
# One of these makes lines "Key: value" at the top metadata rather than a first paragraph.
_TELLING = frozenset(("title", "date", "slug", "tags", "category", "author", "authors"))


class _Written(float):
    """A number that is text as it was written: the title `1.10` is not `1.1`."""

    __slots__ = ("_said",)

    _said: str

    def __new__(cls, said: str) -> Self:
        """*said* as a number."""
        number = super().__new__(cls, said.replace("_", ""))
        number._said = said
        return number

    def __str__(self) -> str:
        return self._said


@dataclass(slots=True)
class Fenced:
    """A post's text, divided. *line* is where *meta* begins, *name* the file's in messages."""

    name: str
    data: Mapping[str, Any]
    body: str
    meta: str = ""
    line: int = 1
    kind: str = ""  # yaml, toml, json, lines, rst, html, or "" for none
    markup: str = "markdown"  # of the body: markdown, rst or html
    quoted: frozenset[str] = field(default=frozenset())

    def where(self, key: str | None = None) -> str:
        """`file:line:column` of *key*, else of the front matter."""
        if key:
            pattern = rf"^[ \t]*[:.\"']*[ ]?{re.escape(key)}[\"']?[ \t]*[:=]"
            if found := re.search(pattern, self.meta, re.MULTILINE):
                before = self.meta[: found.start()]
                column = len(found[0]) - len(found[0].lstrip()) + 1
                return f"{self.name}:{self.line + before.count(chr(10))}:{column}"
        return f"{self.name}:{self.line}"

    def is_quoted(self, key: str) -> bool:
        """Whether the value of *key* is written in quotes."""
        return bool(re.search(rf"^{re.escape(key)}[ \t]*:[ \t]*[\"']", self.meta, re.MULTILINE))


def split(text: str, name: str) -> Fenced:
    """*text* divided into metadata and body. *name* also tells by its ending what to look for.

    Raises `ReadError` with `file:line:column` when the front matter is no YAML, TOML or JSON.
    """
    start = len(text) - len(text.lstrip("\ufeff \t\n"))
    head = text[start : start + 60]
    suffix = name.rpartition(".")[2].lower()
    markup = _markup(suffix)
    if (opened := _FENCE.match(head)) and (found := _fenced(text, start, opened, name)):
        found.markup = markup
        return found
    if head.startswith("{") and (parsed := _json(text, start, name)):
        parsed.markup = markup
        return parsed
    body = text[start:]
    line = text.count("\n", 0, start) + 1
    if markup == "rst":
        return _rst(body, name, line)
    if markup == "html":
        return _nikola(body, name, line, markup) or _html(body, name, line)
    return (
        _nikola(body, name, line, markup)
        or _meta_lines(body, name, line)
        or Fenced(name, {}, body, line=line)
    )


def _markup(suffix: str) -> str:
    return {"rst": "rst", "rest": "rst", "html": "html", "htm": "html"}.get(suffix, "markdown")


def _fenced(text: str, start: int, opened: re.Match[str], name: str) -> Fenced | None:
    """What stands between the fence at *start* and the next one; `None` where it is a rule."""
    fence, hint = opened[1], opened[2]
    kind = {"+++": "toml", ";;;": "json"}.get(fence) or (hint or "yaml").replace("yml", "yaml")
    meta_at = start + opened.end()
    end_pattern = {"+++": _TOML_END, ";;;": _JSON_END}.get(fence, _YAML_END)
    end = end_pattern.search(text, meta_at)
    line = text.count("\n", 0, meta_at) + 1
    meta = text[meta_at : end.start() if end else len(text)]
    if end is None:
        if kind == "yaml" and not _KEY.match(meta):
            return None  # a rule, and no front matter
        message = f"the front matter that begins with {fence} has no end"
        hint = f"Put a line {fence} below it."
        raise _error(message, f"{name}:{max(line - 1, 1)}:1", hint)
    body = text[end.end() :].removeprefix("\n")
    if kind == "yaml":
        data = _yaml(meta, name, line)
        if data is None:
            return None
    elif kind == "toml":
        data = _toml(meta, name, line)
    elif kind == "json":
        data = _json_object(meta, name, line)
    else:
        message = "front matter in JavaScript is a program; it is not run"
        raise _error(message, f"{name}:{line - 1}:1", "Write it as YAML.")
    return Fenced(name, data, body, meta, line, kind)


def _yaml(meta: str, name: str, line: int) -> Mapping[str, Any] | None:
    try:
        return _yaml_text.mapping(meta).data
    except _yaml_text.BadYaml as error:
        if not _KEY.search(meta) and error.column == error.line == 1:
            return None  # a paragraph between two rules
        where = f"{name}:{line + error.line - 1}:{error.column}"
        raise _error(error.message, where, error.hint, _snippet(meta, error.line)) from error


def _toml(meta: str, name: str, line: int) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(meta, parse_float=_Written)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        at, column = len(meta.splitlines()) or 1, 1
        if found := _TOML_PLACE.search(message):
            message = message[: found.start()]
            if found[1]:
                at, column = int(found[1]), int(found[2])
        where = f"{name}:{line + at - 1}:{column}"
        raise _error(f"is not TOML: {message}", where, None, _snippet(meta, at)) from error
    except RecursionError as error:
        raise _error("is nested too deeply", f"{name}:{line}:1") from error
    except ValueError as error:  # a number of thousands of digits, a date that is none
        raise _error(f"is not TOML: {error}", f"{name}:{line}:1") from error


def _json_object(meta: str, name: str, line: int) -> dict[str, Any]:
    found = _json(meta, len(meta) - len(meta.lstrip()), name, line - 1)
    if found is None or found.body.strip():
        raise _error("is not a JSON object", f"{name}:{line}:1")
    return dict(found.data)


def _json(text: str, start: int, name: str, above: int = 0) -> Fenced | None:
    """The JSON object at *start* and what follows it; `None` where it is no JSON at all."""
    line = text.count("\n", 0, start) + 1 + above
    try:
        data, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        if not re.match(r"\{\s*\"", text[start : start + 100]):
            return None  # a shortcode, an attribute list
        where = f"{name}:{error.lineno + above}:{error.colno}"
        snippet = _snippet(text, error.lineno)
        raise _error(f"is not JSON: {error.msg}", where, None, snippet) from error
    except RecursionError as error:
        raise _error("is nested too deeply", f"{name}:{line}:1") from error
    except ValueError as error:
        raise _error(f"is not JSON: {error}", f"{name}:{line}:1") from error
    return Fenced(
        name, data, text[end:].lstrip(" \t").removeprefix("\n"), text[start:end], line, "json"
    )


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"{twice!r} stands there twice")
    return data


_DECODER = json.JSONDecoder(object_pairs_hook=_no_repeats, parse_float=_Written)


def _meta_lines(body: str, name: str, line: int) -> Fenced | None:
    """Pelican's metadata: lines `Key: value` at the top, up to an empty line."""
    data, rest, meta = _lines(body, _META_LINE)
    if not data or not (_TELLING & data.keys()):
        return None
    return Fenced(name, data, rest, meta, line, "lines")


def _nikola(body: str, name: str, line: int, markup: str) -> Fenced | None:
    """Nikola's metadata: lines `.. key: value`, in Markdown and HTML within a comment."""
    head = body[:200].lstrip()
    if head.startswith("<!--") and head[4:].lstrip().startswith(".. "):
        comment, _, rest = body.partition("-->")
        line += comment[: comment.index("..")].count("\n")
        data, _, meta = _lines(comment[comment.index("..") :], _NIKOLA_LINE)
        return Fenced(name, data, rest.lstrip("\n"), meta, line, "lines", markup)
    if head.startswith(".. "):
        data, rest, meta = _lines(body, _NIKOLA_LINE)
        if data:
            return Fenced(name, data, rest, meta, line, "lines", markup)
    return None


def _lines(body: str, pattern: re.Pattern[str]) -> tuple[dict[str, str], str, str]:
    """Metadata lines at the top, what follows them, and the lines as they are."""
    lines = body.split("\n")
    data: dict[str, str] = {}
    last = None
    count = 0
    for text in lines:
        if found := pattern.match(text):
            last = found[1].lower()
            data[last] = found[2].strip()
        elif last and text.startswith("    ") and text.strip():  # goes on with the value above
            data[last] = f"{data[last]} {text.strip()}".strip()
        else:
            break
        count += 1
    if count < len(lines) and lines[count].strip():
        return {}, body, ""  # words, not metadata
    return data, "\n".join(lines[count + 1 :]), "\n".join(lines[:count])


def _rst(body: str, name: str, line: int) -> Fenced:
    """reStructuredText: Nikola's lines, or a title with a rule and a list of fields below."""
    if found := _nikola(body, name, line, "rst"):
        return found
    lines = body.split("\n")
    data: dict[str, str] = {}
    at = 0
    if len(lines) > 2 and _RST_RULE.match(lines[0]) and _RST_RULE.match(lines[2]):
        data["title"], at = _rst_title(lines[1]), 3
    elif len(lines) > 1 and lines[0].strip() and _RST_RULE.match(lines[1]):
        data["title"], at = _rst_title(lines[0]), 2
    start, last = at, ""
    for number in range(at, len(lines)):
        text = lines[number]
        if found_field := _RST_FIELD.match(text):
            last = found_field[1].lower()
            data[last] = found_field[2].strip()
        elif last and text[:1] in (" ", "\t") and text.strip():
            data[last] = f"{data[last]} {text.strip()}"
        elif text.strip():
            break
        at = number + 1
    meta = "\n".join(lines[start:at])
    return Fenced(name, data, "\n".join(lines[at:]), meta, line + start, "rst", "rst")


def _rst_title(line: str) -> str:
    """A heading's words: unlike a field's, they are written in the body's markup."""
    from sharekit.readers._plain import plain

    return plain(line, "rst") if any(mark in line for mark in "*`_|\\") else line.strip()


def _html(body: str, name: str, line: int) -> Fenced:
    """An HTML file as Pelican reads it: `<title>` and `<meta name="date" content="...">`."""
    import html

    data: dict[str, Any] = {}
    head = body[:100_000]
    for found in _HTML_META.finditer(head):
        values = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(found[1])}
        key = (values.get("name") or values.get("property") or "").lower()
        content = values.get("content") or values.get("contents")
        if key and content:
            data.setdefault(key, html.unescape(content))
    if title := _HTML_TITLE.search(head):
        data["title"] = html.unescape(title[1]).strip()
    inner = _HTML_BODY.search(body)
    return Fenced(name, data, inner[1] if inner else body, line=line, kind="html", markup="html")


def _snippet(meta: str, line: int) -> str | None:
    lines = meta.splitlines()
    return f"    | {lines[line - 1][:160]}" if 0 < line <= len(lines) else None


def _error(
    message: str, where: str, hint: str | None = None, snippet: str | None = None
) -> ReadError:
    problem = Problem(code="front-matter", message=message, where=where, hint=hint, snippet=snippet)
    return ReadError(message, problems=[problem])
