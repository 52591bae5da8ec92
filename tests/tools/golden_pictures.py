"""Pictures that were looked at and found good, and a page of those that differ from them.

At most half a per cent of the pixels may differ by more than 12 of 255 steps: that much another
zlib, libjpeg or HarfBuzz may change, and a moved line or another break does not stay within it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from sharekit.composer.diff import Change, difference, write_html

TOLERANCE = 0.005
REPORT = Path(__file__).resolve().parent.parent / "report"


class Gallery:
    """The pictures in *folder*. *keep* puts what is drawn in their place instead of comparing."""

    def __init__(self, folder: Path, *, keep: bool) -> None:
        self.folder = folder
        self.keep = keep
        self._changes: list[Change] = []

    def hold(self, name: str, drawn: Image.Image) -> None:
        """Compare *drawn* (RGB) with the picture *name*. Fails when too much of it differs."""
        path = self.folder / f"{name}.webp"
        data = _encoded(drawn)
        if self.keep:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return
        assert path.is_file(), f"no picture {path.name}: look at it, then --update-golden"
        share = difference(_opened(path.read_bytes()), _opened(data))
        if share > TOLERANCE:
            now = REPORT / "now" / f"{name}.png"
            now.parent.mkdir(parents=True, exist_ok=True)
            drawn.save(now)
            self._changes.append(Change(name=name, before=path, after=now, share=share))
        assert share <= TOLERANCE, (
            f"{share:.2%} of the pixels differ; see {REPORT / self.folder.name}.html"
        )

    def left_over(self, names: Iterable[str]) -> set[str]:
        """Pictures that none of *names* stands for."""
        return {path.stem for path in self.folder.glob("*.webp")} - set(names)

    def close(self) -> None:
        """Write the page, if anything differs."""
        if self._changes:
            page = write_html(
                self._changes, REPORT / f"{self.folder.name}.html", title="Before and now"
            )
            print(f"\nLook at {page}")


def _encoded(image: Image.Image) -> bytes:
    """As it is kept: what encoding does to a picture is no difference."""
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=75, method=6)
    return stream.getvalue()


def _opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")
