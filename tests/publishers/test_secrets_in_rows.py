"""Canaries: secrets that every network repeats in its answers, and that no row or log may keep."""

from __future__ import annotations

import logging

import pytest

from sharekit.cli.main import run
from sharekit.testing import FakeServer, Reply

pytestmark = pytest.mark.usefixtures("no_keyring")

CANARIES = {
    "bluesky": {"app_password": "canary-bluesky-app-password-0001"},
    "discord": {"webhook": "/api/webhooks/1/canary-discord-webhook-0001-and-then-some"},
    "linkedin": {"token": "canary-linkedin-token-0001", "refresh_token": "canary-li-refresh-01"},
    "mastodon": {"token": "canary-mastodon-token-0001"},
    "matrix": {"token": "canary-matrix-token-0001"},
    "slack": {"token": "canary-slack-token-0001"},
    "telegram": {"token": "1234567:canary-telegram-token-0001"},
    "threads": {"token": "canary-threads-token-0001"},
    "webhook": {"secret_key": "canary-webhook-key-0001"},
    "x": {
        "consumer_key": "canary-x-consumer-key-0001",
        "consumer_secret": "canary-x-consumer-secret-0001",
        "access_token": "7-canary-x-access-token-0001",
        "access_token_secret": "canary-x-access-secret-0001",
    },
}
CONFIG = """\
sharekit: 1
network: {{allow: ["127.0.0.1"]}}
site: {{url: https://otters.example}}
sources:
  posts: {{reader: frontmatter, path: posts}}
channels:
  bluesky: {{server: "{url}", handle: otters.example}}
  discord:
  linkedin: {{base_url: "{url}", sign_in_url: "{url}", client_id: c}}
  mastodon: {{server: "{url}"}}
  matrix: {{server: "{url}", room: "!otters:otters.example"}}
  slack: {{base_url: "{url}", channel: C1}}
  telegram: {{base_url: "{url}", chat: "@otters"}}
  threads: {{base_url: "{url}"}}
  webhook: {{url: "{url}/hook"}}
  x: {{base_url: "{url}"}}
"""


@pytest.mark.parametrize("status", [400, 401, 500])
def test_no_secret_reaches_a_row_or_a_log(tmp_path, monkeypatch, capsys, caplog, status) -> None:
    canaries = [value for secrets in CANARIES.values() for value in secrets.values()]

    def repeat(request):
        """As careless as a network can be: all that this account has, in every field."""
        asked = f"{request.target} {request.headers} {request.body!r}"
        flown = (s for s in CANARIES.values() if any(value in asked for value in s.values()))
        own = CANARIES["webhook"] if request.path == "/hook" else next(flown, {})
        said = " ".join(f"bad token {value}, secret={value}" for value in own.values())
        answer = {"ok": True, "error": said, "message": said, "description": said, "detail": said}
        return Reply(status=status, json=answer)

    with FakeServer(handler=repeat) as server:
        (tmp_path / "config.yaml").write_text(CONFIG.format(url=server.url))
        (tmp_path / "posts").mkdir()
        post = "---\ntitle: Otters\nurl: https://otters.example/o\n---\nBack.\n"
        (tmp_path / "posts/otters.md").write_text(post)
        for channel, secrets in CANARIES.items():
            for name, value in secrets.items():
                address = server.url + value if name == "webhook" else value
                monkeypatch.setenv(f"SHAREKIT_{channel}_MAIN_{name}".upper(), address)
        told = ["-C", str(tmp_path)]
        accounts = [word for name in CANARIES for word in ("--to", name)]
        with caplog.at_level(logging.DEBUG):
            assert run([*told, "schedule", "otters", *accounts, "--at", "now"]) == 0
            assert run([*told, "publish", "--due", "--json"]) != 0
            run([*told, "queue", "list", "--json"])
            run([*told, "history", "--json"])
    assert len(server.requests) >= len(CANARIES), "the canaries did not fly"
    out, err = capsys.readouterr()
    kept = {
        path: path.read_bytes() for path in (tmp_path / ".sharekit").rglob("*") if path.is_file()
    }
    assert any(path.suffix in {".db", ".sqlite"} for path in kept), sorted(kept)
    for canary in canaries:
        bare = canary.rpartition("/")[2]
        assert bare not in out + err + caplog.text
        for path, content in kept.items():
            assert bare.encode() not in content, path
