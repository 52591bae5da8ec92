"""What networks read from a page, and what they would find wrong with it."""

from __future__ import annotations

import pytest

from sharekit.errors import ReadError
from sharekit.readers._picture_size import size_of
from sharekit.readers.inspect import NETWORKS, inspect
from sharekit.web import Page, Session

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def png(width, height, size=0):
    return PNG + width.to_bytes(4) + height.to_bytes(4) + bytes(size)


GOOD = (
    '<title>A</title><meta property="og:title" content="A">'
    '<meta name="twitter:card" content="summary_large_image">'
    '<meta property="og:image:alt" content="A pier">'
)


def look(site, web, head, picture=None, network=None, robots=None):
    """What is found on a page with *head*, its problems after it."""
    site.routes["/p"] = lambda query, headers: (200, {}, head.encode())
    if picture is not None:
        site.routes["/a.png"] = lambda query, headers: (200, {}, picture)
    if robots is not None:
        site.routes["/robots.txt"] = lambda query, headers: (200, {}, robots.encode())
    return inspect(web.get(f"{site.url}/p"), web, network)


def codes(problems):
    return {problem.code for problem in problems}


def image(site, name="a.png"):
    return f'<meta property="og:image" content="{site.url}/{name}">'


def saved(head):
    return Page(url="file:///site/p.html", status=200, headers={}, content=head.encode())


@pytest.mark.parametrize(
    ("picture", "found"),
    [
        (png(1200, 630), set()),
        (png(400, 210), {"image-small"}),
        (png(100, 100), {"image-small"}),
        (png(1200, 630, 400_000), {"image-heavy"}),
        (b"<!doctype html><p>sign in", {"image-no-image"}),
        (b"BM no size", {"image-format"}),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', {"image-format"}),
        (png(0, 0), {"image-unknown"}),
    ],
)
def test_the_picture(site, web, picture, found):
    page, problems = look(site, web, image(site) + GOOD, picture)
    assert codes(problems) == found
    assert len(problems) == len(found)
    assert page.bytes == len(picture)


def test_a_picture_that_is_not_there(site, web):
    page, problems = look(site, web, image(site) + GOOD)
    (problem,) = problems
    assert problem.code == "image-unreachable"
    assert problem.severity == "error"
    assert problem.where == f"{site.url}/a.png"
    cards = {view.network: view.card for view in page.views}
    assert cards["mastodon"] == "text"
    assert cards["threads"] == "none"


def test_too_heavy_for_some_and_not_for_others(site, web):
    _, problems = look(site, web, image(site) + GOOD, png(1200, 630, 1_500_000))
    said = [problem.message for problem in problems]
    assert said == [
        "1,500 kB is more than whatsapp takes (300 kB)",
        "1,500 kB is more than bluesky takes (1,000 kB)",
    ]


def test_the_tags(site, web):
    head = (
        '<title>A</title><meta property="og:image" content="/a.png">'
        '<meta name="robots" content="noindex"><link rel="canonical" href="/other">'
    )
    _, problems = look(site, web, head, png(1200, 630))
    assert codes(problems) == {
        *("og-title-missing", "og-image-relative", "alt-missing", "card-type-missing"),
        *("noindex", "canonical-elsewhere"),
    }
    assert all(problem.where and problem.hint for problem in problems)


SIZE = (
    '<meta property="og:image:width" content="600"><meta property="og:image:height" content="315">'
)


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ('<link rel="canonical" href="{url}/p">', set()),
        ('<link rel="canonical" href="{url}/p/#top">', set()),
        ('<link rel="canonical" href="{url}/">', {"canonical-elsewhere"}),
        ('<link rel="canonical" href="{url}/p?id=2">', {"canonical-elsewhere"}),
        ('<link rel="canonical" href="https://[broken">', {"canonical-elsewhere"}),
        ('<meta property="og:url" content="{url}/q">', {"og-url-elsewhere"}),
        ('<meta property="og:url" content="{url}/p">', set()),
        (SIZE, {"image-size-wrong"}),
        ('<meta name="twitter:image" content="data:image/png;base64,AA">',
         {"twitter-image-relative", "image-unreachable"}),
    ],
)  # fmt: skip
def test_one_tag_more(site, web, tag, found):
    head = image(site) + GOOD + tag.replace("{url}", site.url)
    assert codes(look(site, web, head, png(1200, 630))[1]) == found


def test_a_campaign_in_the_address_is_no_other_page(site, web):
    site.routes["/a.png"] = lambda query, headers: (200, {}, png(1200, 630))
    head = image(site) + GOOD + f'<link rel="canonical" href="{site.url}/p?id=2">'
    site.routes["/p"] = lambda query, headers: (200, {}, head.encode())
    assert inspect(web.get(f"{site.url}/p?utm_source=x&id=2"), web)[1] == ()
    assert codes(inspect(web.get(f"{site.url}/p?id=3"), web)[1]) == {"canonical-elsewhere"}


