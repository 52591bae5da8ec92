"""A dry run: the very requests that a message would cause, and not one byte sent.

The publisher runs as ever, on a session that writes down what it is asked to send. Where an
answer would be needed, such as the id of an upload, a name for it goes on in its place
(`‹answer 1: data.id›`).
"""

from __future__ import annotations

import json as _json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import quote, quote_plus, unquote, urlencode

from pydantic import SecretStr

from sharekit.model import Message
from sharekit.ports import Publisher, PublisherSettings
from sharekit.web import Answer, Session

__all__ = ["Later", "requests"]

_MASK = "•••"
_MASKED_HEADERS = {"authorization", "cookie"}
_LONGEST = 400  # characters of one value; more is a picture in Base64
_BASE64 = re.compile("[A-Za-z0-9+/]+=*")
_UNSET = "not-known-yet"
_LATER = re.compile("%E2%80%B9.*?%E2%80%BA")  # ‹...› in an address


def requests(publisher: Publisher, message: Message) -> list[str]:
    """The requests that would carry *message*, each as text, with every secret masked.

    Empty for a publisher that asks no network. A secret that is not known yet has a made-up
    value, so that this works before the account is set up.
    """
    if not getattr(publisher, "uses_network", True):
        return []
    secrets: list[str] = []
    if isinstance(publisher, PublisherSettings):
        names = publisher.secret_names()
        if not any(getattr(publisher, name) for name in names):
            unknown = dict.fromkeys(names, SecretStr(_UNSET))
            publisher = cast("Publisher", publisher.model_copy(update=unknown))
        known = [getattr(publisher, name) for name in names]
        secrets = [one.get_secret_value() for one in known if one]
    web = _DrySession()
    publisher.publish(message, web)
    return [_masked(text, secrets) for text in web.sent]


class Later(str):
    """A value that only the channel's answer would tell; whatever is in it is one, too."""

    __slots__ = ()

    def __getitem__(self, key: object) -> Later:
        inner = str(self).strip("‹›")
        return Later(f"‹{inner}{'.' if ': ' in inner else ': '}{key}›")

    def get(self, key: object, default: object = None) -> Later:
        """As in a mapping."""
        return self[key]

    def __iter__(self) -> Iterator[str]:
        return iter(())


class _LaterHeaders(dict[str, str]):
    """Headers of an answer that has not come."""

    def __init__(self, name: Later) -> None:
        super().__init__()
        self._name = name

    def __missing__(self, key: str) -> str:
        return self._name[key]

    def get(self, key: str, default: Any = None) -> Any:
        return self[key]


class _LaterAnswer(Answer):
    """An answer of which nothing is known but its number."""

    __slots__ = ()

    def json(self) -> Any:
        """What would be in it, by name."""
        return Later(self.text)


class _DrySession(Session):
    """Writes down what it is asked to send."""

    def __init__(self) -> None:
        super().__init__(offline=True)
        self.sent: list[str] = []

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
        files: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        **_: Any,
    ) -> Answer:
        given = {name: value for name, value in (params or {}).items() if value is not None}
        address = f"{url}?{urlencode(given, doseq=True)}" if given else url
        lines = [f"{method} {_LATER.sub(lambda found: unquote(found[0]), address)}"]
        kind, body = _body(json, data, files, content, dict(headers or {}))
        shown = {"Content-Type": kind} if kind else {}
        shown |= {"Authorization": f"Bearer {token}"} if token else {}
        shown |= headers or {}
        lines += [f"{name}: {_header(name, value)}" for name, value in shown.items()]
        self.sent.append("\n".join([*lines, *(["", body] if body else [])]))
        name = Later(f"‹answer {len(self.sent)}›")
        return _LaterAnswer(status=200, headers=_LaterHeaders(name), content=name.encode(), url=url)


def _body(
    json: Any,
    data: Mapping[str, Any] | None,
    files: Mapping[str, Any] | None,
    content: bytes | None,
    headers: Mapping[str, str],
) -> tuple[str | None, str]:
    kind = next((v for k, v in headers.items() if k.lower() == "content-type"), "")
    if content is not None and kind.startswith("application/json"):
        json, content = _json.loads(content), None
    if content is not None:
        return kind or "application/octet-stream", f"‹{len(content):,} bytes›"
    if json is not None:
        return "application/json", _json.dumps(_short(json), ensure_ascii=False, indent=2)
    fields = [f"{name}={_plain(value)}" for name, value in (data or {}).items()]
    fields += [f"{name}=‹file {file[0]}, {file[2]}›" for name, file in (files or {}).items()]
    if files:
        return "multipart/form-data", "\n".join(fields)
    return ("application/x-www-form-urlencoded" if fields else None), "\n".join(fields)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else _json.dumps(_short(value), ensure_ascii=False)


def _short(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _short(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_short(item) for item in value]
    if isinstance(value, str) and len(value) > _LONGEST and _BASE64.fullmatch(value):
        return f"{value[:24]}… ‹{len(value):,} characters›"
    return value


def _header(name: str, value: str) -> str:
    if name.lower() not in _MASKED_HEADERS:
        return value
    scheme = value.partition(" ")[0] if " " in value else ""
    return f"{scheme} {_MASK}".strip()


def _masked(text: str, secrets: list[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        for form in {secret, quote(secret, safe=""), quote(secret), quote_plus(secret)}:
            text = text.replace(form, _MASK) if len(form) > 3 else text
    return text
