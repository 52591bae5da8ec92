"""The meta block in a page: between its markers, once, and nothing else touched."""

from __future__ import annotations

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sharekit.app.meta import BEGIN, END, _put, put
from sharekit.errors import UserError

BLOCK = f'{BEGIN}\n<meta property="og:title" content="A \\1 &quot;b&quot; \\g&lt;0&gt;">\n{END}'


@pytest.fixture
def page(tmp_path):
    return tmp_path / "page.html"


def test_goes_to_the_end_of_the_head_and_then_stays_in_its_place(page):
    page.write_text("<head><title>x</title></HEAD ><body></head></body>", "utf-8")
    assert put(page, BLOCK)
    once = page.read_text("utf-8")
    assert once == f"<head><title>x</title>{BLOCK}\n</HEAD ><body></head></body>"
    assert not put(page, BLOCK)
    assert page.read_text("utf-8") == once
    assert put(page, f"{BEGIN}\nnew\n{END}")
    assert page.read_text("utf-8") == once.replace(BLOCK, f"{BEGIN}\nnew\n{END}")


@pytest.mark.parametrize(
    ("text", "said", "line"),
    [
        ("<p>words</p>", "no </head> and no markers", None),
        (f"<head>\n{BEGIN}\n</head>", "without <!-- /sharekit:meta -->", 2),
        (f"<head>\n\n{END}\n</head>", "without <!-- sharekit:meta -->", 3),
        (f"{BEGIN}{END}\n{BEGIN}{END}</head>", "2 times", 2),
        (f"{BEGIN}\n{BEGIN}\n{END}</head>", "2 times", 2),
        (f"{BEGIN}\n{END}\n{END}</head>", "2 times", 3),
        (f"{END}\n{BEGIN}</head>", "stands before", 1),
        ("<!-- </head> -->", "no </head>", None),
        ("<script>'</head>'", "no </head>", None),
    ],
)
def test_a_page_without_one_place_for_it_is_left_as_it_was(page, text, said, line):
    page.write_text(text, "utf-8")
    with pytest.raises(UserError, match=said) as caught:
        put(page, BLOCK)
    problem = caught.value.problems[0]
    assert problem.where == (f"{page}:{line}" if line else str(page))
    assert problem.hint
    assert page.read_text("utf-8") == text
    assert [path.name for path in page.parent.iterdir()] == ["page.html"]


def test_comments_and_scripts_may_speak_of_the_head(page):
    before = "<head><!-- </head> --><script>let a = '</head>'</script><style>/*</head>*/</style>"
    page.write_text(f"{before}</head>")
    put(page, BLOCK)
    assert page.read_text() == f"{before}{BLOCK}\n</head>"


def test_line_ends_and_marks_at_the_start_stay(page):
    page.write_bytes(b"\xef\xbb\xbf<head>\r\n<title>x</title>\r\n</head>\r\n")
    put(page, f"{BEGIN}\n<meta>\n{END}")
    assert page.read_bytes() == (
        b"\xef\xbb\xbf<head>\r\n<title>x</title>\r\n"
        b"<!-- sharekit:meta -->\r\n<meta>\r\n<!-- /sharekit:meta -->\r\n</head>\r\n"
    )
    assert not put(page, f"{BEGIN}\n<meta>\n{END}")


def test_a_page_that_is_not_utf_8_stays_so(page):
    page.write_bytes("<head><title>Gru\xdf</title></head>".encode("latin-1"))
    put(page, f"{BEGIN}\n<meta content='\xdf 川'>\n{END}")
    text = page.read_bytes().decode("latin-1")
    assert text == (
        f"<head><title>Gru\xdf</title>{BEGIN}\n<meta content='&#223; &#24029;'>\n{END}\n</head>"
    )


def test_a_link_and_the_rights_of_a_file_stay(page, tmp_path):
    page.write_text("<head></head>")
    page.chmod(0o640)
    link = tmp_path / "link.html"
    link.symlink_to(page)
    put(link, BLOCK)
    assert link.is_symlink()
    assert BLOCK in page.read_text()
    assert page.stat().st_mode & 0o777 == 0o640


def test_a_write_that_fails_leaves_the_page_whole(page, monkeypatch):
    page.write_text("<head></head>")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="No space left") as caught:
        put(page, BLOCK)
    assert caught.value.problems[0].where == str(page)
    assert page.read_text() == "<head></head>"
    assert [path.name for path in page.parent.iterdir()] == ["page.html"]


PIECES = st.sampled_from(
    [b"<head>", b"</head>", b"<!--", b"-->", b"<script>", b"</script>", b"\r\n", b"\n", b"x",
     b"\xff", BEGIN.encode(), END.encode()]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map(b"".join))
@example((END + BEGIN).encode())
@example((BEGIN + END).encode())
def test_twice_is_once_and_the_rest_of_the_page_stays(text):
    try:
        once = _put(text, f"{BEGIN}new{END}", "page")
    except UserError:
        return
    block = f"{BEGIN}new{END}".encode()
    before, found, after = once.partition(block)
    assert found
    assert text.startswith(before)
    assert text.endswith(after.lstrip(b"\r\n"))
    assert _put(once, f"{BEGIN}new{END}", "page") == once
