from __future__ import annotations

import html as entities
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.model import Link
from sharekit.text import hashtags
from sharekit.text.markup import html, little, markdown

NASTY = '<b>&amp; "x" *y* _z_ ~s~ `c` [t](u) {x} | @all #tag_x \\ (p)'


def link(text: str, shown: str, url: str) -> Link:
    start = text.index(shown)
    return Link(start=start, end=start + len(shown), url=url)


@given(st.text())
def test_html_arrives_literally(text) -> None:
    assert entities.unescape(html(text)) == text
    assert not re.search(r"[<>]", html(text))


def test_html_links_and_line_breaks() -> None:
    text = 'See a.example & "b"\nend'
    shown = html(text, [link(text, "a.example", 'https://a.example/?a="1"&b=2')], line_break="<br>")
    assert shown == (
        'See <a href="https://a.example/?a=&quot;1&quot;&amp;b=2">a.example</a>'
        " &amp; &quot;b&quot;<br>end"
    )


@given(st.text())
def test_little_escapes_all_that_is_reserved(text) -> None:
    written = little(text)
    assert re.sub(r"\\([\\|{}@\[\]()<>#*_~])", r"\1", written) == text
    assert not re.search(r"[|{}@\[\]()<>#*_~]", re.sub(r"\\.", "", written, flags=re.DOTALL))


def test_little_keeps_hashtags() -> None:
    text = "Otters (all) #Otter_News & @me https://a.example/x_y"
    assert little(text, hashtags.find(text)) == (
        r"Otters \(all\) {hashtag|\#|Otter\_News} & \@me https://a.example/x\_y"
    )


@given(st.text())
def test_markdown_escapes_can_be_taken_back(text) -> None:
    assert re.sub(r"\\([\\*_~`|<>\[\]()#.+:-])", r"\1", markdown(text)) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (NASTY, r'\<b\>&amp; "x" \*y\* \_z\_ \~s\~ \`c\` \[t\]\(u\) {x} \| @all \#tag\_x \\ \(p\)'),
        ("- a\n+ b\n1. c\n2.5 d-e", "\\- a\n\\+ b\n1\\. c\n2.5 d-e"),
        ("# not a heading", "\\# not a heading"),
        ("a\n  - b\n\t+ c\n-# d", "a\n  \\- b\n\t\\+ c\n-\\# d"),
        ("so :otter: at 10:30:45, +1:", "so \\:otter: at 10:30:45, +1:"),
        (
            "<t:1700000000:R> <:otter:1> <id:guide>",
            r"\<t:1700000000:R\> \<\:otter:1\> \<id:guide\>",
        ),
    ],
)
def test_markdown(text, written) -> None:
    assert markdown(text) == written


def test_markdown_links() -> None:
    text = "See https://a.example/x_y or here"
    links = [
        link(text, "https://a.example/x_y", "https://a.example/x_y"),
        link(text, "here", "https://b.example/(x) y"),
    ]
    assert markdown(text, links) == (
        "See https://a.example/x_y or [here](https://b.example/%28x%29%20y)"
    )
