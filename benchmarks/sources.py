"""Input for benchmarks/readers.py: feeds, posts and pages of real sizes, the same in every run.

What is in them is made up; how much of what there is follows what sites publish: long HTML in
CDATA or escaped, pictures, inline styles, embeds, scripts, some Latin-1, some that is ill-formed.
"""

from __future__ import annotations

import html
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

_TEXT = (
    "harbour library council river winter budget teacher village bridge festival vaccine museum "
    "archive hospital railway forest election market kitchen garden students weather report night "
    "morning children question answer history language paper music letter open public quiet early "
    "Müller café naïve São Łódź “quoted” it’s — 東京 Москва the a of and to in for with on that was"
)
WORDS = _TEXT.split()
FEEDS, FEED_BYTES = 200, 45_000_000
POSTS, PAGES, PAGE_BYTES = 500, 70, 86_000
_START = datetime(2026, 1, 1, 8, tzinfo=UTC)
_NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)


class Writer:
    """Texts by the dice of one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def words(self, least: int, most: int) -> str:
        return " ".join(self.dice.choices(WORDS, k=self.dice.randint(least, most)))

    def title(self) -> str:
        return self.words(5, 12).capitalize()

    def date(self) -> datetime:
        return _START + timedelta(minutes=self.dice.randrange(500_000))

    def markup(self, size: int) -> str:
        """A body of about *size* characters of HTML."""
        parts: list[str] = []
        length = 0
        while length < size:
            kind = self.dice.random()
            if kind < 0.12:
                parts.append(
                    f'<figure class="wp-block-image size-large"><img src="/media/{self.dice.randrange(10**6)}.jpg" '
                    f'width="1200" height="800" alt="{self.words(3, 8)}" loading="lazy" srcset="/a.jpg 600w, /b.jpg 1200w">'
                    f"<figcaption>{self.words(4, 12)}</figcaption></figure>"
                )
            elif kind < 0.2:
                items = "".join(f"<li>{self.words(3, 10)}</li>" for _ in range(5))
                parts.append(f"<h2>{self.title()}</h2><ul>{items}</ul>")
            elif kind < 0.23:
                parts.append('<iframe src="https://video.example/embed/1" width="560"></iframe>')
            else:
                parts.append(
                    f'<p style="margin: 0 0 1em; font-family: Georgia, serif">{self.words(20, 60)} '
                    f'<a href="https://example.org/{self.dice.randrange(10**6)}?a=1&amp;b=2" target="_blank">'
                    f"{self.words(2, 5)}</a>, {self.words(5, 20)} &#8211; <em>{self.words(2, 4)}</em>&nbsp;.</p>\n"
                )
            length += len(parts[-1])
        return "".join(parts)


def feeds(folder: Path) -> list[Path]:
    """The feeds: 200 files of 45 MB in all, from 20 kB to a few MB."""
    writer = Writer(1)
    shares = [writer.dice.lognormvariate(0, 1.1) for _ in range(FEEDS)]
    found = []
    for number, share in enumerate(shares):
        size = max(20_000, int(FEED_BYTES * 0.99 * share / sum(shares)))
        path = folder / f"{number:03}.xml"
        kind = (_rss, _rss, _rss_escaped, _atom, _atom_xhtml, _podcast, _rdf)[number % 7]
        path.write_bytes(_spoilt(kind(writer, size), number))
        found.append(path)
    return found


def _spoilt(text: str, number: int) -> bytes:
    """Every 12th in Latin-1, every 15th ill-formed, every 20th with bare ampersands."""
    if number % 15 == 7:
        text = text.replace("</link>", "</Link>", 3).replace("&nbsp;", "&nbsp")
    if number % 20 == 3:
        text = text.replace("&amp;", "&", 40)
    if number % 12 == 5:
        text = text.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
        return text.encode("cp1252", "xmlcharrefreplace")
    return text.encode()


def _filled(size: int, head: str, item: Callable[[], str], tail: str) -> str:
    parts, length = [head], len(head)
    while length < size:
        parts.append(item())
        length += len(parts[-1].encode())
    return "".join([*parts, tail])


def _rss(writer: Writer, size: int) -> str:
    def item() -> str:
        address = f"https://example.org/{writer.dice.randrange(10**9)}/"
        tags = "".join(f"<category><![CDATA[{writer.words(1, 2)}]]></category>" for _ in range(4))
        return (
            f"<item>\n<title>{html.escape(writer.title())}</title>\n<link>{address}</link>\n"
            f"<dc:creator><![CDATA[{writer.words(2, 2).title()}]]></dc:creator>\n"
            f"<pubDate>{format_datetime(writer.date())}</pubDate>\n{tags}\n"
            f'<guid isPermaLink="false">{address}?p=1</guid>\n'
            f"<description><![CDATA[<p>{writer.words(30, 60)} [&#8230;]</p>]]></description>\n"
            f"<content:encoded><![CDATA[{writer.markup(writer.dice.randint(2_000, 16_000))}]]></content:encoded>\n"
            f'<media:content url="{address}a.jpg" medium="image"><media:title>{writer.words(2, 4)}</media:title></media:content>\n'
            "</item>\n"
        )

    head = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {_NAMESPACES}>\n<channel>\n'
        "<title>An example</title>\n<link>https://example.org</link>\n<language>en-GB</language>\n"
    )
    return _filled(size, head, item, "</channel>\n</rss>\n")


def _rss_escaped(writer: Writer, size: int) -> str:
    def item() -> str:
        address = f"https://example.org/{writer.dice.randrange(10**9)}/"
        return (
            f"<item><title>{html.escape(writer.title())}</title><link>{address}</link><guid>{address}</guid>"
            f"<author>desk@example.org ({writer.words(2, 2)})</author><pubDate>{format_datetime(writer.date())}</pubDate>"
            f'<enclosure url="{address}b.png" length="123456" type="image/png"/>'
            f"<description>{html.escape(writer.markup(writer.dice.randint(800, 9_000)))}</description></item>\n"
        )

    head = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {_NAMESPACES}><channel><title>Example</title>'
    return _filled(size, head, item, "</channel></rss>")


def _atom(writer: Writer, size: int, *, xhtml: bool = False) -> str:
    def item() -> str:
        said = writer.markup(writer.dice.randint(1_500, 12_000))
        if xhtml:
            said = said.replace("&nbsp;", "&#160;").replace('="lazy"', '="lazy" ')
            said = "".join(part for part in _closed(said))
            content = f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{said}</div></content>'
        else:
            content = f'<content type="html">{html.escape(said)}</content>'
        number = writer.dice.randrange(10**9)
        return (
            f"<entry><title type='html'>{html.escape(writer.title())}</title><id>tag:example.org,2026:{number}</id>"
            f'<link rel="alternate" type="text/html" href="/posts/{number}"/>'
            f"<published>{writer.date().isoformat()}</published><updated>{writer.date().isoformat()}</updated>"
            f"<author><name>{writer.words(2, 2)}</name></author><category term='{writer.words(1, 1)}'/>"
            f"<summary>{writer.words(20, 40)}</summary>{content}</entry>\n"
        )

    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        'xml:lang="en" xml:base="https://example.org/blog/"><title>Example</title>'
    )
    return _filled(size, head, item, "</feed>\n")


def _atom_xhtml(writer: Writer, size: int) -> str:
    return _atom(writer, size, xhtml=True)


def _closed(markup: str) -> list[str]:
    return [markup.replace('1200w">', '1200w"/>')]


def _podcast(writer: Writer, size: int) -> str:
    def item() -> str:
        number = writer.dice.randrange(10**9)
        return (
            f"<item><title>{writer.title()}</title><itunes:title>{writer.title()}</itunes:title>"
            f"<guid isPermaLink='false'>{number}</guid><link>https://example.org/{number}</link>"
            f"<pubDate>{format_datetime(writer.date())}</pubDate><itunes:duration>31:20</itunes:duration>"
            f'<itunes:image href="https://example.org/{number}.jpg"/><itunes:explicit>no</itunes:explicit>'
            f'<enclosure url="https://example.org/{number}.mp3" length="9" type="audio/mpeg"/>'
            f"<description><![CDATA[{writer.markup(600)}]]></description>"
            f"<itunes:summary><![CDATA[{writer.words(40, 90)}]]></itunes:summary></item>\n"
        )

    head = f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {_NAMESPACES}><channel><title>Talk</title>'
    return _filled(size, head, item, "</channel></rss>")


def _rdf(writer: Writer, size: int) -> str:
    def item() -> str:
        address = f"https://example.org/{writer.dice.randrange(10**9)}"
        return (
            f'<item rdf:about="{address}"><title>{writer.title()}</title><link>{address}</link>'
            f"<dc:date>{writer.date().isoformat()}</dc:date><dc:creator>{writer.words(2, 2)}</dc:creator>"
            f"<dc:subject>{writer.words(1, 2)}</dc:subject><description>{writer.words(30, 60)}</description>"
            f"<content:encoded><![CDATA[{writer.markup(writer.dice.randint(1_000, 6_000))}]]></content:encoded></item>\n"
        )

    head = (
        '<?xml version="1.0" encoding="UTF-8"?><rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {_NAMESPACES}><channel rdf:about="https://example.org">'
        "<title>Example</title></channel>"
    )
    return _filled(size, head, item, "</rdf:RDF>")


def posts(folder: Path) -> Path:
    """A Hugo site's folder with the posts: YAML, every fourth with TOML."""
    writer = Writer(2)
    content = folder / "content" / "posts"
    content.mkdir(parents=True)
    (folder / "hugo.toml").write_text('baseURL = "https://example.org/"\ntitle = "Example"\n')
    for number in range(POSTS):
        title, when = writer.title().replace('"', ""), writer.date().isoformat()
        body = "\n\n".join(
            f"{writer.words(30, 80)} [{writer.words(1, 3)}](https://example.org/{n}) **{writer.words(1, 2)}**"
            for n in range(writer.dice.randint(4, 20))
        )
        if number % 4 == 3:
            meta = (
                f'+++\ntitle = "{title}"\ndate = {when}\ntags = ["one", "two"]\n'
                f'description = "{writer.words(10, 20)}"\n[cover]\nimage = "/a.jpg"\nalt = "A"\n+++\n'
            )
        else:
            meta = (
                f'---\ntitle: "{title}"\ndate: {when}\nauthor: {writer.words(2, 2).title()!r}\n'
                f"tags:\n  - one\n  - two\ncategories: [news]\ndescription: >\n  {writer.words(10, 20)}\n"
                "cover:\n  image: /images/a.jpg\n  alt: A picture\ndraft: false\n---\n"
            )
        (content / f"post-{number:03}.md").write_text(f"{meta}\n{body}\n", encoding="utf-8")
    return folder


