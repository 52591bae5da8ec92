"""Pillow's memory, kept between cards.

A card is drawn on pictures of some three megabytes. Given back to the system each time, their
pages come anew, and coming costs more than filling them.
"""

from __future__ import annotations

import os

__all__ = ["keep"]

_BLOCKS = 8
"""At most so many pictures' memory is held: as many as one card needs at once."""


def keep() -> None:
    """Let Pillow hold on to memory, unless `PILLOW_BLOCKS_MAX` or the program said how much.

    https://pillow.readthedocs.io/en/stable/reference/block_allocator.html
    """
    from PIL import _imaging

    if "PILLOW_BLOCKS_MAX" not in os.environ and _imaging.get_blocks_max() == 0:
        _imaging.set_blocks_max(_BLOCKS)
