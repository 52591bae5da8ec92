"""Sites built by the real generators: their sources and what they make of them say the same.

Titles, addresses and dates are compared, for names, dates and settings that are easy to get wrong.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import generators
import pytest
from lxml import etree, html

from sharekit.readers.feed import Feed
from sharekit.readers.frontmatter import FrontMatter
from sharekit.readers.html import Html

pytestmark = pytest.mark.peer

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def site(tmp_path):
    """Writes the files of a site, a post being a mapping with its body as `""`."""

    def write(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return tmp_path

    return write


def sources(folder, web, **settings):
    """What sharekit says of the sources: title, address and instant of each live post."""
    found = list(FrontMatter(source=str(folder), **settings).read(web))
    assert not web.problems
    return {(p.title, p.url, instant(p.published)) for p in found if not p.draft}


def instant(moment):
    return moment.astimezone(UTC) if moment else None


def post(body="Words.", /, **fields):
    return (
        "---\n" + "".join(f"{key}: {value}\n" for key, value in fields.items()) + f"---\n{body}\n"
    )


def test_hugo(site, offline):
    folder = site(
        {
            "hugo.toml": """
                baseURL = "https://tides.example/blog/"
                title = "Tides"
                timeZone = "America/New_York"
                disableKinds = ["taxonomy", "term", "sitemap"]
                ignoreLogs = ["warning-layout-missing"]
                [languages.en]
                weight = 1
                [languages.fr]
                weight = 2
                [permalinks.page]
                notes = "/:year/:month/:slug/"
                log = "/log/:year/:monthname/:day/:contentbasename/"
                days = "/:sections/:yearday/:weekdayname/:slugorcontentbasename/"
            """,
            "layouts/_default/single.html": "<title>{{ .Title }}</title>",
            "layouts/_default/list.html": "<title>{{ .Title }}</title>",
            "content/posts/local.md": post(title="Local time", date="2026-03-08 11:45:00"),
            "content/posts/offset.md": post(title="Offset", date="2026-03-08T23:45:00-08:00"),
            "content/posts/day.md": post(title="'A day: only'", date="2026-03-08"),
            "content/posts/Odd Näme & Co.md": post(title="Odd name", date="2026-03-09"),
            "content/posts/with.dots_and+plus.md": post(title="Dots", date="2026-03-09"),
            "content/posts/slug.md": post(title="Slug", date="2026-03-09", slug="My Slug Ü"),
            "content/posts/whole.md": post(title="Whole", date="2026-03-09", url="/x/whole"),
            "content/posts/file.md": post(title="File", date="2026-03-09", url="/x/file.html"),
            "content/posts/bundle/index.md": post(title="Bundle", date="2026-03-10"),
            "content/posts/bundle/resource.md": post(title="Resource", date="2026-03-10"),
            "content/posts/deep/er/page.md": post(title="Deeper", date="2026-03-11"),
            "content/posts/tide.fr.md": post(title="Marée", date="2026-03-11"),
            "content/notes/one.md": post(title="'Hello, World: C++ & 100 %'", date="2026-01-02"),
            "content/notes/two.md": "+++\ntitle = 'TOML'\ndate = 2026-01-03T10:00:00\n+++\nWords.\n",
            "content/log/2026-01-04-Entry.md": '{"title": "JSON", "date": "2026-01-04T10:00:00Z"}\n',
            "content/days/a/b/x.md": post(title="Sections", date="2026-02-03"),
            "content/days/a/_index.md": post(title="A"),
            "content/posts/draft.md": post(title="Draft", date="2026-01-01", draft="true"),
            "content/posts/future.md": post(title="Future", date="2999-01-01"),
            "content/posts/over.md": post(title="Over", date="2026-01-01", expiryDate="2026-01-02"),
        }
    )
    generators.build(generators.python_program("hugo"), "--quiet", site=folder)
    built = set()
    for feed in (folder / "public/index.xml", folder / "public/fr/index.xml"):
        for item in etree.parse(feed).iter("item"):
            date = parsedate_to_datetime(item.findtext("pubDate"))
            built.add((item.findtext("title"), item.findtext("link"), instant(date)))

    assert len(built) == 15
    assert sources(folder, offline) == built


def test_jekyll(site, offline):
    folder = site(
        {
            "_config.yml": "url: https://rope.example\nbaseurl: /n\ntimezone: America/New_York\n"
            "title: Rope\nplugins: [jekyll-feed]\nfeed: {posts_limit: 50}\n"
            "permalink: /:categories/:year/:month/:day/:title/\n",
            "_posts/2026-03-08-file-date.md": post(title="Date in the name"),
            "_posts/2026-03-09-utc.md": post(title="UTC", date="2026-03-09 01:30:00"),
            "_posts/2026-03-09-quoted.md": post(title="Quoted", date='"2026-03-09 01:30:00"'),
            "_posts/2026-03-09-offset.md": post(title="Offset", date="2026-03-08 23:45:00 -0800"),
            "_posts/2026-03-09-day.md": post(title="Day", date="2026-03-12"),
            "_posts/2026-03-10-No-title_here.md": post(layout="none"),
            "_posts/2026-03-10-Ünï Co+dé!.md": post(title="Letters"),
            "_posts/2026-3-6-short.md": post(title="Short date"),
            "_posts/2026-03-11-cat.md": post(title="Categories", categories='[X Y, "Ünï Z"]'),
            "_posts/2026-03-11-cats.md": post(title="Words", categories="one two"),
            "_posts/2026-03-11-category.md": post(title="One", category="Foo Bar"),
            "_posts/2026-03-11-slug.md": post(title="Slug", slug="My Slug"),
            "_posts/2026-03-11-own.md": post(title="Own", permalink="/k/:title/:y_day.html"),
            "knots/sub/_posts/2026-03-12-folder.md": post(title="Folder", categories="extra"),
            "_posts/2026-03-13-hidden.md": post(title="Hidden", published="false"),
            "_posts/2999-01-01-future.md": post(title="Future"),
            "_drafts/draft.md": post(title="Draft"),
        }
    )
    generators.build(generators.jekyll(), "build", "--quiet", site=folder)
    built = set()
    for entry in etree.parse(folder / "_site/feed.xml").iter(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link").get("href")
        date = datetime.fromisoformat(entry.findtext(f"{ATOM}published"))
        built.add((entry.findtext(f"{ATOM}title"), link, instant(date)))

    assert len(built) == 14
    assert sources(folder, offline) == built


def test_pelican(site, offline):
    folder = site(
        {
            "pelicanconf.py": "AUTHOR = 'Mira Falk'\nSITENAME = 'Nets'\nSITEURL = ''\n"
            "PATH = 'content'\nTIMEZONE = 'Europe/Rome'\nDEFAULT_LANG = 'en'\n"
            "ARTICLE_URL = 'n/{date:%Y}/{date:%b}/{category}/{slug}/'\n"
            "ARTICLE_SAVE_AS = ARTICLE_URL + 'index.html'\n"
            "FEED_ALL_ATOM = 'feeds/all.atom.xml'\n",
            "publishconf.py": "import os, sys\nsys.path.append(os.curdir)\n"
            "from pelicanconf import *\nSITEURL = 'https://nets.example'\nFEED_DOMAIN = SITEURL\n",
            "content/nets.md": "Title: Nets: it’s C++ & Ünïcode\nDate: 2026-03-08 10:20\n"
            "Modified: 2026-03-09\nCategory: Old Craft\n\nWords.\n",
            "content/fish/boats.rst": "The boats\n#########\n\n:date: 2026-03-10\n"
            ":slug: own-slug\n\nWords.\n",
            "content/ropes.html": '<html><head><title>Old &amp; new</title><meta name="date" '
            'content="2026-03-11 22:28"></head><body>Words.</body></html>',
            "content/foreign.md": "Title: Foreign\nDate: 2026-03-12 11:00\nLang: fr\n\nWords.\n",
            "content/fence.md": "---\ntitle: Fence\ndate: 2026-07-01 11:00\n---\n\nWords.\n",
            "content/draft.md": "Title: Draft\nDate: 2026-03-08\nStatus: draft\n\nWords.\n",
            "content/pages/about.md": "Title: A page\n\nWords.\n",
        }
    )
    generators.build(
        generators.python_program("pelican"), "-s", "publishconf.py", "-q", site=folder
    )
    built = set()
    for entry in etree.parse(folder / "output/feeds/all.atom.xml").iter(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link").get("href")
        date = datetime.fromisoformat(entry.findtext(f"{ATOM}published"))
        built.add((entry.findtext(f"{ATOM}title"), link, instant(date)))

    assert len(built) == 5
    assert sources(folder, offline) == built


def test_mkdocs(site, offline):
    folder = site(
        {
            "mkdocs.yml": "site_name: Pilots\nsite_url: https://pilots.example/b/\n"
            "theme: {name: material}\nplugins:\n  - blog:\n      blog_dir: news\n",
            "docs/index.md": "# Home\n",
            "docs/news/index.md": "# News\n",
            "docs/news/posts/heading.md": post(
                "# A **pilot** boards: it's C++ & Ünïcode\n\nWords.", date="2026-03-08"
            ),
            "docs/news/posts/titled.md": post(
                "# Heading\n", title="Titled", date="2026-03-09T10:00:00", slug="own"
            ),
            "docs/news/posts/deep/two.md": post(
                "# Two dates\n", date="{created: 2026-03-10, updated: 2026-04-01}"
            ),
            "docs/news/posts/draft.md": post("# Draft\n", date="2026-03-11", draft="true"),
        }
    )
    generators.build(generators.python_program("mkdocs"), "build", "-q", site=folder)
    built = set()
    for path in (folder / "site/news").glob("2*/*/*/*/index.html"):
        page = html.fromstring(path.read_bytes())
        title = re.sub(r" - Pilots$", "", page.findtext(".//title"))
        (link,) = page.xpath("//link[@rel='canonical']/@href")
        date = datetime.fromisoformat(page.xpath("//time/@datetime")[0])
        built.add((title, link, instant(date)))

    assert len(built) == 3
    assert sources(folder, offline) == built


def test_eleventy(site, offline):
    folder = site(
        {
            "eleventy.config.cjs": "module.exports = () => ({ dir: { input: 'src' } });\n",
            "src/posts/posts.json": '{"tags": ["posts"]}',
            "src/posts/2026-03-08-dated.md": post(title="Dated"),
            "src/posts/plain.md": post(title="Plain", date="2026-03-09", tags="[a, b]"),
            "src/posts/time.md": post(title="Time", date="2026-03-09T10:00:00"),
            "src/posts/own.md": post(title="Own", date="2026-03-10", permalink="/x/own/"),
            "src/posts/slug.md": post(
                title="By its title",
                date="2026-03-10",
                permalink='"/blog/{{ title | slugify }}/"',
            ),
            "src/posts/deep/index.md": post(title="Deep", date="2026-03-11 11:45:00"),
            "src/posts/json.md": '---json\n{"title": "JSON", "date": "2026-03-12"}\n---\nWords.\n',
            "src/posts/Some File.md": post(title="A blank", date="2026-03-13"),
            "src/all.njk": post(
                "{% for p in collections.posts %}"
                "{{ [p.data.title, p.url, p.date.toISOString()] | dump | safe }}\n{% endfor %}",
                permalink="all.jsonl",
                eleventyExcludeFromCollections="true",
            ),
        }
    )
    generators.build(generators.eleventy(), "--quiet", site=folder)
    built = set()
    for line in (folder / "_site/all.jsonl").read_text().strip().splitlines():
        title, path, date = json.loads(line)
        link = f"https://birds.example{path.replace(' ', '%20')}"
        built.add((title, link, instant(datetime.fromisoformat(date))))

    assert len(built) == 8
    assert sources(folder, offline, site_url="https://birds.example") == built


RICH = {
    "content/posts/spring/index.md": post(
        "Water came over the wall at *noon*.",
        title='"Spring tide: 12:30 & “no”"',
        date="2026-03-08 11:45:00",
        description="How high it came & what we moved.",
        tags='[Tides, "Quay walls"]',
        images="[quay.png]",
    ),
    "content/posts/feature/index.md": "+++\ntitle = 'no'\ndate = 2026-03-10T09:00:00-08:00\n"
    "tags = ['1.10']\n+++\nSummary *above*.\n\n<!--more-->\n\nRest.\n",
    "content/posts/shared.md": post(
        title="'1.10'", date="2026-03-11", summary="Own words", images="[/img/share.png]"
    ),
}


def test_hugos_pages_and_feed_say_what_its_sources_say(site, offline):
    """With Hugo's own templates, which carry no authors and no alt text; its feed no picture."""
    partials = "".join(
        f'{{{{ partial "{name}.html" . }}}}' for name in ("opengraph", "twitter_cards", "schema")
    )
    folder = site(
        {
            **RICH,
            "hugo.toml": 'baseURL = "https://tides.example/"\ntitle = "Tides"\n'
            'locale = "en-gb"\ntimeZone = "Europe/London"\n',
            "layouts/_default/single.html": '<html lang="{{ site.Language.Locale }}"><head>'
            "<title>{{ .Title }} | Tides</title>"
            f'<link rel="canonical" href="{{{{ .Permalink }}}}">{partials}</head>'
            "<body><h1>{{ .Title }}</h1>{{ .Content }}</body></html>",
            "layouts/_default/list.html": "<title>{{ .Title }}</title>",
        }
    )
    for name in ("content/posts/spring/quay", "content/posts/feature/feature", "static/img/share"):
        path = folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x89PNG\r\n\x1a\n")
    generators.build(generators.python_program("hugo"), "--quiet", site=folder)
    written = by_url(FrontMatter(source=str(folder)).read(offline))
    pages = {}
    for path in (folder / "public/posts").glob("*/index.html"):
        url = f"https://tides.example/posts/{path.parent.name}/"
        pages |= by_url(Html(source=str(path), url=url).read(offline))
    fed = by_url(Feed(source=str(folder / "public/index.xml")).read(offline))

    assert not offline.problems
    assert len(written) == 3
    assert {url: told(p) for url, p in pages.items()} == {u: told(p) for u, p in written.items()}
    assert {url: (p.title, instant(p.published)) for url, p in fed.items()} == {
        url: (p.title, instant(p.published)) for url, p in written.items()
    }


