"""Which step of the scale a text takes, and where its lines end.

The steps are tried from the largest down. A step fits when the text takes no more lines than
allowed, these are no higher than the box, and no word is wider. When none does, words are
broken at the smallest step; when that does not help either, the text is cut there.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from sharekit.typeset.balance import balanced, greedy, pretty
from sharekit.typeset.breaks import ALLOWED, EMERGENCY, INNER, PREFERRED
from sharekit.typeset.clean import Cleaned, clean
from sharekit.typeset.paragraph import Paragraph, Setting, prepare
from sharekit.typeset.place import Edges, edges_of, place
from sharekit.typeset.properties import KINDS
from sharekit.typeset.scripts import scaled
from sharekit.typeset.style import Block, Step, Style
from sharekit.typeset.unicode_table import JOINS

__all__ = ["lay_out", "measure"]

# No more than seven characters to the em are analysed: text cannot be set tighter for long.
_CHARS_PER_EM = 7
_LEAST_CHARS = 200
# East Asian lines end at phrases when that costs no more than this share of the size.
_PHRASE_COST = 0.125
# Hyphens are worth it when the text becomes larger by this factor.
_HYPHEN_GAIN = 4 / 3
_EPSILON = 1e-6
_DANGLING = " \t,;:.-–—‐/·&،؛、。，：；・"
_LONG_ENOUGH = 0.4  # of the room: a last line cut at a word is no shorter than this


class _Fit(NamedTuple):
    step: Step
    rank: int
    ends: list[int]


@lru_cache(512)
def lay_out(text: str, width: float, height: float, style: Style) -> Block:
    """Set *text* into a box of *width* by *height* px.

    The result is a value: the same arguments give the same block, drawn by `draw`. Nothing is
    lost but what the ellipsis of a `truncated` block stands for. The widest line is no wider
    than the box unless a single character is. Takes any text, in bounded time.
    """
    smallest = min(step.size for step in style.steps)
    limit = max(_LEAST_CHARS, int(style.lines * width / smallest * _CHARS_PER_EM))
    cleaned = clean(text, limit)
    steps = scaled(style.steps, cleaned.text)
    paragraph = prepare(cleaned, _setting(style, steps))
    if not paragraph.text:
        return place(paragraph, [], steps[0], style, width, height)
    edges = edges_of(paragraph, style)
    box = _Box(paragraph, style, steps, width, height, edges)
    found = None if paragraph.capped else box.fit()
    if found is None:
        return _truncated(box)
    ends = box.balance(found)
    return place(paragraph, ends, found.step, style, width, height)


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
        width: float,
        height: float,
        edges: Edges,
    ) -> None:
        self.paragraph = paragraph
        self.style = style
        self.steps = steps
        self.width = width
        self.height = height
        self.edges = edges

    @property
    def last(self) -> Step:
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
        for step in self.steps:
            if ends := self.greedy(step, rank):
                return _Fit(step, rank, ends)
        return None

    def fit(self) -> _Fit | None:
        """The best fit, or `None` when the text must be cut."""
        whole = self.first(ALLOWED)
        if whole and self.paragraph.phrased and len(whole.ends) > 1:
            phrases = self.first(PREFERRED)
            if phrases and phrases.step.size >= whole.step.size * (1 - _PHRASE_COST):
                return phrases
        if whole and not self.paragraph.hyphens:
            return whole
        inner = self.first(INNER)
        if whole and inner:
            return inner if inner.step.size >= whole.step.size * _HYPHEN_GAIN else whole
        if whole or inner:
            return whole or inner
        ends = self.greedy(self.last, EMERGENCY)
        return _Fit(self.last, EMERGENCY, ends) if ends else None

    def balance(self, found: _Fit) -> list[int]:
        """The line ends of *found* as the style wants them."""
        count = len(found.ends)
        if count == 1 or self.style.wrap == "greedy":
            return found.ends
        measure_em, tracking = self.width / found.step.size, found.step.tracking / 1000
        if self.style.wrap == "pretty" and found.rank > EMERGENCY:
            ends = pretty(self.paragraph, measure_em, count, found.rank, tracking)
            if ends:
                return ends
        return balanced(self.paragraph, measure_em, count, found.rank, tracking)


def _truncated(box: _Box) -> Block:
    """As much as the smallest step holds, and an ellipsis."""
    paragraph, style, step = box.paragraph, box.style, box.last
    tracking = step.tracking / 1000
    room = box.width / step.size
    ends: list[int] = []
    start = 0
    for _ in range(max(1, box.capacity(step)) - 1):
        end = _longest(paragraph, start, room, tracking)
        if end >= len(paragraph.text):
            break
        ends.append(end)
        start = end
    ellipsis = _ellipsis(style)
    setting = paragraph.setting
    wide = prepare(Cleaned(ellipsis, frozenset(), capped=False), setting)
    free = room - wide.advances[-1] - tracking * len(ellipsis)
    block = None
    for cut in _cuts(paragraph, start, free, tracking):
        kept = paragraph.text[:cut]
        kept = (kept.rstrip(_DANGLING) if cut > start else kept) + ellipsis
        shorter = prepare(Cleaned(kept, frozenset(), capped=False), setting)
        kept_ends = [end for end in ends if end < len(kept)]
        block = place(
            shorter,
            [*kept_ends, len(kept)],
            step,
            style,
            box.width,
            box.height,
            truncated=True,
            also_missing=paragraph.missing,
        )
        # A new last letter of Arabic may take a wider form: then the next cut is tried.
        if block.lines[-1].width <= box.width + 0.01:
            break
    assert block is not None
    return block


def _ellipsis(style: Style) -> str:
    found = style.stack.find(style.ellipsis[:1], "Latn", style.language) if style.ellipsis else None
    return style.ellipsis if found or not style.ellipsis else "..."


def _longest(paragraph: Paragraph, start: int, room: float, tracking: float) -> int:
    """The end of the longest line from *start*: at a word if one fits, else anywhere."""
    limit = paragraph.begin(start, tracking) + room + _EPSILON
    for rank in (ALLOWED, EMERGENCY):
        places, reach = paragraph.breaks(rank, tracking)
        last = bisect_right(reach, limit) - 1
        if last >= 0 and places[last] > start:
            return places[last]
    following = bisect_right(places, start)
    return places[min(following, len(places) - 1)]


def _cuts(paragraph: Paragraph, start: int, room: float, tracking: float) -> Iterator[int]:
    """Where the last line may be cut, the best first, *start* at the latest."""
    begin = paragraph.begin(start, tracking)
    places, reach = paragraph.breaks(EMERGENCY, tracking)
    last = bisect_right(reach, begin + room + _EPSILON) - 1
    word = _word_cut(paragraph, start, begin, room, tracking)
    if word:
        yield word
        last = min(last, bisect_right(places, word) - 2)
    while last >= 0 and places[last] > start:
        inside_joined = KINDS[paragraph.text[places[last] - 1]].flags & JOINS
        if not inside_joined or paragraph.ranks[places[last]] > EMERGENCY:
            yield places[last]
        last -= 1
    yield start


def _word_cut(
    paragraph: Paragraph, start: int, begin: float, room: float, tracking: float
) -> int | None:
    places, reach = paragraph.breaks(ALLOWED, tracking)
    last = bisect_right(reach, begin + room + _EPSILON) - 1
    if last < 0 or places[last] <= start or places[last] == len(paragraph.text):
        return None
    long_enough = reach[last] - begin >= room * _LONG_ENOUGH
    return places[last] if long_enough else None
