#!/usr/bin/env python3
"""What a card costs in sharekit and in its peers: CPU ms, side by side, in one run.

    python benchmarks/render.py [--quick] [--no-peers] [--json FILE]

The work is in work.py. Every renderer runs in a process of its own, in turns, and the least of
the rounds' medians counts, so that a busy machine harms all alike. Peers are installed once into
benchmarks/.cache; those that need Node are left out where there is none. At the end stands what
sharekit holds itself to, and whether it did.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import peers
import work

if TYPE_CHECKING:
    from PIL import Image

WORK_JSON = work.FOLDER / "work.json"
MODES = (("jpeg", "new"), ("png", "new"), ("jpeg", "cached"), ("png", "cached"))
PLAIN, PHOTO, STDLIB = "sharekit, plain", "sharekit, photo", "sharekit, plain, no isal"


class Spent(NamedTuple):
    """A card's cost: CPU and wall ms, bytes, MB of memory at most."""

    cpu: float
    wall: float
    bytes: int
    rss: float


Figures = dict[str, dict[str, Spent]]


class Target(NamedTuple):
    """A figure, what it should be, and whether more is better."""

    what: str
    value: float | None
    least: float = 0.0
    most: float = 0.0

    @property
    def line(self) -> str:
        """A row of the last table."""
        if self.value is None:
            return f"  {'-':>8}           {self.what}"
        good = self.value >= self.least if self.least else self.value <= self.most
        bound = f"(>= {self.least:g})" if self.least else f"(<= {self.most:g})"
        return f"  {self.value:8.2f} {bound:>9} {self.what}{'' if good else '   MISSED'}"


def run(command: list[str], *, env: dict[str, str] | None = None) -> Spent | None:
    """One round of one renderer; `None` when it cannot do the work."""
    done = subprocess.run(
        command,
        cwd=peers.HERE,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(
            f"  {' '.join(command[1:4])}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr
        )
        return None
    data = json.loads(done.stdout.strip().splitlines()[-1])
    return Spent(
        statistics.median(data["cpu"]), statistics.median(data["wall"]), data["bytes"], data["rss"]
    )


def prepare() -> None:
    """The photograph, a static cut of the font, and the work's numbers for Node."""
    work.photo()
    if not work.STATIC_FONT.is_file():
        from fontTools.ttLib import TTFont
        from fontTools.varLib.instancer import instantiateVariableFont

        cut = instantiateVariableFont(TTFont(work.FONT), {"wght": 700, "wdth": 100})
        cut.save(work.STATIC_FONT)
    told = {
        "modules": str(peers.MODULES.parent),
        "photo": str(work.PHOTO),
        "logo": str(work.LOGO),
        "font": str(work.FONT),
        "static_font": str(work.STATIC_FONT),
        "width": work.WIDTH,
        "height": work.HEIGHT,
        "scrim_top": work.SCRIM_TOP,
        "scrim_alpha": work.SCRIM_ALPHA,
        "title_box": work.TITLE_BOX,
        "logo_box": work.LOGO_BOX,
        "title_size": work.TITLE_SIZE,
        "title_leading": work.TITLE_LEADING,
        "quality": work.QUALITY,
        "titles": [work.title(number) for number in range(200)],
    }
    WORK_JSON.write_text(json.dumps(told))


def own(layout: str, kind: str, picture: str, count: int) -> list[str]:
    """The command that draws with sharekit."""
    return [sys.executable, "own.py", layout, kind, picture, str(count)]


def measure(kind: str, picture: str, rounds: int, count: int, *, others: bool) -> dict[str, Spent]:
    """The least of *rounds* medians of each renderer, taken in turns."""
    wanted = {name: own(name.split(", ")[1], kind, picture, count) for name in (PLAIN, PHOTO)}
    if kind == "png":
        wanted[STDLIB] = wanted[PLAIN]
    if others:
        wanted |= peers.commands(kind, picture, count, WORK_JSON)
    best: dict[str, Spent] = {}
    for number in range(rounds):
        for name, command in wanted.items():
            if name == "mkdocs-material" and number:
                continue
            env = {"SHAREKIT_NO_ISAL": "1"} if name == STDLIB else None
            spent = run(command, env=env)
            if spent and (name not in best or spent.cpu < best[name].cpu):
                best[name] = spent
    return best


def show(kind: str, picture: str, found: dict[str, Spent]) -> None:
    """One table: cost of each, and how many times sharekit's that is."""
    cheapest = found[PLAIN].cpu
    what = "another photo each time" if picture == "new" else "the same photo, another title"
    print(f"\n{kind.upper()}, {what}")
    print(f"{'':26}{'CPU ms':>8}{'wall ms':>9}{'KB':>7}{'MB':>6}{'ratio':>8}")
    for name, spent in sorted(found.items(), key=lambda item: item[1].cpu):
        memory = f"{spent.rss:6.0f}" if spent.rss else "     -"
        print(
            f"{name:26}{spent.cpu:8.1f}{spent.wall:9.1f}{spent.bytes / 1000:7.0f}{memory}"
            f"{spent.cpu / cheapest:7.2f}x",
            flush=True,
        )


def likeness() -> dict[str, float]:
    """PSNR, dB, of each photograph on a card against the same decoded whole and scaled by LANCZOS.

    Over the whole card, before it is encoded: on it lie no words, no logo and no shade.
    """
    from PIL import Image, ImageOps

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "own.py", "cards", folder]
        subprocess.run(command, cwd=peers.HERE, check=True, capture_output=True)
        for path in work.photos():
            with Image.open(path) as whole, Image.open(Path(folder) / f"{path.stem}.png") as drawn:
                size = (work.WIDTH, work.HEIGHT)
                best = ImageOps.fit(whole.convert("RGB"), size, Image.Resampling.LANCZOS)
                found[path.stem] = _psnr(drawn.convert("RGB"), best)
    return found


