from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sharekit.composer import Composer, Theme
from sharekit.model import Asset, Post, Site

ROOT = Path(__file__).resolve().parent.parent.parent
PHOTOS = ROOT / "assets" / "photos"
LOGO = ROOT / "assets" / "logo.png"
TITLE = "The court reopens the question of who may be turned away at the door"


@dataclass
class Studio:
    """A composer, a folder for cards, and short ways to draw."""

    folder: Path
    layouts: Path
    composer: Composer
    posts: int = 0
    seen: list[Any] = field(default_factory=list)

    @property
    def out(self) -> Path:
        return self.folder / "cards"

    def post(self, **values: Any) -> Post:
        return Post(**{"id": "p1", "title": TITLE, "source": str(self.folder / "p1.md"), **values})

    def draw(self, post: Post | None = None, **wanted: Any):
        return self.composer.draw(post or self.post(), out=self.out, **wanted)

    def card(self, post: Post | None = None, **wanted: Any):
        return self.draw(post, **wanted).card

    def picture(self, post: Post | None = None, **wanted: Any) -> Image.Image:
        """The card's pixels, saved without loss."""
        card = self.card(post, **{"type": "png", **wanted})
        with Image.open(card.path) as image:
            return image.convert("RGB")

    def layout(self, name: str, text: str) -> None:
        (self.layouts / f"{name}.yaml").write_text(text, encoding="utf-8")

    def another(self, **settings: Any) -> Composer:
        """A composer of its own over the same folders, as the next run would have."""
        return Composer(
            **{
                "site": self.composer.site,
                "theme": self.composer.theme,
                "layout_folders": [self.layouts],
                "cache_dir": self.folder / "cache",
                "system_fonts": False,
                **settings,
            }
        )


def pair_of(name: str, focus=None, alt: str | None = "A picture") -> Asset:
    return Asset(src=str(PHOTOS / name), alt=alt, focus=focus)


@pytest.fixture
def studio(tmp_path):
    layouts = tmp_path / "layouts"
    layouts.mkdir()
    site = Site(name="Common Counsel", url="https://counsel.example", logo=LOGO)
    made = Studio(folder=tmp_path, layouts=layouts, composer=None)  # type: ignore[arg-type]
    made.composer = Composer(
        site=site,
        theme=Theme(use="press"),
        layout_folders=[layouts],
        cache_dir=tmp_path / "cache",
        system_fonts=False,
    )
    return made


@pytest.fixture
def photo():
    """An asset of one of the sample photographs."""
    return pair_of
