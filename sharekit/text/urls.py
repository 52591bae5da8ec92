"""Where a text has URLs, by the networks' own rules, which decide what a text costs.

The rules are those of twitter-text 3.1.0 (`extractUrlsWithIndices`, its regular expressions and
its conformance files, https://github.com/twitter/twitter-text), as the first network has them
and as the servers of the fediverse changed them. One scanner reads both: it finds the domain by
hand, because a pattern of 1,570 top-level domains would take longer to compile than most runs
of the program last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sharekit.text.tlds import ASCII_TLDS, OTHER_TLDS

__all__ = ["Rule", "Url", "bare_rule", "find", "schemed_rule", "utf16_length"]

_LONGEST = 4096  # UTF-16 units, the scheme counted twice
_LONGEST_LABEL = 63
_LONGEST_SLUG = 40  # of the first network's own short links

# --- alphabets: as the rules have them, with the letters that their case folding lets in

_INVALID = "\ufffe\ufeff\uffff"
_SPACES = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_PUNCTUATION = r"!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"
_LATIN = (
    "\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268"
    "\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_CYRILLIC = "\u0400-\u04ff"
_FOLDED = (
    "\u0260\u0269\u0275\u0280\u0283\u0288\u028a\u028c\u0292\u0399\u03b9\u1c80-\u1c87\u1fbe"
    "\u2c65\u2c66\u2c7e\u2c7f\ua7dc"
)

_PART = f"[^{_PUNCTUATION}{_SPACES}{_INVALID}{_DIRECTION}]"  # of a domain's label
_RUN = re.compile(rf"(?:{_PART}|[_-])+")
_PART_AT = re.compile(_PART)
_LABEL = re.compile(rf"(?:{_PART}(?:{_PART}|[_-])*)?{_PART}\.")
_BEFORE = re.compile(rf"[^A-Za-z0-9@＠$#＃{_INVALID}]")
_START = re.compile(rf"[^A-Za-z0-9@＠$#＃{_INVALID}](?={_PART})")
_ASCII_WORD = re.compile(r"[a-zA-Z]+")
_NOT_AFTER_TLD = re.compile(r"[0-9a-zA-Z@+-]")
_PUNYCODE = re.compile(r"[xX][nN]--[-0-9a-zA-Z]+")
_ASCII_LABELS = re.compile(rf"(?:[-a-zA-Z0-9{_LATIN}{_FOLDED}]+\.)+")
_PORT = re.compile(r":[0-9]+")
_SHORT = re.compile(
    r"[hH][tT][tT][pP][sS]?://[tT]\.[cC][oO]/([a-zA-Z0-9]+)"
    r"(?:\?[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-zA-Z0-9\-_&=#/])?"
)


def _parens(general: str) -> str:
    """Balanced parentheses around *general* characters, at most two deep."""
    return rf"\((?:{general}+|(?:{general}*\({general}+\){general}*))\)"


def _path(general: str, parens: str, ending: str, other: str) -> re.Pattern[str]:
    segment = rf"(?:{general}*(?:{parens}{general}*)*{ending})"
    return re.compile(rf"/(?:{segment}|(?:{other}))*")


@dataclass(frozen=True, slots=True)
class Rule:
    """One network's way to see URLs. *bare*: also without a scheme."""

    bare: bool
    schemes: tuple[str, ...]
    path: re.Pattern[str]
    query: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Url:
    """Code points *start* to *end* (exclusive) of a text are a URL. *bare*: it has no scheme."""

    start: int
    end: int
    bare: bool


@cache
def bare_rule() -> Rule:
    """twitter-text as it stands: `example.com` is a URL, and short links end after their slug."""
    letters = f"a-zA-Z{_CYRILLIC}0-9{_LATIN}{_FOLDED}"
    general = rf"[{letters}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
    parens = _parens(general)
    return Rule(
        bare=True,
        schemes=("https", "http"),
        path=_path(general, parens, rf"(?:[+\-{letters}=_#/]|{parens})", rf"@{general}+/"),
        query=re.compile(r"\?[a-zA-Z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-zA-Z0-9\-_&=#/]"),
    )


@cache
def schemed_rule() -> Rule:
    """The fediverse's servers: a scheme is needed, and a path may hold nearly anything.

    https://github.com/mastodon/mastodon/blob/main/config/initializers/twitter_regex.rb
    """
    letters = f"a-zA-Z{_CYRILLIC}0-9{_LATIN}{_FOLDED}"
    space = _SPACES.replace("\u180e", "")
    general = rf"[^{space}<>()?]"
    # A path may end in parentheses only if the older rule's characters stand in them.
    closing = _parens(rf"[{letters}!*';:=+,.$/%#\[\]\-\u2010-\u2015_~@|&]")
    ending = rf"(?:[^{space}()?!*\"'「」<>;:=,.$%\[\]~&|@]|{closing})"
    beyond = "\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\uffef\U00010000-\U0010fffd"
    return Rule(
        bare=False,
        schemes=("https", "http", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "gemini"),
        path=_path(general, _parens(general), ending, f"{general}+/"),
        query=re.compile(
            rf"\?[a-zA-Z0-9!?*'();:&=+$/%#\[\]\-_.,~|@^{beyond}]*[a-zA-Z0-9_&=#/\-{beyond}]"
        ),
    )


def find(text: str, rule: Rule) -> list[Url]:
    """The URLs of *text* by *rule*, in order."""
    if "." not in text or not (rule.bare or ":" in text):
        return []
    return list(_scan(text, rule))


