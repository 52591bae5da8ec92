"""sharekit on the work: `own.py LAYOUT FORMAT new|cached COUNT` prints CPU ms a card as JSON."""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import work

from sharekit.composer import Composer, Theme
from sharekit.model import Asset, Post, Site

PLAIN = f"""
about: The work of the benchmark
layers:
  photo: {{ box: card, image: {{ focus: [0.5, 0.5] }} }}
  shade:
    box: [0, {work.SCRIM_TOP}, {work.WIDTH}, {work.HEIGHT - work.SCRIM_TOP}]
    fill: {{ color: "#00000000", to: "#000000{work.SCRIM_ALPHA:02x}" }}
  title:
    box: {list(work.TITLE_BOX)}
    text:
      value: "{{{{ post.title }}}}"
      voice: sans
      sizes: {work.TITLE_SIZE}
      lines: 3
      valign: bottom
      color: "#ffffff"
  logo: {{ box: {list(work.LOGO_BOX)}, logo: {{}} }}
"""


def main() -> None:
    layout, kind, picture, count = sys.argv[1:5]
    work.photo()
    with tempfile.TemporaryDirectory() as folder:
        layouts = Path(folder) / "layouts"
        layouts.mkdir()
        (layouts / "plain.yaml").write_text(PLAIN)
        composer = Composer(
            site=Site(name="Benchmark", logo=work.LOGO),
            theme=Theme(use="press"),
            layout_folders=[layouts],
            system_fonts=False,
        )
        times, walls = [], []
        for number in range(int(count) + 5):
            path = work.PHOTO
            if picture == "new":
                # A name of its own: nothing of the one before can be used again.
                path = Path(folder) / f"photo-{number}.jpg"
                path.write_bytes(work.PHOTO.read_bytes())
            post = Post(
                id=str(number),
                title=work.title(number),
                image=Asset(src=str(path), alt="", focus=(0.5, 0.5)),
            )
            cpu, wall = time.process_time(), time.perf_counter()
            card = composer.draw(post, layout=layout, type=kind, out=Path(folder) / "out").card
            times.append((time.process_time() - cpu) * 1000)
            walls.append((time.perf_counter() - wall) * 1000)
            if picture == "new":
                path.unlink()
    result = {
        "cpu": times[5:],
        "wall": walls[5:],
        "bytes": card.bytes,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
