"""Real servers are installed once, below tests/peers/.cache, and found there ever after."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sharekit import files

CACHE = Path(__file__).parent / ".cache"


def installed(name: str, recipe: str, install: Callable[[Path], None]) -> Path:
    """The folder where *install* has put *name*; *recipe* is all that decides what it puts.

    Skips the test, with the reason, when it cannot be installed. A failure is remembered until
    the recipe changes or the note `.failed` is deleted, so that it costs its time only once.
    """
    folder = CACHE / f"{name}-{hashlib.sha256(recipe.encode()).hexdigest()[:8]}"
    with files.lock(CACHE / f"{name}.lock"):
        if (folder / ".done").exists():
            return folder
        failed = folder / ".failed"
        if failed.exists():
            pytest.skip(f"{name} could not be installed: {failed.read_text()} (see {failed})")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            install(folder)
        except (OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", None) or str(error)
            failed.write_text(" ".join(said.split())[-300:])
            pytest.skip(f"{name} cannot be installed: {failed.read_text()}")
        (folder / ".done").touch()
    return folder


def run(*command: str, cwd: Path, timeout: float = 600) -> None:
    """Run an installer quietly; raises `SubprocessError` with what it said."""
    subprocess.run(command, cwd=cwd, timeout=timeout, check=True, capture_output=True, text=True)


def npm(folder: Path, package: Path) -> None:
    """Install what *package*, a package.json, names."""
    program = shutil.which("npm")
    if program is None:
        raise FileNotFoundError("there is no npm on this computer")
    shutil.copy(package, folder / "package.json")
    run(program, "install", "--no-audit", "--no-fund", "--loglevel=error", cwd=folder)


def pip(folder: Path, *packages: str) -> Path:
    """Install *packages* into an environment of their own; returns its `bin`."""
    run(sys.executable, "-m", "venv", str(folder / "venv"), cwd=folder)
    run(str(folder / "venv/bin/pip"), "install", "--quiet", *packages, cwd=folder)
    return folder / "venv/bin"