def test_jekylls_pages_and_feed_say_what_its_sources_say(site, offline):
    """With jekyll-seo-tag and jekyll-feed, which name authors, pictures with alt text and tags."""
    folder = site(
        {
            "_config.yml": "url: https://rope.example\ntitle: Rope\nlang: en-GB\n"
            "timezone: Europe/London\nplugins: [jekyll-feed, jekyll-seo-tag]\n"
            "defaults: [{scope: {path: ''}, values: {layout: post}}]\n",
            "_data/authors.yml": "mira: {name: Mira Falk}\n",
            "_layouts/post.html": '<html lang="{{ page.lang | default: site.lang }}"><head>{% seo %}'
            "</head><body><h1>{{ page.title }}</h1>{{ content }}</body></html>",
            "_posts/2026-03-08-one.md": post(
                title="'Ropes & knots: 12:30'",  # quotes would be made round ones
                author="mira",
                description="How *not* to tie one.",
                tags="[a b, C]",
                image="{path: /img/knot.png, alt: A knot}",
            ),
            "_posts/2026-03-09-two.md": post(
                "First *words* here.\n\nRest.",
                title="'no'",
                author="Tom Reed",
                lang="fr",
                image="/img/knot.png",
            ),
            "img/knot.png": "",
        }
    )
    generators.build(generators.jekyll(), "build", "--quiet", site=folder)
    written = by_url(FrontMatter(source=str(folder)).read(offline))
    pages = {}
    for url in written:
        path = folder / "_site" / url.removeprefix("https://rope.example/")
        pages |= by_url(Html(source=str(path), url=url).read(offline))
    fed = by_url(Feed(source=str(folder / "_site/feed.xml")).read(offline))

    def shown(found):
        return {u: (*told(p, tags=False), p.authors, alt(p)) for u, p in found.items()}

    assert not offline.problems
    assert len(written) == 2
    assert shown(pages) == shown(written)
    assert {u: (p.title, instant(p.published), p.authors, p.tags) for u, p in fed.items()} == {
        u: (p.title, instant(p.published), p.authors, p.tags) for u, p in written.items()
    }


