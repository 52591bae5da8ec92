from __future__ import annotations

import pytest
from PIL import ImageChops

from sharekit.composer.library import Library
from sharekit.composer.sizes import SIZES
from sharekit.errors import LayoutError, UserError

BUILT_IN = [
    "article", "editorial", "event", "framed", "minimal", "number",
    "person", "photo", "picture", "quote", "series", "split",
]  # fmt: skip


@pytest.fixture
def library(tmp_path):
    def make(**files: str) -> Library:
        for name, text in files.items():
            (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return Library([tmp_path])

    return make


def problems(library, name) -> list[str]:
    with pytest.raises(LayoutError) as caught:
        library.check(name)
    return [str(problem) for problem in caught.value.problems]


def test_all_layouts_are_there() -> None:
    assert [info.name for info in Library().infos()] == BUILT_IN


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_layout_is_whole_in_every_size(name) -> None:
    Library().check(name)


def test_a_layout_of_plain_boxes(library) -> None:
    found = library(
        mine='layers:\n  title: { box: [64, 64, 900, 300], text: { value: "{{ post.title }}" } }'
    )
    assert found.check("mine").layers(SIZES["og"])["title"].box == (64, 64, 900, 300)


def test_values_by_size_the_most_particular_counts(library) -> None:
    found = library(
        mine="layers:\n  a:\n    box: { any: [0,0,1,1], landscape: [0,0,2,2], x: [0,0,3,3] }\n    fill: ink"
    )
    layout = found.check("mine")
    sizes = {name: layout.layers(size)["a"].box[2] for name, size in SIZES.items()}
    assert sizes == {"og": 2, "x": 3, "square": 1, "portrait": 1, "grid": 1, "story": 1, "pin": 1}


def test_a_layer_without_a_box_for_a_size_is_not_in_it(library) -> None:
    layout = library(mine="layers:\n  a: { box: { og: [0,0,1,1] }, fill: ink }").check("mine")
    assert list(layout.layers(SIZES["og"])) == ["a"]
    assert list(layout.layers(SIZES["pin"])) == []


def test_a_child_changes_drops_and_adds(library) -> None:
    found = library(
        base="layers:\n  a: { box: [0,0,9,9], fill: ink }\n  b: { box: [0,0,9,9], fill: accent }",
        child="extends: base\nlayers:\n  a: { box: [1,1,2,2] }\n  b: ~\n  c: { box: [0,0,5,5], fill: muted }\n"
        "  d: { box: card, fill: ground, under: a }",
    )
    layers = found.check("child").layers(SIZES["og"])
    assert list(layers) == ["d", "a", "c"]
    assert layers["a"].box == (1, 1, 2, 2)
    assert layers["a"].fill.color == "ink"


def test_a_child_may_bring_another_kind_of_content(library) -> None:
    found = library(
        base="layers:\n  a: { box: [0,0,9,9], fill: ink }",
        child='extends: base\nlayers:\n  a: { text: { value: "{{ site.name }}" } }',
    )
    assert found.check("child").layers(SIZES["og"])["a"].kind == "text"


def test_a_child_changes_one_size_of_a_parents_value(library) -> None:
    found = library(child="extends: photo\nlayers:\n  title: { box: { og: [1, 2, 300, 400] } }")
    layout = found.check("child")
    assert layout.layers(SIZES["og"])["title"].box == (1, 2, 300, 400)
    assert layout.layers(SIZES["x"])["title"].box[0] == 64


def test_a_project_may_extend_the_built_in_layout_of_the_same_name(library) -> None:
    layout = library(photo="extends: photo\nlayers:\n  kicker: ~").check("photo")
    assert "kicker" not in layout.layers(SIZES["square"])
    assert "title" in layout.layers(SIZES["square"])


def test_what_picks_passes_a_childs_changes_on(library) -> None:
    found = library(mine="extends: article\nlayers:\n  title: { text: { lines: 2 } }")
    assert found.picked("mine", "editorial").layers(SIZES["og"])["title"].text.lines == 2


def test_size_names_a_master_by_its_pixels(library) -> None:
    assert library(mine="size: [1200, 630]\nlayers: {}").check("mine").head.sizes == ["og"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("layers:\n  a: { box: card, fil: ink }", "mine.yaml:2:19: unknown key 'fil'"),
        ("layers:\n  a: { box: [0, 0, -1, 5], fill: ink }", "at least 1 px wide and high, not -1"),
        ("layers:\n  a: { box: [0, 0, 5, 99999], fill: ink }", "within 4000 px"),
        ("layers:\n  a: { box: [0, 0, 5], fill: ink }", "[x, y, width, height]"),
        ("layers:\n  a: { box: cart, fill: ink }", "[x, y, width, height]"),
        ("layers:\n  a: { box: card, fill: inc }", "'inc' is not a colour"),
        ("layers:\n  a: { box: card, fill: '#ggg' }", "is not a colour"),
        ('layers:\n  a: { box: card, text: { value: "{{ pots.x }}" } }', "unknown name pots"),
        ("layers:\n  a: { box: card, when: post.imge, fill: ink }", "did you mean post.image?"),
        ("layers:\n  a: { box: card, fill: ink, image: {} }", "holds fill and image"),
        ("layers:\n  a: { box: card }", "holds nothing"),
        ("layers:\n  a: { box: { start: 0, top: 0, width: 5 }, fill: ink }", "two of top, bottom and height"),
        ("layers:\n  a: { box: { start: b.end, width: 5, top: 0, height: 5 }, fill: ink }", "there is no layer 'b'"),
        (
            (
                "layers:\n  a: { box: { start: b.end, width: 5, top: 0, height: 5 }, fill: ink }\n"
                "  b: { box: { start: a.end, width: 5, top: 0, height: 5 }, fill: ink }"
            ),
            "follow each other in a ring",
        ),
        ("layers:\n  a: { box: { landscape: [0,0,1,1], sqare: [0,0,1,1] }, fill: ink }", "unknown size 'sqare'"),
        ("layers:\n  a: { box: card, text: { value: x, sizes: [48, 96] } }", "[largest, smallest]"),
        ("layers:\n  a: { box: card, text: { value: x, lines: 500 } }", "less than or equal to 20"),
        ("layers:\n  a: { box: card, text: { value: x, sizes: 99999 } }", "from 2000 down to 8"),
        ("layers:\n  a: { box: card, fill: { blur: 5000 } }", "less than or equal to 200"),
        ("layers:\n  a: { box: card, room: nonsense, fill: ink }", "is not a condition"),
        ("layers:\n  A1!: { box: card, fill: ink }", "A1!"),
        ("extends: fotot\nlayers: {}", "there is no layout named 'fotot'"),
        ("size: [1, 2]\nlayers: {}", "no card is 1x2 px"),
        ("pick:\n  - { layout: nope }\n", "there is no layout named 'nope'"),
        ("- a list", "a layout is a mapping"),
        ("layers: [1, 2]", "'layers' must be a mapping"),
        ("layers: &a\n  x: *a\n", "nested too deeply"),
        ("layers:\n  a: { fill: #0b5d8a }", "mine.yaml:"),
        ("layers:\n  a: { box: card, fill: ink, yields_to: b }", "there is no layer 'b'"),
        ("layers:\n  a: { box: card, text: { value: x, hyphenate: maybe } }", "hyphenate"),
        ("layers:\n  a: { box: card, text: { value: x, tracking: 9999 } }", "less than or equal to 500"),
        ("layers:\n  a: { box: card, text: { value: x, figures: roman } }", "'tabular' or 'proportional'"),
        ("layers:\n  a: { box: card, text: { value: x, max_width: 0 } }", "greater than or equal to 1"),
    ],
)  # fmt: skip
def test_mistakes_have_a_place_and_words(library, text, message) -> None:
    told = problems(library(mine=text), "mine")
    assert any(message in problem for problem in told), told