def _scan(text: str, rule: Rule) -> Iterator[Url]:
    last = 0  # where the rules go on searching
    hopeless = 0  # no domain starts in a run that ends before this
    for run in _RUN.finditer(text):
        start, end = run.span()
        if end <= last or end < hopeless:
            continue
        found = None
        if text.startswith("://", end):
            found = _with_scheme(text, start, end, last, rule)
        elif text.startswith(".", end):
            chain = _chain(text, end)
            if chain.end is None:
                hopeless = chain.reach
            elif rule.bare:
                found = _start_in_run(text, start, end, last, chain)
        if found is None:
            continue
        first, domain_start, domain_end = found
        last, path = _rest(text, domain_end, rule)
        if _is_valid(text, first, domain_start, domain_end, last):
            yield from _urls(text, found, last, path=path)


def _urls(text: str, found: tuple[int, int, int], end: int, *, path: bool) -> Iterator[Url]:
    first, domain_start, domain_end = found
    if first < domain_start:
        if short := _SHORT.match(text, first, end):
            if len(short[1]) > _LONGEST_SLUG:
                return
            end = short.end()
        yield Url(first, end, bare=False)
        return
    if first and text[first - 1] in "-_./":
        return
    spans = _ascii_domains(text[domain_start:domain_end])
    for at, (start, stop) in enumerate(spans):
        whole = path and at == len(spans) - 1
        yield Url(domain_start + start, end if whole else domain_start + stop, bare=True)


def _with_scheme(
    text: str, start: int, end: int, last: int, rule: Rule
) -> tuple[int, int, int] | None:
    """The URL whose scheme is the end of the run *start* to *end*."""
    word = text[start:end].lower()
    scheme = next((scheme for scheme in rule.schemes if word.endswith(scheme)), None)
    if scheme is None:
        return None
    first = end - len(scheme)
    if not _may_start(text, first, last):
        return None
    label = _LABEL.match(text, end + 3)
    if not label:
        return None
    chain = _chain(text, label.end() - 1)
    if chain.end is None or (chain.first_is_name and "_" in label[0]):
        return None
    return first, end + 3, chain.end


def _start_in_run(
    text: str, start: int, end: int, last: int, chain: _Chain
) -> tuple[int, int, int] | None:
    """The leftmost start of a domain whose first label ends the run *start* to *end*."""
    if not _PART_AT.match(text, end - 1) or chain.end is None:
        return None
    least = text.rfind("_", start, end) + 1 if chain.first_is_name else 0
    from_here = max(start - 1, last, least - 1, 0)
    match = _START.search(text, from_here, end)
    at = match.start() + 1 if match else None
    if start == last == least == 0 and _PART_AT.match(text) and at != 1:
        at = 0
    return None if at is None else (at, at, chain.end)


def _may_start(text: str, at: int, last: int) -> bool:
    return at == last == 0 or (at > last and bool(_BEFORE.match(text[at - 1])))


@dataclass(frozen=True, slots=True)
class _Chain:
    """What follows a domain's first label: where the domain ends, if anywhere.

    *first_is_name*: there is one label alone before the top-level domain, which may then have
    no underscore. *reach* is where the labels stop.
    """

    end: int | None
    first_is_name: bool
    reach: int


def _chain(text: str, dot: int) -> _Chain:
    """The longest domain whose first label ends before the *dot*."""
    stops = [(dot + 1, True)]
    while label := _LABEL.match(text, stops[-1][0]):
        stops.append((label.end(), "_" not in label[0]))
    for at in range(len(stops) - 1, -1, -1):
        stop, may_be_name = stops[at]
        end = _tld_end(text, stop) if may_be_name else None
        if end is not None:
            return _Chain(end, first_is_name=at == 0, reach=stops[-1][0])
    return _Chain(None, first_is_name=False, reach=stops[-1][0])


def _tld_end(text: str, start: int) -> int | None:
    """Where the top-level domain that starts at *start* ends, if one does."""
    word = _ASCII_WORD.match(text, start)
    if word and word[0].lower() in ASCII_TLDS and not _NOT_AFTER_TLD.match(text, word.end()):
        return word.end()
    match = _other_tlds().match(text, start) or _PUNYCODE.match(text, start)
    return match.end() if match else None


@cache
def _other_tlds() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(OTHER_TLDS)})(?![0-9a-zA-Z@+-])", re.IGNORECASE)


def _rest(text: str, at: int, rule: Rule) -> tuple[int, bool]:
    """Where port, path and query after a domain end, and whether there is a path."""
    if port := _PORT.match(text, at):
        at = port.end()
    path = rule.path.match(text, at)
    if path:
        at = path.end()
    if query := rule.query.match(text, at):
        at = query.end()
    return at, path is not None


def _is_valid(text: str, first: int, domain_start: int, domain_end: int, end: int) -> bool:
    domain = text[domain_start:domain_end]
    if domain.startswith("xn--") and not _ascii_domains(domain):
        return False
    if not all(0 < _ascii_length(label) <= _LONGEST_LABEL for label in domain.split(".")):
        return False
    scheme = domain_start - first or len("https://")
    return scheme + utf16_length(text[first:end]) <= _LONGEST


def _ascii_length(label: str) -> int:
    return len(label) if label.isascii() else len("xn--") + len(label.encode("punycode"))


def utf16_length(text: str) -> int:
    """How many UTF-16 code units *text* has."""
    return len(text) + sum(char > "\uffff" for char in text)


def _ascii_domains(domain: str) -> list[tuple[int, int]]:
    """The parts of *domain* that need no punycode: without a scheme only those are links."""
    found = []
    at = 0
    while labels := _ASCII_LABELS.search(domain, at):
        at = labels.end()
        for dot in range(labels.end() - 1, labels.start(), -1):
            if domain[dot] == "." and (end := _tld_end(domain, dot + 1)) is not None:
                found.append((labels.start(), end))
                at = end
                break
    return found
