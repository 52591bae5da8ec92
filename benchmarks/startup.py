"""CPU time of starting up: `--help` and `posts` on a small folder, over a bare interpreter.

python benchmarks/startup.py
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 15
MOST = {
    "sharekit --help": 120,
    "sharekit posts (10 files)": 250,
    "the same with a config.yaml": 250,
}
CONFIG = "sharekit: 1\nsources: {posts: {path: posts}}\nchannels: {outbox: {}, discord: {}}\n"
POST = "---\ntitle: Post {n}\ndate: 2026-11-{n:02} 09:00:00 +0000\n---\nA few words.\n"


def cpu(command: list[str], folder: Path) -> float:
    """CPU milliseconds of one run, user and system, with byte code at hand as when installed."""
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds * 1000


def main() -> None:
    """Print the least of several runs, and what each is above the bare interpreter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "posts").mkdir()
        (folder / "site").mkdir()
        (folder / "site" / "config.yaml").write_text(CONFIG)
        for number in range(1, 11):
            (folder / "posts" / f"{number}.md").write_text(POST.format(n=number))
        posts = [sys.executable, "-m", "sharekit", "posts", str(folder / "posts")]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "sharekit --help": [sys.executable, "-m", "sharekit", "--help"],
            "sharekit posts (10 files)": posts,
            "the same with a config.yaml": [*posts, "-C", str(folder / "site")],
        }
        best = dict.fromkeys(commands, 1e9)
        for _ in range(RUNS):  # in turn, so that a slow moment hits all alike
            for title, command in commands.items():
                best[title] = min(best[title], cpu(command, folder))
    bare = best["python -c pass"]
    print(f"{'':28} CPU ms   above bare   at most")
    for title, milliseconds in best.items():
        most = MOST.get(title, "")
        print(f"{title:28} {milliseconds:6.0f}   {milliseconds - bare:10.0f}   {most:>7}")


if __name__ == "__main__":
    main()
