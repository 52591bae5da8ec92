"""Connections that go only where they may, and end when they must.

Two limits are kept by the socket itself, so that nothing above it can be tricked: a deadline for
the whole request (a server that sends a byte now and then resets every ordinary time-out) and a
budget of bytes on the wire (endless headers, trailers and `100 Continue`s never reach a body).
"""

from __future__ import annotations

import math
import socket
import ssl
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any, cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from sharekit.errors import ReadError
from sharekit.web.addresses import check_address, is_metadata
from sharekit.web.urls import Target

__all__ = ["Resolver", "TooMuch", "connect", "limit", "tls"]

Resolver = Callable[..., list[Any]]
"""What is asked as `socket.getaddrinfo` is, and answers as it does."""

_CONNECT = 10.0  # seconds for one address, so that a dead one leaves time for the next


class TooMuch(Exception):
    """The far side sent more bytes than the budget."""


class _Bounded:
    """A deadline (on the monotonic clock) and a budget of bytes for either kind of socket.

    *left* is somebody else's word on the seconds that are left: it is asked before each write, so
    that a process that was frozen meanwhile, or a computer that slept, sends nothing late. An
    answer is read whenever it comes: it says what has become of what was sent.
    """

    deadline: float = math.inf
    budget: float = math.inf
    left: Callable[[], float] | None = None

    def _arm(self, *, sending: bool = False) -> None:
        if self.deadline is math.inf:
            return
        left = self.deadline - monotonic()
        if sending and self.left is not None:
            left = min(left, self.left())
        if left <= 0:
            raise TimeoutError("the time for the whole request is over")
        cast("socket.socket", self).settimeout(left)

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self._arm()
        count: int = super().recv_into(*args, **kwargs)  # type: ignore[misc]
        self.budget -= count
        if self.budget < 0:
            raise TooMuch
        return count

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self._arm(sending=True)
        super().sendall(*args, **kwargs)  # type: ignore[misc]


class _Socket(_Bounded, socket.socket):
    pass


class _TlsSocket(_Bounded, ssl.SSLSocket):
    pass


def tls() -> ssl.SSLContext:
    """A verifying TLS context whose sockets keep to a deadline. Costs some 10 ms: make one."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = _TlsSocket
    return context


def connect(
    target: Target,
    *,
    allowed: bool,
    deadline: float,
    context: ssl.SSLContext | None,
    resolve: Resolver,
) -> HTTPConnection:
    """An open connection to an address of *target* that was checked.

    *resolve* is asked once, and what it said is connected to: a name that leads elsewhere the
    next moment leads nowhere new.
    *allowed* is for hosts that the user vouches for; even those must not lead to a metadata
    service. Raises `ReadError` where the address must not be connected to, `OSError` and
    urllib3's errors where it could not be.
    """
    addresses = _resolved(target, deadline, resolve)
    for *_, address in addresses:
        _check(target, address[0], allowed=allowed)
    left = max(deadline - monotonic(), 0.001)
    conn: HTTPConnection
    if target.scheme == "https":
        conn = _Https(target.host, target.port, timeout=left, ssl_context=context)
    else:
        conn = _Http(target.host, target.port, timeout=left)
    cast("_Guarded", conn).addresses = addresses
    cast("_Guarded", conn).deadline = deadline
    try:
        conn.connect()
    except BaseException:
        conn.close()
        raise
    return conn


def limit(
    conn: HTTPConnection,
    *,
    deadline: float,
    budget: float,
    left: Callable[[], float] | None = None,
) -> None:
    """Give an open connection the deadline and the budget of its next request.

    *left* is asked before each write for the seconds that are left, beside the deadline.
    """
    conn.timeout = max(deadline - monotonic(), 0.001)
    sock = cast("_Bounded", conn.sock)
    sock.deadline, sock.budget, sock.left = deadline, budget, left


def _check(target: Target, ip: str, *, allowed: bool) -> None:
    if allowed and (ip == target.host or not is_metadata(ip)):
        return
    try:
        check_address(ip)
    except ReadError as error:
        if ip == target.host:
            raise
        first = error.problems[0]
        msg = f"{target.host} leads to an address that is blocked: {first.message}"
        raise ReadError(msg, hint=first.hint, code=first.code) from None


def _resolved(target: Target, deadline: float, resolve: Resolver) -> list[Any]:
    """What *resolve* says, or `TimeoutError` at the deadline.

    In a thread, because a resolver has time-outs of its own that nobody can shorten.
    """
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.append(resolve(target.host, target.port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.append(error)

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(max(deadline - monotonic(), 0))
    if not found:
        raise TimeoutError(f"looking up {target.host} took too long")
    if isinstance(found[0], Exception):
        raise OSError(0, "its name cannot be found") from found[0]
    return cast("list[Any]", found[0])


class _Guarded:
    """Connects to the addresses that were checked, never to the name again (no rebinding)."""

    addresses: list[Any]
    deadline: float

    def _new_conn(self) -> socket.socket:
        problem: OSError = OSError("the name has no address")
        for family, kind, protocol, _, address in self.addresses:
            sock = _Socket(family, kind, protocol)
            left = self.deadline - monotonic()
            try:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(max(min(left, _CONNECT), 0.001))
                sock.connect(address)
                # The handshake of TLS that follows keeps to one time-out as a whole.
                sock.settimeout(max(self.deadline - monotonic(), 0.001))
            except OSError as error:
                sock.close()
                problem = error
            else:
                return sock
        raise NewConnectionError(cast("HTTPConnection", self), str(problem)) from problem


class _Http(_Guarded, HTTPConnection):
    pass


class _Https(_Guarded, HTTPSConnection):
    pass
