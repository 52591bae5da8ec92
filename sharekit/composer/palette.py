"""What the colours that a layout names are in a theme."""

from __future__ import annotations

from functools import lru_cache

from sharekit.composer import colors
from sharekit.composer.colors import WHITE, Rgb
from sharekit.composer.theme import Tokens

__all__ = ["resolve"]


@lru_cache(maxsize=512)
def resolve(name: str, tokens: Tokens, auto: Rgb = WHITE) -> tuple[Rgb, float]:
    """The colour *name* (a token, `ink 16%`, hex or `auto`) and its opacity, 0 to 1.

    A share is mixed into the ground, so that it is one solid colour.
    """
    if name.startswith("#"):
        color, opacity = colors.parse(name)
        return color, opacity / 255
    if name == "auto":
        return auto, 1.0
    token, _, share = name.partition(" ")
    found = tokens.color(token)
    assert found is not None
    if share:
        return colors.mix(found, tokens.ground, float(share.strip().rstrip("%")) / 100), 1.0
    return found, 1.0
