"""A text made ready: everything about it that does not depend on a size or a box."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from sharekit.typeset import bidi
from sharekit.typeset.breaks import EMERGENCY, INNER, break_ranks
from sharekit.typeset.clean import Cleaned
from sharekit.typeset.fonts import FontStack, visible
from sharekit.typeset.harfbuzz import Face, Glyph, shape
from sharekit.typeset.hyphens import hyphenation_points
from sharekit.typeset.itemise import Run, itemise, missing
from sharekit.typeset.properties import KINDS
from sharekit.typeset.scripts import CJK, JOINED, dominant, han_language, rule
from sharekit.typeset.style import Direction, Missing
from sharekit.typeset.unicode_table import EXTEND, IGNORABLE, JOINS, WIDE
from sharekit.typeset.words import add_phrases, add_words

__all__ = ["Breaks", "Paragraph", "Setting", "is_tracked", "prepare"]

_RTL_LANGUAGES = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "khw", "ks", "ku-arab", "pa-arab", "ps", "sd", "ug",
     "ur", "yi"}
)  # fmt: skip
_CLUSTER_LIMIT = 24  # code points; longer stacks of marks are nobody's language
_INVISIBLE_ENDS = " \u200b"
_CLOSING = "」』）】〉》〕｝］、。，．"
_OPENING = "「『（【〈《〔｛［"
# Full-width punctuation that stands next to its like gives up its empty half
# (CSS Text 4, text-spacing-trim; JIS X 4051 4.7).
_ADJACENT = re.compile(f"[{_CLOSING}](?=[{_OPENING}{_CLOSING}])|(?<=[{_OPENING}])[{_OPENING}]")
HYPHENS = ("‐", "-")


class Setting(NamedTuple):
    """What of a style a paragraph depends on."""

    stack: FontStack
    language: str
    direction: Direction
    features: tuple[tuple[str, int], ...]
    tracked: bool
    hyphenate: bool


class Breaks(NamedTuple):
    """Places where a line may end, and how far it then reaches, in em from the text's start."""

    places: list[int]
    reach: list[float]


