from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import yaml

from sharekit.app import (
    App,
    editing,
    frontmatter,
    overrides,
    planning,
    scheduling,
    workshop,
)
from sharekit.errors import UserError
from sharekit.model import Asset, Post, Receipt

ROOT = Path(__file__).resolve().parents[2]

CONFIG = """\
sharekit: 1
site: {{name: Withy, url: https://withy.example, timezone: Europe/Berlin}}
theme:
  use: press   # the look
  # accent: "#14807C"
sources:
  posts: {{reader: frontmatter, path: posts}}
channels:
  outbox:bluesky: {{like: bluesky}}
  outbox:mastodon: {{like: mastodon}}
{more}
"""

POST = """\
---
title: The meadow     # as the sign says
date: 2026-06-09
url: /meadow/
image: meadow.jpg
image_alt: Grass
social:
  mastodon: For Mastodon
---
It floods.
"""


@pytest.fixture
def site(tmp_path):
    def made(more: str = "") -> App:
        (tmp_path / "posts").mkdir(exist_ok=True)
        (tmp_path / "config.yaml").write_text(CONFIG.format(more=more))
        (tmp_path / "posts/meadow.md").write_text(POST)
        shutil.copy(ROOT / "assets/photos/meadow.jpg", tmp_path / "posts/meadow.jpg")
        return App.open(tmp_path)

    return made


def _post(app: App) -> Post:
    (post,) = app.posts().posts
    return post


def _save(app: App, key: str, value: object, **more: object) -> None:
    overrides.save(app.config, _post(app), key, value, **more)


# --- kept and applied


def test_an_edit_is_in_the_message_that_goes_out(site):
    app = site()
    _save(app, "social.*", "Come and see\n\nthe water.")
    _save(app, "alt", "A meadow under water")
    _save(app, "focus", [0.2, 0.7])
    _save(app, "layout", "split")
    _save(app, "attach.bluesky", "image")
    post = _post(app)
    assert post.image == Asset(src=post.image.src, alt="A meadow under water", focus=(0.2, 0.7))
    bluesky, mastodon = (app.message(post, account) for account in app.accounts())
    assert bluesky.text.startswith("Come and see\n\nthe water.")
    assert (bluesky.attach, bluesky.card.layout) == ("image", "split")
    assert mastodon.text.startswith("For Mastodon")


def test_null_takes_away_what_the_post_says(site):
    app = site()
    _save(app, "social.mastodon", None)
    assert "mastodon" not in _post(app).social
    _save(app, "social.mastodon", "Anew")
    assert _post(app).social["mastodon"] == "Anew"


def test_a_channel_is_switched_off_and_on(site):
    app = site()
    _save(app, "off.outbox:mastodon", True)
    assert overrides.value_of(_post(app), "off.outbox:mastodon") is True
    assert [p.off for p in editing.panels(app, _post(app))] == [False, True]
    _save(app, "off.outbox:mastodon", False)
    assert overrides.value_of(_post(app), "off.outbox:mastodon") is False


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "1e3",
        "~",
        "# no comment",
        "a: b",
        "- x",
        "'",
        '"',
        "{{ x }}",
        "tail  \n\nspaces ",
        "🦦",
    ],
)
def test_any_text_comes_back_as_it_was(site, text):
    app = site()
    _save(app, "social.*", text)
    assert _post(app).social["*"] == text


def test_the_file_can_be_read_and_is_written_whole(site, tmp_path):
    app = site()
    _save(app, "social.*", "One\nTwo")
    path = tmp_path / ".sharekit/overrides.yaml"
    assert "social:\n      '*': |-\n        One\n        Two\n" in path.read_text()
    assert list(path.parent.glob("*.tmp*")) == []
    assert yaml.safe_load(path.read_text())["posts"]["meadow"]["social"] == {"*": "One\nTwo"}


# --- conflicts


def test_a_value_that_was_changed_elsewhere_is_not_overwritten(site):
    app = site()
    base = overrides.fingerprint(_post(app), "social.*")
    _save(app, "social.*", "Theirs", base=base)
    with pytest.raises(overrides.Conflict) as caught:
        _save(app, "social.*", "Mine", base=base)
    assert caught.value.current == "Theirs"
    assert _post(app).social["*"] == "Theirs"


