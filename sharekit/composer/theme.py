"""A theme: a few tokens that make any layout one's own.

Six looks are built in; a theme takes one and overrides what it likes. A theme whose colours
cannot be read is refused when it is loaded, with the two colours and their ratio.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from sharekit.composer import colors
from sharekit.composer.colors import Rgb

__all__ = ["THEMES", "Theme", "Tokens"]

MIN_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text that is not large."""

_PAIRS = (
    ("ink", "ground"),
    ("muted", "ground"),
    ("accent", "ground"),
    ("on_accent", "accent"),
    ("on_tab", "tab"),
)

THEMES: Mapping[str, Mapping[str, Any]] = {
    "press": {
        "ground": "#FFFFFF",
        "ink": "#111214",
        "muted": "#55585E",
        "accent": "#D5281B",
        "on_accent": "#FFFFFF",
        "scrim": "#0B0C0E",
        "duotone": ("#15161A", "#F3F1EC"),
    },
    "night": {
        "ground": "#11131A",
        "ink": "#F4F5F7",
        "muted": "#A3A9B8",
        "accent": "#FF7A59",
        "on_accent": "#16100D",
        "scrim": "#0A0C12",
        "duotone": ("#0D0F16", "#E9ECF3"),
        "line": "#3A4152",
        "radius": 14,
        "address": "mono",
    },
    "marigold": {
        "ground": "#F7B733",
        "ink": "#24130A",
        "muted": "#5A3613",
        "accent": "#8E170C",
        "on_accent": "#FFF6E4",
        "scrim": "#1D0F07",
        "duotone": ("#3A1508", "#FFE2A0"),
        "tab": "#F7B733",
        "on_tab": "#24130A",
        "face": "heavy",
    },
    "civic": {
        "ground": "#1B34B8",
        "ink": "#FFFFFF",
        "muted": "#CFD7FF",
        "accent": "#FFD447",
        "on_accent": "#101B5C",
        "scrim": "#060C33",
        "duotone": ("#0A1458", "#DDE4FF"),
    },
    "rose": {
        "ground": "#F6D5CF",
        "ink": "#3A0B14",
        "muted": "#74323C",
        "accent": "#B3122F",
        "on_accent": "#FFF3F0",
        "scrim": "#22060C",
        "duotone": ("#4A0C1B", "#FBE3DC"),
        "face": "serif",
    },
    "forest": {
        "ground": "#0F3B2E",
        "ink": "#F3F6E9",
        "muted": "#B7CDBD",
        "accent": "#F2C14E",
        "on_accent": "#182A15",
        "scrim": "#051811",
        "duotone": ("#0A2A20", "#EAF2DC"),
        "radius": 20,
    },
}


def _color(text: str) -> str:
    _, opacity = colors.parse(text)
    if opacity != 255:
        raise ValueError(f"{text!r} is see-through; a theme's colours are solid")
    return text


