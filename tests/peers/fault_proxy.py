"""Stands before a real server and lets requests meet the faults of `sharekit.testing`."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from sharekit.testing import Network, Reply, Request

_HOP = {"connection", "content-length", "transfer-encoding", "keep-alive", "date", "server"}


class FaultProxy(Network):
    """Hands every request on to *upstream* and its answer back."""

    def __init__(self, upstream: str) -> None:
        super().__init__()
        self.upstream = urlsplit(upstream)

    def respond(self, request: Request) -> Reply:
        assert self.upstream.hostname
        server = http.client.HTTPConnection(self.upstream.hostname, self.upstream.port, timeout=30)
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP}
        try:
            server.request(request.method, request.target, request.body or None, headers)
            answer = server.getresponse()
            kept = {k: v for k, v in answer.getheaders() if k.lower() not in _HOP}
            return Reply(status=answer.status, body=answer.read(), headers=kept)
        finally:
            server.close()
