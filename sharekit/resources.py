"""What ships beside the code: fonts, sample pictures and the example configuration.

In a checkout they lie at the top level; a wheel carries them inside the package.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["assets", "fonts"]


@cache
def _root() -> Path:
    package = Path(__file__).parent
    inside = package / "_data"
    return inside if inside.is_dir() else package.parent


def fonts() -> Path:
    """The folder of the shipped fonts; `README.md` in it lists them with their licences."""
    return _root() / "fonts"


def assets() -> Path:
    """The folder of the sample pictures and logos."""
    return _root() / "assets"
