"""The work that every renderer is given: a photograph to a card with scrim, title and logo.

A JPEG of 2400x1600 px and some 900 KB becomes 1200x630 px, covered; a black gradient lies over
its lower part, on it a title of three lines, and a logo stands in the corner. Titles differ from
card to card, and so does the photograph unless it is said to be cached.

The photograph is the sample `meadow.jpg`, the only one that is 2400 px wide of itself: it is cut
to 3:2 and made 1.19 times as large. Likeness is measured on all samples, made as large alike.
"""

from __future__ import annotations

import io
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks" / ".cache" / "work"
SAMPLES = ROOT / "assets" / "photos"
PHOTO = FOLDER / "photos" / "meadow.jpg"
NOISY = "noisy"
"""A photograph that was made: the smallest detail of every pixel is chance."""
STATIC_FONT = FOLDER / "Archivo-Bold.ttf"
LOGO = ROOT / "assets" / "logo.png"
FONT = ROOT / "fonts" / "archivo" / "Archivo.ttf"

WIDTH, HEIGHT = 1200, 630
SCRIM_TOP = 180
SCRIM_ALPHA = 208
TITLE_BOX = (64, 330, 1072, 236)
TITLE_SIZE, TITLE_LEADING = 72, 78
LOGO_BOX = (64, 64, 64, 64)
QUALITY = 85


def title(number: int) -> str:
    """A title of three lines, another for each card."""
    return f"{number} ways in which the morning changed what people in the valley say of it"


def photo() -> bytes:
    """The photograph's file, made once."""
    if not PHOTO.is_file():
        _make(PHOTO.stem)
    return PHOTO.read_bytes()


def photos() -> list[Path]:
    """Every sample as such a photograph, and `NOISY`; made once."""
    names = [*sorted(path.stem for path in SAMPLES.glob("*.jpg")), NOISY]
    paths = [PHOTO.with_stem(name) for name in names]
    for path in paths:
        if not path.is_file():
            _make(path.stem)
    return paths


def _make(name: str) -> None:
    from PIL import Image, ImageOps

    PHOTO.parent.mkdir(parents=True, exist_ok=True)
    (FOLDER.parent / ".gitignore").write_text("*\n")
    with Image.open(SAMPLES / f"{'seedhead' if name == NOISY else name}.jpg") as small:
        large = ImageOps.fit(small.convert("RGB"), (2400, 1600), Image.Resampling.LANCZOS)
    if name == NOISY:
        noise = Image.effect_noise(large.size, 22).convert("RGB")
        large = Image.blend(large, noise, 0.10)
    best = min((_encoded(large, quality) for quality in range(70, 99, 2)), key=_distance)
    PHOTO.with_stem(name).write_bytes(best)


def _encoded(image: object, quality: int) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)  # type: ignore[attr-defined]
    return stream.getvalue()


def _distance(data: bytes) -> int:
    return abs(len(data) - 900_000)
