"""Sitemaps over the network: from an index or a robots.txt down to the pages themselves."""

from __future__ import annotations

import gzip

import pytest

from sharekit.errors import ReadError
from sharekit.readers.sitemap import Sitemap

XML = "http://www.sitemaps.org/schemas/sitemap/0.9"
PAGE = (
    '<html lang="en"><head><title>{0}</title><meta property="og:title" content="{0}">'
    '<meta name="description" content="About {0}."></head><body></body></html>'
)


def answer(text, kind="text/html; charset=utf-8"):
    content = text if isinstance(text, bytes) else text.encode()
    return lambda query, headers: (200, {"Content-Type": kind}, content)


def urlset(*urls):
    listed = "".join(f"<url><loc>{url}</loc><lastmod>{when}</lastmod></url>" for url, when in urls)
    return f'<urlset xmlns="{XML}">{listed}</urlset>'


def test_pages_are_read_through_an_index_and_a_packed_map_the_newest_first(site, web):
    maps = "".join(f"<sitemap><loc>{site.url}/{name}</loc></sitemap>" for name in ("a.xml.gz", "b"))
    site.routes["/index.xml"] = answer(f'<sitemapindex xmlns="{XML}">{maps}</sitemapindex>')
    packed = urlset((f"{site.url}/old", "2026-03-08"), (f"{site.url}/gone", "2026-03-09T01:00:00Z"))
    site.routes["/a.xml.gz"] = answer(gzip.compress(packed.encode()), "application/gzip")
    site.routes["/b"] = answer(urlset((f"{site.url}/new", "2026-03-08T23:00:00-05:00")))
    site.routes["/old"], site.routes["/new"] = (
        answer(PAGE.format("Old")),
        answer(PAGE.format("New")),
    )

    found = list(Sitemap(source=f"{site.url}/index.xml").read(web))

    assert [(p.title, p.summary, p.language) for p in found] == [
        ("New", "About New.", "en"),
        ("Old", "About Old.", "en"),
    ]
    assert found[0].updated.isoformat() == "2026-03-08T23:00:00-05:00"
    assert [p.where for p in web.problems] == [f"{site.url}/gone"]  # and the others were read


def test_only_as_many_pages_as_wanted_are_asked_for(site, web):
    site.routes["/sitemap.xml"] = answer(
        urlset(*((f"{site.url}/{n}", f"2026-03-{n:02}") for n in range(1, 10)))
    )
    for number in range(1, 10):
        site.routes[f"/{number}"] = answer(PAGE.format(number))
    found = list(Sitemap(source=f"{site.url}/sitemap.xml", limit=2).read(web))
    assert [p.title for p in found] == ["9", "8"]
    assert [path for path, _, _ in site.asked] == ["/sitemap.xml", "/9", "/8"]


def test_a_site_tells_in_its_robots_where_its_sitemap_is(site, web):
    site.routes["/"] = answer(PAGE.format("Home"))
    site.routes["/robots.txt"] = answer(
        "User-agent: *\nDisallow:\nSITEMAP: /maps/all.xml\n", "text/plain"
    )
    site.routes["/maps/all.xml"] = answer(urlset((f"{site.url}/one", "2026-03-08")))
    site.routes["/one"] = answer(PAGE.format("One"))
    assert [p.title for p in Sitemap(source=f"{site.url}/").read(web)] == ["One"]


def test_a_page_of_a_site_without_a_sitemap_is_none(site, web):
    site.routes["/"] = answer(PAGE.format("Home"))
    with pytest.raises(ReadError, match="this is no sitemap"):
        list(Sitemap(source=f"{site.url}/").read(web))


def test_maps_that_name_each_other_are_read_once(site, web):
    loop = f'<sitemapindex xmlns="{XML}"><sitemap><loc>{site.url}/a</loc></sitemap><sitemap><loc>{site.url}/b</loc></sitemap></sitemapindex>'
    site.routes["/a"] = site.routes["/b"] = answer(loop, "application/xml")
    assert list(Sitemap(source=f"{site.url}/a").read(web)) == []
    assert len(site.asked) == 2
