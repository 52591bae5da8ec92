"""Which step of the scale a text takes, and where its lines end.

The steps are tried from the largest down. A step fits when the text takes no more lines than
allowed, these are no higher than the box, and no word is wider. When none does, words are
broken at the smallest step; when that does not help either, the text is cut there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sharekit.typeset.balance import balanced, greedy, longest_line, pretty
from sharekit.typeset.breaks import ALLOWED, EMERGENCY, FAIR, INNER, PREFERRED
from sharekit.typeset.clean import Cleaned, clean
from sharekit.typeset.paragraph import Paragraph, Setting, prepare
from sharekit.typeset.place import edges_of, place
from sharekit.typeset.scripts import scaled
from sharekit.typeset.style import Block, Step, Style

__all__ = ["lay_out", "measure"]

# How many characters to the em are looked at: two are enough for nearly every text, and more
# than seven cannot be shown, however narrow they are.
_CHARS_PER_EM = (2, 7)
_LEAST_CHARS = 200
_MARGIN = 1.25  # letters may be spaced more tightly than they are wide
# East Asian lines end at phrases when that costs no more than this share of the size.
_PHRASE_COST = 0.125
# Hyphens are worth it when the text becomes larger by this factor.
_HYPHEN_GAIN = 4 / 3
_EPSILON = 1e-6
_DANGLING = " \u200b,;:.-–—‐/·&،؛、。，：；・"
_CLOSE_TRIES = 8
_LONG_ENOUGH = 0.4  # of the room: a last line cut at a word is no shorter than this


class _Fit(NamedTuple):
    step: Step
    rank: int
    ends: list[int]


@lru_cache(256)
def lay_out(text: str, width: float, height: float, style: Style) -> Block:
    """Set *text* into a box of *width* by *height* px.

    The result is a value: the same arguments give the same block, drawn by `draw`. Nothing is
    lost but what the ellipsis of a `truncated` block stands for. The widest line is no wider
    than the box unless a single character is. Takes any text, in bounded time.
    """
    paragraph, steps = _prepared(text, width, style)
    if not paragraph.text:
        return place(paragraph, [], steps[0], style, (width, height))
    box = _Box(paragraph, style, steps, (width, height))
    found = None if paragraph.capped else box.fit()
    if found is None:
        return _truncated(box)
    ends = box.balance(found)
    return place(paragraph, ends, found.step, style, (width, height))


def _prepared(text: str, width: float, style: Style) -> tuple[Paragraph, tuple[Step, ...]]:
    """As much of *text* as can possibly be shown, made ready, and the steps it may take."""
    smallest = min(step.size for step in style.steps)
    for density in _CHARS_PER_EM:
        limit = max(_LEAST_CHARS, int(style.lines * width / smallest * density))
        cleaned = clean(text, limit)
        steps = scaled(style.steps, cleaned.text)
        paragraph = prepare(cleaned, _setting(style, steps))
        shown = paragraph.advances[-1] * steps[-1].size
        if not cleaned.capped or shown > style.lines * width * _MARGIN:
            break
    return paragraph, steps


def measure(text: str, style: Style) -> float:
    """The width in px of *text* on one line at the largest of the style's steps."""
    cleaned = clean(text, max(len(text), 1))
    step = scaled(style.steps, cleaned.text)[0]
    paragraph = prepare(cleaned, _setting(style, (step,)))
    reach = paragraph.breaks(PREFERRED, step.tracking / 1000).reach
    return reach[-1] * step.size if reach else 0.0


def _setting(style: Style, steps: tuple[Step, ...]) -> Setting:
    return Setting(
        style.stack,
        style.language,
        style.direction,
        style.features,
        any(step.tracking for step in steps),
        style.hyphenate,
    )


