"""Cards drawn into a bucket and over SFTP, with the drivers and servers that people have."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from storage_server import storage

CONFIG = """\
sharekit: 1
site: {name: Withy, url: https://withy.example}
sources: {posts: {reader: frontmatter, path: posts}}
channels: {outbox: {folder: out}}
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    with storage(tmp_path_factory.mktemp("storage")) as servers:
        yield servers


@pytest.fixture
def render(there, tmp_path):
    """Draws as a machine that has the drivers; its rows, or what it said when it failed."""
    (tmp_path / "posts").mkdir()
    for name in ("otters", "hedges"):
        text = f"---\ntitle: Of {name}\nurl: https://withy.example/{name}\n---\nWords.\n"
        (tmp_path / "posts" / f"{name}.md").write_text(text)
    (tmp_path / "config.yaml").write_text(CONFIG)

    def render(address, code=0, **environment):
        done = subprocess.run(
            [sys.executable, "-m", "sharekit", "render", "--workers", "--out", address, "--json"],
            check=False, cwd=tmp_path, env=os.environ | there.environment | environment,
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        answer = json.loads(done.stdout)
        return answer["problems"] if code else answer["data"]

    return render


def statuses(rows):
    return sorted(row["status"] for row in rows)


def test_into_a_bucket(there, render) -> None:
    first = render(there.s3)
    assert statuses(first) == ["drew", "drew"]
    assert {row["path"].rpartition("/")[0] for row in first} == {there.s3}
    assert statuses(render(there.s3)) == ["kept", "kept"]


def test_a_mistyped_bucket_is_told_and_not_made(there, render) -> None:
    for _ in range(2):
        (problem,) = render("s3://cards-of-wihty/2026", code=2)
        assert "the bucket cards-of-wihty is not there" in problem["message"]


def test_over_sftp(there, render) -> None:
    first = render(there.sftp)
    assert statuses(first) == ["drew", "drew"]
    folder = there.root / "cards/2026"
    assert sorted(row["path"] for row in first) == sorted(
        f"{there.sftp}/{path.name}" for path in folder.iterdir()
    )
    half = folder / Path(first[0]["path"]).name
    whole = half.read_bytes()
    half.write_bytes(whole[:1000])
    assert statuses(render(there.sftp)) == ["drew", "kept"]
    assert half.read_bytes() == whole


def test_a_key_that_the_server_does_not_know_is_told(there, render) -> None:
    port = json.loads(there.environment["FSSPEC_SFTP"])["port"]
    nothing = json.dumps({"port": port, "look_for_keys": False, "allow_agent": False})
    (problem,) = render(there.sftp, code=2, FSSPEC_SFTP=nothing)
    assert "cannot be written to" in problem["message"]
    assert "finds its sign-in" in problem["hint"]