def test_a_saved_page_is_where_it_says_it_is(site, web):
    head = (
        f'<link rel="canonical" href="{site.url}/posts/a/">{GOOD}'
        '<meta property="og:image" content="../a.png">'
    )
    site.routes["/posts/a.png"] = lambda query, headers: (200, {}, png(1200, 630))
    page, problems = inspect(saved(head), web, saved=True)
    assert codes(problems) == {"og-image-relative"}
    assert {view.image for view in page.views} == {f"{site.url}/posts/a.png"}
    # and nobody asks a robots.txt whether a file may be read
    assert {view.page_allowed for view in page.views} == {None}
    assert [path for path, _, _ in site.asked] == ["/posts/a.png", "/robots.txt"]


def test_a_saved_page_whose_tags_disagree(site, web):
    head = (
        '<link rel="canonical" href="https://a.example/p">'
        '<meta property="og:url" content="https://a.example/other">'
    )
    assert "og-url-elsewhere" in codes(inspect(saved(GOOD + head), web, saved=True)[1])


def test_another_pictures_alt_text_is_not_the_first_ones(site, web):
    page, problems = look(site, web, image(site) + image(site, "b.png") + GOOD, png(1200, 630))
    assert page.alt is None
    assert codes(problems) == {"alt-missing"}


EVERY_TAG = (
    "<title>Title tag</title>"
    '<meta name="description" content="Meta words">'
    '<meta property="og:title" content="OG title"><meta name="twitter:title" content="X title">'
    '<meta property="og:description" content="OG words">'
    '<meta name="twitter:description" content="X words">'
    '<meta name="twitter:image" content="{url}/x.png">'
    '<meta name="twitter:image:alt" content="X alt">'
    '<script type="application/ld+json">{"@type": "KIND", "headline": "LD title",'
    ' "description": "LD words"}</script>'
)


@pytest.mark.parametrize(
    ("network", "kind", "title", "description", "picture", "alt"),
    [
        ("mastodon", "NewsArticle", "LD title", "LD words", "a.png", "A pier"),
        ("mastodon", "BlogPosting", "OG title", "OG words", "a.png", "A pier"),
        ("x", "NewsArticle", "X title", "X words", "x.png", "X alt"),
        ("facebook", "NewsArticle", "OG title", "OG words", "a.png", "A pier"),
        ("linkedin", "NewsArticle", "OG title", "OG words", "a.png", "A pier"),
        ("slack", "NewsArticle", "OG title", "OG words", "a.png", "A pier"),
    ],
)
def test_every_network_has_its_own_order(
    site, web, network, kind, title, description, picture, alt
):
    head = EVERY_TAG.replace("{url}", site.url).replace("KIND", kind) + image(site)
    head += '<meta property="og:image:alt" content="A pier">'
    site.routes["/x.png"] = lambda query, headers: (200, {}, png(300, 157))
    page, _ = look(site, web, head, png(1200, 630), network)
    (view,) = page.views
    assert (view.title, view.description, view.alt) == (title, description, alt)
    assert view.image == f"{site.url}/{picture}"
    assert set(view.tags) == {"title", "description", "image", "alt"}
    own = {"mastodon": "JSON-LD headline" if kind == "NewsArticle" else "og:title"}
    assert view.tags["title"] == own.get(network, "twitter:title" if network == "x" else "og:title")


@pytest.mark.parametrize(
    ("size", "cards"),
    [
        ((1200, 630), {"mastodon": "large", "facebook": "large", "whatsapp": "small"}),
        ((630, 630), {"mastodon": "small", "facebook": "large", "linkedin": "large"}),
        ((400, 300), {"mastodon": "large", "facebook": "small", "linkedin": "small", "x": "large"}),
    ],
)
def test_the_card_that_each_network_draws(site, web, size, cards):
    page, _ = look(site, web, image(site) + GOOD, png(*size))
    drawn = {view.network: view.card for view in page.views}
    assert drawn.keys() == set(NETWORKS)
    assert {name: drawn[name] for name in cards} == cards


def test_without_a_picture(site, web):
    page, problems = look(site, web, GOOD)
    drawn = {view.network: view.card for view in page.views}
    assert drawn.pop("threads") == "none"
    assert set(drawn.values()) == {"text"}
    assert codes(problems) == {"og-image-missing"}


def test_no_card_type_gives_a_small_card_on_x(site, web):
    head = image(site) + GOOD.replace("twitter:card", "other:card")
    page, problems = look(site, web, head, png(1200, 630), "x")
    assert [view.card for view in page.views] == ["small"]
    assert codes(problems) == {"card-type-missing"}
    # which is nobody else's concern
    assert look(site, web, head, png(1200, 630), "mastodon")[1] == ()


