"""A channel from a package of its own: installed, found, used, and passing its own tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "example_plugin"
HOW_TO = Path(__file__).parents[2] / "docs/how-to/add-a-channel.md"


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> dict[str, str]:
    """The environment of a Python that has the package installed."""
    folder = tmp_path_factory.mktemp("plugin")
    source = shutil.copytree(HERE, folder / "source")
    target = folder / "site"
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--target", str(target), str(source)),
        ],
        check=True,
        capture_output=True,
    )
    return {**os.environ, "PYTHONPATH": str(target)}


def run(installed: dict[str, str], *command: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        check=False,
        env=installed,
        cwd=cwd,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_found_by_its_name(installed, tmp_path) -> None:
    code = (
        "from sharekit import plugins\n"
        "kind = plugins.load(plugins.PUBLISHERS, 'ntfy')\n"
        "print(kind.__module__, kind.default_limits.length, *kind.secret_names())\n"
    )
    assert run(installed, "-c", code, cwd=tmp_path) == "sharekit_ntfy 4096 token\n"


def test_its_own_tests_pass(installed, tmp_path) -> None:
    shutil.copy(HERE / "test_ntfy.py", tmp_path)
    shown = run(installed, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert re.search(r"\b1[0-9] passed", shown), shown


def test_its_section_of_the_config_is_checked(installed, tmp_path) -> None:
    (tmp_path / "config.yaml").write_text(
        "sharekit: 1\nchannels:\n  ntfy: {topic: otters, token: !env NTFY_TOKEN}\n"
    )
    shown = run(installed, "-m", "sharekit", "accounts", "list", "--json", cwd=tmp_path)
    assert '"channel": "ntfy"' in shown


@pytest.mark.parametrize("name", ["pyproject.toml", "sharekit_ntfy.py", "test_ntfy.py"])
def test_the_how_to_shows_it_complete(name) -> None:
    assert (HERE / name).read_text() in HOW_TO.read_text()
