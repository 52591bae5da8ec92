"""What changes on disk is on the page at once; typing is counted at once; stopping stops."""

from __future__ import annotations

import gc
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from sharekit.app import App, editing, overrides, planning
from sharekit.preview import desk as desk_module
from sharekit.preview.desk import Desk
from sharekit.preview.live import Live
from sharekit.preview.pages.articles import AT_ONCE
from sharekit.preview.pages.listing import SCREEN

BLUESKY = '.ch[data-account="outbox:bluesky"]'
SLACK = float(os.environ.get("SHAREKIT_TEST_SLACK", "20"))
"""How many times slower than promised a shared, busy computer may be."""


def _post(served, post_id="flood-meadow"):
    return {post.id: post for post in served.desk.app.posts().posts}[post_id]


def _rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    other = path.with_name(".new")
    other.write_text(text.replace(old, new), "utf-8")
    other.replace(path)


@pytest.mark.browser
def test_a_change_on_disk_is_on_the_page(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    expect(page.locator("#sum b")).to_have_text("8 of 8 posts ready.")
    path = served.folder / "posts/flood-meadow.md"
    took = []
    time.sleep(0.3)  # the watcher begins
    words = ["third summer"]
    for number in range(5):
        words.append(f"summer {number}")
        before = time.perf_counter()
        _rewrite(path, words[-2], words[-1])
        page.wait_for_function(
            "(said) => document.querySelector(`.ch[data-account='outbox:bluesky'] .de`)"
            ".textContent.includes(said)",
            arg=words[-1],
            polling=5,
        )
        took.append(time.perf_counter() - before)
    assert sorted(took)[1] < 0.2 * SLACK, took


@pytest.mark.browser
def test_a_key_is_counted_at_once(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    page.locator(BLUESKY).get_by_role("button", name="Write its own").click()
    page.fill("#e-outbox-bluesky", "One")
    page.evaluate(
        """() => { window.took = []; let from = 0;
        document.querySelector('#e-outbox-bluesky').addEventListener('input', () => { from = performance.now(); });
        new MutationObserver(() => { if (from) { window.took.push(performance.now() - from); from = 0; } })
          .observe(document.querySelector(`.ch[data-account='outbox:bluesky'] .cnt`),
                   {subtree: true, childList: true, characterData: true}); }"""
    )
    for letter in "abcdefghij":
        page.locator("#e-outbox-bluesky").press(letter)
        page.wait_for_timeout(60)
    took = sorted(page.evaluate("() => window.took"))
    assert len(took) >= 5
    assert took[len(took) // 2] < 50 * SLACK, took


@pytest.mark.browser
def test_a_choice_is_on_the_card_at_once(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    took = []
    for name in ("split", "editorial", "framed"):
        source = page.locator(f"{BLUESKY} .lc img").get_attribute("src")
        before = time.perf_counter()
        page.select_option("#layout", name)
        page.wait_for_function(
            "(old) => document.querySelector(`.ch[data-account='outbox:bluesky'] .lc img`)"
            ".getAttribute('src') !== old",
            arg=source,
            polling=5,
        )
        took.append(time.perf_counter() - before)
    assert min(took) < 0.5 * SLACK, took


@pytest.mark.browser
def test_an_edit_on_disk_under_ones_hands_is_a_conflict(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    page.evaluate("() => document.querySelector('#shared').focus()")
    page.fill("#shared", "My own words about it")
    overrides.save(served.desk.app.config, _post(served), "social.*", "Their own words about it")
    notice = page.locator(".conflict")
    notice.wait_for()
    assert "The file overrides.yaml was saved at " in notice.inner_text()
    assert notice.locator(".theirs").inner_text() == "Their own words about it"
    assert notice.locator(".theirs mark").all_inner_texts() == ["Their"]
    assert notice.locator(".mine-text mark").all_inner_texts() == ["My"]
    page.wait_for_timeout(1000)
    assert _post(served).social["*"] == "Their own words about it"
    page.seen.console.clear()  # the browser notes the refusal
    notice.get_by_role("button", name="Keep mine").click()
    page.wait_for_function("() => document.querySelector('#saved').textContent.startsWith('Saved')")
    assert _post(served).social["*"] == "My own words about it"
    expect(page.locator(".conflict")).to_have_count(0)


@pytest.mark.browser
def test_a_save_on_its_way_and_the_changed_file_tell_of_one_conflict(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    held = []
    page.route("**/save", lambda route: held.append(route))  # noqa: PLW0108  (it needs a function)
    page.fill("#shared", "My own words about it")
    page.locator("#shared").blur()
    page.wait_for_function(
        "() => document.querySelector('#saved').textContent.startsWith('Saving')"
    )
    overrides.save(served.desk.app.config, _post(served), "social.*", "Their own words about it")
    page.locator(".conflict").wait_for()
    with page.expect_response("**/save"):
        held[0].continue_()
    page.wait_for_function(
        "() => document.querySelector('#saved').textContent.includes('ot saved')"
    )
    expect(page.locator(".conflict")).to_have_count(1)
    page.seen.console.clear()  # the browser notes the refusal


@pytest.mark.browser
def test_a_field_that_nobody_types_in_follows_the_file(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    overrides.save(served.desk.app.config, _post(served), "social.bluesky", "From elsewhere")
    served.desk.changed(())
    served.live.tell()
    expect(page.locator("#e-outbox-bluesky")).to_be_visible()
    expect(page.locator("#e-outbox-bluesky")).to_have_value("From elsewhere")
    expect(page.locator(f"{BLUESKY} .tx")).to_contain_text("From elsewhere")


@pytest.mark.browser
def test_the_queue_changes_before_ones_eyes(start, opened, fate):
    served = start()
    page = opened(served, "/queue")
    planning.plan(served.desk.app, _post(served), ["outbox:slack"], "now", approve=True)
    expect(page.locator("#next")).to_contain_text("Slack", timeout=60_000)
    fate.send(served.desk.app, {})
    expect(page.locator("#done")).to_contain_text("Slack", timeout=60_000)


@pytest.mark.browser
def test_a_broken_config_is_told_and_the_old_one_works_on(start, opened):
    served = start()
    page = opened(served)
    path = served.folder / "config.yaml"
    good = path.read_text()
    time.sleep(0.3)
    path.write_text(good.replace("timezone: Europe/Berlin", "timezone: Europe/Berln"))
    page.get_by_text("config.yaml has a mistake").wait_for()
    assert "config.yaml:2:" in page.locator("#notices .snip").inner_text()
    assert page.locator(".item").count() == 4
    path.write_text(good.replace("Withy River Trust", "Other Trust"))
    expect(page.get_by_text("config.yaml has a mistake")).to_have_count(0)
    page.reload()
    assert page.locator(".brand span").inner_text() == "Other Trust"


@pytest.mark.browser
def test_a_server_that_stops_is_told_and_texts_stay(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    page.fill("#shared", "Typed before")
    served.live.stop()
    served.server.should_exit = True
    page.locator("#lost").wait_for()
    assert page.locator("#shared").input_value() == "Typed before"
    page.seen.console.clear()
    page.close(run_before_unload=False)


# --- the program


def _program(folder: Path, *options: str) -> tuple[subprocess.Popen[str], str]:
    program = subprocess.Popen(
        [sys.executable, "-m", "sharekit", "preview", "--no-open", "--port", "0", *options],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert program.stdout is not None
    return program, program.stdout.readline().strip()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_it_stops_at_once_with_open_streams(start, name):
    folder = start().folder
    program, link = _program(folder)
    with requests.Session() as session:
        session.get(link, timeout=60)
        base = link.split("/?")[0]
        streams = [session.get(f"{base}/events", stream=True, timeout=60) for _ in range(3)]
        for stream in streams:
            assert next(stream.iter_lines()).startswith(b"data:")
        before = time.perf_counter()
        program.send_signal(getattr(signal, name))
        _, said = program.communicate(timeout=60)
        took = time.perf_counter() - before
        for stream in streams:
            stream.close()
    assert took < 1.5 * max(SLACK / 3, 1), said
    assert program.returncode == (0 if name == "SIGINT" else -signal.SIGTERM), said
    assert "Traceback" not in said


def test_the_link_is_printed_for_programs(start):
    folder = start().folder
    program, link = _program(folder, "--read-only")
    try:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{32}", link)
    finally:
        program.send_signal(signal.SIGINT)
        program.communicate(timeout=60)


def test_a_taken_port_is_told(start):
    served = start()
    program = subprocess.run(
        [sys.executable, "-m", "sharekit", "preview", "--no-open", "--port", str(served.door.port)],
        cwd=served.folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert program.returncode == 2
    assert "cannot be listened at" in program.stderr


def test_the_page_costs_nothing_when_it_is_not_asked_for():
    code = "import sys, sharekit.cli.main, sharekit.cli.preview; print(any(m.startswith(('starlette', 'uvicorn', 'jinja2')) for m in sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"


@pytest.mark.browser
def test_an_answer_that_breaks_off_is_no_mistake_of_the_page(shared, opened):
    """A page that is left while an answer comes, or whose server stops in the middle of one."""
    page = opened(shared)
    told = page.evaluate("""async () => {
      const { act, refresh } = await import(document.querySelector('script[src$="/page.js"]').src);
      const broken = () => Promise.reject(new TypeError("network error"));
      window.fetch = async () => ({ ok: true, headers: new Headers(), text: broken, json: broken });
      const answers = [await refresh() ?? null, await act("/when", {})];
      // Looked at in here, before the stream can say that the server does run, and hide it.
      return [...answers, document.querySelector("#lost").checkVisibility()];
    }""")
    assert told == [None, None, True]


def test_a_new_config_leaves_what_is_under_way_its_queue(start):
    """The old app's connections are given back, those in use when their work is done."""
    served = start()
    old = served.desk.app
    path = served.folder / "config.yaml"
    with old.queue.database.read() as transaction:
        path.write_text(path.read_text().replace("Withy River Trust", "Alder Trust"))
        served.desk.changed({path.resolve()})
        assert served.desk.app is not old
        assert transaction.value("SELECT count(*) AS value FROM deliveries") == 0
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        transaction.value("SELECT 1 AS value")
    assert old.queue.list() == []
    assert "Alder Trust" in served.get("/queue").text


# --- many posts, many reloads


@pytest.fixture
def many(tmp_path, start):
    folder = tmp_path / "many"
    (folder / "posts").mkdir(parents=True)
    for number in range(500):
        (folder / f"posts/p{number}.md").write_text(
            f"---\ntitle: Post number {number} about the river\ndate: 2026-01-01T{number % 24:02}:00:00Z\n"
            f"url: /p/{number}/\ndescription: What happened there\n---\nWords. " * 1
        )
    (folder / "config.yaml").write_text(
        "sharekit: 1\nsite: {name: Many, url: https://m.example, timezone: Europe/Berlin}\n"
        "sources: {p: {reader: frontmatter, path: posts}}\n"
        "channels:\n  outbox:x: {like: x}\n  outbox:bluesky: {like: bluesky}\n"
        "  outbox:mastodon: {like: mastodon}\n  outbox:linkedin: {like: linkedin}\n"
        "network: {offline: true}\n"
    )
    return start(folder)


@pytest.mark.browser
def test_five_hundred_posts_open_in_a_second(many, opened):
    page = opened(many, "/accounts")
    many.get("/")  # the posts are read once; pages after that show them
    before = time.perf_counter()
    page.goto(many.base, wait_until="domcontentloaded")
    expect(page.locator("#shown")).to_have_text("500 articles")
    took = time.perf_counter() - before
    assert took < 1.0 * SLACK, took
    assert page.locator(".item").count() == SCREEN
    before = time.perf_counter()
    page.fill("#q", "499 number ")
    expect(page.locator(".item")).to_have_count(1)
    assert time.perf_counter() - before < 0.5 * SLACK
    assert page.locator("#q").input_value() == "499 number "
    page.locator(".item h3 a").click()
    page.go_back()
    expect(page.locator("#shown")).to_have_text("1 article")
    expect(page.locator("#q")).to_have_value("499 number")
    page.wait_for_timeout(200)


@pytest.mark.browser
def test_the_list_grows_downwards(many, opened):
    """Who goes down finds more rows, by keyboard too; live changes keep what is there."""
    for item in many.desk.items()[: 2 * SCREEN]:
        many.desk.missing(item)
    page = opened(many)
    expect(page.locator(".item")).to_have_count(SCREEN)
    titles = page.locator(".item h3").all_text_contents()
    link = page.locator("[data-live=further] a")
    expect(link).to_have_text("Show more: 460 articles are further down")
    link.focus()
    expect(page.locator(".item")).to_have_count(2 * SCREEN)
    assert page.url == f"{many.base}/?n={2 * SCREEN}"
    focused = page.evaluate("document.activeElement.textContent")
    assert focused == page.locator(".item h3").nth(SCREEN).text_content()
    rows = page.locator("[data-live=rows]").element_handle()
    many.desk.touch()
    many.live.tell()
    expect(page.locator("body")).to_have_attribute("data-version", str(many.desk.version))
    assert rows.evaluate("(rows) => rows.isConnected"), "rows that stay as they are are left alone"
    page.reload()
    expect(page.locator(".item")).to_have_count(2 * SCREEN)
    assert page.locator(".item h3").all_text_contents()[:SCREEN] == titles
    while link.count():
        page.mouse.wheel(0, 20_000)
        page.wait_for_timeout(50)
    assert page.locator(".item").count() == 500
    assert len(set(page.locator(".item h3").all_text_contents())) == 500


def test_what_is_asked_of_the_list_stands_in_its_address(many):
    asked = {
        "": "500 articles",
        "q=RIVER+499": "1 article",
        "q=499+pond": "0 articles",
        "show=sent": "0 articles",
        "show=nonsense&lacks=&n=-4&from=x": "500 articles",
        f"n={'9' * 30}": "500 articles",
        "lacks=nonsense": "0 articles",
    }
    for query, found in asked.items():
        text = many.get(f"/?{query}").text
        assert f'role="status">{found}</p>' in text, query
        rows = text.count('<article class="item">')
        assert rows == min(int(found.split()[0]), SCREEN), query


@pytest.mark.browser
def test_what_many_articles_lack_follows_the_list(request, monkeypatch, opened):
    """The list is there at once; what is not looked through yet says so, and is filled in."""
    monkeypatch.setattr(Live, "_prepare", lambda self: None)  # nobody works ahead
    many = request.getfixturevalue("many")
    before = many.get("/").text
    assert before.count("Still to be looked through") == SCREEN - AT_ONCE
    assert f"Looking through {500 - AT_ONCE} more articles" in before
    page = opened(many, "/?")
    expect(page.locator(".item .sk")).to_have_count(SCREEN - 2 * AT_ONCE)
    for item in many.desk.items():
        many.desk.missing(item)
    many.desk.touch()
    many.live.tell()
    expect(page.locator(".item .sk")).to_have_count(0)
    assert "Looking through" not in page.inner_text("main")


def test_work_done_ahead_gives_way_to_pages(tmp_path, monkeypatch):
    """While a page is answered nothing is looked through ahead of it, and it is not put off for ever."""
    desk = Desk(App.open(tmp_path))
    went_on = threading.Event()

    def ahead() -> None:
        desk.give_way(rest=0.3)
        went_on.set()

    with desk.answering():
        threading.Thread(target=ahead, daemon=True).start()
        assert not went_on.wait(0.3)
        ended = time.monotonic()
    assert went_on.wait(60)
    assert time.monotonic() - ended > 0.25
    monkeypatch.setattr(desk_module, "PATIENCE", 0.05)
    with desk.answering():
        desk.give_way()


def test_work_ahead_waits_for_the_first_browser_once(tmp_path, monkeypatch):
    monkeypatch.setattr(desk_module, "FIRST", 0.2)
    desk = Desk(App.open(tmp_path))
    started = time.monotonic()
    desk.give_way()
    assert time.monotonic() - started >= 0.2
    monkeypatch.setattr(desk_module, "FIRST", 60)
    desk.give_way()


def test_pages_are_answered_while_cards_are_drawn(start, monkeypatch):
    """Drawing takes its time; the page with the cards of before does not wait for it."""
    served = start()
    path = served.path_of("flood-meadow")
    served.get(path)
    item = served.desk.by_id()["flood-meadow"]
    drawing, go_on = threading.Event(), threading.Event()
    draw = editing.draw

    def slowly(app, post, told):
        told(1, 4)
        drawing.set()
        assert go_on.wait(60)
        draw(app, post, told)

    monkeypatch.setattr(editing, "draw", slowly)
    file = served.folder / "posts/flood-meadow.md"
    file.write_text(file.read_text().replace('title = "', 'title = "Anew, ', 1))
    served.desk.changed({file.resolve()})
    assert "Anew" in served.get(path).text
    assert drawing.wait(60)
    assert served.desk.drawing == {item.key: (1, 4)}
    assert served.get(path).status_code == served.get("/").status_code == 200
    before = served.desk.version
    go_on.set()
    deadline = time.monotonic() + 60
    while served.desk.version == before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert served.desk.drawing == {}


@pytest.mark.browser
def test_how_far_the_cards_are_is_told(start, opened):
    served = start()
    path = served.path_of("flood-meadow")
    page = opened(served, path)
    assert not page.locator("#far").is_visible()
    key = path.rpartition("/")[2]
    served.desk.drawing[key] = (4, 9)
    served.live.tell()
    page.get_by_text("Drawing cards 4 of 9").wait_for()
    assert page.locator("#far progress").evaluate("(e) => [e.value, e.max]") == [4, 9]
    served.desk.drawing.clear()
    served.live.tell()
    expect(page.locator("#far")).to_be_hidden()


def test_memory_stays_flat_over_a_thousand_reloads(start):
    served = start()
    paths = ["/", served.path_of("flood-meadow"), "/queue", "/plan"]

    def load(times: int) -> int:
        for _ in range(times):
            for path in paths:
                assert served.get(path).status_code == 200
        gc.collect()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    warm = load(60)
    assert load(190) - warm < 12_000  # kB


@pytest.mark.browser
def test_the_whole_page_follows_the_file_and_says_when_that_is_gone(site, start, opened):
    served = start(site)
    page = opened(served, served.path_of("flood-meadow"))
    file = site / "posts/flood-meadow.md"
    text = file.read_text("utf-8")
    before = page.locator(".side .pick img").get_attribute("src")
    file.write_text(
        text.replace("The hay meadow", "The <b>wet</b> meadow").replace("meadow.jpg", "boats.jpg"),
        "utf-8",
    )
    expect(page.locator("h1")).to_contain_text("The <b>wet</b> meadow")
    expect(page).to_have_title(re.compile("The <b>wet</b> meadow"))
    expect(page.locator(".side .pick img")).not_to_have_attribute("src", before)
    shown = page.locator(".pick img, img[data-focal]").evaluate_all(
        "(all) => all.map((e) => e.src)"
    )
    assert len(set(shown)) == 1
    file.unlink()
    page.locator("#gone").wait_for()
    file.write_text(text, "utf-8")
    page.locator("#gone").wait_for(state="hidden")
    expect(page.locator("h1")).to_contain_text("The hay meadow")
    # Each time the page looks meanwhile, the browser notes that it is not there.
    gone = "the server responded with a status of 404 (Not Found)"
    page.seen.console[:] = [said for said in page.seen.console if not said.endswith(gone)]
