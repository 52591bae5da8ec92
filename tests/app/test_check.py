"""Pages and pictures that must be there before a network comes to read them."""

from __future__ import annotations

import json

import pytest

from sharekit.cli.main import run
from sharekit.testing import FakeServer, Reply, sample_card

POST = "---\ntitle: Otters return\nurl: {url}\nimage_alt: An otter\n---\nThey are back.\n"
CONFIG = """\
sharekit: 1
network: {{allow: ["127.0.0.1"]}}
site: {{url: "{url}"}}
sources:
  posts: {{reader: frontmatter, path: posts}}
channels:
  discord: {{webhook: "{url}/api/webhooks/1/t"}}
  outbox: {{like: bluesky}}
"""
PAGE = """<html><head><title>Otters</title><meta property="og:title" content="Otters">
<meta property="og:image" content="{image}"><meta property="og:image:alt" content="An otter">
<meta name="twitter:card" content="summary_large_image"></head></html>"""


class Site(FakeServer):
    """A site with one page and its picture, which can be taken away or be too small."""

    def __init__(self, picture):
        super().__init__()
        self.picture = picture
        self.page = True
        self.card = b""

    def respond(self, request):
        if request.path == "/otters" and self.page:
            return Reply(
                body=PAGE.format(image=f"{self.url}/og.png").encode(),
                headers={"Content-Type": "text/html"},
            )
        if request.path.startswith("/cards/") and self.card:
            return Reply(body=self.card, headers={"Content-Type": "image/png"})
        if request.path == "/og.png" and self.picture:
            return Reply(body=self.picture, headers={"Content-Type": "image/png"})
        return Reply(status=404)


@pytest.fixture
def site(tmp_path):
    with Site(sample_card(tmp_path).path.read_bytes()) as server:
        (tmp_path / "posts").mkdir()
        (tmp_path / "config.yaml").write_text(CONFIG.format(url=server.url))
        (tmp_path / "posts/otters.md").write_text(POST.format(url=f"{server.url}/otters"))
        yield server


@pytest.fixture
def sharekit(tmp_path, capsys):
    def told(*words, code=0):
        got = run(["-C", str(tmp_path), *words, "--json"])
        out, err = capsys.readouterr()
        assert got == code, out + err
        return json.loads(out)

    return told


def codes(answer):
    return sorted(p["code"] for p in answer["problems"] if p["severity"] == "error")


def test_a_page_that_is_there(site, sharekit) -> None:
    assert codes(sharekit("check", "otters", "--channel", "discord", "--live")) == []


def test_what_is_missing_or_too_small(site, sharekit, tmp_path) -> None:
    look = ("check", "otters", "--channel", "discord", "--live")
    (tmp_path / ".sharekit/http").mkdir(parents=True, exist_ok=True)
    site.picture = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x64" * 2 + b"\0" * 9
    assert codes(sharekit(*look, code=1)) == ["image-small"]
    site.picture = b""
    assert codes(sharekit(*look, code=1)) == ["image-unreachable"]
    site.page = False
    assert codes(sharekit(*look, code=1)) == ["page-unreachable"]


def test_what_is_queued_is_looked_at_before_it_is_due(site, sharekit) -> None:
    for name in ("discord", "outbox"):
        sharekit("schedule", "otters", "--to", name, "--at", "2036-01-02 09:00")
    asked = len(site.requests)
    assert codes(sharekit("check", "--queued")) == []
    # Once for the one that crawls; the other's card is built here.
    assert [r.path for r in site.requests[asked:]] == ["/otters", "/og.png", "/robots.txt"]
    site.page = False
    answer = sharekit("check", "--queued", code=1)
    assert codes(answer) == ["page-unreachable"]
    assert "for discord:main, due 2036-01-02 09:00 UTC" in answer["problems"][0]["message"]


def test_a_card_that_a_network_fetches_itself(site, sharekit, tmp_path) -> None:
    """Threads takes no pictures, only addresses: the card must be on the web before the post."""
    with (tmp_path / "config.yaml").open("a") as config:
        config.write(f'  threads: {{cards_url: "{site.url}/cards/", attach: image}}\n')
    look = ("check", "otters", "--channel", "threads", "--live")
    (missing,) = (p for p in sharekit(*look, code=1)["problems"] if "picture" in p["code"])
    assert missing["code"] == "picture-unreachable"
    name = missing["where"].rpartition("/")[2]
    assert missing["where"] == f"{site.url}/cards/{name}"

    site.card = site.picture
    old = [p for p in sharekit(*look)["problems"] if "picture" in p["code"]]
    assert [(p["code"], p["severity"]) for p in old] == [("picture-old", "warning")]
    site.card = b"GIF89a" + b"\1\0" * 8
    assert codes(sharekit(*look, code=1)) == ["picture-refused"]
    (drawn,) = tmp_path.rglob(name)
    site.card = drawn.read_bytes()
    assert not [p for p in sharekit(*look)["problems"] if "picture" in p["code"]]

    sharekit("schedule", "otters", "--to", "threads", "--at", "2036-01-02 09:00")
    assert codes(sharekit("check", "--queued")) == []
    site.card = b""
    answer = sharekit("check", "--queued", code=1)
    assert codes(answer) == ["picture-unreachable"]
