from __future__ import annotations

import io

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables import sbixGlyph, sbixStrike
from PIL import Image, ImageChops

from sharekit.typeset import Step, draw, harfbuzz, lay_out, pillow

WHITE, INK = (255, 255, 255), (10, 20, 120)


def drawn(block, at=(60, 60), size=(900, 500), mode="RGB", fill=INK, **more):
    image = Image.new(mode, size, WHITE if mode != "L" else 255)
    return image, draw(block, image, at, fill, **more)


def inked(image):
    """The box of what is no longer white."""
    return ImageChops.invert(image.convert("L")).getbbox()


def test_ink_falls_where_the_block_says(style):
    block = lay_out("Hagelsturm im Juni", 700, 300, style())
    image, ink = drawn(block)
    box = inked(image)
    for found, said in zip(box, ink, strict=True):
        assert abs(found - said) <= 1


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_every_mode(style, mode):
    block = lay_out("Hello", 700, 100, style())
    fill = INK if mode != "L" else (0, 0, 0)
    image, _ = drawn(block, mode=mode, fill=fill)
    darkest = image.getextrema()
    assert image.mode == mode
    assert darkest[0][0] == INK[0] if mode != "L" else darkest[0] == 0
    if mode == "RGBA":
        assert darkest[3] == (255, 255)


def test_the_fill_is_the_colour(style):
    image, _ = drawn(lay_out("■■", 700, 100, style()))
    assert INK in {colour for _, colour in image.getcolors(100_000)}


def test_what_lies_outside_is_cut_off(style):
    block = lay_out("Hello there", 700, 100, style())
    image, _ = drawn(block, at=(-200, -20), size=(300, 60))
    assert inked(image)
    beyond, ink = drawn(block, at=(5000, 5000), size=(300, 60))
    assert inked(beyond) is None
    assert ink is None


def test_fractions_of_a_pixel_move_the_ink(style):
    block = lay_out("Hello", 700, 100, style())
    whole, _ = drawn(block, at=(60, 60))
    half, _ = drawn(block, at=(60.5, 60))
    assert whole.tobytes() != half.tobytes()


def test_nothing_is_drawn_for_nothing(style):
    image, ink = drawn(lay_out("", 700, 100, style()))
    assert ink is None
    assert inked(image) is None


@pytest.mark.parametrize("size", [13, 48, 61.5, 109, 240])
def test_emoji_at_any_size(style, size):
    block = lay_out("👩\u200d🚒", 700, 300, style(steps=[Step(size, size)]))
    image, _ = drawn(block, at=(60, 60))
    left, top, right, bottom = inked(image)
    assert right - left == pytest.approx(size * 0.95, abs=2)
    assert bottom - top == pytest.approx(size * 1.15, rel=0.08)
    # In colour: a fire fighter is not grey.
    pixels = image.crop((left, top, right, bottom)).get_flattened_data()
    assert any(max(pixel) - min(pixel) > 80 for pixel in pixels)


@pytest.mark.parametrize(
    ("text", "colour"),
    [("👋🏻", (250, 220, 190)), ("👋🏿", (90, 60, 50))],
    ids=["light", "dark"],
)
def test_skin_tones(style, text, colour):
    image, _ = drawn(lay_out(text, 700, 300, style(steps=[Step(120, 120)])))
    counted = sorted(image.getcolors(1_000_000), reverse=True)
    commonest = next(found for _, found in counted if found != WHITE)
    assert all(abs(a - b) < 40 for a, b in zip(commonest, colour, strict=True))


def test_flags(style):
    block = lay_out("🇫🇷", 700, 300, style(steps=[Step(160, 160)]))
    image, ink = drawn(block)
    middle = (ink.top + ink.bottom) / 2
    third = (ink.right - ink.left) / 6
    blue, white, red = (image.getpixel((int(ink.left + third * n), int(middle))) for n in (1, 3, 5))
    assert blue[2] > blue[0] + 60
    assert min(white) > 200
    assert red[0] > red[2] + 60


def test_bitmap_emoji_are_scaled(tmp_path):
    face = _bitmap_font(tmp_path / "Bitmap.ttf")
    stamp = harfbuzz.stamp(face, 1, 64)
    assert stamp.image.size == (64, 64)
    assert stamp.image.getpixel((32, 32))[:3] == (200, 30, 30)


def _bitmap_font(path):
    """A font whose only glyph is a red square stored as PNG."""
    buffer = io.BytesIO()
    Image.new("RGBA", (100, 100), (200, 30, 30, 255)).save(buffer, "PNG")
    builder = FontBuilder(100, isTTF=True)
    builder.setupGlyphOrder([".notdef", "square"])
    builder.setupCharacterMap({0x1F7E5: "square"})
    empty = TTGlyphPen(None).glyph()
    builder.setupGlyf({".notdef": empty, "square": empty})
    builder.setupHorizontalMetrics({".notdef": (100, 0), "square": (100, 0)})
    builder.setupHorizontalHeader(ascent=100, descent=0)
    builder.setupNameTable({"familyName": "Bitmap"})
    builder.setupOS2()
    builder.setupPost()
    sbix = newTable("sbix")
    sbix.version, sbix.flags = 1, 1
    strike = sbixStrike.Strike(ppem=100, resolution=72)
    strike.glyphs["square"] = sbixGlyph.Glyph(
        graphicType="png ", glyphName="square", imageData=buffer.getvalue(),
        originOffsetX=0, originOffsetY=0,
    )  # fmt: skip
    strike.glyphs[".notdef"] = sbixGlyph.Glyph(glyphName=".notdef")
    sbix.strikes[100] = strike
    builder.font["sbix"] = sbix
    builder.save(path)
    return harfbuzz.open_face(path)


def test_a_tower_of_marks_is_cut_off_near_the_box(style):
    block = lay_out("Z" + "\u0301" * 300 + "algo", 700, 100, style(lines=1))
    image, _ = drawn(block, at=(60, 300), size=(900, 700))
    top = inked(image)[1]
    assert top >= 300 - block.step.size - 2


def overlap(first, second):
    """Dark pixels of both over dark pixels of either."""
    dark = [
        image.convert("L").point(lambda value: 255 * (value < 128)) for image in (first, second)
    ]
    both = sum(ImageChops.darker(*dark).histogram()[128:])
    either = sum(ImageChops.lighter(*dark).histogram()[128:])
    return both / max(1, either)


def test_pillow_draws_the_same(style, title):
    language, text = title
    block = lay_out(text, 700, 400, style(language=language))
    if any(piece.emoji for line in block.lines for piece in line.pieces):
        pytest.skip("colour glyphs are beyond Pillow")
    ours, _ = drawn(block)
    theirs, _ = drawn(block, painter=pillow)
    assert overlap(ours, theirs) > 0.87
