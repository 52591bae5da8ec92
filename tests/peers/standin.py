"""What the stand-ins share: routes, and refusals in the network's own words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sharekit.testing import Network, Reply, Request


class Refusal(Exception):
    """Ends a request with *reply*."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


def route(method: str, path: str) -> Callable[[Any], Any]:
    """Let a method answer *method* on *path*, a regular expression for the whole path."""

    def mark(function: Any) -> Any:
        function.routes = (*getattr(function, "routes", ()), (method, path))
        return function

    return mark


class StandIn(Network):
    """A network of methods marked with `route`; each takes the request and the path's groups."""

    def __init__(self) -> None:
        super().__init__()
        self._routes = [
            (verb, re.compile(path), getattr(self, name))
            for name in dir(type(self))
            for verb, path in getattr(getattr(type(self), name), "routes", ())
        ]

    def respond(self, request: Request) -> Reply:
        for method, path, function in self._routes:
            if method == request.method and (found := path.fullmatch(request.path)):
                try:
                    return function(request, *found.groups())
                except Refusal as refusal:
                    return refusal.reply
        return self.unknown(request)

    def unknown(self, request: Request) -> Reply:
        return Reply(status=404, json={"error": f"no route for {request.method} {request.path}"})


def image_kind(content: bytes) -> str | None:
    """The media type of a picture by its first bytes."""
    kinds = {b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
    return next((kind for mark, kind in kinds.items() if content.startswith(mark)), None)
