"""Pictures of every page and every drawing, kept to be compared.

Kept at half size, in the project's own fonts. `SHAREKIT_UPDATE_GOLDEN=1` writes them anew, and
with them, whole and uncovered, those that the README and the docs show; look at them before they
are committed.
"""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from sharekit.app import planning

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).resolve().parents[1] / "golden/preview"
DOCS = Path(__file__).resolve().parents[2] / "docs/pictures"
SHOWN = {"article": "preview", "layouts": "preview-layouts"}
"""Pages in the docs, and the names of their pictures there."""
UPDATE = os.environ.get("SHAREKIT_UPDATE_GOLDEN") == "1"
TOLERANCE = 2.5
"""Per cent of the mean difference of pixels that antialiasing may make."""

PAGES = {
    "articles": "/",
    "article": "flood-meadow",
    "queue": "/queue",
    "layouts": "/layouts",
    "accounts": "/accounts",
    "messages": "/messages",
}


def _compare(name: str, shot: bytes) -> None:
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    image = image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)
    path = GOLDEN / f"{name}.webp"
    GOLDEN.mkdir(parents=True, exist_ok=True)
    if UPDATE:
        image.save(path, quality=80, method=6)
        return
    with Image.open(path) as kept:
        other = kept.convert("RGB")
    report = Path("tests/report/preview")
    assert image.size == other.size, f"{name} is {image.size}, was {other.size}"
    mean = sum(ImageStat.Stat(ImageChops.difference(image, other)).mean) / 3 / 255 * 100
    if mean > TOLERANCE:
        report.mkdir(parents=True, exist_ok=True)
        image.save(report / f"{name}.png")
    assert mean <= TOLERANCE, f"{name} differs by {mean:.2f}%: see {report / name}.png"


def _settled(page) -> None:
    page.wait_for_function("() => [...document.images].every((i) => i.complete)")
    page.wait_for_timeout(150)


def _drawings(page, suffix: str, only: tuple[str, ...] = ()) -> None:
    page.evaluate("() => document.querySelector('.go-bar').remove()")
    for panel in page.locator(".ch").all():
        network = panel.locator(".d").get_attribute("class").split("n-")[1]
        if not only or network in only:
            _compare(f"{network}-{suffix}", panel.locator(".d").screenshot())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_drawing_looks_as_it_did(start, opened, scheme):
    served = start()
    page = opened(served, served.path_of("flood-meadow"), color_scheme=scheme)
    _settled(page)
    _drawings(page, scheme)


def test_every_drawing_looks_as_it_did_on_a_computer(start, opened):
    served = start()
    page = opened(served, served.path_of("flood-meadow"))
    page.check("input[name=width][value=computer]", force=True)
    _settled(page)
    _drawings(page, "computer")


@pytest.mark.parametrize("post", ["old-bends-ar", "kawabune-ja"])
def test_other_scripts_are_drawn_as_they_were(start, opened, post):
    served = start()
    page = opened(served, served.path_of(post))
    _settled(page)
    _drawings(page, post, ("mastodon", "telegram", "whatsapp", "search"))


@pytest.mark.parametrize(("attach", "only"), [("link", ()), ("image", ("x", "telegram"))])
def test_a_tall_card_looks_as_it_did(site, start, opened, attach, only):
    """Nine by sixteen: cut where networks cut, a thumbnail where they make one of it."""
    config = site / "config.yaml"
    tall = rf"{{like: \1, size: story, attach: {attach}}}"
    config.write_text(re.sub(r"\{like: (\w+).*", tall, config.read_text()))
    served = start(site)
    page = opened(served, served.path_of("flood-meadow"))
    _settled(page)
    _drawings(page, f"tall-{attach}", only)


@pytest.mark.parametrize("name", ["article", "layouts", "accounts", "messages"])
def test_every_page_looks_as_it_did(start, opened, name):
    """Those pages that show no time of today."""
    served = start()
    path = PAGES[name]
    page = opened(served, path if path.startswith("/") else served.path_of(path))
    _settled(page)
    mask = [page.locator("#bar .when"), page.locator(".foot")]
    _compare(f"page-{name}", page.screenshot(mask=mask, mask_color="#808080"))
    if UPDATE and name in SHOWN:
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        shot.save(DOCS / f"{SHOWN[name]}.webp", quality=85, method=6)


@pytest.mark.parametrize("name", ["articles", "queue"])
def test_a_busy_page_looks_as_it_did(start, opened, fate, name):
    """Times and the days of this week are covered; where they stand is compared."""
    served = start()
    fate.fill(served.desk.app)
    page = opened(served, PAGES[name])
    _settled(page)
    mask = [page.locator(".who"), page.locator(".todo p"), page.locator("td"), page.locator("#runs"),
            page.locator(".cause p"), page.locator(".cause li span"), page.locator(".beat"),
            page.locator(".foot"), page.locator(".sec .sm")]  # fmt: skip
    _compare(f"page-{name}", page.screenshot(mask=mask, mask_color="#808080"))


def test_a_week_looks_as_it_did(start, opened):
    """A week of another year, with what is approved, what waits, and two close to each other."""
    served = start()
    app = served.desk.app
    posts = {post.id: post for post in app.posts().posts}
    names = list(app.config.accounts)
    planning.plan(app, posts["flood-meadow"], names, "2030-01-08 09:00", approve=True)
    planning.plan(app, posts["kawabune-ja"], names[:3], "2030-01-10 17:30", approve=True)
    planning.plan(app, posts["old-bends-ar"], names[1:2], "2030-01-10 17:35", approve=False)
    page = opened(served, "/plan?week=2030-01-08")
    _settled(page)
    mask = [page.locator(".head p"), page.locator(".tray"), page.locator(".foot")]
    _compare("page-plan", page.screenshot(mask=mask, mask_color="#808080"))
