"""A server on loopback that records what it is asked and fails as networks fail."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message as Headers
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

__all__ = ["FakeServer", "Fault", "Handler", "Reply", "Request", "Upload"]

Fault = Literal[
    "cut-before",  # the connection breaks before the request is acted on
    "cut-after",  # the request is acted on, then the connection breaks
    "half",  # acted on, then the status line and half of the body
    "stall",  # acted on, then nothing until the client gives up
    "503-after",  # acted on, then a gateway's 503
    "503-before",
    "429-seconds",  # not acted on; `Retry-After: 7`
    "429-date",  # not acted on; `Retry-After` as a date 7 s ahead
    "429-reset",  # not acted on; `X-RateLimit-Reset` as Unix time 7 s ahead
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file in a multipart form."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client asked. *path* is decoded, *query* and *headers* keep the last of each name."""

    method: str
    path: str
    target: str
    query: Mapping[str, str]
    headers: Headers
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def form(self) -> dict[str, str | Upload]:
        """The fields of an urlencoded or multipart body."""
        if self.headers.get_content_type() != "multipart/form-data":
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        mark = b"--" + str(self.headers.get_param("boundary")).encode()
        return dict(_part(part) for part in self.body.split(mark)[1:-1])


def _part(part: bytes) -> tuple[str, str | Upload]:
    head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    headers = Headers()
    for line in head.decode().splitlines():
        name, _, value = line.partition(":")
        headers[name] = value.strip()
    content = content.removesuffix(b"\r\n")
    name = str(headers.get_param("name", header="content-disposition"))
    file = headers.get_param("filename", header="content-disposition")
    if file is None:
        return name, content.decode()
    return name, Upload(name=str(file), mime=headers.get_content_type(), content=content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server answers. *json*, where given, is the body."""

    status: int = 200
    json: Any = None
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Request], Reply]


@dataclass(slots=True, kw_only=True)
class _Planned:
    fault: Fault | Reply
    times: int
    when: Callable[[Request], bool]


class FakeServer:
    """A server on 127.0.0.1, for a `with` block.

    *answers* are given one by one, or *handler* makes each from its request. `requests` holds
    what came in. A handler that raises answers 500 and raises again at the end of the block,
    so an assertion in it is never lost.
    """

    def __init__(self, answers: Iterable[Reply] = (), *, handler: Handler | None = None) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.errors: list[Exception] = []
        self._handler = handler
        self._faults: list[_Planned] = []
        self._stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _connection(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        if self.errors and kind is None:
            raise self.errors[0]

    def fail(
        self,
        fault: Fault | Reply,
        *,
        times: int = 1,
        when: Callable[[Request], bool] = lambda _: True,
    ) -> None:
        """Let the next *times* requests that *when* picks meet *fault*.

        A `Reply` is given without the request being acted on.
        """
        self._faults.append(_Planned(fault=fault, times=times, when=when))

    def calm(self) -> None:
        """Forget the faults that have not come yet."""
        self._faults.clear()

    def respond(self, request: Request) -> Reply:
        """The answer to *request*; a server with routes overrides this."""
        if self._handler is not None:
            return self._handler(request)
        if not self.answers:
            msg = f"no answer left for {request.method} {request.target}"
            raise AssertionError(msg)
        return self.answers.pop(0)

    def wait(self) -> None:
        """Wait as a stalled server does: until the block ends."""
        self._stop.wait(60)

    def answer(self, request: Request) -> Reply:
        """As `respond`, with the request kept and a failure of the handler remembered."""
        self.requests.append(request)
        try:
            return self.respond(request)
        except Exception as error:  # noqa: BLE001  (raised again when the block ends)
            self.errors.append(error)
            return Reply(status=500, json={"error": "the stand-in broke"})

    def take_fault(self, request: Request) -> Fault | Reply | None:
        """The fault planned for *request*, used up once."""
        for planned in self._faults:
            if planned.times > 0 and planned.when(request):
                planned.times -= 1
                return planned.fault
        return None


def _instead(fault: Fault | Reply | None) -> Reply | None:
    """What a fault answers without the request being acted on."""
    if fault is None or isinstance(fault, Reply):
        return fault
    later = datetime.now(UTC) + timedelta(seconds=7)
    limits = {
        "429-seconds": {"Retry-After": "7"},
        "429-date": {"Retry-After": format_datetime(later, usegmt=True)},
        "429-reset": {
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(int(time.time()) + 7),
        },
    }
    if fault in limits:
        return Reply(status=429, json={"error": "Too many requests"}, headers=limits[fault])
    return Reply(status=503) if fault == "503-before" else None


def _connection(server: FakeServer) -> type[BaseHTTPRequestHandler]:
    return type("Connection", (_Connection,), {"fake": server})


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    fake: ClassVar[FakeServer]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def _serve(self) -> None:
        request = self._read()
        fault = self.fake.take_fault(request)
        if fault == "cut-before":
            return self._reset()
        if instead := _instead(fault):
            return self._send(instead)
        return self._after(fault, self.fake.answer(request))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815

    def _after(self, fault: Fault | Reply | None, reply: Reply) -> None:
        """Answer a request that was acted on."""
        if fault == "stall":
            self.fake.wait()
        if fault in {"stall", "cut-after"}:
            self._reset()
        elif fault == "503-after":
            self._send(Reply(status=503, body=b"<html>503 upstream timed out</html>"))
        else:
            self._send(reply, half=fault == "half")

    def _read(self) -> Request:
        url = urlsplit(self.path)
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            body = b"".join(iter(self._chunk, b""))
        else:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
        return Request(
            method=self.command,
            path=unquote(url.path),
            target=self.path,
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            headers=self.headers,
            body=body,
        )

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().split(b";")[0], 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data

    def _send(self, reply: Reply, *, half: bool = False) -> None:
        body = reply.body if reply.json is None else json.dumps(reply.json).encode()
        self.send_response(reply.status)
        if reply.json is not None:
            self.send_header("Content-Type", "application/json; charset=utf-8")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if half:
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self._reset()
        elif self.command != "HEAD":
            self.wfile.write(body)

    def _reset(self) -> None:
        # A linger of zero seconds makes close() send RST instead of FIN.
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
