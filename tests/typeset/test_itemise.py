from __future__ import annotations

import pytest

from sharekit.typeset import lay_out
from sharekit.typeset.itemise import is_emoji


def faces(block):
    """What each face draws, in the order of the text."""
    pieces = sorted((piece.start, piece) for line in block.lines for piece in line.pieces)
    return [(piece.text, piece.face.path.stem) for _, piece in pieces]


def block(style, text, voice="sans", **more):
    return lay_out(text, 2000, 200, style(voice, least=48, largest=48, lines=1, **more))


@pytest.mark.parametrize(
    ("text", "face"),
    [
        ("Tïtle", "Archivo"),
        ("Tiếng Việt", "Archivo"),
        ("Ελλάδα", "NotoSans"),
        ("Москва", "NotoSans"),
        ("كتاب", "NotoSansArabic"),
        ("ספר", "NotoSansHebrew"),
        ("हिन्दी", "NotoSansDevanagari"),
        ("ไทย", "NotoSansThai"),
        ("日本語", "NotoSansCJK"),
        ("한국어", "NotoSansCJK"),
    ],
)
def test_a_face_for_each_script(style, text, face):
    assert faces(block(style, text)) == [(text, face)]


@pytest.mark.parametrize(
    ("text", "face"),
    [
        ("Title", "Newsreader"),
        ("Ελλάδα", "NotoSerif"),
        ("كتاب", "NotoNaskhArabic"),
        ("ไทย", "NotoSerifThai"),
        ("ספר", "NotoSerifHebrew"),
        ("ニュース", "NotoSerifCJK"),
        ("हिन्दी", "NotoSansDevanagari"),
    ],
)
def test_serif_faces_stand_behind_the_serif_voice(style, text, face):
    assert faces(block(style, text, "serif")) == [(text, face)]


def test_a_rare_kanji_takes_the_whole_title_to_gothic(style):
    assert {face for _, face in faces(block(style, "憂鬱な日", "serif"))} == {"NotoSansCJK"}


def test_chinese_is_not_set_in_japanese_forms(style):
    found = faces(block(style, "日本，中国", "serif", language="zh-Hans"))
    assert {face for _, face in found} == {"NotoSansCJK"}


def test_a_word_comes_from_one_face(style):
    found = faces(block(style, "Good Akɔntaa day"))
    assert found == [("Good ", "Archivo"), ("Akɔntaa ", "NotoSans"), ("day", "Archivo")]


def test_punctuation_follows_the_script_digits_the_voice(style):
    assert faces(block(style, "كتاب، 12")) == [("كتاب، ", "NotoSansArabic"), ("12", "Archivo")]
    assert faces(block(style, "第3回。")) == [
        ("第", "NotoSansCJK"),
        ("3", "Archivo"),
        ("回。", "NotoSansCJK"),
    ]


@pytest.mark.parametrize(
    ("language", "face"), [("zh-Hans", "NotoSansCJK"), ("ja", "NotoSansCJK"), ("ko", "Archivo")]
)
def test_quotes_are_wide_in_chinese_and_japanese_only(style, language, face):
    text = "다“다”" if language == "ko" else "中“中”"
    assert ("“", face) in [
        (char, name) for part, name in faces(block(style, text, language=language)) for char in part
    ]


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [
        ("🚀", True),
        ("👩\u200d💻", True),
        ("🇫🇷", True),
        ("👍🏽", True),
        ("1\ufe0f\u20e3", True),
        ("1", False),
        ("❤\ufe0f", True),
        ("❤", False),
        ("❤\ufe0e", False),
        ("☝🏽", True),
        ("©", False),
        ("a", False),
    ],
)
def test_what_is_an_emoji(cluster, expected):
    assert is_emoji(cluster) is expected


@pytest.mark.parametrize(
    "emoji",
    ["👩\u200d🚒", "👨\u200d👩\u200d👧", "🏳\ufe0f\u200d🌈", "🇵🇹", "👋🏾", "1\ufe0f\u20e3",
     "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"],
    ids=["zwj", "family", "rainbow", "flag", "tone", "keycap", "tags"],
)  # fmt: skip
def test_a_sequence_is_one_picture(style, emoji):
    found = block(style, f"a {emoji} b")
    (piece,) = [piece for line in found.lines for piece in line.pieces if piece.emoji]
    inked = [glyph for glyph in piece.glyphs if piece.face.extents(glyph)]
    assert len(inked) == 1
    assert not found.missing


def test_an_unknown_sequence_is_its_parts(style):
    found = block(style, "🚀\u200d🍕")
    pictures = [
        glyph for line in found.lines for piece in line.pieces if piece.emoji
        for glyph in piece.glyphs if piece.face.extents(glyph)
    ]  # fmt: skip
    assert len(pictures) == 2
    assert not found.missing


def test_what_no_font_has_is_reported(style):
    found = block(style, "a 𒀀 b \ue123 c")
    assert [(item.char, item.script) for item in found.missing] == [
        ("𒀀", "Xsux"),
        ("\ue123", "Zzzz"),
    ]
    assert found.missing[0].package == "fonts-noto-core"


def test_a_mark_that_no_font_has_is_reported(style):
    found = block(style, "a\U0001d167 b")  # a musical combining stem
    assert [item.char for item in found.missing] == ["\U0001d167"]


def test_missing_characters_of_what_was_cut_off_are_reported_too(style):
    found = lay_out("word " * 10 + "𒀀", 300, 60, style(lines=1))
    assert found.truncated
    assert [item.char for item in found.missing] == ["𒀀"]
