from __future__ import annotations

from datetime import timedelta

import pytest

from sharekit.errors import PluginError, Refused, RetryLater, Unauthorized, Unsure, UserError
from sharekit.model import Receipt
from sharekit.queue import Cap, Changed, NotNow, Pace
from sharekit.queue.outcomes import Timing
from sharekit.testing import sample_card, sample_message

HOUR = timedelta(hours=1)


def state(queue, delivery):
    now = queue.get(delivery.id)
    return now.state, now.waiting


def test_published(queue, put, run, channel, clock):
    made = put()
    (done,) = run(channel)
    assert done == queue.get(made.id)
    assert (done.state, done.attempts, done.wake) == ("published", 1, None)
    assert done.receipt == Receipt(id="r1", url="https://there.example/key-p1-main")
    assert channel.posts == [made.message]
    assert [e.what for e in queue.events(made.id)] == ["scheduled", "sending", "published"]
    clock.forward(days=1)
    assert run(channel) == []


def test_not_before_its_time(queue, put, run, channel, clock):
    made = put(at=clock.now + timedelta(seconds=1))
    assert run(channel) == []
    clock.forward(seconds=1)
    assert [d.id for d in run(channel)] == [made.id]


def test_refused_fails_once_and_says_why(queue, put, run, channel, clock):
    channel.script = [Refused("the text is too long", hint="Cut it.")]
    made = put()
    run(channel)
    failed = queue.get(made.id)
    assert (failed.state, failed.cause) == ("failed", "refused")
    assert failed.error == "the text is too long (Cut it.)"
    clock.forward(days=1)
    assert run(channel) == []


def test_unauthorized_pauses_the_account_and_keeps_its_rows(queue, put, run, channel):
    channel.script = [Unauthorized("the token has expired", hint="Sign in again.")]
    first, second = put("p1"), put("p2")
    run(channel)
    assert len(channel.posts) == 1
    assert state(queue, first) == ("scheduled", "retry")
    assert queue.get(second.id) == second
    (account,) = queue.accounts()
    assert account.paused
    assert account.reason == "the token has expired (Sign in again.)"
    assert [e.what for e in queue.history()].count("paused") == 1

    queue.resume("sample:main")
    run(channel)
    assert state(queue, first) == state(queue, second) == ("published", None)


def test_retry_later_waits_as_asked_and_so_does_the_account(queue, put, run, channel, clock):
    channel.script = [RetryLater("too many requests", after=600)]
    first, second = put("p1"), put("p2")
    run(channel)
    waiting = queue.get(first.id)
    assert (waiting.state, waiting.waiting) == ("scheduled", "retry")
    assert timedelta(0) <= waiting.wake - clock.now - timedelta(seconds=600) <= timedelta(seconds=5)
    assert len(channel.posts) == 1
    clock.forward(seconds=599)
    assert run(channel) == []
    clock.forward(seconds=7)
    run(channel)
    assert state(queue, first) == state(queue, second) == ("published", None)


def test_retries_back_off_and_are_given_up(queue, put, run, channel, clock):
    channel.script = [RetryLater("nobody there")] * 200
    made = put()
    waits = []
    while (now := queue.get(made.id)).state == "scheduled":
        clock.now = max(clock.now, now.wake + timedelta(milliseconds=1))
        run(channel)
        after = queue.get(made.id)
        if after.wake:
            waits.append((after.wake - clock.now).total_seconds())
    minutes = [round(wait / 60) for wait in waits]
    assert minutes[:4] == [1, 2, 4, 8] or minutes[:4] == [1, 2, 4, 9]
    assert max(waits) <= 15 * 60 * 1.1
    assert queue.get(made.id).state == "failed"
    assert timedelta(hours=23) < clock.now - made.due <= timedelta(hours=24)


