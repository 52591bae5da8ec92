"""CPU time of `render` on a site of 10,000 Markdown posts where little or nothing has changed.

    python benchmarks/changed.py [--posts N]

The posts are made in a temporary folder and drawn once, in a layout that costs little; that run
counts for nothing. Then: nothing changed, one post changed, and nothing changed but every post
read, which is what `render` does without --changed.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BUDGET = 5.0
WORDS = (
    *("river", "otter", "court", "market", "village", "winter", "morning", "library", "wheel"),
    *("bridge", "garden", "school", "light", "paper", "signal", "harbour", "council", "letter"),
)
CONFIG = """
sharekit: 1
site: { name: Ten thousand, url: https://ten.example }
sources: { posts: posts }
"""
LAYOUT = """
about: As little as a card can be
layers:
  ground: { box: card, fill: { color: ground } }
  title: { box: [64, 64, 1072, 236], text: { value: "{{ post.title }}", lines: 3, sizes: 72 } }
"""


def make(folder: Path, count: int) -> None:
    """A site of *count* posts."""
    dice = random.Random(1)
    (folder / "posts").mkdir()
    (folder / "layouts").mkdir()
    (folder / "layouts" / "least.yaml").write_text(LAYOUT)
    (folder / "sharekit.yaml").write_text(CONFIG)
    for number in range(count):
        write(folder, number, " ".join(dice.choices(WORDS, k=9)), dice)


def write(folder: Path, number: int, title: str, dice: random.Random) -> None:
    """One post: front matter and five paragraphs."""
    body = "\n\n".join(" ".join(dice.choices(WORDS, k=60)) for _ in range(5))
    tags = ", ".join(dice.choices(WORDS, k=2))
    (folder / "posts" / f"post-{number:05}.md").write_text(
        f"---\ntitle: {title} {number}\ndate: 2026-{number % 12 + 1:02}-{number % 28 + 1:02}\n"
        f"tags: [{tags}]\ndescription: {' '.join(dice.choices(WORDS, k=14))}\n---\n{body}\n"
    )


def render(folder: Path, *options: str) -> tuple[float, int, int]:
    """CPU seconds of one run, user and system, and how many cards it drew and kept."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "sharekit", "render", "--layout", "least", *options]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    found = re.search(r"Drew (\d+), kept (\d+), failed 0", done.stderr)
    assert found, done.stderr
    return spent, int(found[1]), int(found[2])


def main() -> None:
    """Print what each kind of run costs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=10_000)
    count = parser.parse_args().posts
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, count)
        time.sleep(0.2)  # what was written this instant is not yet trusted to stay
        rows = [("the first run", *render(folder, "--changed"))]
        least = min(render(folder, "--changed") for _ in range(3))
        rows.append(("--changed, nothing changed", *least))
        write(folder, 7, "Another title", random.Random(2))
        time.sleep(0.2)
        rows.append(("--changed, one post changed", *render(folder, "--changed")))
        rows.append(("every post looked at", *render(folder)))
    print(f"{f'{count:,} posts':30} CPU s   drew   kept")
    for what, seconds, drew, kept in rows:
        print(f"{what:30} {seconds:5.2f} {drew:6} {kept:6}")
    over = least[0] > BUDGET or least[1]
    print(f"held to {BUDGET:g} s and no card drawn{': MISSED' if over else ''}")


if __name__ == "__main__":
    main()
