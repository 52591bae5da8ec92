"""The package as users get it: built, installed into a new environment, run from elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The interpreter of a new environment that has only the wheel and what it needs."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(place / "dist"), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = (place / "dist").glob("*.whl")
    venv = [sys.executable, "-m", "venv", "--without-pip", str(place / "venv")]
    subprocess.run(venv, check=True)
    python = place / "venv" / "bin" / "python"
    lock = str(ROOT / "tests" / "constraints.txt")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-compile", "-c", lock, str(wheel)], check=True, capture_output=True)
    return python


def run(python, folder, *arguments):
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [str(python), "-m", "sharekit", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_runs_where_nothing_else_is(python, tmp_path):
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "one.md").write_text(
        "---\ntitle: Otters are back\nurl: https://otters.example/one\n---\nAt dusk.\n"
    )
    run(python, tmp_path, "init", "--yes")
    assert (tmp_path / "config.yaml").read_text().startswith("# yaml-language-server")
    rows = json.loads(run(python, tmp_path, "render", "--json"))["data"]
    assert [Path(row["path"]).exists() for row in rows] == [True]
    assert "outbox" in json.loads(run(python, tmp_path, "schedule", "one", "--to", "outbox",
                                      "--at", "now", "--json"))["data"][0]["channel"]  # fmt: skip
    sent = json.loads(run(python, tmp_path, "publish", "--due", "--json"))["data"]
    assert [row["state"] for row in sent] == ["published"]
    assert (tmp_path / "outbox" / "index.html").exists()
