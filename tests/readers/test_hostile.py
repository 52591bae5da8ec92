"""Input made to hurt: one clear line, within five seconds and 512 MB, and the rest is read."""

from __future__ import annotations

import functools
import gzip
import json
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from sharekit.errors import SharekitError
from sharekit.readers._markdown import plain

BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)
DEEP = "[" * 100_000

RUN = textwrap.dedent("""
    import json, resource, sys, time
    resource.setrlimit(resource.RLIMIT_AS, (900 << 20, 900 << 20))
    from sharekit import plugins
    from sharekit.errors import ReadError
    from sharekit.web import Session
    kind = plugins.load(plugins.READERS, sys.argv[1])
    found = []
    for source in sys.argv[2:]:
        web = Session(offline=True)
        titles, start = [], time.process_time()
        try:
            titles = [post.title for post in kind(source=source).read(web)]
        except ReadError as error:
            web.report(error)
        seconds = time.process_time() - start
        found.append([len(titles), titles[-3:], [str(p) for p in web.problems], seconds])
    # Not ru_maxrss: that one starts with the size of the process that started this one.
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(json.dumps([found, int(peak.split()[1])]))
""")


def read(reader, *sources, stdin=None):
    """For each source the number of posts, the last titles and the problems."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, reader, *map(str, sources)],
        stdin=stdin,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found, kilobytes = json.loads(done.stdout)
    assert kilobytes < 512 << 10
    assert [
        source for source, (*_, seconds) in zip(sources, found, strict=True) if seconds > 5
    ] == []
    return [(count, titles, problems) for count, titles, problems, _ in found]


def files(folder, ending, contents):
    """A file for each of *contents*, by its name."""
    for name, content in contents.items():
        (folder / f"{name}.{ending}").write_text(content)
    return [folder / f"{name}.{ending}" for name in contents]


def markdown(meta):
    return f"---\n{meta}\n---\n"


FRONT_MATTER = {
    "aliases": (markdown(BOMB), "values, aliases written out"),
    "brackets": (markdown(f"a: {DEEP}"), "nested more than 50 deep"),
    "lists": (markdown("- " * 50_000 + "a"), "nested more than 50 deep"),
    "in-itself": (markdown("a: &x [*x]"), "not defined before it"),
    "missing": (markdown("a: b\nb: *missing"), "not defined before it"),
    "keys": (markdown("\n".join(f"k{n}: v" for n in range(30_000))), "more than 20,000 values"),
    "toml-deep": (f"+++\na = {DEEP}\n+++\n", "nested too deeply"),
    "toml-digits": ("+++\na = " + "9" * 5_000 + "\n+++\n", "is not TOML"),
    "json-deep": ('{"a": ' + DEEP, "nested too deeply"),
    "json-digits": ('{"a": ' + "9" * 5_000 + "}", "is not JSON"),
    "nul": ("---\ntitle: a\0b\n---\n", "holds NUL bytes"),
    "large": ("x" * 2_000_001, "larger than 2 MB"),
}


def test_front_matter(tmp_path):
    files(tmp_path, "md", {name: content for name, (content, _) in FRONT_MATTER.items()})
    (tmp_path / "zz.md").write_text(markdown("title: The last one"))

    ((_, titles, problems),) = read("frontmatter", tmp_path)

    assert titles == ["The last one"]
    assert len(problems) == len(FRONT_MATTER)
    for name, (_, said) in FRONT_MATTER.items():
        (own,) = [p for p in problems if p.startswith(str(tmp_path / f"{name}.md"))]
        assert said in own


FINE = ("content/posts/fine.md", markdown("title: Fine\nauthor: jo"))
# The files of a site beside its posts: what they hold, and what is said of it. Nothing: the
# posts are read with what can be understood, since no program of a site is ever run.
SITES = {
    "jekyll": ({"_config.yml": BOMB, "_posts/2026-03-08-fine.md": FINE[1]}, "aliases written out"),
    "jekyll-deep": ({"_config.yml": f"a: {DEEP}"}, "nested more than 50 deep"),
    "jekyll-large": ({"_config.yml": "a: " + "x" * 3_000_000}, "larger than"),
    "people": (
        {"_config.yml": "title: t", "_data/authors.yml": BOMB, "_posts/2026-03-08-a.md": FINE[1]},
        "authors.yml:5:15: holds more than 20,000 values",
    ),
    "hugo": ({"hugo.toml": f"a = {DEEP}"}, "is not TOML"),
    "hugo-yaml": ({"hugo.yaml": BOMB}, "aliases written out"),
    "hugo-json": ({"hugo.json": f'{{"a": {DEEP}'}, "is not JSON"),
    "hugo-people": ({"hugo.toml": "a = 1", "data/authors.json": DEEP}, "is not JSON"),
    "zola": ({"config.toml": f'base_url = "https://a.example"\na = {DEEP}'}, "is not TOML"),
    "mkdocs": ({"mkdocs.yml": BOMB}, "aliases written out"),
    "mkdocs-run": ({"mkdocs.yml": "a: !!python/object/apply:os._exit [3]"}, ""),
    "pelican": ({"pelicanconf.py": "SITENAME = " + "(" * 100_000}, ""),
    "pelican-run": ({"pelicanconf.py": "import os\nos._exit(3)\nSITENAME = 'x' * 10**10\n"}, ""),
    "nikola": ({"conf.py": "BLOG_TITLE = " + "-" * 200_000 + "1"}, ""),
    "docusaurus": ({"docusaurus.config.js": "title: " + "{" * 300_000}, ""),
    "eleventy": (
        {"eleventy.config.js": "module.exports = " + "{" * 300_000, "content/content.json": DEEP},
        "is not JSON",
    ),
}


def test_sites(tmp_path):
    for name, (contents, _) in SITES.items():
        for path, content in dict([FINE, *contents.items()]).items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(content)
    found = read("frontmatter", *(tmp_path / name for name in SITES))
    for (name, (_, said)), (_, titles, problems) in zip(SITES.items(), found, strict=True):
        assert len(problems) == (1 if said else 0), name
        assert titles or problems, name
        if said:
            assert problems[0].startswith(str(tmp_path / name)), name
            assert said in problems[0], name
            assert len(problems[0].splitlines()[0]) < 300, name
        else:
            assert titles == ["Fine"], name


def test_supplements(tmp_path):
    from sharekit.readers.supplement import apply

    for name, content in {"aliases": BOMB, "deep": f"a: {DEEP}", "large": "x" * 9_000_000}.items():
        path = tmp_path / f"{name}.yaml"
        path.write_text(content)
        start = time.process_time()
        with pytest.raises(SharekitError) as caught:
            list(apply([], path))
        assert time.process_time() - start < 5
        assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize(
    "reader",
    [
        "dump",
        "feed",
        "frontmatter",
        "ghost",
        "html",
        "jsonapi",
        "sitemap",
        "table",
        "wordpress",
        "wxr",
    ],
)
def test_a_gigabyte_of_nothing(tmp_path, reader):
    path = tmp_path / "nothing.md"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    ((_, _, problems),) = read(reader, path)
    assert len(problems) == 1
    assert "is larger than" in problems[0]


@pytest.mark.parametrize("reader", ["feed", "frontmatter", "table"])
def test_what_never_ends(reader):
    with Path("/dev/zero").open("rb") as nothing:
        for _, _, problems in read(reader, "-", "/dev/zero", stdin=nothing):
            assert len(problems) == 1
            assert "is larger than" in problems[0]


def api_json(inner):
    return f'{{"posts": {inner}, "data": {inner}}}'


JSON = {
    "brackets": DEEP,
    "in-posts": api_json(DEEP),
    "objects": '{"a": ' * 100_000,
    "digits": api_json("9" * 5_000),
    "empty-lists": "[" + "[]," * 10_000_000 + "[]]",
    "cut": '[{"id": "' + "a" * 5_000_000,
}


@pytest.mark.parametrize("reader", ["ghost", "wordpress", "jsonapi", "table"])
def test_json(tmp_path, reader):
    for count, _, problems in read(reader, *files(tmp_path, "json", JSON)):
        assert count == 0
        assert len(problems) == 1
        assert len(problems[0].splitlines()[0]) < 300


EXPORTS = {
    "deep": ("<rss>" + "<a>" * 200_000, "XML|no WordPress export"),
    "flood": ("<rss>" + "<a/>" * 1_500_000, "more than 1,000,000 elements"),
    "entities": ("<!DOCTYPE r [<!ENTITY a 'a'>]><rss>&a;</rss>", "defines entities"),
    "attributes": (
        "<rss><item " + " ".join(f"a{n}='x'" for n in range(20_000)) + "/></rss>",
        "no WordPress",
    ),
    "text": ("not xml at all", "is not XML|no WordPress export"),
}


def test_exports(tmp_path):
    sources = files(tmp_path, "xml", {name: content for name, (content, _) in EXPORTS.items()})
    for (count, _, problems), (_, said) in zip(
        read("wxr", *sources), EXPORTS.values(), strict=True
    ):
        assert count == 0
        assert len(problems) == 1
        assert any(part in problems[0] for part in said.split("|"))


def item(inner):
    return f'<rss version="2.0"><channel><title>t</title><item>{inner}</item></channel></rss>'


LAUGHS = "<!DOCTYPE r [<!ENTITY l0 'lol lol lol lol lol'>{}]>".format(
    "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
)
# What is thrown at the reader of feeds, and what it says of it; nothing: it is read for what it is.
FEEDS = {
    "entities": (LAUGHS + item("<title>&l11;</title>"), ""),
    "one-entity": (
        "<!DOCTYPE r [<!ENTITY a '"
        + "x" * 90
        + "'>]>"
        + item("&a;" * 500_000 + "<title>a</title>"),
        "",
    ),
    "files": (
        '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + item("<title>&a;</title>"),
        "",
    ),
    "attributes": (
        item("<title " + " ".join(f"a{n}='x'" for n in range(20_000)) + ">a</title>"),
        "",
    ),
    "namespaces": (item("<a " + " ".join(f"xmlns:n{n}='u{n}'" for n in range(20_000)) + "/>"), ""),
    "same-attribute": (item("<title " + "a='x' " * 200_000 + ">a</title>"), ""),
    "comments": ("<rss>" + "<!--" * 1_000_000, "is no feed|says nothing|has no tags|"),
    "cdata": ("<rss><channel><item><title>" + "<![CDATA[" * 500_000, ""),
    "instructions": ("<rss>" + "<?" * 1_000_000, ""),
    "deep": (item("<a>" * 190_000), ""),
    "deep-closed": (item("<a>" * 60_000 + "</a>" * 60_000), ""),
    "too-deep": (item("<a>" * 2_000_000), "more than 1,500,000 tags"),
    "items": ("<rss><channel>" + "<item>" * 190_000, "100 items that are no posts"),
    "ill-formed": (
        "<rss><channel></b>" + "<item><title>a</item>" * 100_000,
        "ill-formed, and has more",
    ),
    "ampersands": (item("<title>" + "&" * 3_000_000 + "</title>"), ""),
    "references": (item("<title>" + "&#55357;" * 400_000 + "</title>"), ""),
    "angles": (item("<title>" + "&lt;" * 1_500_000 + "</title>"), ""),
    "pictures": (item("<description>" + "&lt;img src=" * 500_000 + "</description>"), ""),
    "bases": (
        "<rss><channel>" + "<a xml:base='x/'>" * 100_000 + "<item><link>a</link></item>",
        "",
    ),
    "guids": (
        "<rss><channel>"
        + "<item><guid>a</guid><title>a</title></item>" * 50_000
        + "</channel></rss>",
        "more than 10,000 items",
    ),
    "people": (item("".join(f"<author>a@b ({n})</author>" for n in range(100_000))), ""),
    "person": (item("<author>" + "a@" * 1_000_000 + "</author>"), ""),
    "dates": (item("<pubDate>" + "1 " * 1_000_000 + "</pubDate>" * 2), "is no date"),
    "doctype": ("<!DOCTYPE " + "[" * 1_000_000 + item("<title>a</title>"), ""),
    "blanks": (" " * 10_000_000 + item("<title>a</title>"), ""),
    "json-deep": (
        '{"version": "https://jsonfeed.org/version/1", "items": ' + DEEP,
        "nested too deeply",
    ),
    "json-items": ('{"items": [' + "{}," * 500_000 + "{}]}", "100 items that are no posts"),
    "json-text": ('{"items": [{"content_html": "' + "<p " * 1_000_000 + '"}]}', ""),
    "nothing": ("", "has no tags"),
    "zeros": ("\0" * 5_000_000, "has no tags"),
}


def test_feeds(tmp_path):
    found = read(
        "feed", *files(tmp_path, "xml", {name: content for name, (content, _) in FEEDS.items()})
    )
    for (name, (_, said)), (_, _, problems) in zip(FEEDS.items(), found, strict=True):
        assert all(len(problem.splitlines()[0]) < 400 for problem in problems[:100]), name
        if said:
            assert any(part in problem for problem in problems for part in said.split("|")), name
        assert not any("root:" in problem for problem in problems), name


def test_the_feeds_beside_a_hostile_one_are_read(tmp_path):
    files(tmp_path, "xml", {"a": "<rss>" + "<!--" * 100_000, "b": item("<title>fine</title>")})
    (tmp_path / "c.xml").write_bytes(bomb())
    with (tmp_path / "d.xml").open("wb") as file:
        file.truncate(1 << 30)
    (tmp_path / "e.xml").write_text(item("<title>fine, too</title>"))
    ((_, titles, problems),) = read("feed", tmp_path)
    assert titles == ["fine", "fine, too"]
    assert [str(tmp_path / f"{name}.xml") in "".join(problems) for name in "cd"] == [True, True]


@functools.cache
def bomb():
    """150 MB of blanks, packed to a thousandth."""
    return gzip.compress(b" " * (150 << 20))


@pytest.mark.parametrize(
    "reader", ["dump", "feed", "ghost", "jsonapi", "sitemap", "table", "wordpress", "wxr"]
)
def test_packed_to_a_thousandth(tmp_path, reader):
    path = tmp_path / "small.json"
    path.write_bytes(bomb())
    ((count, _, problems),) = read(reader, path)
    assert (count, len(problems)) == (0, 1)
    assert "unpacks to more than" in problems[0]


def urls(inner):
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>'


SITEMAPS = {
    "entities": (LAUGHS + urls("<url><loc>https://a.example/&l11;</loc></url>"), 1),
    "attributes": (urls("<url " + " ".join(f"a{n}='x'" for n in range(20_000)) + "/>"), 0),
    "comments": ("<urlset>" + "<!--" * 1_000_000, 0),
    "deep": (urls("<url>" * 100_000), 0),
    "pages": (
        urls("".join(f"<url><loc>https://a.example/{n}</loc></url>" for n in range(100_000))),
        100,
    ),
    "pictures": (
        urls("<url><loc>https://a.example/</loc>" + "<image:image/>" * 1_000_000 + "</url>"),
        1,
    ),
    "tags": (urls("<url/>" * 2_000_000), 0),
    "more-pages": (urls("<url><loc>https://a.example/</loc></url>" * 100_001), 0),
    "lines": ("https://a.example/\n" * 100_000, 1),
    "more-lines": ("https://a.example/\n" * 3_000_000, 0),
}


def test_sitemaps(tmp_path):
    sources = files(tmp_path, "xml", {name: content for name, (content, _) in SITEMAPS.items()})
    found = read("sitemap", *sources)
    for (name, (_, expected)), (count, _, problems) in zip(SITEMAPS.items(), found, strict=True):
        assert count == expected, name
        assert len(problems) <= 1, name


DATE = "Date\nThursday, March 8, 2018 - 11:45am\n"


def test_dumps(tmp_path):
    trailers, labels, dates, tweets = read(
        "dump",
        *files(
            tmp_path,
            "txt",
            {
                "trailers": "Pages\nSubscribe to x RSS\n" * 50_000,
                "labels": "Date\n\n" * 200_000,
                "dates": DATE * 30_000,
                "tweets": f"{DATE}Tweet Text\n" * 20_000 + "x\n" * 100_000,
            },
        ),
    )
    assert [trailers[0], labels[0], dates[0], tweets[0]] == [0, 0, 1, 2]


def test_tables(tmp_path):
    quotes, cells, large, rows = read(
        "table",
        *files(
            tmp_path,
            "csv",
            {
                "quotes": "a,b\n" + '"' * 1_000_001,
                "cells": "title,url\n" + "a," * 1_000_000,
                "large": "title\n" + "x" * 3_000_000,
                "rows": "title\n" + "a\n" * 100_000,
            },
        ),
    )
    assert "is no CSV" in quotes[2][0]
    assert "cells in a table of 2 columns" in cells[2][0]
    assert "is no CSV" in large[2][0]
    assert (rows[0], len(rows[2])) == (20_000, 1)


def test_yaml_tables(tmp_path):
    contents = {
        "aliases": f"{BOMB}\nposts: [*a11]\n",
        "merges": "a: &a {x: 1}\n" + "".join(f"b{n}: {{<<: *a}}\n" for n in range(30_000)),
        "deep": "- " * 50_000 + "a",
        "brackets": f"- {DEEP}",
        "keys": "- title: a\n" + "".join(f"  k{n}: v\n" for n in range(400_000)),
        "tags": "- !!python/object/apply:os.system ['true']\n",
    }
    for (count, _, problems), name in zip(
        read("table", *files(tmp_path, "yaml", contents)), contents, strict=True
    ):
        assert count == 0, name
        assert 1 <= len(problems) <= 2, name


@pytest.mark.parametrize(
    "unit",
    ["<!--", "![", "[", "[a](", "{{", "{%", "`", "`a", "*a", "_a ", "** ", "<a ", "<", "~~a", ">",
     "> ", "#", "\\", "- ", "|", "[^a", "[[", "<p>", "&", "{:", "1. ", "{#", "<script>", "{/*", "("],
)  # fmt: skip
def test_markdown_takes_time_in_proportion(unit):
    text = unit * (300_000 // len(unit))
    start = time.process_time()
    plain(text)
    assert time.process_time() - start < 2