class Paragraph:
    """A prepared text. All widths are in em, without letter spacing."""

    def __init__(self, cleaned: Cleaned, setting: Setting) -> None:
        self.text = text = cleaned.text
        self.capped = cleaned.capped
        self.setting = setting
        self.han_language = han_language(text, setting.language)
        self.base = _base_level(text, setting)
        self.levels = bidi.levels(text, self.base)
        starts = _cluster_starts(text)
        self.runs, self._missing = itemise(
            text, starts, self.levels, setting.stack, self.han_language
        )
        self._run_starts = [run.start for run in self.runs]
        self.shaped = [self.shape(run, run.start, run.end) for run in self.runs]
        self._measure()
        self._find_breaks(starts, cleaned.hyphens)
        self._breaks: dict[tuple[int, float], Breaks] = {}

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The characters that no font has."""
        return tuple(self._missing.values())

    @cached_property
    def script(self) -> str:
        """The script that most of it is in."""
        return dominant(self.text)

    @cached_property
    def wide(self) -> bool:
        """Whether a third of it or more is East Asian."""
        return 3 * sum(bool(KINDS[char].flags & WIDE) for char in self.text) > len(self.text)

    @cached_property
    def ink_above(self) -> float:
        """How far the tallest glyph stands above the baseline, in em."""
        tops = (
            ink[1] + glyph.dy
            for run, glyphs in zip(self.runs, self.shaped, strict=True)
            for glyph in glyphs
            if (ink := run.face.extents(glyph.id))
        )
        return max(tops, default=0.0)

    def shape(self, run: Run, start: int, end: int, *, line_start: bool = False) -> list[Glyph]:
        """The glyphs of a part of *run*. At a *line_start* an opening bracket loses its room."""
        features: dict[str, Any] = dict(self.setting.stack.features)
        features.update(self.setting.features)
        if run.script in CJK:
            trimmed = [found.start() for found in _ADJACENT.finditer(self.text, start, end + 1)]
            if line_start and self.text[start] in _OPENING:
                trimmed.append(start)
            if trimmed:
                features["halt"] = [(at, at + 1, 1) for at in trimmed if at < end]
        if self.setting.tracked and run.script not in JOINED:
            features.update(liga=0, clig=0)
        return shape(
            run.face,
            self.text,
            start,
            end,
            script=run.script,
            rtl=run.rtl,
            language=self.language_of(run),
            features=features or None,
        )

    def language_of(self, run: Run) -> str:
        """The language that *run*'s glyphs are chosen for, a BCP 47 tag or empty."""
        return self.han_language if run.script in CJK else self.setting.language

    @cached_property
    def _visible_ends(self) -> list[int]:
        ends = [0]
        for place, char in enumerate(self.text, 1):
            ends.append(ends[-1] if char in _INVISIBLE_ENDS else place)
        return ends

    def _measure(self) -> None:
        """Prefix sums of the advances and of the gaps that letter spacing widens."""
        advances = [0.0] * (len(self.text) + 1)
        gaps = [0] * (len(self.text) + 1)
        edges = bytearray(len(self.text) + 1)
        self._kerned: dict[int, float] = {}
        self._hung: dict[int, float] = {}
        for run, glyphs in zip(self.runs, self.shaped, strict=True):
            tracked = is_tracked(run)
            for glyph in glyphs:
                advances[glyph.cluster + 1] += glyph.advance
                if not edges[glyph.cluster]:
                    edges[glyph.cluster] = 1
                    gaps[glyph.cluster + 1] = int(tracked)
                kern = run.face.advance(glyph.id) - glyph.advance
                if kern:
                    self._kerned[glyph.cluster] = self._kerned.get(glyph.cluster, 0.0) + kern
                if not glyph.id:
                    self._lack(run.face, glyph.cluster)
                if self.text[glyph.cluster] in _CLOSING:
                    self._hung[glyph.cluster] = _empty_half(run.face, glyph)
        edges[len(self.text)] = 1
        self.advances = list(accumulate(advances))
        self.gaps = list(accumulate(gaps))
        self.edges = edges

    def _lack(self, face: Face, start: int) -> None:
        """Report what *face* has no glyph for in the cluster at *start*."""
        end = start + 1
        while end < len(self.text) and KINDS[self.text[end]].flags & (EXTEND | IGNORABLE):
            end += 1
        chars = visible(self.text[start:end])
        for char in [char for char in chars if not face.has(char)] or chars[:1]:
            self._missing.setdefault(char, missing(char))

    def _find_breaks(self, starts: Sequence[int], soft_hyphens: frozenset[int]) -> None:
        text, language = self.text, self.setting.language
        korean = self.han_language[:2] == "ko"
        self.ranks = break_ranks(text, starts, keep_all=korean)
        add_words(text, self.ranks)
        self.phrased = self.wide and add_phrases(text, self.ranks, self.han_language)
        self.hyphens = soft_hyphens
        if self.setting.hyphenate:
            self.hyphens |= hyphenation_points(text, language)
        self.hyphens = frozenset(at for at in self.hyphens if self.ranks[at] == EMERGENCY)
        for place in self.hyphens:
            self.ranks[place] = INNER
        for place in range(1, len(text)):
            if not self.edges[place]:
                self.ranks[place] = 0

    @cached_property
    def hyphen(self) -> str:
        """What a hyphenated line ends in."""
        primary = self.setting.stack.primary
        return next((char for char in HYPHENS if primary.has(char)), "-")

    @cached_property
    def hyphen_advance(self) -> float:
        """How wide the hyphen is, in em."""
        primary = self.setting.stack.primary
        glyphs = shape(primary, self.hyphen, 0, 1, script="Latn", rtl=False)
        return sum(glyph.advance for glyph in glyphs)

    def breaks(self, rank: int, tracking: float) -> Breaks:
        """The breaks of at least *rank*, at a letter spacing of *tracking* em."""
        key = (rank, tracking)
        if key not in self._breaks:
            places = [at for at in range(1, len(self.text) + 1) if self.ranks[at] >= rank]
            reach = [self._reach(at, tracking) for at in places]
            self._breaks[key] = Breaks(places, reach)
        return self._breaks[key]

    def _reach(self, place: int, tracking: float) -> float:
        end = self.visible_end(0, place)
        if not end:
            return 0.0
        last = self.last_cluster(0, end)
        # At a line's end a character is kerned with nothing, and the gap after it hangs.
        hanging = self.gaps[last + 1] - self.gaps[last]
        reach = self.advances[end] + self._kerned.get(last, 0.0)
        reach += tracking * (self.gaps[end] - hanging) - self.hung(last)
        return reach + (self.hyphen_advance if place in self.hyphens else 0.0)

    def line_width(self, start: int, end: int) -> float:
        """The width in em of a line, shaped anew: letters at its ends may take other forms."""
        width = 0.0
        for index in self.runs_between(start, end):
            run = self.runs[index]
            first, last = max(run.start, start), min(run.end, end)
            if (first, last) == (run.start, run.end):
                width += self.advances[last] - self.advances[first]
            else:
                width += sum(glyph.advance for glyph in self.shape(run, first, last))
        last = self.visible_end(start, end)
        return width - (self.hung(self.last_cluster(start, last)) if last > start else 0.0)

    def hung(self, cluster: int) -> float:
        """The empty half, in em, of full-width punctuation that hangs at a line's end.

        A title is neither squeezed nor seems indented for it (JIS X 4051 4.9; CSS Text 4,
        text-spacing-trim).
        """
        return self._hung.get(cluster, 0.0) if self.levels[cluster] == self.base == 0 else 0.0

    def cuts_joined(self, start: int, end: int) -> bool:
        """Whether a line between these places cuts a word of joined letters."""
        return any(
            0 < at < len(self.text)
            and self.ranks[at] <= EMERGENCY
            and KINDS[self.text[at - 1]].flags & JOINS
            for at in (start, end)
        )

    def begin(self, place: int, tracking: float) -> float:
        """Where a line that starts at *place* begins, in em from the text's start."""
        return self.advances[place] + tracking * self.gaps[place]

    def visible_end(self, start: int, end: int) -> int:
        """The end of a line from *start* to *end* without the spaces that hang there."""
        return max(start, self._visible_ends[end])

    def last_cluster(self, start: int, end: int) -> int:
        """The start of the last cluster before *end*."""
        last = max(end - 1, start)
        while last > start and not self.edges[last]:
            last -= 1
        return last

    def runs_between(self, start: int, end: int) -> range:
        """Indexes of the runs that have something of `text[start:end]`."""
        first = max(0, bisect_right(self._run_starts, start) - 1)
        last = first
        while last < len(self.runs) and self.runs[last].start < end:
            last += 1
        return range(first, last)