def test_every_mistake_is_told_at_once(library) -> None:
    told = problems(
        library(
            mine='layers:\n  a: { box: card, text: { value: "{{ pots.x }}", lnies: 2 } }\n'
            "  b: { box: card, fill: nope }\n"
        ),
        "mine",
    )
    assert len(told) == 3
    assert sum("mine.yaml:2" in problem for problem in told) == 2


def test_layouts_that_extend_each_other_for_ever(library) -> None:
    told = problems(library(one="extends: two", two="extends: one"), "one")
    assert "without end: one -> two -> one" in told[0]


def test_a_layer_that_a_child_drops_and_another_needs(library) -> None:
    told = problems(library(mine="extends: photo\nlayers:\n  brand: ~"), "mine")
    assert any("drops 'brand'" in problem for problem in told)


def test_a_broken_file_is_told_by_its_line(library) -> None:
    told = problems(library(mine="layers:\n\ta: 1\n"), "mine")
    assert "mine.yaml:2:1" in told[0]
    assert "tab" in told[0]


def test_unknown_names_are_answered_with_near_ones(studio) -> None:
    with pytest.raises(LayoutError, match="Did you mean 'split'"):
        studio.draw(layout="splitt")
    with pytest.raises(UserError, match="Did you mean 'square'"):
        studio.draw(size="squre")


