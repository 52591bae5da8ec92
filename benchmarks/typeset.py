"""CPU time to lay out and draw a text: a title of 80 characters, and 10,000 random ones.

python benchmarks/typeset.py
"""

from __future__ import annotations

import random
import statistics
import time

from PIL import Image

from sharekit.typeset import Fonts, Step, Style, draw, lay_out

TITLE = "How a village library came back on wheels and what its first reader asked it for"
BLOCKS = ((0x20, 0x7F), (0xA0, 0x3000), (0x3000, 0xA000), (0xAC00, 0xD7A4), (0xF900, 0x1FB00))
STEPS = tuple(Step(size, size * 1.08, -12) for size in (120, 108, 96, 88, 80, 72, 64, 56, 52))


def main() -> None:
    """Print the least and the median of many runs, each with a style that no cache has seen."""
    fonts = Fonts(system=False)
    dice = random.Random(1)
    soup = "".join(chr(dice.randrange(*dice.choice(BLOCKS))) for _ in range(10_000))
    image = Image.new("RGB", (1200, 630))
    print(f"{'CPU ms':34}  least  median")
    tried = (("80-character title", TITLE, 300, 4.0), ("10,000 random", soup, 30, 40.0))
    for name, text, runs, budget in tried:
        taken = []
        for number in range(-1, runs):
            style = Style(
                stack=fonts.stack("sans"),
                steps=STEPS,
                lines=4,
                language="en",
                features=(("kern", 1), ("ss01", number + 2)),
            )
            start = time.process_time()
            draw(lay_out(text, 1000, 228, style), image, (64, 338), (255, 255, 255))
            taken.append((time.process_time() - start) * 1000)
        warm = taken[1:]
        over = "   MISSED" if min(warm) > budget else ""
        row = f"{name:34} {min(warm):6.2f}  {statistics.median(warm):6.2f}"
        print(f"{row}  (held to {budget:g}){over}")


if __name__ == "__main__":
    main()