def test_a_wait_of_years_is_cut_to_a_day(queue, put, run, channel, clock):
    channel.script = [RetryLater("come back in a century", after=3e9)]
    made = put()
    run(channel, pace=Pace(give_up=timedelta(days=3)))
    assert queue.get(made.id).wake - clock.now <= timedelta(hours=24, seconds=5)


def test_other_accounts_go_on(queue, put, run, channel):
    channel.script = [Unauthorized("no"), None]
    put("p1", account="a")
    second = put("p1", account="b")
    run(channel)
    assert state(queue, second) == ("published", None)


def test_a_publisher_that_cannot_be_made(queue, put, run):
    made = put()

    def broken(_channel, _account):
        raise PluginError("there is no publisher named 'sample'", hint="Install it.")

    from sharekit.queue.turns import run_due
    from sharekit.web import Session

    run_due(queue, broken, Session())
    failed = queue.get(made.id)
    assert failed.state == "failed"
    assert failed.error == "not sent: there is no publisher named 'sample' (Install it.)"


@pytest.mark.parametrize("damage", ["gone", "changed", "cut"])
def test_the_card_that_was_seen_goes_out_or_nothing(queue, run, channel, tmp_path, clock, damage):
    from sharekit.queue.schedule import from_utc

    card = sample_card(tmp_path)
    message = sample_message(card=card, attach="image")
    made = queue.schedule(message, from_utc(clock.now, "UTC"))
    stored = made.message.card.path
    data = stored.read_bytes()
    if damage == "gone":
        stored.unlink()
    else:
        stored.write_bytes(data[:-1] + (b"?" if damage == "changed" else b""))
    run(channel)
    now = queue.get(made.id)
    if damage == "gone" and queue.database.dialect == "postgres":
        assert now.state == "published"  # fetched from the database
        assert stored.read_bytes() == data
        return
    assert now.state == "failed"
    assert "not sent: the card" in now.error
    assert channel.posts == []


class TestLate:
    def test_within_the_grace_it_goes_out(self, queue, put, run, channel, clock):
        made = put()
        clock.forward(minutes=29)
        run(channel)
        assert state(queue, made) == ("published", None)

    def test_after_it_it_is_held(self, queue, put, run, channel, clock):
        made = put()
        clock.forward(minutes=31)
        run(channel)
        held = queue.get(made.id)
        assert (held.state, held.error, held.wake) == ("held", "missed its time by 31 min", None)
        assert channel.posts == []
        assert queue.retry(made.id).state == "scheduled"
        run(channel)
        assert state(queue, made) == ("published", None)

    def test_never_a_burst(self, queue, put, run, channel, clock):
        deliveries = [put(f"p{i}") for i in range(50)]
        clock.forward(minutes=10)
        sent_at = []
        for _ in range(60):
            before = len(channel.posts)
            run(channel)
            sent_at += [clock.now] * (len(channel.posts) - before)
            clock.forward(minutes=1)
        gaps = [b - a for a, b in zip(sent_at, sent_at[1:], strict=False)]
        assert 3 <= len(sent_at) <= 6
        assert min(gaps) >= timedelta(minutes=4, seconds=50)
        held = [d for d in deliveries if queue.get(d.id).state == "held"]
        assert len(held) + len(sent_at) == 50

    def test_what_waited_for_the_channel_is_late_by_that(self, queue, put, run, channel, clock):
        channel.script = [RetryLater("wait", after=7200)]
        made = put()
        run(channel)
        clock.forward(hours=2, minutes=5)
        run(channel)
        assert state(queue, made) == ("published", None)

    def test_after_a_paused_weekend_a_person_decides(self, queue, put, run, channel, clock):
        made = put()
        queue.pause("sample")
        clock.forward(days=2)
        queue.resume("sample")
        run(channel)
        assert state(queue, made) == ("held", None)


