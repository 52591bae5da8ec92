"""Titles, alt texts, file names and what servers say are other people's words, and stay words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from sharekit.app import planning
from sharekit.errors import Refused

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
TITLES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "'-alert(1)-'",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "{{ 7*7 }} {% raw %} ${7*7} {0} %s",
    "<!--<script>",
    "]]><script>alert(1)</script>",
    "javascript:alert(1)",
    "&lt;b&gt; &amp; &#x3C;",
    "\u202egnihtyna\u202c \u2066x\u2069",
    "a\u2028b\u2029c",
    "<a href='https://evil.example'>x</a>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
]


@pytest.fixture
def hostile(tmp_path, start):
    """A post for each title, with a picture whose alt text is as hostile."""
    folder = tmp_path / "site"
    (folder / "posts").mkdir(parents=True)
    shutil.copy(ROOT / "assets/photos/meadow.jpg", folder / "posts/x' onerror='alert(1).jpg")
    import json

    for index, title in enumerate(TITLES):
        fields = {
            "title": title,
            "description": title,
            "date": f"2026-01-{index + 1:02}",
            "url": f"/{index}/",
            "image": "x' onerror='alert(1).jpg",
            "image_alt": title,
            "authors": [title],
            "social": {"*": title, "mastodon": title},
        }
        text = json.dumps(fields, ensure_ascii=True)
        (folder / f"posts/p{index}.md").write_text(f"{text}\n\n{title}\n", "utf-8")
    (folder / "config.yaml").write_text(
        "sharekit: 1\n"
        "site: {name: '<script>alert(2)</script>', url: https://withy.example, timezone: Europe/Berlin}\n"
        "sources: {p: {reader: frontmatter, path: posts}}\n"
        "channels:\n"
        "  outbox:mastodon: {like: mastodon, content_warning: '<img src=x onerror=alert(3)>'}\n"
        "  outbox:bluesky: {like: bluesky}\n"
        "network: {offline: true}\n",
        "utf-8",
    )
    return start(folder)


def _policy(page) -> None:
    page.evaluate(
        "() => { window.reports = []; document.addEventListener('securitypolicyviolation',"
        " (e) => window.reports.push(e.violatedDirective)); }"
    )


def test_every_title_is_shown_as_it_is_written(hostile, opened):
    page = opened(hostile)
    _policy(page)
    shown = page.locator(".item h3").evaluate_all("(all) => all.map((e) => e.textContent)")
    titles = {item.post.title for item in hostile.desk.items()}
    assert set(shown) == titles
    assert len(titles) == len(TITLES)
    for item in hostile.desk.items():
        page.goto(f"{hostile.base}/articles/{item.key}")
        _policy(page)
        heading = page.locator("h1").evaluate("(e) => e.textContent")
        assert heading == item.post.title
        account = hostile.desk.app.config.accounts["outbox:mastodon"]
        text = hostile.desk.app.message(item.post, account).text
        drawn = page.locator(".ch[data-account='outbox:mastodon'] .tx").first
        assert drawn.evaluate("(e) => e.textContent") == text
        alt = page.locator("#alt").input_value()
        assert alt == (item.post.image.alt or "")
        assert page.evaluate("() => window.reports") == []
    for path in ("/plan", "/layouts", "/accounts", "/queue"):
        page.goto(hostile.base + path)
        assert page.locator(".brand span").inner_text() == "<script>alert(2)</script>"
    page.goto(f"{hostile.base}/articles/{hostile.desk.items()[0].key}/sign-off")
    assert page.locator("script").count() == 0


def test_what_is_typed_stays_words(hostile, opened):
    page = opened(hostile, f"/articles/{hostile.desk.items()[0].key}")
    _policy(page)
    for title in TITLES:
        page.fill("#e-outbox-mastodon", f"{title} <i>x</i>")
        expect(page.locator(".ch[data-account='outbox:mastodon'] .tx").first).to_contain_text("<i>")
        assert page.locator(".tx i, .tx img, .tx script, .ed i").count() == 0
    assert page.evaluate("() => window.reports") == []
    page.locator("#e-outbox-mastodon").blur()
    expect(page.locator("#saved")).to_contain_text("Saved")


def test_what_a_server_says_stays_words(hostile, opened, fate):
    desk = hostile.desk
    item = desk.items()[0]
    planning.plan(desk.app, item.post, ["outbox:mastodon"], "now", approve=True)
    fate.send(desk.app, {"outbox:mastodon": Refused("<img src=x onerror=alert(9)> javascript:x")})
    page = opened(hostile, "/queue")
    assert "<img src=x onerror=alert(9)>" in page.locator("#failed").inner_text()


def test_a_published_link_is_a_link_only_when_it_is_one(hostile, opened, fate, monkeypatch):
    from sharekit.model import Receipt

    desk = hostile.desk
    item = desk.items()[0]
    planning.plan(desk.app, item.post, ["outbox:mastodon"], "now", approve=True)
    from sharekit.queue.turns import run_due

    class Sly:
        def publish(self, message, web):
            return Receipt(id="1", url="javascript:alert(1)")

    run_due(desk.app.queue, lambda c, a: Sly(), desk.app.web)
    page = opened(hostile, "/queue")
    assert page.locator("#done tbody tr").count() == 1
    assert page.locator('a[href^="javascript"]').count() == 0
    page.goto(f"{hostile.base}/articles/{item.key}")
    assert page.locator('a[href^="javascript"]').count() == 0


def test_a_spreadsheet_gets_no_formula(hostile, fate):
    desk = hostile.desk
    for item in desk.items():
        planning.plan(desk.app, item.post, ["outbox:mastodon"], "2030-01-01 09:00", approve=True)
    text = hostile.get("/queue.csv").text
    import csv

    rows = list(csv.reader(text.splitlines()))
    assert len(rows) > len(TITLES)
    assert not any(cell[:1] in "=+-@" for row in rows for cell in row if cell)
