"""Slack's Web API as documented (https://docs.slack.dev/reference/methods), strict and stateful."""

from __future__ import annotations

import html
import time
from typing import Any

from standin import Refusal, StandIn, image_kind, route

from sharekit.testing import Reply, Request

TOKEN = "xoxb-1234567890-1234567890123-sl0TheBotTokenForTests01"
CHANNEL = "C024BE91L"
_FIELDS = {
    "auth.test": set(),
    "files.getUploadURLExternal": {"filename", "length", "alt_txt", "snippet_type"},
    "files.completeUploadExternal": {
        "files", "channel_id", "channels", "initial_comment", "thread_ts", "blocks",
    },
    "chat.postMessage": {
        "channel", "text", "blocks", "attachments", "mrkdwn", "unfurl_links", "unfurl_media",
        "metadata", "parse", "thread_ts", "reply_broadcast", "link_names", "username", "icon_url",
    },
    "conversations.list": {"cursor", "exclude_archived", "limit", "team_id", "types"},
    "chat.getPermalink": {"channel", "message_ts"},
    "conversations.history": {
        "channel", "cursor", "include_all_metadata", "inclusive", "latest", "limit", "oldest",
    },
}  # fmt: skip


class SlackServer(StandIn):
    """One workspace with one channel and one app in it."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []
        self.files: dict[str, dict[str, Any]] = {}
        self.scopes = {"chat:write", "files:write", "channels:history"}

    def texts(self) -> list[str]:
        return [shown(message["blocks"][0]) for message in self.messages]

    def creates(self, request: Request) -> bool:
        return request.path == "/api/chat.postMessage"

    @route("POST", r"/upload/(\w+)")
    def upload(self, request: Request, number: str) -> Reply:
        file = self.files[number]
        assert len(request.body) == file["length"]
        assert image_kind(request.body)
        file["content"] = request.body
        return Reply(body=f"OK - {len(request.body)}".encode())

    @route("POST", r"/api/([\w.]+)")
    def call(self, request: Request, method: str) -> Reply:
        if method not in _FIELDS:
            raise _no("unknown_method")
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            raise _no("invalid_auth")
        given = self._fields(request)
        assert set(given) <= _FIELDS[method], set(given) - _FIELDS[method]
        answer = getattr(self, "_" + method.replace(".", "_"))(given)
        return Reply(json={"ok": True, **answer})

    @staticmethod
    def _fields(request: Request) -> dict[str, Any]:
        if request.headers.get_content_type() == "application/json":
            return dict(request.json())
        return dict(request.form()) if request.body else {}

    def _auth_test(self, given: dict[str, Any]) -> dict[str, Any]:
        return {"url": "https://otters.slack.com/", "team": "Otters", "user": "otterbot",
                "team_id": "T1", "user_id": "U1"}  # fmt: skip

    def _conversations_list(self, given: dict[str, Any]) -> dict[str, Any]:
        self._need("channels:read")
        channels = [{"id": CHANNEL, "name": "otters", "is_member": True}]
        return {"channels": channels, "response_metadata": {"next_cursor": ""}}

    def _files_getUploadURLExternal(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self._need("files:write")
        number = f"F{len(self.files) + 1:08}"
        self.files[number] = {"length": int(given["length"]), "alt": given.get("alt_txt")}
        return {"upload_url": f"{self.url}/upload/{number}", "file_id": number}

    def _files_completeUploadExternal(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        for file in given["files"]:
            if "content" not in self.files[file["id"]]:
                raise _no("file_not_found")
            self.files[file["id"]]["done"] = True
        return {"files": given["files"]}

    def _chat_postMessage(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        self._need("chat:write")
        if given["channel"] != CHANNEL:
            raise _no("channel_not_found")
        text, *pictures = given["blocks"]
        if not shown(text):
            raise _no("no_text")
        if len(shown(text)) > 13_000:
            raise _no("msg_blocks_too_long")
        assert html.unescape(given["text"]) == shown(text)
        assert given["mrkdwn"] is False
        for picture in pictures:
            assert set(picture) == {"type", "slack_file", "alt_text"}
            if not self.files.get(picture["slack_file"]["id"], {}).get("done"):
                raise _no("invalid_blocks")
            assert 0 < len(picture["alt_text"]) <= 2000
        moment = f"{time.time():.6f}"
        self.messages.append(given | {"ts": moment})
        return {"channel": CHANNEL, "ts": moment, "message": {"text": given["text"]}}

    def _chat_getPermalink(self, given: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        number = given["message_ts"].replace(".", "")
        url = f"https://otters.slack.com/archives/{given['channel']}/p{number}"
        return {"channel": given["channel"], "permalink": url}

    def _conversations_history(self, given: dict[str, Any]) -> dict[str, Any]:
        self._need("channels:history")
        assert int(given["limit"]) <= 999
        oldest, start = float(given["oldest"]), int(given.get("cursor") or 0)
        found = [one for one in reversed(self.messages) if float(one["ts"]) > oldest]
        page = found[start : start + int(given["limit"])]
        if given.get("include_all_metadata") != "true":
            page = [{k: v for k, v in one.items() if k != "metadata"} for one in page]
        more = start + len(page) < len(found)
        cursor = str(start + len(page)) if more else ""
        metadata = {"next_cursor": cursor}
        return {"messages": page, "has_more": more, "response_metadata": metadata}

    def _need(self, scope: str) -> None:
        if scope not in self.scopes:
            raise _no("missing_scope")


def shown(block: dict[str, Any]) -> str:
    """What a reader sees of a rich text block of plain text and links."""
    assert block["type"] == "rich_text"
    (section,) = block["elements"]
    assert section["type"] == "rich_text_section"
    out = []
    for element in section["elements"]:
        assert set(element) in ({"type", "text"}, {"type", "url", "text"}), element
        assert element["type"] == ("link" if "url" in element else "text")
        assert element["text"]
        out.append(element["text"])
    return "".join(out)


def _no(error: str) -> Refusal:
    return Refusal(Reply(json={"ok": False, "error": error}))
