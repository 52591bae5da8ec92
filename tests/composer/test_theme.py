from __future__ import annotations

import pytest
from pydantic import ValidationError

from sharekit.composer import THEMES, Theme
from sharekit.composer.colors import contrast, hexed, luminance, mix, parse

# Ink, muted and accent on ground, on_accent on accent: the design's own figures.
RATIOS = {
    "press": (18.7, 7.1, 5.1, 5.1),
    "night": (17.0, 7.9, 7.2, 7.3),
    "marigold": (10.0, 6.0, 5.2, 8.6),
    "civic": (9.4, 6.6, 6.6, 11.1),
    "rose": (12.4, 6.8, 5.0, 6.3),
    "forest": (11.4, 7.4, 7.4, 9.1),
}


@pytest.mark.parametrize("name", THEMES)
def test_every_look_reads_as_it_was_designed(name) -> None:
    tokens = Theme(use=name).tokens
    found = (
        contrast(tokens.ink, tokens.ground),
        contrast(tokens.muted, tokens.ground),
        contrast(tokens.accent, tokens.ground),
        contrast(tokens.on_accent, tokens.accent),
    )
    assert found == pytest.approx(RATIOS[name], abs=0.06)


@pytest.mark.parametrize(
    ("color", "light"),
    [("#ffffff", 1.0), ("#000000", 0.0), ("#808080", 0.2159), ("#ff0000", 0.2126)],
)
def test_luminance_is_wcags(color, light) -> None:
    assert luminance(parse(color)[0]) == pytest.approx(light, abs=1e-4)


def test_a_theme_that_cannot_be_read_names_both_colours_and_the_ratio() -> None:
    with pytest.raises(ValidationError, match=r"muted #aaaaaa on ground #ffffff .* of 2\.3"):
        Theme(use="press", muted="#aaaaaa")


def test_every_unreadable_pair_is_told_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        Theme(use="press", ink="#eeeeee", muted="#dddddd", accent="#ffff00", on_accent="#ffffff")
    message = str(caught.value)
    assert all(pair in message for pair in ("ink #eeeeee", "muted #dddddd", "on_accent #ffffff"))


def test_a_name_alone_is_a_theme() -> None:
    assert Theme.model_validate("night") == Theme(use="night")


def test_what_is_written_on_a_new_accent_follows_it() -> None:
    assert Theme(use="press", accent="#7a1fa2").tokens.on_accent == (255, 255, 255)
    bright = Theme(use="night", accent="#ffe14a").tokens
    assert contrast(bright.on_accent, bright.accent) >= 4.5
    assert bright.tab == bright.accent


def test_muted_follows_a_new_ground() -> None:
    tokens = Theme(use="press", ground="#102030", ink="#ffffff", accent="#ffb000").tokens
    assert tokens.muted != Theme(use="press").tokens.muted
    assert contrast(tokens.muted, tokens.ground) >= 4.5


@pytest.mark.parametrize("color", ["red", "#12", "#12345", "0b5d8a", "#0b5d8a80"])
def test_only_solid_hex_colours_are_taken(color) -> None:
    with pytest.raises(ValidationError):
        Theme(accent=color)


def test_mixing_is_a_painters() -> None:
    assert hexed(mix((255, 255, 255), (0, 0, 0), 0.5)) == "#808080"
