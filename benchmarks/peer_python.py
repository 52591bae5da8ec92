"""Other renderers in Python on the work: `peer_python.py NAME FORMAT new|cached COUNT`.

Prints CPU ms a card as JSON. Each is used as its documentation shows, with its own defaults.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import work

Render = Callable[[str], bytes]


def takumi_py(kind: str, picture: str) -> Render:
    from takumi_py import ImageResource, Renderer

    renderer = Renderer(load_default_fonts=False, fonts=[work.FONT.read_bytes()])
    cache = "none" if picture == "new" else "auto"
    images = [
        ImageResource("photo", work.photo(), cache),
        ImageResource("logo", work.LOGO.read_bytes(), "auto"),
    ]

    def render(title: str) -> bytes:
        return renderer.render_node(
            _tree(title),
            width=work.WIDTH,
            height=work.HEIGHT,
            format=kind,
            quality=work.QUALITY,
            images=images,
        )

    return render


def pytakumi(kind: str, picture: str) -> Render:
    import pytakumi as peer

    renderer = peer.Renderer(cache_max_bytes=0 if picture == "new" else None)
    renderer.register_font(work.FONT.read_bytes())
    images = {"photo": work.photo(), "logo": work.LOGO.read_bytes()}

    def render(title: str) -> bytes:
        return renderer.render(
            _tree(title),
            width=work.WIDTH,
            height=work.HEIGHT,
            format=kind,
            quality=work.QUALITY,
            images=images,
        )

    return render


def _tree(title: str) -> dict[str, Any]:
    left, top, width, height = work.TITLE_BOX
    alpha = work.SCRIM_ALPHA / 255
    return {
        "type": "container",
        "style": {"width": "100%", "height": "100%", "position": "relative", "display": "flex"},
        "children": [
            {"type": "image", "src": "photo", "style": {"position": "absolute", "left": "0", "top": "0", "width": "100%", "height": "100%", "objectFit": "cover"}},
            {"type": "container", "style": {"position": "absolute", "left": "0", "top": f"{work.SCRIM_TOP}px", "width": "100%", "height": f"{work.HEIGHT - work.SCRIM_TOP}px", "backgroundImage": f"linear-gradient(to bottom, rgba(0,0,0,0), rgba(0,0,0,{alpha:.3f}))"}},
            {"type": "image", "src": "logo", "style": {"position": "absolute", "left": f"{work.LOGO_BOX[0]}px", "top": f"{work.LOGO_BOX[1]}px", "width": f"{work.LOGO_BOX[2]}px", "height": f"{work.LOGO_BOX[3]}px", "objectFit": "contain"}},
            {"type": "container", "style": {"position": "absolute", "left": f"{left}px", "top": f"{top}px", "width": f"{width}px", "height": f"{height}px", "display": "flex", "alignItems": "flex-end"}, "children": [
                {"type": "text", "text": title, "style": {"color": "white", "fontSize": f"{work.TITLE_SIZE}px", "lineHeight": f"{work.TITLE_LEADING}px", "fontFamily": "Archivo", "fontWeight": 700}},
            ]},
        ],
    }  # fmt: skip


def pillow(kind: str, picture: str) -> Render:
    """As a first script would do it."""
    from PIL import Image, ImageDraw, ImageFont, ImageOps

    font = ImageFont.truetype(str(work.FONT), work.TITLE_SIZE)
    font.set_variation_by_axes([700, 100])
    kept: list[Any] = []

    def background() -> Any:
        if picture == "cached" and kept:
            return kept[0].copy()
        photo = Image.open(io.BytesIO(work.photo())).convert("RGBA")
        card = ImageOps.fit(photo, (work.WIDTH, work.HEIGHT), Image.Resampling.LANCZOS)
        shade = Image.new("RGBA", card.size)
        draw = ImageDraw.Draw(shade)
        span = work.HEIGHT - work.SCRIM_TOP
        for y in range(span):
            alpha = work.SCRIM_ALPHA * y // span
            draw.line(
                (0, work.SCRIM_TOP + y, work.WIDTH, work.SCRIM_TOP + y), fill=(0, 0, 0, alpha)
            )
        card = Image.alpha_composite(card, shade)
        logo = Image.open(work.LOGO).convert("RGBA").resize(work.LOGO_BOX[2:])
        card.alpha_composite(logo, work.LOGO_BOX[:2])
        kept[:] = [card.copy()]
        return card

    def render(title: str) -> bytes:
        card = background()
        draw = ImageDraw.Draw(card)
        left, top, width, height = work.TITLE_BOX
        lines: list[str] = []
        for word in title.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and draw.textlength(longer, font=font) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        y = top + height - len(lines) * work.TITLE_LEADING
        for line in lines:
            draw.text((left, y), line, font=font, fill="white")
            y += work.TITLE_LEADING
        stream = io.BytesIO()
        card.convert("RGB").save(
            stream, kind, **({"quality": work.QUALITY} if kind == "jpeg" else {})
        )
        return stream.getvalue()

    return render


def pyvips(kind: str, picture: str) -> Render:
    import pyvips as vips

    vips.cache_set_max(0)
    left, top, width, height = work.TITLE_BOX
    span = work.HEIGHT - work.SCRIM_TOP
    alpha = vips.Image.xyz(work.WIDTH, span)[1] * (work.SCRIM_ALPHA / span)
    shade = (
        vips.Image.black(work.WIDTH, span, bands=3)
        .bandjoin(alpha)
        .cast("uchar")
        .copy(interpretation="srgb")
    )
    shade = shade.copy_memory()
    logo = vips.Image.thumbnail(
        str(work.LOGO), work.LOGO_BOX[2], height=work.LOGO_BOX[3]
    ).copy_memory()
    if not logo.hasalpha():
        logo = logo.addalpha()
    kept: list[Any] = []

    def background() -> Any:
        if picture == "cached" and kept:
            return kept[0]
        card = vips.Image.thumbnail_buffer(
            work.photo(), work.WIDTH, height=work.HEIGHT, crop="centre"
        )
        kept[:] = [card.copy_memory()]
        return kept[0]

    def render(title: str) -> bytes:
        text = vips.Image.text(
            title,
            font=f"Archivo Bold {work.TITLE_SIZE * 0.75:.0f}",
            fontfile=str(work.FONT),
            width=width,
            dpi=96,
            spacing=0,
        )
        ink = (
            vips.Image.black(text.width, text.height, bands=3)
            .linear(1, 255)
            .cast("uchar")
            .bandjoin(text)
            .copy(interpretation="srgb")
        )
        card = (
            background()
            .composite(
                [shade, logo, ink],
                "over",
                x=[0, work.LOGO_BOX[0], left],
                y=[work.SCRIM_TOP, work.LOGO_BOX[1], top + height - text.height],
            )
            .flatten()
        )
        if kind == "png":
            return bytes(card.write_to_buffer(".png"))
        return bytes(card.write_to_buffer(".jpg", Q=work.QUALITY))

    return render


NAMES = {"takumi-py": takumi_py, "pytakumi": pytakumi, "pyvips": pyvips, "Pillow, plain": pillow}


def main() -> None:
    name, kind, picture, count = sys.argv[1:5]
    work.photo()
    render = NAMES[name](kind, picture)
    times, walls = [], []
    for number in range(int(count) + 3):
        cpu, wall = time.process_time(), time.perf_counter()
        data = render(work.title(number))
        times.append((time.process_time() - cpu) * 1000)
        walls.append((time.perf_counter() - wall) * 1000)
    if len(sys.argv) > 5:
        with open(sys.argv[5], "wb") as file:
            file.write(data)
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": times[3:], "wall": walls[3:], "bytes": len(data), "rss": rss}))


if __name__ == "__main__":
    main()
