from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, features

from sharekit.composer import decode, worker
from sharekit.composer.pictures import Pictures
from sharekit.errors import RenderError

RED, GREEN, BLUE, WHITE = (200, 30, 20), (20, 160, 40), (30, 60, 200), (250, 250, 250)


def quarters(size=(80, 40)) -> Image.Image:
    """Red, green, blue and white, so that a turn shows."""
    image = Image.new("RGB", size)
    half = (size[0] // 2, size[1] // 2)
    for color, x, y in ((RED, 0, 0), (GREEN, 1, 0), (BLUE, 0, 1), (WHITE, 1, 1)):
        image.paste(color, (x * half[0], y * half[1], (x + 1) * half[0], (y + 1) * half[1]))
    return image


def saved(image: Image.Image, kind: str, **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    x, y = image.width // 4, image.height // 4
    return [image.getpixel(at)[:3] for at in ((x, y), (3 * x, y), (x, 3 * y), (3 * x, 3 * y))]


def near(one, other, by=14) -> bool:
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


FORMATS = [
    ("JPEG", {"quality": 95, "subsampling": 0}),
    ("JPEG", {"quality": 95, "subsampling": 0, "progressive": True}),
    ("PNG", {}),
    ("GIF", {}),
    ("TIFF", {}),
    ("TIFF", {"compression": "tiff_lzw"}),
    ("WEBP", {"lossless": True}),
    ("AVIF", {"quality": 95}),
]


@pytest.mark.parametrize(("kind", "options"), FORMATS)
def test_every_format_gives_the_same_picture(kind, options) -> None:
    if kind == "AVIF" and not features.check("avif"):
        pytest.skip("this Pillow has no AVIF")
    data = saved(quarters(), kind, **options)
    for open_it in (decode.decode, worker.decode_apart):
        image, header = open_it(data, "a.bin")
        assert (header.width, header.height) == image.size == (80, 40)
        assert image.mode == "RGB"
        for seen, wanted in zip(corners(image), (RED, GREEN, BLUE, WHITE), strict=True):
            assert near(seen, wanted), (seen, wanted)


def test_only_jpeg_and_png_are_decoded_in_this_process() -> None:
    simple = {
        kind: decode.is_simple(saved(quarters(), kind))
        for kind in ("JPEG", "PNG", "GIF", "TIFF", "WEBP")
    }
    assert simple == {"JPEG": True, "PNG": True, "GIF": False, "TIFF": False, "WEBP": False}


def test_a_jpeg_of_endless_scans_goes_to_the_other_process() -> None:
    data = saved(quarters(), "JPEG", progressive=True)
    assert decode.is_simple(data)
    assert not decode.is_simple(data + b"\xff\xda" * 100)


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_orientation(kind, turn) -> None:
    """Stored turned, shown upright: the tag says how to turn it back."""
    from PIL import ImageOps

    exif = Image.Exif()
    exif[0x0112] = turn
    options = (
        {"quality": 95, "subsampling": 0}
        if kind == "JPEG"
        else {"lossless": True}
        if kind == "WEBP"
        else {}
    )
    data = saved(quarters(), kind, exif=exif, **options)
    with Image.open(io.BytesIO(data)) as raw:
        wanted = ImageOps.exif_transpose(raw).convert("RGB")
    image, header = decode.decode(data, "a")
    assert image.size == (header.width, header.height) == wanted.size
    for seen, right in zip(corners(image), corners(wanted), strict=True):
        assert near(seen, right)
    if decode.is_simple(data):
        assert decode.header(data, "a").height == header.height


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + b"\xff" * 60]
)
def test_broken_exif_is_no_exif(exif) -> None:
    data = saved(quarters(), "JPEG", quality=95, exif=exif)
    assert decode.decode(data, "a")[0].size == (80, 40)


def test_a_smaller_scale_is_decoded_smaller_and_never_too_small() -> None:
    data = saved(quarters((1600, 800)), "JPEG")
    for scale, size in ((1.0, 1600), (0.5, 800), (0.4, 800), (0.25, 400), (0.1, 200)):
        image, header = decode.decode(data, "a", scale)
        assert (image.width, header.width) == (size, 1600)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "I;16"])
def test_what_no_decoder_makes_smaller_is_reduced_before_it_is_copied(mode) -> None:
    picture = Image.new(
        mode,
        (403, 301),
        {"LA": (200, 90), "RGBA": (200, 200, 200, 90), "RGB": (200,) * 3, "L": 200}.get(
            mode, 200 * 257
        ),
    )
    small, head = decode.decode(saved(picture, "PNG"), "a.png", 0.24)
    assert (head.width, head.height) == (403, 301)
    assert small.size == (101, 76)
    assert near(small.getpixel((50, 38))[:3], (200, 200, 200), 2)
    assert small.mode == ("RGBA" if "A" in mode else "RGB")


