"""Discord's webhooks as documented (OpenAPI of discord/discord-api-spec), strict and stateful."""

from __future__ import annotations

import json
import re
from typing import Any

from standin import Refusal, StandIn, image_kind, route

from sharekit.testing import Reply, Request, Upload

NUMBER = "1199360000000000001"
TOKEN = "dw0TheTokenOfTheWebhookForTestsItIsSixtyEightLettersLongInTruth00001"
_BODY = {
    "content", "embeds", "allowed_mentions", "components", "attachments", "poll", "tts", "flags",
    "username", "avatar_url", "thread_name", "applied_tags",
}  # fmt: skip
_EMBED = {
    "type", "url", "title", "color", "timestamp", "description", "author", "image", "thumbnail",
    "footer", "fields", "provider", "video",
}  # fmt: skip


class DiscordServer(StandIn):
    """One webhook of one channel. `messages` holds what it wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []

    @property
    def webhook(self) -> str:
        return f"{self.url}/api/webhooks/{NUMBER}/{TOKEN}"

    def texts(self) -> list[str]:
        return [rendered(message["content"]) for message in self.messages]

    def creates(self, request: Request) -> bool:
        return request.method == "POST"

    def unknown(self, request: Request) -> Reply:
        return Reply(status=404, json={"message": "Unknown Webhook", "code": 10015})

    @route("GET", rf"/api/webhooks/{NUMBER}/{TOKEN}")
    def about(self, request: Request) -> Reply:
        return Reply(json={"id": NUMBER, "type": 1, "name": "Otters", "channel_id": "42"})

    @route("POST", rf"/api/webhooks/{NUMBER}/{TOKEN}")
    def execute(self, request: Request) -> Reply:
        assert set(request.query) <= {"wait", "thread_id", "with_components"}
        files: list[Upload] = []
        if request.headers.get_content_type() == "multipart/form-data":
            form = request.form()
            body = json.loads(str(form.pop("payload_json")))
            files = [form[f"files[{n}]"] for n in range(len(form))]  # type: ignore[misc]
        else:
            body = request.json()
        self._check(body, files)
        self.messages.append(body | {"files": files, "thread": request.query.get("thread_id")})
        if request.query.get("wait") != "true":
            return Reply(status=204)
        number = str(1_300_000_000_000_000_000 + len(self.messages))
        shown = {"id": number, "channel_id": "42", "content": body.get("content", "")}
        return Reply(json=shown)

    def _check(self, body: dict[str, Any], files: list[Upload]) -> None:
        if unknown := set(body) - _BODY:
            raise _invalid(f"{unknown}: unknown")
        if not (body.get("content") or body.get("embeds") or files):
            raise Refusal(
                Reply(status=400, json={"message": "Cannot send an empty message", "code": 50006})
            )
        if len(body.get("content", "")) > 2000:
            raise _invalid("content: Must be 2000 or fewer in length.")
        if not 1 <= len(body.get("username", "x")) <= 80:
            raise _invalid("username: Must be between 1 and 80 in length.")
        assert body["allowed_mentions"] == {"parse": []}
        for embed in body.get("embeds", ()):
            assert set(embed) <= _EMBED
            if len(embed.get("title", "")) > 256 or len(embed.get("description", "")) > 4096:
                raise _invalid("embeds: too long")
        for about, file in zip(body.get("attachments", []), files, strict=True):
            assert set(about) <= {"id", "filename", "description", "title"}
            assert len(about.get("description", "")) <= 1024
            assert about["filename"] == file.name
            if image_kind(file.content) is None:
                raise _invalid("files: Invalid image")


def rendered(content: str) -> str:
    """What a reader sees of *content*; fails on anything that would be markup.

    By Discord's grammar: a backslash takes the next character that is no letter, digit or space
    literally; a link is taken as it stands.
    """
    out, at = [], 0
    while at < len(content):
        if link := re.compile(r"https?://[^\s<]+[^<.,:;\"'\]\s]").match(content, at):
            out.append(link[0])
            at = link.end()
        elif content[at] == "\\" and re.match(r"[^0-9A-Za-z\s]", content[at + 1 : at + 2]):
            out.append(content[at + 1])
            at += 2
        else:
            assert content[at] not in "*_~`|>[]<#", content[at:]
            line = content[content.rfind("\n", 0, at) + 1 : at + 2]
            assert not re.fullmatch(r"\s*(-|\d+\.)\s", line), content[at:]
            out.append(content[at])
            at += 1
    return "".join(out)


def _invalid(what: str) -> Refusal:
    body = {"message": "Invalid Form Body", "code": 50035, "errors": {"_errors": [what]}}
    return Refusal(Reply(status=400, json=body))