class TestPace:
    def test_caps_hold_in_every_window(self, queue, put, run, channel, clock):
        pace = Pace(caps=(Cap(count=3, per=HOUR),), catch_up=timedelta())
        deliveries = [put(f"p{i}") for i in range(10)]
        times = []
        for _ in range(5 * 60):
            before = len(channel.posts)
            run(channel, pace=pace)
            times += [clock.now] * (len(channel.posts) - before)
            clock.forward(minutes=1)
        assert len(times) == 10
        for start in times:
            assert sum(start <= t < start + HOUR for t in times) <= 3
        assert all(queue.get(d.id).state == "published" for d in deliveries)

    def test_spacing(self, queue, put, run, channel, clock):
        first, second = put("p1"), put("p2")
        run(channel, pace=Pace(spacing=timedelta(minutes=20)))
        assert state(queue, first) == ("published", None)
        assert state(queue, second) == ("scheduled", "limit")
        assert queue.events(second.id)[-1].what == "waits for the pace"
        clock.forward(minutes=20)
        run(channel, pace=Pace(spacing=timedelta(minutes=20)))
        assert state(queue, second) == ("published", None)

    def test_daily_goes_by_the_day_of_the_zone(self, queue, put, run, channel, clock):
        pace = Pace(daily=1, zone="Europe/Berlin")
        clock.now = clock.now.replace(hour=22, minute=30)  # 23:30 in Berlin
        put("p1")
        second = put("p2")
        run(channel, pace=pace)
        clock.forward(minutes=29)
        run(channel, pace=pace)
        assert state(queue, second) == ("scheduled", "limit")
        clock.forward(minutes=2)
        run(channel, pace=pace)
        assert state(queue, second) == ("published", None)

    def test_one_post_of_an_account_is_on_its_way_at_a_time(self, queue, put, run, clock):
        from sharekit.queue.turns import next_turns

        put("p1")
        put("p2")
        put("p1", account="b")
        seen = []

        class Watching:
            def publish(self, message, web):
                with queue.database.read() as transaction:
                    seen.append(len(next_turns(transaction)))
                return Receipt(id=message.post_id)

        run(Watching())
        assert seen[0] <= 1


