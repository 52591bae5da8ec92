from __future__ import annotations

import pytest
import regex

from sharekit.typeset import words
from sharekit.typeset.breaks import ALLOWED, FAIR, PREFERRED, break_ranks


def split(text, language="", rank=ALLOWED):
    ranks = break_ranks(text, [cluster.start() for cluster in regex.finditer(r"\X", text)])
    words.add_words(text, ranks)
    words.add_phrases(text, ranks, language)
    ends = [at for at in range(1, len(text) + 1) if ranks[at] >= rank]
    return [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]


@pytest.fixture(params=["icu", "budoux"])
def dictionary(request, monkeypatch):
    if request.param == "budoux":
        monkeypatch.setattr(words, "has_icu", lambda: False)
    elif not words.has_icu():
        pytest.skip("icu4py is not installed")


def test_thai_compounds_stay_together(dictionary):
    assert split("หกเดือนหลังคำพิพากษา") == ["หก", "เดือน", "หลัง", "คำพิพากษา"]
    found = split("ชีวิตของผู้เช่าในสิบเอ็ดเมือง")
    assert {"ผู้เช่า", "สิบเอ็ด", "เมือง"} <= set(found)
    assert "กรุงเทพมหานคร" in "|".join(split("ทั่วกรุงเทพมหานคร")).split("|")
    assert split("เล็กๆและอย่างไร")[-1] == "อย่างไร"


def test_thai_between_other_scripts(dictionary):
    assert split("Python 3.15 สำหรับเด็ก")[:2] == ["Python ", "3.15 "]


@pytest.mark.parametrize("text", ["ຫໍສະໝຸດກັບຄືນ", "បណ្ណាល័យត្រឡប់", "စာကြည့်တိုက်သို့"], ids=["lo", "km", "my"])
def test_without_a_dictionary_words_stay_whole(text, monkeypatch):
    monkeypatch.setattr(words, "has_icu", lambda: False)
    assert split(text) == [text]


def test_with_icu_lao_khmer_and_burmese_have_words():
    if not words.has_icu():
        pytest.skip("icu4py is not installed")
    assert len(split("ຫໍສະໝຸດກັບຄືນສູ່ໝູ່ບ້ານ")) > 2
    assert len(split("បណ្ណាល័យចល័តត្រឡប់មកភូមិវិញ")) > 2
    assert len(split("ရွေ့လျားစာကြည့်တိုက်")) > 1


def test_japanese_phrases():
    phrases = split("判決から半年、十一の都市で", "ja", PREFERRED)
    assert phrases == ["判決から", "半年、", "十一の", "都市で"]


def test_hiragana_ends_are_fair():
    assert split("新機能まとめ版", "ja", FAIR) == ["新機能まとめ", "版"]


def test_full_width_punctuation_ends_a_phrase():
    assert "返却：" in split("直線・返却：日本の字形", "ja", PREFERRED)[0]


def test_chinese_phrases_by_region():
    assert split("重建整个发布系统", "zh-Hans", PREFERRED)[0] == "重建"
    assert split("重建整個發佈系統", "zh-Hant", PREFERRED)[0] == "重建"
    assert split("重建整个发布系统", "en", PREFERRED) == ["重建整个发布系统"]
