"""Cards as they were looked at and found good: every layout in every size and every theme.

Each is drawn anew, halved, and held against its picture in tests/golden/cards; how much may
differ is said in tests/tools/golden_pictures.py. What differs is shown side by side in
tests/report/cards.html. After looking at it:

    pytest tests/composer/test_golden.py --update-golden
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from golden_pictures import Gallery

from sharekit.composer import SIZES, THEMES, Composer, Theme
from sharekit.model import Asset, Post, Site

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "golden" / "cards"

PHOTOS = ROOT.parent / "assets" / "photos"
MEADOW = Asset(src=str(PHOTOS / "meadow.jpg"), alt="Dandelion clocks", focus=(0.27, 0.33))
OATH = Asset(src=str(PHOTOS / "oath.jpg"), alt="People taking an oath", focus=(0.41, 0.38))
PLAINS = Asset(src=str(PHOTOS / "plains.jpg"), alt="A house", focus=(0.77, 0.42))
CANYON = Asset(src=str(PHOTOS / "canyon.jpg"), alt="A canyon", focus=(0.46, 0.42))
ALLIUM = Asset(src=str(PHOTOS / "allium.jpg"), alt="A flower", focus=(0.5, 0.3))

EXTRA = {
    "quote": {
        "text": "The most dangerous phrase is: we have always done it this way.",
        "by": "Grace Hopper",
        "role": "Rear Admiral, US Navy",
    },
    "event": {
        "start": "2026-10-14T18:30",
        "end": "2026-10-14T20:30",
        "place": "Union Hall, 22 Mercer Street",
    },
    "number": {"value": "73%", "text": "of tenants who came with a lawyer kept their home"},
    "series": {"name": "The tenant’s handbook", "part": 3, "of": 8},
    "person": {"name": "Eileen Collins", "role": "First woman to command a Space Shuttle"},
}
BASE = Post(
    id="golden",
    title="The court reopens the question of who may be turned away at the door",
    url="https://counsel.example/door",
    authors=("Ines Okafor",),
    tags=("Housing",),
    language="en",
    image=OATH,
    extra=EXTRA,
)
LAYOUTS = {
    "photo": ("press", OATH),
    "split": ("marigold", PLAINS),
    "framed": ("rose", CANYON),
    "editorial": ("press", None),
    "quote": ("civic", ALLIUM),
    "event": ("forest", None),
    "person": ("press", ALLIUM),
    "number": ("civic", None),
    "series": ("night", None),
    "minimal": ("night", None),
}
ARABIC = {
    "title": "ستة أشهر بعد الحكم: ما الذي تغيّر للمستأجرين، وما الذي بقي على حاله؟",
    "language": "ar",
    "tags": ("السكن",),
    "authors": ("إيناس عكافور",),
}
JAPANESE = {
    "title": "判決から半年、十一の都市で借り手の暮らしはどう変わったのか",
    "language": "ja",
    "tags": ("住まい",),
    "authors": ("佐藤 葵",),
}
CONTENTS = {
    "usual": {},
    "short": {"title": "Know your rights"},
    "long": {
        "title": "Six months after the ruling, tenants in eleven cities describe what changed, what did "
        "not, and why the paperwork still decides who is heard"
    },
    "cjk": JAPANESE,
    "rtl": ARABIC,
    "emoji": {"title": "🏠 Keys back 🎉 for 41 families 👩‍👩‍👧 on Mercer Street 🇳🇱"},
    "bare": {"image": None, "tags": (), "authors": (), "summary": ""},
}
NEEDS_PICTURE = ("photo", "split", "framed", "person")


@dataclass(frozen=True)
class Case:
    layout: str
    content: str = "usual"
    size: str = "og"
    theme: str | None = None

    @property
    def name(self) -> str:
        parts = [self.layout, self.content, self.size, *([self.theme] if self.theme else [])]
        return "-".join(parts)

    @property
    def post(self) -> Post:
        changes = CONTENTS[self.content]
        extra = dict(EXTRA)
        if "title" in changes and self.layout in ("quote", "number", "person"):
            title = changes["title"]
            extra["quote"] = {**EXTRA["quote"], "text": title}
            extra["number"] = {**EXTRA["number"], "text": title}
            extra["person"] = {**EXTRA["person"], "name": title[:40]}
        image = {"image": LAYOUTS[self.layout][1], **changes}["image"]
        return replace(BASE, **{**changes, "image": image, "extra": extra})


CASES = [
    *(Case(layout, size=size) for layout in LAYOUTS for size in SIZES),
    *(
        Case(layout, content)
        for layout in LAYOUTS
        for content in CONTENTS
        if content != "usual" and not (content == "bare" and layout in NEEDS_PICTURE)
    ),
    *(Case("photo", size="story", content=content) for content in ("rtl", "cjk")),
    *(Case("editorial", size="portrait", content=content) for content in ("rtl", "cjk")),
    *(Case(layout, theme=theme) for theme in THEMES for layout in LAYOUTS),
]


@pytest.fixture(scope="module")
def gallery(request):
    made = Gallery(GOLDEN, keep=request.config.getoption("--update-golden"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def composers(tmp_path_factory):
    made: dict[str, Composer] = {}

    def composer(theme: str) -> Composer:
        if theme not in made:
            made[theme] = Composer(
                site=Site(
                    name="Common Counsel",
                    url="https://counsel.example",
                    logo=ROOT / "golden" / "mark.png",
                ),
                theme=Theme(use=theme),
                system_fonts=False,
            )
        return made[theme]

    return composer


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_card_is_as_it_was_found_good(case, composers, gallery) -> None:
    composer = composers(case.theme or LAYOUTS[case.layout][0])
    canvas = composer.canvas(case.post, case.layout, SIZES[case.size])
    gallery.hold(case.name, canvas.image.reduce(2))


def test_no_golden_picture_is_left_over(gallery) -> None:
    assert not gallery.left_over(case.name for case in CASES)
