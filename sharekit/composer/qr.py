"""QR codes (ISO/IEC 18004), by segno."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sharekit.errors import RenderError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["modules"]

LEAST_MODULE = 3
"""px: smaller modules are lost when a network scales the card down."""


@lru_cache(maxsize=16)
def modules(text: str, correction: str, quiet: int, side: int) -> Image:
    """The code of *text* as a mask (L) of at most *side* px, each module the same whole px.

    Raises `RenderError` when segno is missing or the text is too long for the size.
    """
    try:
        import segno
    except ImportError as error:
        raise RenderError(
            "the layout has a QR code", code="qr-missing", hint="Run  pip install 'sharekit[qr]'."
        ) from error
    from PIL import Image

    try:
        matrix = segno.make(text, error=correction, micro=False, boost_error=False).matrix
    except ValueError as error:
        raise RenderError(f"{text[:60]!r} is too long for a QR code", code="qr-long") from error
    count = len(matrix)
    scale = side // (count + 2 * quiet)
    if scale < LEAST_MODULE:
        raise RenderError(
            f"a QR code of {len(text)} characters needs {LEAST_MODULE * (count + 2 * quiet)} px",
            code="qr-small",
            hint="Enlarge its box in the layout, or use a shorter address.",
        )
    code = Image.frombytes(
        "L", (count, count), bytes(255 if bit else 0 for row in matrix for bit in row)
    )
    mask = Image.new("L", (count + 2 * quiet, count + 2 * quiet))
    mask.paste(code, (quiet, quiet))
    return mask.resize((mask.width * scale, mask.height * scale), Image.Resampling.NEAREST)
