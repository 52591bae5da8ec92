"""Glyphs in their places: lines in visual order, aligned in the box."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sharekit.typeset import bidi
from sharekit.typeset.harfbuzz import Face, Glyph, shape
from sharekit.typeset.itemise import Run
from sharekit.typeset.paragraph import Paragraph, is_tracked
from sharekit.typeset.scripts import rule
from sharekit.typeset.style import Block, Box, Line, Missing, Piece, Step, Style

__all__ = ["Edges", "edges_of", "place"]


class Edges(NamedTuple):
    """What touches the box: em above the first baseline and below the last.

    *overhangs*: a text of one line may stand out of the box above and below, centred on it.
    """

    above: float
    below: float
    cap_height: float
    overhangs: bool
    line_boxes: bool

    def extent(self, step: Step, lines: int) -> float:
        """The height of so many lines in px."""
        if self.line_boxes:
            return lines * step.leading
        return (lines - 1) * step.leading + (self.above + self.below) * step.size


def edges_of(paragraph: Paragraph, style: Style) -> Edges:
    """The edges for the script that most of the text is in."""
    script = paragraph.script
    face = style.stack.primary if rule(script).tracked else style.stack.face_of(script)
    capitals = rule(script).capitals
    if style.edge == "box":
        above, below = face.ascent, face.descent
    elif not capitals:
        above, below = _ascent_and_descent(paragraph, face)
    else:
        above, below = face.cap_height, 0.0
    return Edges(above, below, face.cap_height, not capitals, style.edge == "box")


def _ascent_and_descent(paragraph: Paragraph, face: Face) -> tuple[float, float]:
    """The script's, or the font's; tall marks count where the text has some, tails hang."""
    script = rule(paragraph.script)
    below = face.descent if script.below is None else script.below
    if script.above is None:
        return face.ascent, below
    return max(script.above, min(face.ascent, paragraph.ink_above)), below


def place(
    paragraph: Paragraph,
    ends: Sequence[int],
    step: Step,
    style: Style,
    size: tuple[float, float],
    *,
    truncated: bool = False,
    also_missing: Sequence[Missing] = (),
) -> Block:
    """The block of *paragraph* with lines that end at *ends*, at *step*, in a box of *size* px."""
    width, height = size
    edges = edges_of(paragraph, style)
    baselines = _baselines(len(ends), edges, step, style, height)
    lines = []
    start = 0
    for end, baseline in zip(ends, baselines, strict=True):
        line = _Line(paragraph, step, start, end)
        lines.append(line.placed(style, width, baseline))
        start = end
    if lines and (edges.line_boxes or not rule(paragraph.script).capitals):
        lines = _contained(lines, height)
    inks = [line.ink for line in lines if line.ink]
    return Block(
        text=paragraph.text,
        step=step,
        lines=tuple(lines),
        direction="rtl" if paragraph.base else "ltr",
        truncated=truncated,
        missing=tuple(dict.fromkeys((*also_missing, *paragraph.missing))),
        ink=_union(inks),
        cap_height=edges.cap_height * step.size,
        width=width,
        height=height,
    )


def _baselines(count: int, edges: Edges, step: Step, style: Style, height: float) -> list[int]:
    """Whole pixels, so that flat letters stand on sharp edges."""
    extent = edges.extent(step, count)
    if edges.line_boxes:
        first = (step.leading + (edges.above - edges.below) * step.size) / 2
    else:
        first = edges.above * step.size
    free = height - extent
    middle = style.valign == "middle" or (edges.overhangs and style.lines == 1 and free < 0)
    if middle:
        first += free / 2
    elif style.valign == "bottom":
        first += free
    return [round(first + number * step.leading) for number in range(count)]


class _Line:
    """A line being placed: pieces from left to right, the pen in px from the line's left."""

    def __init__(self, paragraph: Paragraph, step: Step, start: int, end: int) -> None:
        self.paragraph = paragraph
        self.size = step.size
        self.gap = step.tracking * step.size / 1000
        self.start = start
        self.end = end
        self.hyphen = end in paragraph.hyphens
        self.pieces: list[Piece] = []
        self.pen = 0.0
        self._set()

    def _set(self) -> None:
        paragraph = self.paragraph
        visible = paragraph.visible_end(self.start, self.end)
        levels = bidi.line_levels(
            paragraph.text, paragraph.levels, paragraph.base, self.start, self.end
        )
        parts: list[tuple[Run, list[Glyph]]] = []
        for index in paragraph.runs_between(self.start, visible):
            run = paragraph.runs[index]
            first, last = max(run.start, self.start), min(run.end, visible)
            run = run._replace(level=levels[first - self.start])
            if run == paragraph.runs[index] and (first, last) == (run.start, run.end):
                whole = paragraph.shaped[index]
            else:
                whole = None
            opens = first == self.start and not paragraph.base
            if whole is None or opens:
                whole = paragraph.shape(run, first, last, line_start=opens)
            parts.append((run._replace(start=first, end=last), whole))
        hanging = paragraph.last_cluster(self.start, visible) if visible > self.start else -1
        for index in bidi.visual_order([run.level for run, _ in parts]):
            self._add(*parts[index], hanging)
        if hanging >= 0:
            self.pen -= paragraph.hung(hanging) * self.size
        if self.hyphen:
            self._add_hyphen(visible)

    def _add(self, run: Run, glyphs: list[Glyph], hanging: int) -> None:
        gap = self.gap if is_tracked(run) else 0.0
        size, pen = self.size, self.pen
        xs: list[float] = []
        last = len(glyphs) - 1
        for number, glyph in enumerate(glyphs):
            xs.append(pen + glyph.dx * size)
            pen += glyph.advance * size
            closes = number == last or glyphs[number + 1].cluster != glyph.cluster
            if gap and closes and glyph.cluster != hanging:
                pen += gap
        self.pen = pen
        self.pieces.append(
            Piece(
                run.face,
                self.paragraph.text[run.start : run.end],
                run.start,
                run.rtl,
                run.emoji,
                tuple(glyph.id for glyph in glyphs),
                tuple(xs),
                tuple(glyph.dy * size for glyph in glyphs),
                tuple(glyph.cluster for glyph in glyphs),
                self.paragraph.language_of(run),
            )
        )

    def _add_hyphen(self, at: int) -> None:
        paragraph = self.paragraph
        face = paragraph.setting.stack.primary
        glyphs = shape(face, paragraph.hyphen, 0, 1, script="Latn", rtl=False)
        advance = sum(glyph.advance for glyph in glyphs) * self.size
        x = self.pen
        if paragraph.base:
            x = 0.0
            self.pieces = [
                piece._replace(xs=tuple(x + advance for x in piece.xs)) for piece in self.pieces
            ]
        self.pieces.append(
            Piece(
                face,
                paragraph.hyphen,
                at,
                rtl=False,
                emoji=False,
                glyphs=tuple(glyph.id for glyph in glyphs),
                xs=(x,),
                ys=(0.0,),
                clusters=(at,),
            )
        )
        self.pen += advance

    def placed(self, style: Style, width: float, baseline: int) -> Line:
        if style.align == "center":
            x = (width - self.pen) / 2
        else:
            at_right = (style.align == "end") != bool(self.paragraph.base)
            x = width - self.pen if at_right else 0.0
        pieces = tuple(
            piece._replace(xs=tuple(at + x for at in piece.xs)) if x else piece
            for piece in self.pieces
        )
        text = self.paragraph.text[self.start : self.end].rstrip(" ")
        return Line(
            text=text + self.paragraph.hyphen if self.hyphen else text,
            start=self.start,
            end=self.end,
            x=x,
            baseline=float(baseline),
            width=self.pen,
            ink=_ink(pieces, self.size, baseline),
            pieces=pieces,
            hyphen=self.hyphen,
        )


