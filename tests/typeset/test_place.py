from __future__ import annotations

import pytest

from sharekit.typeset import Step, lay_out


def clusters(line):
    """Positions in the text that the line's glyphs stand for, from left to right."""
    placed = [
        (x, cluster)
        for piece in line.pieces
        for x, cluster in zip(piece.xs, piece.clusters, strict=True)
    ]
    return [cluster for _, cluster in sorted(placed)]


def one(style, text, width=1000, height=200, **more):
    return lay_out(
        text, width, height, style(steps=[Step(60, 70, more.pop("tracking", 0))], **more)
    )


@pytest.mark.parametrize(
    ("align", "direction", "place"),
    [
        ("start", "ltr", "left"),
        ("end", "ltr", "right"),
        ("start", "rtl", "right"),
        ("end", "rtl", "left"),
        ("center", "ltr", "center"),
        ("center", "rtl", "center"),
    ],
)
@pytest.mark.parametrize("text", ["Latin title", "كتاب جديد"])
def test_alignment_mirrors(style, text, align, direction, place):
    line = one(style, text, align=align, direction=direction).lines[0]
    room = 1000 - line.width
    assert line.x == pytest.approx({"left": 0, "right": room, "center": room / 2}[place])


def test_direction_comes_from_the_text_then_from_the_language(style):
    assert one(style, "كتاب Django").direction == "rtl"
    assert one(style, "Django كتاب").direction == "ltr"
    assert one(style, "2026!", language="ar").direction == "rtl"
    assert one(style, "2026!", language="en").direction == "ltr"
    assert one(style, "Django", direction="rtl").direction == "rtl"


def test_mixed_directions_on_one_line(style):
    text = "a אב 12 גד z"
    line = one(style, text, direction="ltr").lines[0]
    shown = "".join(text[cluster] for cluster in clusters(line))
    assert shown == "a דג 12 בא z"


def test_each_wrapped_line_is_ordered_by_itself(style):
    text = "אחת שתים שלוש ארבע חמש שש"
    block = one(style, text, width=420, lines=4)
    assert len(block.lines) > 1
    for line in block.lines:
        assert clusters(line) == sorted(clusters(line), reverse=True)
    assert "".join(text[line.start : line.end] for line in block.lines) == text


def test_letter_spacing_widens_gaps_and_hangs_at_the_end(style):
    plain, spaced = (one(style, "Hannover", tracking=t).lines[0].width for t in (0, 100))
    assert spaced - plain == pytest.approx(7 * 6)


@pytest.mark.parametrize("text", ["كتاب جديد", "हिन्दी में", "日本語", "ภาษาไทย", "ספר"])
def test_scripts_that_forbid_letter_spacing_have_none(style, text):
    plain, spaced = (one(style, text, tracking=t).lines[0].width for t in (0, 100))
    assert spaced == pytest.approx(plain)


def test_arabic_inside_a_spaced_line_stays_joined(style):
    text = "Read the كتاب now please"
    plain, spaced = (one(style, text, tracking=t).lines[0] for t in (0, 100))
    arabic = [
        next(piece for piece in line.pieces if "كتاب" in piece.text) for line in (plain, spaced)
    ]
    widths = [max(piece.xs) - min(piece.xs) for piece in arabic]
    assert widths[0] == pytest.approx(widths[1])


def test_spacing_takes_ligatures_apart(style):
    plain, spaced = (one(style, "ffi ﬁ", tracking=t).lines[0] for t in (0, 20))
    assert len(spaced.pieces[0].glyphs) >= len(plain.pieces[0].glyphs)


def test_cap_line_and_baseline_touch_the_box(style):
    top = one(style, "Hx", valign="top")
    assert top.lines[0].baseline == round(top.cap_height)
    bottom = one(style, "Hx", valign="bottom", height=200)
    assert bottom.lines[-1].baseline == 200
    middle = one(style, "Hx", valign="middle", height=200)
    assert middle.lines[0].baseline == pytest.approx(100 + middle.cap_height / 2, abs=0.5)


def test_scripts_without_capitals_keep_all_of_themselves_in_the_box(style):
    for text in ("كتاب جديد", "ภาษาไทยดี", "हिन्दी में"):
        for valign in ("top", "middle", "bottom"):
            block = one(style, text, height=150, valign=valign, lines=2)
            assert block.ink.top >= 0
            assert block.ink.bottom <= 150


def test_vocalised_arabic_and_khmer_are_moved_into_the_box(style):
    for text in ("الكِتَابُ خَيْرُ جَلِيسٍ", "ស្ត្រីក្រុងភ្នំពេញ"):
        block = one(style, text, height=120, edge="box", lines=1)
        assert block.ink.top >= 0
        assert block.ink.bottom <= 120


def test_ink_is_what_the_glyphs_cover(style):
    block = one(style, "Hxg", height=100)
    line = block.lines[0]
    assert line.ink.top == pytest.approx(line.baseline - block.cap_height, abs=1)
    assert line.ink.bottom > line.baseline + 5  # the g
    assert 0 <= line.ink.left < line.ink.right <= line.width
    assert block.ink == line.ink


def test_full_width_punctuation_closes_up(style):
    apart = one(style, "方法。", language="ja").lines[0].width
    quote = one(style, "「詳細」", language="ja").lines[0].width
    together = one(style, "方法。「詳細」", language="ja").lines[0].width
    # One half of the 。 goes; so does the room before a bracket at a line's start.
    assert together == pytest.approx(apart + quote, abs=0.5 * 54 + 1)
    assert together < 7 * 60


def test_a_bracket_at_a_lines_start_stands_at_the_edge(style):
    line = one(style, "「詳細」", language="ja").lines[0]
    assert line.ink.left < 0.15 * 60


def test_han_forms_follow_the_language(style):
    glyphs = {
        language: one(style, "骨直", language=language).lines[0].pieces[0].glyphs
        for language in ("ja", "zh-Hans", "zh-Hant")
    }
    assert len(set(glyphs.values())) == 3


def test_a_language_is_guessed_for_han(style):
    def glyphs(text, language=""):
        return one(style, text, language=language).lines[0].pieces[0].glyphs[0]

    assert glyphs("骨のある話") == glyphs("骨のある話", "ja")
    assert glyphs("骨头测试", "en") == glyphs("骨头测试", "zh-Hans")
    assert glyphs("骨頭測試") == glyphs("骨頭測試", "zh-Hant")


def test_a_hyphenated_line_shows_its_hyphen_at_the_end(style):
    block = one(style, "Ver\u00adfas\u00adsungs\u00adgericht", width=330, lines=3)
    first = block.lines[0]
    assert first.hyphen
    assert first.text.endswith(("‐", "-"))
    assert first.pieces[-1].xs[0] == max(x for piece in first.pieces for x in piece.xs)
    assert first.width <= 330
