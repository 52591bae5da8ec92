"""What is kept in memory from card to card: freed blocks, and the softened picture."""

from __future__ import annotations

import ctypes
import sys
from dataclasses import replace

import pytest
from PIL import Image, ImageChops, _imaging

from sharekit.composer import memory, scrim

SAME = tuple(f"What the court said of the {n} tenants, and when" for n in (111, 222, 333, 444, 555))
"""Titles that are set alike."""
LONGER = "The court reopens the question of who may be turned away at the door, and by whom"


@pytest.fixture
def blocks():
    """Pillow as it starts, and afterwards as it was."""
    before = _imaging.get_blocks_max()
    _imaging.set_blocks_max(0)
    yield
    _imaging.set_blocks_max(before)


@pytest.fixture
def asked(monkeypatch):
    """What the C library is asked for; it is not really asked."""
    calls: list[tuple[int, int]] = []

    class Library:
        def mallopt(self, name: int, value: int) -> int:
            calls.append((name, value))
            return 1

    monkeypatch.setattr(ctypes, "CDLL", lambda _: Library())
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("PILLOW_BLOCKS_MAX", "MALLOC_TRIM_THRESHOLD_"):
        monkeypatch.delenv(name, raising=False)
    return calls


def test_blocks_and_free_memory_are_held(blocks, asked) -> None:
    memory.keep()
    assert _imaging.get_blocks_max() == 8
    # M_MMAP_THRESHOLD is -3 and M_TRIM_THRESHOLD is -1: malloc.h of glibc.
    assert asked == [(-3, 32_000_000), (-1, 32_000_000)]


def test_what_the_program_says_stands(blocks, asked, monkeypatch) -> None:
    _imaging.set_blocks_max(3)
    monkeypatch.setenv("MALLOC_TRIM_THRESHOLD_", "131072")
    memory.keep()
    assert _imaging.get_blocks_max() == 3
    assert asked == []


def test_what_the_environment_says_of_pillow_stands(blocks, asked, monkeypatch) -> None:
    monkeypatch.setenv("PILLOW_BLOCKS_MAX", "0")
    memory.keep()
    assert _imaging.get_blocks_max() == 0


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_no_other_system_is_asked(blocks, asked, monkeypatch, platform) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    memory.keep()
    assert asked == []


def test_a_c_library_that_cannot_hold_memory_is_no_fault(blocks, asked, monkeypatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    memory.keep()
    assert _imaging.get_blocks_max() == 8


# -- the softened picture -------------------------------------------------------------------


@pytest.fixture
def softened(monkeypatch):
    """The shapes under which a picture was really softened."""
    shapes: list[scrim.Shape] = []
    soften = scrim.soften

    def seen(card: Image.Image, shape: scrim.Shape) -> None:
        shapes.append(shape)
        soften(card, shape)

    monkeypatch.setattr(scrim, "soften", seen)
    return shapes


def drawn(composer, studio, photo, title: str) -> Image.Image:
    image = photo("oath.jpg", focus=(0.41, 0.38))
    card = composer.draw(
        studio.post(title=title, image=image), layout="photo", type="png", out=studio.out
    ).card
    with Image.open(card.path) as opened:
        return opened.convert("RGB")


def fresh(studio, photo, title: str) -> Image.Image:
    """The same card by a composer that has drawn nothing else."""
    out = replace(studio, folder=studio.folder / "fresh")
    return drawn(studio.another(cache_dir=None), out, photo, title)


def test_a_softened_picture_serves_the_next_titles_and_stays_as_it_was(
    studio, photo, softened
) -> None:
    cards = [drawn(studio.composer, studio, photo, title) for title in SAME]
    assert len(set(softened)) == 1, "titles of as many lines share a shape"
    assert len(softened) == 2, "kept from the second on"
    for title, card in zip(SAME, cards, strict=True):
        assert ImageChops.difference(card, fresh(studio, photo, title)).getbbox() is None


def test_another_number_of_lines_is_softened_anew(studio, photo, softened) -> None:
    titles = [*SAME[:3], LONGER, SAME[3]]
    cards = [drawn(studio.composer, studio, photo, title) for title in titles]
    assert len(set(softened)) == 2
    assert len(softened) == 4, "what is kept is the last shape's"
    for title, card in zip(titles[2:], cards[2:], strict=True):
        assert ImageChops.difference(card, fresh(studio, photo, title)).getbbox() is None
