from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sharekit.errors import ConfigError, ReadError
from sharekit.model import Asset, Post
from sharekit.readers import supplement
from sharekit.web import Session

ZONE = ZoneInfo("America/Los_Angeles")
POSTS = [
    Post(
        id="2018-03-08-1145",
        published=datetime(2018, 3, 8, 11, 45, tzinfo=ZONE),
        image=Asset(alt="A sign"),
        tags=("one",),
    ),
    Post(id="2018-03-08-1045", published=datetime(2018, 3, 8, 10, 45, tzinfo=ZONE)),
    Post(id="other", published=datetime(2018, 3, 9, tzinfo=UTC), social={"*": "all"}),
]


@pytest.fixture
def apply(tmp_path):
    def run(text):
        file = tmp_path / "supplement.yaml"
        file.write_text(text, encoding="utf-8")
        web = Session(offline=True)
        return list(supplement.apply(POSTS, file, web)), web.problems

    return run


def test_gives_posts_what_they_lack_and_leaves_the_rest(apply, tmp_path):
    (tmp_path / "sign.png").write_bytes(b"x")
    (first, second, third), problems = apply("""
- date: 2018-03-08 11:45
  title: no
  url: https://example.org/a
  image: {src: sign.png, focus: [0.3, 0.6]}
  authors: Ann
- id: other
  image: https://cdn.example/x.png
  social: {x: "only there"}
  published: 2018-03-10 09:00
- order: 2
  title: The second
  language: de
""")
    assert not problems
    assert (first.title, first.url, first.authors) == ("no", "https://example.org/a", ("Ann",))
    assert first.image == Asset(src=str(tmp_path / "sign.png"), alt="A sign", focus=(0.3, 0.6))
    assert first.tags == ("one",)
    assert first.published == POSTS[0].published
    assert (second.title, second.language, second.image) == ("The second", "de", None)
    assert third.image == Asset(src="https://cdn.example/x.png")
    assert third.social == {"*": "all", "x": "only there"}
    assert third.published == datetime(2018, 3, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "date", ["2018-03-08T11:45", "March 8, 2018 11:45 am", "2018-03-08 19:45:00 +0000"]
)
def test_dates_are_local_unless_they_name_an_offset(apply, date):
    (first, *_), problems = apply(f"- date: {date}\n  title: Yes\n")
    assert not problems
    assert first.title == "Yes"


def test_a_day_is_enough_where_it_has_one_post(apply):
    (*_, third), problems = apply("- date: 2018-03-09\n  title: Yes\n")
    assert not problems
    assert third.title == "Yes"


def test_entries_that_fit_no_post_or_several_are_named_and_the_rest_applied(apply):
    posts, problems = apply("""- order: 1
  title: First
- date: 2018-03-08 11:45
  title: Again
- date: 2018-03-08
  title: Which
- id: nobody
- order: 9
- id: other
  image: nowhere.png
""")
    assert posts[0].title == "First"
    assert [(p.where.rpartition("/")[2], p.code) for p in problems] == [
        ("supplement.yaml:3:9", "supplement-twice"),
        ("supplement.yaml:5:9", "supplement-unmatched"),
        ("supplement.yaml:7:7", "supplement-unmatched"),
        ("supplement.yaml:8:10", "supplement-unmatched"),
        ("supplement.yaml:10:10", "supplement-image"),
    ]
    assert "in line 1" in problems[0].message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- date: 2018-03-08\n  titel: x\n", "Did you mean 'title'?"),
        ("- title: x\n", "does not say which post"),
        ("- id: a\n  order: 1\n", "picks its post twice"),
        ("- id: a\n  image: {src: x, focus: [3, 1]}\n", "from 0"),
        ("posts:\n  - id: a\n", "must be a list"),
        ("- just text\n", "must have keys"),
        ("- id: a\n  title: b: c\n", "second ': '"),
        ("- id: a\n  id: b\n", "a second time"),
    ],
)
def test_a_wrong_file_is_refused_whole_with_every_place(apply, text, said):
    with pytest.raises(ConfigError) as caught:
        apply(text)
    assert said in str(caught.value)
    assert "supplement.yaml:" in str(caught.value)


def test_an_empty_file_says_nothing(apply):
    posts, problems = apply("")
    assert (posts, problems) == (POSTS, [])


def test_without_a_session_problems_are_raised_after_the_posts(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text("- order: 1\n  title: First\n- order: 9\n")
    posts = supplement.apply(POSTS, file)
    assert [next(posts).title, next(posts).title, next(posts).title] == ["First", None, None]
    with pytest.raises(ReadError, match="no post has the order 9"):
        next(posts)
