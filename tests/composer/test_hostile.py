"""Pictures, fonts, layouts and logos that mean harm, each drawn by one process of its own.

The process tries them one after the other, as a batch would, and tells of each what came of it
and how long it took; it must live to the end, in 512 MB, and so must the process that decodes.
"""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from functools import cache
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from sharekit import resources

SECONDS = 30
MEGABYTES = 512
BOMB = zlib.compress(bytes(70_000_000), 9)

TRY_ALL = r"""
import json, sys, time
from pathlib import Path

from sharekit.composer import Composer, Theme, worker
from sharekit.errors import SharekitError
from sharekit.model import Asset, Post, Site

folder = Path(sys.argv[1])
out = folder / "cards"
out.mkdir()

def composer(**settings):
    return Composer(**{"site": Site(name="Otters"), "theme": Theme(), "system_fonts": False, **settings})

def draw(kind, path):
    post = Post(id=path.name, title="Know your rights", source=str(folder / "post.md"), language="en")
    if kind == "pictures":
        post = Post(id=path.name, title="Know your rights", source=str(folder / "post.md"),
                    image=Asset(src=str(path), alt="x"))
        return usual.draw(post, layout="photo", out=out)
    if kind == "layouts":
        return composer(layout_folders=[path.parent]).draw(post, layout=path.stem, out=out)
    if kind == "fonts":
        return composer(theme=Theme(fonts={"sans": path})).draw(post, layout="editorial", out=out)
    return composer(site=Site(name="Otters", logo=path)).draw(post, layout="editorial", out=out)

def peak(process):
    text = Path(f"/proc/{process}/status").read_text()
    return int(text.split("VmHWM:")[1].split()[0]) // 1024

usual = composer()
for kind in ("pictures", "layouts", "fonts", "logos"):
    for path in sorted((folder / kind).iterdir()):
        start = time.perf_counter()
        try:
            said, card = None, str(draw(kind, path).card.path)
        except SharekitError as error:
            said, card = [problem.message for problem in error.problems], None
        seconds = time.perf_counter() - start
        print(json.dumps({"name": f"{kind}/{path.name}", "said": said, "card": card, "seconds": seconds, "peak": peak("self")}))
child = worker._child._process
print(json.dumps({"name": "end", "peak": peak("self"), "decoder": peak(child.pid)}))
"""


def saved(image: Image.Image, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, *parts: bytes, kind: int = 2, depth: int = 8) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(parts) + chunk(b"IEND", b"")


