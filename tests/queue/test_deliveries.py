from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sharekit.errors import UserError
from sharekit.model import Receipt
from sharekit.queue import AlreadyScheduled, Changed, NotNow, Plan
from sharekit.queue.schedule import from_utc, parse_when
from sharekit.testing import sample_card, sample_message

SOON = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)


def berlin(utc):
    return from_utc(utc, "Europe/Berlin")


def whats(queue, delivery):
    return [event.what for event in queue.events(delivery.id)]


def test_what_is_stored_is_what_was_given(queue, tmp_path):
    message = sample_message(card=sample_card(tmp_path), attach="image", language="de")

    made = queue.schedule(message, berlin(SOON), by="editor")

    found = queue.get(made.id)
    assert found == made
    assert made.id == "q-0001"
    assert (made.state, made.rev, made.attempts) == ("scheduled", 1, 0)
    assert (made.due, made.wall, made.zone) == (SOON, "2026-12-01T09:00:00", "Europe/Berlin")
    assert replace(found.message, card=None) == replace(message, card=None)
    assert found.message.card.path.read_bytes() == message.card.path.read_bytes()
    (event,) = queue.events(made.id)
    assert (event.who, event.what, event.rev) == ("editor", "scheduled", 1)
    assert event.digest


def test_a_card_drawn_anew_changes_nothing_that_is_queued(queue, tmp_path):
    card = sample_card(tmp_path)
    before = card.path.read_bytes()
    made = queue.schedule(sample_message(card=card, attach="image"), berlin(SOON))

    card.path.write_bytes(b"another picture")

    assert queue.get(made.id).message.card.path.read_bytes() == before


def test_a_card_that_is_gone_is_said_when_scheduling(queue, tmp_path):
    card = sample_card(tmp_path)
    card.path.unlink()
    with pytest.raises(UserError, match="cannot be read"):
        queue.schedule(sample_message(card=card, attach="image"), berlin(SOON))
    assert not queue.list()


def test_a_post_goes_to_an_account_once(queue, put):
    first = put(at=SOON)

    with pytest.raises(AlreadyScheduled, match="q-0001, scheduled") as caught:
        put(at=LATER)

    assert caught.value.delivery == first
    assert put(account="other").id == "q-0002"
    assert queue.counts() == {"scheduled": 2}


def test_once_more_gets_a_key_of_its_own(put):
    first = put(at=SOON)
    second = put(at=LATER, again=True)
    third = put(at=LATER, again=True)
    assert len({d.message.key for d in (first, second, third)}) == 3
    assert {d.message.text for d in (first, second, third)} == {"Words of p1"}


def test_cancelled_can_be_scheduled_anew(queue, put):
    queue.cancel(put(at=SOON).id)
    assert put(at=LATER).id == "q-0002"


def test_many_at_once_say_which_are_there(queue, put):
    there = put("p2", at=SOON)
    messages = [sample_message(post_id=f"p{i}", key=f"k{i}") for i in (1, 2, 3, 3)]

    done = queue.schedule_all([(m, berlin(SOON)) for m in messages])

    assert [isinstance(d, AlreadyScheduled) for d in done] == [False, True, False, True]
    assert done[1].delivery == there
    assert [d.message.post_id for d in queue.list()] == ["p2", "p1", "p3"]


def test_a_dry_run_says_the_same_and_does_nothing(queue, put, tmp_path):
    message = sample_message(card=sample_card(tmp_path), attach="image")
    told = queue.schedule(message, berlin(SOON), dry_run=True)
    assert not queue.list()
    assert not queue.cards.folder.exists()

    made = put(at=SOON)
    assert told.state == made.state
    for foretold in (
        queue.cancel(made.id, dry_run=True),
        queue.move(made.id, berlin(LATER), dry_run=True),
        queue.hold(made.id, "why", dry_run=True),
    ):
        assert foretold.rev == 2
    assert queue.get(made.id) == made
    assert len(queue.events(made.id)) == 1


def test_dry_runs_foretell_ids_apart_and_use_none_up(queue, put):
    assert [put(post, dry_run=True).id for post in ("p1", "p2")] == ["q-0001", "q-0002"]
    assert put("p1").id == "q-0001"


def test_plans_hold_together_or_not_at_all(queue, put):
    there, sent = put("p1"), put("p2")
    queue.cancel(sent.id)
    new = sample_message(post_id="p3", key="k3")
    later = berlin(LATER)
    found = queue.carry_out(
        [Plan(id=there.id, when=later), Plan(message=new), Plan(id=sent.id, when=later)]
    )
    assert isinstance(found[2], NotNow)
    assert [item.state for item in queue.list()] == ["scheduled", "cancelled"]
    assert queue.get(there.id) == there
    with pytest.raises(Changed):
        raise queue.carry_out([Plan(id=there.id, rev=9, when=later)])[0]
    moved, made = queue.carry_out([Plan(id=there.id, when=later), Plan(message=new)])
    assert (moved.due, made.state) == (later.utc, "draft")


