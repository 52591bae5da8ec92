"""Can it be read: the scrim, contrast on the drawn pixels, sizes, covered areas, pictures."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sharekit.composer import Theme, measure, saliency, scrim
from sharekit.composer.colors import WHITE, contrast, luminance
from sharekit.composer.crop import cover
from sharekit.composer.paint import paint
from sharekit.composer.pictures import Picture
from sharekit.composer.sizes import SIZES
from sharekit.model import Asset

SCRIM, INK = Theme().tokens.scrim, Theme().tokens.ink


def codes(card) -> list[str]:
    return [problem.code for problem in card.problems]


def image_of(colors, size=(600, 200), seed=3) -> Image.Image:
    chooser = random.Random(seed)
    small = Image.new("RGB", (size[0] // 4, size[1] // 4))
    small.putdata([chooser.choice(colors) for _ in range(small.width * small.height)])
    return small.resize(size, Image.Resampling.NEAREST)


# -- measuring -------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3), st.tuples(*[st.integers(0, 255)] * 3))
def test_a_flat_ground_is_measured_exactly(ground, text) -> None:
    image = Image.new("RGB", (60, 40), ground)
    (ratio,) = measure.worst_contrasts(image, text, [(5, 5, 40, 30)])
    assert ratio == pytest.approx(contrast(ground, text))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=2, max_size=6, unique=True),
    st.integers(0, 99),
)
def test_the_worst_of_the_ground_counts(colors, seed) -> None:
    image = image_of(colors, (320, 320), seed)
    counts = image.getcolors(8)
    lights = sorted((luminance(color), count) for count, color in counts)
    # Each colour covers far more than the two per cent that are left out.
    if any(count < 0.1 * 320 * 320 for _, count in lights):
        return
    (ratio,) = measure.worst_contrasts(image, WHITE, [(0, 0, 320, 320)])
    exact = (1.05) / (lights[-1][0] + 0.05)
    assert ratio == pytest.approx(max(exact, 1.0), rel=0.03)


def test_grain_is_not_smoothed_away() -> None:
    noisy = image_of([(90, 90, 90)] * 9 + [(255, 255, 255)], (400, 400))
    assert measure.worst_contrasts(noisy, WHITE, [(0, 0, 400, 400)])[0] == pytest.approx(
        1.0, abs=0.01
    )


def test_each_line_is_measured_for_itself() -> None:
    image = Image.new("RGB", (300, 200), (0, 0, 0))
    image.paste((255, 255, 255), (0, 100, 300, 200))
    upper, lower = measure.worst_contrasts(image, WHITE, [(0, 0, 300, 90), (0, 110, 300, 200)])
    assert (upper, lower) == (21.0, 1.0)


def test_a_rect_that_ends_with_the_card_sees_no_black_beyond_it() -> None:
    image = image_of([(250, 250, 250), (240, 240, 240)], (401, 301))
    assert (
        min(measure.worst_contrasts(image, (0, 0, 0), [(0, 0, 401, 301), (1, 201, 401, 301)])) > 15
    )


# -- the scrim -------------------------------------------------------------------------------

GROUNDS = {
    "white": [(255, 255, 255)],
    "black": [(0, 0, 0)],
    "sand": [(196, 180, 140), (205, 190, 150), (188, 172, 133)],
    "night": [(10, 14, 40), (20, 26, 60)],
    "checks": [(0, 0, 0), (255, 255, 255)],
    "red": [(230, 20, 20), (250, 60, 50)],
    "meadow": [(40, 90, 20), (120, 160, 60), (220, 230, 150)],
}


@pytest.mark.parametrize("name", GROUNDS)
@pytest.mark.parametrize("polarity", ["auto", "dark", "light"])
def test_under_the_veil_the_text_can_be_read(name, polarity) -> None:
    ground = image_of(GROUNDS[name])
    chosen = scrim.choose(ground, scrim=SCRIM, ink=INK, polarity=polarity)
    plane = Image.new("RGB", ground.size, chosen.color)
    veiled = Image.blend(ground.reduce(4), plane.reduce(4), chosen.opacity)
    (ratio,) = measure.worst_contrasts(veiled, chosen.text, [(0, 0, *veiled.size)])
    # The finished card is looked at once more, and its veil made stronger where this is short.
    assert ratio >= 4.3
    assert chosen.opacity <= 0.97


def test_a_bright_calm_ground_carries_dark_text_and_hardly_a_veil() -> None:
    chosen = scrim.choose(image_of(GROUNDS["sand"]), scrim=SCRIM, ink=INK)
    assert chosen.text == INK
    assert chosen.opacity < 0.4
    assert not chosen.blurred


def test_a_dark_ground_needs_none() -> None:
    chosen = scrim.choose(image_of(GROUNDS["night"]), scrim=SCRIM, ink=INK)
    assert (chosen.text, chosen.opacity) == (WHITE, 0.0)


def test_a_restless_ground_is_softened() -> None:
    assert scrim.choose(image_of(GROUNDS["checks"]), scrim=SCRIM, ink=INK).blurred


def test_dark_text_is_dark_in_a_theme_whose_ink_is_light() -> None:
    night = Theme(use="night").tokens
    chosen = scrim.choose(
        image_of(GROUNDS["white"]), scrim=night.scrim, ink=night.ink, polarity="light"
    )
    assert luminance(chosen.text) < 0.1


# -- whole cards -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["allium", "boats", "canyon", "galaxies", "meadow", "oath", "plains", "seedhead"]
)
@pytest.mark.parametrize("size", ["og", "story"])
@pytest.mark.parametrize("theme", ["press", "night"])
def test_a_title_on_any_photograph_can_be_read(studio, photo, name, size, theme) -> None:
    composer = studio.another(theme=Theme(use=theme))
    post = studio.post(image=photo(f"{name}.jpg"))
    recipe = composer._kitchen.recipe(post, "photo", SIZES[size], "")
    canvas = composer._easel.canvas(recipe)
    paint(canvas)
    titles = [line.contrast for line in canvas.measured if line.layer == "title"]
    assert titles
    assert min(titles) >= 4.45


def test_low_contrast_is_told_with_layer_and_ratio(studio) -> None:
    studio.layout(
        "mine",
        'layers:\n  ground: { box: card, fill: "#777777" }\n'
        '  title: { box: [64, 64, 900, 200], text: { value: "{{ post.title }}", sizes: 48, color: "#999999" } }',
    )
    post = studio.post(title="Know your rights")
    card = studio.another().draw(post, layout="mine", out=studio.out).card
    (problem,) = card.problems
    assert (problem.code, problem.severity) == ("contrast-low", "error")
    assert problem.message.startswith("title 'Know your rights'")
    assert "contrast of 1.6" in problem.message


def test_large_text_needs_less_contrast(studio) -> None:
    text = 'text: { value: "{{ post.title }}", sizes: SIZE, color: "#949494" }'
    for size, expected in ((48, ["contrast-low"]), (120, [])):
        studio.layout(
            "mine",
            f"layers:\n  g: {{ box: card, fill: '#ffffff' }}\n  t: {{ box: [0, 0, 1200, 600], {text.replace('SIZE', str(size))} }}",
        )
        card = studio.another().draw(studio.post(title="Know"), layout="mine", out=studio.out).card
        assert codes(card) == expected


def test_text_without_a_colour_takes_one_that_can_be_read(studio) -> None:
    studio.layout(
        "mine",
        'layers:\n  g: { box: card, fill: "#101010" }\n  t: { box: [64, 64, 900, 200], text: { value: "{{ post.title }}" } }',
    )
    post = studio.post(title="Know your rights")
    assert studio.another().draw(post, layout="mine", out=studio.out).card.problems == ()


@pytest.mark.parametrize(
    ("size", "severity"), [(47, "warning"), (45, "warning"), (44, "error"), (48, None)]
)
def test_small_text_is_told(studio, size, severity) -> None:
    studio.layout(
        "mine",
        f'layers: {{ t: {{ box: [0, 0, 900, 100], text: {{ value: "Know", sizes: {size} }} }} }}',
    )
    card = studio.another().draw(studio.post(), layout="mine", out=studio.out).card
    assert [problem.severity for problem in card.problems if problem.code == "text-small"] == (
        [severity] if severity else []
    )


@pytest.mark.parametrize(("top", "told"), [(60, ()), (500, ("x",))])
def test_text_that_is_covered_where_a_network_cuts_the_card_is_told(studio, top, told) -> None:
    studio.layout(
        "mine",
        f'layers: {{ t: {{ box: [72, {top}, 900, 110], text: {{ value: "Know", sizes: 96 }} }} }}',
    )
    composer = studio.another()
    assert composer.covered(studio.post(), "mine", "og") == told
    assert composer.covered(studio.post(), "mine", "square") == ()


def test_what_is_covered_follows_the_cut() -> None:
    assert SIZES["og"].covered_as(SIZES["x"]) == ((40, 540, 824, 630),)
    assert SIZES["x"].covered_as(SIZES["x"]) == SIZES["x"].covered


def test_text_in_a_covered_area_is_told(studio) -> None:
    studio.layout(
        "mine", 'layers: { t: { box: [72, 20, 900, 200], text: { value: "Know", sizes: 96 } } }'
    )
    composer = studio.another()
    assert codes(
        composer.draw(studio.post(), layout="mine", size="story", out=studio.out).card
    ) == ["text-covered"]
    assert codes(composer.draw(studio.post(), layout="mine", size="og", out=studio.out).card) == []


def test_cut_text_is_told(studio) -> None:
    card = studio.card(studio.post(title="word " * 200), layout="editorial")
    (problem,) = [problem for problem in card.problems if problem.code == "text-cut"]
    assert "…" in problem.message


def test_an_enlarged_picture_is_told_with_the_size_it_needs(studio) -> None:
    Image.new("RGB", (300, 200), (40, 60, 20)).save(studio.folder / "a.png")
    card = studio.card(studio.post(image=Asset(src="a.png", alt="x")), layout="photo")
    (problem,) = [problem for problem in card.problems if problem.code == "picture-enlarged"]
    assert "300x200 px, far too small" in problem.message
    assert "1200x800" in str(problem.hint)


@pytest.mark.parametrize(
    "layout",
    [
        "editorial",
        "event",
        "framed",
        "minimal",
        "number",
        "person",
        "photo",
        "quote",
        "series",
        "split",
    ],
)
@pytest.mark.parametrize("size", SIZES)
def test_the_built_in_layouts_have_no_problems(studio, photo, layout, size) -> None:
    extra = {
        "quote": {"text": "We have always done it this way.", "by": "Ada", "role": "Engineer"},
        "event": {"start": "2026-10-14T18:30", "end": "2026-10-14T20:30", "place": "Union Hall"},
        "number": {"value": "73%", "text": "of tenants who came with a lawyer kept their home"},
        "series": {"name": "The handbook", "part": 3, "of": 8},
        "person": {"name": "Ada Example", "role": "First to write a program"},
    }
    picture = "seedhead.jpg" if SIZES[size].height > SIZES[size].width else "meadow.jpg"
    post = studio.post(
        image=photo(picture, (0.4, 0.4)), authors=("Ines Okafor",), tags=("Housing",), extra=extra
    )
    assert [str(problem) for problem in studio.card(post, layout=layout, size=size).problems] == []


# -- cropping --------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(
    picture=st.tuples(st.integers(1, 9000), st.integers(1, 9000)),
    box=st.tuples(st.integers(1, 2000), st.integers(1, 2000)),
    focus=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    at=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    zoom=st.floats(1, 3),
)
def test_a_crop_covers_its_box_and_stays_inside(picture, box, focus, at, zoom) -> None:
    crop = cover(picture, box, focus=focus, at=at, zoom=zoom)
    slack = 1e-6 * max(picture)
    assert -slack <= crop.left <= crop.right <= picture[0] + slack
    assert -slack <= crop.top <= crop.bottom <= picture[1] + slack
    assert (crop.right - crop.left) * crop.scale == pytest.approx(box[0])
    assert (crop.bottom - crop.top) * crop.scale == pytest.approx(box[1])


def test_the_focal_point_lands_where_it_is_wanted() -> None:
    crop = cover((4000, 3000), (1200, 630), focus=(0.5, 0.5), at=(0.5, 0.37))
    assert crop.focus == pytest.approx((600, 233.1))
    assert cover((4000, 3000), (1200, 630), focus=(0, 0), at=(0.5, 0.5)).focus == (0, 0)


@pytest.mark.parametrize(
    ("name", "x", "y"),
    [
        ("seedhead", (0.3, 0.7), (0.2, 0.7)),
        ("plains", (0.55, 0.9), (0.3, 0.6)),
        ("meadow", (0.1, 0.5), (0.2, 0.6)),
    ],
)
def test_without_a_focal_point_one_looks_where_something_is(name, x, y) -> None:
    from pathlib import Path

    point = saliency.focal_point(Picture(Path(f"assets/photos/{name}.jpg").read_bytes(), name))
    assert x[0] <= point[0] <= x[1]
    assert y[0] <= point[1] <= y[1]


def test_where_nothing_stands_out_nothing_is_said(tmp_path) -> None:
    Image.new("RGB", (400, 300), (90, 90, 90)).save(tmp_path / "a.png")
    assert saliency.focal_point(Picture((tmp_path / "a.png").read_bytes(), "a")) is None


def test_the_fast_decoding_is_as_good_as_the_slow_one(tmp_path) -> None:
    """At least 46 dB against full decoding and Lanczos."""
    import math

    from PIL import ImageChops, ImageStat

    large = (
        Image.open("assets/photos/meadow.jpg")
        .convert("RGB")
        .resize((2400, 1350), Image.Resampling.LANCZOS)
    )
    large.save(tmp_path / "a.jpg", quality=92)
    with Image.open(tmp_path / "a.jpg") as slow:
        exact = slow.convert("RGB").resize((1200, 675), Image.Resampling.LANCZOS)
    picture = Picture((tmp_path / "a.jpg").read_bytes(), "a")
    fast = picture.cut(cover((2400, 1350), (1200, 675)), (1200, 675))
    error = ImageStat.Stat(ImageChops.difference(fast, exact)).sum2
    mean = sum(error) / (1200 * 675 * 3)
    assert 10 * math.log10(255**2 / mean) >= 46
