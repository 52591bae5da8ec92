"""What holds for any text, any box and any style."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from sharekit.typeset import Fonts, Step, Style, draw, lay_out
from sharekit.typeset.breaks import EMERGENCY, INNER
from sharekit.typeset.clean import clean
from sharekit.typeset.fit import _prepared, _setting
from sharekit.typeset.paragraph import prepare
from sharekit.typeset.scripts import dominant, rule, scaled

FONTS = Fonts(system=False)
STEPS = tuple(Step(size, round(size * 1.1), -12) for size in (120, 108, 96, 80, 72, 64, 56, 52, 48))
TITLES = yaml.safe_load(Path(__file__).with_name("titles.yaml").read_text(encoding="utf-8"))
WORDS = [word for _, text in TITLES for word in text.split(" ")]
PIECES = [
    text[at : at + 5]
    for language, text in TITLES
    if language[:2] in ("ja", "zh", "th", "km", "lo", "my")
    for at in range(0, len(text), 5)
]


def repeated(parts, length):
    """*parts* over and over, *length* characters in all."""
    text = "".join(parts) or "."
    return (text * (length // len(text) + 1))[:length]


LENGTHS = st.integers(0, 10_000)
TEXTS = st.one_of(
    st.builds(repeated, st.lists(st.text(min_size=1, max_size=30), max_size=8), LENGTHS),
    st.builds(repeated, st.lists(st.sampled_from(WORDS).map("{} ".format), max_size=30), LENGTHS),
    st.lists(st.sampled_from([*WORDS, *PIECES]), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=25).map("".join),
    st.text(max_size=300),
    st.sampled_from([text for _, text in TITLES]),
)
STYLES = st.builds(
    Style,
    stack=st.sampled_from([FONTS.stack(voice) for voice in ("sans", "serif", "cond", "mono")]),
    steps=st.sampled_from([STEPS, STEPS[-1:], (Step(30, 34), Step(20, 24)), STEPS[3:5]]),
    lines=st.integers(1, 6),
    language=st.sampled_from(["", "en", "de", "ja", "zh-Hans", "ar", "he", "th", "ko", "hi"]),
    direction=st.sampled_from(["auto", "auto", "ltr", "rtl"]),
    align=st.sampled_from(["start", "center", "end"]),
    valign=st.sampled_from(["top", "middle", "bottom"]),
    edge=st.sampled_from(["cap", "box"]),
    wrap=st.sampled_from(["pretty", "balance", "greedy"]),
    hyphenate=st.booleans(),
)
BOXES = st.one_of(
    st.tuples(st.integers(60, 1100), st.integers(20, 700)),
    st.tuples(st.integers(1, 4000), st.integers(1, 4000)),
)
CHECKS = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))


def ranks(text, style):
    """How good a break is before each position of a cleaned text."""
    cleaned = clean(text, 100_000)
    return prepare(cleaned, _setting(style, scaled(style.steps, cleaned.text))).ranks


@CHECKS
@given(TEXTS, STYLES, BOXES)
def test_the_text_stays_inside_its_box(text, style, box):
    width, height = box
    block = lay_out(text, width, height, style)
    assert len(block.lines) <= style.lines
    for line in block.lines:
        if line.width > width + 0.01:
            # Only a single character may be wider than the box, alone or with an ellipsis.
            clusters = {at for piece in line.pieces for at in piece.clusters}
            assert len(clusters) <= 1 + (block.truncated and line is block.lines[-1])
        else:
            assert -0.01 <= line.x <= width - line.width + 0.01
    if len(block.lines) > 1:
        apart = block.lines[-1].baseline - block.lines[0].baseline
        assert apart <= height + 1
    if block.lines and style.edge == "cap" and rule(dominant(block.text)).capitals:
        first, last = block.lines[0].baseline, block.lines[-1].baseline
        if last - first + block.cap_height <= height:
            assert first - block.cap_height >= -1
            assert last <= height + 1


@CHECKS
@given(TEXTS, STYLES, BOXES)
def test_nothing_is_lost_but_what_the_ellipsis_stands_for(text, style, box):
    block = lay_out(text, *box, style)
    whole = clean(text, 100_000).text
    joined = "".join(block.text[line.start : line.end] for line in block.lines)
    assert joined == block.text
    if block.truncated:
        assert block.text.endswith(style.ellipsis)
        assert whole.startswith(block.text.removesuffix(style.ellipsis))
        assert block.text != whole
    else:
        assert block.text == whole


@CHECKS
@given(TEXTS, STYLES, BOXES)
def test_lines_end_only_where_they_may(text, style, box):
    block = lay_out(text, *box, style)
    allowed = ranks(block.text, style)
    for line in block.lines[:-1]:
        if block.truncated and line.end >= len(block.text) - len(style.ellipsis):
            continue
        assert allowed[line.end] >= EMERGENCY
        if allowed[line.end] < INNER and not line.hyphen:
            # Inside a word only where words do not fit at the smallest step.
            assert block.step == _prepared(text, box[0], style)[1][-1]


@CHECKS
@given(TEXTS, STYLES, BOXES)
def test_what_was_set_is_set_the_same_again(text, style, box):
    block = lay_out(text, *box, style)
    if not block.truncated:
        again = lay_out(block.text, *box, style)
        assert [line.text for line in again.lines] == [line.text for line in block.lines] or (
            "\u00ad" in text
        )


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS, STYLES, BOXES)
def test_ink_is_drawn_where_it_was_announced(text, style, box):
    block = lay_out(text, *box, style)
    image = Image.new("L", (box[0] + 400, box[1] + 400), 255)
    announced = draw(block, image, (200, 200), (0, 0, 0))
    found = image.point(lambda value: 255 - value).getbbox()
    if found is None:
        return
    assert announced is not None
    assert found[0] >= announced.left - 2
    assert found[1] >= announced.top - 2
    assert found[2] <= announced.right + 2
    assert found[3] <= announced.bottom + 2


LONG = {
    "marks": "\u0301" * 10_000,
    "joined": "👩\u200d💻" * 3_300,
    "embeddings": "\u202ba" * 5_000,
    "isolates": "\u2067א" * 5_000,
    "brackets": "([" * 5_000,
    "one word": "a" * 10_000,
    "narrow": "i " * 5_000,
    "soft hyphens": "a\u00ad" * 5_000,
    "Thai": "ก" * 10_000,
    "kana": "か" * 10_000,
    "words": "if it is to be " * 666,
    "spaces": " \u200b" * 5_000,
}
AREA = (936, 600)


# An endless loop is what this is about; a tracer that counts lines makes everything slower.
BOUND = 100 if sys.gettrace() is None else 1_000


def milliseconds(text, style):
    """The least CPU time of three, for a text that was never seen."""
    spent = []
    for number in range(3):
        fresh = Style(
            stack=style.stack, steps=style.steps, lines=style.lines, features=(("kern", number),)
        )
        start = time.process_time()
        lay_out(text, *AREA, fresh)
        spent.append((time.process_time() - start) * 1000)
    return min(spent)


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_ten_thousand_characters_end_soon(text):
    style = Style(stack=FONTS.stack("sans"), steps=STEPS, lines=8)
    assert milliseconds(text, style) < BOUND


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.integers(0, 10_000))
def test_any_characters_end_soon(random, length):
    blocks = ((0x20, 0x7F), (0xA0, 0x3000), (0x3000, 0xA000), (0xAC00, 0xD7A4), (0xE000, 0x110000))
    text = "".join(chr(random.randrange(*random.choice(blocks))) for _ in range(length))
    style = Style(stack=FONTS.stack("sans"), steps=STEPS, lines=8)
    assert milliseconds(text, style) < BOUND
