"""Domain names in running text: where one may start, how far it goes, and what of it counts.

The rules are those of twitter-text 3.1.0 (https://github.com/twitter/twitter-text). They are
followed by hand, because a pattern of 1,570 top-level domains would take longer to compile than
most runs of the program last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from sharekit.text.tlds import ASCII_TLDS, OTHER_TLDS

__all__ = [
    "BLANK",
    "HALF",
    "LATIN",
    "LETTERS",
    "RUN",
    "SPACES",
    "Chain",
    "ascii_domains",
    "chain_after",
    "chain_from",
    "is_encodable",
    "may_start",
    "start_in_run",
]

HALF = "\ud800"  # stands for the first half of a character outside the BMP
_LONGEST_LABEL = 63

# --- alphabets: as the rules have them, with the letters that their case folding lets in

_INVALID = "\ufffe\ufeff\uffff"
SPACES = "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
BLANK = SPACES.replace("\x85", "").replace("\u180e", "") + "\ufeff"  # JavaScript's \\s
_DIRECTION = "\u202a-\u202e\u061c\u200e\u200f\u2066-\u2069"
_PUNCTUATION = r"!'#%&()*+,\\\-./:;<=>?@\[\]^_{|}~$"
LATIN = (
    "\xc0-\xd6\xd8-\xf6\xf8-\xff\u0100-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268"
    "\u026f\u0272\u0289\u028b\u02bb\u0300-\u036f\u1e00-\u1eff"
)
_CYRILLIC = "\u0400-\u04ff"
# Letters outside these blocks that fold into them (`ι` by way of U+0345, old Cyrillic).
_LATIN_FOLDED = (
    "\u0260\u0269\u0275\u0280\u0283\u0288\u028a\u028c\u0292\u0399\u03b9\u1fbe\u2c65\u2c66"
    "\u2c7e\u2c7f\ua7dc"
)
_CYRILLIC_FOLDED = "\u1c80-\u1c87"
LETTERS = f"a-zA-Z0-9{LATIN}{_LATIN_FOLDED}{_CYRILLIC}{_CYRILLIC_FOLDED}"

_PART = f"[^{_PUNCTUATION}{SPACES}{_INVALID}{_DIRECTION}]"  # of a domain's label
RUN = re.compile(rf"(?:{_PART}|[_-])+")
_PART_AT = re.compile(_PART)
_LABEL = re.compile(rf"(?:{_PART}(?:{_PART}|[_-])*)?{_PART}\.")
_BEFORE = rf"[^A-Za-z0-9@＠$#＃{_INVALID}]"
_BEFORE_AT = re.compile(_BEFORE)
# The rules count in UTF-16: a domain may start after the first half of a character.
_START = re.compile(rf"(?P<half>[\U00010000-\U0010ffff])|{_BEFORE}(?={_PART})")
_DOTS = re.compile("[.\u3002\uff0e\uff61]")
_ASCII_WORD = re.compile(r"[a-zA-Z]+")
_NOT_AFTER_TLD = re.compile(r"[0-9a-zA-Z@+-]")
_PUNYCODE = re.compile(r"[xX][nN]--[-0-9a-zA-Z]+")
_ASCII_LABELS = re.compile(rf"(?:[-a-zA-Z0-9{LATIN}{_LATIN_FOLDED}]+\.)+")


@dataclass(frozen=True, slots=True)
class Chain:
    """What follows a domain's first label: where the domain ends, if anywhere.

    *first_is_name*: there is one label alone before the top-level domain, which may then have
    no underscore. *reach* is where the labels stop.
    """

    end: int | None
    first_is_name: bool
    reach: int


def chain_from(text: str, start: int) -> int | None:
    """Where the domain that starts at *start* ends; `None` if none does."""
    label = _LABEL.match(text, start)
    if not label:
        return None
    chain = chain_after(text, label.end() - 1)
    return None if chain.first_is_name and "_" in label[0] else chain.end


def chain_after(text: str, dot: int) -> Chain:
    """The longest domain whose first label ends before the *dot*."""
    stops = [(dot + 1, True)]
    while label := _LABEL.match(text, stops[-1][0]):
        stops.append((label.end(), "_" not in label[0]))
    for at in range(len(stops) - 1, -1, -1):
        stop, may_be_name = stops[at]
        end = _tld_end(text, stop) if may_be_name else None
        if end is not None:
            return Chain(end, first_is_name=at == 0, reach=stops[-1][0])
    return Chain(None, first_is_name=False, reach=stops[-1][0])


def start_in_run(
    text: str, start: int, end: int, last: int, chain: Chain
) -> tuple[int, str] | None:
    """The leftmost start of a domain whose first label ends the run *start* to *end*.

    With it comes the character before it, which must not stand before *last*. `HALF`: the
    domain starts inside the character at that place.
    """
    if not _PART_AT.match(text, end - 1):
        return None
    least = text.rfind("_", start, end) + 1 if chain.first_is_name else 0
    match = _START.search(text, max(start - 1, last, least - 1, 0), end)
    if start == last == least == 0 and _PART_AT.match(text) and not (match and match.end() == 1):
        return 0, ""
    if match is None:
        return None
    return (match.start(), HALF) if match["half"] else (match.end(), match[0])


def may_start(text: str, at: int, last: int) -> bool:
    """Whether a URL may start at *at*, when the text up to *last* is dealt with."""
    return at == last == 0 or (at > last and bool(_BEFORE_AT.match(text[at - 1])))


def _tld_end(text: str, start: int) -> int | None:
    """Where the top-level domain that starts at *start* ends, if one does."""
    word = _ASCII_WORD.match(text, start)
    if word and word[0].lower() in ASCII_TLDS and not _NOT_AFTER_TLD.match(text, word.end()):
        return word.end()
    match = _other_tlds().match(text, start) or _PUNYCODE.match(text, start)
    return match.end() if match else None


@cache
def _other_tlds() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(OTHER_TLDS)})(?-i:(?![0-9a-zA-Z@+-]))", re.IGNORECASE)


def is_encodable(domain: str, before: str = "") -> bool:
    """Whether each label of *domain* has 1 to 63 characters in its punycode form."""
    if before == HALF:
        domain = chr(0xDC00 + (ord(domain[0]) & 0x3FF)) + domain[1:]
    if domain.startswith("xn--") and not ascii_domains(domain):
        return False
    return all(0 < _encoded_length(label) <= _LONGEST_LABEL for label in domain.split("."))


def _encoded_length(label: str) -> int:
    if label.isascii():
        return len(label)
    # A full stop of another script is no dot to the rules, but one to the encoding.
    parts = _DOTS.split(label)
    return (
        len(parts)
        - 1
        + sum(
            len(part) if part.isascii() else len("xn--") + len(part.encode("punycode"))
            for part in parts
        )
    )


def ascii_domains(domain: str) -> list[tuple[int, int]]:
    """The parts of *domain* that need no punycode: without a scheme only those are links."""
    found: list[tuple[int, int]] = []
    at = after = 0
    while labels := _ASCII_LABELS.search(domain, at):
        at = labels.end()
        for dot in range(labels.end() - 1, labels.start(), -1):
            if domain[dot] == "." and (end := _tld_end(domain, dot + 1)) is not None:
                # The rules look for its text, and so may place it too early.
                start = domain.find(domain[labels.start() : end], after)
                after = start + end - labels.start()
                found.append((start, after))
                at = end
                break
    return found