def test_a_layout_that_is_not_made_for_a_size_says_so(studio) -> None:
    studio.layout("mine", "sizes: [og]\nlayers: { a: { box: card, fill: ink } }")
    with pytest.raises(LayoutError, match="not made for the size 'pin'"):
        studio.draw(layout="mine", size="pin")


def test_new_and_eject(studio) -> None:
    studio.composer.new_layout("mine", extends="photo", folder=studio.layouts)
    studio.composer.eject("split", folder=studio.layouts)
    fresh = studio.another()
    fresh.layout("mine")
    assert fresh.layout("split").path.parent == studio.layouts
    with pytest.raises(LayoutError, match="is there already"):
        fresh.eject("split", folder=studio.layouts)
    with pytest.raises(LayoutError, match="no name for a layout"):
        fresh.new_layout("../x", extends="photo", folder=studio.layouts)


TITLE = "{{ post.title }}"


def block_of(studio, text: str, title: str = "Know your rights at 11:11", language: str = "en"):
    """The title set in a layer of 1000 by 300 px with the keys *text*."""
    studio.layout(
        "mine",
        f'layers: {{ t: {{ box: [100, 100, 1000, 300], text: {{ value: "{TITLE}", {text} }} }} }}',
    )
    canvas = studio.another().canvas(
        studio.post(title=title, language=language), "mine", SIZES["og"]
    )
    return canvas.spots["t"].block, canvas.spots["t"]


def test_tracking_and_figures_change_widths(studio) -> None:
    plain, _ = block_of(studio, "sizes: 64")
    wide, _ = block_of(studio, "sizes: 64, tracking: 100")
    digits, _ = block_of(studio, "sizes: 64, figures: tabular")
    # 25 characters have 24 gaps; the scale's own tracking at 64 px is -12/1000.
    assert wide.text_width - plain.text_width == pytest.approx(24 * 64 * 0.112, abs=1)
    assert digits.text_width > plain.text_width
    arabic, _ = block_of(studio, "sizes: 64, tracking: 100", "اعرف حقوقك", "ar")
    untracked, _ = block_of(studio, "sizes: 64", "اعرف حقوقك", "ar")
    assert arabic.text_width == untracked.text_width


@pytest.mark.parametrize(("align", "start"), [("start", 100), ("center", 300), ("end", 500)])
def test_max_width_keeps_lines_short_at_the_side_of_the_text(studio, align, start) -> None:
    block, spot = block_of(studio, f"sizes: 64, lines: 3, max_width: 600, align: {align}")
    assert (spot.start, spot.width) == (start, 600)
    assert len(block.lines) == 2
    assert block.text_width <= 600


def test_wrap_greedy_fills_line_after_line(studio) -> None:
    title = "The people of the valley asked for their water back now"
    greedy, _ = block_of(studio, "sizes: 88, lines: 3, wrap: greedy", title)
    pretty, _ = block_of(studio, "sizes: 88, lines: 3", title)
    assert greedy.lines[0].width >= pretty.lines[0].width
    assert [line.text for line in greedy.lines] != [line.text for line in pretty.lines]


