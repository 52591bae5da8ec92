"""Markdown and its site generators' additions as plain text, for a post's body and summary.

This is no renderer: what matters is that no markup, shortcode or Liquid tag is left in the words,
that every word is there, and that 500 posts take a fraction of a second.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from sharekit.readers._inline import inline, without_comments, without_templates

__all__ = ["plain", "split_heading"]

_FENCE = re.compile(r"(`{3,}|~{3,})[^`]*$")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)(.*)")
_HEADING_END = re.compile(r"(?:(?:^|[ \t])#+)?[ \t]*(?:\{:?[ \t]*[#.:][^{}]*\})?[ \t]*$")
_ICON = re.compile(r":(?:material|fontawesome|octicons|simple)-[\w-]+:")  # Material's
_UNDERLINE = re.compile(r"(=+|-+)$")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_TABLE_RULE = re.compile(r"[|:\- \t]+$")
_QUOTE = re.compile(r"(?:>[ \t]?)+(?:\[![A-Za-z]+\][+-]?)?[ \t]*")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?|===)[ \t]*[\w -]*(?:\"([^\"]*)\")?[ \t]*$")
_CONTAINER = re.compile(r":{3,}[ \t]*(?:\{[^}]*\}|[\w-]*)[ \t]*(.*)$")
_DEFINITION = re.compile(r"^[ ]{0,3}\[([^\[\]\n]{1,200})\]:", re.MULTILINE)
_ATTRIBUTES = re.compile(r"\{:?[ \t]*[#.:\w][^{}]*\}$")
_MDX = re.compile(
    r"import\s.{0,500}?\bfrom\s*['\"]|import\s+['\"]|export\s+(?:const|default|let|function)\b"
)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|dl|dt|dd|table|thead|tbody|tr|blockquote|figure|figcaption|section|"
    r"article|aside|header|footer|main|nav|details|summary|pre|hr|center|iframe|video|audio|form)\b"
    r"[^<>]{0,2000}>",
    re.IGNORECASE,
)
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
_WIDE_BREAK = re.compile(rf"(?<=[{_WIDE}])\n(?=[{_WIDE}])")
_ITEM_TAG = re.compile(r"<li\b[^<>]{0,200}>", re.IGNORECASE)
_MAX_DEPTH = 20  # of quotes and lists in each other on one line
# First characters of lines that may be more than words.
_MARKS = frozenset("#=-*_|>+!?:[{`~<\\0123456789")


def plain(text: str) -> str:
    """*text* without markup: one empty line between paragraphs, code as it is."""
    text = without_comments(text) if "<" in text or "{" in text else text
    text = without_templates(text) if "{" in text else text
    references = _DEFINITION.findall(text) if "]:" in text else ()
    reducer = _Reducer({name.casefold() for name in references})
    reducer.lines(text.split("\n"))
    return reducer.text()


def split_heading(text: str) -> tuple[str, str] | None:
    """The title that *text* begins with (a heading of level 1), and what follows it."""
    lines = text.split("\n", 100)
    comment = False
    for number, line in enumerate(lines[:100]):
        said = line.strip()
        comment = comment or said.startswith("<!--")
        if comment or not said or _says_nothing(said):
            comment = comment and "-->" not in said
            continue
        if found := _HEADING.match(said):
            title = inline(_ICON.sub("", _HEADING_END.sub("", found[2])))
            return (title, _rest(lines, number + 1)) if found[1] == "#" and title else None
        below = lines[number + 1].strip() if number + 1 < len(lines) else ""
        if below.startswith("=") and _UNDERLINE.match(below) and (title := inline(said)):
            return title, _rest(lines, number + 2)
        return None
    return None


def _rest(lines: list[str], start: int) -> str:
    return "\n".join(lines[start:])


def _says_nothing(line: str) -> bool:
    """What may stand above a title: imports, includes, badges, anchors, a table of contents."""
    return line.startswith(("{%", "{{", "{:", "![", "[![", "<img", "<a ", "</", "[TOC]")) or bool(
        _MDX.match(line)
    )


def _joined(lines: list[str]) -> str:
    """*lines* as one. Chinese and Japanese have no blank where a line was broken."""
    text = " ".join(lines)
    if len(lines) < 2 or text.isascii():
        return text
    return _WIDE_BREAK.sub("", "\n".join(lines)).replace("\n", " ")


class _Reducer:
    """Takes lines in and gives text out; the blocks of a list or a table stay together."""

    def __init__(self, references: Collection[str]) -> None:
        self.references = references
        self.done: list[str] = []  # text and code in turns
        self.blocks: list[str] = []  # with markup
        self.open: list[str] = []
        self.kind = ""  # of the open block: "item", "row" or ""
        self.before = ""  # the same of the last closed one

    def text(self) -> str:
        """All that was taken in."""
        self.flush()
        return "\n\n".join(self.done)

    def lines(self, lines: list[str]) -> None:
        fence = ""
        code: list[str] = []
        for line in lines:
            said = line.strip()
            if fence:
                if said.startswith(fence) and not said.strip(fence[0]):
                    self.code(code)
                    fence, code = "", []
                else:
                    code.append(line.rstrip())
            elif not said:
                if self.open:
                    self.close()
            elif said[0] in _MARKS or "<" in said:
                if said[0] in "`~" and (opened := _FENCE.match(said)):
                    fence = opened[1]
                else:
                    self.marked(said, 0)
            elif not (said.startswith(("import", "export")) and _MDX.match(said)):
                self.open.append(said)
        self.code(code)

    def marked(self, said: str, depth: int) -> None:  # noqa: C901  (one branch a kind of line)
        """Take in a line that may be more than words, *depth* quotes or lists deep."""
        first = said[0]
        if "<" in said and (_BLOCK_TAG.search(said) or _ITEM_TAG.search(said)):
            self.html(said)
        elif first not in _MARKS or depth > _MAX_DEPTH:
            self.open.append(said)
        elif first == "#" and (found := _HEADING.match(said)):
            self.add(_HEADING_END.sub("", found[2]))
        elif self.is_rule(first, said):
            self.close()
        elif first == "|":
            if not _TABLE_RULE.match(said):
                self.add(" ".join(cell.strip() for cell in said.split("|")), "row")
        elif first == ">":
            self.rest(said, _QUOTE.match(said), depth)
        elif (first in "!?=" and (found := _ADMONITION.match(said))) or (
            first == ":" and (found := _CONTAINER.match(said))
        ):
            self.add((found[1] or "").strip("[]"))
        elif (first == "[" and _DEFINITION.match(said)) or said == "[TOC]":
            self.close()
        elif (found := _ITEM.match(said)) and not (first.isdigit() and self.goes_on(found[0])):
            self.close()
            self.kind = "item"
            self.rest(said, found, depth)
        elif not (first == "{" and _ATTRIBUTES.match(said)):
            self.open.append(said.removeprefix(": "))

    def is_rule(self, first: str, said: str) -> bool:
        """Whether *said* is a line across the page or under a heading."""
        underlines = first in "=-" and bool(self.open) and not self.kind
        return bool(
            (underlines and _UNDERLINE.match(said)) or (first in "*-_" and _RULE.match(said))
        )

    def rest(self, said: str, mark: re.Match[str] | None, depth: int) -> None:
        """Take in what follows the *mark* that *said* begins with."""
        if rest := said[mark.end() :] if mark else said:
            self.marked(rest, depth + 1)
        elif not self.kind:
            self.close()

    def goes_on(self, number: str) -> bool:
        """Whether a line that begins with *number* is inside a paragraph: only 1 starts a list."""
        return bool(self.open) and not self.kind and number.strip(" \t.)") != "1"

    def html(self, said: str) -> None:
        """A line with block tags: each begins a block of its own."""
        for part in _BLOCK_TAG.split(_ITEM_TAG.sub("<p>\ufdd1", said)):
            self.close()
            if rest := part.strip():
                self.kind = "item" if rest[0] == "\ufdd1" else ""
                self.open.append(rest.lstrip("\ufdd1 "))

    def code(self, lines: list[str]) -> None:
        """Take in a block of code, as it is."""
        if code := "\n".join(lines).strip("\n"):
            self.flush()
            self.done.append(code)

    def add(self, block: str, kind: str = "") -> None:
        """Take in a block by itself."""
        self.close()
        self.open.append(block)
        self.kind = kind
        self.close()

    def close(self) -> None:
        """End the open block."""
        if block := _joined(self.open):
            self.blocks += ("\n" if self.kind and self.kind == self.before else "\n\n", block)
            self.before = self.kind
        self.open.clear()
        self.kind = ""

    def flush(self) -> None:
        """Free the blocks so far of their markup, all at once."""
        self.close()
        if text := inline("".join(self.blocks), self.references):
            self.done.append(text)
        self.blocks.clear()