def test_a_conflict_names_the_file_that_has_words_of_the_post(site, tmp_path):
    app = site()
    other = POST.replace("The meadow", "The river").replace("/meadow/", "/river/")
    (tmp_path / "posts/river.md").write_text(other)
    river, meadow = sorted(app.posts().posts, key=lambda post: post.url or "", reverse=True)
    overrides.save(app.config, river, "alt", "Water")
    kept = overrides.file_of(app.config)
    later = kept.stat().st_mtime + 60
    os.utime(kept, (later, later))
    for post, path in ((meadow, tmp_path / "posts/meadow.md"), (river, kept)):
        found = overrides.changed_last(app.config, post)
        assert found is not None
        assert found[0] == path


def test_other_values_and_the_same_value_are_no_conflict(site):
    app = site()
    post = _post(app)
    alt, said = (overrides.fingerprint(post, key) for key in ("alt", "social.*"))
    _save(app, "social.*", "Both", base=said)
    _save(app, "social.*", "Both", base=said)
    _save(app, "alt", "Water", base=alt)
    assert _post(app).image.alt == "Water"


# --- a file that is not right stops everything: texts that were corrected must not go out old


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("posts: [", "overrides.yaml:2:1"),
        ("posts: {meadow: [1]}", "an edit is a mapping"),
        ("posts: {meadow: {social: text}}", "'social' is not what can stand here"),
        ("posts: {meadow: {focus: [2, 0]}}", "'focus'"),
        ("posts: {meadow: {attach: {x: everything}}}", "'attach'"),
        ("posts: {meadow: {colour: red}}", "'colour'"),
    ],
)
def test_a_broken_file_is_told_with_its_place(site, tmp_path, text, says):
    app = site()
    (tmp_path / ".sharekit").mkdir(exist_ok=True)
    (tmp_path / ".sharekit/overrides.yaml").write_text(text)
    with pytest.raises(UserError) as caught:
        app.posts()
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [("focus", [2, 0]), ("attach.x", "all"), ("alt", 3), ("size", 1), ("social.*", {"a": 1})],
)
def test_what_cannot_be_meant_is_not_saved(site, tmp_path, key, value):
    app = site()
    with pytest.raises(UserError):
        _save(app, key, value)
    assert not (tmp_path / ".sharekit/overrides.yaml").exists()


# --- in front matter


def test_edits_go_into_front_matter_where_the_config_says_so(site, tmp_path):
    app = site("preview: {save: frontmatter}")
    _save(app, "social.*", "One\nTwo")
    _save(app, "alt", "Water")
    text = (tmp_path / "posts/meadow.md").read_text()
    assert "title: The meadow     # as the sign says\n" in text
    assert text.endswith("---\nIt floods.\n")
    assert yaml.safe_load(text.split("---")[1])["sharekit"] == {
        "social": {"*": "One\nTwo"},
        "alt": "Water",
    }
    assert (_post(app).social["*"], _post(app).image.alt) == ("One\nTwo", "Water")
    assert not (tmp_path / ".sharekit/overrides.yaml").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\na: 1\n---\nx", "---\na: 1\nsharekit:\n  alt: W\n---\nx"),
        ("---\r\na: 1\r\n---\r\nx", "---\r\na: 1\r\nsharekit:\r\n  alt: W\r\n---\r\nx"),
        ("---\nsharekit: {}\nb: 2\n---\n", "---\nsharekit:\n  alt: W\nb: 2\n---\n"),
        (
            "---\nsharekit:\n  alt: old\n  social:\n    x: y\n\n# note\nb: 2\n---\n",
            "---\nsharekit:\n  alt: W\n\n# note\nb: 2\n---\n",
        ),
        ("---\nb: 2\nsharekit:\n  alt: |\n    long\n    er\n---\n", "---\nb: 2\nsharekit:\n  alt: W\n---\n"),
        ("\ufeff---\na: 1\n---\nx", "\ufeff---\na: 1\nsharekit:\n  alt: W\n---\nx"),
    ],
)  # fmt: skip
def test_every_other_byte_stays(tmp_path, before, after):
    path = tmp_path / "p.md"
    path.write_bytes(before.encode())
    assert frontmatter.put(Post(id="p", source=f"{path}:1"), "sharekit", {"alt": "W"}) == path
    assert path.read_bytes() == after.encode()


