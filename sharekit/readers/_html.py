"""HTML to plain text: of a body, of a title, and the pictures in it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping

from sharekit.model import Asset
from sharekit.readers._tags import attributes, tags, without_tags

__all__ = ["first_image", "images", "is_unseen", "source", "to_line", "to_text", "to_title"]

# Marks of breaks while blanks are still being collapsed; no text has these characters.
_BREAK, _GAP = "\x00", "\x01"
_BREAKS = re.compile(r"[ \x00\x01]*[\x00\x01][ \x00\x01]*")
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")
_BLOCKS = (
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog",
    "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "main", "menu", "nav", "ol", "p", "pre",
    "section", "summary", "table", "ul",
)  # fmt: skip
_LINES = ("br", "/br", "caption", "legend", "li", "optgroup", "option", "tr")
_MARKS = (
    dict.fromkeys((*_BLOCKS, *(f"/{name}" for name in _BLOCKS)), _GAP)
    | dict.fromkeys(_LINES, _BREAK)
    | dict.fromkeys(("td", "th"), " ")
)
# Elements that are not read, besides those that hold nothing but text.
_HIDING = re.compile(
    r"<(audio|head|math|noscript|object|select|svg|template|video)(?=[\s/>])"
    r"(?:[^<>]*+(?<=/)>|(?>.*?(?:</\1\s*>|\Z)))",
    re.IGNORECASE | re.DOTALL,
)
_OPENING = re.compile(
    r"<(audio|head|iframe|math|noembed|noframes|noscript|object|select|svg|template|textarea|title|"
    r"video|xmp)(?=[\s/>])",
    re.IGNORECASE,
)
_PRE = re.compile(r"<pre(?=[\s>])(?>.*?(?:</pre\s*>|\Z))", re.IGNORECASE | re.DOTALL)
# What people put into titles. Anything else between angle brackets is meant to be read.
_INLINE = (
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "mark", "nobr", "q", "rb", "rp", "rt", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
)  # fmt: skip
_ACTIVE = (
    "applet", "blink", "embed", "form", "frame", "frameset", "iframe", "input", "link", "marquee",
    "meta", "noscript", "object", "param", "script", "style", "svg",
)  # fmt: skip
_VOID = frozenset(["br", "hr", "img", "wbr"])
_AGAIN = re.compile(
    r"&(?:#\d{2,6}|#x[0-9a-f]{2,6}|amp|quot|apos|nbsp|[lr][sd]quo|[nm]dash|hellip);", re.IGNORECASE
)
_PAIR = re.compile(r"<(i|b|em|strong|sub|sup|u|span)\b[^<>]*>([^<>]*)</\1>", re.IGNORECASE)
# Counters, the smileys of WordPress, portraits of authors.
_UNSEEN = re.compile(
    r"feedburner|feedsportal|//pixel\.|/pixel[./?]|//stats?\.|doubleclick|/emoji/|wp-includes/images|"
    r"s\.w\.org/images|quantserve|google-analytics|/tracking|spacer\.gif|gravatar\.com/avatar|"
    r"avatars\d?\.githubusercontent|/smil(?:ies|eys)/|pheedo\.com/im",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:blank|placeholder|lazy(?:load)?|spacer|transparent|loading|1x1|pixel|grey|empty)"
    r"[^/]*\.(?:gif|png|svg|jpe?g|webp)(?:$|\?)",
    re.IGNORECASE,
)


def to_text(markup: str) -> str:
    """*markup* as plain text: paragraphs apart by an empty line, line breaks kept.

    Scripts, styles and other things that are not read are dropped, character references are
    resolved, and blanks collapse as a browser collapses them, except in `<pre>`.
    """
    if "<" in markup or _BREAK in markup or _GAP in markup:
        markup = _without_tags(markup.replace(_BREAK, "").replace(_GAP, ""))
    if "&" in markup:
        markup = html.unescape(markup)
    return _BREAKS.sub(_newlines, _BLANKS.sub(" ", markup)).strip()


def to_line(markup: str) -> str:
    """*markup* as plain text on one line."""
    return " ".join(to_text(markup).split())


def to_title(text: str) -> str:
    """A title on one line, as it is meant to be read, from what may or may not be markup.

    Tags are dropped where they are tags (`<em>so</em>`), and kept where a title speaks of them
    (`Using the <video> element`). References that were escaped once too often are resolved.
    """
    if "<" in text and _is_markup(text):
        text = _without_tags(text)
    for _ in range(3):
        text = html.unescape(text) if "&" in text else text
        if not _AGAIN.search(text):
            break
    while "<" in text and _PAIR.search(text):
        text = _PAIR.sub(r"\2", text)
    return _BLANKS.sub(" ", text.replace(_BREAK, " ").replace(_GAP, " ")).strip()


def images(markup: str) -> Iterator[Asset]:
    """The pictures of *markup* that are seen, in order, with their `src` as written."""
    if "<img" not in markup and "<IMG" not in markup:
        return
    for tag in tags(markup, "img"):
        if tag.name == "img" and not tag.closing:
            found = attributes(tag.raw)
            src = source(found)
            if src and not is_unseen(src) and not _is_dot(found):
                yield Asset(src=src, alt=found.get("alt"))


def first_image(markup: str) -> Asset | None:
    """The first picture of *markup* that is seen."""
    return next(images(markup), None)


def is_unseen(src: str) -> bool:
    """Whether the picture at *src* is a counter, a smiley or somebody's portrait."""
    return bool(_UNSEEN.search(src))


