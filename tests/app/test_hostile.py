"""A batch with hostile addresses in it: one clear line for each, soon, and the rest is read."""

from __future__ import annotations

import contextlib
import gzip
import json
import subprocess
import sys
import textwrap
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

RUN = textwrap.dedent("""
    import itertools, json, resource, socket, sys, time
    from pathlib import Path
    resource.setrlimit(resource.RLIMIT_AS, (1200 << 20, 1200 << 20))
    from sharekit.app import App
    from sharekit.web import Session

    rebound = itertools.cycle(["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1"])

    def resolve(host, port, **kwargs):
        ip = host if host[0] in "0123456789:" else next(rebound)
        family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (ip, port))]

    folder, allowed, *sources = sys.argv[1:]
    app = App.open(Path(folder))
    app.web = Session(allow=[allowed], resolve=resolve)
    found = {}
    start = time.monotonic()
    whole = app.posts(sources)
    for source in sources:
        before = time.monotonic()
        reading = app.posts([source])
        titles = [post.title for post in reading.posts]
        found[source] = [titles, [str(p) for p in reading.problems], time.monotonic() - before]
    # Not ru_maxrss: that one starts with the size of the process that started this one.
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(json.dumps([found, [p.title for p in whole.posts], len(whole.problems),
                      int(peak.split()[1])]))
""")

ITEM = "<item><title>{}</title><link>https://a.example/1</link></item>"
FEED = f'<rss version="2.0"><channel><title>t</title>{ITEM}</channel></rss>'
ENTITIES = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
LAUGHS = f"<!DOCTYPE r [<!ENTITY l0 'lol lol lol'>{ENTITIES}]>" + FEED.format("&l11;")
DEEP = "[" * 100_000
INNER = (
    *("http://169.254.169.254/", "http://2852039166/", "http://0xa9fea9fe/", "http://127.1/"),
    *("http://[::ffff:169.254.169.254]/", "http://[64:ff9b::a9fe:a9fe]/", "http://[::1]/"),
    *("http://[2002:a9fe:a9fe::]/", "http://jo@169.254.169.254/", "file:///etc/passwd"),
    *("http://localhost:22/", "//169.254.169.254/", "http://rebinding.example/"),
)


def sized(size):
    """Says that *size* bytes follow, and sends blanks for as long as they are taken."""

    def answer(handler):
        handler.send_response(200)
        if size:
            handler.send_header("Content-Length", str(size))
        handler.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(200):
                handler.wfile.write(b" " * (1 << 20))

    return answer


def sent(body, status=200, **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        with contextlib.suppress(OSError):
            handler.wfile.write(body)

    return answer


# What an address answers, and what is said of it; nothing: it is read for what it is.
ROUTES = {
    "gigabyte": (sized(1 << 30), "has more than"),
    "endless": (sized(0), "has more than"),
    "bomb": (sent(gzip.compress(bytes(50 << 20)), Content_Encoding="gzip"), "has more than"),
    "packed": (sent(gzip.compress(b" " * (150 << 20))), "unpacks to more than"),
    "entities": (sent(LAUGHS.encode()), ""),
    "attributes": (
        sent(f"<rss {' '.join(f'a{n}=1' for n in range(20_000))}>{FEED.format('x')}".encode()),
        "",
    ),
    "comments": (sent(b"<rss>" + b"<!--" * 1_000_000), ""),
    "json": (sent(('{"items": ' + DEEP).encode()), ""),
    "page-comments": (sent(b"<!doctype html><title>x</title>" + b"<!--" * 1_000_000), ""),
    **{f"to-{n}": (sent(b"", 302, Location=to), "") for n, to in enumerate(INNER)},
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.strip("/")
        if name.startswith("fine"):
            sent(FEED.format(name).encode())(self)
        elif name in ROUTES:
            ROUTES[name][0](self)
        else:
            sent(b"", 404)(self)

    def log_message(self, *args):
        pass


@pytest.fixture
def host():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_batch(tmp_path, host):
    (tmp_path / "config.yaml").write_text("sharekit: 1\nsite: {name: t}\n")
    names = ["fine-1", *ROUTES, "fine-2"]
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path), host, *(f"http://{host}/{n}" for n in names)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found, together, number, kilobytes = json.loads(done.stdout)
    assert kilobytes < 512 << 10
    assert {source: seconds for source, (*_, seconds) in found.items() if seconds > 30} == {}
    for name in ("fine-1", "fine-2"):
        titles, problems, _ = found[f"http://{host}/{name}"]
        assert (titles, problems) == ([name], [])
        assert name in together
    for name, (_, said) in ROUTES.items():
        titles, problems, _ = found[f"http://{host}/{name}"]
        assert len(problems) <= 1, name
        assert titles or problems, name
        for problem in problems:
            assert problem.startswith(f"http://{host}/{name}"), problem
            assert len(problem.splitlines()[0]) < 300
        if said or name.startswith("to-"):
            assert titles == [], name
            assert said in problems[0], name
    assert number >= len(INNER) + 4
