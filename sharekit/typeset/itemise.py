"""From characters to runs: stretches of one face, one script and one direction.

A grapheme cluster never comes from two faces, and neither does a word, where one face has all
of it: a title with one rare letter should not look pieced together.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from sharekit.typeset.fonts import FontStack, visible
from sharekit.typeset.harfbuzz import Face
from sharekit.typeset.properties import KINDS
from sharekit.typeset.scripts import CJK, COMMON, rule
from sharekit.typeset.style import Missing
from sharekit.typeset.unicode_table import EMOJI, LETTER, PICTOGRAPHIC

__all__ = ["Run", "is_emoji", "itemise", "missing"]

_TEXT_STYLE, _EMOJI_STYLE, _KEYCAP = "\ufe0e", "\ufe0f", "\u20e3"
_JOINER = "\u200d"
# In Chinese and Japanese these are as wide as a character and come from its face.
_EAST_ASIAN_MARKS = frozenset("…‥‘’“”·—―")
_NO_SCRIPT = "Zyyy"


class Run(NamedTuple):
    """`text[start:end]` is drawn from *face*. An odd *level* runs from right to left."""

    start: int
    end: int
    face: Face
    script: str
    level: int
    emoji: bool

    @property
    def rtl(self) -> bool:
        """Whether it runs from right to left."""
        return bool(self.level & 1)


def itemise(
    text: str, starts: Sequence[int], levels: Sequence[int], stack: FontStack, language: str
) -> tuple[list[Run], dict[str, Missing]]:
    """The runs of *text*, and the characters that no face has.

    *starts* are the positions of its grapheme clusters, *levels* the embedding levels.
    *language* is what decides the forms of Han characters.
    """
    starts = _without_unknown_sequences(text, starts, stack)
    clusters = [text[a:b] for a, b in pairwise([*starts, len(text)])]
    scripts = _scripts(clusters)
    chooser = _Chooser(stack, language)
    faces = chooser.of_letters(clusters, scripts)
    looks: list[tuple[Face, str, int, bool]] = []
    lacking: dict[str, Missing] = {}
    before = stack.primary
    for start, cluster, script, letter_face in zip(starts, clusters, scripts, faces, strict=True):
        face, emoji = letter_face, False
        if face is None:
            face, emoji = chooser.of_other(cluster, script, before)
        if face is None:
            lacking.setdefault(cluster[0], missing(cluster[0]))
            face = stack.primary
        if not emoji:
            before = face
        looks.append((face, _NO_SCRIPT if emoji else script, levels[start], emoji))
    return _merged(looks, [*starts, len(text)]), lacking


def _merged(looks: Sequence[tuple[Face, str, int, bool]], bounds: Sequence[int]) -> list[Run]:
    """Runs of the clusters between *bounds* that look alike."""
    runs: list[Run] = []
    first = 0
    for i in range(1, len(looks) + 1):
        if i == len(looks) or looks[i] != looks[first]:
            runs.append(Run(bounds[first], bounds[i], *looks[first]))
            first = i
    return runs


def _without_unknown_sequences(text: str, starts: Sequence[int], stack: FontStack) -> Sequence[int]:
    """*starts*, with emoji sequences that no font draws taken apart at their joiners."""
    if _JOINER not in text:
        return starts
    parts: list[int] = []
    for start, end in pairwise([*starts, len(text)]):
        parts.append(start)
        cluster = text[start:end]
        if _JOINER in cluster and is_emoji(cluster) and not stack.emoji(cluster):
            parts += [start + i + 1 for i, char in enumerate(cluster) if char == _JOINER]
    return [part for part in parts if part < len(text)]


def _scripts(clusters: Sequence[str]) -> list[str]:
    """A script for each cluster; common characters take that of what precedes them."""
    own = [_own_script(cluster) for cluster in clusters]
    current = next((script for script in own if script), "Latn")
    resolved = []
    for script in own:
        current = script or current
        resolved.append(current)
    return resolved


def _own_script(cluster: str) -> str:
    for char in cluster:
        script = KINDS[char].script
        if script not in COMMON:
            return script
    return ""


class _Chooser:
    """Chooses faces for one text."""

    def __init__(self, stack: FontStack, language: str) -> None:
        self.stack = stack
        self.full_width_marks = language[:2] in ("ja", "zh")
        self.language = language
        self.east_asian: dict[str, Face | None] = {}

    def of_letters(self, clusters: Sequence[str], scripts: Sequence[str]) -> list[Face | None]:
        """A face for the letters of every word (East Asian: of the text) that it has whole."""
        words: dict[tuple[str, int], list[int]] = {}
        word = 0
        previous = ""
        for i, cluster in enumerate(clusters):
            if not KINDS[cluster[0]].flags & LETTER:
                word += cluster == " "
                continue
            script = _group(scripts[i])
            if script in CJK:
                words.setdefault((script, -1), []).append(i)
                continue
            word += script != previous
            previous = script
            words.setdefault((script, word), []).append(i)
        faces: list[Face | None] = [None] * len(clusters)
        for (script, number), members in words.items():
            chars = {char for i in members for char in visible(clusters[i])}
            face = self.stack.whole(chars, script, self.language)
            if number == -1:
                self.east_asian[script] = face
            for i in members:
                faces[i] = face
        return faces

    def of_other(self, cluster: str, script: str, before: Face) -> tuple[Face | None, bool]:
        """A face for what is no letter, or for a letter of a word that no face has whole, and
        whether it is drawn as an emoji. A space comes from the face *before* it.
        """
        if is_emoji(cluster):
            if face := self.stack.emoji(cluster):
                return face, True
        elif cluster == " ":
            return (before if before.has(" ") else self.stack.primary), False
        elif face := self._like_letters(cluster, script):
            return face, False
        face = self.stack.find(cluster, script, self.language)
        return face, bool(face and face.colour)

    def _like_letters(self, cluster: str, script: str) -> Face | None:
        """The face of the script's letters for its punctuation, if that is where it should come
        from: not for digits, nor for marks that are wide in Chinese and Japanese only.
        """
        first = cluster[0]
        if rule(script).tracked or first.isdigit():
            return None
        if first in _EAST_ASIAN_MARKS and not self.full_width_marks:
            return None
        face = self.east_asian.get(_group(script)) or self.stack.face_of(script)
        return face if all(face.has(char) for char in visible(cluster)) else None


def _group(script: str) -> str:
    """Han characters and kana belong together."""
    return "Hani" if script in CJK and script != "Hang" else script


def is_emoji(cluster: str) -> bool:
    """Whether a grapheme cluster is shown as an emoji (UTS #51, section 2)."""
    first = KINDS[cluster[0]].flags
    if _TEXT_STYLE in cluster:
        return False
    if first & EMOJI:
        return True
    if len(cluster) == 1:
        return False
    if _KEYCAP in cluster:
        return cluster[0] in "0123456789#*"
    modified = KINDS[cluster[1]].line == "EM"
    return bool(first & PICTOGRAPHIC) and (_EMOJI_STYLE in cluster or modified)


_CJK_PACKAGE = "fonts-noto-cjk"
_EMOJI_PACKAGE = "fonts-noto-color-emoji"
_CORE_PACKAGE = "fonts-noto-core"


def missing(char: str) -> Missing:
    """The report about *char*, with the Debian package whose fonts are likely to have it."""
    kind = KINDS[char]
    if kind.flags & (EMOJI | PICTOGRAPHIC):
        return Missing(char, "Zsye", _EMOJI_PACKAGE)
    if kind.script in CJK:
        return Missing(char, kind.script, _CJK_PACKAGE)
    if kind.script == "Zzzz":
        return Missing(char, kind.script, "the font that the text was written with")
    return Missing(char, kind.script, _CORE_PACKAGE)