def pages(folder: Path) -> list[Path]:
    """Saved web pages with the usual head and the usual weight of scripts and styles."""
    writer = Writer(3)
    found = []
    for number in range(PAGES):
        title, address = html.escape(writer.title()), f"https://example.org/{number}/"
        data = {
            "@context": "https://schema.org",
            "@graph": [
                {"@type": "WebSite", "name": "Example", "url": "https://example.org/"},
                {
                    "@type": "NewsArticle",
                    "headline": title,
                    "datePublished": writer.date().isoformat(),
                    "author": [{"@type": "Person", "name": "Ann Example"}],
                    "articleBody": writer.words(300, 900),
                },
            ],
        }
        style = "".join(f".c{n}{{color:#{n:06x};margin:{n}px}}" for n in range(400))
        script = "".join(
            f"var v{n}={json.dumps(writer.words(3, 9))};if(v{n}<{n}){{f()}}" for n in range(120)
        )
        nav = "".join(
            f'<li class="menu-item"><a href="/{n}/">{writer.words(1, 3)}</a></li>'
            for n in range(80)
        )
        head = (
            f'<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{title} | Example</title>'
            f'<meta name="description" content="{html.escape(writer.words(15, 30))}">'
            f'<link rel="canonical" href="{address}"><meta property="og:title" content="{title}">'
            f'<meta property="og:image" content="{address}og.jpg"><meta property="og:image:alt" content="A picture">'
            f'<meta name="twitter:card" content="summary_large_image"><style>{style}</style><script>{script}</script>'
            f'<script type="application/ld+json">{json.dumps(data)}</script></head><body><ul>{nav}</ul>'
        )
        size = int(PAGE_BYTES * writer.dice.uniform(0.3, 1.7))
        body = writer.markup(max(size - len(head.encode()), 5_000))
        path = folder / f"{number:02}.html"
        path.write_text(
            f"{head}<article><h1>{title}</h1>{body}</article></body></html>", encoding="utf-8"
        )
        found.append(path)
    return found
