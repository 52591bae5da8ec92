"""A site in a folder of its own, the page served in this process, and a real Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import uvicorn

from sharekit.app import App, planning
from sharekit.errors import PublishError, Refused, RetryLater, Unauthorized, Unsure
from sharekit.model import Message, Receipt
from sharekit.preview.desk import Desk
from sharekit.preview.guard import Door
from sharekit.preview.live import Live
from sharekit.preview.site import make
from sharekit.queue.turns import run_due

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), None
)

CONFIG = """\
sharekit: 1
site: {name: Withy River Trust, url: https://withy.example, timezone: Europe/Berlin, language: en-GB, logo: logo.svg}
sources:
  journal: {reader: frontmatter, path: posts}
channels:
  outbox:x: {like: x}
  outbox:mastodon: {like: mastodon, hashtags: 2}
  outbox:bluesky: {like: bluesky, attach: link}
  outbox:linkedin: {like: linkedin}
  outbox:threads: {like: threads}
  outbox:telegram: {like: telegram}
  outbox:discord: {like: discord}
  outbox:slack: {like: slack}
network: {offline: true}
"""


LONG = 60
"""Seconds that nothing takes, not even on a busy computer; what fails to come fails by then."""
POSTS = ("flood-meadow.md", "riverfly-saturday.md", "kawabune.ja.md", "old-bends.ar.md")
KEPT = ("photos", "cards", "cache", ".sharekit")
"""What stays where it is from test to test: pictures, and the cards drawn of them so far."""


def write_site(folder: Path, config: str = CONFIG) -> Path:
    """A small site in *folder*: some of the sample posts and their pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(config, "utf-8")
    shutil.copy2(ROOT / "assets/logo.svg", folder / "logo.svg")
    if not (folder / "photos").exists():
        shutil.copytree(ROOT / "assets/photos", folder / "photos")
    posts = folder / "posts"
    posts.mkdir(exist_ok=True)
    for name in POSTS:
        shutil.copy2(ROOT / "assets/posts" / name, posts / name)
    return folder


def anew(folder: Path) -> Path:
    """The site in *folder* as if nothing had happened, but for the cards that are drawn."""
    for path in [*folder.glob("*"), *folder.glob(".sharekit/*")]:
        if path.name in KEPT:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return write_site(folder)


@dataclass
class Served:
    """The page at work. *base* is its address, *desk* and *door* what it works on."""

    folder: Path
    base: str
    desk: Desk
    door: Door
    live: Live
    server: uvicorn.Server
    session: requests.Session = field(default_factory=requests.Session)

    def enter(self) -> None:
        self.session.cookies.set(self.door.cookie, self.door.session)

    def get(self, path: str, **more: Any) -> requests.Response:
        return self.session.get(self.base + path, timeout=LONG, allow_redirects=False, **more)

    def post(self, path: str, data: Any, **headers: str) -> requests.Response:
        own = {"origin": self.base, **headers}
        return self.session.post(self.base + path, json=data, headers=own, timeout=LONG)

    def routes(self) -> list[tuple[str, str]]:
        """Every route of the application and its method, with something in its places."""
        from starlette.routing import Mount

        key = self.desk.items()[0].key
        fill = {"{key}": key, "{id}": "0" * 32}
        found = []
        for route in self.server.config.app.routes:
            path = route.path + ("/page.js" if isinstance(route, Mount) else "")
            for slot, value in fill.items():
                path = path.replace(slot, value)
            methods = getattr(route, "methods", None) or {"GET"}
            found.append(("POST" if "POST" in methods else "GET", path))
        return found

    def path_of(self, post_id: str) -> str:
        return f"/articles/{self.desk.by_id()[post_id].key}"


def serve(folder: Path, *, read_only: bool = False, password: str | None = None) -> Served:
    app = App.open(folder)
    desk = Desk(app, read_only=read_only, alone=password is None)
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    door = Door(port=port, read_only=read_only, password=password)
    live = Live(desk)
    config = uvicorn.Config(
        make(desk, door, live), log_config=None, access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + LONG
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.started
    served = Served(folder, f"http://127.0.0.1:{port}", desk, door, live, server)
    served.stop = lambda: _stop(served, thread, listener)  # type: ignore[attr-defined]
    return served


def _stop(served: Served, thread: threading.Thread, listener: Any) -> None:
    served.live.stop()
    served.server.should_exit = True
    thread.join(LONG)
    listener.close()
    served.session.close()
    served.desk.app.queue.close()
    served.desk.app.composer._cache.close()


@pytest.fixture(scope="session")
def ground(tmp_path_factory) -> Path:
    """Where tests have their site, one after the other."""
    return tmp_path_factory.mktemp("ground") / "site"


@pytest.fixture
def site(ground) -> Path:
    """The small site as if nothing had happened, for tests that change it before it is served."""
    return anew(ground)


@pytest.fixture
def start(ground) -> Iterator[Callable[..., Served]]:
    """Starts the page for a folder, and stops it after the test."""
    running: list[Served] = []

    def started(folder: Path | None = None, **options: Any) -> Served:
        served = serve(folder or anew(ground), **options)
        running.append(served)
        served.enter()
        return served

    yield started
    for served in running:
        served.stop()  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Iterator[Served]:
    """A page for tests that change nothing."""
    served = serve(write_site(tmp_path_factory.mktemp("shared") / "site"))
    served.enter()
    yield served
    served.stop()  # type: ignore[attr-defined]


FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>
<match target="pattern"><test name="family"><string>monospace</string></test>
<edit name="family" mode="assign" binding="strong"><string>JetBrains Mono</string></edit></match>
<match target="pattern">
<edit name="family" mode="append_last" binding="strong"><string>Noto Sans</string></edit></match>
</fontconfig>
"""


@pytest.fixture(scope="session")
def chromium(tmp_path_factory) -> Iterator[Any]:
    """A real Chromium, with the project's own fonts and no others: pictures are the same
    on every computer.
    """
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this computer")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=LONG * 1000)

    folder = tmp_path_factory.mktemp("fonts")
    config = folder / "fonts.conf"
    config.write_text(FONTS.format(fonts=ROOT / "fonts", cache=folder / "cache"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--font-render-hinting=none"],
            env={**os.environ, "FONTCONFIG_FILE": str(config)},
        )
        yield browser
        browser.close()


@dataclass
class Seen:
    """What a page did that nobody looks at: its console, dialogs, and where its requests went."""

    console: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


@pytest.fixture
def opened(chromium, start) -> Iterator[Callable[..., Any]]:
    """Opens the page in a browser of its own. At the end its console must have been clean,
    no dialog open and nothing asked of anybody else.

    Whatever was started runs until the pages are closed: one whose server is gone says so.
    """
    del start
    contexts = []
    seen = Seen()

    def open_page(served: Served, path: str = "/", **options: Any) -> Any:
        options.setdefault("viewport", {"width": 1440, "height": 900})
        options.setdefault("reduced_motion", "reduce")
        context = chromium.new_context(**options)
        contexts.append(context)
        context.add_cookies(
            [
                {
                    "name": served.door.cookie,
                    "value": served.door.session,
                    "url": served.base,
                    "httpOnly": True,
                    "sameSite": "Strict",
                }
            ]
        )
        page = context.new_page()
        page.set_default_timeout(LONG * 1000)
        page.seen = seen
        page.on("console", lambda m: seen.console.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: seen.console.append(f"error: {e}"))
        page.on("dialog", lambda d: (seen.dialogs.append(d.message), d.dismiss()))
        page.on(
            "request",
            lambda r: None if r.url.startswith(served.base) else seen.outside.append(r.url),
        )
        page.goto(served.base + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert seen.console == []
    assert seen.dialogs == []
    assert seen.outside == []


# --- a queue in which everything has happened


class Fated:
    """A publisher to whom happens what was foretold."""

    def __init__(self, fate: PublishError | None) -> None:
        self.fate = fate

    def publish(self, message: Message, web: object) -> Receipt:
        if self.fate is not None:
            raise self.fate
        return Receipt(id=message.key, url=f"https://social.example/{message.key}")


FATES: dict[str, PublishError] = {
    "outbox:x": Unauthorized("the sign-in has ended", hint="Sign in again."),
    "outbox:bluesky": Refused("the text is too long: 312 of 300"),
    "outbox:mastodon": RetryLater("the server is busy (503)"),
    "outbox:threads": Unsure("the line dropped before the answer came"),
}


def fill(app: App) -> None:
    """Put one delivery of every kind into the queue of *app*."""
    posts = {post.id: post for post in app.posts().posts}
    names = list(app.config.accounts)
    planning.plan(app, posts["flood-meadow"], names, "now", approve=True)
    send(app)
    morning = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%d")
    planning.plan(app, posts["kawabune-ja"], names[1:4], f"{morning} 09:00", approve=True)
    planning.plan(
        app, posts["old-bends-ar"], ["outbox:mastodon"], f"{morning} 09:05", approve=False
    )


def send(app: App, fates: dict[str, PublishError] | None = None) -> None:
    """One pass over what is due."""
    known = FATES if fates is None else fates
    run_due(app.queue, lambda c, a: Fated(known.get(f"{c}:{a}")), app.web)  # type: ignore[arg-type,return-value]


@pytest.fixture
def fate() -> SimpleNamespace:
    """`fill(app)` puts one delivery of every kind into the queue, `send(app, {})` sends."""
    return SimpleNamespace(fill=fill, send=send)
