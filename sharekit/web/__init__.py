"""The one door to the network: every request of sharekit goes through a `Session`.

`Session.get` reads (feeds, pages, pictures) and raises `ReadError`; `Session.call` publishes and
raises `PublishError`s named by what the queue does next. Both connect only to addresses that
`check_address` lets through, keep a total deadline that a slow server cannot stretch, and stop
at a number of bytes counted after decompression. Proxy settings of the environment are ignored:
a proxy would be the one to resolve names, so no address could be checked.

Modules: `urls` (is this a URL one may ask for), `addresses` (is this an address one may connect
to), `sockets` (connections that keep to both, to a deadline and to a budget of bytes),
`exchange` (one request, one answer), `session` (redirects, retries, cache), `pace` (how soon a
host is asked again), `calls` (answers to errors), `cache`, `headers`, `robots`, `sniff` (what
bytes are), `secrets` (what never shows).
"""

from __future__ import annotations

from sharekit.web.addresses import check_address
from sharekit.web.answers import Answer, Page
from sharekit.web.secrets import redact
from sharekit.web.session import MAX_BYTES, Session
from sharekit.web.sniff import gunzip, sniff
from sharekit.web.urls import check_url

__all__ = [
    "MAX_BYTES",
    "Answer",
    "Page",
    "Session",
    "check_address",
    "check_url",
    "gunzip",
    "redact",
    "sniff",
]