def test_a_draft_has_no_time(queue):
    draft = queue.schedule(sample_message(), None)
    assert (draft.state, draft.due, draft.wake) == ("draft", None, None)
    moved = queue.move(draft.id, berlin(SOON))
    assert (moved.state, moved.due, moved.wake) == ("scheduled", SOON, SOON)


def test_move(queue, put):
    made = put(at=SOON)
    moved = queue.move(made.id, berlin(LATER), by="editor")
    assert (moved.due, moved.wall, moved.rev) == (LATER, "2026-12-02T09:00:00", 2)
    assert queue.events(made.id)[-1].who == "editor"


def test_nobody_overwrites_what_he_has_not_seen(queue, put):
    made = put(at=SOON)
    queue.move(made.id, berlin(LATER))
    with pytest.raises(Changed, match="rev 1, it is at 2"):
        queue.cancel(made.id, rev=1)
    assert queue.cancel(made.id, rev=2).state == "cancelled"


class TestApproval:
    def test_nothing_is_scheduled_before_it(self, queue, put, clock, run, channel):
        draft = put(approval=True)
        assert (draft.state, draft.due) == ("draft", clock.now)
        run(channel)
        assert not channel.posts

        approved = queue.approve(draft.id, by="chief", note="fine")

        assert approved.state == "scheduled"
        assert approved.approved
        event = queue.events(draft.id)[-1]
        assert (event.what, event.who, event.note) == ("approved", "chief", "fine")
        run(channel)
        assert len(channel.posts) == 1

    @pytest.mark.parametrize("change", ["text", "card", "time"])
    def test_dropped_when_text_card_or_time_changes(self, queue, put, tmp_path, change):
        made = put(at=SOON, approval=True)
        queue.approve(made.id)
        message = made.message
        if change == "time":
            changed = queue.move(made.id, berlin(LATER))
        elif change == "text":
            changed = queue.edit(made.id, replace(message, text="Other words"))
        else:
            card = sample_card(tmp_path)
            changed = queue.edit(made.id, replace(message, card=card, attach="image"))
        assert (changed.state, changed.approved, changed.wake) == ("draft", None, None)

    def test_without_a_time_it_holds_for_any(self, queue):
        made = queue.schedule(sample_message(), None, approval=True)
        approved = queue.approve(made.id)
        assert approved.state == "approved"
        assert queue.move(made.id, berlin(SOON)).state == "scheduled"
        assert queue.move(made.id, berlin(LATER)).state == "scheduled"

    def test_the_same_message_keeps_it(self, queue, put):
        made = put(at=SOON, approval=True)
        approved = queue.approve(made.id)
        assert queue.edit(made.id, made.message) == approved

    def test_only_drafts_need_it(self, queue, put):
        with pytest.raises(NotNow, match="it is scheduled"):
            queue.approve(put(at=SOON).id)


def test_edit_takes_only_messages_of_the_same_post(queue, put):
    made = put(at=SOON)
    with pytest.raises(UserError, match="is about p1, not p2"):
        queue.edit(made.id, replace(made.message, post_id="p2"))


def test_failed_is_edited_then_retried(queue, put, clock, run, channel):
    from sharekit.errors import Refused

    channel.script = [Refused("too long")]
    made = put()
    run(channel)
    assert queue.get(made.id).state == "failed"

    edited = queue.edit(made.id, replace(made.message, text="Short"))
    assert edited.state == "failed"
    clock.forward(hours=3)
    retried = queue.retry(made.id)
    assert (retried.state, retried.due, retried.error) == ("scheduled", clock.now, None)
    run(channel)
    assert channel.posts[-1].text == "Short"
    assert queue.get(made.id).state == "published"


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        ("cancel", "published"),
        ("move", "published"),
        ("retry", "published"),
        ("retry", "draft"),
        ("resolve", "scheduled"),
        ("edit", "cancelled"),
        ("cancel", "cancelled"),
    ],
)
def test_states_that_do_not_allow_a_verb(queue, put, run, channel, verb, state):
    made = put(at=SOON) if state in ("scheduled", "cancelled") else put(approval=state == "draft")
    if state == "cancelled":
        queue.cancel(made.id)
    run(channel)
    assert queue.get(made.id).state == state
    arguments = {
        "move": [berlin(LATER)],
        "resolve": ["https://there.example/1"],
        "edit": [replace(made.message, text="x")],
    }
    with pytest.raises(NotNow) as caught:
        getattr(queue, verb)(made.id, *arguments.get(verb, []))
    assert made.id in str(caught.value)
    assert caught.value.problems[0].hint


