"""Make the files of this folder from the packages that publish the fonts.

    python fonts/build.py CACHE      # needs pip, npm, apt-get, fonttools and brotli

Every font is brought down to what a share card can show: one weight of each script behind
the three brand families, no hinting (cards are drawn without), no characters that another
font here is asked for first. CACHE keeps the downloads. `README.md` beside this file and
each `OFL.txt` are written too, from the fonts' own name tables.
"""

# ruff: noqa: INP001, S202, S603
# A script, not a package, that unpacks what named versions of packages hold.

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Package:
    """One version of a package, fetched by its registry's own client: pip, npm or apt."""

    client: str
    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.client} {self.name} {self.version}"

    def unpack(self, cache: Path) -> Path:
        """The folder that its files are in, below *cache*."""
        folder = cache / f"{self.client}-{self.name.replace('/', '-')}-{self.version}"
        if not folder.exists():
            parts = folder.with_suffix(".part")
            parts.mkdir(parents=True, exist_ok=True)
            getattr(self, f"_{self.client}")(parts)
            parts.rename(folder)
        return folder

    def _pip(self, to: Path) -> None:
        spec = f"{self.name}=={self.version}"
        _run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", ".", spec], to)
        with zipfile.ZipFile(next(to.glob("*.whl"))) as wheel:
            wheel.extractall(to)

    def _npm(self, to: Path) -> None:
        _run(["npm", "pack", "--silent", f"{self.name}@{self.version}"], to)
        with tarfile.open(next(to.glob("*.tgz"))) as archive:
            archive.extractall(to, filter="data")

    def _apt(self, to: Path) -> None:
        _run(["apt-get", "download", "-q", f"{self.name}={self.version}"], to)
        _run(["dpkg-deb", "-x", str(next(to.glob("*.deb"))), str(to)], to)


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


@dataclass(frozen=True)
class Font:
    """One file to make: *source* found by its file name in *package*.

    *axes* pins (a number) or limits (a pair) the axes of a variable font, *keep* names the
    characters to keep (all, when empty), *index* the face of a collection and *regions* the
    characters that keep a form of their own for an OpenType language (empty: no forms at all).
    """

    target: str
    package: Package
    source: str
    axes: dict[str, float | tuple[float, float]] = field(default_factory=dict)
    keep: frozenset[int] = frozenset()
    index: int = 0
    regions: dict[str, set[int]] = field(default_factory=dict)


def ranges(*pairs: tuple[int, int]) -> frozenset[int]:
    """The numbers from the first to the last of each pair."""
    return frozenset(code for first, last in pairs for code in range(first, last + 1))


def coded(codec: str, rows: Iterable[int], cells: Iterable[int] = range(0xA1, 0xFF)) -> set[int]:
    """The code points of a double-byte character set's *rows*."""
    found: set[int] = set()
    for row in rows:
        for cell in cells:
            try:
                found.update(map(ord, bytes((row, cell)).decode(codec)))
            except UnicodeDecodeError:
                continue
    return found


# What newspapers print: JIS X 0208, GB 2312, level 1 of Big5 and the syllables of KS X 1001.
_BIG5_CELLS = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
CJK_MARKS = ranges((0x2014, 0x2016), (0x2018, 0x201D), (0x2025, 0x2026), (0x2E80, 0x2EFF)) | ranges(
    (0x3000, 0x30FF), (0x3100, 0x312F), (0x3131, 0x318E), (0x31F0, 0x31FF), (0x3200, 0x32FF),
    (0x3300, 0x33FF), (0xFE10, 0xFE1F), (0xFE30, 0xFE4F), (0xFF01, 0xFFEE),
) | {0x20, 0xB7}  # fmt: skip
KANA = ranges(
    (0xB7, 0xB7), (0x2014, 0x2015), (0x2018, 0x201D), (0x2025, 0x2026), (0x3000, 0x30FF),
    (0x31F0, 0x31FF), (0xFF01, 0xFF9F),
)  # fmt: skip
# Other fonts stand before these, so their Latin, Greek and Cyrillic letters never show.
OTHERS = ranges((0x21, 0x7E), (0xA0, 0xB6), (0xB8, 0x4FF))
JAPANESE = coded("euc_jp", range(0xA1, 0xF5))
JAPANESE_LEVEL_1 = coded("euc_jp", range(0xA1, 0xD0))
CHINESE = {
    "ZHS": coded("gb2312", range(0xA1, 0xF8)),
    "ZHT": coded("big5", range(0xA1, 0xC7), _BIG5_CELLS),
}
HANGUL = coded("euc_kr", range(0xB0, 0xC9))
CJK = (CJK_MARKS | JAPANESE | CHINESE["ZHS"] | CHINESE["ZHT"] | HANGUL) - OTHERS
MINCHO = (KANA | JAPANESE_LEVEL_1) - OTHERS

