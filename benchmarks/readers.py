"""CPU time of the readers on real amounts, each with its budget; feeds beside feedparser.

    python benchmarks/readers.py [--no-peer]

Each measurement runs in a process of its own, and the least of the rounds counts. The input is
made by sources.py, and is the same in every run.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import sources

BUDGETS = {"feeds": 20.0, "front matter": 0.4, "pages": 0.5}
ROUNDS = {"feeds": 1, "front matter": 5, "pages": 5, "feedparser": 1}


def ours(reader: str, paths: list[str]) -> int:
    """How many posts are read."""
    from sharekit import plugins
    from sharekit.web import Session

    kind = plugins.load(plugins.READERS, reader)
    web = Session(offline=True)
    return sum(1 for path in paths for _ in kind(source=path).read(web))


def feedparser_s(paths: list[str]) -> int:
    """How many entries feedparser reads, in its fastest way: as they stand."""
    import feedparser

    return sum(
        len(feedparser.parse(path, sanitize_html=False, resolve_relative_uris=False).entries)
        for path in paths
    )


def work(what: str, paths: list[str]) -> None:
    """Do *what* on *paths* and print posts and CPU seconds, without the imports."""
    reader = {"feeds": "feed", "front matter": "frontmatter", "pages": "html"}.get(what)
    if reader:
        ours(reader, paths[:1] if what != "front matter" else [])  # imports, and filled caches
    start = time.process_time()
    count = ours(reader, paths) if reader else feedparser_s(paths)
    print(json.dumps([count, time.process_time() - start]))


def measured(what: str, paths: list[str]) -> tuple[int, float]:
    """The posts and the least CPU seconds of the rounds."""
    command = [sys.executable, __file__, "--work", what]
    found = []
    for _ in range(ROUNDS[what]):
        done = subprocess.run(
            command, input=json.dumps(paths), capture_output=True, text=True, check=True
        )
        found.append(json.loads(done.stdout))
    return found[0][0], min(seconds for _, seconds in found)


def main() -> None:
    """Print a line for each kind of source."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--no-peer", action="store_true", help="leave feedparser out")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        work(given.work, json.load(sys.stdin))
        return
    with tempfile.TemporaryDirectory() as name:
        folders = {what: Path(name) / what.replace(" ", "-") for what in BUDGETS}
        for folder in folders.values():
            folder.mkdir()
        feeds = sources.feeds(folders["feeds"])
        paths = {
            "feeds": feeds,
            "front matter": [sources.posts(folders["front matter"])],
            "pages": sources.pages(folders["pages"]),
        }
        print(f"{'':14} files    MB  posts  CPU s  budget")
        for what, budget in BUDGETS.items():
            files = [p for p in folders[what].rglob("*.*") if p.is_file()]
            size = sum(file.stat().st_size for file in files) / 1e6
            count, seconds = measured(what, [str(path) for path in paths[what]])
            verdict = "" if seconds <= budget else "  OVER BUDGET"
            row = f"{what:14} {len(files):5} {size:5.1f} {count:6} {seconds:6.2f}  {budget:6.1f}"
            print(row + verdict, flush=True)
            if what == "feeds" and not given.no_peer:
                posts, peer = measured("feedparser", [str(path) for path in feeds])
                print(
                    f"  feedparser   {'':11} {posts:6} {peer:6.2f}  {peer / seconds:.1f} times ours"
                )


if __name__ == "__main__":
    main()
