"""The meta block in a page: between its markers, once, and nothing else touched."""

from __future__ import annotations

import pytest

from sharekit.app.meta import BEGIN, END, put
from sharekit.errors import UserError

BLOCK = f'{BEGIN}\n<meta property="og:title" content="A \\1 &quot;b&quot; \\g&lt;0&gt;">\n{END}'


def test_goes_to_the_end_of_the_head_and_then_stays_in_its_place(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<head><title>x</title></HEAD ><body></head></body>", "utf-8")
    put(page, BLOCK)
    once = page.read_text("utf-8")
    assert once == f"<head><title>x</title>{BLOCK}\n</HEAD ><body></head></body>"
    put(page, BLOCK)
    assert page.read_text("utf-8") == once
    put(page, f"{BEGIN}\nnew\n{END}")
    assert page.read_text("utf-8") == once.replace(BLOCK, f"{BEGIN}\nnew\n{END}")


def test_a_page_without_a_place_for_it_is_left_as_it_was(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<p>words</p>", "utf-8")
    with pytest.raises(UserError, match=r"no <head> and no markers") as caught:
        put(page, BLOCK)
    assert caught.value.problems[0].where == str(page)
    assert page.read_text("utf-8") == "<p>words</p>"
