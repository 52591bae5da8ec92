"""The one door for clients that speak through `requests`: their session, our network.

What such a client sends goes out through `sharekit.web.Session.call`, with its checks of the
address, its deadline and its errors; and a dry run records it like everything else.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
from collections.abc import Callable, Collection, Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from sharekit.errors import RetryLater, Unsure
from sharekit.web import Session

__all__ = ["session_through"]

# `call` writes these itself.
_OURS = {"accept", "accept-encoding", "connection", "content-length", "user-agent"}


class _Door(BaseAdapter):
    def __init__(
        self,
        web: Session,
        timeout: float,
        repeatable: Callable[[str, str], bool],
        accept: Collection[int],
    ) -> None:
        super().__init__()
        self._web = web
        self._timeout = timeout
        self._repeatable = repeatable
        self._accept = accept

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, **_: Any
    ) -> requests.Response:
        """Let *request* out through our door. Raises `PublishError`s, which no client catches."""
        method, url, body = request.method or "GET", request.url or "", request.body
        harmless = self._repeatable(method, url)
        # Not as `repeatable`: that may send the very bytes again over another connection, and a
        # signature with its nonce is good once (RFC 5849, 3.3): the second would look like a
        # wrong key. A repeat is signed anew, by whoever tries again.
        with _a_repeat_is_harmless() if harmless else contextlib.nullcontext():
            answer = self._web.call(
                method,
                url,
                headers={k: v for k, v in _texts(request.headers) if k.lower() not in _OURS},
                content=body.encode() if isinstance(body, str) else body,
                accept=self._accept,
                timeout=self._timeout,
            )
        answer = dataclasses.replace(answer, repeatable=harmless)
        response = requests.Response()
        response.status_code = answer.status
        response.headers.update(answer.headers)
        response.raw = io.BytesIO(answer.content)
        response.url = url
        response.request = request
        response.encoding = "utf-8"
        # Ours knows what an answer that is no JSON means for the post.
        response.json = answer.json  # type: ignore[method-assign, assignment]
        return response

    def close(self) -> None:
        """Nothing is kept here."""


@contextlib.contextmanager
def _a_repeat_is_harmless() -> Iterator[None]:
    try:
        yield
    except Unsure as error:
        raise RetryLater(error.message, maybe=True) from error


def _texts(headers: Any) -> list[tuple[str, str]]:
    # requests-oauthlib leaves some values as bytes
    return [(_text(k), _text(v)) for k, v in headers.items()]


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


class _Moved(requests.Session):
    """A session that asks *base* whatever server its client has built in, and signs for that."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base.rstrip("/")

    def request(  # type: ignore[override]
        self, method: str, url: str, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """As in requests."""
        here = urlsplit(url)
        return super().request(
            method, self._base + here._replace(scheme="", netloc="").geturl(), *args, **kwargs
        )


def session_through(
    web: Session,
    base: str,
    *,
    timeout: float,
    repeatable: Callable[[str, str], bool],
    accept: Collection[int] = (),
) -> requests.Session:
    """A `requests` session that asks *base*, through *web*.

    *repeatable* says of a method and a URL whether a repeat is harmless; answers with a status
    in *accept* come back to the client, which may know more of them than we do.
    """
    session = _Moved(base)
    session.trust_env = False  # no .netrc, no proxy
    session.max_redirects = 0
    door = _Door(web, timeout, repeatable, accept)
    session.mount("https://", door)
    session.mount("http://", door)
    return session