def test_a_clear_colour_is_looked_for_before_anything_is_mixed() -> None:
    picture = Image.new("RGB", (400, 300), "white")
    picture.paste("red", (0, 0, 201, 300))
    data = saved(picture, "PNG", transparency=(255, 0, 0))
    clear, _ = decode.decode(data, "a.png", 0.25)
    assert clear.getpixel((10, 10))[3] == 0
    assert clear.getpixel((clear.width - 10, 10)) == (255, 255, 255, 255)


def test_a_size_that_only_decoding_tells_costs_no_more_than_a_card_needs() -> None:
    large, head = worker.decode_apart(
        saved(Image.new("RGB", (5_200, 4_500), "red"), "TIFF", compression="tiff_lzw"), "a.tif", 0
    )
    assert (head.width, head.height) == (5_200, 4_500)
    assert 2_208 <= large.height < 4_500


def test_only_files_are_read(tmp_path) -> None:
    """A device would be read for ever, and a pipe waited for."""
    found = [tmp_path]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.jpg")
        found += [tmp_path / "pipe.jpg", Path("/dev/zero")]
    for path in found:
        with pytest.raises(RenderError, match="is not a file"):
            Pictures().open(path, path.name)


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    grey = Image.new("I;16", (4, 1))
    for x, value in enumerate((0, 16_448, 32_896, 65_535)):
        grey.putpixel((x, 0), value)
    image, _ = decode.decode(saved(grey, "PNG"), "a")
    assert [image.getpixel((x, 0))[0] for x in range(4)] == [0, 64, 128, 255]


def test_floating_point_greys_span_from_black_to_white() -> None:
    image = Image.new("F", (2, 1))
    image.putpixel((0, 0), -3.0)
    image.putpixel((1, 0), 12.0)
    shown, _ = decode.decode(saved(image, "TIFF"), "a")
    assert [shown.getpixel((x, 0)) for x in (0, 1)] == [(0, 0, 0), (255, 255, 255)]


def test_cmyk() -> None:
    data = saved(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=95)
    red, green, blue = decode.decode(data, "a")[0].getpixel((8, 8))
    assert red > 200
    assert max(green, blue) < 60


def test_palettes_and_their_clear_colour() -> None:
    flat = quarters().quantize(8)
    assert decode.decode(saved(flat, "PNG"), "a")[0].mode == "RGB"
    clear = flat.copy()
    clear.info["transparency"] = flat.getpixel((0, 0))
    image, _ = decode.decode(saved(clear, "PNG", transparency=flat.getpixel((0, 0))), "a")
    assert image.mode == "RGBA"
    assert image.getpixel((2, 2))[3] == 0


def test_alpha_stays_only_where_it_is_used() -> None:
    solid = quarters().convert("RGBA")
    assert decode.decode(saved(solid, "PNG"), "a")[0].mode == "RGB"
    solid.putpixel((0, 0), (0, 0, 0, 0))
    assert decode.decode(saved(solid, "PNG"), "a")[0].mode == "RGBA"


def test_an_animation_shows_its_first_frame() -> None:
    frames = [Image.new("RGB", (20, 20), color) for color in (RED, GREEN, BLUE)]
    for kind in ("GIF", "WEBP", "PNG"):
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
        image, _ = worker.decode_apart(data, "a")
        assert near(image.convert("RGB").getpixel((10, 10)), RED, 20)