class TestUnknown:
    """After `Unsure` nothing is sent on a guess."""

    def test_parked_when_the_channel_cannot_be_asked(self, queue, put, run, channel, clock):
        channel.script = [Unsure("no answer")]
        made = put()
        run(channel)
        assert state(queue, made) == ("unknown", "look")
        for _ in range(20):
            clock.forward(minutes=1)
            run(channel)
        parked = queue.get(made.id)
        assert (parked.state, parked.wake, parked.waiting) == ("unknown", None, None)
        assert "cannot be asked" in parked.error
        assert len(channel.posts) == 1

    def test_found(self, queue, put, run, listed, clock):
        listed.script, listed.found = [Unsure("no answer")], [Receipt(id="77", url="https://x/77")]
        made = put()
        run(listed)
        clock.forward(seconds=11)
        run(listed)
        assert queue.get(made.id).receipt == Receipt(id="77", url="https://x/77")
        assert (len(listed.posts), listed.looks) == (1, 1)

    def test_absent_counts_only_after_the_grace(self, queue, put, run, listed, clock):
        listed.script = [Unsure("no answer")]
        made = put()
        run(listed)
        for _ in range(11):
            clock.forward(seconds=10)
            run(listed)
            assert len(listed.posts) == 1
        clock.forward(minutes=3)
        run(listed)
        assert [e.what for e in queue.events(made.id)][-3:] == [
            "surely not there", "sending", "published",
        ]  # fmt: skip
        assert len(listed.posts) == 2

    def test_a_list_that_does_not_reach_back_is_no_proof(self, queue, put, run, listed, clock):
        listed.script = [Unsure("no answer")]
        listed.found = [Unsure("the list does not reach back")] * 100
        made = put()
        for _ in range(30):
            run(listed)
            clock.forward(minutes=1)
        assert state(queue, made) == ("unknown", None)
        assert len(listed.posts) == 1

    def test_another_deliverys_post_is_no_proof(self, queue, put, run, listed, clock):
        put("p0")
        run(listed)
        other = queue.list()[0].receipt
        listed.script, listed.found = [Unsure("no answer")], [other]
        made = put("p1")
        run(listed)
        clock.forward(seconds=11)
        run(listed)
        parked = queue.get(made.id)
        assert (parked.state, parked.receipt, parked.wake) == ("unknown", None, None)
        assert "q-0001's post" in parked.error

    def test_a_mistake_of_a_publisher_is_an_unknown_outcome(self, queue, put, run, channel):
        channel.script = [KeyError("id")]
        made = put()
        run(channel)
        assert state(queue, made) == ("unknown", "look")
        assert "KeyError" in queue.get(made.id).error

    def test_looking_goes_on_when_the_channel_is_away(self, queue, put, run, listed, clock):
        listed.script = [Unsure("no answer")]
        listed.found = [RetryLater("away")] * 5 + [Receipt(id="5")]
        made = put()
        run(listed)
        for _ in range(60):
            clock.forward(minutes=1)
            run(listed)
        assert queue.get(made.id).receipt == Receipt(id="5")

    def test_looking_without_sign_in_pauses(self, queue, put, run, listed, clock):
        listed.script, listed.found = [Unsure("?")], [Unauthorized("expired"), Receipt(id="5")]
        made = put()
        run(listed)
        clock.forward(seconds=11)
        run(listed)
        assert state(queue, made) == ("unknown", "look")
        assert queue.accounts()[0].reason == "expired"
        queue.resume("sample")
        run(listed)
        assert queue.get(made.id).receipt == Receipt(id="5")

    def test_a_person_resolves(self, queue, put, run, channel, clock):
        channel.script = [Unsure("?"), Unsure("?")]
        first, second = put("p1"), put("p2", account="b")
        run(channel)
        done = queue.resolve(first.id, "https://there.example/9", by="ann")
        assert (done.state, done.receipt.url) == ("published", "https://there.example/9")
        gone = queue.resolve(second.id, None, by="ann")
        assert (gone.state, gone.error) == ("failed", "not published, ann has looked")
        queue.retry(second.id)
        run(channel)
        assert state(queue, second) == ("published", None)

    def test_what_a_person_said_a_person_corrects(self, queue, put, run, channel):
        channel.script = [Unsure("?"), Unsure("?")]
        wrong, absent = put("p1"), put("p2", account="b")
        run(channel)
        queue.resolve(wrong.id, "https://there.example/8", by="ann")
        queue.resolve(absent.id, None, by="ann")

        before = queue.get(wrong.id)
        assert queue.resolve(wrong.id, "https://there.example/8").rev == before.rev
        done = queue.resolve(wrong.id, "https://there.example/9", rev=before.rev, by="bea")
        assert (done.state, done.receipt.url) == ("published", "https://there.example/9")
        with pytest.raises(Changed):
            queue.resolve(wrong.id, "https://there.example/10", rev=before.rev)
        said = [(e.who, e.note) for e in queue.events(wrong.id) if e.what == "resolved"]
        assert said == [
            ("ann", "https://there.example/8"),
            ("bea", "https://there.example/9 instead of https://there.example/8"),
        ]
        found = queue.resolve(absent.id, "https://there.example/7")
        assert (found.state, found.error) == ("published", None)
        with pytest.raises(NotNow):
            queue.resolve(absent.id, None)
        assert not run(channel), "what is out is not sent again"

    @pytest.mark.parametrize("script", [[], [Refused("no")]])
    def test_what_the_channel_said_stands(self, queue, put, run, channel, script):
        channel.script = script
        made = put()
        run(channel)
        with pytest.raises(NotNow):
            queue.resolve(made.id, "https://there.example/9")

    def test_what_is_sent_again_after_all_is_no_persons_word_any_more(
        self, queue, put, run, channel
    ):
        channel.script = [Unsure("?")]
        made = put()
        run(channel)
        queue.resolve(made.id, None)
        queue.retry(made.id)
        with pytest.raises(NotNow):
            queue.resolve(made.id, "https://there.example/9")
        run(channel)
        with pytest.raises(NotNow):
            queue.resolve(made.id, "https://there.example/9")

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "there.example/9", "https://"])
    def test_only_an_address_is_linked_to(self, queue, put, run, channel, url):
        channel.script = [Unsure("?")]
        made = put()
        run(channel)
        with pytest.raises(UserError, match="is not the address of a post"):
            queue.resolve(made.id, url)
        assert queue.get(made.id).state == "unknown"
        assert queue.resolve(made.id, "").receipt == Receipt(id="marked by hand")


