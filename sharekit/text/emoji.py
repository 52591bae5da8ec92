"""Emoji of more than one code point that twitter-text's rules count as one: Emoji 11.0.

The set is frozen with the rules (https://github.com/twitter/twemoji-parser, 11.0). A newer
sequence costs what its parts cost, which is never less. Single code points need no place here:
by weight they cost what an emoji costs.
"""

from __future__ import annotations

import re
from functools import cache

__all__ = ["sequences"]

_JOINER = "\u200d"
_PICTURE = "\ufe0f"  # asks for the picture where text is the default
_SKIN = "[\U0001f3fb-\U0001f3ff]"
_GENDER = f"{_JOINER}[\u2640\u2642]{_PICTURE}"

_MAN, _WOMAN, _BOY, _GIRL = "\U0001f468", "\U0001f469", "\U0001f466", "\U0001f467"
_ADULT = f"[{_MAN}{_WOMAN}]"
_ROLES = (
    f"(?:[\u2695\u2696\u2708]{_PICTURE}|[\U0001f33e\U0001f373\U0001f393\U0001f3a4\U0001f3a8"
    "\U0001f3eb\U0001f3ed\U0001f4bb\U0001f4bc\U0001f527\U0001f52c\U0001f680\U0001f692"
    "\U0001f9b0-\U0001f9b3])"
)
_CHILDREN = f"(?:{_BOY}(?:{_JOINER}{_BOY})?|{_GIRL}(?:{_JOINER}[{_BOY}{_GIRL}])?)"
_PARENTS = f"(?:{_MAN}(?:{_JOINER}{_ADULT})?|{_WOMAN}(?:{_JOINER}{_WOMAN})?)"
_HEART = f"{_JOINER}\u2764{_PICTURE}{_JOINER}(?:\U0001f48b{_JOINER})?"

# Hexadecimal, as ranges: people whose gender a sign may set, with or without a skin colour ...
_GENDERED = (
    "1f3c3-1f3c4 1f3ca 1f46e 1f471 1f473 1f477 1f481-1f482 1f486-1f487 1f645-1f647 1f64b"
    " 1f64d-1f64e 1f6a3 1f6b4-1f6b6 1f926 1f935 1f937-1f939 1f93d-1f93e 1f9b8-1f9b9 1f9d6-1f9dd"
)
# ... those who need a colour or a picture selector for that ...
_GENDERED_IF_MARKED = "26f9 1f3cb-1f3cc 1f574-1f575"
# ... and those who have no colour.
_GENDERED_PLAIN = "1f46f 1f93c 1f9de-1f9df"
_COLOURED = (
    "270a-270b 1f385 1f3c2-1f3c4 1f3c7 1f3ca 1f442-1f443 1f446-1f450 1f466-1f469 1f46e"
    " 1f470-1f478 1f47c 1f481-1f483 1f485-1f487 1f4aa 1f57a 1f595-1f596 1f645-1f647 1f64b-1f64f"
    " 1f6a3 1f6b4-1f6b6 1f6c0 1f6cc 1f918-1f91c 1f91e-1f91f 1f926 1f930-1f939 1f93d-1f93e"
    " 1f9b5-1f9b6 1f9b8-1f9b9 1f9d1-1f9dd"
)
_COLOURED_TEXT = "261d 26f7 26f9 270c-270d 1f3cb-1f3cc 1f574-1f575 1f590"
_TEXT = (
    "a9 ae 203c 2049 2122 2139 2194-2199 21a9-21aa 231a-231b 2328 23cf 23ed-23ef 23f1-23f2"
    " 23f8-23fa 24c2 25aa-25ab 25b6 25c0 25fb-25fe 2600-2604 260e 2611 2614-2615 2618 2620"
    " 2622-2623 2626 262a 262e-262f 2638-263a 2640 2642 2648-2653 265f-2660 2663 2665-2666 2668"
    " 267b 267f 2692-2697 2699 269b-269c 26a0-26a1 26aa-26ab 26b0-26b1 26bd-26be 26c4-26c5 26c8"
    " 26cf 26d1 26d3-26d4 26e9-26ea 26f0-26f5 26f8 26fa 26fd 2702 2708-2709 270f 2712 2714 2716"
    " 271d 2721 2733-2734 2744 2747 2757 2763-2764 27a1 2934-2935 2b05-2b07 2b1b-2b1c 2b50 2b55"
    " 3030 303d 3297 3299 1f004 1f170-1f171 1f17e-1f17f 1f202 1f21a 1f22f 1f237 1f321 1f324-1f32c"
    " 1f336 1f37d 1f396-1f397 1f399-1f39b 1f39e-1f39f 1f3cd-1f3ce 1f3d4-1f3df 1f3f3 1f3f5 1f3f7"
    " 1f43f 1f441 1f4fd 1f549-1f54a 1f56f-1f570 1f573 1f576-1f579 1f587 1f58a-1f58d 1f5a5 1f5a8"
    " 1f5b1-1f5b2 1f5bc 1f5c2-1f5c4 1f5d1-1f5d3 1f5dc-1f5de 1f5e1 1f5e3 1f5e8 1f5ef 1f5f3 1f5fa"
    " 1f6cb 1f6cd-1f6cf 1f6e0-1f6e5 1f6e9 1f6f0 1f6f3"
)
# ISO 3166-1 and a few reserved codes: the second letters after each first one.
_REGIONS = {
    "A": "CDEFGILMOQRSTUWXZ",
    "B": "ABDEFGHIJLMNOQRSTVWYZ",
    "C": "ACDFGHIKLMNOPRUVWXYZ",
    "D": "EGJKMOZ",
    "E": "ACEGHRSTU",
    "F": "IJKMOR",
    "G": "ABDEFGHILMNPQRSTUWY",
    "H": "KMNRTU",
    "I": "CDELMNOQRST",
    "J": "EMOP",
    "K": "EGHIMNPRWYZ",
    "L": "ABCIKRSTUVY",
    "M": "ACDEFGHKLMNOPQRSTUVWXYZ",
    "N": "ACEFGILOPRUZ",
    "O": "M",
    "P": "AEFGHKLMNRSTWY",
    "Q": "A",
    "R": "EOSUW",
    "S": "ABCDEGHIJKLMNORSTVXYZ",
    "T": "ACDFGHJKLMNORTVWZ",
    "U": "AGMNSYZ",
    "V": "ACEGINU",
    "W": "FS",
    "X": "K",
    "Y": "ET",
    "Z": "AMW",
}
_NATIONS = ("gbeng", "gbsct", "gbwls")


