"""The contact sheets of the docs: every layout in every size and theme, and every script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from PIL.Image import Image

    from sharekit.composer import Composer
    from sharekit.model import Post

__all__ = ["write"]

ROOT = Path(__file__).parent.parent
# Layout: theme, sample post (short name), picture and where to look in it.
SAMPLES: Mapping[str, tuple[str, str, str, tuple[float, float]]] = {
    "photo": ("press", "flood-meadow", "photos/meadow.jpg", (0.27, 0.33)),
    "split": ("marigold", "mountain-garlic", "photos/allium.jpg", (0.5, 0.3)),
    "framed": ("rose", "dandelions", "photos/seedhead.jpg", (0.5, 0.45)),
    "editorial": ("press", "small-grants", "", (0.5, 0.5)),
    "quote": ("civic", "logbook-quote", "photos/canyon.jpg", (0.42, 0.36)),
    "event": ("forest", "riverfly-saturday", "", (0.5, 0.5)),
    "person": ("press", "logbook-quote", "photos/meadow.jpg", (0.27, 0.33)),
    "number": ("civic", "food-wrapping", "", (0.5, 0.5)),
    "series": ("night", "snowmelt", "", (0.5, 0.5)),
    "minimal": ("night", "flood-meadow", "", (0.5, 0.5)),
}
PERSON = {"name": "Ada Example", "role": "Keeper of the river"}
PAPER = "#E6E8EB"
GAP = 16


def write(folder: Path) -> None:
    """Write `layouts.webp`, `themes.webp` and `scripts.webp` into *folder*."""
    from sharekit.app import App
    from sharekit.composer import SIZES, THEMES, Composer, Theme

    app = App.open(ROOT)
    posts = app.posts().posts
    composers = {
        name: Composer(app.config.site, Theme(use=name), system_fonts=False) for name in THEMES
    }
    found = {layout: _sample(posts, layout) for layout in SAMPLES}
    by_size = [
        [_card(composers[theme], found[layout], layout, size, 200) for size in SIZES]
        for layout, (theme, *_) in SAMPLES.items()
    ]
    by_theme = [
        [_card(composer, found[layout], layout, "og", 180) for composer in composers.values()]
        for layout in SAMPLES
    ]
    _save(_sheet(by_size), folder / "layouts.webp")
    _save(_sheet(by_theme), folder / "themes.webp")
    _save(_scripts(), folder / "scripts.webp")


def _sample(posts: Sequence[Post], layout: str) -> Post:
    from sharekit.app.posts import choose
    from sharekit.model import Asset

    _, name, picture, focus = SAMPLES[layout]
    (post,) = choose(posts, name)
    image = Asset(src=str(ROOT / "assets" / picture), alt="", focus=focus) if picture else None
    extra = {**post.extra, "person": PERSON} if layout == "person" else post.extra
    return replace(post, image=image, share_image=None, extra=extra)


def _card(composer: Composer, post: Post, layout: str, size: str, height: int) -> Image:
    from PIL.Image import Resampling

    from sharekit.composer import SIZES

    image = composer.canvas(post, layout, SIZES[size]).image
    return image.resize((round(image.width * height / image.height), height), Resampling.LANCZOS)


def _sheet(rows: Sequence[Sequence[Image]]) -> Image:
    """*rows* of pictures on grey paper."""
    from PIL import Image as Images

    width = max(sum(picture.width + GAP for picture in row) for row in rows) + GAP
    height = sum(max(picture.height for picture in row) + GAP for row in rows) + GAP
    sheet = Images.new("RGB", (width, height), PAPER)
    top = GAP
    for row in rows:
        left = GAP
        for picture in row:
            sheet.paste(picture, (left, top))
            left += picture.width + GAP
        top += max(picture.height for picture in row) + GAP
    return sheet


def _scripts() -> Image:
    """The titles that the typesetter is tested with, four in a row."""
    from PIL import Image as Images

    from sharekit.composer import Theme
    from sharekit.composer.setting import steps
    from sharekit.typeset import Fonts, Style, draw, lay_out

    titles = yaml.safe_load((ROOT / "tests/typeset/titles.yaml").read_text(encoding="utf-8"))
    fonts, ink = Fonts(system=False), Theme().tokens.ink
    scale = steps(108, 48, serif=False)
    pictures = []
    for language, text in titles:
        style = Style(stack=fonts.stack("sans"), steps=scale, lines=4, language=language)
        picture = Images.new("RGB", (720, 280), "white")
        draw(lay_out(text, 672, 232, style), picture, (24, 24), ink)
        pictures.append(picture.reduce(2))
    return _sheet([pictures[at : at + 4] for at in range(0, len(pictures), 4)])


def _save(sheet: Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path, "WEBP", quality=75, method=6)
