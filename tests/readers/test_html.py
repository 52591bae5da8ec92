"""Web pages: what is made to hurt, what is asked for, and what names and titles are."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.errors import ReadError
from sharekit.readers import _ld, _names, _site_name
from sharekit.readers.html import Html, post_of

# -- Pages made to hurt -----------------------------------------------------------------------

RUN = textwrap.dedent("""
    import json, resource, sys, time
    resource.setrlimit(resource.RLIMIT_AS, (900 << 20, 900 << 20))
    from sharekit.readers.html import Html
    from sharekit.web import Session
    web = Session(offline=True)
    found, before = {}, time.process_time()
    for post in Html(source=sys.argv[1]).read(web):
        now = time.process_time()
        found[post.id], before = [post.title, now - before], now
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(json.dumps([found, [str(p) for p in web.problems], int(peak.split()[1])]))
""")

HEAD = "<title>A title</title>"
MANY = " ".join(f"a{n}=x" for n in range(20_000))
PAGES = {
    "attributes": f"{HEAD}<body {MANY}><p {MANY}>",
    "attributes-of-meta": f'{HEAD}<meta {MANY} name="description" content="x">',
    "comments": HEAD + "<!--" * 500_000,
    "comments-ended": HEAD + "<!---->" * 300_000,
    "nested": HEAD + "<div class=author>" * 100_000,
    "nested-things": HEAD + '<div itemscope itemprop="author">' * 50_000,
    "headings": HEAD + "<h1>" * 200_000,
    "dates": HEAD + "<h1>x</h1>" + "<span class=date>8 March 2026</span>" * 50_000,
    "bylines": HEAD + "<h1>x</h1>" + "<a rel=author>By By By" * 50_000,
    "asides": HEAD + "<aside class=related>" * 100_000,
    "angles": HEAD + "<" * 2_000_000,
    "tags-cut": HEAD + "<meta content='" * 100_000,
    "json-deep": f'{HEAD}<script type="application/ld+json">{"[" * 500_000}',
    "json-large": HEAD
    + '<script type="application/ld+json">['
    + ",".join(['{"@type":"Article","@id":"#1","name":"n","author":{"@id":"#1"}}'] * 100_000)
    + "]</script>",
    "json-flood": HEAD + '<script type="application/ld+json">{"@type":"x",}</script>' * 50_000,
    "json-comments": f'{HEAD}<script type="application/ld+json">{{{"/*" * 500_000}',
    "json-quotes": f'{HEAD}<script type="application/ld+json">{{{chr(34) * 500_001}',
    "references": HEAD + "&amp" * 1_000_000 + f'<meta name="description" content="{"&amp;" * 200_000}">',
    "separators": "<title>" + "a - " * 100_000 + "</title>" + "<h1>a</h1>" * 100,
    "pictures": HEAD + '<meta property="og:image" content="/a.jpg">' + '<img src="a.jpg" alt="x">' * 100_000,
    "blanks": HEAD + f'<meta name="author" content="{" " * 1_000_000}x">',
    "digits": HEAD + "<h1>x</h1><p>" + "<i>1.1.1 1.1.1 1.1.1 1.1.1</i>" * 50_000,
}  # fmt: skip


def test_pages_made_to_hurt(tmp_path):
    for name, page in PAGES.items():
        (tmp_path / f"{name}.html").write_text(page)
    (tmp_path / "too-large.html").write_bytes(b"<title>x</title>" + b" " * 70_000_000)
    (tmp_path / "zz.html").write_text("<title>The last one</title>")
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found, problems, kilobytes = json.loads(done.stdout)
    assert {name: seconds for name, (_, seconds) in found.items() if seconds > 5} == {}
    assert found[str(tmp_path / "zz.html")][0] == "The last one"
    assert set(found) == {str(tmp_path / f"{name}.html") for name in [*PAGES, "zz"]}
    (problem,) = problems
    assert "too-large.html" in problem
    assert "larger than" in problem
    assert kilobytes < 512 << 10


@given(st.text(alphabet=st.sampled_from("<>/=\"' abhimte!-[]{}:,&;1\n")))
def test_whatever_a_page_holds_it_is_a_post_or_refused(text):
    try:
        url = post_of(text, "https://a.example/x", "x", Html(source="x")).url
    except ReadError as error:
        url = error.problems[0].where
    assert url in ("https://a.example/x", "x")


@given(st.text(alphabet=st.sampled_from("{}[]\",:/*\\'ab1 \n")))
def test_whatever_a_script_holds_it_is_read_or_left(text):
    _ld.items([text])


# -- Where a page is and what it is -------------------------------------------------------------


def test_a_page_is_asked_for_and_its_charset_told_by_the_server(site, web):
    body = "<title>Żuraw</title><link rel=canonical href=/c>".encode("iso-8859-2")
    site.routes["/page"] = lambda query, headers: (
        200,
        {"Content-Type": "text/html; charset=iso-8859-2"},
        body,
    )
    (post,) = Html(source=f"{site.url}/page").read(web)
    assert post.title == "Żuraw"
    assert post.source == f"{site.url}/page"


def test_a_page_that_says_nothing_is_refused_by_name(site, web):
    site.routes["/page"] = lambda query, headers: (200, {}, b"<p>words</p>")
    with pytest.raises(ReadError, match="no title and no meta") as caught:
        list(Html(source=f"{site.url}/page").read(web))
    assert caught.value.problems[0].where == f"{site.url}/page"


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Ann Lee and Bo Roe", ["Ann Lee", "Bo Roe"]),
        ("ByAnn Lee", ["Ann Lee"]),
        ("Von Heike Wind am 8. März 2026", ["Heike Wind"]),
        ("Ann Lee, Bo Roe & Cy Oh | 3 min read", ["Ann Lee", "Bo Roe", "Cy Oh"]),
        ("Posted by: Ann Lee on March 8, 2026", ["Ann Lee"]),
        ("Par Anne-Marie d’Ère, le 8 mars", ["Anne-Marie d’Ère"]),
        ("Autorin: Zoë Åsåkra", ["Zoë Åsåkra"]),
        ("View all posts by tern77", ["tern77"]),
        ("Simon & Schuster", ["Simon & Schuster"]),
        ("Ann Lee (ann@quay.example)", ["Ann Lee"]),
        ("admin", []),
        ("https://quay.example/ann", []),
        ("", []),
    ],
)
def test_the_names_in_a_byline(byline, names):
    assert _names.names_in(byline) == names


@pytest.mark.parametrize(
    ("title", "headings", "short"),
    [
        ("Neap tide - Harbour News", [], "Neap tide"),
        ("Harbour News | Neap tide", [], "Neap tide"),
        ("Neap tide | Tides | Harbour News", ["Neap tide"], "Neap tide"),
        ("Neap tide – harbour.example", [], "Neap tide"),
        ("Neap-tide news", ["Neap"], "Neap-tide news"),
        ("Neap: a tide", [], "Neap: a tide"),
        ("Harbour News", ["Harbour News"], "Harbour News"),
        ("A tide - of gulls", ["A tide - of gulls"], "A tide - of gulls"),
    ],
)
def test_a_title_without_the_sites_name(title, headings, short):
    sites = {_site_name.fold("Harbour News"), _site_name.fold("harbour.example")}
    assert _site_name.without(title, sites, headings) == short
