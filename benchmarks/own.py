"""sharekit on the work: `own.py LAYOUT FORMAT new|cached COUNT` prints CPU ms a card as JSON.

Through `sharekit.render`, as anybody would. The layout `plain` does just this work; `photo` is
the shipped one, which also chooses its scrim by the picture and measures what it has drawn.
`own.py cards FOLDER` draws each photograph of work.py alone, without loss. With `--together`
as the last word it says when it is warm and waits for a line before it counts.
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path

import work

import sharekit
from sharekit.model import Asset, Card, Post

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


PICTURE = """
about: The picture alone
layers:
  photo: { box: card, image: { focus: [0.5, 0.5] } }
"""
THEME = {"use": "press", "logo": str(work.LOGO)}


def draw(folder: Path, number: int, picture: Path, layout: str, kind: str) -> Card:
    """One card. *layout* is `plain`, `picture` or a shipped one."""
    own = {"plain": PLAIN, "picture": PICTURE}
    if layout in own:
        path = folder / "layouts" / f"{layout}.yaml"
        if not path.is_file():
            path.parent.mkdir(exist_ok=True)
            path.write_text(own[layout])
        layout = str(path)
    image = Asset(src=str(picture), alt="", focus=(0.5, 0.5))
    post = Post(id=str(number), title=work.title(number), image=image)
    return sharekit.render(post, layout=layout, out=folder / "cards", type=kind, theme=THEME)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        work.photo()
        if sys.argv[1] == "cards":
            for path in work.photos():
                card = draw(folder, 0, path, "picture", "png")
                shutil.copy(card.path, Path(sys.argv[2]) / f"{path.stem}.png")
            return
        layout, kind, picture, count = sys.argv[1:5]
        times, walls = [], []
        for number in range(int(count) + 5):
            if number == 5 and sys.argv[-1] == "--together":
                print("warm", flush=True)
                sys.stdin.readline()
            path = work.PHOTO
            if picture == "new":
                # A name of its own: nothing of the one before can be used again.
                path = folder / f"photo-{number}.jpg"
                path.write_bytes(work.PHOTO.read_bytes())
            cpu, wall = time.process_time(), time.perf_counter()
            card = draw(folder, number, path, layout, kind)
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
