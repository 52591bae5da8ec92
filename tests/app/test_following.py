"""Following sources and filling rotations, with real posts, config, queue and outbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sharekit.app import App, following, overrides, scheduling
from sharekit.errors import UserError
from sharekit.queue.cards import CardStore
from sharekit.queue.single import one_at_a_time

CONFIG = """\
sharekit: 1
site: {url: https://withy.example, timezone: Europe/London}
sources: {posts: {reader: frontmatter, path: posts}}
channels:
  outbox: {folder: out, attach: none}
  outbox:news: {folder: news, attach: none, follow: slot, slots: [daily 09:00]}
  outbox:quiet: {folder: quiet, attach: none, follow: "off"}
"""
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def site(tmp_path):
    (tmp_path / "posts").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    return tmp_path


def write(site, name, title="A title", *, text="", draft=False, days=None, url=True, tags="[]"):
    date = f"date: {(NOW + timedelta(days=days)).isoformat()}\n" if days is not None else ""
    (site / "posts" / f"{name}.md").write_text(
        f"---\ntitle: {title}\n{f'url: https://withy.example/{name}' if url else ''}\n{date}"
        f"draft: {str(draft).lower()}\ntags: {tags}\n---\n{text or title}\n"
    )


@pytest.fixture
def follow(site):
    def follow(**options):
        return following.follow(App.open(site), **options)

    return follow


def found(result):
    return sorted((d.message.post_id, d.message.account, d.state) for d in result.deliveries)


def test_by_each_accounts_rule(site, follow):
    write(site, "old")
    first = follow()
    assert first.deliveries == []
    assert first.remarks == ["posts: the first look only remembers what is there (1 post)"]
    write(site, "one")
    write(site, "two")
    assert found(follow()) == [
        ("one", "main", "draft"), ("one", "news", "scheduled"),
        ("two", "main", "draft"), ("two", "news", "scheduled"),
    ]  # fmt: skip
    times = {d.wall[11:] for d in App.open(site).queue.list(account="outbox:news")}
    days = {d.wall[:10] for d in App.open(site).queue.list(account="outbox:news")}
    assert (times, len(days)) == ({"09:00:00"}, 2)
    assert follow().deliveries == []


def test_named_accounts_and_slot_override_the_rules(site, follow):
    follow()
    write(site, "old")
    write(site, "one")
    assert found(follow(names=["outbox:quiet"], dry_run=True)) == [
        ("old", "quiet", "draft"), ("one", "quiet", "draft"),
    ]  # fmt: skip
    with pytest.raises(UserError, match="no account 'nobody'"):
        follow(names=["nobody"])


def test_an_edit_before_its_time_is_worded_anew_and_drops_the_approval(site, follow):
    (site / "config.yaml").write_text(
        CONFIG.replace("follow: slot,", "follow: slot, approve: required,")
    )
    write(site, "old")
    follow()
    write(site, "one", "Before")
    follow()
    queue = App.open(site).queue
    (item,) = queue.list(account="outbox:news")
    assert queue.approve(item.id).state == "scheduled"
    write(site, "one", "After")
    result = follow()
    (item,) = queue.list(account="outbox:news")
    assert "After" in item.message.text
    assert (item.state, item.approved) == ("draft", None)
    assert (
        f"{item.id}: the post was edited; text and card are new, and its approval is dropped"
        in result.remarks
    )
    assert follow().deliveries == []


def test_an_edit_leaves_the_words_that_a_person_gave(site, follow):
    write(site, "old")
    follow()
    write(site, "one", "Before")
    write(site, "two", "Before")
    follow()
    app = App.open(site)
    main, news = (app.queue.list(post="one", account=f"outbox:{n}")[0] for n in ("main", "news"))
    app.queue.edit(main.id, scheduling.reworded(app, main, "My words"), own=True)
    app.queue.cancel(news.id)
    one = [post for post in app.posts().posts if post.id == "one"]
    app.schedule(one, ["outbox:news"], in_="2d", text="My own")
    write(site, "one", "After")
    write(site, "two", "After")
    for _ in range(2):
        remarks = follow().remarks
        words = {(d.message.post_id, d.message.account): d.message for d in app.queue.list()
                 if d.state != "cancelled"}  # fmt: skip
        assert [words["one", n].text for n in ("main", "news")] == [
            "My words",
            "My own https://withy.example/one",
        ]
        assert "After" in words["one", "main"].title
        assert "After" in words["two", "main"].text
        assert not remarks or (
            f"{main.id}: the post was edited; its own words stay, the rest is new" in remarks
        )
        write(site, "one", "After that")
    assert words["one", "main"].title == "After that"


def test_an_edit_leaves_a_persons_thread_whole(site, follow):
    (site / "config.yaml").write_text(
        CONFIG + "  outbox:long: {folder: long, like: x, thread: true, attach: none}\n"
    )
    write(site, "old")
    follow()
    write(site, "one", "Before")
    one = [post for post in App.open(site).posts().posts if post.id == "one"]
    App.open(site).schedule(one, ["outbox:long"], in_="2d", text="Mine, a long one. " * 30)
    follow()
    (before,) = App.open(site).queue.list(account="outbox:long")
    assert before.message.parts
    write(site, "one", "After")
    follow()
    (after,) = App.open(site).queue.list(account="outbox:long")
    assert (after.message.text, after.message.parts) == (before.message.text, before.message.parts)
    assert after.message.title == "After"


def test_an_edit_after_its_time_changes_nothing(site, follow):
    write(site, "old")
    follow()
    write(site, "one", "Before")
    follow()
    app = App.open(site)
    for item in app.queue.list():
        app.queue.cancel(item.id)
    write(site, "one", "After")
    assert follow().deliveries == []


def test_a_post_that_is_gone_is_held(site, follow):
    write(site, "old")
    follow()
    write(site, "one")
    follow()
    (site / "posts" / "one.md").unlink()
    assert found(follow()) == [("one", "main", "held"), ("one", "news", "held")]


def test_a_mistake_is_told_until_it_is_mended_and_the_post_is_queued_then(site, follow):
    write(site, "old")
    follow()
    write(site, "one", url=False)
    (site / "config.yaml").write_text(
        CONFIG.replace("site: {url: https://withy.example, ", "site: {")
    )
    for _ in range(2):
        result = follow()
        assert result.deliveries == []
        assert result.problems
    write(site, "one")
    assert [row[1] for row in found(follow())] == ["main", "news"]


def test_a_draft_is_queued_when_it_is_finished(site, follow):
    write(site, "old")
    write(site, "later", draft=True, days=-30)
    follow()
    assert follow().deliveries == []
    write(site, "later", days=-30)
    assert [row[0] for row in found(follow())] == ["later", "later"]


def test_a_site_that_was_moved_does_not_flood(site, follow):
    write(site, "old")
    follow()
    for number in range(following.MOST + 1):
        write(site, f"n{number}")
    result = follow()
    assert result.deliveries == []
    (problem,) = result.problems
    assert (problem.code, str(following.MOST + 1) in problem.message) == ("flood", True)
    assert follow(skip=True).deliveries == []
    result = follow()
    assert (result.deliveries, result.problems) == ([], [])


def test_the_first_look_queues_all_when_asked_to(site, follow):
    write(site, "one")
    assert [row[0] for row in found(follow(flood=True))] == ["one", "one"]


def test_two_do_not_look_at_the_same_time(site, follow):
    write(site, "old")
    follow()
    write(site, "one")
    with one_at_a_time(App.open(site).queue.database, "follow posts") as ours:
        assert ours
        result = follow()
    assert result.deliveries == []
    assert result.remarks == ["posts: somebody else is looking at it"]
    assert len(follow().deliveries) == 2


def test_without_sources_the_next_step_is_said(site, follow):
    (site / "config.yaml").write_text("sharekit: 1\nchannels: {outbox: {folder: out}}\n")
    with pytest.raises(UserError, match="no source to follow"):
        follow()


ROTATION = """\
schedule:
  evergreen:
    guides: {posts: [a, b], tags: [Guide], to: ["outbox:news"], slots: [daily 12:00], gap: 3d, ahead: 10d}
"""


def test_a_post_of_tomorrow_is_queued_tomorrow(site, follow):
    write(site, "old")
    follow()
    write(site, "one", days=1)
    assert follow().deliveries == []
    write(site, "one")
    assert [row[0] for row in found(follow())] == ["one", "one"]


def fill(site, **options):
    return App.open(site).evergreen(**options)


def test_evergreens_fill_their_slots_in_rotation_and_keep_the_gap(site):
    (site / "config.yaml").write_text(CONFIG + ROTATION)
    write(site, "a")
    write(site, "b")
    write(site, "c", tags="[guide]")
    write(site, "d")
    dry = fill(site, dry_run=True)
    result = fill(site)
    order = [d.message.post_id for d in result.deliveries]
    assert [d.message.post_id for d in dry.deliveries] == order
    assert order[:6] == ["a", "b", "c", "a", "b", "c"]
    assert len(order) in (9, 10)
    assert {d.wall[11:16] for d in result.deliveries} == {"12:00"}
    assert len({d.message.key for d in result.deliveries}) == len(order)
    assert fill(site).deliveries == []
    assert fill(site).remarks == ["guides: nothing to add for outbox:news"]


def test_an_edit_reaches_every_turn_of_an_evergreen_and_each_keeps_its_own_key(site, follow):
    (site / "config.yaml").write_text(CONFIG + ROTATION)
    write(site, "a", "Before")
    follow()
    fill(site)
    queue = App.open(site).queue
    before = {d.id: d.message.key for d in queue.list()}
    assert len(before) == len(set(before.values())) >= 3
    assert follow().deliveries == []
    write(site, "a", "After")
    assert len(follow().deliveries) == len(before)
    after = {d.id: d.message.key for d in queue.list()}
    assert all("After" in d.message.text for d in queue.list())
    assert len(set(after.values())) == len(after)
    assert not set(after.values()) & set(before.values())
    assert follow().deliveries == []


def test_what_must_not_go_out_leaves_its_slots_to_the_others(site):
    (site / "config.yaml").write_text(CONFIG + ROTATION)
    write(site, "a")
    write(site, "b", text="Broken")
    write(site, "c", tags="[guide]")
    path = site / "posts" / "b.md"
    path.write_text(path.read_text().replace("title:", "twitter_text: '[node:nothing]'\ntitle:"))
    app = App.open(site)
    (c,) = [post for post in app.posts().posts if post.id == "c"]
    overrides.save(app.config, c, "off.outbox:news", value=True)
    dry = fill(site, dry_run=True)
    result = fill(site)
    assert [d.message.post_id for d in result.deliveries] == ["a"] * len(result.deliveries)
    assert len(result.deliveries) == len(dry.deliveries) >= 3
    assert [p.code for p in result.problems] == ["token-unknown"]


def test_what_was_shared_otherwise_counts(site):
    (site / "config.yaml").write_text(CONFIG + ROTATION.replace("3d", "90d"))
    write(site, "a")
    write(site, "b")
    app = App.open(site)
    app.schedule(
        app.posts().posts, ["outbox:news"], at=f"{NOW + timedelta(days=2):%Y-%m-%dT%H:%MZ}"
    )
    assert fill(site).deliveries == []


def test_a_post_that_a_rotation_lost_does_not_stop_the_others(site):
    (site / "config.yaml").write_text(CONFIG + ROTATION)
    write(site, "a")
    result = fill(site)
    assert {d.message.post_id for d in result.deliveries} == {"a"}
    (problem,) = result.problems
    assert (problem.where, "'b'" in problem.message) == ("schedule.evergreen.guides", True)


def test_a_card_that_goes_away_keeps_back_its_post_alone(site, monkeypatch):
    (site / "config.yaml").write_text(CONFIG + ROTATION)
    write(site, "a")
    write(site, "b")
    keep = CardStore.keep

    def gone(store, message):
        if message.post_id == "a":
            raise UserError("the card is gone", code="card-missing")
        return keep(store, message)

    monkeypatch.setattr(CardStore, "keep", gone)
    result = fill(site)
    assert {d.message.post_id for d in result.deliveries} == {"b"}
    assert {p.code for p in result.problems} == {"card-missing"}


def test_a_rotation_that_is_not_there(site):
    with pytest.raises(UserError, match="no rotation in the config"):
        fill(site)
    (site / "config.yaml").write_text(CONFIG + ROTATION)
    with pytest.raises(UserError, match="no rotation 'guide'") as error:
        fill(site, names=["guide"])
    assert error.value.problems[0].hint == "There are guides."
