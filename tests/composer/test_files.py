"""Writing cards: PNG, budgets, whole or not at all."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, features

from sharekit.composer import encode, png


def noise(size=(400, 210), seed=1) -> Image.Image:
    return Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))


@settings(max_examples=60, deadline=None)
@given(
    mode=st.sampled_from(["L", "RGB", "RGBA"]),
    size=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    data=st.data(),
    level=st.sampled_from([None, 1, 9]),
)
def test_every_pixel_comes_back(mode, size, data, level) -> None:
    count = size[0] * size[1] * len(mode)
    image = Image.frombytes(mode, size, data.draw(st.binary(min_size=count, max_size=count)))
    with Image.open(io.BytesIO(png.encode(image, level=level))) as back:
        assert back.mode == mode
        assert back.tobytes() == image.tobytes()


def test_a_png_holds_nothing_but_pixels() -> None:
    data = png.encode(noise())
    names, at = [], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        names.append(data[at + 4 : at + 8])
        at += 12 + length
    assert names == [b"IHDR", b"IDAT", b"IEND"]


def test_without_isal_the_standard_library_writes(monkeypatch) -> None:
    monkeypatch.setenv("SHAREKIT_NO_ISAL", "1")
    png.deflater.cache_clear()
    try:
        assert png.deflater()[1].startswith("zlib ")
        with Image.open(io.BytesIO(png.encode(noise()))) as back:
            assert back.tobytes() == noise().tobytes()
    finally:
        png.deflater.cache_clear()


KINDS = [
    "jpeg",
    "png",
    "webp",
    pytest.param("avif", marks=pytest.mark.skipif(not features.check("avif"), reason="no AVIF")),
]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_picture_gives_the_same_bytes(tmp_path, kind, monkeypatch) -> None:
    monkeypatch.setattr(png, "deflater", lambda: (zlib, "zlib"))  # isal does not promise it
    one, two = tmp_path / "one", tmp_path / "two"
    encode.write(noise(), one, kind)
    encode.write(noise(), two, kind)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("kind", ["jpeg", "webp", "png"])
def test_a_budget_is_met_at_the_best_quality_that_fits(tmp_path, kind) -> None:
    image = Image.open("assets/photos/canyon.jpg").convert("RGB").resize((600, 315))
    free = encode.write(image, tmp_path / "free", kind)
    budget = free.bytes * 6 // 10
    tight = encode.write(image, tmp_path / "tight", kind, budget)
    assert tight.fits
    assert tight.bytes == (tmp_path / "tight").stat().st_size <= budget
    assert tight.quality < free.quality
    if kind == "jpeg":
        image.save(tmp_path / "better", "JPEG", quality=tight.quality + 1)
        assert (tmp_path / "better").stat().st_size > budget


def test_an_impossible_budget_says_so_and_gives_the_least(tmp_path) -> None:
    written = encode.write(noise(), tmp_path / "card", "jpeg", 500)
    assert not written.fits
    assert written.bytes == (tmp_path / "card").stat().st_size


def test_a_failure_leaves_the_old_card_and_no_rubbish(tmp_path, monkeypatch) -> None:
    path = tmp_path / "card.jpg"
    encode.write(noise(), path, "jpeg")
    before = path.read_bytes()

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        encode.write(noise(seed=2), path, "jpeg")
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["card.jpg"]


def test_a_jpeg_holds_no_metadata(tmp_path) -> None:
    image = noise()
    image.info = {"exif": b"Exif\0\0II*\0secret", "comment": b"secret", "icc_profile": b"secret"}
    encode.write(image, tmp_path / "card.jpg", "jpeg")
    with Image.open(tmp_path / "card.jpg") as back:
        assert not {"exif", "comment", "icc_profile"} & set(back.info)
