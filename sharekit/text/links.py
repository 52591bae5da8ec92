"""Links: found in a text, given their campaign's parameters, and shortened for the eye."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, unquote_plus

from sharekit.model import Limits, Link
from sharekit.text import urls
from sharekit.text.tlds import ASCII_TLDS

__all__ = ["addresses", "encoded", "find", "short", "spans", "with_parameters", "written_spans"]

# What a reader takes for a link where the channel finds none of itself:
# https://github.com/bluesky-social/atproto/blob/main/packages/api/src/rich-text/detection.ts
_BLANK = r"\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_WRITTEN = re.compile(
    rf"(?:\A|(?<=[({_BLANK}]))"
    rf"(?:https?://[^{_BLANK}]+|(?P<domain>[a-zA-Z][a-zA-Z0-9]*(?:\.[a-zA-Z0-9]+)+)[^{_BLANK}]*)"
)
_ADDRESS = re.compile(rf"https?://[^{_BLANK}]*[^{_BLANK}.,;:!?)\]}}'\"]")


def find(text: str, limits: Limits) -> tuple[Link, ...]:
    """The links of *text* as the channel of *limits* sees them, in order."""
    if limits.unit == "weighted":
        return _by_rule(text, urls.bare_rule())
    if limits.link_length is not None:
        return _by_rule(text, urls.schemed_rule())
    return _written(text)


def spans(text: str, limits: Limits) -> list[tuple[int, int]]:
    """What is not to be touched: the links of *text*, and what only looks like one.

    A host without a known top-level domain is no link to a network, but still one address.
    """
    found = [(link.start, link.end) for link in find(text, limits)]
    return found + [match.span() for match in _ADDRESS.finditer(text)]


def written_spans(text: str) -> list[tuple[int, int]]:
    """Where *text* has what a reader takes for an address, with or without a scheme."""
    return [(link.start, link.end) for link in _written(text)]


def addresses(text: str) -> set[str]:
    """The different addresses that *text* links to."""
    return {link.url for link in _written(text)}


def _by_rule(text: str, rule: urls.Rule) -> tuple[Link, ...]:
    return tuple(
        Link(
            start=url.start,
            end=url.end,
            url=("https://" if url.bare else "") + text[url.start : url.end],
        )
        for url in urls.find(text, rule)
    )


def _written(text: str) -> tuple[Link, ...]:
    found = []
    for match in _WRITTEN.finditer(text):
        domain = match["domain"]
        if domain and domain.rpartition(".")[2] not in ASCII_TLDS:
            continue
        end = match.end()
        if text[end - 1] in ".,;:!?":
            end -= 1
        if text[end - 1] == ")" and "(" not in text[match.start() : end]:
            end -= 1
        address = text[match.start() : end]
        found.append(
            Link(start=match.start(), end=end, url=f"https://{address}" if domain else address)
        )
    return tuple(found)


def with_parameters(url: str, parameters: Mapping[str, str]) -> str:
    """*url* with *parameters* added to its query.

    What the URL has already stays as it is, byte for byte: a parameter of the same name is
    neither doubled nor changed, and the fragment stays at the end.
    """
    base, hash_sign, fragment = url.partition("#")
    head, _, query = base.partition("?")
    present = {unquote_plus(part.partition("=")[0]) for part in re.split("[&;]", query)}
    added = [
        f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, value in parameters.items()
        if name not in present
    ]
    if not added:
        return url
    joined = query + ("&" if query and not query.endswith("&") else "") + "&".join(added)
    return f"{head}?{joined}{hash_sign}{fragment}"


def encoded(url: str) -> str:
    """*url* as every network finds it whole in a text: what ends an address there is encoded.

    Some networks end a link at a space, some at the first letter that is not Latin. The host
    stays readable, and what is encoded already stays as it is.
    """
    match = re.fullmatch(r"(https?://[^/?#]*)(.*)", url.strip(), re.IGNORECASE | re.DOTALL)
    return match[1] + quote(match[2], safe=_KEPT) if match else url


_KEPT = "%/?#[]@!$&'()*+,;=:~-._"


def short(url: str) -> str:
    """*url* as a reader needs it: the host, and the path's first 13 characters.

    https://github.com/bluesky-social/social-app/blob/main/src/lib/strings/url-helpers.ts
    """
    match = re.fullmatch(r"https?://([^/?#]*)(.*)", url, re.IGNORECASE | re.DOTALL)
    if not match:
        return url
    host, rest = match[1], _readable(match[2])
    if rest == "/":
        rest = ""
    return host + (f"{rest[:13]}..." if len(rest) > 15 else rest)


def _readable(rest: str) -> str:
    """*rest* of an address with its letters decoded, unless something in it would not show."""
    decoded = unquote(rest)
    shows = decoded.isprintable() and not re.search(r"[\s\ufffd]", decoded)
    return decoded if shows else rest
