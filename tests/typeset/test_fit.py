from __future__ import annotations

import pytest

from sharekit.typeset import Step, hyphens, lay_out, measure

TITLE = "Rents fell in eleven cities after the court had capped what a landlord may ask"


def texts(block):
    return [line.text for line in block.lines]


def test_the_largest_step_that_fits_is_taken(style):
    wanted = style(language="en")
    block = lay_out(TITLE, 1000, 228, wanted)
    larger = [step for step in wanted.steps if step.size > block.step.size]
    for step in larger:
        again = lay_out(TITLE, 1000, 228, style(steps=[step], language="en"))
        assert again.truncated or len(again.lines) > 4
    assert not block.truncated
    assert block.step in wanted.steps


def test_height_counts_from_cap_line_to_last_baseline(style):
    steps = [Step(100, 100), Step(50, 50)]
    cap = lay_out("H", 1000, 500, style(steps=steps, lines=1)).cap_height
    assert cap == pytest.approx(68.6)
    two = "one two three four five six"
    assert lay_out(two, 900, 100 + cap, style(steps=steps, lines=2)).step.size == 100
    assert lay_out(two, 900, 100 + cap - 1, style(steps=steps, lines=2)).step.size == 50


def test_line_boxes_count_whole(style):
    steps = [Step(100, 110), Step(50, 55)]
    two = "one two three four five six"
    assert lay_out(two, 900, 220, style(steps=steps, lines=2, edge="box")).step.size == 100
    assert lay_out(two, 900, 219, style(steps=steps, lines=2, edge="box")).step.size == 50


def test_no_word_is_wider_than_the_box(style):
    block = lay_out("incomprehensibilities", 700, 400, style())
    assert texts(block) == ["incomprehensibilities"]
    assert block.step.size < 108


def test_what_does_not_fit_is_cut_at_a_word(style):
    block = lay_out(TITLE, 500, 100, style(lines=2, language="en"))
    assert block.truncated
    assert block.step.size == 48
    assert texts(block) == ["Rents fell in eleven", "cities after the court…"]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("One, two, three, four and five", "One, two…"),
        ("One – two – three – four – five", "One – two…"),
        ("これは長い、とても長い題名です", "これは長い…"),
    ],
)
def test_punctuation_before_the_ellipsis_goes(style, text, end):
    width = measure(end, style(largest=48)) + 8
    block = lay_out(text, width, 60, style(largest=48, lines=1))
    assert block.text == end


def test_a_word_too_wide_at_the_smallest_step_is_broken(style):
    block = lay_out("Rindfleischetikettierungsüberwachung neu", 620, 300, style(language="de"))
    assert not block.truncated
    assert "".join(texts(block)).replace(" ", "") == "Rindfleischetikettierungsüberwachungneu"
    assert max(line.width for line in block.lines) <= 620


def test_soft_hyphens_of_the_author_break_it_better(style):
    word = "Rindfleisch\u00adetikettierungs\u00adüberwachungs\u00adaufgaben"
    block = lay_out(word, 620, 300, style(language="de"))
    assert texts(block)[-1] in ("aufgaben", "überwachungsaufgaben")
    assert all(line.text.endswith(("‐", "-")) for line in block.lines[:-1])
    assert block.text == word.replace("\u00ad", "")


def test_hyphenation_by_patterns_is_an_option(style):
    if not hyphens.has_patterns():
        pytest.skip("pyphen is not installed")
    text = "Donaudampfschifffahrtsgesellschaft neu"
    plain = lay_out(text, 620, 300, style(language="de"))
    hyphenated = lay_out(text, 620, 300, style(language="de", hyphenate=True))
    assert hyphenated.step.size > plain.step.size
    assert any(line.hyphen for line in hyphenated.lines)
    assert max(line.width for line in hyphenated.lines) <= 620
    # A language without patterns, or none, is left alone.
    assert lay_out(text, 620, 300, style(language="xx", hyphenate=True)).step == plain.step


def test_a_hyphen_inside_a_word_never_ends_a_line(style):
    for width in range(300, 1000, 20):
        block = lay_out("The court struck down forty-one by-laws", width, 400, style())
        assert not any(text.endswith("-") for text in texts(block))


