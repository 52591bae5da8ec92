"""Pictures of every page and every drawing, kept to be compared.

Kept at half size. `SHAREKIT_UPDATE_GOLDEN=1` writes them anew; look at them before they are
committed. They hold for one set of fonts, named beside them; elsewhere they are not compared.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).resolve().parents[1] / "golden/preview"
UPDATE = os.environ.get("SHAREKIT_UPDATE_GOLDEN") == "1"
TOLERANCE = 2.5
"""Per cent of the mean difference of pixels that antialiasing may make."""

PAGES = {
    "articles": "/",
    "article": "flood-meadow",
    "plan": "/plan",
    "queue": "/queue",
    "layouts": "/layouts",
    "accounts": "/accounts",
}


def _font() -> str:
    """The font that a browser takes for `system-ui` here."""
    program = shutil.which("fc-match")
    if program is None:
        return "unknown"
    told = subprocess.run([program, "system-ui"], capture_output=True, text=True, check=True)
    return told.stdout.strip()


@pytest.fixture(scope="module", autouse=True)
def fonts() -> None:
    note = GOLDEN / "FONT"
    if UPDATE:
        GOLDEN.mkdir(parents=True, exist_ok=True)
        note.write_text(_font() + "\n")
    if not note.exists() or note.read_text().strip() != _font():
        pytest.skip(f"the pictures were made with {note.read_text().strip()}, here is {_font()}")


def _compare(name: str, shot: bytes) -> None:
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    image = image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)
    path = GOLDEN / f"{name}.webp"
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_drawing_looks_as_it_did(start, opened, scheme):
    served = start()
    page = opened(served, served.path_of("flood-meadow"), color_scheme=scheme)
    _settled(page)
    page.evaluate("() => document.querySelector('.go-bar').remove()")
    for panel in page.locator(".ch").all():
        network = panel.locator(".d").get_attribute("class").split("n-")[1]
        _compare(f"{network}-{scheme}", panel.locator(".d").screenshot())


@pytest.mark.parametrize("name", ["article", "layouts", "accounts"])
def test_every_page_looks_as_it_did(start, opened, name):
    """Those pages that show no time of today."""
    served = start()
    path = PAGES[name]
    page = opened(served, path if path.startswith("/") else served.path_of(path))
    _settled(page)
    mask = [page.locator("#bar .when"), page.locator(".foot")]
    _compare(f"page-{name}", page.screenshot(mask=mask, mask_color="#808080"))


@pytest.mark.parametrize("name", ["articles", "plan", "queue"])
def test_a_busy_page_looks_as_it_did(start, opened, fate, name):
    """Times and the days of this week are covered; where they stand is compared."""
    served = start()
    fate.fill(served.desk.app)
    page = opened(served, PAGES[name])
    _settled(page)
    if name == "plan":  # slots stand in the columns of today and tomorrow, whichever they are
        mask = [page.locator(".week"), page.locator(".weeks"), page.locator(".head p"),
                page.locator(".tray"), page.locator(".foot")]  # fmt: skip
    else:
        mask = [page.locator(".who"), page.locator(".todo p"), page.locator("td"), page.locator("#runs"),
                page.locator(".cause p"), page.locator(".cause li span"), page.locator(".beat"),
                page.locator(".foot"), page.locator(".sec .sm")]  # fmt: skip
    _compare(f"page-{name}", page.screenshot(mask=mask, mask_color="#808080"))
