"""The renderers that sharekit is measured against: installed once, in a folder of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import work

HERE = Path(__file__).resolve().parent
HOME = HERE / ".cache" / "peers"
PYTHON = HOME / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
MODULES = HOME / "node_modules"

PYTHON_PEERS = ("takumi-py", "pytakumi", "pyvips", "Pillow, plain")
NODE_PEERS = ("@takumi-rs/core", "satori + resvg")


def install() -> None:
    """Install what is not there yet, at the versions of peers.txt and peers.json.

    What cannot be installed is said, and left out of the tables.
    """
    HOME.mkdir(parents=True, exist_ok=True)
    (HOME.parent / ".gitignore").write_text("*\n")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _once(
        HERE / "peers.txt",
        [sys.executable, "-m", "venv", str(HOME / "venv")],
        [*pip, "-r", str(HERE / "peers.txt")],
    )
    npm = shutil.which("npm")
    if npm is None:
        print("There is no npm here: the renderers in Node are left out", file=sys.stderr)
        return
    shutil.copy(HERE / "peers.json", HOME / "package.json")
    _once(
        HERE / "peers.json",
        [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(HOME)],
    )


def _once(wanted: Path, *commands: list[str]) -> None:
    """Run *commands*, unless they went well before for what *wanted* says."""
    done = HOME / f"{wanted.name}.done"
    if done.is_file() and done.read_text() == wanted.read_text():
        return
    print(f"Installing the peers of {wanted.name} (once)", file=sys.stderr)
    for command in commands:
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
        if tried.returncode:
            why = (tried.stderr.strip().splitlines() or ["no reason given"])[-1]
            print(f"  left out: {why}", file=sys.stderr)
            return
    done.write_text(wanted.read_text())


def commands(kind: str, picture: str, count: int, work_json: Path) -> dict[str, list[str]]:
    """What to run for one mode, by renderer; only those that are there and can do it."""
    found: dict[str, list[str]] = {}
    asked = [kind, picture, str(count)]
    if (HOME / "peers.txt.done").is_file():
        for name in PYTHON_PEERS:
            found[name] = [str(PYTHON), "peer_python.py", name, *asked]
        if (kind, picture) == ("png", "new"):  # it draws nothing else
            font = str(work.STATIC_FONT)
            found["mkdocs-material"] = [str(PYTHON), "peer_mkdocs.py", str(count), font]
    node = shutil.which("node")
    if node and (HOME / "peers.json.done").is_file():
        for name in NODE_PEERS:
            if picture == "new" or name != "satori + resvg":  # it has no cache
                found[name] = [node, "peer_node.mjs", name, *asked, str(work_json)]
    return found
