"""One card's whole way: drawn, named, kept; what is missing, what is told."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from sharekit.composer import Request, Theme
from sharekit.errors import LayoutError, RenderError, UserError
from sharekit.model import Asset, Site

EVENT = {"start": "2026-10-14T18:30", "end": "2026-10-14T20:30", "place": "Union Hall"}
QUOTE = {"text": "We have always done it this way.", "by": "Ada", "role": "Engineer"}


def codes(card) -> list[str]:
    return [problem.code for problem in card.problems]


# -- names, formats, keeping -----------------------------------------------------------------


def test_a_card_says_what_it_is(studio) -> None:
    card = studio.card()
    assert card.path.parent == studio.out
    assert card.path.name.startswith("the-court-reopens-the-question")
    assert card.path.name.endswith(f"-{card.digest[:10]}.png")
    assert (card.width, card.height, card.mime) == (1200, 630, "image/png")
    assert card.bytes == card.path.stat().st_size
    assert (card.layout, card.size, card.problems) == ("editorial", "og", ())


def test_photographs_are_jpeg_and_flat_cards_png(studio, photo) -> None:
    assert studio.card(studio.post(image=photo("canyon.jpg"))).mime == "image/jpeg"
    assert studio.card().mime == "image/png"
    assert studio.card(type="webp").mime == "image/webp"


@pytest.mark.parametrize(
    ("size", "pixels"),
    [("og", (1200, 630)), ("x", (1200, 675)), ("square", (1080, 1080)), ("portrait", (1080, 1350)),
     ("story", (1080, 1920)), ("pin", (1000, 1500))],
)  # fmt: skip
def test_every_size(studio, size, pixels) -> None:
    card = studio.card(size=size)
    assert (card.width, card.height) == pixels
    with Image.open(card.path) as image:
        assert image.size == pixels


@pytest.mark.parametrize(
    "title", ["../../etc/passwd", "a/b\\c\0d", "CON", "🎉🎉", "日本語の題", "x" * 500, "-", "."]
)
def test_no_title_leads_out_of_the_folder(studio, title) -> None:
    card = studio.card(studio.post(title=title))
    assert card.path.resolve().parent == studio.out.resolve()
    assert len(card.path.name) < 120


def test_an_unchanged_card_is_kept_and_not_drawn(studio, photo, monkeypatch) -> None:
    post = studio.post(image=photo("canyon.jpg"))
    first = studio.draw(post)
    assert not first.kept
    before = first.card.path.stat()
    again = studio.another()
    monkeypatch.setattr(again, "_write", lambda *_: pytest.fail("drawn again"))
    second = again.draw(post, out=studio.out)
    assert second.kept
    assert second.card == first.card
    assert second.card.path.stat().st_mtime_ns == before.st_mtime_ns


def test_a_picture_that_was_only_touched_draws_nothing(studio) -> None:
    picture = studio.folder / "a.jpg"
    shutil.copy("assets/photos/canyon.jpg", picture)
    post = studio.post(image=Asset(src="a.jpg", alt=""))
    first = studio.draw(post)
    os.utime(picture, (1, 1))
    assert studio.another().draw(post, out=studio.out).kept
    picture.write_bytes(picture.read_bytes() + b"\0")
    changed = studio.another().draw(post, out=studio.out)
    assert not changed.kept
    assert changed.card.path != first.card.path


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another title"},
        {"authors": ("Ada",)},
        {"tags": ("News",)},
        {"language": "ar"},
        {"extra": {"kicker": "News"}},
    ],
)
def test_what_is_drawn_changes_the_name(studio, change) -> None:
    post = studio.post()
    assert studio.card(dataclasses.replace(post, **change)).digest != studio.card(post).digest


def test_what_is_not_drawn_does_not_change_the_name(studio) -> None:
    post = studio.post()
    other = dataclasses.replace(post, social={"*": "Something else"}, flags={"x": True})
    first, second = studio.draw(post), studio.draw(other)
    assert second.kept
    assert second.card.path == first.card.path


def test_theme_layout_site_and_logo_change_the_name(studio) -> None:
    post = studio.post()
    seen = {studio.card(post).digest}
    logo = studio.folder / "logo.png"
    for settings in (
        {"theme": Theme(use="night")},
        {"site": Site(name="Other", url="https://counsel.example")},
        {"site": Site(name="Common Counsel", url="https://counsel.example", logo=logo)},
    ):
        shutil.copy("assets/sharekit-mark.png", logo)
        seen.add(studio.another(**settings).draw(post, out=studio.out).card.digest)
    studio.layout("editorial", "extends: editorial\nlayers:\n  flag: ~")
    seen.add(studio.another().draw(post, out=studio.out).card.digest)
    assert len(seen) == 5


def test_a_card_that_was_deleted_or_cut_short_is_drawn_again(studio) -> None:
    card = studio.card()
    whole = card.path.read_bytes()
    card.path.write_bytes(whole[:100])
    assert not studio.draw().kept
    assert card.path.read_bytes() == whole
    card.path.unlink()
    assert not studio.another().draw(studio.post(), out=studio.out).kept


def test_a_lost_or_broken_cache_costs_only_time(studio) -> None:
    first = studio.card()
    shutil.rmtree(studio.folder / "cache")
    (studio.folder / "cache").mkdir()
    (studio.folder / "cache" / "cards.sqlite").write_bytes(b"rubbish" * 1000)
    again = studio.another().draw(studio.post(), out=studio.out).card
    assert again.path == first.path
    assert Image.open(again.path).tobytes() == Image.open(first.path).tobytes()


def test_the_path_is_known_without_drawing(studio, photo) -> None:
    for post in (studio.post(), studio.post(id="2", image=photo("canyon.jpg"))):
        for request in (Request(), Request(size="square"), Request(type="webp", layout="minimal")):
            path, _ = studio.composer.outlook(post, request, studio.out)
            assert not path.exists()
            card = studio.card(post, layout=request.layout, size=request.size, type=request.type)
            assert card.path == path


def test_one_picture_is_decoded_once_for_all_sizes(studio, photo, monkeypatch) -> None:
    from sharekit.composer import decode

    calls = []
    real = decode.decode
    monkeypatch.setattr(decode, "decode", lambda *a: calls.append(a[1]) or real(*a))
    sizes = ("og", "x", "square", "portrait", "story", "pin")
    post = studio.post(image=photo("meadow.jpg", (0.3, 0.3)))
    results = studio.composer.draw_all(post, [Request(size=size) for size in sizes], studio.out)
    assert [result.card.size for result in results] == list(sizes)
    assert len([name for name in calls if "meadow" in name]) == 1


def test_a_card_that_fails_leaves_the_others(studio) -> None:
    wanted = [Request(), Request(layout="photo"), Request(size="square")]
    first, failed, last = studio.composer.draw_all(studio.post(), wanted, studio.out)
    assert (first.card.size, last.card.size) == ("og", "square")
    assert isinstance(failed, RenderError)


def test_drawing_is_the_same_every_time(studio, photo) -> None:
    post = studio.post(image=photo("seedhead.jpg"))
    one = studio.card(post, layout="photo")
    other = studio.another(cache_dir=studio.folder / "other")
    two = other.draw(post, layout="photo", out=studio.folder / "o").card
    assert Image.open(two.path).tobytes() == Image.open(one.path).tobytes()


def test_a_budget_is_kept(studio, photo) -> None:
    post = studio.post(image=photo("meadow.jpg"))
    card = studio.card(post, layout="photo", max_bytes=60_000)
    assert card.bytes <= 60_000
    assert "card-too-large" not in codes(card)
    tight = studio.card(post, layout="photo", max_bytes=3_000)
    assert "card-too-large" in codes(tight)


def test_a_folder_that_cannot_be_written_is_named(studio) -> None:
    (studio.folder / "file").write_text("")
    with pytest.raises(RenderError, match="cannot be written"):
        studio.composer.draw(studio.post(), out=studio.folder / "file" / "cards")


# -- which layout ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "layout"),
    [
        ({}, "editorial"),
        ({"image": "meadow.jpg"}, "photo"),
        ({"image": "seedhead.jpg"}, "split"),
        ({"extra": {"event": EVENT}}, "event"),
        ({"extra": {"event": {"start": "2026-10-14"}}}, "editorial"),
        ({"extra": {"quote": QUOTE}}, "quote"),
        ({"extra": {"number": "73%"}}, "number"),
        ({"extra": {"series": "Book", "part": 3, "parts": 8}}, "series"),
        ({"extra": {"person": "Ada", "role": "Engineer"}, "image": "allium.jpg"}, "person"),
        ({"extra": {"person": "Ada"}}, "editorial"),
        ({"extra": {"layout": "minimal"}, "image": "meadow.jpg"}, "minimal"),
        ({"style": "framed", "image": "meadow.jpg"}, "framed"),
        ({"style": "Blog post"}, "editorial"),
    ],
)
def test_article_takes_what_suits_the_post(studio, photo, values, layout) -> None:
    if "image" in values:
        values = {**values, "image": photo(values["image"])}
    assert studio.card(studio.post(**values)).layout == layout


def test_a_tall_card_shows_a_tall_picture_whole(studio, photo) -> None:
    assert studio.card(studio.post(image=photo("seedhead.jpg")), size="pin").layout == "photo"


def test_a_focal_point_under_the_title_takes_the_frame(studio, photo) -> None:
    low = studio.post(image=photo("seedhead.jpg", (0.5, 0.99)))
    assert studio.card(low, layout="photo").layout == "framed"


def test_a_focal_point_under_the_tab_moves_it(studio, photo) -> None:
    left = studio.picture(studio.post(image=photo("meadow.jpg", (0.2, 0.15))), layout="photo")
    right = studio.picture(
        studio.post(id="2", image=photo("meadow.jpg", (0.8, 0.3))), layout="photo"
    )
    red = Theme(use="press").tokens.tab
    assert left.getpixel((1120, 10)) == red
    assert left.getpixel((70, 10)) != red
    assert right.getpixel((70, 10)) == red


# -- what is missing -------------------------------------------------------------------------


def test_a_missing_picture_is_named_and_article_does_without(studio) -> None:
    (studio.folder / "gala.jpeg").write_bytes(b"")
    post = studio.post(image=Asset(src="gala.jpg", alt="x"))
    card = studio.card(post)
    assert card.layout == "editorial"
    (problem,) = card.problems
    assert problem.code == "picture-missing"
    assert "post p1: picture gala.jpg is not there" in problem.message
    assert "'gala.jpeg'" in str(problem.hint)
    assert problem.where == post.source


def test_a_layout_asked_for_by_name_does_not_do_without(studio) -> None:
    with pytest.raises(RenderError, match=r"gala\.jpg is not there"):
        studio.draw(studio.post(image=Asset(src="gala.jpg")), layout="photo")
    with pytest.raises(RenderError, match="post p1 has no picture"):
        studio.draw(layout="photo")


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\xff\xd8\xff\xe0 cut"])
def test_a_broken_picture_is_as_good_as_none(studio, content) -> None:
    (studio.folder / "a.jpg").write_bytes(content)
    card = studio.card(studio.post(image=Asset(src="a.jpg", alt="x")))
    assert card.layout == "editorial"
    assert codes(card) == ["picture-unreadable"]


def test_the_picture_that_comes_back_is_drawn(studio) -> None:
    post = studio.post(image=Asset(src="a.jpg", alt="x"))
    assert studio.card(post).layout == "editorial"
    shutil.copy("assets/photos/meadow.jpg", studio.folder / "a.jpg")
    assert studio.card(post).layout == "photo"


@pytest.mark.parametrize("source", ["p1.md:12", "p1.md:12:3", "p1.md", ""])
def test_a_path_starts_at_the_posts_own_file(studio, source) -> None:
    shutil.copy("assets/photos/meadow.jpg", studio.folder / "a.jpg")
    where = str(studio.folder / source) if source else str(studio.folder)
    assert (
        studio.card(studio.post(image=Asset(src="a.jpg", alt="x"), source=where)).layout == "photo"
    )


@pytest.mark.parametrize("src", ["/etc/hostname", "../a.jpg", "a.jpg", "file:///etc/hostname"])
def test_a_post_from_the_web_names_no_files_here(studio, src) -> None:
    post = studio.post(image=Asset(src=src), source="https://feed.example/x")
    card = studio.card(post)
    assert card.layout == "editorial"
    assert "a path in a post from the web" in card.problems[0].message


@pytest.mark.parametrize("src", ["gopher://x/a.jpg", "data://x", "a\0b.jpg"])
def test_other_addresses_are_no_pictures(studio, src) -> None:
    assert codes(studio.card(studio.post(image=Asset(src=src)))) == ["picture-missing"]


def test_a_post_without_a_title_says_so(studio) -> None:
    with pytest.raises(RenderError, match="post p1 has no title"):
        studio.draw(studio.post(title=None))


def test_a_missing_logo_is_named(studio) -> None:
    composer = studio.another(site=Site(name="X", logo=studio.folder / "no.png"))
    with pytest.raises(UserError, match=r"the logo .*no\.png is not there"):
        composer.draw(studio.post(), out=studio.out)


def test_without_a_logo_the_name_stands_alone(studio) -> None:
    composer = studio.another(site=Site(name="Common Counsel"))
    canvas = composer.canvas(
        studio.post(),
        "editorial",
        __import__("sharekit.composer.sizes", fromlist=["SIZES"]).SIZES["og"],
    )
    lockup = canvas.spots["brand"].lockup
    assert lockup.mark is None
    assert lockup.name.text == "Common Counsel"


def test_a_name_too_long_for_its_box_leaves_the_mark_alone(studio) -> None:
    composer = studio.another(
        site=Site(name="A very long name of a site " * 5, logo=studio.composer.site.logo)
    )
    from sharekit.composer.sizes import SIZES

    lockup = composer.canvas(studio.post(), "editorial", SIZES["og"]).spots["brand"].lockup
    assert lockup.mark == (44, 44)
    assert lockup.name is None


def test_a_character_without_a_glyph_is_named_with_its_script_and_package(studio) -> None:
    with pytest.raises(RenderError) as caught:
        studio.draw(studio.post(title="Dead \U00012000 script"))
    (problem,) = caught.value.problems
    assert problem.code == "glyph-missing"
    assert "U+12000" in problem.message
    assert "Xsux" in problem.message
    assert "Install " in str(problem.hint)


# -- alternative text ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "alt"),
    [
        ({}, "The court reopens the question of who may be turned away at the door."),
        (
            {"title": "Who owns it?", "image": ("canyon.jpg", "A river in a canyon")},
            "Who owns it? A river in a canyon.",
        ),
        ({"title": "Who owns it?", "image": ("canyon.jpg", "")}, "Who owns it?"),
        ({"extra": {"quote": QUOTE}}, "“We have always done it this way.” Ada, Engineer."),
        ({"extra": {"number": "73%", "number_text": "of tenants"}}, "73% of tenants."),
        (
            {"title": "Clinic", "language": "en", "extra": {"event": EVENT}},
            "Clinic. Wednesday 14 October, 18:30 – 20:30. Union Hall.",
        ),
        ({"title": "川", "language": "ja", "image": ("canyon.jpg", "谷の川")}, "川。谷の川。"),
        ({"extra": {"layout": "picture"}, "image": ("canyon.jpg", "Only this")}, "Only this."),
    ],
)
def test_alternative_text_says_what_is_on_the_card(studio, photo, values, alt) -> None:
    if "image" in values:
        name, words = values["image"]
        values = {**values, "image": photo(name, alt=words)}
    assert studio.card(studio.post(**values)).alt == alt


def test_a_picture_that_is_not_described_is_a_problem(studio, photo) -> None:
    assert "alt-missing" in codes(studio.card(studio.post(image=photo("meadow.jpg", alt=None))))
    assert "alt-missing" not in codes(
        studio.card(studio.post(id="2", image=photo("meadow.jpg", alt="")))
    )


def test_a_layout_may_say_its_own_alt(studio) -> None:
    studio.layout("mine", 'extends: editorial\nalt: "Card: {{ post.title }}"\n')
    assert (
        studio.another().draw(studio.post(title="X"), layout="mine", out=studio.out).card.alt
        == "Card: X"
    )


# -- pictures on the web ---------------------------------------------------------------------


def test_a_picture_is_fetched_once_a_day_and_then_asked_for_politely(studio) -> None:
    import http.server
    import threading
    import time

    from sharekit.web import Session

    data = Path("assets/photos/meadow.jpg").read_bytes()
    asked: list[str | None] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("If-None-Match"))
            if self.path != "/a.jpg":
                self.send_error(404)
            elif self.headers.get("If-None-Match") == '"1"':
                self.send_response(304)
                self.end_headers()
            else:
                self.send_response(200)
                self.send_header("ETag", '"1"')
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        host = f"127.0.0.1:{server.server_port}"
        web = Session(allow=[host])
        post = studio.post(
            image=Asset(src=f"http://{host}/a.jpg", alt="x"), source="https://f.example"
        )
        composer = studio.another(web=web)
        assert composer.draw(post, out=studio.out).card.layout == "photo"
        assert composer.draw(post, out=studio.out).kept
        assert asked == [None]
        fetched = composer._cache.get(f"picture http://{host}/a.jpg")
        composer._cache.put(
            (f"picture http://{host}/a.jpg", {**fetched, "at": time.time() - 90_000})
        )
        composer.draw(dataclasses.replace(post, title="Other"), out=studio.out)
        assert asked == [None, '"1"']
        gone = dataclasses.replace(post, image=Asset(src=f"http://{host}/b.jpg"))
        assert codes(composer.draw(gone, out=studio.out).card) == ["picture-unreachable"]
    finally:
        server.shutdown()
        server.server_close()


def test_without_a_way_to_the_web_the_card_does_without(studio) -> None:
    card = studio.card(studio.post(image=Asset(src="https://pictures.example/a.jpg")))
    assert codes(card) == ["picture-missing"]


# -- marks and signs -------------------------------------------------------------------------


def test_an_svg_logo_is_drawn_and_a_silhouette_is_tinted(studio) -> None:
    pytest.importorskip("resvg_py")
    svg = studio.folder / "m.svg"
    svg.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5"/></svg>'
    )
    composer = studio.another(site=Site(name="X", logo=svg))
    with Image.open(composer.draw(studio.post(), out=studio.out).card.path) as image:
        assert image.convert("RGB").getpixel((86, 86)) == Theme(use="press").tokens.accent


@pytest.mark.parametrize(
    "svg",
    [
        '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
        "<svg><not closed",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><svg>&a;</svg>",
    ],
)
def test_a_hostile_svg_is_refused(studio, svg) -> None:
    pytest.importorskip("resvg_py")
    (studio.folder / "m.svg").write_text(svg)
    composer = studio.another(site=Site(name="X", logo=studio.folder / "m.svg"))
    with pytest.raises(UserError):
        composer.draw(studio.post(), out=studio.out)


def test_a_coloured_logo_keeps_its_colours(studio) -> None:
    logo = Image.new("RGBA", (40, 40))
    logo.paste((0, 120, 255, 255), (0, 0, 20, 40))
    logo.paste((255, 200, 0, 255), (20, 0, 40, 20))
    logo.save(studio.folder / "two.png")
    composer = studio.another(site=Site(name="X", logo=studio.folder / "two.png"))
    with Image.open(composer.draw(studio.post(), out=studio.out).card.path) as image:
        assert image.convert("RGB").getpixel((70, 86)) == (0, 120, 255)


def test_a_qr_code_can_be_read_back(studio) -> None:
    segno = pytest.importorskip("segno")
    studio.layout(
        "mine",
        "layers:\n  ground: { box: card, fill: ground }\n"
        "  code: { box: [100, 100, 400, 400], qr: {} }\n  sign: { box: [600, 100, 200, 200], icon: { name: play } }",
    )
    post = studio.post(url="https://counsel.example/p/1")
    with Image.open(studio.another().draw(post, layout="mine", out=studio.out).card.path) as image:
        card = image.convert("L")
    matrix = segno.make(post.url, error="m", micro=False, boost_error=False).matrix
    count = len(matrix)
    scale = 400 // (count + 8)
    corner = 100 + (400 - scale * (count + 8)) // 2 + 4 * scale
    seen = [
        [
            card.getpixel((corner + x * scale + scale // 2, corner + y * scale + scale // 2)) < 128
            for x in range(count)
        ]
        for y in range(count)
    ]
    assert seen == [[bool(bit) for bit in row] for row in matrix]
    assert image.convert("RGB").getpixel((700, 200)) == Theme(use="press").tokens.accent


def test_a_qr_code_too_fine_to_be_read_is_refused(studio) -> None:
    pytest.importorskip("segno")
    studio.layout("mine", "layers: { code: { box: [0, 0, 60, 60], qr: {} } }")
    with pytest.raises(RenderError, match=r"needs .* px"):
        studio.another().draw(
            studio.post(url="https://x.example/" + "a" * 100), layout="mine", out=studio.out
        )


def test_an_unknown_layout_setting_of_a_post_is_no_trap(studio) -> None:
    assert studio.card(studio.post(extra={"layout": "../secret"})).layout == "editorial"
    with pytest.raises(LayoutError):
        studio.draw(layout="../secret")
