"""Which face draws a character: voices, what stands behind them, and the system's fonts.

A *voice* is a name that a theme uses (`sans`, `cond`, a family, a font file). Behind each
stands a face for every script, sans or serif like the voice, then symbols and emoji, then the
fonts in the project's own folders, then the system's.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sharekit import resources
from sharekit.errors import UserError
from sharekit.typeset.harfbuzz import Face, open_face, shape
from sharekit.typeset.library import FONT_SUFFIXES, Library, system_library
from sharekit.typeset.properties import KINDS
from sharekit.typeset.scripts import CJK
from sharekit.typeset.unicode_table import IGNORABLE

__all__ = ["VOICES", "FontStack", "Fonts", "Voice"]


@dataclass(frozen=True, slots=True)
class Voice:
    """A shipped typeface at one weight and width (CSS units) with its features."""

    file: str
    weight: float
    width: float = 100
    serif: bool = False
    features: tuple[tuple[str, int], ...] = ()


_ARCHIVO = "archivo/Archivo.ttf"
VOICES = {
    "sans": Voice(_ARCHIVO, 720),
    "heavy": Voice(_ARCHIVO, 800, 82),
    "serif": Voice("newsreader/Newsreader.ttf", 520, serif=True),
    "cond": Voice(_ARCHIVO, 640, 78),
    "num": Voice(_ARCHIVO, 800, 72, features=(("tnum", 1), ("lnum", 1))),
    "mono": Voice("jetbrains-mono/JetBrainsMono.ttf", 560),
}

_LGC = "noto/NotoSans.ttf"
_SCRIPT_FILES = {
    "Arab": "Arabic", "Armn": "Armenian", "Beng": "Bengali", "Deva": "Devanagari",
    "Ethi": "Ethiopic", "Geor": "Georgian", "Gujr": "Gujarati", "Guru": "Gurmukhi",
    "Hebr": "Hebrew", "Khmr": "Khmer", "Knda": "Kannada", "Laoo": "Lao", "Mlym": "Malayalam",
    "Mymr": "Myanmar", "Orya": "Oriya", "Sinh": "Sinhala", "Taml": "Tamil", "Telu": "Telugu",
    "Thai": "Thai",
}  # fmt: skip
_SANS = {
    **{script: f"noto/NotoSans{name}.ttf" for script, name in _SCRIPT_FILES.items()},
    **dict.fromkeys(CJK, "noto-cjk/NotoSansCJK.otf"),
}
# The Mincho holds kana and the usual kanji in their Japanese forms: Chinese, and a title with a
# rarer character, is set in Gothic whole.
_SERIF = {
    "Latn": "noto/NotoSerif.ttf",
    "Grek": "noto/NotoSerif.ttf",
    "Cyrl": "noto/NotoSerif.ttf",
    "Arab": "noto/NotoNaskhArabic.ttf",
    "Hebr": "noto/NotoSerifHebrew.ttf",
    "Thai": "noto/NotoSerifThai.ttf",
    **dict.fromkeys(("Hani", "Hira", "Kana"), "noto-cjk/NotoSerifCJK.otf"),
}
_SYMBOLS = (
    "noto/NotoSansMath.ttf",
    "noto/NotoSansSymbols.ttf",
    "noto/NotoSansSymbols2.ttf",
    "noto-cjk/NotoSansCJK.otf",
)
_EMOJI = tuple(f"noto-emoji/NotoColorEmoji-{part}.ttf" for part in range(11))
_BOLD = 600  # from this weight on, a regular face that stands in is emboldened


class FontStack:
    """A voice and all that stands behind it. Compared by identity; made by `Fonts.stack`."""

    def __init__(
        self,
        fonts: Fonts,
        primary: Face,
        *,
        voice: str,
        weight: float,
        width: float,
        serif: bool,
        features: tuple[tuple[str, int], ...],
    ) -> None:
        self.fonts = fonts
        self.primary = primary
        self.voice = voice
        self.weight = weight
        self.width = width
        self.serif = serif
        self.features = features
        self._orders: dict[tuple[str, bool], tuple[Face, ...]] = {}
        self._speakers: dict[str, Face] = {}
        self._found: dict[tuple[str, str, str], Face | None] = {}
        self._emoji: dict[str, Face | None] = {}

    def __repr__(self) -> str:
        return f"<FontStack {self.voice} {self.primary}>"

    def order(self, script: str, language: str = "") -> tuple[Face, ...]:
        """The shipped faces that may draw *script* in *language*, the best first."""
        chinese = language[:2] == "zh"
        key = (script, chinese)
        if key not in self._orders:
            files = [_SERIF.get(script)] if self.serif and not (chinese and script in CJK) else []
            files += [_SANS.get(script), _LGC, *_SYMBOLS]
            faces = [self._shipped(file) for file in dict.fromkeys(files) if file]
            self._orders[key] = (self.primary, *faces)
        return self._orders[key]

    def _shipped(self, file: str) -> Face:
        axes = (("wght", self.weight), ("wdth", self.width)) if file == _LGC else ()
        return open_face(resources.fonts() / file, 0, axes)

    def face_of(self, script: str) -> Face:
        """The face whose metrics speak for *script*."""
        if script not in self._speakers:
            probe = _PROBES.get(script)
            faces = self.order(script) if probe else ()
            found = (face for face in faces if probe and face.has(probe))
            self._speakers[script] = next(found, self.primary)
        return self._speakers[script]

    def whole(self, chars: Collection[str], script: str, language: str = "") -> Face | None:
        """The first shipped face that has all of *chars*."""
        for face in self.order(script, language):
            if all(face.has(char) for char in chars):
                return face
        return None

    def find(self, cluster: str, script: str, language: str) -> Face | None:
        """A face for one grapheme cluster, shipped, the project's or the system's.

        A face that has its first character only is better than none.
        """
        key = (cluster, script, language)
        if key not in self._found:
            if len(self._found) > 20_000:
                self._found.clear()
            self._found[key] = self._find(visible(cluster), script, language)
        return self._found[key]

    def _find(self, chars: Sequence[str], script: str, language: str) -> Face | None:
        if not chars:
            return self.primary
        if face := self.whole(chars, script, language):
            return face
        for library in self.fonts.libraries:
            if face := library.find(chars, weight=self.weight, serif=self.serif, language=language):
                return face
        if face := self.emoji("".join(chars)):
            return face
        return self.whole(chars[:1], script, language) if len(chars) > 1 else None

    def emoji(self, cluster: str) -> Face | None:
        """The colour face that draws *cluster* as one picture, or in the fewest."""
        if cluster not in self._emoji:
            chars = visible(cluster)
            faces = [
                face
                for file in _EMOJI
                if all((face := open_face(resources.fonts() / file)).has(char) for char in chars)
            ]
            self._emoji[cluster] = min(
                faces, key=lambda face: _pictures(face, cluster), default=None
            )
        return self._emoji[cluster]


def visible(cluster: str) -> list[str]:
    """The characters of *cluster* that a font must have."""
    return [char for char in cluster if not KINDS[char].flags & IGNORABLE]


def _pictures(face: Face, cluster: str) -> int:
    glyphs = shape(face, cluster, 0, len(cluster), script="Zyyy", rtl=False)
    return sum(1 for glyph in glyphs if glyph.advance)


# A letter of each script, to find the face that draws it.
_PROBES = {
    "Arab": "ا", "Armn": "Ա", "Beng": "ক", "Bopo": "ㄅ", "Cyrl": "А", "Deva": "क", "Ethi": "አ",
    "Geor": "ა", "Grek": "Α", "Gujr": "ક", "Guru": "ਕ", "Hang": "한", "Hani": "一", "Hebr": "א",
    "Hira": "あ", "Kana": "ア", "Khmr": "ក", "Knda": "ಕ", "Laoo": "ກ", "Mlym": "ക", "Mymr": "က",
    "Orya": "କ", "Sinh": "ක", "Taml": "க", "Telu": "క", "Thai": "ก",
}  # fmt: skip


class Fonts:
    """The fonts of one project: the shipped ones, those in *folders*, the system's.

    *system* `False` leaves the system's fonts out, so that a card is the same everywhere;
    *cache* is the folder of their index (by default the user's cache folder).
    """

    def __init__(
        self, folders: Iterable[Path | str] = (), *, system: bool = True, cache: Path | None = None
    ) -> None:
        self.folders = tuple(Path(folder) for folder in folders)
        own = Library(self.folders)
        self.libraries = (own, system_library(cache)) if system else (own,)
        self._stacks: dict[tuple[str, float | None, float | None], FontStack] = {}

    def stack(
        self,
        voice: str,
        *,
        weight: float | None = None,
        width: float | None = None,
        language: str = "",  # noqa: ARG002  the text's language decides, run by run
    ) -> FontStack:
        """The stack of *voice*: one of `VOICES`, a font file (absolute or in one of the folders)
        or the name of a family. *weight* (1 to 1000) and *width* (per cent) override its own.

        Raises `UserError` when there is no such font or its file is broken.
        """
        key = (voice, weight, width)
        if key not in self._stacks:
            self._stacks[key] = self._make(voice, weight, width)
        return self._stacks[key]

    def _make(self, voice: str, weight: float | None, width: float | None) -> FontStack:
        if known := VOICES.get(voice):
            weight = known.weight if weight is None else weight
            width = known.width if width is None else width
            path = resources.fonts() / known.file
            face = open_face(path, 0, (("wght", weight), ("wdth", width)))
            serif, features = known.serif, known.features
        else:
            weight, width, features = weight or 700, width or 100, ()
            face = self._own(voice, weight, width)
            serif = "serif" in voice.lower() and "sans" not in voice.lower()
        return FontStack(
            self, face, voice=voice, weight=weight, width=width, serif=serif, features=features
        )

    def _own(self, voice: str, weight: float, width: float) -> Face:
        if Path(voice).suffix.lower() in FONT_SUFFIXES:
            for path in (Path(voice), *(folder / voice for folder in self.folders)):
                if path.is_file():
                    return open_face(path, 0, (("wght", weight), ("wdth", width)))
        for library in self.libraries:
            if face := library.family(voice, weight, width):
                return face
        names = [*VOICES, *(name for library in self.libraries for name in library.families())]
        near = difflib.get_close_matches(voice, names, n=1, cutoff=0.7)
        raise UserError(
            f"there is no font named {voice!r}",
            code="unknown-font",
            hint=f"Did you mean {near[0]!r}?"
            if near
            else f"Use one of {', '.join(VOICES)}, or put its TTF or OTF file into a font folder.",
        )
