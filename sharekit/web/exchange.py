"""One request, one answer, over a connection that may be kept for the next one."""

from __future__ import annotations

import re
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from sharekit.errors import ReadError
from sharekit.web.sniff import too_dense
from sharekit.web.urls import Target

if TYPE_CHECKING:
    import ssl

    from urllib3 import HTTPResponse
    from urllib3.connection import HTTPConnection

    from sharekit.web.sockets import Resolver

__all__ = ["Ask", "Exchange", "Failure", "Raw"]

_SLICE = 65_536
_HEADERS = 1_000_000  # bytes of headers and framing beside the body
_IDLE = 8  # kept connections, one an origin
_NEVER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]")
_PACKINGS = {"", "identity", "gzip", "x-gzip", "deflate"}


class Failure(Exception):
    """The network or the far side failed. *sent*: some of the request may have arrived."""

    def __init__(self, what: str, *, sent: bool, late: bool = False) -> None:
        super().__init__(what)
        self.sent = sent
        self.late = late


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """An answer as it came. Keys of *headers* are lower-case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request. *deadline* is on the monotonic clock, *max_bytes* bounds the answer's body.

    *allowed*: the user vouches for the host. *fresh* takes no kept connection: the far side may
    close one at the very moment it is used, and nobody could say then whether the request had
    arrived. *left* is asked right before each write for the seconds in which it may still be sent.
    """

    target: Target
    method: str = "GET"
    headers: Mapping[str, str]
    body: bytes | None = None
    max_bytes: int
    deadline: float
    allowed: bool = False
    fresh: bool = False
    left: Callable[[], float] | None = None


class Exchange:
    """Sends requests, and keeps one idle connection for each origin. May be used by threads."""

    def __init__(self, resolve: Resolver | None = None) -> None:
        self._resolve = resolve
        self._idle: dict[str, HTTPConnection] = {}
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        weakref.finalize(self, _close, self._idle)

    def close(self) -> None:
        """Close the kept connections."""
        _close(self._idle)

    def send(self, ask: Ask) -> Raw:
        """The answer to one request; redirects are not followed.

        Raises `ReadError` where the address is blocked or the answer is too big, `Failure` for
        everything else.
        """
        _check_headers(ask.headers)
        kept = None if ask.fresh else self._take(ask.target)
        if kept is not None:
            try:
                return self._ask(kept, ask)
            except Failure as failure:
                if failure.late:
                    raise
        return self._ask(self._open(ask), ask)

    def _take(self, target: Target) -> HTTPConnection | None:
        with self._lock:
            conn = self._idle.pop(target.origin, None)
        if conn is None or conn.is_connected:
            return conn
        conn.close()
        return None

    def _open(self, ask: Ask) -> HTTPConnection:
        import socket
        from http.client import HTTPException

        from urllib3.exceptions import HTTPError

        from sharekit.web import sockets

        if ask.target.scheme == "https" and self._context is None:
            self._context = sockets.tls()
        try:
            return sockets.connect(
                ask.target,
                allowed=ask.allowed,
                deadline=ask.deadline,
                context=self._context,
                resolve=self._resolve or socket.getaddrinfo,
            )
        except (OSError, HTTPError, HTTPException) as error:
            late = monotonic() >= ask.deadline
            raise Failure(_words(error, late=late), sent=False, late=late) from error

    def _ask(self, conn: HTTPConnection, ask: Ask) -> Raw:
        from http.client import HTTPException

        from urllib3.exceptions import HTTPError

        from sharekit.web import sockets

        keep = False
        response = None
        try:
            sockets.limit(
                conn, deadline=ask.deadline, budget=ask.max_bytes + _HEADERS, left=ask.left
            )
            response = _exchange(conn, ask)
            content = _body(response, ask.max_bytes)
            keep = conn.sock is not None  # it is gone where either side wants to close
            found = {name.lower(): value for name, value in response.headers.items()}
            return Raw(status=response.status, headers=found, content=content)
        except sockets.TooMuch:
            raise _too_big(ask.max_bytes) from None
        except (OSError, HTTPError, HTTPException) as error:
            late = monotonic() >= ask.deadline
            raise Failure(_words(error, late=late), sent=True, late=late) from error
        finally:
            if response is not None:
                response.close()
            self._put(ask.target, conn, keep=keep)

    def _put(self, target: Target, conn: HTTPConnection, *, keep: bool) -> None:
        spare: HTTPConnection | None = conn
        if keep:
            with self._lock:
                spare = self._idle.pop(target.origin, None)
                self._idle[target.origin] = conn
                if spare is None and len(self._idle) > _IDLE:
                    spare = self._idle.pop(next(iter(self._idle)))
        if spare is not None:
            spare.close()


def _close(idle: dict[str, HTTPConnection]) -> None:
    while idle:
        idle.popitem()[1].close()


def _check_headers(headers: Mapping[str, str]) -> None:
    """Raise `ReadError` for a value that HTTP cannot carry (RFC 9110, 5.5). It may be a secret."""
    for name, value in headers.items():
        if _NEVER.search(value):
            msg = f"the header {name} has a line break, or a character that is not Latin-1, in it"
            hint = "Look at the token that it is made of."
            raise ReadError(f"{msg}, so nothing was sent", hint=hint, code="bad-header")


def _exchange(conn: HTTPConnection, ask: Ask) -> HTTPResponse:
    try:
        conn.request(
            ask.method, ask.target.path, body=ask.body, headers=ask.headers, preload_content=False
        )
    except (BrokenPipeError, ConnectionResetError):
        # A server may answer, for instance 413, before it has read the whole body. If it did
        # not, getresponse fails in its turn.
        if conn.sock is None:
            raise
    return conn.getresponse()


def _body(response: HTTPResponse, max_bytes: int) -> bytes:
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing not in _PACKINGS:
        msg = f"the answer is packed as {packing[:40]!r}, which was not asked for"
        raise ReadError(msg, code="bad-packing")
    if (response.length_remaining or 0) > max_bytes:
        raise _too_big(max_bytes)
    out = bytearray()
    while chunk := response.read(_SLICE):
        out += chunk
        if len(out) > max_bytes or too_dense(len(out), response.tell()):
            raise _too_big(min(max_bytes, len(out)))
    return bytes(out)


def _too_big(max_bytes: int) -> ReadError:
    return ReadError(f"the answer has more than {max_bytes:,} bytes", code="too-big")


_SIMPLE = (
    (ConnectionRefusedError, "refused the connection"),
    (ConnectionResetError, "closed the connection"),
    (BrokenPipeError, "closed the connection"),
    (TimeoutError, "took too long"),
)


def _words(error: Exception, *, late: bool) -> str:
    """What went wrong, in words for a person."""
    if late:
        return "took too long"
    causes = [cause for cause in (error, error.__cause__, error.__context__) if cause]
    simple = (words for kind, words in _SIMPLE for cause in causes if isinstance(cause, kind))
    return next(simple, None) or _tls_words(causes) or _other_words(causes)


def _tls_words(causes: list[BaseException]) -> str | None:
    import ssl

    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"has a certificate that is not valid ({cause.verify_message})"
        if isinstance(cause, ssl.SSLError):
            reason = (cause.reason or "no reason given").replace("_", " ").lower()
            return f"does not speak proper TLS ({reason})"
    return None


def _other_words(causes: list[BaseException]) -> str:
    for cause in causes:
        if isinstance(cause, OSError):
            return f"cannot be reached ({cause.strerror or cause})"
    return f"gave a broken answer ({type(causes[0]).__name__})"