def test_pelicans_feed_says_what_its_sources_say(site, offline):
    """Of several authors Pelican's feed names the first."""
    folder = site(
        {
            "pelicanconf.py": "AUTHOR = 'Mira Falk'\nSITENAME = 'Nets'\n"
            "SITEURL = 'https://nets.example'\nFEED_DOMAIN = SITEURL\nPATH = 'content'\n"
            "TIMEZONE = 'Europe/Rome'\nDEFAULT_LANG = 'it'\nFEED_ALL_ATOM = 'all.atom.xml'\n",
            "content/a.md": "Title: 12:30\nDate: 2026-03-08 10:20\nTags: nets, old knots\n"
            "Category: Craft\nAuthors: Leo Gatti, Ada Moor\nSummary: Short *words*\n\nWords.\n",
            "content/b.rst": "The *boats*\n###########\n\n:date: 2026-03-10\n:tags: ropes\n"
            ":category: Craft\n:summary: All *about* boats\n\nWords *and* more.\n",
        }
    )
    generators.build(generators.python_program("pelican"), "-q", site=folder)
    written = by_url(FrontMatter(source=str(folder)).read(offline))
    fed = by_url(Feed(source=str(folder / "output/all.atom.xml")).read(offline))

    def shown(found):
        return {
            url: (
                p.title,
                instant(p.published),
                p.authors[:1],
                sorted(p.tags),
                p.summary,
                p.body,
            )
            for url, p in found.items()
        }

    assert not offline.problems
    assert len(written) == 2
    assert shown(fed) == shown(written)


