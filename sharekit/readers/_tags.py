"""HTML as a row of tags: the tokeniser of the HTML standard, as a regular expression.

What a reader needs of a page are a few tags and the text between others, so no tree is built.
That is not only fast. The expressions give nothing back (possessive quantifiers), so time is
linear in whatever is thrown at them, where the tree builders tried are quadratic in the number
of attributes of a tag (200,000 take minutes) or in the depth of nesting.

https://html.spec.whatwg.org/multipage/parsing.html#tokenization
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator, Mapping
from html.entities import html5
from typing import NamedTuple

__all__ = ["Tag", "attributes", "tags", "unescape_attribute", "without_tags"]

_BLANK = r"[ \t\n\r\f]"
_NAME = r"[^ \t\n\r\f/>][^ \t\n\r\f/>=]*+"
_VALUE = r"""(?:"([^"]*+)"|'([^']*+)'|([^ \t\n\r\f>"'][^ \t\n\r\f>]*+))"""
_ATTRIBUTE = rf"[ \t\n\r\f/]*+({_NAME})(?:{_BLANK}*+=(?:{_BLANK}*+{_VALUE})?+)?+"
_ATTRIBUTES = rf"(?>{re.sub(r'[(](?![?])', '(?:', _ATTRIBUTE)})*+"
_END = r"[ \t\n\r\f/]*+(?:>|\Z)"
_NAME_ENDS = r"(?=[ \t\n\r\f/>])"
# Comments, CDATA sections, processing instructions, doctypes: what looks like a tag and is none.
_SKIPPED = (
    r"<!--(?:-?>|(?>.*?(?:--!?>|\Z)))|<!\[CDATA\[(?>.*?(?:\]\]>|\Z))"
    r"|<(?:[!?]|/(?![A-Za-z]))(?>[^>]*+(?:>|\Z))"
)
# Elements whose content is text, whatever it looks like.
_TEXT = (
    r"<(?P<text>script|style|textarea|title|xmp|iframe|noembed|noframes)"
    rf"{_NAME_ENDS}(?P<of_text>{_ATTRIBUTES}){_END}"
    rf"(?P<content>(?>.*?(?=</(?P=text){_NAME_ENDS}|\Z)))"
)
_REFERENCE = re.compile(r"&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[A-Za-z][A-Za-z0-9]*;?)(=?)")
_EACH = re.compile(_ATTRIBUTE)


class Tag(NamedTuple):
    """One tag, and where it begins and ends in the text.

    *name* is in lower case, and `""` for a comment, a doctype and the like. *raw* holds the
    attributes as written. *content* is the text in an element that has nothing but text, such
    as a script.
    """

    name: str
    closing: bool
    raw: str
    content: str
    start: int
    end: int

    @property
    def attributes(self) -> dict[str, str]:
        """Its attributes, names in lower case, values unescaped; the first of a name counts."""
        return attributes(self.raw)


@functools.cache
def _pattern(names: tuple[str, ...] = (), *, xml: bool = False) -> re.Pattern[str]:
    name = "|".join(names) + _NAME_ENDS if names else r"[A-Za-z][^ \t\n\r\f/>]*+"
    tag = rf"<(?P<closing>/?)(?P<name>(?:{name}))(?P<raw>{_ATTRIBUTES}){_END}"
    never = "(?!)" if xml else ""
    return re.compile(f"{_SKIPPED}|{never}{_TEXT}|{tag}", re.DOTALL | re.IGNORECASE)


def tags(text: str, *names: str, xml: bool = False) -> Iterator[Tag]:
    """The tags of *text* in order; those in comments, scripts, titles and the like are none.

    With *names* only tags of these names, and elements that have nothing but text. In *xml*
    there are no such elements.
    """
    for match in _pattern(names, xml=xml).finditer(text):
        if match["text"]:
            name, raw, content = match["text"], match["of_text"], match["content"]
        else:
            name, raw, content = match["name"] or "", match["raw"] or "", ""
        yield Tag(name.lower(), bool(match["closing"]), raw, content, match.start(), match.end())


def without_tags(text: str, marks: Mapping[str, str]) -> str:
    """*text* with each tag replaced by what *marks* has for its name (`p`, `/p`), or nothing."""

    def replace(match: re.Match[str]) -> str:
        closing, name = match.group("closing", "name")
        return marks.get((closing + name).lower(), "") if name else ""

    return _pattern().sub(replace, text)


def attributes(raw: str) -> dict[str, str]:
    """The attributes in the part of a tag after its name."""
    found: dict[str, str] = {}
    for name, double, single, bare in _EACH.findall(raw):
        found.setdefault(name.lower(), unescape_attribute(double or single or bare))
    return found


def unescape_attribute(value: str) -> str:
    """*value* with its character references resolved, as the standard does it in attributes.

    There `&copy=1`, the rest of a query, is no reference, although `&copy` in a text is one.
    """
    return _REFERENCE.sub(_character, value) if "&" in value else value


def _character(match: re.Match[str]) -> str:
    reference, follows = match[1], match[2]
    known = reference.startswith("#") or reference in html5
    if not known or (follows and not reference.endswith(";")):
        return match[0]
    return html.unescape("&" + reference) + follows
