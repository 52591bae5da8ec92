"""Bluesky's reference server, real, on loopback (npm @atproto/pds and @did-plc/server)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from installed import installed, npm, run

HERE = Path(__file__).parent / "pds"


def _install(folder: Path) -> None:
    npm(folder, HERE / "package.json")
    run("npm", "rebuild", "better-sqlite3", "--loglevel=error", cwd=folder)


@contextmanager
def pds(data: Path) -> Iterator[str]:
    """The address of a server whose data lie in *data*. It starts in about three seconds."""
    folder = installed("pds", (HERE / "package.json").read_text(), _install)
    with (data / "log").open("wb") as log:
        server = subprocess.Popen(
            ["node", str(HERE / "server.cjs"), str(data)],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            assert line, (data / "log").read_text()[-2000:]
            yield json.loads(line)["url"]
        finally:
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.close()
            server.wait(10)
            server.stdout.close()