def test_materials_pages_say_what_its_sources_say(site, offline):
    """Its posts carry description and language in the head; authors and tags are only shown."""
    folder = site(
        {
            "mkdocs.yml": "site_name: Pilots\nsite_url: https://pilots.example/\n"
            "theme: {name: material, language: de}\nplugins: [tags, blog]\n"
            "markdown_extensions: [attr_list]\n",
            "docs/index.md": "# Home\n",
            "docs/blog/index.md": "# News\n",
            "docs/blog/.authors.yml": "authors:\n  anke: {name: Anke Brandt, description: x, "
            "avatar: 'https://pilots.example/a.png'}\n",
            "docs/blog/posts/one.md": post(
                "# Ein *Tag* { #tag }\n\nWorte.",
                date="2026-03-08",
                authors="[anke]",
                tags="[Elbe, Lotsen]",
                description="Ein Tag an Bord",
            ),
        }
    )
    generators.build(generators.python_program("mkdocs"), "build", "-q", site=folder)
    (written,) = FrontMatter(source=str(folder)).read(offline)
    path = folder / "site" / written.url.removeprefix("https://pilots.example/") / "index.html"
    (page,) = Html(source=str(path), url=written.url).read(offline)
    shown = html.fromstring(path.read_bytes())

    assert told(page, tags=False) == told(written, tags=False)
    assert written.authors == tuple(shown.xpath("//*[contains(@class, 'md-author')]/img/@alt"))
    assert written.tags == tuple(t.strip() for t in shown.xpath("//*[@class='md-tag']/text()"))


