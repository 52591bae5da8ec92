"""The one door out: what is asked, of whom, how long, and what never leaves."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import socket
import threading
import time
import zlib
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
        self.http.handle_error = lambda *_: None  # clients hang up on what is made to hurt
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
    with Session(allow=[f"127.0.0.1:{server.port}"], pace=0, retries=0, timeout=30) as session:
        yield session


def to(location):
    return lambda handler: (302, {"Location": location}, b"")


def ok(body=b"fine", **headers):
    return lambda handler: (200, headers, body)


PUBLIC = "93.184.215.14"


@pytest.fixture
def connects(monkeypatch, server):
    """Every address that a socket connects to. At the public one stands the test's own server."""
    seen, plain = [], socket.socket.connect

    def connect(self, address):
        seen.append(address[0])
        return plain(self, ("127.0.0.1", server.port) if address[0] == PUBLIC else address)

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


def answers(*rounds):
    """A resolver that gives one list of addresses a question, and begins again at the end."""
    said = itertools.cycle(rounds)

    def resolve(host, port, **kwargs):
        return [
            (
                socket.AF_INET6 if ":" in ip else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (ip, port),
            )
            for ip in next(said)
        ]

    return resolve


def test_a_name_that_leads_elsewhere_every_time_never_leads_inside(connects, server):
    server.routes["/"] = lambda handler: (200, {"Connection": "close"}, b"fine")
    inner = ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "fe80::1"]
    rounds = [[ip] for pair in zip([PUBLIC] * len(inner), inner, strict=True) for ip in pair]
    found = []
    with Session(pace=0, retries=0, resolve=answers(*rounds)) as web:
        for _ in range(1_000):
            try:
                found.append(web.get("http://rebinding.example/").content)
            except ReadError as error:
                found.append(error.message)
    assert found[::2] == [b"fine"] * 500
    assert all("leads to an address that is blocked" in said for said in found[1::2])
    assert connects == [PUBLIC] * 500


def test_a_redirect_to_a_name_that_leads_inside(connects, server):
    server.routes["/"] = to("http://inner.example/latest/meta-data/")
    web = Session(pace=0, retries=0, resolve=answers([PUBLIC], ["10.0.0.1"]))
    with pytest.raises(ReadError, match="leads to an address that is blocked"):
        web.get("http://outer.example/")
    assert connects == [PUBLIC]


@pytest.mark.parametrize("inner", ["127.0.0.1", "::1", "64:ff9b::7f00:1", "fd00::1"])
def test_one_inner_address_among_public_ones_refuses_the_name(connects, inner):
    for said in ([PUBLIC, inner], [inner, PUBLIC]):
        with pytest.raises(ReadError, match="blocked"):
            Session(pace=0, retries=0, resolve=answers(said)).get("http://mixed.example/")
    assert connects == []


@pytest.mark.parametrize("ip", ["169.254.169.254", "168.63.129.16", "fd00:ec2::254"])
def test_an_allowed_name_does_not_open_a_metadata_service(connects, ip):
    web = Session(allow=["intranet.example"], pace=0, retries=0, resolve=answers([ip]))
    with pytest.raises(ReadError, match="blocked"):
        web.get("http://intranet.example/")
    assert connects == []


def test_an_allowed_name_may_lead_inside(connects, server):
    server.routes["/"] = ok()
    allow = [f"intranet.example:{server.port}"]
    with Session(allow=allow, pace=0, retries=0, resolve=answers(["127.0.0.1"])) as web:
        assert web.get(f"http://intranet.example:{server.port}/").content == b"fine"
    assert connects == ["127.0.0.1"]
    # and its neighbours may not
    with pytest.raises(ReadError, match="only 80 and 443"):
        Session(allow=allow, resolve=answers(["127.0.0.1"])).get(
            f"http://other.example:{server.port}/"
        )


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),  # once, not twice
        ("faß.example", "xn--fa-hia.example"),  # as browsers do since IDNA 2008
        ("川.example", "xn--5rt.example"),
        ("bücher.example.", "xn--bcher-kva.example"),
    ],
)
def test_names_in_every_script_are_encoded_once(written, asked):
    assert check_url(f"https://{written}/ü?q=ü").url == f"https://{asked}/%C3%BC?q=%C3%BC"
    assert check_url(check_url(f"https://{written}/ü").url).host == asked


def test_user_names_and_passwords_are_neither_sent_nor_shown(connects):
    with pytest.raises(ReadError) as caught:
        Session(pace=0, retries=0).get("https://jo:hunter22@a.example/feed")
    assert "user name or password" in str(caught.value)
    assert "hunter22" not in str(caught.value)
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


@pytest.mark.parametrize(
    ("packing", "said"),
    [("gzip", "more than"), ("deflate", "more than"), ("gzip, gzip", "packed"), ("br", "packed")],
)
def test_a_bomb_that_would_fit_is_told_by_its_density(web, server, packing, said):
    packer = zlib.compressobj(wbits=31 if packing == "gzip" else 15)
    bomb = packer.compress(bytes(19_000_000)) + packer.flush()
    server.routes["/"] = ok(bomb, **{"Content-Encoding": packing})
    with pytest.raises(ReadError, match=said):
        web.get(f"{server.url}/")