def _empty_half(face: Face, glyph: Glyph) -> float:
    ink = face.extents(glyph.id)
    is_half_empty = glyph.advance > 0.9 and ink is not None and ink[2] <= 0.52
    return glyph.advance - 0.5 if is_half_empty else 0.0


def is_tracked(run: Run) -> bool:
    """Whether letter spacing widens the gaps of *run*."""
    return not run.rtl and not run.emoji and rule(run.script).tracked


def _base_level(text: str, setting: Setting) -> int:
    if setting.direction != "auto":
        return int(setting.direction == "rtl")
    level = bidi.base_level(text)
    if level is None:
        return int(setting.language.partition("-")[0].lower() in _RTL_LANGUAGES)
    return level


def _cluster_starts(text: str) -> list[int]:
    """Starts of the grapheme clusters (UAX #29), endless stacks of marks cut up."""
    if text.isascii():
        return list(range(len(text)))
    import regex

    starts: list[int] = []
    for cluster in regex.finditer(r"\X", text):
        starts.extend(range(cluster.start(), cluster.end(), _CLUSTER_LIMIT))
    return starts


@lru_cache(128)
def prepare(cleaned: Cleaned, setting: Setting) -> Paragraph:
    """The paragraph for a cleaned text, remembered."""
    return Paragraph(cleaned, setting)
