"""Who wrote a page and when, by what is seen on it: for pages whose metadata do not say.

Bylines and dates are found by the names that templates give them (`rel=author`, `byline`,
`entry-date`, `<time>`, https://microformats.org/wiki/h-entry), and dates also by standing alone
near the title, or in the address. Comments, sidebars, footers and lists of other posts are not
looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sharekit.readers import _dates, _html, _tags
from sharekit.readers._names import BY, MONTHS, names_in

__all__ = ["Seen", "look"]

_TELLING = re.compile(
    r"auth?or|auteur|autore|byline|by-line|writer|verfasser|redakteur|date|datum|fecha|publi|posted|"
    r"time|created|erstellt|meta|contributor|reporter|username|sidebar|related|comment|teaser|"
    r"recommend|footer|widget|popular",
    re.IGNORECASE,
)
# At the beginning of a class: `right-sidebar` says how the page is laid out.
_ASIDE_CLASS = re.compile(
    r"(?:^|\s)(?:comments?|commentlist|respond|related|sidebar|recommend\w*|popular|teasers?|footer|"
    r"widgets?|trending|latest|most-?read|newsletter|more-?posts|blogroll|menu)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"entry-(?:title|content|header)|post-(?:title|body|content|header)|article-(?:title|body|header|"
    r"content)|headline|hentry-title|articleBody",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"(?:^|[\s_-]|[a-z](?=A))(?:p-)?(auth?ors?|auteurs?|autores?|autorin|byline|by-line|writer|"
    r"writtenby|verfasser|redakteur|contributors?|reporter|username)"
    r"(?:$|[\s_-]|(?=[A-Z])|name|link|info)",
    re.IGNORECASE,
)
_AUTHOR_NAME = re.compile(
    r"auth?or[_-]*(?:name|link|url)|byline[_-]*(?:name|author)|\bfn\b", re.IGNORECASE
)
_NO_AUTHOR = re.compile(
    r"bio|avatar|image|img|photo|picture|social|share|follow|twitter|facebook|email|mail|desc|about|"
    r"count|title|position|role|job|posts|archive|widget|comment",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:^|[\s_-]|[a-z](?=[DPT]))(?:post|entry|article|news|dt|content|meta|story|blog|item|pub)?"
    r"[\s_-]*(date\w{0,9}|datum|fecha|published\w{0,4}|pub-?date|timestamp|time|posted-?on|posted|"
    r"datetime|created|erstellt|publi\w{0,10})(?:$|[\s_-]|(?=[A-Z]))",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"updat|modif|aktualis|geänd|stand\b|letzte|last|edited|revis", re.IGNORECASE)
_NO_DATE = re.compile(r"event|termin|kalender|calendar|upcoming|copyright|birth", re.IGNORECASE)
_CLOCK = (
    r"(?:[\s,|•·–-]*(?:um|at|à|@|kl\.?|alle|a las|T|ore|klo)?\s*\d{1,2}[:.h]\d\d(?!\d)(?::\d\d)?"
    r"\s*(?:[ap]\.?m\.?|uhr|h)?(?:\s*(?:[A-Z]{2,4}T|UTC|GMT|Z|[+-]\d\d:?\d\d))?)?"
)
_WORDS = re.compile(
    r"(?<![\d.])(?:"
    rf"\d{{1,2}}(?:st|nd|rd|th|er|º)?\.?\s?(?:(?:de|of)\s)?(?:{MONTHS})\.?,?\s(?:(?:de|del)\s)?\d{{4}}|"
    rf"(?:{MONTHS})\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}|"
    r"(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0[1-9]|[12]\d|3[01])(?!\d)|"
    r"\d{1,2}\.\s?\d{1,2}\.\s?(?:(?:19|20)\d\d|\d\d(?![\d.]))|\d{1,2}[/-]\d{1,2}[/-](?:19|20)\d\d|"
    r"(?:19|20)\d\d[年년]\s?\d{1,2}[月월]\s?\d{1,2}[日일]"
    rf"){_CLOCK}",
    re.IGNORECASE,
)
_IN_URL = re.compile(
    r"(?:^|[/_.=-])((?:19[89]|20[0-4])\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?=[/_.\D]|$)"
)
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_ENDS_BY = re.compile(
    r"(?:^|\s|&nbsp;)(?:by|von|par|por|di|door)\s*:?$|^(?:author|autor(?:in)?|auteure?|autore|text|verfasser)"
    r"\s*:$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_MOST_OPEN = 40  # elements whose end is waited for
_MOST_FOUND = 200
_FIRST_YEAR = 1993  # no page was published before
_HEADINGS = ("h2", "h3", "h4")
_FAR = 50_000  # characters after the title, where comments and other posts begin
_LONGEST = 500  # characters of an element that may be a byline or a date


@dataclass(slots=True)
class Seen:
    """What was seen. *dates* are ISO or as written, the likeliest first."""

    authors: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    summary: str = ""


@dataclass(slots=True)
class _Found:
    """A byline or a date, *score* by how its element is called, *at* which place."""

    score: int
    at: int
    text: str


@dataclass(slots=True)
class _Element:
    name: str
    kind: str  # author, date, updated, paragraph, title
    score: int
    start: int
    depth: int = 1


class _Looker:
    def __init__(self, text: str) -> None:
        self.text = text
        self.authors: list[_Found] = []
        self.dates: list[_Found] = []
        self.updates: list[_Found] = []
        self.open: list[_Element] = []
        self.aside: _Element | None = None
        self.title = -1
        self.summary = ""
        self.by = False  # the text before ended with "by"
        self.last = 0  # where the text between the last two tags began

    def run(self) -> None:
        started = False
        for tag in _tags.tags(self.text):
            if self.title >= 0 and tag.start - self.title > _FAR and self.dates and self.authors:
                break
            if len(self.dates) > _MOST_FOUND or len(self.authors) > _MOST_FOUND:
                break
            if not started:
                started = tag.name == "body" or tag.name in ("h1", "article", "main", "div")
                self.last = tag.end
                continue
            if self.aside is None and 1 < tag.start - self.last < 200:
                self._plain(tag.start)
            self.last = tag.end
            if tag.closing:
                self._closed(tag)
            elif tag.name:
                self._opened(tag)

    def _opened(self, tag: _tags.Tag) -> None:
        if self.aside is not None:
            if tag.name == self.aside.name:
                self.aside.depth += 1
            # What holds the title or the text is no aside, whatever it is called.
            if tag.name not in ("h1", "main") and not (self.title < 0 and _CONTENT.search(tag.raw)):
                return
            self.aside = None
        for one in self.open:
            if one.name == tag.name:
                one.depth += 1
        name = tag.name
        if name in ("nav", "footer", "aside", "form", "noscript", "select"):
            self.aside = _Element(name, "", 0, tag.end)
            return
        if name == "h1" or (name in _HEADINGS and self.title < 0 and _CONTENT.search(tag.raw)):
            self._wait(_Element(name, "title", 0, tag.end))
        elif name == "p" and self.title >= 0 and not self.summary:
            self._wait(_Element(name, "p", 0, tag.end))
        if name == "time" or _TELLING.search(tag.raw, 0, 300):
            self._telling(tag)

    def _telling(self, tag: _tags.Tag) -> None:
        said = tag.attributes
        called = f"{said.get('class', '')} {said.get('id', '')} {said.get('data-testid', '')}"
        if _ASIDE_CLASS.search(called) and tag.name in (
            "div",
            "section",
            "ul",
            "ol",
            "li",
            "table",
        ):
            self.aside = _Element(tag.name, "", 0, tag.end)
            return
        if tag.name == "time" or (_DATE.search(called) and not _NO_DATE.search(called)):
            self._date(tag, called, said)
        rel = said.get("rel", "").lower().split()
        if "author" in rel and tag.name == "a":
            self._wait(_Element("a", "author", 8, tag.end))
        elif tag.name not in ("img", "meta", "link", "input", "svg"):
            score = self._author_score(called)
            if score:
                self._wait(_Element(tag.name, "author", score, tag.end))

    @staticmethod
    def _author_score(called: str) -> int:
        if not _AUTHOR.search(called):
            return 7 if re.search(r"\bfn\b", called) and "org" not in called else 0
        if _AUTHOR_NAME.search(called):
            return 7
        return 0 if _NO_AUTHOR.search(called) else 6 if "vcard" in called else 5

    def _date(self, tag: _tags.Tag, called: str, said: dict[str, str]) -> None:
        is_update = bool(_UPDATED.search(called))
        into = self.updates if is_update else self.dates
        score = 6 if tag.name == "time" else 5
        if "pubdate" in said or re.search(
            r"publi|entry-date|created|pubdate", called, re.IGNORECASE
        ):
            score += 2
        for key in ("datetime", "title", "data-time", "data-datetime", "data-date", "content"):
            value = said.get(key, "").strip()
            if value and _dates.parse(value):
                into.append(_Found(score + (2 if key == "datetime" else 0), tag.start, value))
                return
        self._wait(_Element(tag.name, "updated" if is_update else "date", score, tag.end))

    def _wait(self, element: _Element) -> None:
        if len(self.open) < _MOST_OPEN:
            self.open.append(element)

    def _closed(self, tag: _tags.Tag) -> None:
        if self.aside is not None:
            if tag.name == self.aside.name:
                self.aside.depth -= 1
                if self.aside.depth == 0:
                    self.aside = None
            return
        for one in self.open:
            if one.name == tag.name:
                one.depth -= 1
                if one.depth == 0:
                    self._done(one, tag.start)
        if any(one.depth < 1 for one in self.open):
            self.open = [one for one in self.open if one.depth > 0]

    def _done(self, one: _Element, end: int) -> None:
        if one.kind == "title":
            if self.title < 0:
                self.title = end
            return
        if one.kind == "p":
            self._paragraph(one, end)
            return
        if end - one.start > 6 * _LONGEST:
            return
        text = _html.to_line(self.text[one.start : end])
        if not text or len(text) > _LONGEST:
            return
        if one.kind == "author":
            self.authors.append(_Found(one.score, one.start, text))
        elif found := _WORDS.search(text):
            before = text[: found.start()]
            is_update = one.kind == "updated" or bool(_UPDATED.search(before))
            into = self.updates if is_update else self.dates
            long = len(_LETTERS.findall(before)) > 6
            into.append(_Found(one.score - 2 * long, one.start, found[0]))

    def _paragraph(self, one: _Element, end: int) -> None:
        if not self.summary and end - one.start < 20_000:
            text = _html.to_line(self.text[one.start : end])
            if len(text) > 100:
                self.summary = text

    def _plain(self, end: int) -> None:
        """The text between two tags: it may be a byline or a date and little else."""
        raw = self.text[self.last : end]
        if raw.isspace():
            return
        near = self.title >= 0 and end - self.title < 8_000
        if near and len(self.authors) < 40:
            self._plain_byline(raw, end)
        if len(raw) < 8 or (self.title < 0 and len(self.dates) > 3) or not _DIGIT.search(raw):
            return
        text = _html.to_line(raw)
        found = _WORDS.search(text)
        if not found or "©" in text or "opyright" in text:
            return
        rest = text[: found.start()] + text[found.end() :]
        if len(rest) > 60:
            return
        into = self.updates if _UPDATED.search(rest) else self.dates
        into.append(_Found(4 if near else 1, end, found[0]))

    def _plain_byline(self, raw: str, end: int) -> None:
        text = raw.strip()
        if self.by and len(text) < 60:
            self.authors.append(_Found(4, end, _html.to_line(text)))
        self.by = len(text) < 60 and bool(_ENDS_BY.search(text))
        if not self.by and len(text) < 80 and BY.match(text):
            self.authors.append(_Found(3, end, _html.to_line(text)))


def look(text: str, url: str, language: str | None) -> Seen:
    """What is seen on the page *text* of who wrote it and when."""
    looker = _Looker(text)
    looker.run()
    seen = Seen(summary=looker.summary)
    ranked = sorted(looker.authors, key=lambda one: (-one.score, one.at))
    for one in ranked[:20]:
        if names := names_in(one.text):
            seen.authors = names
            break
    in_url = _IN_URL.search(urlsplit(url).path) if url else None
    day = "-".join(in_url.groups()) if in_url else None
    seen.published = list(_ordered(looker.dates, looker.title, day, language))
    seen.updated = list(_ordered(looker.updates, looker.title, None, language))
    return seen


def _ordered(
    found: list[_Found], title: int, day: str | None, language: str | None
) -> Iterator[str]:
    """Dates, the likeliest first: what the address says, by the element's name, near the title."""
    ranked = sorted(found, key=lambda one: (-one.score, one.at < title, one.at))
    said = [text for one in ranked[:40] if (text := _as_iso(one.text, language))]
    if day:
        yield from (text for text in said if text[:10] == day)
        yield day
    yield from said


def _as_iso(text: str, language: str | None) -> str | None:
    text = re.sub(r"(\d)\.\s+(\d)", r"\1.\2", " ".join(text.split()))
    text = re.sub(r"^(\d{1,2}\.\d{1,2}\.)(\d\d)(?!\d)", r"\g<1>20\2", text)
    text = re.sub(r"(?i)(\d)\s*h(\d\d)", r"\1:\2", text)
    order: _dates.Order = None
    if language:
        order = "mdy" if language.lower().replace("_", "-") in ("en-us", "us") else "dmy"
        order = None if language.lower() == "en" else order
    moment = _dates.parse(text, order)
    if moment is None and (found := _WORDS.match(text)):
        moment = _dates.parse(re.split(r"[\s,|•·–-]+(?=\d{1,2}[:.h]\d\d)", found[0])[0], order)
    if moment is None or moment.when.year < _FIRST_YEAR:
        return None
    return moment.when.isoformat() if moment.timed else moment.when.date().isoformat()