def test_crawlers_that_robots_txt_keeps_out(site, web):
    rules = (
        "User-agent: Twitterbot\nUser-agent: facebookexternalhit\nDisallow: /p\n\n"
        "User-agent: LinkedInBot\nDisallow: /*.png$\n\nUser-agent: Slackbot\nDisallow: /\n"
    )
    page, problems = look(site, web, image(site) + GOOD, png(1200, 630), robots=rules)
    assert [(p.code, p.severity, p.message, p.where) for p in problems] == [
        ("robots-page", "error", "robots.txt keeps facebookexternalhit, Twitterbot from the page",
         f"{site.url}/p"),
        ("robots-image", "error", "robots.txt keeps LinkedInBot from its picture",
         f"{site.url}/a.png"),
    ]  # fmt: skip
    views = {view.network: view for view in page.views}
    assert [views[n].page_allowed for n in ("x", "threads", "linkedin", "slack", "mastodon")] == [
        *(False, False, True, False, True)
    ]
    assert views["linkedin"].image_allowed is False
    assert [path for path, _, _ in site.asked].count("/robots.txt") == 1


def test_a_crawler_that_may_not_look_at_robots_txt_is_a_warning(site, web):
    rules = "User-agent: TelegramBot\nDisallow: /\n"
    _, problems = look(site, web, image(site) + GOOD, png(1200, 630), robots=rules)
    assert {(p.code, p.severity) for p in problems} == {
        ("robots-page", "warning"),
        ("robots-image", "warning"),
    }


def test_a_robots_txt_that_fails(site, web):
    site.routes["/robots.txt"] = lambda query, headers: (503, {}, b"")
    page, problems = look(site, web, image(site) + GOOD, png(1200, 630))
    said = "robots.txt cannot be had (answered 503): crawlers that keep to it read nothing"
    assert [(p.code, p.severity, p.message) for p in problems] == [
        ("robots-page", "warning", said),
        ("robots-image", "warning", said),
    ]
    assert {view.page_allowed for view in page.views} == {False}


def test_the_way_to_the_page_and_to_its_picture(site, web):
    for start, end in (("/1", "/2"), ("/2", "/p"), ("/old.png", "/a.png")):
        site.routes[start] = lambda query, headers, end=end: (301, {"Location": end}, b"")
    look(site, web, image(site, "old.png") + GOOD, png(1200, 630))
    page, problems = inspect(web.get(f"{site.url}/1"), web)
    assert problems == ()
    assert (page.url, page.hops) == (f"{site.url}/p", (f"{site.url}/1", f"{site.url}/2"))
    (picture,) = page.pictures
    assert (picture.url, picture.hops) == (f"{site.url}/a.png", (f"{site.url}/old.png",))


@pytest.mark.parametrize("content", [b"%PDF-1.7", png(1, 1), b'{"a": 1}', b"\x00\x01\x02"])
def test_what_is_no_page(web, content):
    page = Page(url="https://a.example/", status=200, headers={}, content=content)
    with pytest.raises(ReadError, match="not a page"):
        inspect(page, web)


def test_offline_nothing_is_asked(site):
    with Session(allow=[site.host], offline=True) as web:
        page, problems = inspect(saved(GOOD + image(site)), web, saved=True)
    assert site.asked == []
    assert {view.image_allowed for view in page.views} == {None}
    assert codes(problems) == {"image-unreachable"}


@pytest.mark.parametrize(
    "head",
    [
        "<meta " + " ".join(f"a{n}='x'" for n in range(20_000)) + ">",
        "<!--" * 500_000,
        '<meta property="og:image" content="' + "a" * 1_000_000,
        "<meta property='og:title og:image' content='x'>" * 50_000,
        '<script type="application/ld+json">' + "[" * 100_000,
        '<base href="' + "../" * 100_000 + '"><link rel="canonical" href="x">',
        "<title>" * 200_000,
    ],
)
def test_pages_made_to_hurt(web, head):
    import time

    start = time.process_time()
    inspect(saved(head + GOOD), web, saved=True)
    assert time.process_time() - start < 5


def test_what_a_terminal_would_act_on_is_no_part_of_a_message(site, web):
    head = GOOD + '<meta property="og:url" content="https://a.example/\x1b]0;x\x07">'
    _, problems = look(site, web, head)
    assert all(problem.message.isprintable() for problem in problems)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"progressive": True}])
def test_sizes_are_those_of_a_decoder(tmp_path, kind, options):
    from PIL import Image

    path = tmp_path / "a"
    Image.new("RGB", (321, 123)).save(path, kind, **options)
    data = path.read_bytes()
    assert size_of(data) == (321, 123)
    assert size_of(data[:9]) is None


def test_a_webp_with_transparency(tmp_path):
    from PIL import Image

    path = tmp_path / "a.webp"
    Image.new("RGBA", (321, 123), (0, 0, 0, 9)).save(path, lossless=False)
    assert size_of(path.read_bytes()) == (321, 123)
