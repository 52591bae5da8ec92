"""Where lines end: greedy, balanced by shape, or balanced by shape and sense."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from sharekit.typeset.breaks import ALLOWED, EMERGENCY, FAIR, INNER
from sharekit.typeset.endings import leans_on, weak_endings
from sharekit.typeset.paragraph import Paragraph

__all__ = ["balanced", "greedy", "longest_line", "pretty"]

_EPSILON = 1e-6
_GRAIN = 0.01  # em: how finely the narrowest measure is looked for

# What a line's end costs, in the unit of a squared share of the measure left empty.
_WEAK_END = 0.035
_PUNCTUATION = -0.02
_INSIDE_PHRASE = 0.12
_FAIR = 0.06
_INSIDE_WORD = 0.2
_LONE_LAST_WORD = 0.12  # a short word alone on the last of three or more lines
_LONE_WORD = 0.04  # a short word alone on a line between others
_SHORT, _SHORT_LAST = 0.50, 0.45  # of the measure
_ENDS_IN_PUNCTUATION = re.compile(r"[,.;:!?…—–、。，．：；！？،؛؟」』）)\]»”’]$")


def greedy(
    paragraph: Paragraph, measure: float, lines: int, rank: int, tracking: float
) -> list[int] | None:
    """Ends of the lines filled one after the other to *measure* em, broken at *rank*.

    `None` when that takes more than *lines* lines or a word is too wide. Broken in an
    emergency, a line may be wider than the measure by a single character.
    """
    ends: list[int] = []
    start = 0
    while start < len(paragraph.text):
        if len(ends) == lines:
            return None
        end = _filled(paragraph, start, measure, rank, tracking)
        if end is None:
            if rank >= INNER:
                return None
            end = _next_place(paragraph, start)
        ends.append(end)
        start = end
    return ends


def _filled(
    paragraph: Paragraph, start: int, measure: float, rank: int, tracking: float
) -> int | None:
    """The end of the longest line from *start* that is broken at *rank*, if any fits."""
    places, reach = paragraph.breaks(rank, tracking)
    limit = paragraph.begin(start, tracking) + measure + _EPSILON
    last = bisect_right(reach, limit) - 1
    while last >= 0 and places[last] > start:
        # A hyphen makes a line longer than one that ends a letter later without it, and cut
        # in an emergency, joined letters take wider forms.
        wide = reach[last] > limit or (
            rank == EMERGENCY
            and paragraph.cuts_joined(start, places[last])
            and paragraph.line_width(start, places[last]) > measure
        )
        if not wide:
            return places[last]
        last -= 1
    return None


def _next_place(paragraph: Paragraph, start: int) -> int:
    places = paragraph.breaks(EMERGENCY, 0.0).places
    return places[bisect_right(places, start)]


def longest_line(paragraph: Paragraph, start: int, room: float, tracking: float) -> int:
    """The end of the longest line from *start*: at a word if one fits, else in a word."""
    for rank in (ALLOWED, INNER, EMERGENCY):
        end = _filled(paragraph, start, room, rank, tracking)
        if end is not None:
            return end
    return _next_place(paragraph, start)


def balanced(
    paragraph: Paragraph, measure: float, lines: int, rank: int, tracking: float
) -> list[int]:
    """Ends of exactly *lines* lines at the narrowest measure that still gives no more.

    This is CSS `text-wrap: balance`.
    """
    low, high = measure / lines / 2, measure
    best = greedy(paragraph, measure, lines, rank, tracking)
    assert best is not None, "it did fit before"
    while high - low > _GRAIN:
        middle = (low + high) / 2
        ends = greedy(paragraph, middle, lines, rank, tracking)
        if ends is None:
            low = middle
        else:
            high, best = middle, ends
    return best


def pretty(
    paragraph: Paragraph, measure: float, lines: int, rank: int, tracking: float
) -> list[int] | None:
    """Ends of exactly *lines* lines that leave the least squared room and end in good places.

    `None` when there is no such set of lines.
    """
    costs = _Costs(paragraph, measure, lines, rank, tracking)
    # Backwards from the end: best[i] is the cost of what follows the i-th break (0: the text's
    # start), and each of `following`, where the first line of that ends.
    best = {len(costs.places): 0.0}
    following: list[dict[int, int]] = []
    for remaining in range(1, lines + 1):
        best, ends = costs.prepend_line(best, remaining)
        following.append(ends)
    if 0 not in best:
        return None
    result: list[int] = []
    at = 0
    for ends in reversed(following):
        at = ends[at]
        result.append(costs.places[at - 1])
    return result


class _Costs:
    """What lines between breaks cost. Breaks are counted from 1, 0 is the text's start."""

    def __init__(
        self, paragraph: Paragraph, measure: float, lines: int, rank: int, tracking: float
    ) -> None:
        self.places, self.reach = paragraph.breaks(rank, tracking)
        self.measure = measure
        self.lines = lines
        self.begins = [0.0, *(paragraph.begin(place, tracking) for place in self.places)]
        self.penalties = [0.0, *_penalties(paragraph, self.places)]
        self.penalties[-1] = 0.0
        self.spaces, self.spaces_inside = _spaces(paragraph.text, self.places)

    def prepend_line(
        self, best: dict[int, float], remaining: int
    ) -> tuple[dict[int, float], dict[int, int]]:
        """The cheapest ways to set one more line before those of *best*."""
        cheapest: dict[int, float] = {}
        ends: dict[int, int] = {}
        for end, after in best.items():
            if not end:
                continue
            narrowest = self.reach[end - 1] - self.measure - _EPSILON
            for start in range(bisect_left(self.begins, narrowest), end):
                cost = after + self.line(start, end, remaining)
                if cost < cheapest.get(start, float("inf")):
                    cheapest[start], ends[start] = cost, end
        return cheapest, ends

    def line(self, start: int, end: int, remaining: int) -> float:
        """The cost of a line, with so many lines from it to the end."""
        empty = 1 - (self.reach[end - 1] - self.begins[start]) / self.measure
        cost = empty * empty + self.penalties[end]
        if self.spaces_inside[end] == self.spaces[start]:
            if start and remaining > 1 and empty > 1 - _SHORT:
                cost += _LONE_WORD
            elif remaining == 1 and self.lines > 2 and empty > 1 - _SHORT_LAST:
                cost += _LONE_LAST_WORD
        return cost


def _penalties(paragraph: Paragraph, places: list[int]) -> list[float]:
    weak = weak_endings(paragraph.setting.language)
    penalties: list[float] = []
    for place in places:
        line = paragraph.text[max(0, place - 40) : place].rstrip()
        penalty = 0.0
        if _ENDS_IN_PUNCTUATION.search(line):
            penalty += _PUNCTUATION
        elif leans_on(line, weak):
            penalty += _WEAK_END
        if paragraph.ranks[place] <= INNER:
            penalty += _INSIDE_WORD
        elif paragraph.phrased and paragraph.ranks[place] == ALLOWED:
            penalty += _INSIDE_PHRASE
        elif paragraph.ranks[place] == FAIR:
            penalty += _FAIR
        penalties.append(penalty)
    return penalties


def _spaces(text: str, places: list[int]) -> tuple[list[int], list[int]]:
    """Spaces before the text's start and before each place; the same without one right there."""
    counts, inside = [0], [0]
    before = 0
    for place in places:
        counts.append(counts[-1] + text.count(" ", before, place))
        inside.append(counts[-1] - (text[place - 1] == " "))
        before = place
    return counts, inside