def wide_gamut() -> bytes:
    """An RGB profile whose primaries swap red and green: no mistaking it."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    swapped = bytes(profile).replace(b"sRGB", b"none").replace(b"s\0R\0G\0B", b"n\0o\0n\0e")
    table = bytearray(swapped)
    (count,) = struct.unpack(">I", table[128:132])
    places = {}
    for index in range(count):
        at = 132 + 12 * index
        places[bytes(table[at : at + 4])] = at
    red, green = places[b"rXYZ"], places[b"gXYZ"]
    table[red : red + 4], table[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(table)


def test_a_colour_profile_is_applied() -> None:
    data = saved(Image.new("RGB", (16, 16), (255, 0, 0)), "PNG", icc_profile=wide_gamut())
    red, green, blue = decode.decode(data, "a")[0].getpixel((4, 4))
    assert green > 200 > red + 100, (red, green, blue)


@pytest.mark.parametrize("profile", [b"", b"short", b"\0" * 300])
def test_a_broken_profile_is_no_profile(profile) -> None:
    data = saved(Image.new("RGB", (16, 16), RED), "PNG", icc_profile=profile)
    assert decode.decode(data, "a")[0].getpixel((4, 4)) == RED


def test_an_srgb_profile_changes_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(quarters(), "PNG", icc_profile=profile)
    assert decode.decode(data, "a")[0].tobytes() == quarters().tobytes()


def test_nothing_but_pixels_comes_out() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x8825] = {1: "N", 2: (52.0, 0.0, 0.0)}
    data = saved(quarters(), "JPEG", exif=exif, comment=b"secret comment", dpi=(300, 300))
    image, _ = decode.decode(data, "a")
    assert image.info == {}
    assert b"secret" not in saved(image, "PNG")


# -- what must be refused ---------------------------------------------------------------------


def png_of(width: int, height: int, *, color_type=2, depth=8, body: bytes | None = None) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", body or zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def webp_claiming(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    body = b"\x2f" + struct.pack("<I", bits) + b"\0" * 12
    return (
        b"RIFF"
        + struct.pack("<I", len(body) + 12)
        + b"WEBPVP8L"
        + struct.pack("<I", len(body))
        + body
    )


def gif_claiming(width: int, height: int) -> bytes:
    data = bytearray(saved(Image.new("P", (1, 1)), "GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


JPEG = saved(quarters((200, 100)), "JPEG")
HOSTILE = {
    "empty": b"",
    "text": b"not a picture at all",
    "html": b"<html><img src=x onerror=alert(1)>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "pdf": b"%PDF-1.7\n",
    "bmp": saved(quarters(), "BMP"),
    "ico": saved(quarters((32, 32)), "ICO"),
    "png bomb": png_of(100_000, 100_000),
    "png wide": png_of(16_385, 1),
    "png bit bomb": png_of(13_000, 13_000, color_type=0, depth=1),
    "png without pixels": png_of(0, 0),
    "webp bomb": webp_claiming(16_000, 16_000),
    "gif bomb": gif_claiming(60_000, 60_000),
    "truncated jpeg": JPEG[: len(JPEG) // 2],
    "jpeg head only": JPEG[:40],
    "truncated png": saved(quarters((300, 300)), "PNG")[:200],
    "png of rubbish": png_of(50, 50, body=b"\xff" * 500),
    "truncated webp": saved(quarters((300, 300)), "WEBP")[:120],
    "truncated tiff": saved(quarters((300, 300)), "TIFF")[:500],
    "truncated gif": saved(quarters((300, 300)), "GIF")[:100],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gets_one_clear_line(name) -> None:
    for open_it in (decode.decode, worker.decode_apart):
        with pytest.raises(RenderError) as caught:
            open_it(HOSTILE[name], "x.png")
        (problem,) = caught.value.problems
        assert problem.code in ("picture-unreadable", "picture-too-costly")
        assert problem.message.startswith("picture x.png ")
        assert "\n" not in problem.message
        assert "object at 0x" not in problem.message


def test_the_extension_says_nothing() -> None:
    assert decode.decode(saved(quarters(), "PNG"), "photo.jpg")[1].format == "PNG"


def test_what_trails_a_picture_is_left_behind() -> None:
    data = saved(quarters(), "PNG") + b"<script>alert(1)</script>" * 50
    image, _ = decode.decode(data, "a")
    assert b"script" not in saved(image, "PNG")


def test_the_other_process_dies_and_the_next_picture_is_decoded() -> None:
    worker.decode_apart(saved(quarters(), "GIF"), "a")
    process = worker._child._process
    assert process is not None
    process.kill()
    process.wait()
    assert worker.decode_apart(saved(quarters(), "GIF"), "b")[0].size == (80, 40)
    assert worker._child._process is not process


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="limits are POSIX")
def test_a_picture_that_costs_too_much_is_refused_and_named(monkeypatch) -> None:
    worker.decode_apart(saved(quarters(), "GIF"), "a")
    process = worker._child._process
    monkeypatch.setattr(worker, "SECONDS", 0.05)
    # It answers nobody while it is stopped, as one that never ends would not.
    import os
    import signal

    os.kill(process.pid, signal.SIGSTOP)
    with pytest.raises(RenderError, match=r"picture slow\.gif takes over"):
        worker.decode_apart(saved(quarters(), "GIF"), "slow.gif")
    monkeypatch.undo()
    assert worker.decode_apart(saved(quarters(), "GIF"), "b")[0].size == (80, 40)
