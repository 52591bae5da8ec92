"""What a script asks of a title: how large, how far apart the lines, letter spacing or not.

Arabic, Japanese and Thai follow the design of the built-in cards; the others were set so that
their tallest marks and lowest subscripts in the shipped fonts do not touch between lines.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from sharekit.typeset.properties import KINDS
from sharekit.typeset.style import Step
from sharekit.typeset.unicode_table import EXTEND, WIDE

__all__ = ["CJK", "COMMON", "JOINED", "Script", "dominant", "han_language", "rule", "scaled"]

COMMON = frozenset({"Zyyy", "Zinh"})
CJK = frozenset({"Hani", "Hira", "Kana", "Bopo", "Hang"})
# Letters that touch: spacing them would cut what belongs together. (CSS Text 4, cursive
# scripts; the Indic ones with a headline are added as Android's text engine does.)
JOINED = frozenset(
    {"Adlm", "Arab", "Beng", "Deva", "Guru", "Mand", "Modi", "Mong", "Nkoo", "Ogam", "Ougr",
     "Phag", "Phlp", "Rohg", "Shrd", "Sogd", "Sylo", "Syrc", "Tirh"}
)  # fmt: skip

SMALLEST = 48.0  # px: no script's factor brings a step below this
_ALSO_COUNTS = 0.25  # a second script with this share of the letters has a say in the leading


class Script(NamedTuple):
    """*factor* times the size; *leading* times the size (0: the step's own); *tracked* when
    letter spacing is allowed; *capitals* when its edges are cap line and baseline, not the
    font's ascender and descender. *above* and *below* stand for these, in em, where the font's
    own leave room for stacked marks that few titles have.
    """

    factor: float = 1.0
    leading: float = 0.0
    tracked: bool = False
    capitals: bool = False
    above: float | None = None
    below: float | None = None


_EUROPEAN = Script(tracked=True, capitals=True)
_EAST_ASIAN = Script(0.90, 1.28, capitals=True)
_INDIC = Script(0.95, 1.38)
_STACKED = Script(0.90, 1.55)
_OTHER = Script(leading=1.36)
_SCRIPTS = {
    "Latn": _EUROPEAN,
    "Grek": _EUROPEAN,
    "Cyrl": _EUROPEAN,
    "Zyyy": _EUROPEAN,
    "Armn": Script(leading=1.2, capitals=True),
    "Geor": Script(leading=1.2, capitals=True),
    "Hebr": Script(leading=1.2, capitals=True),
    "Ethi": Script(leading=1.25),
    "Arab": Script(0.94, 1.34, above=1.069, below=0.293),
    "Syrc": Script(0.94, 1.34),
    "Thai": Script(0.95, 1.38),
    "Laoo": Script(0.95, 1.38),
    "Khmr": _STACKED,
    "Mymr": _STACKED,
    "Tibt": _STACKED,
    **dict.fromkeys(CJK, _EAST_ASIAN),
    **dict.fromkeys(
        ("Deva", "Beng", "Guru", "Gujr", "Orya", "Taml", "Telu", "Knda", "Mlym", "Sinh"), _INDIC
    ),
}


def rule(script: str) -> Script:
    """The rule for an ISO 15924 code."""
    return _SCRIPTS.get(script, _OTHER)


def _shares(text: str) -> Counter[str]:
    """Letters by script; a wide one counts twice, because it takes the room of two."""
    counts: Counter[str] = Counter()
    for char in text:
        kind = KINDS[char]
        if kind.script not in COMMON and not kind.flags & EXTEND:
            group = "Hani" if kind.script in CJK else kind.script
            counts[group] += 2 if kind.flags & WIDE else 1
    return counts


def dominant(text: str) -> str:
    """The script that most of the letters are of (`Hani` for any East Asian one), or `Latn`."""
    return _most(_shares(text))


def _most(counts: Counter[str]) -> str:
    return max(counts, key=counts.__getitem__, default="Latn")


def scaled(steps: tuple[Step, ...], text: str) -> tuple[Step, ...]:
    """*steps* as the scripts of *text* want them, the largest first."""
    counts = _shares(text)
    total = counts.total()
    main = rule(_most(counts))
    weighty = [rule(script) for script, n in counts.items() if n >= total * _ALSO_COUNTS]
    leading = max((other.leading for other in weighty), default=0.0)
    tracked = main.tracked and all(other.tracked for other in weighty)
    return tuple(
        _scaled(step, main.factor, leading, tracked=tracked)
        for step in sorted(steps, key=lambda step: -step.size)
    )


def _scaled(step: Step, factor: float, leading: float, *, tracked: bool) -> Step:
    size = step.size
    if factor != 1:
        size = max(min(SMALLEST, step.size), round(step.size * factor, 1))
    apart = max(step.leading * size / step.size, 2 * round(size * leading / 2))
    if not leading:
        apart = step.leading
    return Step(size, apart, step.tracking if tracked else 0.0)


def han_language(text: str, language: str) -> str:
    """The language whose forms Han characters take: *language* when it is one that writes them.

    Otherwise kana mean Japanese and Hangul Korean; Chinese is traditional when the text has a
    character that only Big5 has.
    """
    if language[:2].lower() in ("ja", "ko", "zh"):
        return language
    scripts = {KINDS[char].script for char in text}
    if not scripts.isdisjoint({"Hira", "Kana"}):
        return "ja"
    if "Hang" in scripts:
        return "ko"
    han = "".join(char for char in text if KINDS[char].script == "Hani")
    if "Bopo" in scripts or (not _encodes(han, "gb2312") and _encodes(han, "big5")):
        return "zh-Hant"
    return "zh-Hans" if han else language


def _encodes(text: str, codec: str) -> bool:
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
