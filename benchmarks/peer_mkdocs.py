"""Material for MkDocs on the work: `peer_mkdocs.py COUNT STATIC_FONT` prints CPU ms a card as JSON.

A card is what a site of COUNT pages costs more to build with the social plugin than without.
It writes PNG only, and lays a plane over the picture where the others have a gradient.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import work

LAYOUT = f"""
size: {{ width: {work.WIDTH}, height: {work.HEIGHT} }}
layers:
  - background: {{ image: "{{{{ page.meta.picture }}}}", color: "#00000080" }}
  - size: {{ width: {work.LOGO_BOX[2]}, height: {work.LOGO_BOX[3]} }}
    offset: {{ x: {work.LOGO_BOX[0]}, y: {work.LOGO_BOX[1]} }}
    background: {{ image: {work.LOGO} }}
  - size: {{ width: {work.TITLE_BOX[2]}, height: {work.TITLE_BOX[3]} }}
    offset: {{ x: {work.TITLE_BOX[0]}, y: {work.TITLE_BOX[1]} }}
    typography:
      content: "{{{{ page.title }}}}"
      align: start bottom
      overflow: shrink
      color: "#ffffff"
      line: {{ amount: 3, height: 1.1 }}
      font: {{ family: Archivo, style: Bold }}
"""
CONFIG = """
site_name: Benchmark
site_url: https://example.org/
theme: { name: material, font: false }
plugins:
  - social: { enabled: %s, cards_layout: work, cache: false, concurrency: 1 }
"""


def build(folder: Path, *, cards: bool) -> float:
    """CPU seconds of one build."""
    (folder / "mkdocs.yml").write_text(CONFIG % str(cards).lower())
    before = os.times()
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet"],
        cwd=folder,
        check=True,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    after = os.times()
    return (after.children_user + after.children_system) - (
        before.children_user + before.children_system
    )


def main() -> None:
    count, font = int(sys.argv[1]), sys.argv[2]
    photo = work.photo()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for sub in ("docs", "layouts", "photos", ".cache/plugin/social/fonts/Archivo"):
            (folder / sub).mkdir(parents=True)
        shutil.copy(font, folder / ".cache/plugin/social/fonts/Archivo/Bold.ttf")
        (folder / "layouts" / "work.yml").write_text(LAYOUT)
        for number in range(count):
            picture = folder / "photos" / f"{number}.jpg"
            picture.write_bytes(photo)
            (folder / "docs" / f"page-{number}.md").write_text(
                f"---\npicture: {picture}\n---\n# {work.title(number)}\n"
            )
        (folder / "docs" / "page-0.md").rename(folder / "docs" / "index.md")
        start = time.perf_counter()
        without, with_cards = build(folder, cards=False), build(folder, cards=True)
        cards = sorted((folder / "site/assets/images/social").rglob("*.png"))
        assert len(cards) == count, f"{len(cards)} cards"
        if len(sys.argv) > 3:
            shutil.copy(cards[-1], sys.argv[3])
        spent = (with_cards - without) / count * 1000
        wall = (time.perf_counter() - start) / count * 1000
        size = cards[-1].stat().st_size
    print(json.dumps({"cpu": [spent], "wall": [wall], "bytes": size, "rss": 0}))


if __name__ == "__main__":
    main()