@pytest.mark.parametrize(
    "text",
    ["+++\na = 1\n+++\n", '{"a": 1}\n', "no front matter", "---\n{a: 1}\n---\n", "---\n- a\n---\n"],
)
def test_what_is_no_block_of_yaml_is_left_alone(tmp_path, text):
    path = tmp_path / "p.md"
    path.write_text(text)
    assert frontmatter.put(Post(id="p", source=str(path)), "sharekit", {"alt": "W"}) is None
    assert path.read_text() == text


# --- counts


def test_a_text_is_counted_with_its_link_and_the_excess_is_placed(site):
    app = site()
    account = app.accounts()[0]
    text = "otters " * 60
    measured = editing.measure(app, _post(app), account, typed={"bluesky": text})
    assert measured.limit == 300
    assert measured.over == measured.length - 300 > 0
    shorter = editing.measure(app, _post(app), account, typed={"bluesky": text[: measured.room]})
    longer = editing.measure(app, _post(app), account, typed={"bluesky": text[: measured.room + 2]})
    assert shorter.over == 0
    assert longer.over > 0
    assert measured.message.text.endswith(shorter.message.text[-20:])


def test_an_editors_layout_comes_before_the_one_the_config_fixes(site):
    app = site("  outbox:fixed: {layout: photo}")
    fixed = app.config.accounts["outbox:fixed"]
    assert app.card(_post(app), fixed).layout == "photo"
    _save(app, "layout", "split")
    post = _post(app)
    assert app.card(post, fixed).layout == "split"
    assert app.message(post, fixed).card.layout == "split"
    assert {p.measured.message.card.layout for p in editing.panels(app, post)} == {"split"}
    _, rows = app.render([post], channels=["outbox:fixed"])
    assert [row.layout for row in rows] == ["split"]
    _, rows = app.render([post], channels=["outbox:fixed"], layout="editorial")
    assert [row.layout for row in rows] == ["editorial"]


# --- planning


def test_what_is_published_is_sent_again_only_for_those_who_ask(site):
    from sharekit.queue.turns import run_due

    class Takes:
        def publish(self, message, web):
            return Receipt(id=message.key, url=f"https://x.example/{message.key}")

    app = site()
    names = ["outbox:bluesky"]
    planning.plan(app, _post(app), names, "now", approve=True)
    run_due(app.queue, lambda c, a: Takes(), app.web)
    (told,) = planning.plan(app, _post(app), names, "2030-01-01 09:00", approve=True)
    assert (told.delivery, told.problem, told.sent.state) == (None, None, "published")
    (second,) = planning.plan(app, _post(app), names, "2030-01-01 09:00", approve=True, again=True)
    assert (second.delivery.state, second.fresh) == ("scheduled", True)
    assert second.delivery.message.key != told.sent.message.key
    (same,) = planning.plan(app, _post(app), names, "2030-01-02 09:00", approve=True, again=True)
    assert (same.delivery.id, same.fresh) == (second.delivery.id, False)
    assert same.delivery.message.key == second.delivery.message.key
    _save(app, "social.*", "Newer words")
    planning.plan(app, _post(app), names, "2030-01-02 09:00", approve=True)
    _save(app, "social.*", None)
    (back,) = planning.plan(app, _post(app), names, "2030-01-02 09:00", approve=True)
    assert planning.is_same(back.delivery.message, told.sent.message)
    assert back.delivery.message.key != told.sent.message.key


def test_planning_again_brings_up_to_date_and_approves(site):
    app = site()
    names = list(app.config.accounts)
    first = planning.plan(app, _post(app), names, "2030-01-01 09:00", approve=False)
    assert [p.delivery.state for p in first] == ["draft", "draft"]
    _save(app, "social.*", "New words")
    second = planning.plan(app, _post(app), names, "2030-01-02 09:00", approve=True)
    assert [p.delivery.id for p in first] == [p.delivery.id for p in second]
    assert [p.delivery.state for p in second] == ["scheduled", "scheduled"]
    assert second[0].delivery.message.text.startswith("New words")
    assert second[0].delivery.wall == "2030-01-02T09:00:00"