class _Box:
    """A paragraph, the steps it may take and the box that it must go into."""

    def __init__(
        self,
        paragraph: Paragraph,
        style: Style,
        steps: tuple[Step, ...],
        size: tuple[float, float],
    ) -> None:
        self.paragraph = paragraph
        self.style = style
        self.steps = steps
        self.width, self.height = size
        self.edges = edges_of(paragraph, style)

    @property
    def last(self) -> Step:
        """The smallest step."""
        return self.steps[-1]

    def capacity(self, step: Step) -> int:
        """How many lines the box holds. One line that needs no cap line may stand out."""
        if self.style.lines == 1 and self.edges.overhangs:
            return 1
        extent = self.edges.extent(step, 1)
        more = (self.height - extent) / step.leading if step.leading > 0 else 0.0
        fitting = int(more + _EPSILON) + 1 if more > -_EPSILON else 0
        return min(self.style.lines, max(fitting, int(step is self.last)))

    def greedy(self, step: Step, rank: int) -> list[int] | None:
        """Line ends when the text fits at *step* broken at *rank*, else `None`."""
        lines = self.capacity(step)
        return greedy(self.paragraph, self.width / step.size, lines, rank, step.tracking / 1000)

    def first(self, rank: int) -> _Fit | None:
        """The largest step that fits, broken at *rank*."""
        for step in self.steps:
            if ends := self.greedy(step, rank):
                return _Fit(step, rank, ends)
        return None

    def fit(self) -> _Fit | None:
        """The best fit, or `None` when the text must be cut."""
        whole = self.first(ALLOWED)
        by_sense = self.paragraph.phrased and self.style.wrap != "greedy"
        if whole and by_sense and len(whole.ends) > 1:
            for rank in (PREFERRED, FAIR):
                phrases = self.first(rank)
                if phrases and phrases.step.size >= whole.step.size * (1 - _PHRASE_COST):
                    return phrases
        if whole and not self.paragraph.hyphens:
            return whole
        inner = self.first(INNER)
        if whole and inner:
            return inner if inner.step.size >= whole.step.size * _HYPHEN_GAIN else whole
        if whole or inner:
            return whole or inner
        if not self.too_wide_a_word():
            return None
        ends = self.torn() or self.greedy(self.last, EMERGENCY)
        return _Fit(self.last, EMERGENCY, ends) if ends else None

    def too_wide_a_word(self) -> bool:
        """Whether a word is wider than the box at the smallest step."""
        tracking = self.last.tracking / 1000
        places, reach = self.paragraph.breaks(INNER, tracking)
        starts = [0, *places]
        room = self.width / self.last.size + _EPSILON
        return any(
            end - self.paragraph.begin(start, tracking) > room
            for start, end in zip(starts, reach, strict=False)
        )

    def torn(self) -> list[int] | None:
        """Ends at the smallest step with only those words broken that must be, if that fits."""
        room, tracking = self.width / self.last.size, self.last.tracking / 1000
        ends: list[int] = []
        while not ends or ends[-1] < len(self.paragraph.text):
            if len(ends) == self.capacity(self.last):
                return None
            start = ends[-1] if ends else 0
            ends.append(longest_line(self.paragraph, start, room, tracking))
        return ends

    def balance(self, found: _Fit) -> list[int]:
        """The line ends of *found* as the style wants them."""
        count = len(found.ends)
        if count == 1 or self.style.wrap == "greedy":
            return found.ends
        measure_em, tracking = self.width / found.step.size, found.step.tracking / 1000
        if found.rank == EMERGENCY:
            return found.ends
        if self.style.wrap == "pretty":
            ends = pretty(self.paragraph, measure_em, count, found.rank, tracking)
            if ends:
                return ends
        return balanced(self.paragraph, measure_em, count, found.rank, tracking)


def _truncated(box: _Box) -> Block:
    """As much as the smallest step holds, and an ellipsis."""
    paragraph, step = box.paragraph, box.last
    tracking = step.tracking / 1000
    room = box.width / step.size
    ends = _full_lines(box, room, tracking)
    ellipsis = _ellipsis(box.style)
    sign = prepare(Cleaned(ellipsis, frozenset(), capped=False), paragraph.setting)
    free = room - sign.advances[-1] - tracking * len(ellipsis)
    while True:
        start = ends[-1] if ends else 0
        for tried, cut in enumerate(_cuts(paragraph, start, free, tracking)):
            if tried > _CLOSE_TRIES and tried & (tried - 1):
                continue  # ever longer steps: no text should take long, whatever it is
            block = _cut(box, ends, cut, ellipsis)
            # Without what follows, letters and marks may take wider forms.
            if block.text_width <= box.width + 0.01:
                return block
        if not ends:
            return _cut(box, [], 0, ellipsis)
        ends.pop()  # the ellipsis should not stand on a line by itself


def _full_lines(box: _Box, room: float, tracking: float) -> list[int]:
    """The ends of all lines but the last."""
    ends: list[int] = []
    while len(ends) < box.capacity(box.last) - 1:
        end = longest_line(box.paragraph, ends[-1] if ends else 0, room, tracking)
        if end >= len(box.paragraph.text):
            break
        ends.append(end)
    return ends


def _cut(box: _Box, ends: list[int], cut: int, ellipsis: str) -> Block:
    """The block of the text up to *cut* and the ellipsis, with lines that end at *ends*."""
    kept = box.paragraph.text[:cut] + ellipsis
    shorter = prepare(Cleaned(kept, frozenset(), capped=False), box.paragraph.setting)
    return place(
        shorter,
        [*ends, len(kept)],
        box.last,
        box.style,
        (box.width, box.height),
        truncated=True,
        also_missing=box.paragraph.missing,
    )


def _ellipsis(style: Style) -> str:
    found = style.stack.find(style.ellipsis[:1], "Latn", style.language) if style.ellipsis else None
    return style.ellipsis if found or not style.ellipsis else "..."


def _cuts(paragraph: Paragraph, start: int, room: float, tracking: float) -> Iterator[int]:
    """Where the last line may be cut, the best first: after words, else after characters.

    Punctuation that would stand before the ellipsis is cut too.
    """
    begin = paragraph.begin(start, tracking)
    for rank, least in ((ALLOWED, room * _LONG_ENOUGH), (EMERGENCY, 0.0)):
        places = paragraph.breaks(rank, tracking).places
        previous = len(paragraph.text)
        for index in range(bisect_left(places, len(paragraph.text)) - 1, -1, -1):
            place = places[index]
            if place <= start or paragraph.begin(place, tracking) - begin < least:
                break
            cut = _without_punctuation(paragraph.text, start, place)
            width = paragraph.begin(cut, tracking) - begin
            fits = cut < previous and width <= room + _EPSILON
            if fits and cut > start and not paragraph.cuts_joined(place, place):
                previous = cut
                yield cut


def _without_punctuation(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1] in _DANGLING:
        end -= 1
    return end
