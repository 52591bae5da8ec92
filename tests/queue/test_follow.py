"""What is new in a source, what was edited, what is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.queue.follow import Known, canonical, decide
from sharekit.testing import sample_post

SINCE = datetime(2026, 11, 1, tzinfo=UTC)


def post(name, **new):
    new.setdefault("published", SINCE + timedelta(days=1))
    return sample_post(id=name, url=f"https://x.example/{name}", **new)


def after(posts, since=SINCE):
    """What is known after a look that showed *posts*."""
    steps = decide(posts, Known())
    return Known(since=since, posts={step.seen.post: step.seen for step in steps})


def kinds(steps):
    return {step.seen.post: step.kind for step in steps}


def test_the_first_look_only_remembers():
    assert kinds(decide([post("a"), post("b")], Known())) == {"a": "old", "b": "old"}


def test_new_edited_same_and_gone():
    known = after([post("a"), post("b"), post("c")])
    steps = decide([post("a"), post("b", title="Another"), post("d")], known, complete=True)
    assert kinds(steps) == {"a": "same", "b": "edited", "d": "new", "c": "gone"}


def test_an_id_that_changed_is_known_by_its_page():
    known = after([post("a")])
    (step,) = decide([replace(post("a"), id="tag:new-system,2026:77")], known)
    assert (step.kind, step.post.id) == ("same", "a")
    moved = replace(
        post("a", title="New"), id="77", url="http://www.x.example/a/?utm_source=rss#top"
    )
    (step,) = decide([moved], known)
    assert (step.kind, step.post.id) == ("edited", "a")


def test_an_address_that_changed_is_known_by_its_id():
    (step,) = decide([replace(post("a"), url="https://y.example/new")], after([post("a")]))
    assert (step.kind, step.post.id) == ("edited", "a")


def test_an_old_post_that_shows_up_is_not_news():
    old = post("old", published=SINCE - timedelta(days=400))
    assert kinds(decide([post("a"), old], after([post("a")])))["old"] == "old"


def test_the_same_post_twice_in_one_reading_counts_once():
    twice = [post("b"), replace(post("b"), id="other")]
    assert kinds(decide(twice, after([post("a")]))) == {"b": "new"}


def test_what_moved_off_the_end_of_a_feed_is_not_gone():
    known = after([post("old", published=SINCE), post("new", published=SINCE + timedelta(days=9))])
    shown = [post("mid", published=SINCE + timedelta(days=5))]
    assert kinds(decide(shown, known)) == {"mid": "new", "new": "gone"}


def test_a_source_that_shows_nothing_is_broken_rather_than_empty():
    assert decide([], after([post("a")]), complete=True) == []


def test_a_draft_is_new_when_it_is_finished_whatever_its_date():
    old = SINCE - timedelta(days=30)
    known = after([post("a"), post("d", draft=True, published=old)])
    assert kinds(decide([post("a"), post("d", draft=True, published=old)], known))["d"] == "old"
    assert kinds(decide([post("a"), post("d", published=old)], known))["d"] == "new"


def test_a_post_that_became_a_draft_again_is_gone():
    (step,) = decide([post("a", draft=True)], after([post("a")]))
    assert (step.kind, step.post) == ("gone", None)


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/a", "http://x.example/a/", "https://www.x.example/a#part",
        "https://x.example:443/a?utm_campaign=b&fbclid=1", " https://X.example/a ",
    ],
)  # fmt: skip
def test_one_page_has_one_name(url):
    assert canonical(url) == "x.example/a"


@pytest.mark.parametrize(
    "url", ["https://x.example/a?id=2", "https://x.example/b", "https://y.example/a"]
)
def test_other_pages_have_others(url):
    assert canonical(url) not in (None, canonical("https://x.example/a"))


posts = st.lists(
    st.builds(
        post,
        st.sampled_from("abcdef"),
        title=st.sampled_from(["One", "Two"]),
        draft=st.booleans(),
        published=st.sampled_from([SINCE - timedelta(days=5), SINCE + timedelta(days=5)]),
    ),
    max_size=8,
)


@given(st.lists(posts, min_size=2, max_size=8), st.booleans())
def test_however_a_source_behaves_a_post_is_new_once_unless_it_was_a_draft(looks, complete):
    known, new = Known(), []
    for shown in looks:
        steps = decide(shown, known, complete=complete)
        assert len({step.seen.post for step in steps}) == len(steps)
        new += [step.seen.post for step in steps if step.kind == "new"]
        drafts = {step.seen.post for step in steps if step.seen.digest == "draft"}
        new = [name for name in new if name not in drafts]
        seen = {**(known.posts or {}), **{step.seen.post: step.seen for step in steps}}
        known = Known(since=known.since or SINCE, posts=seen)
    assert len(new) == len(set(new))
