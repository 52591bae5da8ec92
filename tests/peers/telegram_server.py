"""Telegram's Bot API as documented (https://core.telegram.org/bots/api), strict and stateful.

Fields by the description of Bot API 10.1; a field that it does not have is an error here.
"""

from __future__ import annotations

import json
from typing import Any

from standin import Refusal, StandIn, image_kind, route

from sharekit.testing import Reply, Request, Upload

TOKEN = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcTests"
CHAT = "@otters_example"
_COMMON = {"chat_id", "message_thread_id", "disable_notification"}
_FIELDS = {
    "sendMessage": _COMMON | {"text", "entities", "link_preview_options"},
    "sendPhoto": _COMMON | {"photo", "caption", "caption_entities"},
    "getMe": set(),
    "getUpdates": {"offset", "limit", "timeout", "allowed_updates"},
    "getChat": {"chat_id"},
}


class TelegramServer(StandIn):
    """One bot in one channel. `sent` holds what it wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[dict[str, Any]] = []
        self.updates: list[dict[str, Any]] = []
        self.has_webhook = False

    def texts(self) -> list[str]:
        return [one.get("text", one.get("caption", "")) for one in self.sent]

    def creates(self, request: Request) -> bool:
        return request.path.endswith(("/sendMessage", "/sendPhoto"))

    def unknown(self, request: Request) -> Reply:
        return _no(404, "Not Found").reply

    @route("POST", rf"/bot{TOKEN}/(\w+)")
    def call(self, request: Request, method: str) -> Reply:
        if method not in _FIELDS:
            raise _no(404, "Not Found: method not found")
        fields = self._fields(request)
        assert set(fields) <= _FIELDS[method], set(fields) - _FIELDS[method]
        if method == "getMe":
            return _yes({"id": 4839574812, "is_bot": True, "username": "otters_bot"})
        if method == "getUpdates":
            if self.has_webhook:
                raise _no(409, "Conflict: can't use getUpdates method while webhook is active")
            return _yes([one for one in self.updates if set(one) & set(fields["allowed_updates"])])
        if str(fields.get("chat_id")) not in {CHAT, "-1001234567890"}:
            raise _no(400, "Bad Request: chat not found")
        if method == "getChat":
            return _yes({"id": -1001234567890, "type": "channel", "title": "Otters"})
        self._check(method, fields)
        self.sent.append(fields)
        chat = {"id": -1001234567890, "type": "channel", "username": CHAT[1:]}
        return _yes({"message_id": len(self.sent), "date": 1, "chat": chat})

    def _fields(self, request: Request) -> dict[str, Any]:
        if request.headers.get_content_type() == "application/json":
            return dict(request.json())
        fields: dict[str, Any] = dict(request.form()) if request.body else {}
        for name in {"entities", "caption_entities", "link_preview_options"} & set(fields):
            fields[name] = json.loads(fields[name])  # forms have structures as JSON
        return fields

    def _check(self, method: str, fields: dict[str, Any]) -> None:
        text = fields.get("text", fields.get("caption", ""))
        if method == "sendMessage" and not text.strip():
            raise _no(400, "Bad Request: message text is empty")
        if len(text) > (4096 if method == "sendMessage" else 1024):
            kind = "message" if method == "sendMessage" else "message caption"
            raise _no(400, f"Bad Request: {kind} is too long")
        for entity in fields.get("entities", fields.get("caption_entities", [])):
            assert set(entity) == {"type", "offset", "length", "url"}
            assert entity["offset"] + entity["length"] <= len(text.encode("utf-16-le")) // 2
        photo = fields.get("photo")
        if method == "sendPhoto" and not (isinstance(photo, Upload) and image_kind(photo.content)):
            raise _no(400, "Bad Request: IMAGE_PROCESS_FAILED")


def _yes(result: Any) -> Reply:
    return Reply(json={"ok": True, "result": result})


def _no(code: int, said: str) -> Refusal:
    body = {"ok": False, "error_code": code, "description": said}
    return Refusal(Reply(status=code, json=body))
