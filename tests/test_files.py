from __future__ import annotations

import multiprocessing
import stat
import time
from pathlib import Path

import pytest

from sharekit import files


def test_writes_text_and_makes_folders(tmp_path: Path) -> None:
    path = files.write(tmp_path / "a" / "b.txt", "Größe ☕")
    assert path.read_bytes() == "Größe ☕".encode()


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch) -> None:
    path = files.write(tmp_path / "a.txt", "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.write(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_mode_holds(tmp_path) -> None:
    path = files.write(tmp_path / "secret", "s", mode=0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def _add_one(folder: Path, times: int) -> None:
    for _ in range(times):
        with files.lock(folder / "lock"):
            value = int((folder / "n").read_text())
            time.sleep(0.0005)
            files.write(folder / "n", str(value + 1))


def test_lock_keeps_processes_apart(tmp_path) -> None:
    (tmp_path / "n").write_text("0")
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add_one, args=(tmp_path, 20)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert (tmp_path / "n").read_text() == "60"
