"""The Unicode Bidirectional Algorithm (UAX #9) for one paragraph, and per line after wrapping.

https://www.unicode.org/reports/tr9/ ; names like X5a and N0 are that document's rules.
`tests/typeset/test_bidi.py` compares every step with ICU.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from sharekit.typeset.properties import KINDS
from sharekit.typeset.unicode_table import BRACKETS

__all__ = ["base_level", "levels", "line_levels", "visual_order"]

_MAX_DEPTH = 125  # BD2
_MAX_BRACKETS = 63  # BD16
_INITIATORS = frozenset({"LRI", "RLI", "FSI"})
_EMBEDDINGS = frozenset({"RLE", "LRE", "RLO", "LRO"})
_REMOVED = _EMBEDDINGS | {"PDF", "BN"}  # X9
_ISOLATE_CONTROLS = _INITIATORS | {"PDI"}
_SPECIAL = _EMBEDDINGS | _INITIATORS | {"R", "AL", "AN"}
_TRAILING = _ISOLATE_CONTROLS | _REMOVED | {"WS"}  # L1
_STRONG = {"L": "L", "R": "R", "EN": "R", "AN": "R"}  # as N0 to N2 see them
_CLOSING = {closing: opening for opening, closing in BRACKETS.items()}
T = TypeVar("T")
_CANONICAL = {0x2329: 0x3008, 0x232A: 0x3009}  # the pair that has an equivalent


def base_level(text: str) -> int | None:
    """P2 and P3: 0 or 1 by the first strong character outside isolates, `None` without one."""
    return _first_strong([KINDS[char].bidi for char in text], 0, until_pdi=False)


def _first_strong(classes: Sequence[str], start: int, *, until_pdi: bool) -> int | None:
    depth = 0
    for position in range(start, len(classes)):
        bidi = classes[position]
        if bidi in _INITIATORS:
            depth += 1
        elif bidi == "PDI":
            if not depth and until_pdi:
                return None
            depth = max(0, depth - 1)
        elif not depth and bidi in ("L", "R", "AL"):
            return int(bidi != "L")
    return None


def levels(text: str, base: int) -> list[int]:
    """The embedding level of every character of *text*, a paragraph of level *base* (0 or 1)."""
    classes = [KINDS[char].bidi for char in text]
    if base == 0 and _SPECIAL.isdisjoint(classes):
        return [0] * len(text)
    paragraph = _Paragraph(text, classes, base)
    paragraph.resolve_explicit()
    for sequence in paragraph.isolating_runs():
        _resolve_weak(sequence)
        _resolve_brackets(sequence, text, paragraph.original)
        _resolve_neutral(sequence)
        _resolve_implicit(sequence, paragraph.levels)
    result = paragraph.levels
    for position, bidi in enumerate(paragraph.original):
        if bidi in _REMOVED:
            result[position] = result[position - 1] if position else base
    return result


class _Status(NamedTuple):
    """An entry of the directional status stack (X1). *override* is a class or empty."""

    level: int
    override: str
    isolate: bool


class _Stack:
    """The directional status stack and its overflow counters (X1)."""

    def __init__(self, base: int) -> None:
        self._entries = [_Status(base, "", isolate=False)]
        self._isolate_overflow = self._embedding_overflow = self._valid_isolates = 0

    @property
    def top(self) -> _Status:
        return self._entries[-1]

    def embed(self, override: str, *, rtl: bool) -> None:
        """X2 to X5."""
        level = _next_level(self.top.level, rtl=rtl)
        if level <= _MAX_DEPTH and not self._isolate_overflow and not self._embedding_overflow:
            self._entries.append(_Status(level, override, isolate=False))
        elif not self._isolate_overflow:
            self._embedding_overflow += 1

    def isolate(self, *, rtl: bool) -> None:
        """X5a to X5c."""
        level = _next_level(self.top.level, rtl=rtl)
        if level <= _MAX_DEPTH and not self._isolate_overflow and not self._embedding_overflow:
            self._valid_isolates += 1
            self._entries.append(_Status(level, "", isolate=True))
        else:
            self._isolate_overflow += 1

    def end_isolate(self) -> None:
        """X6a."""
        if self._isolate_overflow:
            self._isolate_overflow -= 1
        elif self._valid_isolates:
            self._embedding_overflow = 0
            while not self.top.isolate:
                self._entries.pop()
            self._entries.pop()
            self._valid_isolates -= 1

    def end_embedding(self) -> None:
        """X7."""
        if self._isolate_overflow:
            return
        if self._embedding_overflow:
            self._embedding_overflow -= 1
        elif not self.top.isolate and len(self._entries) > 1:
            self._entries.pop()


class _Sequence(NamedTuple):
    """An isolating run sequence (BD13): positions, their classes, its level and its ends."""

    positions: list[int]
    types: list[str]
    level: int
    before: str
    after: str


class _Paragraph:
    def __init__(self, text: str, classes: list[str], base: int) -> None:
        self.text = text
        self.original = classes
        self.classes = list(classes)  # after overrides
        self.base = base
        self.levels = [base] * len(text)
        self.matching = _matching_isolates(classes)

    def resolve_explicit(self) -> None:
        """X1 to X8."""
        stack = _Stack(self.base)
        for position, bidi in enumerate(self.original):
            if bidi in _EMBEDDINGS:
                self.levels[position] = stack.top.level
                stack.embed(bidi[0] if bidi[2] == "O" else "", rtl=bidi[0] == "R")
            elif bidi in _INITIATORS:
                self._place(position, stack.top)
                stack.isolate(rtl=self._isolates_rtl(position))
            elif bidi == "PDI":
                stack.end_isolate()
                self._place(position, stack.top)
            elif bidi in ("PDF", "BN"):
                self.levels[position] = stack.top.level
                if bidi == "PDF":
                    stack.end_embedding()
            elif bidi != "B":
                self._place(position, stack.top)

    def _place(self, position: int, status: _Status) -> None:
        self.levels[position] = status.level
        if status.override:
            self.classes[position] = status.override

    def _isolates_rtl(self, position: int) -> bool:
        if self.original[position] != "FSI":
            return self.original[position] == "RLI"
        return _first_strong(self.original, position + 1, until_pdi=True) == 1

    def isolating_runs(self) -> Iterator[_Sequence]:
        """X9 and X10. The levels at the ends are the explicit ones, hence the copy."""
        explicit = self.levels[:]
        kept = [i for i, bidi in enumerate(self.original) if bidi not in _REMOVED]
        neighbours = dict(pairwise(kept))
        previous = {after: before for before, after in neighbours.items()}
        runs = _level_runs(kept, explicit)
        by_start = {run[0]: run for run in runs}
        continued = set(self.matching.values())
        for run in runs:
            if run[0] in continued and run[0] in by_start and self.original[run[0]] == "PDI":
                continue
            positions = list(run)
            while (pdi := self.matching.get(positions[-1])) is not None and pdi in by_start:
                positions += by_start[pdi]
            level = explicit[run[0]]
            before = explicit[previous[run[0]]] if run[0] in previous else self.base
            last = positions[-1]
            unmatched = self.original[last] in _INITIATORS and last not in self.matching
            after = self.base if unmatched or last not in neighbours else explicit[neighbours[last]]
            yield _Sequence(
                positions,
                [self.classes[i] for i in positions],
                level,
                _direction(max(before, level)),
                _direction(max(after, level)),
            )


def _next_level(level: int, *, rtl: bool) -> int:
    return (level + 1) | 1 if rtl else (level + 2) & ~1


def _direction(level: int) -> str:
    return "R" if level & 1 else "L"


def _matching_isolates(classes: Sequence[str]) -> dict[int, int]:
    """BD9: initiators to their PDIs."""
    matching: dict[int, int] = {}
    open_at: list[int] = []
    for position, bidi in enumerate(classes):
        if bidi in _INITIATORS:
            open_at.append(position)
        elif bidi == "PDI" and open_at:
            matching[open_at.pop()] = position
    return matching


def _level_runs(kept: Sequence[int], explicit: Sequence[int]) -> list[list[int]]:
    """BD7 over what X9 left."""
    runs: list[list[int]] = []
    for position in kept:
        if runs and explicit[runs[-1][-1]] == explicit[position]:
            runs[-1].append(position)
        else:
            runs.append([position])
    return runs


def _resolve_weak(sequence: _Sequence) -> None:
    """W1 to W7."""
    _resolve_marks(sequence)
    _resolve_letters(sequence)
    _resolve_separators(sequence.types)
    strong = sequence.before
    for i, bidi in enumerate(sequence.types):  # W6, W7
        if bidi in ("ES", "ET", "CS"):
            sequence.types[i] = "ON"
        elif bidi in ("L", "R"):
            strong = bidi
        elif bidi == "EN" and strong == "L":
            sequence.types[i] = "L"


def _resolve_marks(sequence: _Sequence) -> None:
    """W1."""
    previous = sequence.before
    for i, bidi in enumerate(sequence.types):
        if bidi == "NSM":
            sequence.types[i] = "ON" if previous in _ISOLATE_CONTROLS else previous
        previous = sequence.types[i]


def _resolve_letters(sequence: _Sequence) -> None:
    """W2 and W3."""
    strong = sequence.before
    for i, bidi in enumerate(sequence.types):
        if bidi in ("L", "R", "AL"):
            strong = bidi
            sequence.types[i] = "R" if bidi == "AL" else bidi
        elif bidi == "EN" and strong == "AL":
            sequence.types[i] = "AN"


def _resolve_separators(types: list[str]) -> None:
    """W4 and W5."""
    for i in range(1, len(types) - 1):
        before, bidi, after = types[i - 1 : i + 2]
        if before == after and (
            (bidi == "ES" and before == "EN") or (bidi == "CS" and before in ("EN", "AN"))
        ):
            types[i] = before
    for start, end in _stretches(types, lambda bidi: bidi == "ET"):
        if "EN" in (types[start - 1] if start else "", types[end] if end < len(types) else ""):
            types[start:end] = ["EN"] * (end - start)


def _stretches(items: Sequence[T], member: Callable[[T], bool]) -> Iterator[tuple[int, int]]:
    """Start and end of each unbroken stretch of *items* for which *member* holds."""
    start = None
    for i, item in enumerate(items):
        if member(item):
            start = i if start is None else start
        elif start is not None:
            yield start, i
            start = None
    if start is not None:
        yield start, len(items)


def _resolve_brackets(sequence: _Sequence, text: str, original: Sequence[str]) -> None:
    """N0."""
    types, embedding = sequence.types, _direction(sequence.level)
    for opening, closing in _bracket_pairs(sequence, text):
        inside = {_STRONG[bidi] for bidi in types[opening + 1 : closing] if bidi in _STRONG}
        if embedding in inside:
            direction = embedding
        elif inside:
            before = (_STRONG[bidi] for bidi in reversed(types[:opening]) if bidi in _STRONG)
            direction = next(before, sequence.before)
        else:
            continue
        for i in (opening, closing):
            types[i] = direction
            for follower in range(i + 1, len(types)):
                if original[sequence.positions[follower]] != "NSM":
                    break
                types[follower] = direction


def _bracket_pairs(sequence: _Sequence, text: str) -> list[tuple[int, int]]:
    """BD16: pairs of indexes into the sequence, in the order of their opening brackets."""
    pairs: list[tuple[int, int]] = []
    opened: list[tuple[int, int]] = []
    for i, position in enumerate(sequence.positions):
        if sequence.types[i] != "ON":
            continue
        code = _CANONICAL.get(ord(text[position]), ord(text[position]))
        if code in BRACKETS:
            if len(opened) == _MAX_BRACKETS:
                break
            opened.append((code, i))
        elif code in _CLOSING:
            for depth in range(len(opened) - 1, -1, -1):
                if BRACKETS[opened[depth][0]] == code:
                    pairs.append((opened[depth][1], i))
                    del opened[depth:]
                    break
    return sorted(pairs)


def _resolve_neutral(sequence: _Sequence) -> None:
    """N1 and N2."""
    types = sequence.types
    for start, end in list(_stretches(types, lambda bidi: bidi not in _STRONG)):
        before = _STRONG[types[start - 1]] if start else sequence.before
        after = _STRONG[types[end]] if end < len(types) else sequence.after
        direction = before if before == after else _direction(sequence.level)
        types[start:end] = [direction] * (end - start)


def _resolve_implicit(sequence: _Sequence, result: list[int]) -> None:
    """I1 and I2."""
    level = sequence.level
    up = {"R": 1, "AN": 2, "EN": 2} if not level & 1 else {"L": 1, "EN": 1, "AN": 1}
    for position, bidi in zip(sequence.positions, sequence.types, strict=True):
        result[position] = level + up.get(bidi, 0)


def line_levels(text: str, paragraph: Sequence[int], base: int, start: int, end: int) -> list[int]:
    """L1 for the line `text[start:end]`: white space at its end takes the paragraph's level."""
    result = list(paragraph[start:end])
    trailing = True
    for i in range(len(result) - 1, -1, -1):
        bidi = KINDS[text[start + i]].bidi
        if bidi in ("B", "S"):
            result[i], trailing = base, True
        elif trailing and bidi in _TRAILING:
            result[i] = base
        else:
            trailing = False
    return result


def visual_order(line: Sequence[int]) -> list[int]:
    """L2: indexes of *line*'s levels from left to right."""
    order = list(range(len(line)))
    for level in range(max(line, default=0), 0, -1):
        raised = [line[i] >= level for i in order]
        for start, end in _stretches(raised, bool):
            order[start:end] = reversed(order[start:end])
    return order
