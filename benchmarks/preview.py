"""How soon the preview page follows: a change on disk, a key, a choice, many posts, Ctrl-C.

The real program is started in a folder of its own and looked at in a real Chromium. Times are
of the wall clock, since somebody waits for them: run it while nothing else runs.

    python benchmarks/preview.py
"""

from __future__ import annotations

import contextlib
import itertools
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 20
RELOADS = 1000
POSTS = 500
CHANNELS = """\
channels:
  outbox:x: {like: x}
  outbox:mastodon: {like: mastodon}
  outbox:bluesky: {like: bluesky}
  outbox:linkedin: {like: linkedin}
  outbox:threads: {like: threads}
  outbox:telegram: {like: telegram}
  outbox:discord: {like: discord}
  outbox:slack: {like: slack}
network: {offline: true}
"""
CONFIG = """\
sharekit: 1
site: {name: Withy River Trust, url: https://withy.example, timezone: Europe/Berlin}
sources: {journal: {reader: frontmatter, path: posts}}
"""
PANEL = ".ch[data-account='outbox:bluesky']"


def few(folder: Path) -> Path:
    """A site of the sample posts with their photographs."""
    shutil.copytree(ROOT / "assets/posts", folder / "posts")
    shutil.copytree(ROOT / "assets/photos", folder / "photos")
    (folder / "config.yaml").write_text(CONFIG + CHANNELS, "utf-8")
    return folder


def many(folder: Path) -> Path:
    """A site of `POSTS` short posts."""
    (folder / "posts").mkdir(parents=True)
    for n in range(POSTS):
        (folder / f"posts/p{n}.md").write_text(
            f"---\ntitle: Post number {n} about the river\ndate: 2026-01-01T{n % 24:02}:00:00Z\n"
            f"url: /p/{n}/\ndescription: What happened there\n---\nWords.\n",
            "utf-8",
        )
    (folder / "config.yaml").write_text(CONFIG + CHANNELS, "utf-8")
    return folder


@contextlib.contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`sharekit preview` in *folder*, and its link."""
    command = [sys.executable, "-m", "sharekit", "preview", "--no-open", "--port", "0"]
    program = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    try:
        yield program, program.stdout.readline().strip()
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()


def said(what: str, took: list[float], limit: float) -> None:
    """Print the middle and the worst of *took* (seconds) beside what was promised."""
    middle, worst = statistics.median(took) * 1000, max(took) * 1000
    print(f"{what:34} {middle:7.0f} ms {worst:9.0f} ms {limit:9.0f} ms")


def timed(act: Callable[[], object], seen: Callable[[], object]) -> float:
    """Seconds from before *act* until *seen* returns."""
    before = time.perf_counter()
    act()
    seen()
    return time.perf_counter() - before


def shows(page: Any, selector: str, text: str) -> None:
    """Wait until *selector* has *text*."""
    page.wait_for_function(
        "([where, text]) => document.querySelector(where)?.textContent.includes(text)",
        arg=[selector, text],
        polling=5,
    )


def follow(page: Any, link: str, folder: Path) -> None:
    """A change on disk, keys, choices."""
    page.goto(link)
    page.locator(".item h3 a", has_text="hay meadow").click()
    page.locator(PANEL).wait_for()
    page.wait_for_timeout(500)
    path = folder / "posts/flood-meadow.md"
    words = ["third summer", *(f"summer {n}" for n in range(ROUNDS))]

    def write(old: str, new: str) -> None:
        other = path.with_name(".new")
        other.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        other.replace(path)

    def change(old: str, new: str) -> float:
        return timed(lambda: write(old, new), lambda: shows(page, f"{PANEL} .de", new))

    took = [change(old, new) for old, new in itertools.pairwise(words)]
    said("a change on disk, on the page", took, 200)

    page.locator(PANEL).get_by_role("button", name="Write its own").click()
    field = page.locator(f"{PANEL} textarea")
    field.fill("One")
    page.evaluate(
        """(panel) => { window.took = []; let from = 0;
        const field = document.querySelector(`${panel} textarea`);
        field.addEventListener("input", () => { from = performance.now(); });
        new MutationObserver(() => { if (from) window.took.push(performance.now() - from); from = 0; })
          .observe(document.querySelector(`${panel} .cnt`), {subtree: true, childList: true, characterData: true}); }""",
        PANEL,
    )
    for _ in range(ROUNDS):
        field.press("a")
        page.wait_for_timeout(80)
    said("a key, in the counter", [t / 1000 for t in page.evaluate("() => window.took")], 50)

    page.wait_for_timeout(1500)
    took = [focus(page, 10 + 4 * n) for n in range(ROUNDS)]
    said("a key, on the cards drawn anew", took, 500)


def focus(page: Any, x: int) -> float:
    """Seconds from the key that keeps another focus point until the card with it is there."""
    image = f"{PANEL} .lc img"
    old = page.locator(image).get_attribute("src")
    page.get_by_role("button", name="Set the focus point").click()
    page.locator("#fx").fill(str(x))
    page.locator("#keep-focus").focus()

    def seen() -> None:
        page.wait_for_function(
            "([where, old]) => document.querySelector(where).getAttribute('src') !== old",
            arg=[image, old],
            polling=5,
        )

    took = timed(lambda: page.keyboard.press("Enter"), seen)
    page.wait_for_timeout(400)
    return took


def open_many(page: Any, link: str) -> None:
    """A page of many posts."""
    base = link.partition("/?")[0]

    def opened(address: str) -> float:
        return timed(
            lambda: page.goto(address, wait_until="domcontentloaded"),
            lambda: shows(page, "#shown", f"{POSTS} articles"),
        )

    said(f"a page of {POSTS} posts, first time", [opened(link)], 1000)
    took = []
    for _ in range(ROUNDS):
        page.goto("about:blank")
        took.append(opened(base))
    said(f"a page of {POSTS} posts, opened", took, 1000)


def rss(pid: int) -> float:
    """Resident memory of the process *pid*, MB."""
    told = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return int(told.stdout) / 1024


def reload(program: subprocess.Popen[str], link: str) -> None:
    """Memory over many reloads, and how soon the program ends with streams open."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    front = opener.open(link).read().decode()
    base = link.partition("/?")[0]
    start = front.index('href="/articles/') + 6
    paths = ["/", front[start : front.index('"', start)], "/queue", "/plan"]

    def load(times: int) -> float:
        for n in range(times):
            opener.open(base + paths[n % len(paths)]).read()
        return rss(program.pid)

    warm, after = load(RELOADS // 5), load(RELOADS)
    print(f"{f'memory after {RELOADS} reloads':34} {warm:7.1f} MB {after:9.1f} MB  (before, after)")
    streams = [opener.open(f"{base}/events") for _ in range(3)]
    for stream in streams:
        stream.readline()
    took = timed(lambda: program.send_signal(signal.SIGINT), program.wait)
    said("Ctrl-C with 3 open streams", [took], 1500)


def main() -> int:
    """Measure all of it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("benchmarks/preview.py: there is no Chromium on this computer", file=sys.stderr)
        return 0
    from playwright.sync_api import sync_playwright

    print(f"{'preview':34} {'middle':>10} {'worst':>12} {'promised':>12}")
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        folder = few(Path(place) / "few")
        with running(folder) as (_, link):
            follow(page, link, folder)
        with running(many(Path(place) / "many")) as (_, link):
            open_many(page, link)
        browser.close()
        with running(folder) as (program, link):
            reload(program, link)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