Color: TypeAlias = Annotated[str, AfterValidator(_color)]
Voice: TypeAlias = Literal["sans", "heavy", "serif", "cond", "num", "mono"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """A theme's values, resolved: what a layout may name. Colours are sRGB triples."""

    ground: Rgb
    ink: Rgb
    muted: Rgb
    accent: Rgb
    on_accent: Rgb
    scrim: Rgb
    dark: Rgb
    light: Rgb
    tab: Rgb
    on_tab: Rgb
    line: Rgb
    radius: int
    face: str
    address: str

    def color(self, name: str) -> Rgb | None:
        """The colour called *name*, or `None`."""
        value = getattr(self, "ground" if name == "background" else name, None)
        return value if isinstance(value, tuple) else None


COLOR_NAMES = ("ground", "background", *list(Tokens.__dataclass_fields__)[1:11])
"""What a layout may call a colour; `background` is another name for `ground`."""


class Theme(BaseModel):
    """A built-in look (*use*) and what is different about yours.

    Colours are `"#rrggbb"`, in quotes: *ground* lies behind everything, *ink* and *muted* are
    written on it, *accent* is the one colour that stands out and *on_accent* is written on it,
    *tab* and *on_tab* (accent unless given) carry the site's name over a picture, *line* is for
    rules, *scrim* is what a shadow under text leans to. *duotone* is (dark, light) for pictures
    in two tones. *radius* rounds corners, px. *face* is the titles' voice, *address* that of
    web addresses. *fonts* are font files by voice, in front of the built-in ones. *logo* is a
    PNG or SVG file; *logo_tint* says whether it is drawn in one colour of the theme (`auto`:
    when it is one colour itself).

    Raises `ValueError` (pydantic's `ValidationError`) when a text could not be read on its
    ground: contrast under 4.5.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    use: Literal["press", "night", "marigold", "civic", "rose", "forest"] = "press"
    ground: Color | None = None
    ink: Color | None = None
    muted: Color | None = None
    accent: Color | None = None
    on_accent: Color | None = None
    scrim: Color | None = None
    duotone: tuple[Color, Color] | None = None
    tab: Color | None = None
    on_tab: Color | None = None
    line: Color | None = None
    radius: Annotated[int, Field(ge=0, le=64)] | None = None
    face: Literal["sans", "heavy", "serif"] | None = None
    address: Literal["mono", "cond"] | None = None
    fonts: dict[Voice, Path | tuple[Path, ...]] = Field(default_factory=dict)
    logo: Path | None = None
    logo_tint: bool | Literal["auto"] = "auto"

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, data: Any) -> Any:
        return {"use": data} if isinstance(data, str) else data

    @model_validator(mode="after")
    def _readable(self) -> Theme:
        tokens = self.tokens
        found = []
        for over, under in _PAIRS:
            one, other = tokens.color(over), tokens.color(under)
            assert one is not None
            assert other is not None
            ratio = colors.contrast(one, other)
            if ratio < MIN_CONTRAST:
                found.append(
                    f"{over} {colors.hexed(one)} on {under} {colors.hexed(other)} has a contrast "
                    f"of {ratio:.1f}, and text needs {MIN_CONTRAST}"
                )
        if found:
            raise ValueError("; ".join(found))
        return self

    @property
    def tokens(self) -> Tokens:
        """The look with this theme's changes. What depends on a changed colour follows it."""
        base = THEMES[self.use]
        ground = self._pick("ground", base)
        ink = self._pick("ink", base)
        accent = self._pick("accent", base)
        on_accent = self._follow("on_accent", base, accent, changed=self.accent is not None)
        tab = colors.parse(self.tab or base.get("tab") or colors.hexed(accent))[0]
        dark, light = (colors.parse(color)[0] for color in self.duotone or base["duotone"])
        return Tokens(
            ground=ground,
            ink=ink,
            muted=self._muted(base, ink, ground),
            accent=accent,
            on_accent=on_accent,
            scrim=self._pick("scrim", base),
            dark=dark,
            light=light,
            tab=tab,
            on_tab=self._on_tab(base, on_accent, tab),
            line=colors.parse(self.line or base.get("line") or colors.hexed(ink))[0],
            radius=base.get("radius", 0) if self.radius is None else self.radius,
            face=self.face or base.get("face", "sans"),
            address=self.address or base.get("address", "cond"),
        )

    def _pick(self, name: str, base: Mapping[str, Any]) -> Rgb:
        return colors.parse(getattr(self, name) or base[name])[0]

    def _follow(self, name: str, base: Mapping[str, Any], under: Rgb, *, changed: bool) -> Rgb:
        """What is written on *under*: as given, as in the look, else whichever reads better."""
        if getattr(self, name) or not changed:
            return self._pick(name, base)
        usual = self._pick(name, base)
        if colors.contrast(usual, under) >= MIN_CONTRAST:
            return usual
        return max((colors.WHITE, (16, 16, 16)), key=lambda color: colors.contrast(color, under))

    def _on_tab(self, base: Mapping[str, Any], on_accent: Rgb, tab: Rgb) -> Rgb:
        if self.on_tab:
            return colors.parse(self.on_tab)[0]
        if self.tab:
            return max((colors.WHITE, (16, 16, 16)), key=lambda ink: colors.contrast(ink, tab))
        return colors.parse(base["on_tab"])[0] if "on_tab" in base else on_accent

    def _muted(self, base: Mapping[str, Any], ink: Rgb, ground: Rgb) -> Rgb:
        """The look's muted; on another ground the palest mix of *ink* that can still be read."""
        if self.muted or (self.ground is None and self.ink is None):
            return self._pick("muted", base)
        mixes = (colors.mix(ink, ground, share / 100) for share in range(62, 101, 2))
        return next((m for m in mixes if colors.contrast(m, ground) >= MIN_CONTRAST + 0.3), ink)
