"""Where a text has URLs, by the networks' own rules, which decide what a text costs.

The rules are those of twitter-text 3.1.0 (`extractUrlsWithIndices` and its conformance files,
https://github.com/twitter/twitter-text), as they stand and as the servers of the fediverse
changed them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sharekit.text import domains
from sharekit.text.domains import LETTERS, SPACES

__all__ = ["Rule", "Url", "bare_rule", "find", "schemed_rule", "utf16_length"]

_LONGEST = 4096  # UTF-16 units, the scheme counted twice
_LONGEST_SLUG = 40  # of the first network's own short links
_PORT = re.compile(r":[0-9]+")
_SHORT = re.compile(
    r"[hH][tT][tT][pP][sS]?://[tT]\.[cC][oO]/([a-zA-Z0-9]+)"
    r"(?:\?[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-zA-Z0-9\-_&=#/])?"
)


def _parens(general: str) -> str:
    """Balanced parentheses around *general* characters, at most two deep."""
    return rf"\((?:{general}+|(?:{general}*\({general}+\){general}*))\)"


@dataclass(frozen=True, slots=True)
class Rule:
    """One network's way to see URLs. *bare*: also without a scheme."""

    bare: bool
    schemes: tuple[str, ...]
    path: re.Pattern[str]
    query: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Url:
    """Code points *start* to *end* (exclusive) of a text are a URL. *bare*: it has no scheme.

    *counted_to* is where a count goes on after it: before *end* where the domain has a tail
    that is no link (the rules take the URL for shorter than it is).
    """

    start: int
    end: int
    bare: bool
    counted_to: int


@cache
def bare_rule() -> Rule:
    """twitter-text as it stands: `example.com` is a URL, and short links end after their slug."""
    general = rf"[{LETTERS}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
    parens = _parens(general)
    return Rule(
        bare=True,
        schemes=("https", "http"),
        path=re.compile(
            rf"/(?:{general}*(?:{parens}{general}*)*[+\-{LETTERS}=_#/]|{parens}|@{general}+/)*"
        ),
        query=re.compile(r"\?[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-zA-Z0-9\-_&=#/]"),
    )


@cache
def schemed_rule() -> Rule:
    """The fediverse's servers: a scheme is needed, and a path may hold nearly anything.

    https://github.com/mastodon/mastodon/blob/main/config/initializers/twitter_regex.rb
    """
    space = SPACES.replace("\u180e", "")
    general = rf"[^{space}<>()?]"
    # A path may end in parentheses only if the older rule's characters stand in them.
    old_parens = _parens(rf"[{LETTERS}!*';:=+,.$/%#\[\]\-\u2010-\u2015_~@|&]")
    parens = _parens(general)
    ending = rf"(?:[^{space}()?!*\"'「」<>;:=,.$%\[\]~&|@]|{old_parens})"
    beyond = "\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\uffef\U00010000-\U0010fffd"
    return Rule(
        bare=False,
        schemes=("https", "http", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "gemini"),
        path=re.compile(rf"/(?:{general}*(?:{parens}{general}*)*{ending}|{general}+/)*"),
        query=re.compile(
            rf"\?[a-zA-Z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^{beyond}]*[a-zA-Z0-9_&=#/\-{beyond}]"
        ),
    )


def find(text: str, rule: Rule) -> list[Url]:
    """The URLs of *text* by *rule*, in order."""
    if "." not in text or not (rule.bare or ":" in text):
        return []
    return list(_scan(text, rule))


@dataclass(frozen=True, slots=True)
class _Found:
    """A URL up to its domain: it starts at *first*, the domain spans *domain* to *domain_end*.

    *before* is the character before it.
    """

    first: int
    domain: int
    domain_end: int
    before: str = ""


def _scan(text: str, rule: Rule) -> Iterator[Url]:
    last = 0  # where the rules go on searching
    hopeless = 0  # no domain starts in a run that ends before this
    for run in domains.RUN.finditer(text):
        start, end = run.span()
        if end <= last or end < hopeless:
            continue
        found = None
        if text.startswith("://", end):
            found = _with_scheme(text, end, last, run[0], rule)
        elif text.startswith(".", end):
            # A rule that needs a scheme passes over what has none, and over all of it.
            chain = domains.chain_after(text, end)
            if chain.end is None:
                hopeless = chain.reach
            elif begun := domains.start_in_run(text, start, end, last, chain):
                found = _Found(begun[0], begun[0], chain.end, before=begun[1])
        if found is not None:
            last, path = _rest(text, found.domain_end, rule)
            if (rule.bare or found.first < found.domain) and _is_valid(text, found, last):
                yield from _urls(text, found, last, path=path)


def _with_scheme(text: str, end: int, last: int, run: str, rule: Rule) -> _Found | None:
    """The URL whose scheme is the end of the *run*, which ends at *end*."""
    word = run.lower()
    scheme = next((scheme for scheme in rule.schemes if word.endswith(scheme)), None)
    if scheme is None or not domains.may_start(text, end - len(scheme), last):
        return None
    domain = end + len("://")
    domain_end = domains.chain_from(text, domain)
    return None if domain_end is None else _Found(end - len(scheme), domain, domain_end)


def _rest(text: str, at: int, rule: Rule) -> tuple[int, bool]:
    """Where port, path and query after a domain end, and whether there is a path."""
    if port := _PORT.match(text, at):
        at = port.end()
    # No URL is longer, and the path's pattern takes the square of what it is given.
    most = at + _LONGEST
    path = rule.path.match(text, at, most)
    if path:
        at = path.end()
    if query := rule.query.match(text, at, most):
        at = query.end()
    return at, path is not None


def _is_valid(text: str, found: _Found, end: int) -> bool:
    scheme = found.domain - found.first or len("https://")
    fits = scheme + utf16_length(text[found.first : end]) <= _LONGEST
    return fits and domains.is_encodable(text[found.domain : found.domain_end], found.before)


def _urls(text: str, found: _Found, end: int, *, path: bool) -> Iterator[Url]:
    if found.first < found.domain:
        if short := _SHORT.match(text, found.first, end):
            if len(short[1]) > _LONGEST_SLUG:
                return
            end = short.end()
        yield Url(found.first, end, bare=False, counted_to=end)
        return
    if found.before and found.before in "-_./":
        return
    spans = domains.ascii_domains(text[found.domain : found.domain_end])
    for start, stop in spans:
        first, after = found.domain + start, found.domain + stop
        if path and (start, stop) == spans[-1]:
            tail = text[after : found.domain_end]
            counted = _back(text, end, utf16_length(tail)) if tail else end
            yield Url(first, end, bare=True, counted_to=counted)
        else:
            yield Url(first, after, bare=True, counted_to=after)


def _back(text: str, at: int, units: int) -> int:
    """The offset that lies *units* UTF-16 units before *at*."""
    while units > 0:
        at -= 1
        units -= 1 + (text[at] > "\uffff")
    return at


def utf16_length(text: str) -> int:
    """How many UTF-16 code units *text* has."""
    return len(text) + sum(char > "\uffff" for char in text)
