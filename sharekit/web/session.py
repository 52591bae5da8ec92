"""The `Session`: what may be asked, how often, how long, and what a failure means."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from sharekit._version import __version__
from sharekit.errors import (
    Problem,
    PublishError,
    ReadError,
    Refused,
    RetryLater,
    Unreachable,
    Unsure,
)
from sharekit.web.answers import Answer, Page, page_of
from sharekit.web.headers import HARMLESS, conditions, merged
from sharekit.web.pace import Pace
from sharekit.web.secrets import redact
from sharekit.web.urls import Allowed, Target, check_url, with_params

if TYPE_CHECKING:
    from sharekit.web.bodies import File
    from sharekit.web.cache import Cache
    from sharekit.web.exchange import Exchange, Raw
    from sharekit.web.robots import Robots
    from sharekit.web.sockets import Resolver

__all__ = ["MAX_BYTES", "Session"]

MAX_BYTES = 20_000_000
"""Of any one page, feed or picture, after decompression."""
_HOPS = 5
_REDIRECTS = {301, 302, 303, 307, 308}
_BUSY = {429, 502, 503, 504}


class Session:
    """The one door to the network. May be shared by threads.

    *allow* names hosts (`intranet.example`) or hosts with a port (`127.0.0.1:8080`) that may be
    asked although they are inside the network or on another port than 80 and 443.
    *cache* is a folder for pages that can be asked for again with a condition.
    *offline* opens no socket: reads come from the cache or fail.
    *timeout* is in seconds, for a whole read with its redirects and repeats.
    *retries* is how often a read that found nobody is tried again, with growing pauses.
    *pace* is the least number of seconds between two reads from one host.
    *contact* is the URL in the `User-Agent`, where those who run a server find out who asks:
    the site that posts are read for.
    *resolve* is asked for the addresses of a name, as `socket.getaddrinfo` is.
    """

    def __init__(
        self,
        *,
        allow: Iterable[str] = (),
        cache: Path | None = None,
        offline: bool = False,
        timeout: float = 15.0,
        retries: int = 2,
        pace: float = 0.2,
        contact: str | None = None,
        resolve: Resolver | None = None,
    ) -> None:
        self.offline = offline
        self.timeout = timeout
        self.problems: list[Problem] = []
        self._allowed = Allowed(allow)
        self._retries = retries
        self._pace = Pace(pace)
        self._agent = f"sharekit/{__version__}" + (f" (+{contact})" if contact else "")
        self._resolve = resolve
        self._secrets: set[str] = set()
        self._robots: dict[str, Robots] = {}
        self._peeked: tuple[str, Page] | None = None
        self._cache = None
        if cache is not None:
            from sharekit.web.cache import Cache

            self._cache = Cache(cache)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections that were kept. The session can still be used."""
        if "_exchange" in self.__dict__:
            self._exchange.close()

    @cached_property
    def _exchange(self) -> Exchange:
        """What asks. Imported with the first request, since most commands read only files."""
        from sharekit.web.exchange import Exchange

        return Exchange(self._resolve)

    def hide(self, *secrets: str) -> None:
        """Mask *secrets* in every message from now on, whatever a server makes of them."""
        self._secrets.update(secrets)

    def mask(self, text: str) -> str:
        """*text*, for instance a server's words, with every secret in it masked."""
        return self._clean(text)

    def report(self, error: ReadError | Problem) -> None:
        """Note a post that was skipped, or anything else a person should know of."""
        self.problems.extend(error.problems if isinstance(error, ReadError) else (error,))

    # -- reading ---------------------------------------------------------------------------

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        etag: str | None = None,
        last_modified: str | None = None,
        timeout: float | None = None,
        keep: bool = True,
    ) -> Page:
        """Read *url*, following at most five redirects, each checked like the first.

        With *etag* or *last_modified* of an earlier answer, an unchanged page comes back as
        `Page(status=304, unchanged=True)` without content; a session with a cache does that by
        itself, and fills in the content; *keep* `False` is for callers that keep what they read
        themselves. *headers* that might be credentials are not taken along to another origin.

        Raises `Unreachable` where it may work later (nobody there, time-out, 429, 5xx) and
        `ReadError` otherwise (blocked address, too big, 4xx).
        """
        peeked, self._peeked = self._peeked, None
        if peeked and peeked[0] == url and not headers and len(peeked[1].content) <= max_bytes:
            return peeked[1]
        try:
            asked = dict(headers or {}) | conditions(etag, last_modified)
            # What a credential opened, or the caller keeps, is nothing for the cache.
            plain = not (etag or last_modified) and all(n.lower() in HARMLESS for n in asked)
            cache = self._cache if keep and plain else None
            return self._get(url, asked, max_bytes, timeout, cache)
        except ReadError as error:
            raise self._located(error, url) from error

    def peek(self, url: str, *, max_bytes: int = MAX_BYTES) -> Page:
        """`get`, to look at what *url* is: the next `get` of the same address has this page.

        So that a look costs no second request. Raises as `get` does.
        """
        page = self.get(url, max_bytes=max_bytes)
        self._peeked = url, page
        return page

    def _get(
        self,
        url: str,
        headers: dict[str, str],
        max_bytes: int,
        timeout: float | None,
        cache: Cache | None,
    ) -> Page:
        target = self._target(url)
        kept = cache.find(target.url) if cache else None
        if self.offline:
            if kept:
                return kept
            hint = "Leave --offline out."
            raise ReadError("is not in the cache, and this session is offline", hint=hint)
        if kept:
            said = kept.headers
            headers = headers | conditions(said.get("etag"), said.get("last-modified"))
        page = self._read(target, headers, max_bytes, timeout)
        if page.status == 304 and kept:
            return Page(
                url=kept.url,
                status=200,
                headers=kept.headers,
                content=kept.content,
                unchanged=True,
                hops=page.hops,
            )
        if cache and page.status == 200:
            cache.keep(target.url, page)
        return page

    def _read(
        self, target: Target, headers: dict[str, str], max_bytes: int, timeout: float | None
    ) -> Page:
        from sharekit.web.calls import retry_after
        from sharekit.web.exchange import Failure

        if target not in self._allowed:
            self._pace.wait(target.host)
        deadline = monotonic() + (self.timeout if timeout is None else timeout)
        for attempt in range(self._retries + 1):
            pause = 0.5 * 2**attempt * random.uniform(1, 1.5)  # noqa: S311 -- not a secret
            try:
                passed, raw = self._follow(target, headers, max_bytes, deadline)
            except Failure as failure:
                problem = Unreachable(str(failure))
                if failure.late:
                    raise problem from failure
            else:
                if raw.status not in _BUSY:
                    return page_of([hop.url for hop in passed], raw)
                after = retry_after(raw)
                again = "" if after is None else f" and wants to be asked again in {after:.0f} s"
                problem = Unreachable(f"answered {raw.status}{again}")
                pause = max(pause, after or 0)
            if attempt == self._retries or monotonic() + pause >= deadline:
                raise problem
            time.sleep(pause)
        raise AssertionError

    def _follow(
        self, target: Target, headers: dict[str, str], max_bytes: int, deadline: float
    ) -> tuple[list[Target], Raw]:
        """Every address on the way, and the answer; the last one gave it."""
        from sharekit.web.exchange import Ask

        passed = [target]
        for _ in range(_HOPS + 1):
            raw = self._exchange.send(
                Ask(
                    target=target,
                    headers=merged(self._headers(), headers),
                    max_bytes=max_bytes,
                    deadline=deadline,
                    allowed=target in self._allowed,
                )
            )
            location = raw.headers.get("location")
            if raw.status not in _REDIRECTS or not location:
                return passed, raw
            # http.client hands headers over as Latin-1; those who send more send UTF-8.
            location = location.encode("latin-1", "replace").decode("utf-8", "replace").strip()
            hop = target.join(location)
            self._allowed.check_port(hop)
            if hop.origin != target.origin:
                headers = {k: v for k, v in headers.items() if k.lower() in HARMLESS}
            target = hop
            passed.append(hop)
        raise ReadError(f"redirects more than {_HOPS} times", code="too-many-redirects")

    def allows(self, url: str, agent: str = "sharekit") -> bool:
        """Whether the site's robots.txt lets *agent* read *url*; yes where it has none.

        For what a person did not name one by one (the pages of a sitemap), and to tell what
        others may read. No for everything where the file cannot be had for now (5xx, nobody
        there), as RFC 9309 has it. Raises `ReadError` for what is no URL.
        """
        target = self._target(url)
        return bool(self._robots_of(target).rules.can_fetch(target.url, agent))

    def robots_failure(self, url: str) -> str | None:
        """Why the robots.txt of *url*'s site cannot be had for now; `None` where that is known."""
        return self._robots_of(self._target(url)).failed

    def _robots_of(self, target: Target) -> Robots:
        from sharekit.web.robots import read

        if target.origin not in self._robots:
            self._robots[target.origin] = read(self, target.origin)
        return self._robots[target.origin]

    def _target(self, url: str) -> Target:
        target = check_url(url)
        self._allowed.check_port(target)
        return target

    def _located(self, error: ReadError, url: str) -> ReadError:
        first = error.problems[0]
        if first.where:
            return error
        where = self._clean(url.encode("ascii", "backslashreplace").decode()[:300])
        return type(error)(
            self._clean(error.message), where=where, hint=first.hint, code=first.code
        )

    # -- publishing ------------------------------------------------------------------------

    def call(
        self,
        method: str,
        url: str,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Mapping[str, Any] | None = None,
        files: Mapping[str, File] | None = None,
        content: bytes | None = None,
        repeatable: bool = False,
        accept: Collection[int] = (),
        timeout: float = 30.0,
        max_bytes: int = MAX_BYTES,
        left: Callable[[], float] | None = None,
    ) -> Answer:
        """Send one request to a channel, once, and hand back a 2xx answer.

        *token* is sent as a bearer token and shows in no message. The body is one of *json*,
        *data* (a form; multipart with *files*, which map a field to `(name, file, mime)`) and
        *content*. *repeatable* says that a repeat does no harm, as with an idempotency key.
        Answers with a status in *accept* are handed back, too. *left* is asked right before each
        byte leaves for the seconds in which that is still allowed.

        Raises `RetryLater` where nothing was sent or the server asks to wait, `Unauthorized`,
        `Refused` with the server's words, and `Unsure` where the request may have been carried
        out; with *repeatable* that is `RetryLater`, too.
        """
        from sharekit.web.bodies import encode
        from sharekit.web.calls import error_of, not_answered
        from sharekit.web.exchange import Ask, Failure

        if token:
            self.hide(token)
        kind, body = encode(json=json, data=data, files=files, content=content)
        sent = self._headers() | ({"Content-Type": kind} if kind else {})
        sent |= {"Authorization": f"Bearer {token}"} if token else {}
        sent = merged(sent, headers or {})
        host = url.split("/")[2] if url.count("/") > 1 else url
        try:
            target = self._target(with_params(url, params))
            if self.offline:
                raise RetryLater(f"nothing was sent to {target.host}: this session is offline")
            raw = self._exchange.send(
                Ask(
                    target=target,
                    method=method,
                    headers=sent,
                    body=body,
                    max_bytes=max_bytes,
                    deadline=monotonic() + timeout,
                    allowed=target in self._allowed,
                    fresh=not repeatable,
                    left=left,
                )
            )
        except ReadError as error:
            raise self._refusal(error, host) from error
        except Failure as failure:
            raise not_answered(failure, target.host, repeatable=repeatable) from failure
        problem = error_of(raw, target.host, repeatable=repeatable)
        if problem is not None and raw.status not in accept:
            raise self._masked(problem)
        return Answer(
            status=raw.status,
            headers=raw.headers,
            content=raw.content,
            url=target.origin,
            repeatable=repeatable,
        )

    def _refusal(self, error: ReadError, host: str) -> PublishError:
        first = error.problems[0]
        msg = self._clean(f"{host}: {error.message}")
        if first.code in {"too-big", "bad-packing"}:  # found in the answer, so it was sent
            return Unsure(msg, hint="Look at the account whether the post is there.")
        return Refused(msg, hint=first.hint)

    def _masked(self, error: PublishError) -> PublishError:
        first = error.problems[0]
        msg = self._clean(error.message)
        if isinstance(error, RetryLater):
            return RetryLater(msg, after=error.after, maybe=error.maybe, hint=first.hint)
        return type(error)(msg, hint=first.hint)

    def _headers(self) -> dict[str, str]:
        return {"User-Agent": self._agent, "Accept": "*/*", "Accept-Encoding": "gzip"}

    def _clean(self, text: str) -> str:
        return redact(text, self._secrets)
