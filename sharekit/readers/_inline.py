"""Markdown inside a paragraph: links, emphasis, code, tags and templates, reduced to their words.

A whole text is treated at once, one paragraph a line, because a call costs more than a line.
Each pattern is bounded or stops at the next mark of its own kind, so none can look twice at the
same stretch of a hostile text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from operator import itemgetter

__all__ = ["inline", "tidy", "without_comments", "without_templates"]

_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MDX_COMMENT = re.compile(r"\{/\*.*?(?:\*/\}|\Z)", re.DOTALL)
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
# Liquid, Jinja, Tera and Hugo's shortcodes.
_OUTPUT = re.compile(r"\{\{(?:[^{}]|\{(?!\{)|\}(?!\})){0,2000}\}\}")
_STATEMENT = re.compile(r"\{%(?:[^{%]|%(?!\})|\{(?!%)){0,2000}%\}")
_TEMPLATE_COMMENT = re.compile(r"\{#[^{}]{0,2000}#\}")
_LIQUID_COMMENT = re.compile(
    r"\{%-?\s*comment\b[^%]{0,100}%\}.*?(?:\{%-?\s*endcomment\s*-?%\}|\Z)", re.DOTALL
)

_KEPT = "\ufdd0"  # stands for a piece that is not looked at; not a character, so in no text
# A literal first character lets the engine skip to the next mark.
_CODE = r"`(?<![`\\]`)(?:([^`\n]{1,2000})`|`([^`\n]{1,1000}(?:`[^`\n]{1,1000})?)``)(?!`)"
_ESCAPE = r"\\([!-/:-@\[-`{-~])"
_KEPT_PIECES = re.compile(rf"{_CODE}|{_ESCAPE}")
_TARGET = r"\([^()\n]{0,2000}(?:\([^()\n]{0,500}\)[^()\n]{0,500})?\)"
_IMAGE = re.compile(rf"!\[[^\[\]\n]{{0,1000}}\](?:{_TARGET}|\[[^\[\]\n]{{0,200}}\])")
_LINK = re.compile(rf"\[([^\[\]\n]{{0,1000}})\](?:{_TARGET}|\[[^\[\]\n]{{0,200}}\])")
_SHORT_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]")
_WIKI = re.compile(r"!?\[\[([^\[\]|\n]{1,500})(?:\|([^\[\]\n]{1,500}))?\]\]")
_FOOTNOTE = re.compile(r"\[\^[^\[\]\s]{1,100}\]")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^\s<>]{1,2000})>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>|</?>")
_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
_STARS = re.compile(r"\*\*{0,2}(?=[^\s*])([^*\n]{1,2000})(?<=[^\s*])\*{1,3}")
_UNDERSCORES = re.compile(
    r"_(?<![^\W_]_)_{0,2}(?=[^\s_])([^_\n]{1,2000})(?<=[^\s_])_{1,3}(?![^\W_])"
)
_STRIKE = re.compile(r"~~(?=\S)([^~\n]{1,2000})(?<=\S)~~|==(?=\S)([^=\n]{1,2000})(?<=\S)==")
_BLANKS = re.compile(r"[ \t]+")
_EDGES = re.compile(r" ?\n ?")
_EMPTY_LINES = re.compile(r"\n{3,}")
_WORDS = itemgetter(1)  # a third of the time that "\\1" as a template takes
_ATTRIBUTES = re.compile(r"\{:[^{}]{0,200}\}|(?<=[)\]*_`])\{[.#][^{}]{0,200}\}")


def without_comments(text: str) -> str:
    """*text* without HTML and MDX comments, scripts and styles."""
    if "<!--" in text:
        text = _HTML_COMMENT.sub("", text)
    if "{/*" in text:
        text = _MDX_COMMENT.sub("", text)
    return _SCRIPT.sub("", text) if "<s" in text or "<S" in text else text


def without_templates(text: str) -> str:
    """*text* without Liquid, Jinja and shortcodes; what stands between two of them stays."""
    if "{%" in text:
        text = _STATEMENT.sub("", _LIQUID_COMMENT.sub("", text) if "comment" in text else text)
    if "#}" in text:
        text = _TEMPLATE_COMMENT.sub("", text)
    return _OUTPUT.sub("", text) if "{{" in text else text


def inline(text: str, references: Collection[str] = ()) -> str:
    """The words of *text*, whose paragraphs are a line each.

    *references* are the names (case-folded) of the links that are defined elsewhere.
    """
    kept: list[str] = []
    if "`" in text or "\\" in text:
        text = _keep(text, kept)
    if "[" in text:
        text = _without_links(text, references)
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", _AUTOLINK.sub(_WORDS, text)))
    if "*" in text or "_" in text:
        text = _UNDERSCORES.sub(_WORDS, _STARS.sub(_WORDS, text))
        text = _STARS.sub(_WORDS, text) if "*" in text else text  # that was inside the other
    if "~~" in text or "==" in text:
        text = _STRIKE.sub(lambda found: found[1] or found[2], text)
    if "{" in text:
        text = _ATTRIBUTES.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    if kept:
        rest = iter(kept)
        text = re.sub(_KEPT, lambda _: next(rest, ""), text)
    return tidy(text)


def _keep(text: str, kept: list[str]) -> str:
    """*text* with code and escaped characters put into *kept*, where no pattern finds them."""
    text = text.replace(_KEPT, "")

    def put(found: re.Match[str]) -> str:
        kept.append(found[1] or found[2] or found[3])
        return _KEPT

    return _KEPT_PIECES.sub(put, text)


def _without_links(text: str, references: Collection[str]) -> str:
    if "![" in text:
        text = _IMAGE.sub("", text)
    if "[[" in text:
        text = _WIKI.sub(lambda found: found[2] or found[1], text)
    if "[^" in text:
        text = _FOOTNOTE.sub("", text)
    text = _LINK.sub(_WORDS, text)
    if references:
        text = _SHORT_LINK.sub(
            lambda found: found[1] if found[1].casefold() in references else found[0], text
        )
    return text


def tidy(text: str) -> str:
    """*text* with single blanks, none at the edges of lines, and at most one empty line."""
    if "  " in text or "\t" in text or " \n" in text or "\n " in text:
        text = _EDGES.sub("\n", _BLANKS.sub(" ", text))
    return (_EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip()
