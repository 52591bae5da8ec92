"""Memory, kept between cards.

A card is drawn on pictures of some three megabytes. Given back to the system each time, their
pages come anew, and coming costs more than filling them. See docs/why/speed.md.
"""

from __future__ import annotations

import os
import sys

__all__ = ["keep"]

_BLOCKS = 8
"""At most so many pictures' memory is held: as many as one card needs at once."""
_HELD = 32_000_000
"""Bytes of free memory that the C library may hold: the buffers between two cards."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""https://man7.org/linux/man-pages/man3/mallopt.3.html"""


def keep() -> None:
    """Let Pillow and the C library hold on to memory, unless the program said how much.

    Pillow's share is asked for by `PILLOW_BLOCKS_MAX`
    (https://pillow.readthedocs.io/en/stable/reference/block_allocator.html), the C library's by
    `MALLOC_TRIM_THRESHOLD_`; glibc alone has that.
    """
    from PIL import _imaging

    if "PILLOW_BLOCKS_MAX" not in os.environ and _imaging.get_blocks_max() == 0:
        _imaging.set_blocks_max(_BLOCKS)
    if sys.platform == "linux" and "MALLOC_TRIM_THRESHOLD_" not in os.environ:
        _keep_in_c()


def _keep_in_c() -> None:
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _HELD)
        mallopt(_M_TRIM_THRESHOLD, _HELD)