def _psnr(one: Image.Image, other: Image.Image) -> float:
    from PIL import ImageChops, ImageStat

    squares = ImageStat.Stat(ImageChops.difference(one, other)).sum2
    return 10 * math.log10(255**2 * 3 * one.width * one.height / sum(squares))


def side_by_side(pairs: int, count: int) -> tuple[float, float]:
    """How many cards two processes draw in the time of one's: by the clock, and by CPU time.

    Both begin to count at one moment, when both are warm. The quickest of *pairs* runs alone is
    held against the quickest of as many pairs, so that what else runs is least in the figure.
    The CPU's figure is what the two cost each other; it also holds while other programs run.
    """
    alone = [_together(1, count)[0] for _ in range(pairs)]
    both = [_together(2, count) for _ in range(pairs)]
    clock = max(sum(1 / one.wall for one in pair) for pair in both)
    cpu = max(sum(1 / one.cpu for one in pair) for pair in both)
    return min(one.wall for one in alone) * clock, min(one.cpu for one in alone) * cpu


def _together(processes: int, count: int) -> list[Spent]:
    """The means of so many processes that draw *count* cards each at the same time."""
    command = [*own("plain", "jpeg", "new", count), "--together"]
    running = [
        subprocess.Popen(
            command, cwd=peers.HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(processes)
    ]
    for one in running:
        assert one.stdout
        one.stdout.readline()
    for one in running:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    told = [json.loads(one.communicate()[0].splitlines()[-1]) for one in running]
    return [
        Spent(statistics.fmean(t["cpu"]), statistics.fmean(t["wall"]), t["bytes"], t["rss"])
        for t in told
    ]


def targets(figures: Figures, quality: dict[str, float], pair: tuple[float, float]) -> list[Target]:
    """What sharekit holds itself to."""

    def ratio(mode: str, peer: str, mine: str = PLAIN) -> float | None:
        there = figures[mode].get(peer)
        return there.cpu / figures[mode][mine].cpu if there else None

    real = min(value for name, value in quality.items() if name != work.NOISY)
    photo, plain = (figures["jpeg new"][name].cpu for name in (PHOTO, PLAIN))
    memory = max(
        spent.rss
        for found in figures.values()
        for name, spent in found.items()
        if "sharekit" in name
    )
    return [
        Target("JPEG: times cheaper than takumi-py", ratio("jpeg new", "takumi-py"), 4.0),
        Target("JPEG: times cheaper than satori + resvg", ratio("jpeg new", "satori + resvg"), 7.5),
        Target("PNG: times cheaper than takumi-py", ratio("png new", "takumi-py", STDLIB), 2.0),
        Target("PNG, with isal: the same", ratio("png new", "takumi-py"), 3.2),
        Target(
            "JPEG, photo cached: times cheaper than @takumi-rs/core",
            ratio("jpeg cached", "@takumi-rs/core"),
            2.5,
        ),
        Target("layout photo: times the plain one", photo / plain, most=1.5),
        Target("MB of memory at most", memory, most=90),
        Target("dB PSNR against full decoding and LANCZOS, the least of the samples", real, 46),
        Target("times one process's cards in two, by the clock", pair[0], 1.85),
        Target("the same by CPU time", pair[1], 1.85),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round of few cards")
    parser.add_argument("--no-peers", action="store_true", help="sharekit alone")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    rounds, count = (1, 8) if options.quick else (3, 15)
    if not options.no_peers:
        peers.install()
    prepare()
    figures: Figures = {}
    for kind, picture in MODES:
        found = measure(kind, picture, rounds, count, others=not options.no_peers)
        show(kind, picture, found)
        figures[f"{kind} {picture}"] = found
    quality = likeness()
    print("\ndB PSNR of the picture against full decoding and LANCZOS")
    print("  " + ", ".join(f"{name} {value:.1f}" for name, value in quality.items()))
    held = targets(figures, quality, side_by_side(2 * rounds, 3 * count))
    print("\nHeld to")
    for target in held:
        print(target.line)
    if options.json:
        plain = {
            mode: {n: s._asdict() for n, s in found.items()} for mode, found in figures.items()
        }
        plain["targets"] = {target.what: {"value": target.value} for target in held}
        options.json.write_text(json.dumps(plain, indent=1))


if __name__ == "__main__":
    main()
