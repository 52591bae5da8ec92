"""The whole line once: real files, real queue and engine, a strict stand-in for X."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from x_server import KEYS, XServer

from sharekit.cli.main import run

ASSETS = Path(__file__).parents[2] / "assets"

CONFIG = """\
sharekit: 1
site:
  name: Withy River Trust
  url: https://withy.example
  timezone: Europe/London
  logo: logo.png
theme: press
sources:
  news: {{reader: dump, path: dump, supplement: dump/supplement.yaml}}
  journal: {{path: posts}}
  notes: {{path: feed/feed.xml, supplement: feed/supplement.yaml}}
channels:
  outbox: {{folder: outbox}}
  x:
    base_url: {url}
    consumer_key: !env LINE_CONSUMER_KEY
    consumer_secret: {consumer_secret}
    access_token: {access_token}
    access_token_secret: {access_token_secret}
    utm: {{utm_source: x}}
    attach: image
network:
  allow: ["127.0.0.1"]
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    for part in ("dump", "posts", "feed", "photos"):
        shutil.copytree(ASSETS / part, tmp_path / part)
    shutil.copy(ASSETS / "logo.png", tmp_path)
    with XServer() as network:
        monkeypatch.setenv("LINE_CONSUMER_KEY", KEYS["consumer_key"])
        text = CONFIG.format(url=network.url, **KEYS)
        (tmp_path / "config.yaml").write_text(text, "utf-8")
        monkeypatch.chdir(tmp_path)
        yield network


def sharekit(capsys, *arguments, code=0):
    got = run([*arguments, "--json"])
    out, err = capsys.readouterr()
    assert got == code, out + err
    return json.loads(out)


def test_from_a_dump_to_two_channels_once(project, capsys, tmp_path):
    posts = sharekit(capsys, "posts", "news")["data"]
    assert len(posts) == 4
    assert posts[0]["published"].startswith("2026-")

    drawn = sharekit(capsys, "render", "news")["data"]
    assert {row["status"] for row in drawn} == {"drew"}
    assert {row["channel"] for row in drawn} == {"outbox", "x"}
    for row in drawn:
        assert Path(row["path"]).stat().st_size == row["bytes"]
    again = sharekit(capsys, "render", "news")["data"]
    assert {row["status"] for row in again} == {"kept"}

    shown = sharekit(capsys, "show", posts[0]["id"], "--channel", "x")["data"]
    queued = sharekit(capsys, "schedule", "news", "--to", "outbox", "--to", "x", "--at", "now")[
        "data"
    ]
    assert len(queued) == 8
    assert {row["state"] for row in queued} == {"scheduled"}

    sent = sharekit(capsys, "publish", "--due")["data"]
    assert {row["state"] for row in sent} == {"published"}
    assert len(project.posts) == 4
    assert shown["text"] in {post["text"] for post in project.posts}
    assert all("[node:" not in post["text"] for post in project.posts)
    assert all(post["media"] for post in project.posts)
    messages = list((tmp_path / "outbox").glob("*/message.json"))
    assert len(messages) == 4
    assert (tmp_path / "outbox" / "index.html").read_text().count("<img") == 4

    twice = sharekit(capsys, "schedule", "news", "--to", "outbox", "--to", "x", "--at", "now")
    assert {row["id"] for row in twice["data"]} == {row["id"] for row in queued}
    assert sharekit(capsys, "publish", "--due")["data"] == []
    assert len(project.posts) == 4


def test_a_first_feed_does_not_flood(project, capsys):
    answer = sharekit(capsys, "schedule", "news", "notes", "--to", "outbox", "--at", "now", code=2)
    assert answer["problems"][0]["code"] == "flood"
    assert sharekit(capsys, "queue", "list")["data"] == []
    ids = [post["id"] for post in sharekit(capsys, "posts", "news", "notes")["data"]]
    assert len(ids) > 5
    named = sharekit(capsys, "schedule", *ids, "--to", "outbox", "--at", "now", "--dry-run")
    assert len(named["data"]) == len(ids), "what is named one by one is meant"
    every = sharekit(capsys, "schedule", "news", "notes", "--to", "outbox", "--at", "now", "--all")
    assert len(every["data"]) == 8


def test_what_must_not_go_out_stops_that_post_alone(project, capsys, tmp_path):
    (tmp_path / "posts" / "hole.md").write_text(
        "---\ntitle: A hole\nurl: https://withy.example/hole\n"
        "twitter_text: 'Read [node:field_missing]'\n---\nBody.\n"
    )
    answer = sharekit(
        capsys, "schedule", "hole", "flood-meadow", "--to", "outbox", "--at", "now", code=1
    )
    assert [row["state"] for row in answer["data"]] == ["scheduled"]
    (problem,) = [p for p in answer["problems"] if p["severity"] == "error"]
    assert problem["code"] == "token-unknown"
    assert "hole.md" in problem["where"]


def test_the_editors_verbs(project, capsys):
    (row,) = sharekit(
        capsys, "schedule", "flood-meadow", "--to", "outbox", "--at", "2027-03-28 01:30"
    )["data"]
    assert row["wall"].startswith("2027-03-28T02:30")
    assert row["zone"] == "Europe/London"
    (moved,) = sharekit(capsys, "queue", "move", row["id"], "--at", "2027-04-01")["data"]
    assert moved["wall"].startswith("2027-04-01T02:30")
    sharekit(capsys, "queue", "edit", row["id"], "--text", "Other words https://withy.example/x")
    item = sharekit(capsys, "queue", "show", row["id"])["data"]
    assert item["message"]["text"] == "Other words https://withy.example/x"
    assert [link["url"] for link in item["message"]["links"]] == ["https://withy.example/x"]
    (gone,) = sharekit(capsys, "queue", "cancel", row["id"])["data"]
    assert gone["state"] == "cancelled"
    told = sharekit(capsys, "history")["data"]
    assert {event["what"] for event in told} >= {"scheduled", "moved", "edited", "cancelled"}


def test_a_worker_sends_what_comes_due(project, capsys, tmp_path):
    import os
    import signal
    import subprocess
    import sys
    import time

    sharekit(capsys, "schedule", "flood-meadow", "--to", "outbox", "--in", "3s")
    worker = subprocess.Popen(
        [sys.executable, "-m", "sharekit", "worker"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            rows = sharekit(capsys, "queue", "list")["data"]
            if rows[0]["state"] == "published":
                break
            time.sleep(0.5)
        assert rows[0]["state"] == "published"
    finally:
        worker.send_signal(signal.SIGTERM)
        _, err = worker.communicate(timeout=60)
    assert worker.returncode == 0, err.decode()
