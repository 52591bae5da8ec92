from __future__ import annotations

import io
import random
import shutil

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from sharekit import resources
from sharekit.errors import UserError
from sharekit.typeset import Fonts, Step, Style, draw, harfbuzz, lay_out
from sharekit.typeset.fonts import VOICES
from sharekit.typeset.library import Library

ARCHIVO = "archivo/Archivo.ttf"


def shipped(name):
    return resources.fonts() / name


@pytest.fixture
def folder(tmp_path):
    """A project's folder with a variable family, a static one and a file that is no font."""
    fonts = tmp_path / "fonts"
    (fonts / "deep").mkdir(parents=True)
    shutil.copy(shipped("jetbrains-mono/JetBrainsMono.ttf"), fonts / "Mono.ttf")
    shutil.copy(shipped("noto/NotoSansThai.ttf"), fonts / "deep" / "Thai.ttf")
    (fonts / "broken.ttf").write_bytes(b"\x00\x01\x00\x00 and then nothing of the kind")
    return fonts


@pytest.mark.parametrize("voice", VOICES)
def test_every_voice_opens(fonts, voice):
    stack = fonts.stack(voice)
    assert stack.primary.has("A")
    assert 0.6 < stack.primary.cap_height < 0.8
    assert fonts.stack(voice) is stack


def test_weight_and_width_change_the_face(fonts):
    def width(**more):
        style = Style(stack=fonts.stack("sans", **more), steps=(Step(100, 100),))
        return lay_out("Hamburg", 2000, 200, style).lines[0].width

    assert width(weight=900) > width() > width(weight=300)
    assert width(width=70) < width() < width(width=120)


def test_the_condensed_voice_is_condensed(fonts):
    style = Style(stack=fonts.stack("cond"), steps=(Step(48, 56, -4),))
    block = lay_out("Union Hall, 22 Mercer Street", 560, 44, style)
    assert not block.truncated
    assert block.lines[0].width < 560


def test_figures_of_the_num_voice_are_all_as_wide(fonts):
    style = Style(stack=fonts.stack("num"), steps=(Step(100, 100),))
    widths = {round(lay_out(digit, 500, 200, style).lines[0].width, 3) for digit in "0123456789"}
    assert len(widths) == 1


def test_a_file_of_ones_own(folder):
    fonts = Fonts([folder], system=False)
    assert fonts.stack("Mono.ttf").primary.path == folder / "Mono.ttf"
    assert fonts.stack(str(folder / "Mono.ttf")).primary.path == folder / "Mono.ttf"


def test_a_family_of_ones_own(folder):
    fonts = Fonts([folder], system=False)
    stack = fonts.stack("JetBrains Mono", weight=500)
    assert stack.primary.path == folder / "Mono.ttf"
    assert ("wght", 500) in stack.primary.axes
    assert fonts.stack("noto sans thai").primary.path.name == "Thai.ttf"


def test_a_face_of_ones_own_stands_behind_the_shipped_ones(tmp_path, fonts):
    found = fonts.stack("sans").find("ᚠ", "Runr", "en")
    assert found is None
    own = TTFont(shipped("jetbrains-mono/JetBrainsMono.ttf"))
    own["cmap"].tables[0].cmap[ord("ᚠ")] = own.getBestCmap()[ord("F")]
    for table in own["cmap"].tables:
        table.cmap[ord("ᚠ")] = own.getBestCmap()[ord("F")]
    own.save(tmp_path / "Runes.ttf")
    face = Fonts([tmp_path], system=False).stack("sans").find("ᚠ", "Runr", "en")
    assert face.path.name == "Runes.ttf"


def test_an_unknown_font_is_named_with_what_is_near(fonts):
    with pytest.raises(UserError, match="no font named 'sanz'") as raised:
        fonts.stack("sanz")
    assert "'sans'" in str(raised.value)
    with pytest.raises(UserError, match="TTF or OTF file into a font folder"):
        fonts.stack("Nothing Like It")


def packed(flavor):
    font = TTFont(shipped("noto/NotoSansThai.ttf"))
    font.flavor = flavor
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (lambda: b"", "not a font"),
        (lambda: b"GIF89a" + b"\x00" * 100, "not a font"),
        (lambda: shipped(ARCHIVO).read_bytes()[:50], "not a font"),
        (lambda: packed("woff2"), "fonttools ttLib.woff2 decompress"),
        (lambda: packed("woff"), "WOFF file"),
    ],
    ids=["empty", "picture", "cut", "woff2", "woff"],
)
def test_a_broken_file_gets_one_clear_line(tmp_path, content, says):
    path = tmp_path / "bad.ttf"
    path.write_bytes(content())
    with pytest.raises(UserError, match=says) as raised:
        Fonts(system=False).stack(str(path))
    assert "bad.ttf" in str(raised.value)


