"""From characters to runs: stretches of one face, one script and one direction.

A grapheme cluster never comes from two faces, and neither does a word, where one face has all
of it: a title with one rare letter should not look pieced together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sharekit.typeset.fonts import FontStack, visible
from sharekit.typeset.harfbuzz import Face
from sharekit.typeset.properties import KINDS
from sharekit.typeset.scripts import CJK, COMMON, rule
from sharekit.typeset.style import Missing
from sharekit.typeset.unicode_table import EMOJI, LETTER, PICTOGRAPHIC

__all__ = ["Run", "is_emoji", "itemise", "missing"]

_TEXT_STYLE, _EMOJI_STYLE, _KEYCAP = "\ufe0e", "\ufe0f", "\u20e3"
# In Chinese and Japanese these are as wide as a character and come from its face.
_EAST_ASIAN_MARKS = frozenset("…‥‘’“”·")
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
        return bool(self.level & 1)


def itemise(
    text: str, starts: Sequence[int], levels: Sequence[int], stack: FontStack, language: str
) -> tuple[list[Run], dict[str, Missing]]:
    """The runs of *text*, and the characters that no face has.

    *starts* are the positions of its grapheme clusters, *levels* the embedding levels.
    *language* is what decides the forms of Han characters.
    """
    clusters = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    scripts = _scripts(clusters)
    faces = _letter_faces(clusters, scripts, stack)
    runs: list[Run] = []
    lacking: dict[str, Missing] = {}
    for i, (start, cluster) in enumerate(zip(starts, clusters, strict=True)):
        emoji = False
        face = faces[i]
        if face is None:
            face, emoji = _other_face(cluster, scripts[i], runs, stack, language)
        if face is None:
            lacking.setdefault(cluster[0], missing(cluster[0]))
            face = stack.primary
        script = _NO_SCRIPT if emoji else scripts[i]
        end = start + len(cluster)
        last = runs[-1] if runs else None
        if last and last[2:] == (face, script, levels[start], emoji):
            runs[-1] = last._replace(end=end)
        else:
            runs.append(Run(start, end, face, script, levels[start], emoji))
    return runs, lacking


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


def _letter_faces(
    clusters: Sequence[str], scripts: Sequence[str], stack: FontStack
) -> list[Face | None]:
    """A face for the clusters of every word (East Asian: every text) that one face has whole."""
    faces: list[Face | None] = [None] * len(clusters)
    words: dict[tuple[str, int], list[int]] = {}
    word = 0
    previous = ""
    for i, cluster in enumerate(clusters):
        if not KINDS[cluster[0]].flags & LETTER:
            word += cluster == " "
            continue
        script = scripts[i]
        if script in CJK:
            words.setdefault(("Hang" if script == "Hang" else "Hani", -1), []).append(i)
            continue
        word += script != previous
        previous = script
        words.setdefault((script, word), []).append(i)
    for (script, _), members in words.items():
        chars = {char for i in members for char in visible(clusters[i])}
        face = stack.whole(chars, script)
        for i in members:
            faces[i] = face
    return faces


def _other_face(
    cluster: str, script: str, runs: Sequence[Run], stack: FontStack, language: str
) -> tuple[Face | None, bool]:
    """A face for what is not a letter, or for a letter whose word has no face of its own."""
    if is_emoji(cluster):
        if face := stack.emoji(cluster):
            return face, True
    elif cluster == " ":
        last = runs[-1] if runs and not runs[-1].emoji else None
        return (last.face if last and last.face.has(" ") else stack.primary), False
    elif cluster[0] in _EAST_ASIAN_MARKS:
        if script in CJK and language[:2] in ("ja", "zh"):
            face = stack.face_of("Hani")
            if face.has(cluster[0]):
                return face, False
    elif not rule(script).tracked and not cluster[0].isdigit():
        face = stack.face_of(script)
        if all(face.has(char) for char in visible(cluster)):
            return face, False
    face = stack.find(cluster, script, language)
    return face, bool(face and face.colour)


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
        return Missing(char, kind.script, "")
    return Missing(char, kind.script, _CORE_PACKAGE)
