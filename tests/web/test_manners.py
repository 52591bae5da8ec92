"""How sharekit behaves towards those it reads from: their robots.txt, and a pace they can bear."""

from __future__ import annotations

import pytest

from sharekit.testing.server import FakeServer, Reply
from sharekit.web import Session
from sharekit.web.pace import Pace

RULES = """\
User-agent: *
Disallow: /private/
Disallow: /*.pdf$
Allow: /private/open/

User-agent: Twitterbot
User-agent: Slackbot
Disallow: /

User-agent: sharekit
Disallow: /drafts/
"""


def session(server, **settings):
    return Session(allow=[server.url.removeprefix("http://")], pace=0, retries=0, **settings)


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("sharekit", "/drafts/a", False),
        ("sharekit", "/private/a", True),  # its own group replaces that of all
        ("LinkedInBot", "/a", True),
        ("LinkedInBot", "/private/a", False),
        ("LinkedInBot", "/private/open/a", True),  # the longest rule decides, not the first
        ("LinkedInBot", "/a.pdf", False),
        ("LinkedInBot", "/a.pdf?page=2", True),
        ("Twitterbot", "/a", False),
        ("Slackbot-LinkExpanding", "/a", False),
    ],
)
def test_rules_of_a_robots_txt(agent, path, allowed):
    with FakeServer(handler=lambda _: Reply(body=RULES.encode())) as server:
        assert session(server).allows(server.url + path, agent) is allowed


@pytest.mark.parametrize(
    ("reply", "allowed"),
    [
        (Reply(status=404), True),
        (Reply(status=403), True),
        (Reply(status=503), False),
        (Reply(body=b""), True),
        (Reply(body=b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /\r\n"), False),
        (Reply(body=b"<!doctype html><p>not found"), True),
        (Reply(body=b"User-agent: *\nDisallow: /\n" + b"#" * 600_000), False),
        (Reply(body=b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /\n"), True),
    ],
)
def test_a_file_that_is_missing_failing_or_odd(reply, allowed):
    with FakeServer(handler=lambda _: reply) as server:
        assert session(server).allows(f"{server.url}/a") is allowed


def test_the_file_is_asked_for_once():
    with FakeServer(handler=lambda _: Reply(body=RULES.encode())) as server:
        web = session(server)
        for path in ("/a", "/b", "/c"):
            web.allows(server.url + path)
        assert [request.path for request in server.requests] == ["/robots.txt"]


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 100.0
        self.slept = []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def test_a_host_is_asked_at_a_pace_and_other_hosts_do_not_wait_for_it():
    clock = Clock()
    pace = Pace(0.5, clock=lambda: clock.now, sleep=clock.sleep)
    pace.wait("a.example")
    pace.wait("b.example")
    assert clock.slept == []
    pace.wait("a.example")
    assert clock.slept == [0.5]
    clock.now += 0.25  # what was done in between counts
    pace.wait("a.example")
    assert clock.slept == [0.5, 0.25]
    clock.now += 10
    pace.wait("a.example")
    assert clock.slept == [0.5, 0.25]


def test_those_who_come_together_wait_in_a_line():
    slept = []
    pace = Pace(0.5, clock=lambda: 7.0, sleep=slept.append)  # as threads do: nobody has waited yet
    for _ in range(4):
        pace.wait("a.example")
    assert slept == [0.5, 1.0, 1.5]


def test_the_addresses_on_the_way_are_told():
    def answer(request):
        steps = {"/one": "/two", "/two": "/three"}
        to = steps.get(request.path)
        return Reply(status=301, headers={"Location": to}) if to else Reply(body=b"here")

    with FakeServer(handler=answer) as server:
        page = session(server).get(f"{server.url}/one")
        assert page.url == f"{server.url}/three"
        assert page.hops == (f"{server.url}/one", f"{server.url}/two")
        assert session(server).get(f"{server.url}/three").hops == ()