def test_eleventys_data_say_what_its_sources_say(site, offline):
    """Tags of posts and of their folder's data file, and what the template makes of the rest."""
    folder = site(
        {
            "eleventy.config.cjs": "module.exports = () => ({ dir: { input: 'src' } });\n",
            "src/_data/site.json": '{"url": "https://birds.example", "language": "en"}',
            "src/posts/posts.11tydata.cjs": "module.exports = { tags: ['posts'], "
            "permalink: '/b/{{ page.fileSlug }}/' };\n",
            "src/posts/sub/sub.json": '{"tags": ["waders"], "author": "Tam Orr"}',
            "src/posts/sub/2026-03-08-heron.md": post(
                title="'1.10'", description="Grey & tall", tags="[tall]", image="/img/heron.png"
            ),
            "src/posts/wren.md": post(
                title="Wren", date="2026-03-09", tags="small", author="Guest"
            ),
            "src/all.njk": post(
                "{% for p in collections.posts %}{{ [p.url, p.data.title, p.data.author, "
                "p.data.description, p.data.image, p.data.tags, p.data.site.language] "
                "| dump | safe }}\n{% endfor %}",
                permalink="all.jsonl",
                eleventyExcludeFromCollections="true",
            ),
        }
    )
    generators.build(generators.eleventy(), "--quiet", site=folder)
    built = set()
    for line in (folder / "_site/all.jsonl").read_text().strip().splitlines():
        url, title, author, words, picture, tags, language = json.loads(line)
        named = tuple(sorted(tag for tag in tags if tag != "posts"))
        built.add((f"https://birds.example{url}", title, author, words, picture, named, language))
    posts = list(FrontMatter(source=str(folder)).read(offline))

    assert len(built) == 2
    assert {
        (
            *(p.url, p.title, p.authors[0] if p.authors else None, p.summary or None),
            p.image.src.removeprefix("https://birds.example") if p.image else None,
            *(tuple(sorted(p.tags)), p.language),
        )
        for p in posts
    } == built


def by_url(posts):
    return {post.url: post for post in posts}


def told(post, *, tags=True):
    """What a page and its source are to agree in; Hugo writes tags as titles (`Quay Walls`)."""
    picture = post.image.src.rpartition("/")[2] if post.image else None
    named = tuple(tag.casefold() for tag in post.tags) if tags else ()
    return post.title, instant(post.published), named, post.language, post.summary, picture


def alt(post):
    return post.image.alt if post.image else None