def test_hyphenation_is_a_key_of_a_text(studio, monkeypatch) -> None:
    pytest.importorskip("pyphen")
    title = "Donaudampfschifffahrtsgesellschaft und Wohnungsbaugenossenschaft"
    keys = "sizes: [120, 48], lines: 4, max_width: 620"
    plain, _ = block_of(studio, keys, title, "de")
    hyphenated, _ = block_of(studio, f"{keys}, hyphenate: true", title, "de")
    assert hyphenated.step.size > plain.step.size
    assert any(line.hyphen for line in hyphenated.lines)
    assert not any(line.hyphen for line in plain.lines)

    def codes(folder: str) -> list[str]:
        post = studio.post(title=title, language="de")
        card = studio.another().draw(post, layout="mine", out=studio.folder / folder).card
        return [problem.code for problem in card.problems]

    assert "hyphens-missing" not in codes("with")
    monkeypatch.setattr("sharekit.composer.checks._can_hyphenate", lambda: False)
    assert "hyphens-missing" in codes("without")


LONG = (
    "Six months after the ruling, tenants in eleven cities describe what changed, what did not, "
    "and why the paperwork still decides who is heard"
)


@pytest.mark.parametrize("name", ["quote", "event", "number", "photo", "split", "framed"])
@pytest.mark.parametrize("size", SIZES)
def test_140_characters_are_never_cut(studio, photo, name, size) -> None:
    extra = {
        "quote": {"text": LONG, "by": "Ada", "role": "Engineer"},
        "event": {"start": "2026-10-14T18:30", "place": "Union Hall"},
        "number": {"value": "73%", "text": LONG},
    }
    post = studio.post(title=LONG, image=photo("meadow.jpg", (0.3, 0.3)), extra=extra)
    canvas = studio.composer.canvas(post, name, SIZES[size])
    assert not any(spot.block.truncated for spot in canvas.spots.values() if spot.block)


def test_a_layer_yields_only_where_that_helps(studio, photo) -> None:
    def shown(words: str) -> tuple[bool, bool]:
        extra = {"quote": {"text": words, "by": "Ada"}}
        post = studio.post(image=photo("allium.jpg"), extra=extra)
        spots = studio.composer.canvas(post, "quote", SIZES["og"]).spots
        return "photo" in spots, spots["quote"].block.truncated

    assert shown("We have always done it this way.") == (True, False)
    assert shown(LONG) == (False, False)
    # In a square the portrait stands beside the name, where the words have no use for its room.
    extra = {"quote": {"text": LONG * 4, "by": "Ada"}}
    post = studio.post(image=photo("allium.jpg"), extra=extra)
    spots = studio.composer.canvas(post, "quote", SIZES["square"]).spots
    assert spots["quote"].block.truncated
    assert "photo" in spots


@pytest.mark.parametrize("name", BUILT_IN)
def test_boxes_are_listed_and_drawn(studio, name) -> None:
    boxes = studio.composer.layout(name).describe("og")
    assert all(box.kind for box in boxes)
    path = studio.composer.grid(name, "og", studio.folder / "grid.png")
    assert path.stat().st_size > 1000


@pytest.mark.parametrize("layout", ["editorial", "event", "number", "minimal"])
def test_a_grid_of_squares_shows_just_what_a_square_card_does(studio, layout) -> None:
    extra = {
        "event": {"start": "2026-10-14T18:30", "place": "Union Hall"},
        "number": {"value": "73%", "text": "of tenants kept their home"},
    }
    post = studio.post(extra=extra, language="en")
    square = studio.picture(post, layout=layout, size="square")
    grid = studio.picture(post, layout=layout, size="grid")
    assert grid.size == (1080, 1350)
    assert ImageChops.difference(grid.crop((0, 135, 1080, 1215)), square).getbbox() is None
    # What runs to the square's edges runs on to the card's.
    for y, edge in ((0, 0), (134, 0), (1215, 1079), (1349, 1079)):
        assert grid.getpixel((2, y)) == square.getpixel((2, edge))


def test_a_picture_and_its_shade_fill_the_bands_of_a_grid_card(studio, photo) -> None:
    post = studio.post(image=photo("oath.jpg", focus=(0.41, 0.38)))
    canvas = studio.composer.canvas(post, "photo", SIZES["grid"])
    rects = {name: canvas.rect(spot) for name, spot in canvas.spots.items()}
    assert rects["photo"] == rects["shade"] == (0, 0, 1080, 1350)
    assert rects["tab"][1] == 0
    assert rects["title"][3] == 135 + 1008
    card = studio.card(post, layout="photo", size="grid")
    assert not [problem for problem in card.problems if problem.code == "text-covered"]
