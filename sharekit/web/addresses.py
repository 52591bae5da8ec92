"""Which addresses one may connect to.

`ipaddress.is_global` alone lets through IPv4 addresses that are wrapped in IPv6 ones, multicast,
and the metadata services of clouds, so the wrappings are undone first.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sharekit.errors import ReadError

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    Address = IPv4Address | IPv6Address

__all__ = ["check_address", "is_metadata", "why_blocked"]


@cache
def _networks(*texts: str) -> tuple[IPv4Network | IPv6Network, ...]:
    from ipaddress import ip_network

    return tuple(ip_network(text) for text in texts)


# Public by the registries, private by use: Azure's host, the retired 6to4 relays.
_NOT_PUBLIC = ("168.63.129.16/32", "192.88.99.0/24")
# Where clouds answer with credentials; an allow-list does not open these by a name.
_METADATA = (
    "169.254.0.0/16",
    "168.63.129.16/32",
    "100.100.100.200/32",
    "fd00:ec2::/32",
    "fe80::/10",
)
# https://www.iana.org/assignments/ipv6-address-space: the only block from which addresses of
# hosts are given out, and the well-known prefix of NAT64 (RFC 6052), which an IPv6-only network
# with DNS64 uses for every IPv4 host there is.
_HOSTS = ("2000::/3", "64:ff9b::/96")
_DOCUMENTATION = ("2001:db8::/32", "3fff::/20")


def check_address(ip: str) -> None:
    """Raise `ReadError` unless *ip*, an IPv4 or IPv6 literal, is on the public Internet."""
    if reason := why_blocked(ip):
        hint = (
            "To read from inside your network, put the host under `network: allow:` in the config."
        )
        raise ReadError(f"{ip} is {reason}", hint=hint, code="address-blocked")


def why_blocked(ip: str) -> str | None:
    """Why *ip* must not be connected to, in a few words; `None` when it may be."""
    from ipaddress import IPv4Address, ip_address

    try:
        address = ip_address(ip)
    except ValueError:
        return "not an address"
    if isinstance(address, IPv4Address):
        return _why_v4(address)
    for inner in _embedded(address):
        if reason := _why_v4(inner):
            return f"{inner} in an IPv6 wrapping, {reason}"
    if address.ipv4_mapped:
        return None  # and the address inside is public
    inside = any(address in network for network in _networks(*_HOSTS))
    odd = address.is_multicast or any(address in net for net in _networks(*_DOCUMENTATION))
    if not inside or odd or not (address.is_global or address in _networks(*_HOSTS)[1]):
        return "not an address on the public Internet"
    return None


def is_metadata(ip: str) -> bool:
    """Whether *ip* is where a cloud hands out credentials, in whatever wrapping."""
    from ipaddress import IPv4Address, ip_address

    address = ip_address(ip)
    found = [address] if isinstance(address, IPv4Address) else [address, *_embedded(address)]
    return any(one in network for one in found for network in _networks(*_METADATA))


def _why_v4(address: IPv4Address) -> str | None:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return "not an address on the public Internet"
    if any(address in network for network in _networks(*_NOT_PUBLIC)):
        return "not an address on the public Internet"
    return None


def _embedded(address: IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses that *address* may stand for.

    Mapped and compatible (RFC 4291), NAT64 (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380) and
    ISATAP (RFC 5214). The local prefix 64:ff9b:1::/48 (RFC 8215) needs no unwrapping: it is
    outside the blocks of hosts and refused whole, because where the IPv4 address stands in it
    depends on a prefix length that cannot be known here.
    """
    from ipaddress import IPv4Address

    number = int(address)
    found = [one for one in (address.ipv4_mapped, address.sixtofour) if one]
    found += address.teredo or ()
    if number >> 32 in {0, 0x0064FF9B << 64}:
        found.append(IPv4Address(number & 0xFFFFFFFF))
    if (number >> 32) & 0xFCFFFFFF == 0x00005EFE:
        found.append(IPv4Address(number & 0xFFFFFFFF))
    return found
