"""Words and phrases of scripts that are written without spaces.

Thai words come from ICU's dictionary where `icu4py` is installed, else from BudouX; phrases of
Japanese and Chinese from BudouX. Lao, Khmer and Burmese need `icu4py`: without it their lines
break only between spaces, or in an emergency between any two syllables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from itertools import accumulate

from sharekit.typeset.breaks import ALLOWED, EMERGENCY, FAIR, PREFERRED
from sharekit.typeset.properties import KINDS

__all__ = ["add_phrases", "add_words", "has_dictionary", "has_icu"]

_CLOSING = frozenset("、。，．：；！？」』）】〉》…")
_LANGUAGES = {"Thai": "th", "Laoo": "lo", "Khmr": "km", "Mymr": "my"}

# The dictionaries cut these apart, readers don't: bound first parts (makers of nouns, the
# person who does), numerals, and compounds that headlines are full of.
_THAI_PREFIXES = frozenset({"การ", "ความ", "คำ", "ผู้", "นัก", "ชาว", "ช่าง"})
_THAI_SUFFIXES = frozenset({"ๆ", "ฯ"})
_THAI_NUMERALS = frozenset(
    {"ศูนย์", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า", "สิบ", "เอ็ด",
     "ยี่", "ยี่สิบ", "สิบเอ็ด", "ร้อย", "พัน", "หมื่น", "แสน", "ล้าน"}
)  # fmt: skip
_THAI_COMPOUNDS = re.compile(
    "กรุงเทพมหานคร|ประเทศไทย|จังหวัด|อย่างไร|ทำไม|เมื่อไร|เมื่อไหร่|เท่าไร|เท่าไหร่|อะไร|"
    "เปิดตัว|เผยแพร่|เลือกตั้ง|ผู้ว่าราชการ|นายกรัฐมนตรี|รัฐมนตรี|รัฐบาล|รัฐสภา|"
    "โรงเรียน|โรงพยาบาล|โรงงาน|โรงแรม|มหาวิทยาลัย|นักเรียน|นักศึกษา|นักพัฒนา|นักข่าว|"
    "หนังสือพิมพ์|เว็บไซต์|โทรศัพท์|คอมพิวเตอร์|แม่น้ำ|น้ำท่วม|แผ่นดินไหว|รถไฟฟ้า|รถไฟ|"
    "สนามบิน|เครื่องบิน|ตลาดหุ้น|เศรษฐกิจ|สิ่งแวดล้อม|ภูมิอากาศ|แรงงาน|ค่าแรง|ค่าเช่า|"
    "ข่าวสาร|ห้องข่าว|วันหยุด|สัปดาห์|ปีใหม่|เดือนหน้า|ปีหน้า|ครั้งแรก|ทั้งหมด|ทั่วโลก|"
    "ด้วยกัน|ร่วมกัน|เพราะว่า|ถึงแม้|แม้ว่า|นอกจาก|ตั้งแต่|จนถึง|หรือไม่|ได้แก่|เช่นกัน"
)


@cache
def has_icu() -> bool:
    """Whether `icu4py` is installed."""
    return find_spec("icu4py") is not None


def has_dictionary(script: str) -> bool:
    """Whether words of *script* (`Thai`, `Laoo`, `Khmr`, `Mymr`) can be told apart."""
    return has_icu() or script == "Thai"


def add_words(text: str, ranks: list[int]) -> None:
    """Allow breaks between the words of Thai, Lao, Khmer and Burmese."""
    for start, end, script in _stretches(text):
        words = _words(text[start:end], script)
        if script == "Thai":
            words = _joined(words)
        for edge in accumulate(len(word) for word in words):
            if ranks[start + edge] == EMERGENCY:
                ranks[start + edge] = ALLOWED
    for compound in _THAI_COMPOUNDS.finditer(text):
        for edge in compound.span():
            if ranks[edge] == EMERGENCY:
                ranks[edge] = ALLOWED
        for inside in range(compound.start() + 1, compound.end()):
            ranks[inside] = min(ranks[inside], EMERGENCY)


def _stretches(text: str) -> Iterator[tuple[int, int, str]]:
    """Unbroken stretches of one of the four scripts."""
    start, script = 0, ""
    for position, char in enumerate(text):
        kind = KINDS[char]
        here = kind.script if kind.script in _LANGUAGES else ""
        if kind.script == "Zinh" or kind.line == "CM":
            here = script
        if here != script:
            if script:
                yield start, position, script
            start, script = position, here
    if script:
        yield start, len(text), script


def _words(text: str, script: str) -> list[str]:
    if has_icu():
        from icu4py.breakers import LineBreaker

        return list(LineBreaker(text, _LANGUAGES[script]))
    if script == "Thai":
        return _budoux("th")(text)
    return [text]


def _joined(words: list[str]) -> list[str]:
    """Thai *words* with the parts put back together that belong together."""
    out: list[str] = []
    last = ""
    for word in words:
        bound = last in _THAI_PREFIXES or word in _THAI_SUFFIXES
        if out and (bound or (last in _THAI_NUMERALS and word in _THAI_NUMERALS)):
            out[-1] += word
        else:
            out.append(word)
        last = word
    return out


def add_phrases(text: str, ranks: list[int], language: str) -> bool:
    """Prefer breaks between the phrases of Japanese or Chinese. `False` for other languages."""
    tag = language.lower()
    if tag.startswith("ja"):
        parse = _budoux("ja")
    elif tag.startswith(("zh-hant", "zh-tw", "zh-hk", "zh-mo")):
        parse = _budoux("zh-hant")
    elif tag.startswith("zh"):
        parse = _budoux("zh-hans")
    else:
        return False
    for edge in accumulate(len(phrase) for phrase in parse(text)):
        if ranks[edge] == ALLOWED:
            ranks[edge] = PREFERRED
    for place in range(1, len(text)):
        if ranks[place] == ALLOWED:
            if text[place - 1] in _CLOSING:
                ranks[place] = PREFERRED
            elif KINDS[text[place - 1]].script == "Hira" != KINDS[text[place]].script:
                ranks[place] = FAIR
    return True


@cache
def _budoux(model: str) -> Callable[[str], list[str]]:
    import budoux

    parser = {
        "ja": budoux.load_default_japanese_parser,
        "th": budoux.load_default_thai_parser,
        "zh-hans": budoux.load_default_simplified_chinese_parser,
        "zh-hant": budoux.load_default_traditional_chinese_parser,
    }[model]()
    parse: Callable[[str], list[str]] = parser.parse
    return parse
