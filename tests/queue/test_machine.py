"""Whatever people, the clock and the network do, in any order: the table keeps its promises.

A random walk over every verb and over passes that meet every kind of outcome. The network is
one that cannot be told a key; what it was given is the truth that the table is held to.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sharekit.errors import Refused, RetryLater, Unauthorized, UserError
from sharekit.errors import Unsure as MaybePosted
from sharekit.model import Limits, Receipt
from sharekit.queue import AlreadyScheduled, NotNow, Pace, Queue
from sharekit.queue.editing import is_approved
from sharekit.queue.schedule import from_utc
from sharekit.queue.turns import run_due
from sharekit.testing import sample_message
from sharekit.web import Session

POSTS = ("p1", "p2", "p3")
OPEN = {"draft", "approved", "scheduled", "held", "failed", "unknown", "publishing"}
OUTCOMES = ("good", "refused", "later", "signed out", "lost", "lost on the way")


class Network:
    """Takes posts, sometimes without being able to say so; and can be asked."""

    limits = Limits()

    def __init__(self, queue, clock):
        self.queue, self.clock = queue, clock
        self.posts, self.next = [], []

    def publish(self, message, web):
        with self.queue.database.read() as transaction:
            row = transaction.one(
                "SELECT * FROM deliveries WHERE state = 'publishing' AND post = :post",
                post=message.post_id,
            )
        assert row is not None, "nothing is sent before the intent is written down"
        assert row["due"] <= self.clock().timestamp(), "nothing is sent before its time"
        assert not row["approval"] or is_approved(row), "nothing is sent that nobody approved"
        outcome = self.next.pop(0) if self.next else "good"
        if outcome == "refused":
            raise Refused("no")
        if outcome == "later":
            raise RetryLater("busy", after=30)
        if outcome == "signed out":
            raise Unauthorized("who are you?")
        if outcome == "lost":
            raise MaybePosted("no answer")
        self.posts.append((message.post_id, message.text))
        if outcome == "lost on the way":
            raise MaybePosted("no answer")
        return Receipt(id=f"r-{message.post_id}-{len(self.posts)}")

    def find(self, message, web):
        there = [n for n, (post, _) in enumerate(self.posts, 1) if post == message.post_id]
        return Receipt(id=f"r-{message.post_id}-{there[0]}") if there else None


class Walk(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.now = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
        self.queue = Queue("", Path(self.folder.name) / ".sharekit", clock=lambda: self.now)
        self.network = Network(self.queue, lambda: self.now)
        self.web = Session(offline=True)
        self.revs = {}

    def teardown(self):
        if hasattr(self, "queue"):
            self.queue.close()
            self.web.close()
            self.folder.cleanup()

    def some(self, data):
        return data.draw(st.sampled_from([item.id for item in self.queue.list()]))

    def has_rows(self):
        return hasattr(self, "queue") and self.queue.count() > 0

    @rule(
        post=st.sampled_from(POSTS),
        minutes=st.integers(-20, 90) | st.none(),
        approval=st.booleans(),
    )
    def schedule(self, post, minutes, approval):
        when = (
            None
            if minutes is None
            else from_utc(self.now + timedelta(minutes=minutes), "Europe/Berlin")
        )
        open_before = self.queue.entries(post=post)
        try:
            self.queue.schedule(self.message(post), when, approval=approval)
        except AlreadyScheduled as there:  # it is there, and said so
            assert there.delivery.message.post_id == post  # noqa: PT017
            assert any(e.state != "cancelled" for e in open_before)

    def message(self, post, text="Words"):
        return sample_message(post_id=post, key=f"{post}-{text}", text=text)

    def may(self, verb, *arguments, **options):
        """Do it, or be told why not; a dry run foretells which."""
        outcomes = []
        for dry_run in (True, False):
            try:
                outcomes.append(
                    getattr(self.queue, verb)(*arguments, dry_run=dry_run, **options).state
                )
            except NotNow as error:
                assert error.problems[0].hint  # noqa: PT017
                outcomes.append("not now")
        assert outcomes[0] == outcomes[1]

    @precondition(has_rows)
    @rule(data=st.data(), verb=st.sampled_from(["approve", "cancel", "retry"]))
    def plain_verb(self, data, verb):
        self.may(verb, self.some(data))

    @precondition(has_rows)
    @rule(data=st.data(), minutes=st.integers(-5, 120))
    def move(self, data, minutes):
        self.may("move", self.some(data), from_utc(self.now + timedelta(minutes=minutes), "UTC"))

    @precondition(has_rows)
    @rule(data=st.data(), text=st.sampled_from(["Words", "Others"]))
    def edit(self, data, text):
        name = self.some(data)
        self.may("edit", name, self.message(self.queue.get(name).message.post_id, text))

    @precondition(has_rows)
    @rule(data=st.data())
    def hold(self, data):
        self.may("hold", self.some(data), "wait")

    @precondition(has_rows)
    @rule(data=st.data())
    def a_person_has_looked(self, data):
        name = self.some(data)
        post = self.queue.get(name).message.post_id
        there = any(p == post for p, _ in self.network.posts)
        self.may("resolve", name, "https://there.example/1" if there else None)

    @rule(pause=st.booleans())
    def pause_or_resume(self, pause):
        try:
            self.queue.pause("sample:main") if pause else self.queue.resume("sample:main")
        except UserError as error:
            assert "is not paused" in str(error)  # noqa: PT017

    @rule(minutes=st.sampled_from([0.2, 3, 11, 45, 2000]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(outcomes=st.lists(st.sampled_from(OUTCOMES), max_size=3))
    def a_pass(self, outcomes):
        self.network.next = list(outcomes)
        pace = Pace(catch_up=timedelta(minutes=1))
        run_due(self.queue, lambda _c, _a: self.network, self.web, paces=lambda _c, _a: pace)

    @invariant()
    def promises(self):
        if not hasattr(self, "queue"):
            return
        rows = self.queue.entries()
        sent = [post for post, _ in self.network.posts]
        assert len(sent) == len(set(sent)), "never twice"
        for post in POSTS:
            mine = [e for e in rows if e.post == post]
            assert sum(e.state in OPEN | {"published"} for e in mine) <= 1
            if post in sent:
                assert any(e.state in ("published", "unknown", "publishing") for e in mine), (
                    "never lost"
                )
            if any(e.state == "published" for e in mine):
                assert post in sent, "nothing is called published that is not"
        with self.queue.database.read() as transaction:
            for row in transaction.all("SELECT * FROM deliveries"):
                assert row["rev"] >= self.revs.get(row["n"], 1)
                self.revs[row["n"]] = row["rev"]
                events = transaction.all("SELECT rev FROM events WHERE delivery = :n", n=row["n"])
                assert {e["rev"] for e in events} >= set(range(1, row["rev"] + 1)), (
                    "every change left a trace"
                )
                assert (row["wake"] is not None) == (
                    row["state"] in ("scheduled", "publishing")
                    or (row["state"] == "unknown" and row["waiting"] is not None)
                )


TestWalk = Walk.TestCase
TestWalk.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
