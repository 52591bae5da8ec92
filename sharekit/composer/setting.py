"""The voices and the type scale of cards, as the typesetter wants them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sharekit.composer.schema import Text
from sharekit.composer.theme import Theme
from sharekit.errors import RenderError

if TYPE_CHECKING:
    from sharekit.typeset import Block, Fonts, FontStack, Step

__all__ = ["SMALLEST", "Setter", "card_direction", "direction_of", "fonts_digest", "steps"]

SMALLEST = 48
"""px: nothing on a card is set smaller. On a phone 335 px wide it is still 13 px."""

Direction = Literal["ltr", "rtl"]

# Size: line height of sans and of serif in px, tracking of sans and of serif in 1/1000 em.
_SCALE: Mapping[int, tuple[int, int, int, int]] = {
    48: (56, 56, -4, -3),
    52: (60, 62, -4, -3),
    56: (64, 64, -12, -9),
    60: (68, 68, -12, -9),
    64: (72, 72, -12, -9),
    72: (78, 78, -18, -13),
    80: (86, 88, -18, -13),
    88: (96, 96, -18, -13),
    96: (98, 100, -23, -17),
    108: (112, 112, -23, -17),
    120: (118, 120, -28, -20),
    132: (130, 132, -28, -20),
    148: (142, 144, -32, -23),
    164: (158, 160, -32, -23),
    180: (172, 174, -32, -23),
}
_SMALL_VOICES = ("cond", "mono", "address")
_SMALL_TRACKING, _FIGURE_TRACKING = -4, -30
_FIGURES = {"tabular": (("tnum", 1),), "proportional": (("pnum", 1), ("tnum", 0))}
_STYLE_WEIGHTS = {"Regular": 400, "Medium": 560, "SemiBold": 640, "Bold": 720, "Heavy": 760}
_TITLE_SERIF_WEIGHT = 600
_RTL_LANGUAGES = frozenset(
    ("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "ps", "sd", "syr", "ug", "ur", "yi")
)


def direction_of(text: str, otherwise: Direction = "ltr") -> Direction:
    """The direction of *text*'s first strong character, *otherwise* when it has none."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind == "L":
            return "ltr"
        if kind in ("R", "AL"):
            return "rtl"
    return otherwise


def card_direction(language: str, title: str) -> Direction:
    """The direction of a card: its title's, else its language's."""
    subtags = language.lower().replace("_", "-").split("-")
    by_language: Direction = "rtl" if subtags[0] in _RTL_LANGUAGES else "ltr"
    return direction_of(title, by_language)


@lru_cache(maxsize=256)
def steps(
    largest: int, smallest: int, *, serif: bool, tracking: int | None = None
) -> tuple[Step, ...]:
    """The steps of the type scale from *largest* down to *smallest*, px.

    Above the scale and below it, and where it has nothing between the two, the ends themselves.
    """
    from sharekit.typeset import Step

    sizes = [size for size in _SCALE if smallest <= size <= largest]
    for end in (largest, smallest):
        if not sizes or (end > max(_SCALE) or end < min(_SCALE)):
            sizes.append(end)
    return tuple(
        Step(size, *_leading(size, serif=serif, tracking=tracking))
        for size in sorted(set(sizes), reverse=True)
    )


def _leading(size: int, *, serif: bool, tracking: int | None) -> tuple[float, float]:
    """Line height and tracking of *size*: the scale's, else as at its nearer end."""
    nearest = min(_SCALE, key=lambda known: abs(known - size))
    sans_height, serif_height, sans_tracking, serif_tracking = _SCALE[nearest]
    height = (serif_height if serif else sans_height) * size / nearest
    return (
        2 * round(height / 2) if size != nearest else height,
        tracking if tracking is not None else serif_tracking if serif else sans_tracking,
    )


def fonts_digest(theme: Theme) -> str:
    """A digest of what decides how texts look: shipped and own fonts, and the typesetter."""
    from sharekit import resources
    from sharekit.composer.names import digest_of_bytes, digest_of_file
    from sharekit.typeset import fingerprint

    shipped = sorted(
        (str(path.relative_to(resources.fonts())), path.stat().st_size)
        for path in resources.fonts().rglob("*.[to]tf")
    )
    own = [digest_of_file(path) for value in theme.fonts.values() for path in _paths(value)]
    return digest_of_bytes(repr((fingerprint(), shipped, own)).encode())


