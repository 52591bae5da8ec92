"""Cards as they were looked at and found good.

Each is drawn anew, halved, and held against its picture in tests/golden/cards: at most
half a per cent of the pixels may differ noticeably, which is what another zlib, libjpeg or
FreeType may do, and what a moved line or another break does not stay within. What differs is
shown side by side in tests/report/cards.html. After looking at it:

    pytest tests/composer/test_golden.py --update-golden
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image

from sharekit.composer import SIZES, THEMES, Composer, Theme
from sharekit.composer.diff import Change, difference, write_html
from sharekit.model import Asset, Post, Site

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "golden" / "cards"
REPORT = ROOT / "report"
TOLERANCE = 0.005
"""Share of pixels that may differ by more than 12 of 255 steps."""

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
    *(Case(layout, theme=theme) for theme in THEMES for layout in ("photo", "quote", "number")),
]


@pytest.fixture(scope="module")
def changes():
    """What differed, for the page at the end."""
    found: list[Change] = []
    yield found
    if found:
        page = write_html(
            found, REPORT / "cards.html", title="Cards that differ from their pictures"
        )
        print(f"\nLook at {page}")


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
def test_the_card_is_as_it_was_found_good(case, composers, changes, request, tmp_path) -> None:
    composer = composers(case.theme or LAYOUTS[case.layout][0])
    canvas = composer.canvas(case.post, case.layout, SIZES[case.size])
    drawn = canvas.image.reduce(2)
    path = GOLDEN / f"{case.name}.webp"
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(parents=True, exist_ok=True)
        drawn.save(path, "WEBP", quality=75, method=6)
        return
    assert path.is_file(), f"no picture {path.name}: look at the card, then --update-golden"
    with Image.open(path) as kept:
        share = difference(kept.convert("RGB"), _kept(drawn, tmp_path))
    if share > TOLERANCE:
        now = REPORT / "now" / f"{case.name}.png"
        now.parent.mkdir(parents=True, exist_ok=True)
        drawn.save(now)
        changes.append(Change(name=case.name, before=path, after=now, share=share))
    assert share <= TOLERANCE, f"{share:.2%} of the pixels differ; see tests/report/cards.html"


def _kept(drawn: Image.Image, folder: Path) -> Image.Image:
    """*drawn* as its golden picture would come back: encoding is no difference."""
    drawn.save(folder / "now.webp", "WEBP", quality=75, method=6)
    with Image.open(folder / "now.webp") as image:
        return image.convert("RGB")


def test_no_golden_picture_is_left_over() -> None:
    kept = {path.stem for path in GOLDEN.glob("*.webp")}
    assert kept == {case.name for case in CASES}
