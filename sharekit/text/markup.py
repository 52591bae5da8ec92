"""Plain text written in the markups that channels read, so that it arrives as it is.

Each function takes a text with the spans that are to be more than text (code points, in order,
not overlapping), and escapes all the rest.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar
from urllib.parse import quote

from sharekit.model import Link, Tag

__all__ = ["html", "little", "markdown"]

_Span = TypeVar("_Span", bound=Link | Tag)

_LITTLE = re.compile(r"[\\|{}@\[\]()<>#*_~]")
# Also what starts a list (a dash or plus, or the full stop after a number), and the colon that
# makes an emoji of a name.
_MARKDOWN = re.compile(
    r"[\\*_~`|<>\[\]()#]|(?<=\n)[ \t]*[-+](?=\s)|\A[ \t]*[-+](?=\s)|(?<=\d)\.(?=\s)"
    r"|:(?=[\w+-]*[^\W\d][\w+-]*:)"
)


def html(text: str, links: Sequence[Link] = (), *, line_break: str = "\n") -> str:
    """HTML: `&`, `<`, `>` and quotes escaped, links as `<a>`, line ends as *line_break*."""

    def anchor(link: Link) -> str:
        shown = entities.escape(text[link.start : link.end])
        return f'<a href="{entities.escape(link.url)}">{shown}</a>'

    written = _written(text, links, entities.escape, anchor)
    return written.replace("\n", line_break)


def little(text: str, tags: Sequence[Tag] = ()) -> str:
    r"""LinkedIn's little text: reserved characters behind a backslash, but for hashtags.

    A reserved character that is not escaped ends the post without a word, so links are escaped
    too: the network finds them in the text that it has read.
    https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/little-text-format
    """

    def escaped(plain: str) -> str:
        return _LITTLE.sub(r"\\\g<0>", plain)

    def template(tag: Tag) -> str:
        return rf"{{hashtag|\#|{escaped(tag.tag)}}}"

    return _written(text, tags, escaped, template)


def markdown(text: str, links: Sequence[Link] = ()) -> str:
    """Markdown as chats read it: its characters behind a backslash.

    A link that shows its own address stays bare, for the reader's program to link it; a bare
    host is none to those programs, and is text; what shows something else is `[text](url)`.
    """
    links = [one for one in links if f"https://{text[one.start : one.end]}" != one.url]

    def escaped(plain: str) -> str:
        return _MARKDOWN.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", plain)

    def linked(link: Link) -> str:
        shown = text[link.start : link.end]
        if shown == link.url:
            return shown
        return f"[{escaped(shown)}]({quote(link.url, safe=_URL_SAFE)})"

    return _written(text, links, escaped, linked)


_URL_SAFE = "%/:?#@!$&'*+,;=~[]"


def _written(
    text: str,
    spans: Iterable[_Span],
    escaped: Callable[[str], str],
    marked: Callable[[_Span], str],
) -> str:
    out: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda each: each.start):
        if span.start >= at:
            out += [escaped(text[at : span.start]), marked(span)]
            at = span.end
    return "".join([*out, escaped(text[at:])])