@pytest.mark.parametrize("name", ["q-0001", "q-1", "1", " Q-0001 "])
def test_ids_as_people_write_them(queue, put, name):
    made = put(at=SOON)
    assert queue.get(name) == made


@pytest.mark.parametrize(
    "name", ["", "q-", "q-x", "1; DROP TABLE deliveries", "q-99999999999999999999"]
)
def test_what_is_no_id(queue, name):
    with pytest.raises(UserError, match="not the id"):
        queue.get(name)


def test_there_is_no_such_delivery(queue):
    with pytest.raises(UserError, match="no delivery q-0007"):
        queue.get("q-7")


def test_lists(queue, put):
    late = put("p1", at=LATER)
    soon = put("p2", at=SOON)
    draft = queue.schedule(sample_message(post_id="p3", channel="other"), None)
    assert queue.list() == [soon, late, draft]
    assert queue.list(states=["draft", "held"]) == [draft]
    assert queue.list(account="sample") == [soon, late]
    assert queue.list(account="sample:main", limit=1) == [soon]
    assert queue.list(account="sample:other") == []
    assert queue.list(post="p3") == [draft]
    entries = queue.entries()
    assert [e.id for e in entries] == [soon.id, late.id, draft.id]
    assert (entries[0].post, entries[0].due, entries[0].wall) == ("p2", SOON, soon.wall)
    assert queue.taken("sample", "main") == [SOON, LATER]


def test_history(queue, put, clock, run, channel):
    put("p1")
    clock.forward(minutes=1)
    put("p2", at=SOON)
    run(channel)
    newest = queue.history()
    assert newest[0].what == "published"
    assert {e.what for e in queue.history("p2")} == {"scheduled"}
    assert queue.history(failed=True) == []
    assert [e.what for e in queue.history(since=clock.now)] == ["published", "sending", "scheduled"]


def test_pause_and_resume(queue, put, run, channel):
    made = put()
    assert queue.pause("sample:main", reason="holidays") == 1
    (account,) = queue.accounts()
    assert account.reason == "holidays"
    run(channel)
    assert queue.get(made.id) == made

    assert queue.resume("sample:main") == 1
    run(channel)
    assert queue.get(made.id).receipt == Receipt(id="r1", url="https://there.example/key-p1-main")
    with pytest.raises(UserError, match="not paused"):
        queue.resume("sample")


def test_heartbeat(queue, put, clock, run, channel):
    assert queue.heartbeat().seen is None
    put()
    clock.forward(minutes=10)
    assert queue.heartbeat().overdue == 1
    run(channel)
    beat = queue.heartbeat()
    assert (beat.seen, beat.published, beat.overdue) == (clock.now, clock.now, 0)
    assert beat.workers == ()


def test_a_pause_or_a_wait_that_the_channel_asked_for_is_nobodys_fault(
    queue, put, clock, run, channel
):
    from sharekit.errors import RetryLater

    put()
    put("p2", account="b")
    channel.script = [RetryLater("busy", after=3600), RetryLater("busy", after=3600)]
    run(channel)
    clock.forward(minutes=10)
    assert queue.heartbeat().overdue == 0
    clock.forward(minutes=60)
    assert queue.heartbeat().overdue == 2
    queue.pause("sample:main")
    assert queue.heartbeat().overdue == 1
    (account,) = queue.accounts(paused=True)
    assert (account.account, account.waiting, account.signed_out) == ("main", 1, False)


def test_opening_reads_nothing(tmp_path):
    from sharekit.queue import Queue

    Queue("", tmp_path / ".sharekit")
    assert not (tmp_path / ".sharekit").exists()


def test_a_relative_file_starts_beside_the_state_folder(tmp_path, clock):
    from sharekit.queue import Queue

    queue = Queue("sqlite:///data/q.db", tmp_path / ".sharekit", clock=clock)
    queue.schedule(sample_message(), parse_when("now", zone="UTC", now=clock.now))
    assert (tmp_path / "data" / "q.db").exists()
    queue.close()


def test_two_schedule_the_same_at_once(queue):
    import threading

    done = []

    def schedule():
        try:
            done.append(queue.schedule(sample_message(), berlin(SOON)))
        except AlreadyScheduled as error:
            done.append(error)

    threads = [threading.Thread(target=schedule) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(d, AlreadyScheduled) for d in done) == 5
    assert len(queue.list()) == 1
