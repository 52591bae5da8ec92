#!/usr/bin/env python3
"""What a card costs in sharekit and in its peers: CPU ms, side by side, in one run.

    python benchmarks/render.py [--quick] [--no-peers]

The work is in work.py. Every renderer runs in a process of its own, in turns, and the least of
the rounds' medians counts, so that a busy machine harms all alike. Peers are installed once into
benchmarks/.peers; those that need Node are left out where there is none.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import work

HERE = Path(__file__).resolve().parent
PEERS = HERE / ".peers"
PYTHON = PEERS / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
STATIC_FONT = work.FOLDER / "Archivo-Bold.ttf"
WORK_JSON = work.FOLDER / "work.json"

PYTHON_PEERS = ("takumi-py", "pytakumi", "pyvips", "Pillow, plain")
NODE_PEERS = ("@takumi-rs/core", "satori + resvg")
MODES = (("jpeg", "new"), ("png", "new"), ("jpeg", "cached"), ("png", "cached"))


class Spent(NamedTuple):
    """A card's cost: CPU and wall ms, bytes, MB of memory at most."""

    cpu: float
    wall: float
    bytes: int
    rss: float


def run(command: list[str], *, env: dict[str, str] | None = None) -> Spent | None:
    """One round of one renderer; `None` when it cannot do the work."""
    done = subprocess.run(
        command,
        cwd=HERE,
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


def install() -> None:
    """Put the peers into their own folder, once."""
    PEERS.mkdir(exist_ok=True)
    (PEERS / ".gitignore").write_text("*\n")
    if not PYTHON.is_file():
        print("Installing the peers (once)", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", PEERS / "venv"], check=True)
        pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "-r", HERE / "peers.txt"], check=True)
    if shutil.which("npm") and not (PEERS / "node_modules").is_dir():
        packages = ("@takumi-rs/core@2", "satori@0.63", "@resvg/resvg-js@2", "sharp@0.34")
        npm = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", PEERS]
        subprocess.run([*npm, *packages], check=False)


def prepare() -> None:
    """The photograph, a static cut of the font, and the work's numbers for Node."""
    work.photo()
    if not STATIC_FONT.is_file():
        from fontTools.ttLib import TTFont
        from fontTools.varLib.instancer import instantiateVariableFont

        cut = instantiateVariableFont(TTFont(work.FONT), {"wght": 700, "wdth": 100})
        cut.save(STATIC_FONT)
    told = {
        "modules": str(PEERS),
        "photo": str(work.PHOTO),
        "logo": str(work.LOGO),
        "font": str(work.FONT),
        "static_font": str(STATIC_FONT),
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


def commands(kind: str, picture: str, count: int, *, peers: bool) -> dict[str, list[str]]:
    """What to run for one mode, by renderer."""
    own = [sys.executable, "own.py"]
    found = {
        "sharekit, plain": [*own, "plain", kind, picture, str(count)],
        "sharekit, photo": [*own, "photo", kind, picture, str(count)],
    }
    if kind == "png":
        found["sharekit, plain, no isal"] = [*own, "plain", kind, picture, str(count)]
    if not peers:
        return found
    for name in PYTHON_PEERS:
        found[name] = [str(PYTHON), "peer_python.py", name, kind, picture, str(count)]
    if (PEERS / "node_modules").is_dir() and (node := shutil.which("node")):
        for name in NODE_PEERS:
            if picture == "new" or name != "satori + resvg":
                found[name] = [
                    node,
                    "peer_node.mjs",
                    name,
                    kind,
                    picture,
                    str(count),
                    str(WORK_JSON),
                ]
    if kind == "png" and picture == "new":
        found["mkdocs-material"] = [str(PYTHON), "peer_mkdocs.py", str(count), str(STATIC_FONT)]
    return found


def measure(kind: str, picture: str, rounds: int, count: int, *, peers: bool) -> dict[str, Spent]:
    """The least of *rounds* medians of each renderer, taken in turns."""
    wanted = commands(kind, picture, count, peers=peers)
    best: dict[str, Spent] = {}
    for number in range(rounds):
        for name, command in wanted.items():
            if name == "mkdocs-material" and number:
                continue
            env = {"SHAREKIT_NO_ISAL": "1"} if name.endswith("no isal") else None
            spent = run(command, env=env)
            if spent and (name not in best or spent.cpu < best[name].cpu):
                best[name] = spent
    return best


def show(kind: str, picture: str, found: dict[str, Spent]) -> None:
    """One table: cost of each, and how many times sharekit's that is."""
    own = found["sharekit, plain"].cpu
    what = "another photo each time" if picture == "new" else "the same photo, another title"
    print(f"\n{kind.upper()}, {what}")
    print(f"{'':26}{'CPU ms':>8}{'wall ms':>9}{'KB':>7}{'MB':>6}{'ratio':>8}")
    for name, spent in sorted(found.items(), key=lambda item: item[1].cpu):
        memory = f"{spent.rss:6.0f}" if spent.rss else "     -"
        print(
            f"{name:26}{spent.cpu:8.1f}{spent.wall:9.1f}{spent.bytes / 1000:7.0f}{memory}"
            f"{spent.cpu / own:7.2f}x"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one round of few cards")
    parser.add_argument("--no-peers", action="store_true", help="sharekit alone")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args()
    rounds, count = (1, 8) if options.quick else (3, 15)
    if not options.no_peers:
        install()
    prepare()
    figures = {}
    for kind, picture in MODES:
        found = measure(kind, picture, rounds, count, peers=not options.no_peers)
        show(kind, picture, found)
        figures[f"{kind} {picture}"] = {name: spent._asdict() for name, spent in found.items()}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