def test_an_approval_holds_for_the_words_that_were_seen(site):
    app = site()
    (planned,) = planning.plan(
        app, _post(app), ["outbox:bluesky"], "2030-01-01 09:00", approve=True
    )
    _save(app, "social.*", "Other words")
    kept = app.queue.get(planned.delivery.id)
    assert kept.state == "scheduled"
    assert "Other words" not in kept.message.text
    fresh = planning.refresh(app, kept, _post(app))
    assert (fresh.state, fresh.approved) == ("draft", None)
    assert fresh.message.text.startswith("Other words")


def test_planning_again_leaves_a_persons_words_and_refreshing_takes_their_place(site):
    app = site()
    names = ["outbox:bluesky"]
    (first,) = planning.plan(app, _post(app), names, "2030-01-01 09:00", approve=False)
    mine = scheduling.reworded(app, first.delivery, "My own")
    app.queue.edit(first.delivery.id, mine, own=True)
    _save(app, "social.*", "New words")
    (again,) = planning.plan(app, _post(app), names, "2030-01-02 09:00", approve=True)
    assert (again.delivery.state, again.delivery.message.text) == ("scheduled", "My own")
    assert app.queue.has_own_words(again.delivery.id)
    fresh = planning.refresh(app, again.delivery, _post(app))
    assert fresh.message.text.startswith("New words")
    assert not app.queue.has_own_words(fresh.id)


def test_what_must_not_go_out_is_told_and_the_rest_is_planned(site):
    app = site()
    _save(app, "social.bluesky", "[node:nothing]")
    found = planning.plan(
        app, _post(app), list(app.config.accounts), "2030-01-01 09:00", approve=True
    )
    assert [bool(p.delivery) for p in found] == [False, True]
    assert "nothing" in found[0].problem.message


# --- the look


@pytest.mark.parametrize(
    ("theme", "has"),
    [
        ('theme:\n  use: press   # the look\n  # accent: "#14807C"\n', ["use: press   # the look"]),
        ("theme: press\n", ["use: press"]),
        ("theme: {use: press, radius: 4}\n", ["radius: 4"]),
        ("", []),
    ],
)
def test_a_look_is_written_where_the_theme_stands(tmp_path, theme, has):
    path = tmp_path / "config.yaml"
    path.write_text(f"sharekit: 1   # ours\n{theme}channels: {{outbox: {{}}}}  # where\n")
    app = App.open(tmp_path)
    workshop.save_look(app, {"accent": "#0a5a63", "face": "serif"})
    text = path.read_text()
    for line in ("sharekit: 1   # ours", "channels: {outbox: {}}  # where", *has):
        assert line in text
    changed = App.open(tmp_path).config.theme
    assert (changed.accent, changed.face) == ("#0a5a63", "serif")


def test_a_look_that_nobody_can_read_is_refused(site, tmp_path):
    app = site()
    before = (tmp_path / "config.yaml").read_text()
    with pytest.raises(UserError, match="contrast"):
        workshop.save_look(app, {"ink": "#eeeeee"})
    assert (tmp_path / "config.yaml").read_text() == before


def test_layouts_are_drawn_with_hard_titles(site):
    app = site()
    for name in (*workshop.EXTREMES, "bare"):
        tile = workshop.draw(app, workshop.extreme(_post(app), name), "article")
        assert tile.card is not None, name


def test_an_account_that_is_switched_off_is_not_scheduled(site) -> None:
    app = site()
    _save(app, "off.outbox:mastodon", True)
    done = app.schedule([_post(app)], [], at="2030-01-01 09:00", dry_run=True)
    assert [item.message.account for item in done.deliveries] == ["bluesky"]
    assert "The meadow: outbox:mastodon left out, switched off on the preview page" in done.remarks
    _save(app, "off.outbox:mastodon", False)
    again = app.schedule([_post(app)], ["outbox:mastodon"], at="2030-01-01 09:00", dry_run=True)
    assert [item.message.account for item in again.deliveries] == ["mastodon"]


def test_what_a_plan_will_cost_is_said(site) -> None:
    app = site("  x:")
    done = app.schedule([_post(app)], ["x"], at="2030-01-01 09:00", dry_run=True)
    assert "x takes $0.200 for 1 post" in done.remarks
    done = app.schedule([_post(app)], ["outbox:mastodon"], at="2030-01-01 09:00", dry_run=True)
    assert not any("takes $" in remark for remark in done.remarks)