SOON = 20
"""Seconds: half of what the slow take here, and far more than a busy computer makes of one."""


def drip(head, piece):
    """A server that sends *head* and then *piece* ten times a second, for 40 s."""

    def answer(handler):
        handler.wfile.write(head)
        with contextlib.suppress(OSError):
            for _ in range(400):
                handler.wfile.write(piece)
                time.sleep(0.1)
        return 0, {}, b""

    return answer


def slow_hop(handler):
    time.sleep(0.2)
    return 302, {"Location": "/"}, b""


@pytest.mark.parametrize(
    "answer",
    [
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        drip(b"HTTP/1.1 ", b"2"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        slow_hop,
    ],
    ids=["body", "chunks", "headers", "status", "continue", "redirects"],
)
def test_a_slow_server_does_not_stretch_the_time(web, server, answer):
    server.routes["/"] = answer
    start = time.monotonic()
    with pytest.raises(Unreachable, match="took too long"):
        web.get(f"{server.url}/", timeout=0.5)
    assert time.monotonic() - start < SOON


@pytest.mark.parametrize("begin", [b"", b"\x16\x03\x03\x40\x00"], ids=["silent", "dripping"])
def test_a_slow_handshake_does_not_stretch_the_time(begin):
    """Of TLS: nothing at all, or a record of 16 kB that comes byte by byte."""
    done = threading.Event()

    def serve():
        conn, _ = listener.accept()
        with conn, contextlib.suppress(OSError):
            conn.sendall(begin)
            while not done.wait(0.1):
                if begin:
                    conn.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        start = time.monotonic()
        with pytest.raises(Unreachable, match="took too long"):
            Session(allow=[host], pace=0, retries=0, timeout=0.5).get(f"https://{host}/")
        assert time.monotonic() - start < SOON
        done.set()
        thread.join()


def test_a_slow_resolver_does_not_stretch_the_time(connects):
    asleep = threading.Event()

    def resolve(*args, **kwargs):
        asleep.wait(40)
        return answers([PUBLIC])(*args)

    start = time.monotonic()
    with pytest.raises(Unreachable, match="took too long"):
        Session(pace=0, retries=0, timeout=0.3, resolve=resolve).get("http://a.example/")
    assert time.monotonic() - start < SOON
    asleep.set()
    assert connects == []


def test_headers_without_an_end_are_not_taken_in(web, server):
    def flood(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        with contextlib.suppress(OSError):
            for _ in range(3_000):
                handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 40)
        return 0, {}, b""

    server.routes["/"] = flood
    with pytest.raises(ReadError):
        web.get(f"{server.url}/", max_bytes=1_000)


@pytest.mark.parametrize("value", ["a\r\nHost: b.example", "a\nb", "ü 川"])
def test_a_header_that_would_be_two_is_not_sent(web, server, value):
    server.routes["/"] = ok()
    with pytest.raises(ReadError, match="X-Token") as caught:
        web.get(f"{server.url}/", headers={"X-Token": value})
    assert value not in str(caught.value)
    assert server.asked == []


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


def test_pauses_grow_and_end_with_the_time_that_there_is(server, monkeypatch):
    slept = []
    monkeypatch.setattr("sharekit.web.session.time.sleep", slept.append)
    server.routes["/"] = lambda handler: (503, {}, b"")
    allow = [f"127.0.0.1:{server.port}"]
    with Session(allow=allow, retries=3, timeout=60) as web, pytest.raises(Unreachable):
        web.get(f"{server.url}/")
    assert len(server.asked) == 4
    assert [0.5 * 2**n <= pause <= 0.75 * 2**n for n, pause in enumerate(slept)] == [True] * 3

    server.routes["/"] = lambda handler: (429, {"Retry-After": "120"}, b"")
    said = pytest.raises(Unreachable, match="asked again in 120 s")
    with Session(allow=allow, retries=3, timeout=60) as web, said:
        web.get(f"{server.url}/")
    assert (len(server.asked), len(slept)) == (5, 3)

    server.routes["/"] = lambda handler: (404, {}, b"")  # what is not there stays so
    with Session(allow=allow, retries=3) as web, pytest.raises(ReadError, match="404"):
        web.get(f"{server.url}/")
    assert len(server.asked) == 6


def test_an_unchanged_page_costs_one_304(server, tmp_path):
    def route(handler):
        known = handler.headers.get("If-None-Match") == '"1"'
        return (304, {"ETag": '"1"'}, b"") if known else (200, {"ETag": '"1"'}, b"page")

    server.routes["/"] = route
    with Session(allow=[f"127.0.0.1:{server.port}"], cache=tmp_path, retries=0) as web:
        assert [web.get(f"{server.url}/").content for _ in range(2)] == [b"page", b"page"]
        assert web.get(f"{server.url}/").unchanged


def test_what_credentials_opened_is_not_kept_for_others(server, tmp_path):
    server.routes["/"] = ok(b"secret", ETag='"1"')
    allow = [f"127.0.0.1:{server.port}"]
    with Session(allow=allow, cache=tmp_path, retries=0) as web:
        web.get(f"{server.url}/", headers={"Authorization": "Bearer s3cret"})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    with pytest.raises(ReadError, match="not in the cache"):
        Session(allow=allow, cache=tmp_path, offline=True).get(f"{server.url}/")


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
