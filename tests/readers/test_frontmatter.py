from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.errors import ReadError
from sharekit.readers import _fences
from sharekit.readers._markdown import plain, split_heading
from sharekit.readers.frontmatter import FrontMatter


@pytest.fixture
def read(tmp_path, offline):
    """Writes files and reads their folder."""

    def run(files, **settings):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        return list(FrontMatter(source=str(tmp_path), **settings).read(offline))

    return run


def post(**fields):
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in fields.items()) + "---\nWords.\n"


def test_a_new_file_of_the_same_name_does_not_change_an_old_posts_id(read):
    old = {"2024/notes.md": post(title="Old", date="2024-01-01")}
    (before,) = read(old)
    after = read({**old, "2023/notes.md": post(title="New", date="2025-01-01")})
    assert {p.title: p.id for p in after} == {"Old": before.id, "New": "2023-notes"}


@pytest.mark.parametrize(
    ("said", "draft", "why"),
    [
        ({"draft": "true"}, True, "draft"),
        ({"draft": "false"}, False, None),
        ({"published": "false"}, True, "unpublished"),
        ({"published": "2026-01-01"}, False, None),
        ({"date": "2999-01-01"}, True, "future"),
        ({"expiryDate": "2020-01-01"}, True, "expired"),
        ({"expiryDate": "2999-01-01"}, False, None),
        ({"status": "private"}, True, "private"),
        ({"status": "seedling"}, False, None),
    ],
)
def test_says_whether_a_post_is_to_be_seen_and_why_not(read, said, draft, why):
    (found,) = read({"a.md": post(title="A", **said)})
    assert (found.draft, found.extra.get("status") if draft else None) == (draft, why)


def test_the_settings_address_counts_unless_the_sites_config_is_more_exact(read):
    files = {
        "_config.yml": "url: https://a.example\nbaseurl: /b\n",
        "_posts/2026-01-01-x.md": post(),
    }
    (own,) = read(files)
    (same,) = read(files, site_url="https://a.example")
    (other,) = read(files, site_url="https://c.example")
    assert own.url == same.url == "https://a.example/b/2026/01/01/x.html"
    assert other.url == "https://c.example/2026/01/01/x.html"


def test_a_picture_outside_the_site_is_refused_with_the_posts_place(read, tmp_path, offline):
    (tmp_path.parent / "secret.png").write_bytes(b"x")
    (tmp_path / ".git").mkdir()
    (found,) = read({"posts/a.md": post(title="A", image="../../secret.png")})
    assert found.image is None
    (problem,) = offline.problems
    assert "outside the site's folder" in problem.message
    assert problem.where == f"{tmp_path / 'posts' / 'a.md'}:2"


def test_a_link_to_a_picture_outside_the_site_is_no_way_around(read, tmp_path):
    (tmp_path.parent / "secret.png").write_bytes(b"x")
    (tmp_path / ".git").mkdir()
    (tmp_path / "link.png").symlink_to(tmp_path.parent / "secret.png")
    (found,) = read({"a.md": post(title="A", image="link.png")})
    assert found.image is None


def test_an_own_field_with_the_words_for_social_networks(read):
    (found,) = read({"a.md": post(title="A", toot='"Say this"')}, social_text="toot")
    assert found.social == {"*": "Say this"}


def test_sharekits_own_config_is_not_taken_for_hugos(read):
    (found,) = read(
        {"config.yaml": "sharekit: 1\nsite: {url: https://x.example}\n", "a.md": post()}
    )
    assert found.url is None


def test_a_folder_without_posts_says_so(read):
    with pytest.raises(ReadError, match="no post in this folder"):
        read({"a.bin": "x"})


def test_a_broken_site_config_is_named_with_its_place(read):
    with pytest.raises(ReadError, match=r"_config\.yml:2:1"):
        read({"_config.yml": "url: x\nbroken\ntitle: y\n", "_posts/2026-01-01-x.md": post()})


@given(st.text())
def test_whatever_a_file_holds_it_is_divided_or_refused(text):
    try:
        where = _fences.split(text, "a.md").where()
    except ReadError as error:
        where = str(error)
    assert where.startswith("a.md:")


@given(st.text(alphabet=st.sampled_from("ab *_`[]()!<>#-|~={}\\&;:\n\"'/1.^")))
def test_whatever_markdown_is_given_text_comes_out(text):
    found = plain(text)
    assert found == found.strip()
    assert "\n\n\n" not in found
    split_heading(text)


@given(st.lists(st.from_regex(r"[A-Za-z0-9éß東]+", fullmatch=True), min_size=1))
def test_no_word_is_lost(words):
    assert plain(" ".join(words)).split() == words


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**bold** _it_ __b__ ***both*** ~~no~~ ==mark==", "bold it b both no mark"),
        ("snake_case and 2 * 3 * 4 and a\\*b", "snake_case and 2 * 3 * 4 and a*b"),
        ("`*args` and ``a ` b``", "*args and a ` b"),
        (
            "[a](http://x.example/y_(z) 'title') ![img](x.png) [b][ref] [ref]\n\n[ref]: /x",
            "a b ref",
        ),
        ("[![badge](b.svg)](https://x.example) text[^1]\n\n[^1]: Note", "text"),
        ("# Title {#id}\n\ntext\n\nSub\n---\nmore", "Title\n\ntext\n\nSub\n\nmore"),
        ("- one\n- two\n  goes on\n\n1. three", "one\ntwo goes on\nthree"),
        ("> [!NOTE]\n> quoted\n> words", "quoted words"),
        ("| a | b |\n|---|:-:|\n| c | d |", "a b\nc d"),
        ("```js\nlet a = **b**;\n```\nafter", "let a = **b**;\n\nafter"),
        ('{{< youtube id="x" >}}a {% include b %}c {{ site.d }}', "a c"),
        ("a<!-- more -->b<br>c <b>d</b> &amp; e", "ab c d & e"),
        ("<div><p>One</p><p>Two</p><ul><li>a</li><li>b</li></ul></div>", "One\n\nTwo\n\na\nb"),
        ("import A from './a'\n\n<A b={1} />\n\n:::tip Hint\nbody\n:::", "Hint\n\nbody"),
        ("一行目です。\n二行目です。", "一行目です。二行目です。"),
        ("하나\n둘", "하나 둘"),
    ],
)
def test_markdown_becomes_its_words(markdown, text):
    assert plain(markdown) == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# One *two*\n\nrest", "One two"),
        ("\n<!-- c -->\n![badge](x)\n\nOne\n===\nrest", "One"),
        ("import X from 'y'\n\n# One {#x}\n", "One"),
        ("Words first.\n\n# Later\n", None),
        ("## Second level\n", None),
        ("", None),
    ],
)
def test_a_title_is_a_heading_that_comes_before_all_words(text, title):
    found = split_heading(text)
    assert (found[0] if found else None) == title


def test_a_posts_own_address_counts_before_the_pattern(tmp_path, offline):
    (tmp_path / "a.md").write_text("---\ntitle: A\nurl: /own/\ndate: 2026-01-02\n---\nx\n")
    (tmp_path / "b.md").write_text("---\ntitle: B\ndate: 2026-01-02\n---\nx\n")
    settings = {"permalink": "/blog/:year/:slug/", "site_url": "https://otters.example"}
    found = list(FrontMatter(source=str(tmp_path), **settings).read(offline))
    assert [post.url for post in found] == [
        "https://otters.example/own/",
        "https://otters.example/blog/2026/b/",
    ]
