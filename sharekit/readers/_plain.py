"""Plain text out of a post's body, and the part of it above a "more" mark."""

from __future__ import annotations

import re

from sharekit.readers._html import to_text
from sharekit.readers._inline import inline, tidy, without_templates

__all__ = ["before_mark", "plain"]

# What ends a summary: Hugo, Hexo, Zola, Material; Eleventy; Docusaurus; Nikola; Pelican; Drupal.
_NAMES = "more|excerpt|truncate|teaser_end|pelican_end_summary|break|readmore"
_MORE = re.compile(
    rf"<!--\s{{0,20}}(?:{_NAMES})\b[^<>]{{0,200}}?-->"
    r"|\{/\*\s{0,20}(?:truncate|more)\s{0,20}\*/\}"
    r"|^\.\. (?:TEASER_END|PELICAN_END_SUMMARY)\b",
    re.IGNORECASE | re.MULTILINE,
)

_RST_RULE = re.compile(r"([=\-`:'\"~^_*+#<>.])\1{2,}$")
_RST_ITEM = re.compile(r"^(?:[-*+]|#\.|\d{1,9}\.)\s+")
_RST_ROLE = re.compile(r":[\w:+-]{1,60}:`([^`]{1,500})`")
_RST_LINK = re.compile(r"`([^`<>]{1,500}?)\s*<[^`<>]{1,2000}>`__?")
_RST_REFERENCE = re.compile(r"(?<!`)`([^`]{1,500})`__?|\b(\w{1,100})_(?=[\s.,;:!?)]|$)")
_RST_NOTE = re.compile(r"\s?\[#?\w{0,100}\]_")
_RST_LITERAL = re.compile(r"``([^`]{1,2000})``")


def plain(text: str, markup: str) -> str:
    """*text*, written in *markup* (markdown, rst or html), without it."""
    if markup == "html":
        return to_text(without_templates(text) if "{" in text else text)
    if markup == "rst":
        return _from_rst(text)
    from sharekit.readers._markdown import plain as from_markdown

    return from_markdown(text)


def before_mark(text: str, mark: str | None) -> str:
    """What stands above the first "more" mark, or above *mark*; empty where there is none.

    The end of a paragraph as *mark* may be the end of the text.
    """
    found = _MORE.search(text) if "<!--" in text or "{/*" in text or ".. " in text else None
    if found:
        return text[: found.start()]
    head, separator, _ = text.strip().partition(mark) if mark else ("", "", "")
    return head if separator or mark == "\n\n" else ""


def _from_rst(text: str) -> str:
    blocks: list[str] = []
    skipped_at: int | None = None
    for block in re.split(r"\n[ ]*\n", text.replace("\t", "    ")):
        lines = [line for line in block.split("\n") if line.strip()]
        if not lines:
            continue
        indent = len(lines[0]) - len(lines[0].lstrip())
        if skipped_at is not None and indent > skipped_at:
            continue  # the content of a directive
        skipped_at = indent if lines[0].lstrip().startswith(".. ") else None
        if skipped_at is None:
            said = " ".join(line.strip() for line in lines if not _RST_RULE.match(line.strip()))
            blocks.append(_rst_inline(_RST_ITEM.sub("", said, count=1)))
    return tidy("\n\n".join(block for block in blocks if block))


def _rst_inline(text: str) -> str:
    text = _RST_LITERAL.sub(r"\1", _RST_LINK.sub(r"\1", _RST_ROLE.sub(r"\1", text)))
    text = _RST_REFERENCE.sub(lambda found: found[1] or found[2], _RST_NOTE.sub("", text))
    return inline(re.sub(r"::$", ":", text))
