from __future__ import annotations

import random
import time

from PIL import Image

from sharekit.typeset import Style, draw, lay_out

TITLE = "How a village library came back on wheels and what its first reader asked it for"


def soon_enough(work, limit, tries):
    """Whether *work* takes less than *limit* ms of CPU in one of some tries: others may be busy."""
    for number in range(tries):
        start = time.process_time()
        work(number)
        if (time.process_time() - start) * 1000 <= limit:
            return True
    return False


def fresh(fonts, scale, number):
    """A style that no cache has seen."""
    features = (("kern", 1), ("ss01", number + 1))
    return Style(
        stack=fonts.stack("sans"), steps=scale[1:10], lines=4, language="en", features=features
    )


def test_a_title_of_80_characters_takes_4_ms(fonts, scale):
    assert len(TITLE) == 80
    image = Image.new("RGB", (1200, 630))

    def work(number):
        block = lay_out(TITLE, 1000, 228, fresh(fonts, scale, number))
        draw(block, image, (64, 338), (255, 255, 255))

    work(-1)
    assert soon_enough(work, 4, tries=500)


def test_10_000_random_characters_take_40_ms(fonts, scale):
    dice = random.Random(1)
    blocks = ((0x20, 0x7F), (0xA0, 0x3000), (0x3000, 0xA000), (0xAC00, 0xD7A4), (0xF900, 0x1FB00))
    text = "".join(chr(dice.randrange(*dice.choice(blocks))) for _ in range(10_000))
    image = Image.new("RGB", (1200, 630))

    def work(number):
        block = lay_out(text, 1000, 500, fresh(fonts, scale, number))
        draw(block, image, (64, 64), (255, 255, 255))

    work(-1)
    assert soon_enough(work, 40, tries=50)


def test_the_same_text_again_costs_next_to_nothing(fonts, scale):
    style = fresh(fonts, scale, 0)
    lay_out(TITLE, 1000, 228, style)
    assert soon_enough(lambda _: lay_out(TITLE, 1000, 228, style), 0.1, tries=20)