def _ink(pieces: Sequence[Piece], size: float, baseline: float) -> Box | None:
    """What the outlines cover, in px from the block's corner."""
    left = top = float("inf")
    right = bottom = float("-inf")
    for piece in pieces:
        extents = piece.face.extents
        for glyph, x, y in zip(piece.glyphs, piece.xs, piece.ys, strict=True):
            ink = extents(glyph)
            if ink is None:
                continue
            left = min(left, x + ink[0] * size)
            top = min(top, -y - ink[1] * size)
            right = max(right, x + ink[2] * size)
            bottom = max(bottom, -y - ink[3] * size)
    if right < left:
        return None
    return Box(left, baseline + top, right, baseline + bottom)


def _union(boxes: Sequence[Box]) -> Box | None:
    if not boxes:
        return None
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _contained(lines: list[Line], height: float) -> list[Line]:
    """The lines moved so that tall marks (Khmer, vocalised Arabic) stay in the box, if they can."""
    ink = _union([line.ink for line in lines if line.ink])
    if ink is None or ink.bottom - ink.top > height:
        return lines
    shift = max(0.0, -ink.top) - max(0.0, ink.bottom - height)
    if not shift:
        return lines
    shift = float(-int(-shift // 1)) if shift > 0 else float(int(shift // 1))
    return [_moved(line, shift) for line in lines]


def _moved(line: Line, down: float) -> Line:
    ink = line.ink and Box(
        line.ink.left, line.ink.top + down, line.ink.right, line.ink.bottom + down
    )
    return Line(
        text=line.text,
        start=line.start,
        end=line.end,
        x=line.x,
        baseline=line.baseline + down,
        width=line.width,
        ink=ink,
        pieces=line.pieces,
        hyphen=line.hyphen,
    )
