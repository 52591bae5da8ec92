"""Colours as sRGB triples, and WCAG's arithmetic over them.

https://www.w3.org/TR/WCAG22/#dfn-relative-luminance, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

from __future__ import annotations

import re
from typing import TypeAlias

__all__ = [
    "BLACK",
    "LINEAR",
    "WHITE",
    "Rgb",
    "contrast",
    "contrast_of",
    "decoded",
    "encoded",
    "hexed",
    "lightness",
    "luminance",
    "mix",
    "parse",
]

Rgb: TypeAlias = tuple[int, int, int]
"""Red, green and blue, each 0 to 255."""

WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)

_HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


LINEAR = tuple(_linear(step / 255) for step in range(256))
"""sRGB's 256 steps as linear light, 0 to 1."""


def parse(text: str) -> tuple[Rgb, int]:
    """*text* (`#RGB`, `#RRGGBB` or `#RRGGBBAA`) as a colour and its opacity, 0 to 255.

    Raises `ValueError` for anything else.
    """
    found = _HEX.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a colour; write it as '#0b5d8a'")
    digits = found[1] if len(found[1]) > 3 else "".join(digit * 2 for digit in found[1])
    red, green, blue, *rest = bytes.fromhex(digits)
    return (red, green, blue), rest[0] if rest else 255


def hexed(color: Rgb) -> str:
    """*color* as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def mix(over: Rgb, under: Rgb, share: float) -> Rgb:
    """*share* (0 to 1) of *over* upon *under*, in sRGB as a painter does it."""
    red, green, blue = (
        round(a * share + b * (1 - share)) for a, b in zip(over, under, strict=True)
    )
    return red, green, blue


def luminance(color: Rgb) -> float:
    """WCAG's relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = color
    return 0.2126 * LINEAR[red] + 0.7152 * LINEAR[green] + 0.0722 * LINEAR[blue]


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    return contrast_of(luminance(one), luminance(other))


def contrast_of(one: float, other: float) -> float:
    """WCAG's contrast ratio of two luminances."""
    darker, lighter = sorted((one, other))
    return (lighter + 0.05) / (darker + 0.05)


def encoded(light: float) -> float:
    """A luminance as sRGB's value for the grey that has it, 0 to 1."""
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def decoded(value: float) -> float:
    """The luminance of the grey of *value* (sRGB, 0 to 1)."""
    return LINEAR[round(min(max(value, 0.0), 1.0) * 255)]


def lightness(light: float) -> float:
    """CIE L*, 0 to 100, of a relative luminance. CIE 15:2004, section 8.2.1."""
    return 116 * light ** (1 / 3) - 16 if light > 0.008856 else 903.3 * light
