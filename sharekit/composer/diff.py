"""Cards before and after a change, side by side on one page."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit import files

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Change", "Folder", "compare", "difference", "write_html"]

_CARD = re.compile(r"(?P<slug>[a-z0-9-]+)-[0-9a-f]{10}\.(jpg|png|webp|avif)")
_NOTICEABLE = 12
"""How far a channel of a pixel may move, of 255, before it counts: more than encoding noise."""
_MOST_ROWS = 200
"""Changes on the page; a browser shows no more at ease."""
_SHOWN = 560
"""px: the width of a card on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A card before and after. *share* of its pixels differ, 0 to 1; 1 when one is missing."""

    name: str
    before: Path | None
    after: Path | None
    share: float

    @property
    def what(self) -> str:
        """In a word: added, removed, changed or same."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "changed" if self.share else "same"


class Folder:
    """The cards in *folder*, found again by what a change leaves alone: title and pixels."""

    def __init__(self, folder: Path) -> None:
        self._left: dict[str, Path] = {}
        self._by_slug: dict[str, list[Path]] = {}
        for path in sorted(folder.iterdir(), key=lambda path: -path.stat().st_mtime):
            if match := _CARD.fullmatch(path.name):
                self._left[path.name] = path
                self._by_slug.setdefault(match["slug"], []).append(path)

    def take(self, card: Path) -> Path | None:
        """The earlier card of *card*: of its very name, else the latest of its title and size."""
        if same := self._left.pop(card.name, None):
            return same
        match = _CARD.fullmatch(card.name)
        wanted = _size(card)
        for path in self._by_slug.get(match["slug"], ()) if match else ():
            if path.name in self._left and _size(path) == wanted:
                return self._left.pop(path.name)
        return None

    def left(self) -> list[Path]:
        """The cards that were never asked for."""
        return sorted(self._left.values())


def _size(path: Path) -> tuple[int, int]:
    from sharekit.composer import decode

    data = path.read_bytes()
    if not decode.is_simple(data):
        return _opened(path).size
    header = decode.header(data, str(path))
    return header.width, header.height


def compare(before: Path | None, after: Path | None) -> float:
    """The share of pixels that differ noticeably."""
    if before is None or after is None:
        return 1.0
    if before.read_bytes() == after.read_bytes():
        return 0.0
    one, other = _opened(before), _opened(after)
    return difference(one, other)


def difference(one: Image, other: Image) -> float:
    """The share of pixels in which two pictures (RGB) differ noticeably; 1 for other sizes."""
    if one.size != other.size:
        return 1.0
    counts = _mask(one, other).histogram()
    return counts[255] / (one.width * one.height)


def write_html(
    changes: Iterable[Change], path: Path, *, title: str = "Cards before and after"
) -> Path:
    """One page, complete in itself, with every change in *changes*. Returns *path*."""
    found = [change for change in changes if change.what != "same"]
    rows = "\n".join(_row(change) for change in found[:_MOST_ROWS]) or "<p>Nothing changed.</p>"
    if len(found) > _MOST_ROWS:
        rows += f"\n<p>And {len(found) - _MOST_ROWS:,} more, which changed less.</p>"
    return files.write(path, _PAGE.format(title=html.escape(title), count=len(found), rows=rows))


def _opened(path: Path) -> Image:
    from sharekit.composer import decode

    image, _ = decode.decode(path.read_bytes(), str(path))
    return image.convert("RGB")


def _mask(one: Image, other: Image) -> Image:
    """Where two pictures differ noticeably (L, 0 or 255)."""
    from PIL import ImageChops

    red, green, blue = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point(lambda value: 255 if value > _NOTICEABLE else 0)


def _row(change: Change) -> str:
    before = _opened(change.before) if change.before else None
    after = _opened(change.after) if change.after else None
    cells: Sequence[tuple[str, Image | None]] = [("before", before), ("after", after)]
    if before and after and before.size == after.size:
        cells = [*cells, ("difference", _marked(after, _mask(before, after)))]
    pictures = "".join(_figure(label, image) for label, image in cells)
    return (
        f'<section><h2>{html.escape(change.name)}</h2><p class="{change.what}">{change.what}, '
        f"{change.share:.2%} of the pixels</p><div>{pictures}</div></section>"
    )


def _marked(image: Image, mask: Image) -> Image:
    """*image* pale, with what differs in red."""
    from PIL import Image as Images

    pale = Images.blend(
        image.convert("L").convert("RGB"), Images.new("RGB", image.size, "white"), 0.7
    )
    pale.paste((220, 0, 40), (0, 0), mask)
    return pale


def _figure(label: str, image: Image | None) -> str:
    if image is None:
        return f"<figure><figcaption>{label}: none</figcaption></figure>"
    small = image.copy()
    small.thumbnail((_SHOWN, _SHOWN * 2))
    stream = io.BytesIO()
    small.save(stream, "WEBP", quality=85)
    data = base64.b64encode(stream.getvalue()).decode()
    return (
        f'<figure><img src="data:image/webp;base64,{data}" width="{small.width}" '
        f'height="{small.height}" alt="{label}"><figcaption>{label}</figcaption></figure>'
    )


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem; background: #eceef0; color: #16181b }}
section {{ margin: 0 0 2.5rem }}
h1 {{ font-size: 1.4rem }} h2 {{ font-size: 1rem; margin: 0 }} p {{ margin: 0 0 .5rem }}
section > div {{ display: flex; flex-wrap: wrap; gap: 1rem }}
figure {{ margin: 0 }} figcaption {{ color: #55585e; font-size: .875rem }}
img {{ display: block; max-width: 100%; height: auto }}
.added, .removed, .changed {{ color: #a0140a }}
</style>
<h1>{title}</h1>
<p>{count} changed</p>
{rows}
</html>
"""