SYMBOLS = ranges(
    (0x2100, 0x214F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x2311), (0x231A, 0x231B),
    (0x23CF, 0x23CF), (0x23E9, 0x23FA), (0x2460, 0x24FF), (0x2580, 0x25FF), (0x2600, 0x27BF),
    (0x27E6, 0x27EF), (0x27F5, 0x27FF), (0x2900, 0x297F), (0x2B00, 0x2B5F),
)  # fmt: skip

ARCHIVO = Package("pip", "fontpkg-archivo", "2.1")
NEWSREADER = Package("pip", "fontpkg-newsreader", "1.3")
JETBRAINS = Package("pip", "fontpkg-jetbrains-mono", "2.211")
SANS = Package("pip", "fontpkg-noto-sans", "2.15")
SERIF = Package("pip", "fontpkg-noto-serif", "2.15")
SCRIPTS = Package("pip", "manimgx-fonts", "2026.9.26.post1")
CORE = Package("apt", "fonts-noto-core", "20201225-1")
HAN = Package("apt", "fonts-noto-cjk", "1:20220127+repack1-1")
EMOJI = Package("npm", "@infolektuell/noto-color-emoji", "0.2.0")

BOLD: dict[str, float | tuple[float, float]] = {"wght": 700}
SCRIPT_NAMES = (
    "Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi",
    "Hebrew", "Kannada", "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil",
    "Telugu", "Thai",
)  # fmt: skip

FONTS = (
    Font("archivo/Archivo.ttf", ARCHIVO, "Archivo[wdth,wght].ttf"),
    Font("newsreader/Newsreader.ttf", NEWSREADER, "Newsreader[opsz,wght].ttf", {"opsz": 72}),
    Font("jetbrains-mono/JetBrainsMono.ttf", JETBRAINS, "JetBrainsMono[wght].ttf"),
    Font(
        "noto/NotoSans.ttf",
        SANS,
        "NotoSans[wdth,wght].ttf",
        {"wght": (400, 900), "wdth": (75, 100)},
        ranges((0x20, 0x52F), (0x1AB0, 0x1AFF), (0x1C80, 0x1C8F), (0x1D00, 0x206F))
        | ranges((0x2070, 0x20C0), (0x2100, 0x218B), (0x2C60, 0x2C7F), (0x2DE0, 0x2E52))
        | ranges((0xA640, 0xA69F), (0xA700, 0xA7FF), (0xAB30, 0xAB6F), (0xFB00, 0xFB06)),
    ),
    *(
        Font(f"noto/NotoSans{name}.ttf", SCRIPTS, f"NotoSans{name}[wght].ttf", BOLD)
        for name in SCRIPT_NAMES
    ),
    Font("noto/NotoSansSymbols.ttf", SCRIPTS, "NotoSansSymbols[wght].ttf", BOLD, SYMBOLS),
    Font("noto/NotoSansSymbols2.ttf", CORE, "NotoSansSymbols2-Regular.ttf", {}, SYMBOLS),
    Font("noto/NotoSansMath.ttf", CORE, "NotoSansMath-Regular.ttf", {}, SYMBOLS),
    Font(
        "noto/NotoSerif.ttf",
        SERIF,
        "NotoSerif[wdth,wght].ttf",
        {"wght": 600, "wdth": 100},
        ranges((0x20, 0x52F), (0x1C80, 0x1C8F), (0x1D00, 0x206F), (0x2DE0, 0x2DFF)),
    ),
    Font("noto/NotoNaskhArabic.ttf", CORE, "NotoNaskhArabic-Bold.ttf"),
    *(
        Font(f"noto/NotoSerif{name}.ttf", CORE, f"NotoSerif{name}-Bold.ttf")
        for name in ("Hebrew", "Thai")
    ),
    Font("noto-cjk/NotoSansCJK.otf", HAN, "NotoSansCJK-Bold.ttc", {}, CJK, regions=CHINESE),
    Font("noto-cjk/NotoSerifCJK.otf", HAN, "NotoSerifCJK-Bold.ttc", {}, MINCHO),
    *(Font(f"noto-emoji/NotoColorEmoji-{n}.ttf", EMOJI, f"{n}.woff2") for n in range(11)),
)

# Tables and features of vertical text, mathematics and screen hinting are of no use here.
DROPPED = ["DSIG", "MATH", "VORG", "vhea", "vmtx", "BASE", "meta", "hdmx", "VDMX", "LTSH"]
NAMES = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14, 16, 17]
FEATURES = [*subset.Options._layout_features_default, "tnum", "lnum", "case", "zero"]  # noqa: SLF001
CJK_FEATURES = ["ccmp", "locl", "halt", "kern", "mark", "mkmk", "liga"]


