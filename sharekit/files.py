"""Files that are never half-written, and locks between processes.

A write goes to a temporary name in the same folder, is flushed to the disk and then takes
the place of the old file in one step, so a reader sees the old content or the new one.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["json_object", "lock", "write"]


def json_object(path: Path) -> dict[str, Any]:
    """The object in the JSON file *path*; an empty one where there is none that can be read.

    For what a program keeps for itself and can do without.
    """
    import json

    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def write(path: Path, content: bytes | str, *, mode: int = 0o644) -> Path:
    """Put *content* (text as UTF-8) in place of *path*, whole or not at all. Returns *path*.

    Missing folders are made. *mode* holds from the first byte on, so a secret is never
    readable by others. Raises `OSError` and leaves the old file as it was.
    """
    import secrets

    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.tmp")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123  (a descriptor has no path)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError) and not error.filename:  # a full disk names no file
            error.filename = str(path)
        raise
    return path


@contextlib.contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold *path* (a file made for the purpose) against every other thread and process.

    The operating system lets go when the holder dies, so no lock is ever left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            yield
        else:
            import fcntl

            # One open file each, so flock keeps threads of one process apart as well.
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