def test_lines_are_balanced_by_what_they_end_in(style):
    text = "A short history of the long road to a fair price for bread"
    by_shape = ["A short history of", "the long road to a", "fair price for bread"]
    by_sense = ["A short history", "of the long road", "to a fair price for bread"]
    # There is no list of small words for this language.
    assert texts(lay_out(text, 920, 228, style(language="xx"))) == by_shape
    assert texts(lay_out(text, 920, 228, style(language="en"))) == by_sense


def test_no_short_word_stands_alone_at_the_end(style):
    block = lay_out("The people of the valley asked for their water back now", 640, 300, style())
    assert len(block.lines[-1].text.split()) > 1


@pytest.mark.parametrize("wrap", ["pretty", "balance"])
def test_balanced_lines_are_no_more_than_greedy_ones(style, titles, wrap):
    for language, text in titles:
        greedy = lay_out(text, 700, 320, style(language=language, wrap="greedy"))
        other = lay_out(text, 700, 320, style(language=language, wrap=wrap))
        if language[:2] not in ("ja", "zh"):  # these give a little size for lines of sense
            assert len(other.lines) == len(greedy.lines)
            assert other.step == greedy.step


def test_balance_makes_the_longest_line_shorter(style):
    text = "The people of the valley asked for their water back now"
    greedy = lay_out(text, 980, 228, style(wrap="greedy"))
    balanced = lay_out(text, 980, 228, style(wrap="balance"))
    assert texts(greedy)[-1] == "now"
    assert texts(balanced)[-1] == "water back now"
    assert balanced.text_width < greedy.text_width


def test_japanese_ends_lines_at_phrases_if_that_costs_little(style):
    text = "判決から半年、十一の都市で借り手の暮らしはどう変わったのか"
    block = lay_out(text, 1072, 288, style(language="ja"))
    particles = tuple("のはがをにでとも")
    assert not any(line.text.startswith(particles) for line in block.lines)
    assert texts(block) == ["判決から半年、十一の", "都市で借り手の暮らしは", "どう変わったのか"]


def test_steps_are_scaled_for_the_script(style):
    steps = [Step(100, 104, -23)]
    sizes = {
        "Latin title": (100, 104, -23),
        "عنوان عربي": (94, 126, 0),
        "日本語の題名": (90, 116, 0),
        "หัวข้อภาษาไทย": (95, 132, 0),
        "Ελληνικός τίτλος": (100, 104, -23),
    }
    for text, expected in sizes.items():
        assert lay_out(text, 1000, 500, style(steps=steps)).step == expected


def test_no_factor_brings_a_step_below_48(style):
    assert lay_out("日本語", 500, 100, style(steps=[Step(52, 60)])).step.size == 48
    # Unless the step itself is smaller.
    assert lay_out("日本語", 500, 100, style(steps=[Step(30, 36)])).step.size == 30


def test_one_line_of_arabic_may_stand_out_of_a_small_box(style):
    block = lay_out("المشورة العامة", 560, 44, style(steps=[Step(48, 56, -4)], lines=1))
    assert not block.truncated
    face_top = block.lines[0].baseline
    assert 25 < face_top < 48


def test_nothing_to_set(style):
    block = lay_out(" \n", 500, 100, style())
    assert block.lines == ()
    assert block.ink is None
    assert not block.truncated
    assert lay_out("\u200e", 500, 100, style()).ink is None


def test_the_same_call_gives_the_same_value(style):
    assert lay_out(TITLE, 900, 300, style()) is lay_out(TITLE, 900, 300, style())
    assert hash(style()) == hash(style())


def test_measure_is_the_width_of_one_line(style):
    wanted = style(largest=48)
    assert measure("Hello", wanted) == pytest.approx(
        lay_out("Hello", 1000, 100, wanted).lines[0].width
    )
    assert measure("", wanted) == 0


def test_no_font_has_an_ellipsis_style_of_its_own(style):
    block = lay_out(TITLE, 500, 50, style(lines=1, ellipsis=""))
    assert block.truncated
    assert TITLE.startswith(block.text)