def _set(ranges: str) -> str:
    """A character class of hexadecimal *ranges*."""
    ends = (part.split("-") for part in ranges.split())
    return "[" + "".join("-".join(chr(int(end, 16)) for end in part) for part in ends) + "]"


def _flags() -> str:
    def sign(letter: str) -> str:
        return chr(0x1F1E6 + ord(letter) - ord("A"))

    regions = "|".join(
        sign(first) + "[" + "".join(map(sign, rest)) + "]" for first, rest in _REGIONS.items()
    )
    nations = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in name) for name in _NATIONS)
    return f"{regions}|\U0001f3f4(?:{nations})\U000e007f"


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        "|".join(
            (
                f"{_ADULT}{_SKIN}?{_JOINER}{_ROLES}",
                f"{_set(_GENDERED_IF_MARKED)}(?:{_SKIN}|{_PICTURE}){_GENDER}",
                f"{_set(_GENDERED)}{_SKIN}?{_GENDER}",
                f"{_set(_GENDERED_PLAIN)}{_GENDER}",
                f"{_MAN}{_HEART}{_MAN}|{_WOMAN}{_HEART}{_ADULT}",
                f"{_PARENTS}{_JOINER}{_CHILDREN}",
                f"\U0001f3f3{_PICTURE}{_JOINER}\U0001f308",
                f"\U0001f3f4{_JOINER}\u2620{_PICTURE}",
                f"\U0001f441{_JOINER}\U0001f5e8",
                f"[#*0-9]{_PICTURE}?\u20e3",
                f"{_set(_COLOURED_TEXT)}(?:{_PICTURE}{_SKIN}?|{_SKIN})",
                f"{_set(_COLOURED)}{_SKIN}",
                f"{_set(_TEXT)}{_PICTURE}",
                _flags(),
            )
        )
    )


def sequences(text: str) -> list[tuple[int, int]]:
    """Where *text* has such an emoji: start and end (exclusive) in code points."""
    if text.isascii():
        return []
    return [match.span() for match in _pattern().finditer(text)]
