"""What networks would find wrong with a page."""

from __future__ import annotations

import pytest

from sharekit.readers.inspect import inspect

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def png(width, height, size=0):
    return PNG + width.to_bytes(4) + height.to_bytes(4) + bytes(size)


GOOD = (
    '<title>A</title><meta property="og:title" content="A">'
    '<meta name="twitter:card" content="summary_large_image">'
    '<meta property="og:image:alt" content="A pier">'
)


def look(site, web, head, picture=None):
    site.routes["/p"] = lambda query, headers: (200, {}, head.encode())
    site.routes["/a.png"] = lambda query, headers: (200, {}, picture)
    return inspect(web.get(f"{site.url}/p"), web)


@pytest.mark.parametrize(
    ("picture", "codes"),
    [
        (png(1200, 630), set()),
        (png(400, 210), {"image-small"}),
        (png(100, 100), {"image-small"}),
        (png(1200, 630, 400_000), {"image-heavy"}),
        (b"<!doctype html><p>sign in", {"image-no-image"}),
        (b"BM no size", {"image-unknown"}),
    ],
)
def test_the_picture(site, web, picture, codes):
    image = f'<meta property="og:image" content="{site.url}/a.png">'
    found = look(site, web, image + GOOD, picture)
    assert {p.code for p in found.problems} == codes


def test_the_tags(site, web):
    head = (
        '<title>A</title><meta property="og:image" content="/a.png">'
        '<meta name="robots" content="noindex"><link rel="canonical" href="/other">'
    )
    found = look(site, web, head, png(1200, 630))
    assert {p.code for p in found.problems} == {
        *("og-title-missing", "og-image-relative", "alt-missing", "card-type-missing"),
        *("noindex", "canonical-elsewhere"),
    }


def test_another_pictures_alt_text_is_not_the_first_ones(site, web):
    first = f'<meta property="og:image" content="{site.url}/a.png">'
    second = f'<meta property="og:image" content="{site.url}/b.png">'
    found = look(site, web, first + second + GOOD, png(1200, 630))
    assert found.alt is None
    assert {p.code for p in found.problems} == {"alt-missing"}