@pytest.mark.parametrize("end", [200, 5_000, 60_000, 300_000])
def test_half_a_font_does_no_harm(tmp_path, style, end):
    path = tmp_path / "half.ttf"
    path.write_bytes(shipped(ARCHIVO).read_bytes()[:end])
    try:
        stack = Fonts(system=False).stack(str(path))
    except UserError:
        return
    block = lay_out("A title", 900, 200, Style(stack=stack, steps=(Step(60, 70),)))
    assert block.text == "A title"


@pytest.mark.parametrize(
    "name", [ARCHIVO, "noto/NotoSansArabic.ttf", "noto-emoji/NotoColorEmoji-3.ttf"]
)
@pytest.mark.parametrize("changes", [1, 10, 100, 1000])
def test_a_damaged_font_does_no_harm(tmp_path, name, changes):
    dice = random.Random(changes)
    damaged = bytearray(shipped(name).read_bytes())
    for _ in range(changes):
        damaged[dice.randrange(len(damaged))] = dice.randrange(256)
    path = tmp_path / "damaged.ttf"
    path.write_bytes(damaged)
    try:
        stack = Fonts(system=False).stack(str(path))
    except UserError:
        return
    image = Image.new("RGB", (900, 300))
    for text in ("A title", "كتاب جديد", "🦀🦁"):
        block = lay_out(text, 800, 200, Style(stack=stack, steps=(Step(60, 70),)))
        draw(block, image, (10, 10))
    for glyph in range(40):
        harfbuzz.stamp(stack.primary, glyph, 64)


def test_a_colour_glyph_that_claims_a_whole_wall_is_not_painted(tmp_path):
    font = TTFont(shipped("noto-emoji/NotoColorEmoji-3.ttf"))
    font["head"].unitsPerEm = 16
    font.save(tmp_path / "Wall.ttf")
    face = harfbuzz.open_face(tmp_path / "Wall.ttf")
    glyph = face.glyph(chr(next(iter(font.getBestCmap()))))
    assert harfbuzz.stamp(face, glyph, 180) is None


def test_the_library_lists_what_it_can_read(folder):
    library = Library([folder])
    assert library.families() == ["JetBrains Mono", "Noto Sans Thai"]
    entry = next(entry for entry in library.entries if entry.family == "JetBrains Mono")
    assert entry.axes == (("wght", 100.0, 800.0),)
    assert entry.has(ord("A"))
    assert not entry.has(ord("字"))


def test_the_library_finds_by_coverage(folder):
    library = Library([folder])
    face = library.find(["ก", "า"], weight=700, serif=False, language="th")
    assert face.path.name == "Thai.ttf"
    assert library.find(["字"], weight=700, serif=False, language="ja") is None
    assert library.find(["A", "ก"], weight=700, serif=False, language="th") is None


def test_a_regular_face_that_stands_in_for_a_bold_one_is_emboldened(tmp_path):
    shutil.copy(shipped("noto/NotoSansMath.ttf"), tmp_path / "Math.ttf")
    library = Library([tmp_path])
    bold, regular = (
        library.find(["∑"], weight=weight, serif=False, language="") for weight in (700, 400)
    )
    assert bold is not regular
    glyph = bold.glyph("∑")
    assert bold.extents(glyph)[2] > regular.extents(glyph)[2]


def test_the_index_is_kept_and_renewed(folder, tmp_path):
    cache = tmp_path / "cache" / "fonts.json"
    before = Library([folder], cache).entries
    assert cache.exists()
    written = cache.stat().st_mtime_ns
    assert Library([folder], cache).entries == before
    assert cache.stat().st_mtime_ns == written
    (folder / "Mono.ttf").unlink()
    assert Library([folder], cache).families() == ["Noto Sans Thai"]


@pytest.mark.parametrize("content", [b"", b"[1, 2]", b'{"format": 0}', b"\xff\xfe"])
def test_a_broken_index_is_made_anew(folder, tmp_path, content):
    cache = tmp_path / "fonts.json"
    cache.write_bytes(content)
    assert len(Library([folder], cache).entries) == 2


def test_an_index_that_cannot_be_written_is_no_error(folder, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert len(Library([folder], tmp_path / "file" / "fonts.json").entries) == 2


def test_system_fonts_come_last_and_through_the_index(tmp_path):
    fonts = Fonts(cache=tmp_path)
    assert fonts.stack("sans").find("A", "Latn", "en").path == shipped(ARCHIVO)
    assert not (tmp_path / "fonts.json").exists()
    fonts.stack("sans").find("𒀀", "Xsux", "en")
    assert (tmp_path / "fonts.json").exists()