def source(found: Mapping[str, str]) -> str | None:
    """Where the picture is; pages that load it late keep that beside a placeholder."""
    waiting = None
    for name in ("src", "data-src", "data-lazy-src", "data-original", "data-orig-file"):
        src = found.get(name, "").strip()
        if src and not src.startswith(("data:", "about:", "blob:", "javascript:")):
            if name != "src" or not _PLACEHOLDER.search(src):
                return src
            waiting = src
    # The last candidate is the largest by custom.
    candidates = found.get("srcset", found.get("data-srcset", "")).strip().split(", ")
    return candidates[-1].split(" ")[0] or waiting


def _is_dot(found: dict[str, str]) -> bool:
    """Whether the picture is a counter's: one or two pixels, or a smiley's height."""
    sizes = (found.get(name, "").strip().removesuffix("px") for name in ("width", "height"))
    if any(size.isdigit() and int(size) <= 2 for size in sizes):
        return True
    return "wp-smiley" in found.get("class", "") or "emoji" in found.get("class", "").split()


def _newlines(marks: re.Match[str]) -> str:
    return "\n\n" if _GAP in marks[0] or marks[0].count(_BREAK) > 1 else "\n"


def _without_tags(markup: str) -> str:
    """*markup* without tags and what they hide, with marks where they break lines."""
    if names := {name.lower() for name in _OPENING.findall(markup)}:
        markup = _HIDING.sub("", _without_open_ends(markup, names))
    if "<pre" in markup:
        markup = _PRE.sub(lambda pre: pre[0].replace("\n", _BREAK), markup)
    return without_tags(markup, _MARKS)


def _without_open_ends(markup: str, names: set[str]) -> str:
    """*markup* without the tags of *names* that nothing closes: they would hide all the rest."""
    for name in names:
        last = markup.lower().rfind(f"</{name}") + 1
        opening = re.compile(rf"<{name}(?=[\s/>])[^<>]*>?", re.IGNORECASE)
        markup = markup[:last] + opening.sub("", markup[last:])
    return markup


def _is_markup(text: str) -> bool:
    """Whether what looks like tags in a title are tags: known ones, and closed or complete."""
    found = [tag for tag in tags(text) if tag.name]
    known = all(tag.name in _INLINE or tag.name in _MARKS or tag.name in _ACTIVE for tag in found)
    whole = (tag.closing or tag.name in _VOID or (tag.name in _ACTIVE and tag.raw) for tag in found)
    return known and any(whole)
