"""For everyone: axe, no sideways scroll, keyboard, no script needed to read."""

from __future__ import annotations

from pathlib import Path

import installed
import pytest

from sharekit.app import overrides

pytestmark = pytest.mark.browser

PACKAGE = Path(__file__).parent / "axe.json"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MODES = {
    # name: (width, height, colours, what is checked: colours are the same at every width)
    "light": (1440, 900, "light", {}),
    "dark": (1440, 900, "dark", {"runOnly": ["color-contrast"]}),
    "phone": (390, 844, "dark", {}),
    "320": (320, 640, "light", {"rules": {"color-contrast": {"enabled": False}}}),
}


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core, installed once beside the peers."""
    folder = installed.installed(
        "axe", PACKAGE.read_text(), lambda folder: installed.npm(folder, PACKAGE)
    )
    return (folder / "node_modules/axe-core/axe.min.js").read_text("utf-8")


def _violations(page, axe: str, part: str = "body", more: dict | None = None) -> list[str]:
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(axe)
    options = {"resultTypes": ["violations"], "runOnly": TAGS, **(more or {})}
    found = page.evaluate(
        "([part, options]) => axe.run(part === 'body' ? document : part, options)", [part, options]
    )
    return [
        f"{page.url}: {v['id']}: {n['target']} {n.get('failureSummary', '')[:200]}"
        for v in found["violations"]
        for n in v["nodes"][:3]
    ]


def _in_every_mode(page, axe: str, part: str = "body") -> list[str]:
    """What is wrong with *part* of the page, and what scrolls it sideways, in each mode."""
    problems = []
    for name, (width, height, colours, more) in MODES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        # At the end of the page its bar covers nothing: whatever else is under it scrolls free.
        page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
        problems += [f"{name}: {said}" for said in _violations(page, axe, part, more)]
        problems += [f"{name}: {page.url} scrolls: {said}" for said in _sideways(page)]
    page.set_viewport_size({"width": 1440, "height": 900})
    return problems


def _sideways(page) -> list[str]:
    """What reaches over the right edge, if the page scrolls to it."""
    found: list[str] = page.evaluate(
        """() => { const root = document.documentElement;
        if (root.scrollWidth <= root.clientWidth) return [];
        return [...document.querySelectorAll('body *')]
          .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
          .map((e) => `${e.tagName}.${e.className}#${e.id} ${Math.round(e.getBoundingClientRect().right)}`); }"""
    )
    return found


def test_no_page_has_a_violation_or_scrolls_sideways(start, opened, axe, fate):
    served = start()
    fate.fill(served.desk.app)
    article = served.path_of("flood-meadow")
    page = opened(served, "/")
    problems = _in_every_mode(page, axe)
    for path in (article, "/plan", "/queue", "/layouts", "/accounts", "/messages",
                 f"{article}/sign-off"):  # fmt: skip
        page.goto(served.base + path)
        page.wait_for_load_state()
        problems += _in_every_mode(page, axe)
    assert problems == []


def test_no_state_of_an_article_has_a_violation(start, opened, axe, fate):
    served = start()
    fate.fill(served.desk.app)
    page = opened(served, served.path_of("flood-meadow"))
    bluesky = page.locator(".ch[data-account='outbox:bluesky']")
    bluesky.locator(".own").click()
    page.fill("#e-outbox-bluesky", "Long " * 90)
    page.wait_for_selector(".cnt.over")
    for badge in page.locator(".conf summary").all():
        badge.click()
    problems = _in_every_mode(page, axe, "#c-outbox-bluesky")
    problems += _in_every_mode(page, axe, ".side")
    page.wait_for_function("() => document.querySelector('#saved').textContent.startsWith('Saved')")
    for key, dialog in (("f", "#focal"), ("?", "#keys")):
        page.locator("h1").click()
        page.keyboard.press(key)
        page.get_by_role("dialog").wait_for()
        problems += _in_every_mode(page, axe, dialog)
        page.keyboard.press("Escape")
    page.locator(".again").first.click()
    page.locator(".second").wait_for()
    page.fill("#shared", "Mine")
    post = {p.id: p for p in served.desk.app.posts().posts}["flood-meadow"]
    overrides.save(served.desk.app.config, post, "social.*", "Theirs")
    page.locator(".conflict").wait_for()
    problems += _in_every_mode(page, axe, "#conflicts")
    page.seen.console.clear()  # the browser notes the refusal
    for cards in ("light", "dark"):  # the other colours than the page's
        page.check(f"input[name=cards][value={cards}]", force=True)
        problems += _violations(page, axe, "#grid", {"runOnly": ["color-contrast"]})
    assert problems == []
    page.close(run_before_unload=False)


def test_no_dialog_and_no_empty_page_has_a_violation(start, opened, axe, tmp_path):
    served = start()
    page = opened(served, "/plan")
    page.locator("[data-move]").first.click()
    problems = _in_every_mode(page, axe, "#move")
    page.goto(f"{served.base}/accounts")
    page.get_by_role("button", name="Add an account").click()
    page.select_option("#add-channel", "matrix")
    problems += _in_every_mode(page, axe, "#add")
    folder = tmp_path / "empty"
    (folder / "posts").mkdir(parents=True)
    (folder / "config.yaml").write_text(
        "sharekit: 1\nsources: {a: {reader: frontmatter, path: posts}}\nchannels: {}\n"
    )
    empty = start(folder, read_only=True)
    page = opened(empty, "/")
    for path in ("/", "/plan", "/queue", "/layouts", "/accounts", "/nothing-here"):
        page.goto(empty.base + path)
        problems += _in_every_mode(page, axe)
    page.seen.console.clear()  # the page that is not there
    assert problems == []


def test_the_check_does_look(start, opened, axe):
    page = opened(start(), "/accounts")
    page.evaluate("() => document.querySelector('h1').after(document.createElement('img'))")
    page.evaluate("() => { document.querySelector('.foot').style.color = '#bbb'; }")
    found = " ".join(_violations(page, axe))
    assert "image-alt" in found
    assert "color-contrast" in found


def test_with_wide_letters_nothing_scrolls_sideways(start, opened):
    """WCAG 2.2, 1.4.12: text spacing."""
    served = start()
    page = opened(served, served.path_of("flood-meadow"), viewport={"width": 320, "height": 640})
    page.evaluate(
        "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('* { line-height: 1.5 !important;"
        " letter-spacing: .12em !important; word-spacing: .16em !important }');"
        " document.adoptedStyleSheets = [sheet]; }"
    )
    assert _sideways(page) == []


def test_every_stop_of_the_keyboard_is_seen_and_named(shared, opened):
    page = opened(shared, shared.path_of("flood-meadow"))
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    stops = 0
    while stops < 400:
        page.keyboard.press("Tab")
        told = page.evaluate(
            """() => { const e = document.activeElement; if (e === document.body) return null;
            const s = getComputedStyle(e), box = e.closest('.ed, .seg label') || e;
            const ring = [e, box, e.nextElementSibling].some((x) => x && parseFloat(getComputedStyle(x).outlineWidth) > 1
              && getComputedStyle(x).outlineStyle !== 'none');
            const name = e.getAttribute('aria-label') || e.textContent.trim() || e.title
              || (e.labels && [...e.labels].map((l) => l.textContent).join('')) || '';
            return [e.tagName, name.trim().slice(0, 40), ring]; }"""
        )
        if told is None:
            break
        stops += 1
        assert told[1], told
        assert told[2], told
    assert stops > 60


def test_single_keys_can_be_switched_off(shared, opened):
    page = opened(shared)
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/plan")
    page.keyboard.press("?")
    page.get_by_label("Use single-key shortcuts").uncheck(force=True)
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("q")
    page.wait_for_timeout(100)
    assert page.url.endswith("/plan")


def test_keys_do_nothing_in_a_field(shared, opened):
    page = opened(shared)
    page.fill("#q", "")
    page.locator("#q").press("?")
    assert page.locator("dialog[open]").count() == 0
    assert page.locator("#q").input_value() == "?"


def test_it_reads_without_script(start, chromium):
    served = start()
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies(
        [{"name": served.door.cookie, "value": served.door.session, "url": served.base}]
    )
    page = context.new_page()
    page.goto(served.base)
    assert page.locator(".item:visible").count() == 4
    page.goto(served.base + served.path_of("flood-meadow"))
    assert page.locator(".ch .tx:visible").count() >= 8
    context.close()


def test_the_colours_of_the_page_are_kept(shared, opened):
    page = opened(shared)
    for name in ("light", "dark", "system"):
        page.locator("#theme").click()
        page.reload()
        assert page.evaluate("() => document.documentElement.dataset.theme || 'system'") == name


def test_looking_is_not_editing(start, opened):
    served = start(read_only=True)
    page = opened(served, served.path_of("flood-meadow"))
    assert page.get_by_text("You are looking, not editing.").is_visible()
    button = page.locator("#approve")
    assert button.get_attribute("aria-disabled") == "true"
    button.click(force=True)
    assert "opened for reading" in page.locator("#toast").inner_text()
    assert not page.locator("#shared").is_editable()
    assert served.desk.app.queue.counts() == {}


def test_a_draft_is_shown_and_not_planned(start, opened):
    served = start()
    path = served.folder / "posts/flood-meadow.md"
    path.write_text(path.read_text().replace("draft = false", "draft = true"))
    served.desk.changed(())
    page = opened(served, served.path_of("flood-meadow"))
    assert page.locator("#approve").get_attribute("aria-disabled") == "true"


def test_an_empty_site_says_where_it_looked(tmp_path, start, opened):
    folder = tmp_path / "empty"
    (folder / "posts").mkdir(parents=True)
    (folder / "config.yaml").write_text(
        "sharekit: 1\nsources: {a: {reader: frontmatter, path: posts}}\nchannels: {}\n"
    )
    page = opened(start(folder))
    assert page.get_by_text("No articles found yet").is_visible()
    for path in ("/plan", "/queue", "/layouts", "/accounts"):
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + path)
        assert page.locator("h1").is_visible()
