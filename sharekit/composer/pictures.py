"""Pictures at hand: decoded once for every size of a card, and cut as a box needs them."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sharekit.composer import decode, names
from sharekit.composer.crop import Crop
from sharekit.errors import RenderError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Picture", "Pictures"]

_KEPT = 2
"""Pictures held in memory. Posts that share one usually follow each other."""


class Picture:
    """One picture file. Nothing is decoded before a cut is asked for."""

    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self._data = data
        self._simple = decode.is_simple(data)
        self._header: decode.Header | None = None
        self._levels: dict[float, Image] = {}
        self._wanted = 0.0
        self.backdrops: dict[object, Image | None] = {}
        """The last card's layers up to the first text, by what they were made of."""

    @cached_property
    def digest(self) -> str:
        """A digest of the file's content."""
        return names.digest_of_bytes(self._data)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height as shown, px. Raises `RenderError` when it is no picture."""
        if self._header is None:
            if self._simple:
                self._header = decode.header(self._data, self.name)
            else:
                self._decode(self._wanted)
        assert self._header is not None
        return self._header.width, self._header.height

    def want(self, scale: float) -> None:
        """Say that a cut at *scale* will follow, so that one decoding serves all of them."""
        self._wanted = max(self._wanted, min(scale, 1.0))

    def cut(self, crop: Crop, size: tuple[int, int]) -> Image:
        """The part *crop* of it, *size* px (RGB, or RGBA where it is see-through).

        Raises `RenderError`.
        """
        from PIL.Image import Resampling

        image = self._at_least(crop.scale)
        across, down = image.width / self.size[0], image.height / self.size[1]
        left, top, right, bottom = (
            crop.left * across,
            crop.top * down,
            crop.right * across,
            crop.bottom * down,
        )
        if abs(right - left - size[0]) < 0.01 and abs(bottom - top - size[1]) < 0.01:
            # At an exact scale whole pixels are taken as they are: nothing is resampled.
            x = min(max(round(left), 0), image.width - size[0])
            y = min(max(round(top), 0), image.height - size[1])
            return image.crop((x, y, x + size[0], y + size[1]))
        box = (max(left, 0.0), max(top, 0.0), min(right, image.width), min(bottom, image.height))
        return image.resize(size, Resampling.LANCZOS, box=box, reducing_gap=3.0)

    def thumbnail(self, side: int) -> Image:
        """All of it, its longer side about *side* px (RGB or RGBA)."""
        image = self._at_least(min(1.0, side / max(self.size)))
        small = image.copy()
        small.thumbnail((side, side), reducing_gap=2.0)
        return small

    def _at_least(self, scale: float) -> Image:
        """The picture decoded, at least *scale* times its size and not much more."""
        wanted = min(scale, 1.0)
        enough = [level for level in self._levels if level >= wanted - 1e-3]
        if not enough:
            self._decode(max(wanted, self._wanted))
            enough = list(self._levels)
        level = min(enough)
        if (steps := int(level / wanted + 1e-3)) > 1:
            reduced = self._levels[level].reduce(steps)
            self._levels[level / steps] = reduced
            return reduced
        return self._levels[level]

    def _decode(self, scale: float) -> None:
        if self._simple:
            image, self._header = decode.decode(self._data, self.name, scale)
        else:
            from sharekit.composer.worker import decode_apart

            image, self._header = decode_apart(self._data, self.name, scale)
        self._levels = {min(image.width / self._header.width, 1.0): image}


class Pictures:
    """The pictures of the posts being drawn, the last few kept open."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[object, ...], Picture] = OrderedDict()

    def open(self, path: Path, name: str) -> Picture:
        """The picture at *path*; *name* is what messages call it. Raises `RenderError`."""
        stamp = names.stamp_of(path)
        key = (path, stamp)
        if stamp is None:
            raise RenderError(
                f"picture {name} is not there", code="picture-missing", hint="Check its path."
            )
        if key not in self._open:
            if stamp[1] > decode.MAX_FILE:
                raise RenderError(
                    f"picture {name} has {stamp[1]:,} bytes, more than {decode.MAX_FILE:,}",
                    code="picture-unreadable",
                    hint=decode.HINT,
                )
            if not path.is_file():
                # A device has no end, and a pipe may never begin.
                raise RenderError(
                    f"picture {name} is not a file", code="picture-unreadable", hint=decode.HINT
                )
            try:
                data = path.read_bytes()
            except OSError as error:
                reason = error.strerror or "it cannot be read"
                raise RenderError(f"picture {name}: {reason}", code="picture-unreadable") from error
            self._open[key] = Picture(data, name)
            if len(self._open) > _KEPT:
                self._open.popitem(last=False)
        self._open.move_to_end(key)
        return self._open[key]
