"""The work that every renderer is given: a photograph to a card with scrim, title and logo.

A JPEG of 2400x1600 px and some 900 KB becomes 1200x630 px, covered; a black gradient lies over
its lower part, on it a title of three lines, and a logo stands in the corner. Titles differ from
card to card, and so does the photograph unless it is said to be cached.
"""

from __future__ import annotations

import io
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "benchmarks" / ".cache" / "work"
PHOTO = FOLDER / "photo.jpg"
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
    """The photograph, made once from a sample of the project."""
    if not PHOTO.is_file():
        from PIL import Image

        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER.parent / ".gitignore").write_text("*\n")
        with Image.open(ROOT / "assets" / "photos" / "seedhead.jpg") as small:
            large = small.convert("RGB").resize((2400, 1600), Image.Resampling.LANCZOS)
        # Sensor noise, which enlarging took away: it is what makes a photograph's bytes.
        noise = Image.effect_noise((2400, 1600), 22).convert("RGB")
        large = Image.blend(large, noise, 0.10)
        best = min((_encoded(large, quality) for quality in range(70, 97, 2)), key=_distance)
        PHOTO.write_bytes(best)
    return PHOTO.read_bytes()


def _encoded(image: object, quality: int) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality)  # type: ignore[attr-defined]
    return stream.getvalue()


def _distance(data: bytes) -> int:
    return abs(len(data) - 900_000)
