"""Webhook: one signed POST of the message as JSON, for whatever has no publisher of its own.

Signed by the Standard Webhooks (https://www.standardwebhooks.com), for which every language has
a library: `webhook-id` is the message's key, the same in every try, so that a receiver can
leave out what it has had.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import SecretStr

from sharekit.model import Card, Limits, Message, Receipt, as_data
from sharekit.publishers._account import NetworkAccount, picture
from sharekit.web import Session

__all__ = ["Webhook"]


class Webhook(NetworkAccount):
    """One address that is told of every message."""

    default_limits: ClassVar[Limits] = Limits(
        image_formats=("image/jpeg", "image/png", "image/webp"), link_card="embed", threads=True
    )

    secret_sets: ClassVar = ((),)

    url: str
    """The address that is asked."""
    secret_key: SecretStr | None = None
    """What the request is signed with; `whsec_` and Base64, or any text."""
    card: bool = True
    """Send the card's file along, in Base64."""

    def publish(self, message: Message, web: Session) -> Receipt:
        """Send one request. An `id` and a `url` in the answer's JSON become the receipt."""
        body = json.dumps(self._payload(message), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "webhook-id": message.key}
        if self.secret_key:
            key = self.secret("secret_key", web, message)
            headers |= _signed(message.key, int(time.time()), body, key)
        answer = web.call("POST", self.url, headers=headers, content=body, timeout=self.timeout)
        data = _object(answer.content)
        given = data.get("id"), data.get("url")
        return Receipt(id=str(given[0] or message.key), url=str(given[1]) if given[1] else None)

    def _payload(self, message: Message) -> dict[str, Any]:
        data: dict[str, Any] = as_data(message)
        del data["problems"]
        data["card"] = _card(message.card, whole=self.card) if message.card else None
        return {"type": "message.publish", "data": data}


def _card(card: Card, *, whole: bool) -> dict[str, Any]:
    """The card without the path, which means nothing to anyone else."""
    names = ("mime", "width", "height", "bytes", "alt", "digest")
    data = {name: getattr(card, name) for name in names}
    return data | ({"content": base64.b64encode(picture(card)).decode()} if whole else {})


def _signed(identity: str, moment: int, body: bytes, key: str) -> Mapping[str, str]:
    raw = key.encode()
    if key.startswith("whsec_"):
        try:
            raw = base64.b64decode(key.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            raw = key.encode()
    content = f"{identity}.{moment}.".encode() + body
    signature = base64.b64encode(hmac.new(raw, content, hashlib.sha256).digest()).decode()
    return {"webhook-timestamp": str(moment), "webhook-signature": f"v1,{signature}"}


def _object(content: bytes) -> Mapping[str, Any]:
    """The answer as a JSON object; receivers may answer whatever they like."""
    try:
        data = json.loads(content)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}
