"""What this installation can set: for `sharekit doctor` and for the digests of cards."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from sharekit.typeset import unicode_table
from sharekit.typeset.fonts import Fonts
from sharekit.typeset.harfbuzz import CAN_RASTER, library_version
from sharekit.typeset.hyphens import has_patterns
from sharekit.typeset.words import has_dictionary, has_icu

__all__ = ["Fact", "fingerprint", "report"]


class Fact(NamedTuple):
    """One line of the report. *hint* is the next step when something is not *ok*."""

    name: str
    value: str
    ok: bool = True
    hint: str = ""


# A letter or two of each script that the shipped fonts are meant to cover.
_SCRIPTS = {
    "Latin": "Aß", "Vietnamese": "ệ", "Greek": "Ω", "Cyrillic": "Ж", "Arabic": "ع",
    "Persian and Urdu": "گ", "Hebrew": "ש", "Armenian": "Ա", "Georgian": "ქ", "Ethiopic": "ሰ",
    "Devanagari": "ह", "Bengali": "ক", "Gurmukhi": "ਕ", "Gujarati": "ક", "Odia": "କ",
    "Tamil": "க", "Telugu": "క", "Kannada": "ಕ", "Malayalam": "ക", "Sinhala": "ක", "Thai": "ก",
    "Lao": "ກ", "Khmer": "ក", "Burmese": "က", "Japanese": "あ語", "Chinese, simplified": "汉",
    "Chinese, traditional": "漢", "Korean": "한", "emoji": "🎉", "symbols": "→",
}  # fmt: skip


def report(fonts: Fonts | None = None) -> list[Fact]:
    """What draws, which dictionaries there are and which scripts have a font."""
    fonts = fonts or Fonts()
    facts = [
        Fact(
            "text",
            f"uharfbuzz {_version('uharfbuzz')} (HarfBuzz {library_version()}), "
            f"Unicode {unicode_table.VERSION}",
        ),
        Fact(
            "drawing",
            "HarfBuzz" if CAN_RASTER else "Pillow",
            CAN_RASTER,
            "" if CAN_RASTER else "Install uharfbuzz 0.57 or later: colour emoji need it.",
        ),
        _dictionary("Thai words", "Thai", "ICU" if has_icu() else "BudouX"),
        *(
            _dictionary(f"{name} words", script, "ICU")
            for name, script in (("Lao", "Laoo"), ("Khmer", "Khmr"), ("Burmese", "Mymr"))
        ),
        Fact(
            "hyphenation",
            f"pyphen {_version('pyphen')}" if has_patterns() else "not installed",
            has_patterns(),
            "" if has_patterns() else "pip install 'sharekit[hyphens]'",
        ),
    ]
    facts += [_script(fonts, name, sample) for name, sample in _SCRIPTS.items()]
    return facts


def _dictionary(name: str, script: str, source: str) -> Fact:
    if has_dictionary(script):
        return Fact(name, source)
    return Fact(name, "not installed", ok=False, hint="pip install 'sharekit[icu]'")


def _script(fonts: Fonts, name: str, sample: str) -> Fact:
    from sharekit.typeset.properties import KINDS

    stack = fonts.stack("sans")
    faces: dict[str, None] = {}
    for char in sample:
        face = stack.find(char, KINDS[char].script, "")
        if face is None:
            hint = "Run `pip install --force-reinstall sharekit`: its fonts are gone."
            return Fact(name, "no font", ok=False, hint=hint)
        faces[face.path.name] = None
    return Fact(name, ", ".join(faces))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def fingerprint() -> str:
    """Everything besides text, style and font files that decides how a text is set.

    For digests: a card whose fingerprint differs may look different.
    """
    return " ".join(
        (
            f"uharfbuzz={_version('uharfbuzz')}",
            f"unicode={unicode_table.VERSION}",
            f"budoux={_version('budoux')}",
            f"icu4py={_version('icu4py')}",
            f"pyphen={_version('pyphen')}",
        )
    )