class TestKeys:
    """A channel that knows a message's key for a while is sent the same again, while it does."""

    def test_within_its_life_the_same_is_sent_again(self, queue, put, run, channel, clock):
        channel.repeatable_for = HOUR
        channel.script = [Unsure("no answer")]
        made = put()
        run(channel)
        clock.forward(seconds=11)
        run(channel)
        assert state(queue, made) == ("published", None)
        assert channel.posts == [made.message, made.message]

    def test_after_its_life_never(self, queue, put, run, channel, clock):
        channel.repeatable_for = HOUR
        channel.script = [Unsure("no answer")]
        made = put()
        run(channel)
        clock.forward(minutes=61)
        run(channel)
        assert state(queue, made) == ("unknown", None)
        assert len(channel.posts) == 1

    def test_a_maybe_that_waits_longer_is_looked_for(self, queue, put, run, listed, clock):
        listed.repeatable_for = HOUR
        listed.script = [RetryLater("502", after=3 * 3600, maybe=True)]
        listed.found = [Receipt(id="8")]
        made = put()
        run(listed)
        assert state(queue, made) == ("scheduled", "retry")
        clock.forward(hours=3, seconds=6)
        run(listed)
        run(listed)
        assert queue.get(made.id).receipt == Receipt(id="8")
        assert len(listed.posts) == 1

    def test_a_surely_not_may_wait_as_long_as_it_likes(self, queue, put, run, channel, clock):
        channel.repeatable_for = HOUR
        channel.script = [RetryLater("429", after=3 * 3600)]
        made = put()
        run(channel)
        clock.forward(hours=3, seconds=6)
        run(channel)
        assert state(queue, made) == ("published", None)
        assert len(channel.posts) == 2

    def test_a_maybe_is_not_forgotten_over_a_surely_not(self, queue, put, run, channel, clock):
        channel.repeatable_for = HOUR
        channel.script = [RetryLater("502", maybe=True), RetryLater("429", after=2 * 3600)]
        made = put()
        run(channel)
        clock.forward(minutes=2)
        run(channel)
        clock.forward(hours=2, seconds=6)
        run(channel)
        run(channel)
        assert state(queue, made) == ("unknown", None)
        assert len(channel.posts) == 2


