"""The one door out: what is asked, of whom, how long, and what never leaves."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.errors import ReadError, Unreachable
from sharekit.web import Session, check_address, check_url

# 169.254.169.254 and the loopback, as attackers write them.
SPELLINGS = [
    *("169.254.169.254", "2852039166", "0xa9fea9fe", "0xA9.0xFE.0xA9.0xFE", "0251.0376.0251.0376"),
    *("169.254.43518", "169.16689662", "0xa9.254.0251.254", "169.254.169.254.", "0025177524776"),
    *("169.0xfea9fe", "0xa9.0xfea9fe", "0251.254.169.254", "00000251.00000376.000251.000376"),
    *("[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[0:0:0:0:0:ffff:a9fe:a9fe]"),
    *("[::169.254.169.254]", "[::a9fe:a9fe]", "[64:ff9b::169.254.169.254]", "[64:ff9b::a9fe:a9fe]"),
    *("[64:ff9b:1::a9fe:a9fe]", "[2002:a9fe:a9fe::]", "[2002:a9fe:a9fe::1]"),
    *("[2001:0:a9fe:a9fe::]", "[2001::5601:5601]", "[2001:db8::5efe:a9fe:a9fe]"),
    *("[fe80::5efe:169.254.169.254]", "[2a00::200:5efe:a9fe:a9fe]", "[fe80::a9fe:a9fe]", "[::1]"),
    *("[fd00:ec2::254]", "[fe80::1%25eth0]", "[::ffff:0:169.254.169.254]", "[::]", "[ff02::1]"),
    *("１６９.254.169.254", "169。254。169。254", "①⑥⑨.254.169.254", "169．254．169．254"),
    *(
        "169.254.169.254%00.example",
        "169.254.169.254\t",
        "169.254.169\n.254",
        "1\u00ad69.254.169.254",
    ),
    *("user@169.254.169.254", "a.example@169.254.169.254", "a.example\\@169.254.169.254"),
    *("127.0.0.1", "127.1", "0", "0.0.0.0", "2130706433", "0177.0.0.1", "0x7f.1", "127.0.0.1.."),
    *("100.100.100.200", "168.63.129.16", "192.168.0.1", "10.0.0.1", "100.64.0.1", "224.0.0.1"),
]


class Server:
    """Answers by path: a function of the request handler."""

    def __init__(self):
        self.routes, self.asked = {}, []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                server.asked.append((self.path, dict(self.headers), time.monotonic()))
                status, headers, body = server.routes[urlsplit(self.path).path](self)
                if status:
                    self.send_response(status)
                    for name, value in {"Content-Length": str(len(body)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.port = self.http.server_port
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.http.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.http.shutdown()
    server.http.server_close()


@pytest.fixture
def web(server):
    with Session(allow=[f"127.0.0.1:{server.port}"], pace=0, retries=0, timeout=5) as session:
        yield session


def to(location):
    return lambda handler: (302, {"Location": location}, b"")


def ok(body=b"fine", **headers):
    return lambda handler: (200, headers, body)


@pytest.fixture
def connects(monkeypatch):
    """Every address that a socket connects to."""
    seen, plain = [], socket.socket.connect

    def connect(self, address):
        seen.append(address[0])
        return plain(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


def test_no_spelling_of_an_inner_address_is_connected_to(web, server, connects):
    for host in SPELLINGS:
        with pytest.raises(ReadError):
            web.get(f"http://{host}/latest/meta-data/")
    assert connects == []
    # and none of them by a redirect (what no header can hold is left out)
    for host in SPELLINGS:
        if host.isascii() and host.isprintable():
            server.routes["/to"] = to(f"http://{host}/latest/meta-data/")
            with pytest.raises(ReadError):
                web.get(f"{server.url}/to")
    assert set(connects) <= {"127.0.0.1"}
    assert {path for path, _, _ in server.asked} == {"/to"}


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "gopher://a.example/", "ftp://a.example/", "//user:pw@a.example/",
     "http://a.example:22/", "javascript:alert(1)", "http://a.example\\@127.0.0.1/"],
)  # fmt: skip
def test_a_redirect_to_what_is_not_asked(web, server, connects, location):
    server.routes["/to"] = to(location)
    with pytest.raises(ReadError):
        web.get(f"{server.url}/to")
    assert set(connects) == {"127.0.0.1"}


def answers(*addresses):
    """What a resolver says, one list of addresses a question."""
    rounds = iter(addresses)
    said = []

    def resolve(host, port, *args, **kwargs):
        said[:] = next(rounds, said)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in said]

    return resolve


def test_a_name_is_asked_once_and_the_checked_address_connected_to(monkeypatch, connects):
    # 192.0.2.0/24 would be refused; 203.0.113.0/24 too: only what is checked may be tried.
    monkeypatch.setattr(socket, "getaddrinfo", answers(["10.0.0.1"], ["127.0.0.1"]))
    web = Session(pace=0, retries=0, timeout=1)
    for _ in range(2):
        with pytest.raises(ReadError, match="leads to an address that is blocked"):
            web.get("http://rebinding.example/")
    assert connects == []


def test_one_inner_address_among_public_ones_refuses_the_name(monkeypatch, connects):
    monkeypatch.setattr(socket, "getaddrinfo", answers(["93.184.215.14", "127.0.0.1"]))
    with pytest.raises(ReadError, match="blocked"):
        Session(pace=0, retries=0).get("http://mixed.example/")
    assert connects == []


def test_an_allowed_name_does_not_open_a_metadata_service(monkeypatch, connects):
    monkeypatch.setattr(socket, "getaddrinfo", answers(["169.254.169.254"]))
    with pytest.raises(ReadError, match="blocked"):
        Session(allow=["intranet.example"], pace=0, retries=0).get("http://intranet.example/")
    assert connects == []


def test_five_hops_and_no_more(web, server):
    for n in range(7):
        server.routes[f"/{n}"] = to(f"/{n + 1}")
    server.routes["/5"] = ok()
    assert web.get(f"{server.url}/0").url == f"{server.url}/5"
    server.routes["/5"], server.routes["/6"] = to("/6"), ok()
    with pytest.raises(ReadError, match="more than 5 times"):
        web.get(f"{server.url}/0")


def test_credentials_stay_with_their_origin(server):
    other = Server()
    try:
        server.routes["/a"], other.routes["/b"] = to(f"{other.url}/b"), ok()
        allow = [f"127.0.0.1:{server.port}", f"127.0.0.1:{other.port}"]
        secret = {"Authorization": "Bearer s3cret", "Cookie": "a=b", "X-Api-Key": "k"}
        with Session(allow=allow, pace=0, retries=0) as web:
            web.get(f"{server.url}/a", headers=secret)
        assert server.asked[0][1]["Authorization"] == "Bearer s3cret"
        assert not {"Authorization", "Cookie", "X-Api-Key"} & other.asked[0][1].keys()
    finally:
        other.http.shutdown()
        other.http.server_close()


def test_the_allow_list_is_by_host_and_port(server):
    server.routes["/"] = ok()
    with Session(allow=["127.0.0.1:9"], pace=0, retries=0) as web, pytest.raises(ReadError):
        web.get(f"{server.url}/")
    assert server.asked == []


def test_bytes_are_counted_after_unpacking(web, server):
    server.routes["/"] = ok(gzip.compress(bytes(50_000_000)), **{"Content-Encoding": "gzip"})
    with pytest.raises(ReadError, match="more than"):
        web.get(f"{server.url}/", max_bytes=1_000_000)


def test_a_slow_server_does_not_stretch_the_time(web, server):
    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(40):
            handler.wfile.write(b"x")
            time.sleep(0.1)
        return 0, {}, b""

    server.routes["/"] = drip
    start = time.monotonic()
    with pytest.raises(Unreachable, match="took too long"):
        web.get(f"{server.url}/", timeout=0.5)
    assert time.monotonic() - start < 3


def test_what_it_is_is_told_by_the_bytes(web, server):
    server.routes["/"] = ok(b"<!doctype html><p>no picture", **{"Content-Type": "image/png"})
    assert web.get(f"{server.url}/").mime == "text/html"


def test_a_busy_server_is_asked_again_later(server):
    said = iter([(503, {"Retry-After": "0"}, b""), (200, {}, b"fine")])
    server.routes["/"] = lambda handler: next(said)
    with Session(allow=[f"127.0.0.1:{server.port}"], retries=2, timeout=10) as web:
        assert web.get(f"{server.url}/").content == b"fine"
    (_, _, first), (_, _, second) = server.asked
    assert second - first >= 0.5


def test_an_unchanged_page_costs_one_304(server, tmp_path):
    def route(handler):
        known = handler.headers.get("If-None-Match") == '"1"'
        return (304, {"ETag": '"1"'}, b"") if known else (200, {"ETag": '"1"'}, b"page")

    server.routes["/"] = route
    with Session(allow=[f"127.0.0.1:{server.port}"], cache=tmp_path, retries=0) as web:
        assert [web.get(f"{server.url}/").content for _ in range(2)] == [b"page", b"page"]
        assert web.get(f"{server.url}/").unchanged


def test_says_who_asks(server):
    server.routes["/"] = ok()
    allow = [f"127.0.0.1:{server.port}"]
    for contact in ("https://quay.example", None):
        with Session(allow=allow, retries=0, contact=contact) as web:
            web.get(f"{server.url}/")
    named, plain = (headers["User-Agent"] for _, headers, _ in server.asked)
    assert named.endswith(" (+https://quay.example)")
    assert plain.startswith("sharekit/")
    assert "(" not in plain


@pytest.mark.parametrize("host", ["93.184.215.14", "2606:4700::1111", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_let_through(host):
    check_address(host)


@given(st.text(alphabet=st.sampled_from("htps:/@\\.[]%#? \t\n\r0127x169254abＡ。①")))
def test_whatever_stands_in_a_url_it_is_whole_or_refused(text):
    for url in (text, f"http://{text}"):
        try:
            target = check_url(url)
        except ReadError:
            continue
        assert target.host.isascii()
        assert not set(target.host) & set("@\\/?#%[] \t\n\r")
        assert target.url.isascii()
        assert urlsplit(target.url).hostname == target.host
