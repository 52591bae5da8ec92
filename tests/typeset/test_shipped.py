from __future__ import annotations

import re

import pytest
from fontTools.ttLib import TTFont

from sharekit import resources
from sharekit.typeset.harfbuzz import open_face

FOLDER = resources.fonts()
FILES = sorted(FOLDER.rglob("*.[to]tf"))


def test_they_stay_within_their_budget():
    assert sum(path.stat().st_size for path in FILES) <= 15_000_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_opens_and_is_licensed(path):
    assert open_face(path).hb_face.glyph_count > 10
    licence = (path.parent / "OFL.txt").read_text(encoding="utf-8")
    with TTFont(path, lazy=True) as font:
        holder = font["name"].getDebugName(0)
    assert holder in licence
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "with Reserved Font Name" not in licence


def test_the_list_names_each_file_and_no_other():
    listed = re.findall(r"^\| `([^`]+)`", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(path.relative_to(FOLDER).as_posix() for path in FILES)


@pytest.mark.parametrize(
    ("name", "characters"),
    [
        ("archivo/Archivo.ttf", "AzßÆŁğőşțẾệ€“”…—№"),
        ("newsreader/Newsreader.ttf", "AzßÆŁğőşțẾệ€“”…—"),
        ("noto/NotoSans.ttf", "ΆωЖѣїɔŋ"),
        ("noto-cjk/NotoSansCJK.otf", "亜熙凜々〆ヶ汉这漢這한국「」、。！ａ①㈱"),
        ("noto-cjk/NotoSerifCJK.otf", "亜腕あンー「」、。"),
    ],
)
def test_what_they_must_have(name, characters):
    face = open_face(FOLDER / name)
    assert [char for char in characters if not face.has(char)] == []


def test_the_cjk_font_has_what_newspapers_print():
    face = open_face(FOLDER / "noto-cjk/NotoSansCJK.otf")
    for codec, rows in (("euc_jp", range(0xB0, 0xF5)), ("gb2312", range(0xB0, 0xF8))):
        text = "".join(
            bytes((row, cell)).decode(codec, "ignore") for row in rows for cell in range(0xA1, 0xFF)
        )
        assert [char for char in text if not face.has(char)] == []
