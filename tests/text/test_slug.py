from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.text.slug import slugify


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Immigrants' Rights & Größe — Łódź", "immigrants-rights-and-grosse-lodz"),
        ("Don’t panic!", "dont-panic"),
        ("../../etc/passwd", "etc-passwd"),
        ("Crème brûlée ½", "creme-brulee-1-2"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full-width"),
        ("東京", "post"),
        ("", "post"),
        ("İstanbul", "istanbul"),
        ("Ærøskøbing", "aeroskobing"),
    ],
)
def test_slugs(text, slug) -> None:
    assert slugify(text) == slug


def test_a_long_slug_ends_with_a_word() -> None:
    slug = slugify("otters are back " * 20)
    assert len(slug) <= 100
    assert slug.endswith(("otters", "are", "back"))
    assert slugify("a" * 300) == "a" * 100


@given(st.text())
def test_always_safe(text) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", slugify(text))
    assert len(slugify(text)) <= 100