def make(font: Font, cache: Path) -> tuple[TTFont, int]:
    """Write the file of *font*; return what it holds and its size in bytes."""
    source = next(font.package.unpack(cache).rglob(glob_safe(font.source)))
    if source.suffix == ".ttc":
        made = reopened(TTCollection(source).fonts[font.index])
    else:
        made = TTFont(source, recalcTimestamp=False)
    if font.axes:
        made = reopened(instancer.instantiateVariableFont(made, font.axes, inplace=True))
    if font.package is HAN:
        prune_regions(made, font.regions)
    if font.package is EMOJI:
        # Subsetting would have to follow sequences; the slices are whole as they are.
        made["post"].formatType = 3
        for tag in ("vhea", "vmtx"):
            del made[tag]
    else:
        options = subset.Options(
            hinting=False,
            notdef_outline=True,
            glyph_names=False,
            name_IDs=NAMES,
            layout_features=CJK_FEATURES if font.package is HAN else FEATURES,
        )
        options.drop_tables += DROPPED
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=font.keep or set(made.getBestCmap()))
        subsetter.subset(made)
    made.flavor = None
    target = HERE / font.target
    target.parent.mkdir(exist_ok=True)
    part = target.with_suffix(".part")
    made.save(part)
    part.replace(target)
    return made, target.stat().st_size


def prune_regions(font: TTFont, regions: dict[str, set[int]]) -> None:
    """Leave a region's own forms only to the characters that the region prints."""
    table = font["GSUB"].table
    cmap = font.getBestCmap()
    for script in table.ScriptList.ScriptRecord:
        for language in script.Script.LangSysRecord:
            kept = {
                cmap[code] for code in regions.get(language.LangSysTag.strip(), ()) if code in cmap
            }
            for index in language.LangSys.FeatureIndex:
                record = table.FeatureList.FeatureRecord[index]
                if record.FeatureTag != "locl":
                    continue
                for lookup in record.Feature.LookupListIndex:
                    for part in table.LookupList.Lookup[lookup].SubTable:
                        forms = getattr(part, "ExtSubTable", part)
                        forms.mapping = {k: v for k, v in forms.mapping.items() if k in kept}


def reopened(font: TTFont) -> TTFont:
    """*font* after a round trip, for tools that expect tables as a file has them."""
    buffer = io.BytesIO()
    font.save(buffer)
    return TTFont(io.BytesIO(buffer.getvalue()), recalcTimestamp=False)


def glob_safe(name: str) -> str:
    """*name* as a pattern that matches just it."""
    return name.replace("[", "[[]")


def licence_body(cache: Path) -> str:
    """The Open Font License without the lines that name the copyright holders."""
    text = next(ARCHIVO.unpack(cache).rglob("LICENSE")).read_text()
    return text[text.index("This Font Software is licensed") :]


def change(font: Font) -> str:
    """What was done to the package's file, for the list."""
    words = [f"{axis} {limit}" for axis, limit in font.axes.items()]
    if font.keep:
        words.append("fewer characters")
    if font.package is EMOJI:
        return "unpacked from WOFF2"
    return ", ".join([*words, "no hinting"])


def main() -> None:
    """Make every font, or those whose target has one of the words given after CACHE."""
    cache = Path(sys.argv[1]).resolve()
    only = set(sys.argv[2:])
    rows: list[str] = []
    holders: dict[str, dict[str, None]] = {}
    total = 0
    for font in FONTS:
        if only and not any(word in font.target for word in only):
            continue
        made, size = make(font, cache)
        total += size
        names = made["name"]
        holder = names.getDebugName(0)
        holders.setdefault(font.target.split("/")[0], {})[holder] = None
        version = names.getDebugName(5).split(";")[0].removeprefix("Version ")
        rows.append(
            f"| `{font.target}` | {version} | {font.package} | {change(font)} | {size / 1000:.0f} |"
        )
        print(rows[-1], len(made.getBestCmap()))  # noqa: T201
    print(total)  # noqa: T201
    if only:
        return
    body = licence_body(cache)
    for folder, lines in holders.items():
        (HERE / folder / "OFL.txt").write_text("\n".join(lines) + "\n\n" + body)
    (HERE / "README.md").write_text(README.format(rows="\n".join(rows), total=total / 1e6))


README = """# Fonts

What sharekit draws with, {total:.1f} MB, all under the SIL Open Font License 1.1 (`OFL.txt` in each
folder). None of the licences reserves a font name, so the changed files keep theirs.

`archivo`, `newsreader` and `jetbrains-mono` are the voices of the built-in themes. Behind them
stand one weight of each script (`noto`), the characters that newspapers in Japanese, Chinese and
Korean print (`noto-cjk`) and colour emoji (`noto-emoji`). What no font here has is looked for
among the system's fonts.

`python fonts/build.py CACHE` makes all of it again from these packages:

| file | version | package | changed | kB |
|---|---|---|---|---|
{rows}
"""

if __name__ == "__main__":
    main()
