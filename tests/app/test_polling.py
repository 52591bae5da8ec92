"""Asking a source again: what has not changed costs a single answer without content."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from sharekit.app import App, following
from sharekit.app.delivery import besides
from sharekit.cli.main import run

CONFIG = """\
sharekit: 1
sources: {{blog: {{{reader}path: "{url}/feed.xml"}}}}
channels: {{outbox: {{folder: out, attach: none, follow: draft}}}}
network: {{allow: ["127.0.0.1"]}}
"""
ITEM = (
    "<item><title>{0}</title><link>https://a.example/{0}</link><guid>https://a.example/{0}</guid>"
    "<pubDate>{1}</pubDate></item>"
)
OLD, NEW = "Thu, 08 Mar 2018 11:45:00 +0100", "Fri, 01 Jan 2100 00:00:00 +0000"


class Blog:
    """A feed on this computer that answers 304 to those who know it."""

    def __init__(self, *validators):
        self.items = [ITEM.format("old", OLD)]
        self.validators = validators
        self.answers = []
        self.asked = []
        blog = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                blog.asked.append(dict(self.headers))
                text = f'<rss version="2.0"><channel>{"".join(blog.items)}</channel></rss>'
                names = {
                    "ETag": f'W/"{len(blog.items)}"',
                    "Last-Modified": f"Thu, 08 Mar 2018 10:45:{len(blog.items):02} GMT",
                }
                conditions = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
                same = any(self.headers.get(conditions[v]) == names[v] for v in blog.validators)
                blog.answers.append(304 if same else 200)
                self.send_response(blog.answers[-1])
                for name in blog.validators:
                    self.send_header(name, names[name])
                if not same:
                    self.send_header("Content-Type", "application/rss+xml")
                    self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(b"" if same else text.encode())

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture(params=[("ETag",), ("Last-Modified",), ("ETag", "Last-Modified")])
def blog(request):
    blog = Blog(*request.param)
    yield blog
    blog.server.shutdown()
    blog.server.server_close()


@pytest.mark.parametrize("reader", ["reader: feed, ", ""])
def test_a_feed_that_has_not_changed_costs_one_304(blog, tmp_path, reader):
    (tmp_path / "config.yaml").write_text(CONFIG.format(reader=reader, url=blog.url))
    for _ in range(3):  # each time as a new process would, with nothing but the disk
        result = following.follow(App.open(tmp_path))
        assert (result.deliveries, result.problems) == ([], [])
    assert blog.answers == [200, 304, 304]

    blog.items.append(ITEM.format("new", NEW))
    (delivery,) = following.follow(App.open(tmp_path)).deliveries
    assert delivery.message.post_id == "https://a.example/new"
    assert following.follow(App.open(tmp_path)).deliveries == []
    assert blog.answers == [200, 304, 304, 200, 304]


def test_on_the_command_line_too(blog, tmp_path, monkeypatch, capsys):
    (tmp_path / "config.yaml").write_text(CONFIG.format(reader="", url=blog.url))
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run(["follow", "--json"]) == 0
    capsys.readouterr()
    assert run(["posts", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [post["title"] for post in said["data"]] == ["old"]
    assert blog.answers == [200, 304, 304]


def test_as_a_worker_does_with_one_session(blog, tmp_path):
    (tmp_path / "config.yaml").write_text(CONFIG.format(reader="", url=blog.url))
    app = App.open(tmp_path)
    (polling,) = (e for e in besides(app, follow_every=60) if e.name == "following")
    for _ in range(3):
        polling.do()
    assert blog.answers == [200, 304, 304]


def test_without_validators_everything_comes_again(tmp_path):
    blog = Blog()
    try:
        (tmp_path / "config.yaml").write_text(CONFIG.format(reader="reader: feed, ", url=blog.url))
        for _ in range(2):
            following.follow(App.open(tmp_path))
        assert blog.answers == [200, 200]
        assert not any(
            {"If-None-Match", "If-Modified-Since"} & asked.keys() for asked in blog.asked
        )
    finally:
        blog.server.shutdown()
        blog.server.server_close()