class Setter:
    """Sets the texts of one theme."""

    def __init__(self, theme: Theme, fonts: Fonts) -> None:
        self.theme = theme
        self.fonts = fonts
        self._tokens = theme.tokens
        self._stacks: dict[tuple[str, str | None], FontStack] = {}

    def block(
        self,
        text: Text,
        value: str,
        box: tuple[int, int],
        *,
        language: str,
        direction: Direction,
    ) -> Block:
        """*value* set into *box* (width and height, px) as *text* says.

        Raises `RenderError` naming each character that no font has, its script and what to
        install.
        """
        from sharekit.typeset import Style, lay_out

        stack = self._stack(text.voice, text.style)
        own = direction_of(value, direction)
        style = Style(
            stack=stack,
            steps=self._steps(text, stack, box[1]),
            lines=text.lines,
            language=language,
            direction=own,
            align=_aligned(text.align, own, direction),
            valign=text.valign,
            wrap=text.wrap,
            hyphenate=text.hyphenate,
            features=_FIGURES.get(text.figures or "", ()),
        )
        block = lay_out(value, box[0], box[1], style)
        if block.missing:
            raise _no_glyph(block)
        return block

    def line(
        self, value: str, width: int, height: int, size: int, *, language: str, direction: Direction
    ) -> Block:
        """*value* as one line of the small voice, centred on its box."""
        text = Text(value="", voice="cond", sizes=(size, size), valign="middle")
        return self.block(text, value, (width, height), language=language, direction=direction)

    def _steps(self, text: Text, stack: FontStack, height: int) -> tuple[Step, ...]:
        from sharekit.typeset import Step

        if text.cap_height is not None:
            most = text.cap_height / stack.primary.cap_height
            usual = _FIGURE_TRACKING if text.voice == "num" else _SMALL_TRACKING
            spacing = usual if text.tracking is None else text.tracking
            return tuple(Step(size, size, spacing) for size in _shrinking(most, SMALLEST))
        largest, smallest = text.sizes or self._sizes_for(text, stack, height)
        tracking = text.tracking
        if tracking is None and text.voice in _SMALL_VOICES:
            tracking = _SMALL_TRACKING
        return steps(largest, smallest, serif=stack.serif, tracking=tracking)

    def _sizes_for(self, text: Text, stack: FontStack, height: int) -> tuple[int, int]:
        """The largest step at which the text's lines fill the box, and how far it may shrink."""
        cap = stack.primary.cap_height
        fitting = [
            size for size in _SCALE if (text.lines - 1) * _SCALE[size][0] + cap * size <= height
        ]
        largest = max(fitting, default=min(_SCALE))
        return largest, SMALLEST if text.overflow == "shrink" else largest

    def _stack(self, voice: str, style: str | None) -> FontStack:
        key = (voice, style)
        if key not in self._stacks:
            self._stacks[key] = self._make_stack(voice, style)
        return self._stacks[key]

    def _make_stack(self, voice: str, style: str | None) -> FontStack:
        from sharekit.typeset.fonts import VOICES

        is_title = voice == "title"
        weight: int | None = None
        if voice in ("title", "address"):
            voice = self._tokens.face if is_title else self._tokens.address
        if style:
            weight = _STYLE_WEIGHTS[style]
        elif is_title and voice == "serif":
            weight = _TITLE_SERIF_WEIGHT
        own = self.theme.fonts.get(voice)  # type: ignore[call-overload]
        if own is not None:
            known = VOICES[voice]
            return self.fonts.stack(
                str(_paths(own)[0]), weight=weight or known.weight, width=known.width
            )
        return self.fonts.stack(voice, weight=weight)


def _paths(value: Path | Sequence[Path]) -> list[Path]:
    return [value] if isinstance(value, Path) else list(value)


def _shrinking(most: float, least: float) -> list[float]:
    """Sizes from *most* down, each four thousandths smaller."""
    sizes = [most]
    while sizes[-1] * 0.996 > least:
        sizes.append(sizes[-1] * 0.996)
    return sizes


def _aligned(
    align: Literal["start", "center", "end"], own: Direction, card: Direction
) -> Literal["start", "center", "end"]:
    """A text that runs against its card keeps to the card's sides."""
    if align == "center" or own == card:
        return align
    return "end" if align == "start" else "start"


def _no_glyph(block: Block) -> RenderError:
    found = {(missing.char, missing.script, missing.package) for missing in block.missing}
    named = ", ".join(
        f"{char!r} (U+{ord(char):04X}, {script})" for char, script, _ in sorted(found)[:5]
    )
    packages = ", ".join(sorted({package for _, _, package in found}))
    return RenderError(
        f"no font has {named}, in {block.text[:60]!r}",
        code="glyph-missing",
        hint=f"Install {packages}.",
    )
