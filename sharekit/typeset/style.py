"""What a caller asks for (`Style`) and what it gets (`Block`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from sharekit.typeset.fonts import FontStack
    from sharekit.typeset.harfbuzz import Face

__all__ = ["Align", "Block", "Box", "Edge", "Line", "Missing", "Piece", "Step", "Style", "Wrap"]

Align = Literal["start", "center", "end"]
Direction = Literal["auto", "ltr", "rtl"]
Edge = Literal["cap", "box"]
Valign = Literal["top", "middle", "bottom"]
Wrap = Literal["pretty", "balance", "greedy"]


class Step(NamedTuple):
    """A step of a type scale: *size* and *leading* (baseline to baseline) in px, *tracking* in
    thousandths of an em.
    """

    size: float
    leading: float
    tracking: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a text is set. Frozen and hashable: it is the key of every cache.

    - *steps*: the sizes a text may take; the largest that fits is taken.
    - *lines*: at most so many.
    - *language*: a BCP 47 tag; decides Han forms, phrases, line ends and hyphenation.
    - *direction*: of the paragraph; `auto` takes that of the first strong character.
    - *align*: `start` is left, or right in right-to-left text.
    - *edge*: what touches the box above and below: `cap` the cap line of the first line and
      the baseline of the last (scripts without capitals: ascender and descender), `box` the
      line boxes.
    - *wrap*: `pretty` balances by the shape of the lines and by what a line ends in,
      `balance` by shape alone, `greedy` fills line after line.
    - *hyphenate*: hyphenate by the language's patterns where this makes the text clearly
      larger (needs `pyphen`; the author's own soft hyphens need nothing).
    - *features*: OpenType features, as (tag, value).
    """

    stack: FontStack
    steps: tuple[Step, ...]
    lines: int = 1
    language: str = ""
    direction: Direction = "auto"
    align: Align = "start"
    valign: Valign = "top"
    edge: Edge = "cap"
    wrap: Wrap = "pretty"
    ellipsis: str = "…"
    hyphenate: bool = False
    features: tuple[tuple[str, int], ...] = ()


class Missing(NamedTuple):
    """A character that no font has: its ISO 15924 *script* and a *package* to install."""

    char: str
    script: str
    package: str


class Box(NamedTuple):
    """A rectangle in px: *right* and *bottom* lie outside."""

    left: float
    top: float
    right: float
    bottom: float


class Piece(NamedTuple):
    """Glyphs of one face in one direction, in visual order.

    *xs* are px from the block's left edge, *ys* px above the line's baseline, *clusters* the
    positions in the block's text that the glyphs stand for. *text* is what they spell, in
    *language*.
    """

    face: Face
    text: str
    start: int
    rtl: bool
    emoji: bool
    glyphs: tuple[int, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    clusters: tuple[int, ...]
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a block, in px from the block's left and top edges.

    *start* and *end* are positions in the block's text (*end* after any space the line
    swallowed), *text* is what stands on it. *ink* bounds what is drawn, `None` when nothing is.
    """

    text: str
    start: int
    end: int
    x: float
    baseline: float
    width: float
    ink: Box | None
    pieces: tuple[Piece, ...]
    hyphen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A text set into a box of *width* by *height* px.

    *text* is the cleaned text as it stands there, with the ellipsis when *truncated*. *step*
    is what was used, after the script's own factors. *cap_height* is in px. *missing* are the
    characters that no font has: such a block must not be published.
    """

    text: str
    step: Step
    lines: tuple[Line, ...]
    direction: Literal["ltr", "rtl"]
    truncated: bool
    missing: tuple[Missing, ...]
    ink: Box | None
    cap_height: float
    width: float
    height: float

    @property
    def text_width(self) -> float:
        """The advance width of the widest line in px."""
        return max((line.width for line in self.lines), default=0.0)