class TestSteps:
    """A thread goes on at the part that failed."""

    class Thread:
        def __init__(self, failures):
            self.failures, self.parts = failures, []

        def publish(self, message, web):
            raise AssertionError("resume is there")

        def resume(self, message, web, journal):
            for number, text in enumerate((message.text, *message.parts)):
                if f"part-{number}" in journal:
                    continue
                if error := self.failures.pop(len(self.parts), None):
                    raise error
                self.parts.append(text)
                journal[f"part-{number}"] = str(number)
            return Receipt(id=journal["part-0"])

    def test_each_part_once(self, queue, put, run, clock):
        thread = self.Thread({1: RetryLater("busy"), 2: Refused("no")})
        made = put(message=sample_message(text="one", parts=("two", "three")))
        run(thread)
        clock.forward(minutes=2)
        run(thread)
        assert queue.get(made.id).state == "failed"
        queue.retry(made.id)
        run(thread)
        assert queue.get(made.id).state == "published"
        assert thread.parts == ["one", "two", "three"]

    def test_after_unsure_it_goes_on_when_the_grace_is_over(self, queue, put, run, clock):
        thread = self.Thread({1: Unsure("?")})
        made = put(message=sample_message(text="one", parts=("two",)))
        run(thread)
        clock.forward(minutes=1)
        run(thread)
        assert thread.parts == ["one"]
        clock.forward(minutes=3)
        run(thread)
        assert queue.get(made.id).state == "published"
        assert thread.parts == ["one", "two"]

    def test_not_for_ever(self, queue, put, run, clock):
        class Lost:
            calls = 0

            def publish(self, message, web):
                raise AssertionError

            def resume(self, message, web, journal):
                self.calls += 1
                raise Unsure("still cannot tell")

        lost = Lost()
        made = put()
        for _ in range(300):
            run(lost)
            clock.forward(minutes=5)
        assert state(queue, made) == ("unknown", None)
        assert lost.calls == 8


class TestMoney:
    class Priced:
        def __init__(self):
            self.posts = []

        def publish(self, message, web):
            self.posts.append(message)
            return Receipt(id=str(len(self.posts)))

        def price(self, message):
            return 0.2

        def afford(self, message, spent):
            if spent + 0.2 > 0.5:
                raise Refused(f"{spent:.2f} are spent")

    def test_a_months_budget(self, queue, put, run, clock):
        priced = self.Priced()
        made = [put(f"p{i}") for i in range(3)]
        run(priced)
        assert [queue.get(d.id).state for d in made] == ["published", "published", "failed"]
        assert queue.get(made[2].id).error == "0.40 are spent"
        clock.now = clock.now.replace(month=12)
        queue.retry(made[2].id)
        run(priced)
        assert queue.get(made[2].id).state == "published"


class TestLostLease:
    """Somebody was slower than the lease."""

    def test_a_late_receipt_is_proof(self, queue, put, run, clock):
        made = put()

        class Slow:
            def publish(self, message, web):
                clock.forward(minutes=10)
                run(Cannot())  # another pass, which finds the lease over
                return Receipt(id="9", url="https://there.example/9")

        class Cannot:
            def publish(self, message, web):
                raise AssertionError("never sent by a second one")

        run(Slow())
        done = queue.get(made.id)
        assert (done.state, done.receipt.id) == ("published", "9")
        assert queue.events(made.id)[-1].note.endswith("learnt late")

    def test_a_late_failure_changes_nothing(self, queue, put, run, clock):
        made = put()

        class Slow:
            def publish(self, message, web):
                clock.forward(minutes=10)
                run(Cannot())
                raise Refused("too late")

        class Cannot:
            def publish(self, message, web):
                raise AssertionError

        run(Slow())
        assert queue.get(made.id).state == "unknown"
        assert queue.events(made.id)[-1].what == "learnt late"


def test_a_session_sends_nothing_after_the_lease(put, run, queue):
    from sharekit.testing import FakeServer, Reply

    asked = []

    class Tardy:
        def publish(self, message, web):
            import time

            asked.append(1)
            time.sleep(0.6)
            web.call("POST", server.url, json={})
            raise AssertionError("the lease was over")

    with FakeServer([Reply(json={})]) as server:
        made = put()
        run(Tardy(), timing=Timing(lease=timedelta(seconds=1.5)))
        assert server.requests == []
    assert asked == [1]
    assert state(queue, made) == ("scheduled", "retry")


def test_limit_bounds_a_pass(put, run, channel):
    for i in range(5):
        put(f"p{i}", account=f"a{i}")
    assert len(run(channel, limit=2)) == 2
    assert len(channel.posts) == 2
