r"""Which texts are URLs one may ask for, checked as written, before any parser sees them.

Parsers disagree, and `urllib.parse` silently drops tabs and line breaks: of
`https://example.com\n.evil.com/` it makes the host `example.com.evil.com`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from sharekit.errors import ConfigError, ReadError

__all__ = ["Allowed", "Target", "check_url", "with_params"]

_PORTS = {"http": 80, "https": 443}
_MAX_LENGTH = 8_000  # what servers and caches commonly take
_NEVER = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_SHAPE = re.compile(r"(https?)://([^/?#]*)([^#]*)", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]*)(?::([0-9]{0,5}))?")
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMERIC = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
# What may stand in a path and a query; everything else, such as a blank, is written %20.
_SAFE = "/%:;,=&?@!$'()*+~[]-._"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A checked URL in parts. *host* is lower-case ASCII or an address, *path* has the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: what credentials belong to."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (
            "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        )

    @property
    def url(self) -> str:
        """The URL as it is asked for: ASCII, no fragment."""
        return self.origin + self.path

    def join(self, location: str) -> Target:
        """Where a redirect to *location* leads. Raises `ReadError`."""
        if _NEVER.search(location):
            raise _odd(location, "has a control character or a backslash")
        return check_url(urljoin(self.url, location))


def check_url(text: str) -> Target:
    """The parts of *text*, an absolute http or https URL.

    Raises `ReadError` for other schemes, control characters, backslashes, user names, and hosts
    in disguise: numbers for addresses (`2130706433`, `127.1`, `0x7f.1`), escapes, characters that
    only become letters or digits of a host after normalisation.
    """
    if len(text) > _MAX_LENGTH:
        raise _odd(text[:60] + "…", f"is longer than {_MAX_LENGTH:,} characters")
    if _NEVER.search(text):
        raise _odd(text, "has a control character or a backslash")
    shape = _SHAPE.match(text)
    if shape is None:
        raise _odd(text, "is not an http or https URL")
    scheme, authority, path = shape[1].lower(), shape[2], shape[3]
    if "@" in authority:
        # The text itself may be a password, so it is not shown.
        raise ReadError(
            "a URL with a user name or password in it is not asked for",
            hint="Put credentials in the config, as `token: !env NAME`.",
            code="url-odd",
        )
    parts = _AUTHORITY.fullmatch(authority)
    port = int(parts[2] or _PORTS[scheme]) if parts else 0
    if parts is None or not 0 < port < 65_536:
        raise _odd(text, "has no proper host and port")
    path = quote(path, safe=_SAFE)
    return Target(
        scheme=scheme,
        host=_host(parts[1], text),
        port=port,
        path=path if path.startswith("/") else "/" + path,
    )


def _host(name: str, url: str) -> str:
    from ipaddress import IPv4Address, IPv6Address

    try:
        if name.startswith("["):
            return str(IPv6Address(name[1:-1]))
        host = _ascii(name, url).removesuffix(".")
        if len(host) > 253 or not _NAME.fullmatch(host):
            raise _odd(url, "has a host that cannot be a name")
        # Whatever ends in a number is an address (WHATWG URL 4.4), and only one spelling will do.
        return str(IPv4Address(host)) if _NUMERIC.fullmatch(host) else host
    except ValueError as error:
        raise _odd(url, "has a host that is an oddly written address") from error


def _ascii(name: str, url: str) -> str:
    if name.isascii():
        return name.lower()
    import unicodedata

    import idna

    try:
        host = idna.encode(name, uts46=True).decode().lower()
    except idna.IDNAError as error:
        raise _odd(url, f"has a host that is no domain name ({error})") from error
    if "xn--" not in host or unicodedata.normalize("NFKC", name).isascii():
        raise _odd(url, "has a host written in disguise")
    return host


def _odd(url: str, what: str) -> ReadError:
    return ReadError(f"{url!r} {what}", hint="Correct the address.", code="url-odd")


class Allowed:
    """The hosts that may be asked although they are inside, or on a port of their own.

    Entries are `host` (every port) or `host:port`; a host is a name or an address.
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self._entries = {self._parse(entry) for entry in entries}

    @staticmethod
    def _parse(entry: str) -> tuple[str, int | None]:
        text = f"[{entry}]" if entry.count(":") > 1 and "[" not in entry else entry
        try:
            target = check_url(f"http://{text}")
            if target.path != "/":
                raise _odd(entry, "has a path")
        except ReadError as error:
            msg = f"{entry!r} in the list of allowed hosts is not a host or host:port"
            raise ConfigError(
                msg, hint="Write it as intranet.example or 127.0.0.1:8080."
            ) from error
        return target.host, target.port if re.search(r":[0-9]+$", text) else None

    def __contains__(self, target: Target) -> bool:
        found = {(target.host, None), (target.host, target.port)}
        return not found.isdisjoint(self._entries)

    def check_port(self, target: Target) -> None:
        """Raise `ReadError` for a port that is neither 80 nor 443 nor allowed."""
        if target.port not in _PORTS.values() and target not in self:
            hint = f"Put {target.host}:{target.port} under `network: allow:` in the config."
            msg = f"{target.origin} is on port {target.port}, and only 80 and 443 are asked"
            raise ReadError(msg, hint=hint, code="port-blocked")


def with_params(url: str, params: Mapping[str, Any] | None) -> str:
    """*url* with *params* as its query, behind what stands there; `None` leaves one out."""
    if not params:
        return url
    given = {name: value for name, value in params.items() if value is not None}
    return url + ("&" if "?" in url else "?") + urlencode(given, doseq=True)