def flat_png(width: int, height: int, *, kind: int, depth: int) -> bytes:
    """A real picture of one colour: small as a file, huge as pixels."""
    row = b"\0" + bytes(-(-width * depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind] // 8))
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    palette = [chunk(b"PLTE", b"\0\0\0\xff\xff\xff")] if kind == 3 else []
    return png(width, height, *palette, chunk(b"IDAT", body), kind=kind, depth=depth)


def webp(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + b"\0" * 12
    head = struct.pack("<I", len(body) + 12)
    return b"RIFF" + head + b"WEBPVP8L" + struct.pack("<I", len(body)) + body


def claiming(data: bytes, mark: bytes, skip: int, size: bytes) -> bytes:
    """*data* with *size* written *skip* bytes behind *mark*."""
    at = data.index(mark) + len(mark) + skip
    return data[:at] + size + data[at + len(size) :]


@cache
def pictures() -> dict[str, bytes]:
    small = Image.effect_noise((200, 120), 60).convert("RGB")
    jpeg, gif = saved(small, "JPEG"), saved(small.convert("P"), "GIF")
    progressive = saved(small, "JPEG", progressive=True)
    last = progressive.rindex(b"\xff\xda")
    frames = [Image.new("RGB", (40, 40), color) for color in ("red", "lime")]
    mpo = saved(frames[0], "MPO", save_all=True, append_images=frames[1:])
    second = mpo.index(b"\xff\xd8", 10)
    tiff = saved(small, "TIFF")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("evil.txt", "payload of a polyglot")
    return {
        "empty.png": b"",
        "text.png": b"not a picture",
        "page.jpg": b"<html><script>alert(1)</script></html>",
        "ghostscript.png": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run\n",
        "drawing.png": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "document.jpg": b"%PDF-1.7\n1 0 obj\n",
        "wrong-extension.jpg": saved(small, "PNG"),
        "png-claims.png": png(100_000, 100_000, chunk(b"IDAT", zlib.compress(bytes(9)))),
        "png-one-bit.png": flat_png(13_000, 13_000, kind=0, depth=1),
        "png-palette.png": flat_png(6_500, 6_500, kind=3, depth=8),
        # Just below the cap: allowed, and as costly as a picture may be.
        "png-most-alpha.png": flat_png(6_300, 6_300, kind=6, depth=8),
        "png-most-grey.png": flat_png(6_300, 6_300, kind=0, depth=16),
        "tiff-most.tif": saved(Image.new("F", (6_300, 6_300), 0.5), "TIFF", compression="tiff_lzw"),
        "png-wide.png": png(30_000, 1, chunk(b"IDAT", zlib.compress(bytes(90_001)))),
        "png-text-bomb.png": png(
            1,
            1,
            chunk(b"zTXt", b"k\0\0" + BOMB),
            chunk(b"IDAT", zlib.compress(bytes(4))),
        ),
        "png-profile-bomb.png": png(
            1,
            1,
            chunk(b"iCCP", b"k\0\0" + BOMB),
            chunk(b"IDAT", zlib.compress(bytes(4))),
        ),
        "png-rubbish.png": png(50, 50, chunk(b"IDAT", b"\xff" * 500)),
        "png-negative.png": png(0xFFFFFFFF, 0xFFFFFFFF, chunk(b"IDAT", zlib.compress(b""))),
        "png-truncated.png": saved(small, "PNG")[:900],
        "webp-claims.webp": webp(10_000, 10_000),
        "webp-truncated.webp": saved(small, "WEBP")[:300],
        "gif-claims.gif": gif[:6] + struct.pack("<HH", 60_000, 60_000) + gif[10:],
        "gif-truncated.gif": gif[:400],
        "gif-frames.gif": saved(frames[0], "GIF", save_all=True, append_images=frames[1:] * 500),
        "apng-frames.png": saved(frames[0], "PNG", save_all=True, append_images=frames[1:] * 200),
        "avif-claims.avif": claiming(
            saved(small, "AVIF"), b"ispe", 4, struct.pack(">II", 8192, 8192)
        ),
        "jpeg-claims.jpg": claiming(jpeg, b"\xff\xc0", 3, struct.pack(">HH", 65_500, 65_500)),
        "jpeg-truncated.jpg": jpeg[: len(jpeg) // 2],
        "jpeg-scans.jpg": progressive[:last] + progressive[last:-2] * 20_000 + b"\xff\xd9",
        "mpo-second.jpg": mpo[:second]
        + claiming(mpo[second:], b"\xff\xc0", 3, struct.pack(">HH", 65_500, 65_500)),
        "tiff-claims.tif": claiming(tiff, b"II*\0", 0, struct.pack("<I", 0xFFFFFF00)),
        "tiff-loop.tif": claiming(tiff, b"II*\0", 0, struct.pack("<I", 8))[:8] + b"\x01\0" * 400,
        "tiff-truncated.tif": tiff[:300],
        "polyglot-zip.png": saved(small, "PNG") + archive.getvalue(),
        "polyglot-script.gif": gif + b"*/=1;alert('payload of a polyglot');/*",
        "polyglot-comment.jpg": saved(small, "JPEG", comment=b"payload of a polyglot"),
    }


@cache
def layouts() -> dict[str, bytes]:
    def text(value: str) -> str:
        return f"layers: {{ a: {{ box: card, text: {{ value: {json.dumps(value)} }} }} }}"

    bomb = "a0: &a0 [x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )
    written = {
        "power": text("{{ 99 ** 99999999 }}"),
        "repeat": text("{{ 'a' * 10**9 }}"),
        "loop": text("{% for a in range(10**9) %}{% endfor %}"),
        "lipsum": text("{{ lipsum(100000) }}"),
        "classes": text("{{ ''.__class__.__mro__[1].__subclasses__() }}"),
        "globals": text("{{ self.__init__.__globals__ }}"),
        "attr": text("{{ post.title | attr('__class__') }}"),
        "include": text("{% include '/etc/passwd' %}"),
        "import": text("{% import 'os' as os %}{{ os.system('id') }}"),
        "format": text("{{ '{0.__class__}'.format(post) }}"),
        "padding": text("{{ '%999999999d' | format(1) }}"),
        "item": text("{{ post['__class__'] }}"),
        "cycler": text("{{ cycler('a').next.__globals__ }}"),
        "range": text("{{ range(100000) | list }}"),
        "doubling": text("{% set a = 'x' * 9 %}{% set a = a ~ a %}{{ a }}"),
        "macro": text("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
        "deep": text("{{ " + "(" * 900 + "1" + ")" * 900 + " }}"),
        "when": "layers: { a: { box: card, when: '().__class__', fill: ink } }",
        "negative": "layers: { a: { box: [0, 0, -5, -5], fill: ink } }",
        "huge": "layers: { a: { box: [0, 0, 99999999, 99999999], fill: ink } }",
        "digits": f"layers: {{ a: {{ box: [0, 0, {'9' * 5000}, 1], fill: ink }} }}",
        "nan": "layers: { a: { box: card, fill: { color: ink, opacity: .nan } } }",
        "blur": "layers: { a: { box: card, fill: { blur: 99999 } } }",
        "dots": "layers: { a: { box: card, shape: { kind: dots, columns: 99999, rows: 99999 } } }",
        "far": "layers: { a: { box: { start: a.end + 1, width: 5, top: 0, height: 5 }, fill: ink } }",
        "ring": (
            "layers: { a: { box: { start: b.end, width: 5, top: 0, height: 5 }, fill: ink },"
            " b: { box: { start: a.end, width: 5, top: 0, height: 5 }, fill: ink } }"
        ),
        "extends": "extends: extends\nlayers: {}",
        "outside": "layers: { a: { box: card, image: { src: /etc/passwd } } }",
        "above": "layers: { a: { box: card, image: { src: ../../../../etc/passwd } } }",
        "aliases": bomb + "layers: {}",
        "alias": "layers: &a { x: *a }",
        "brackets": "[" * 20_000,
        "twice": "layers: { a: { box: card, fill: ink }, a: { box: card, fill: ink } }",
        "tag": "layers: !!python/object/apply:os.system [id]",
        "size": "x" * 2_000_000,
    }
    return {f"{name}.yaml": text.encode() for name, text in written.items()} | {
        "binary.yaml": bytes(range(256))
    }


@cache
def fonts() -> dict[str, bytes]:
    archivo = (resources.fonts() / "archivo" / "Archivo.ttf").read_bytes()
    thai = resources.fonts() / "noto" / "NotoSansThai.ttf"

    def changed(change) -> bytes:
        font, stream = TTFont(thai, recalcBBoxes=False), io.BytesIO()
        change(font)
        font.save(stream)
        return stream.getvalue()

    def without_map(font: TTFont) -> None:
        for table in font["cmap"].tables:
            table.cmap = {}

    def endless(font: TTFont) -> None:
        from fontTools.ttLib.tables._g_l_y_f import GlyphComponent

        # A glyph made of itself.
        name = font.getGlyphOrder()[3]
        part = GlyphComponent()
        part.glyphName, part.x, part.y, part.flags = name, 0, 0, 0x4
        glyph = font["glyf"][name]
        glyph.numberOfContours, glyph.components = -1, [part]

    def tiny_em(font: TTFont) -> None:
        font["head"].unitsPerEm = 16

    def tables(count: int) -> bytes:
        return struct.pack(">IHHHH", 0x00010000, count, 0, 0, 0) + archivo[12:3000]

    woff2 = b"wOF2" + struct.pack(">IIHHI", 0x00010000, 1000, 20, 0, 0xFFFFFFFF) + bytes(900)
    return {
        "empty.ttf": b"",
        "text.ttf": b"not a font at all",
        "picture.ttf": saved(Image.new("RGB", (9, 9)), "PNG"),
        "cut.ttf": archivo[: len(archivo) // 2],
        "head.ttf": archivo[:12],
        "bitmap.ttf": b"STARTFONT 2.1\nFONT x\nSIZE 1 1 1\nFONTBOUNDINGBOX 99999999 99999999 0 0\n",
        "compiled.ttf": b"\x01fcp" + struct.pack("<I", 0xFFFFFFFF) + bytes(400),
        "many-tables.ttf": tables(0xFFFF),
        "woff2-bomb.ttf": woff2,
        "zeroes.ttf": archivo[:2000] + bytes(len(archivo) - 2000),
        "no-map.ttf": changed(without_map),
        "endless.ttf": changed(endless),
        "tiny-em.ttf": changed(tiny_em),
        "collection.ttf": b"ttcf" + struct.pack(">III", 0x00010000, 0xFFFFFFFF, 12),
    }


@cache
def logos() -> dict[str, bytes]:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    uses = "".join(f'<g id="g{n}">{f"""<use href="#g{n - 1}"/>""" * 10}</g>' for n in range(1, 10))
    opened = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    return {
        "file.svg": f'{opened}<image href="file:///etc/passwd" width="9" height="9"/></svg>'.encode(),
        "web.svg": f'{opened}<image href="http://127.0.0.1:9/x.png"/></svg>'.encode(),
        "entities.svg": (
            f'<!DOCTYPE x [<!ENTITY a0 "x">{entities}]>{opened}<text>&a9;</text></svg>'
        ).encode(),
        "uses.svg": (
            f'{opened}<g id="g0"><path d="M0 0h1v1z"/></g>{uses}<use href="#g9"/></svg>'
        ).encode(),
        "ring.svg": f'{opened}<g id="a"><use href="#a"/></g></svg>'.encode(),
        "huge.svg": opened.replace("10 10", "1e9 1e-9").encode() + b"</svg>",
        "cut.svg": f"{opened}<path d='M0 0".encode(),
        "bomb.png": flat_png(13_000, 13_000, kind=0, depth=1),
    }


CORPUS = {"pictures": pictures, "layouts": layouts, "fonts": fonts, "logos": logos}
DRAWN = {
    "pictures": {
        "png-most",
        "tiff-most",
        "wrong-extension",
        "gif-frames",
        "apng-frames",
        "mpo-second",
        "polyglot",
    },
    "fonts": None,  # What is broken in a font may be a part that no title needs.
    "logos": None,
    "layouts": set(),
}


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, dict]:
    """What came of each, by name, from a process that tried them all."""
    folder = tmp_path_factory.mktemp("hostile")
    for kind, make in CORPUS.items():
        (folder / kind).mkdir()
        for name, data in make().items():
            (folder / kind / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", TRY_ALL, str(folder)],
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    rows = {line.pop("name"): line for line in lines}
    assert "end" in rows, f"it died after {list(rows)[-1:]}: {done.stderr[-2000:]}"
    return rows


NAMES = [f"{kind}/{name}" for kind, make in CORPUS.items() for name in make()]


@pytest.mark.parametrize("name", NAMES)
def test_it_gets_one_clear_line_soon(told, name) -> None:
    row = told[name]
    assert row["seconds"] < SECONDS
    kind, _, file = name.partition("/")
    drawn = DRAWN[kind]
    if row["said"] is None:
        assert drawn is None or file.startswith(tuple(drawn))
        assert b"payload of a polyglot" not in Path(row["card"]).read_bytes()
        return
    for line in row["said"]:
        assert line.strip()
        assert len(line.splitlines()) == 1
        assert len(line) < 500
        assert "Traceback" not in line
        assert "object at 0x" not in line


def test_the_whole_batch_stays_small(told) -> None:
    assert told["end"]["peak"] < MEGABYTES
    assert told["end"]["decoder"] < MEGABYTES
