"""Every script with a shipped font, drawn: the titles of titles.yaml as golden pictures.

pytest tests/typeset/test_scripts_golden.py --update-golden
"""

from __future__ import annotations

from pathlib import Path

import pytest
from golden_pictures import Gallery
from PIL import Image

from sharekit.typeset import draw, lay_out, words
from sharekit.typeset.properties import KINDS

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "scripts"
WIDTH, HEIGHT, MARGIN = 720, 280, 24
SCRIPTS = [
    "Latn",
    "Grek",
    "Cyrl",
    "Arab",
    "Hebr",
    "Deva",
    "Beng",
    "Guru",
    "Gujr",
    "Orya",
    "Taml",
    "Telu",
    "Knda",
    "Mlym",
    "Sinh",
    "Thai",
    "Laoo",
    "Khmr",
    "Mymr",
    "Geor",
    "Armn",
    "Ethi",
    "Hira",
    "Kana",
    "Hani",
    "Hang",
]


@pytest.fixture(scope="module")
def gallery(request):
    made = Gallery(GOLDEN, keep=request.config.getoption("--update-golden"))
    yield made
    made.close()


def test_it_looks_as_it_was_found_good(title, titles, style, gallery):
    if not words.has_icu() and title.language in ("th", "lo", "km", "my"):
        pytest.skip("the pictures were made with ICU's dictionaries")
    block = lay_out(
        title.text, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN, style(language=title.language)
    )
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw(block, image, (MARGIN, MARGIN), (17, 18, 20))
    gallery.hold(f"{titles.index(title):02}-{title.language}", image.reduce(2))


def test_every_script_is_there(titles):
    seen = {KINDS[char].script for _, text in titles for char in text}
    assert seen.issuperset(SCRIPTS)


def test_no_picture_is_left_over(titles, gallery):
    names = (f"{number:02}-{title.language}" for number, title in enumerate(titles))
    assert not gallery.left_over(names)
