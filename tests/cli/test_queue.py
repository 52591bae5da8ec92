"""The editor's verbs as commands: what they print, their JSON, their exit codes, their dry runs."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time

import click
import pytest

from sharekit.cli.main import run
from sharekit.testing import FakeServer, Reply

CONFIG = """\
sharekit: 1
site: {{name: Withy, url: https://withy.example, timezone: Europe/Berlin}}
sources: {{posts: {{reader: frontmatter, path: posts}}}}
network: {{allow: ["127.0.0.1"]}}
channels:
  webhook: {{url: "{url}/post", attach: none}}
  webhook:careful: {{url: "{url}/careful", attach: none, approve: required, slots: [daily 09:00]}}
schedule: {{notify: ["{url}/hook"]}}
"""


@pytest.fixture
def network(tmp_path, monkeypatch):
    (tmp_path / "posts").mkdir()
    for n in range(1, 5):
        text = f"---\ntitle: Post {n}\nurl: https://withy.example/p{n}\n---\nWords.\n"
        (tmp_path / "posts" / f"p{n}.md").write_text(text)
    for name in ("CI", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    with FakeServer(handler=lambda _: Reply(json={})) as server:
        (tmp_path / "config.yaml").write_text(CONFIG.format(url=server.url))
        monkeypatch.chdir(tmp_path)
        yield server


def to(path):
    return lambda request: request.path == path


@pytest.fixture
def ask(network, capsys):
    """Runs a command with --json; its data, and everything else in `.whole`."""

    def ask(*words, code=0):
        got = run([*words, "--json"])
        out, err = capsys.readouterr()
        assert got == code, out + err
        ask.whole, ask.err = json.loads(out), err
        return ask.whole["data"]

    return ask


@pytest.fixture
def say(network, capsys):
    """Runs a command for a person; what stands on stdout, and stderr in `.err`."""

    def say(*words, code=0):
        got = run(list(words))
        out, err = capsys.readouterr()
        assert got == code, out + err
        say.err = click.unstyle(err)
        return click.unstyle(out)

    return say


def states(ask):
    return {row["id"]: row["state"] for row in ask("queue", "list")}


def test_an_empty_queue(say, ask):
    assert say("queue") == ""
    assert say.err == "Nothing is queued\n"
    assert ask("queue") == []


def test_scheduling_tells_when_and_a_dry_run_keeps_out(say, ask):
    out = say("schedule", "p1", "--to", "webhook", "--at", "2027-03-28 02:30", "--dry-run")
    assert "2027-03-28 03:30 Europe/Berlin" in out
    assert re.search(r"p1 to webhook:main: \d+ graphemes", out)
    assert "Would queue 1 delivery" in say.err
    assert "the clocks go forward: there is no 02:30 that day, so it is 03:30" in say.err
    assert ask("queue") == []
    say("schedule", "p1", "--to", "webhook:main", "--at", "2027-10-31 02:30")
    assert "the clocks go back: 02:30 comes twice that day, the first one counts" in say.err
    assert "No worker is running: sharekit worker sends it" in say.err
    (row,) = ask("queue")
    assert (row["due"], row["zone"]) == ("2027-10-31T00:30:00+00:00", "Europe/Berlin")
    assert ask.whole["problems"][0]["code"] == "nobody-works"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--at", "tuesday"], "has no time of day"),
        (["--at", "31 feb 9:00"], "is not a time"),
        (["--at", "now", "--in", "2h"], "--at and --in both name a time"),
        ([], "say when"),
        (["--in", "soon"], "is not a span of time"),
        (["--at", "9:00", "--tz", "Mars/Olympus"], "there is no time zone 'Mars/Olympus'"),
    ],
)
def test_a_time_that_is_not_clear(say, words, says):
    say(
        "schedule",
        "p1",
        "--to",
        "webhook:main",
        *words,
        code=2,
    )
    assert says in say.err
    assert say.err.count("\n") >= 2, "the next step is said"


def test_slots_of_each_account_and_no_slots(ask, say):
    rows = ask("schedule", "p1", "p2", "--to", "webhook:careful", "--slot", "next")
    assert [row["wall"][11:] for row in rows] == ["09:00:00", "09:00:00"]
    assert len({row["wall"] for row in rows}) == 2
    say("schedule", "p3", "--to", "webhook:main", "--slot", "next", code=1)
    assert "the account has no slots" in say.err
    assert "slots: [mon-fri 09:00, sat 11:00]" in say.err


def test_approval_is_dropped_by_every_change(ask, say):
    (row,) = ask("schedule", "p1", "--to", "webhook:careful", "--in", "9d")
    name = row["id"]
    assert row["state"] == "draft"
    assert ask("approve", name, "--by", "Mira", "--dry-run")[0]["state"] == "scheduled"
    for change in (
        ["move", name, "--in", "8d"],
        ["edit", name, "--text", "Other https://withy.example/p1"],
    ):
        assert ask("approve", name, "--by", "Mira", "--note", "fine")[0]["state"] == "scheduled"
        say("queue", *change, "--dry-run")
        assert states(ask) == {name: "scheduled"}
        assert ask("queue", *change)[0]["state"] == "draft"
        assert f"sharekit approve {name}" in ask.err
    events = [(e["who"], e["what"], e["note"]) for e in ask("history", "p1")]
    assert ("Mira", "approved", "fine") in events
    out = say("queue", "show", name)
    assert "| Other https://withy.example/p1" in out
    assert f"next: sharekit approve {name}" in out


def test_moving(ask, say):
    (row,) = ask("schedule", "p1", "--to", "webhook:careful", "--at", "2027-04-01 14:30")
    move = ["queue", "move", row["id"]]
    assert ask(*move, "--at", "2027-05-05")[0]["wall"] == "2027-05-05T14:30:00"
    assert ask(*move, "--slot", "next")[0]["wall"][11:] == "09:00:00"
    assert ask(*move, "--at", "2027-05-05 10:00", "--tz", "Asia/Tokyo")[0]["zone"] == "Asia/Tokyo"
    say(*move, code=2)
    assert "say when" in say.err
    say("queue", "move", "q-99", "x", row["id"], "--in", "3d", code=1)
    assert "there is no delivery q-0099" in say.err
    assert "'x' is not the id of a delivery" in say.err
    assert "Moved 1" in say.err


def test_failures_are_shown_by_cause_with_the_next_step(network, ask, say):
    network.fail(Reply(status=422, json={"error": "too rude"}), times=2, when=to("/post"))
    ask("schedule", "p1", "p2", "--to", "webhook:main", "--at", "now")
    done = ask("publish", "--due", code=1)
    assert [row["state"] for row in done] == ["failed", "failed"]
    out = say("queue", "list", "--status", "failed")
    assert out.startswith("2 failed: ")
    assert out.count("too rude") == 1
    assert "  not sent, safe to send again\n" in out
    assert "q-0001  p1 → webhook:main" in out
    assert "  next: sharekit queue retry q-0001 q-0002\n" in out
    row = ask("queue", "list", "--status", "failed")[0]
    assert (row["cause"], row["sent"], row["next"]) == (
        "refused",
        "no",
        "sharekit queue retry q-0001",
    )
    assert ask("history", "--failed")[0]["what"] == "failed"
    (told,) = [r for r in network.requests if r.path == "/hook"]
    assert len(told.json()["problems"]) == 2
    ask("queue", "retry", "--failed", "--account", "webhook", "--dry-run")
    assert states(ask)["q-0001"] == "failed"
    ask("queue", "retry", "--failed")
    assert [row["state"] for row in ask("publish", "--due")] == ["published", "published"]
    say("queue", "retry", "--failed", code=2)
    assert "there is nothing to retry" in say.err


def test_a_refused_sign_in_pauses_keeps_and_goes_on(network, ask, say):
    network.fail(Reply(status=401, json={}), times=1, when=to("/post"))
    ask("schedule", "p1", "--to", "webhook:main", "--at", "now")
    ask("publish", "--due", code=4)
    say("publish", "--due", code=4)
    assert "1 due and not sent: webhook:main is paused" in say.err
    assert "sharekit queue resume webhook:main" in say.err
    out = say("queue", "list")
    assert "scheduled" in out
    assert "webhook:main is paused" in say.err
    assert "sharekit queue resume webhook:main" in say.err
    say("queue", "retry", "--failed", code=4)
    assert "webhook:main is paused" in say.err
    assert (
        "webhook:main paused"
        in next(r for r in network.requests if r.path == "/hook").json()["text"]
    )
    assert ask("queue", "resume", "webhook:main") == [
        {"account": "webhook:main", "paused": False, "waiting": 1}
    ]
    assert [row["state"] for row in ask("publish", "--due")] == ["published"]
    assert len([r for r in network.requests if r.path == "/hook"]) == 1


def test_what_waits_is_not_called_nothing(network, ask, say):
    network.fail(Reply(status=429, headers={"Retry-After": "600"}), when=to("/post"))
    network.fail(Reply(status=429), when=to("/careful"))
    ask("schedule", "p1", "p2", "--to", "webhook:main", "--at", "now")
    ask("schedule", "p1", "--to", "webhook:careful", "--at", "now")
    ask("approve", "q-0003")
    ask("publish", "--due", code=3)
    for words in (["--due"], ["--due", "--dry-run"]):
        assert ask("publish", *words) == []
        idle, asked, later = ask.whole["remarks"]
        assert idle == ("Would send 0" if "--dry-run" in words else "Nothing was sent")
        assert "2 due and not sent: the channel of webhook:main asked to wait until" in asked
        assert later.startswith("1 due and not sent yet, to be tried again")
    say("retry", "q-0001")
    assert "the channel of webhook:main asked to wait until" in say.err
    say("publish", "--only", "q-0002")
    assert "q-0002 was left as it is" in say.err
    assert "1 due and not sent: the channel of webhook:main asked to wait" in say.err
    say("publish", "--only", "q-0003")
    assert "1 due and not sent yet, to be tried again" in say.err
    ask("queue", "move", "q-0002", "--in", "1d")
    say("publish", "--only", "q-0002")
    assert "due and not sent" not in say.err
    ask("retry", "q-0003")
    assert [row["state"] for row in ask("publish", "--due")] == ["published"]


def test_a_pass_that_is_told_to_stop_lets_the_post_on_its_way_arrive(network, ask, capsys):
    signals = [signal.SIGTERM]

    def told(_request):
        if signals:
            os.kill(os.getpid(), signals.pop())
        return False

    network.fail(Reply(status=500), when=told)
    ask("schedule", "p1", "p2", "--to", "webhook:main", "--at", "now")
    assert run(["publish", "--due", "--json"]) == 130
    answer = json.loads(capsys.readouterr().out)
    assert [(row["id"], row["state"]) for row in answer["data"]] == [("q-0001", "published")]
    assert "Told to stop: nothing more was begun" in answer["remarks"]
    assert states(ask) == {"q-0001": "published", "q-0002": "scheduled"}
    assert [row["id"] for row in ask("publish", "--due")] == ["q-0002"]


def test_what_is_unknown_is_resolved_by_a_person(network, ask, say):
    network.fail(Reply(status=500), times=9, when=to("/post"))
    (row,) = ask("schedule", "p1", "--to", "webhook:main", "--at", "now")
    ask("publish", "--due", code=1)
    assert states(ask) == {row["id"]: "unknown"}
    out = say("queue", "list", "--status", "unknown")
    assert "it may be out: look at the account before anything else" in out
    assert f"sharekit queue resolve {row['id']} --published URL, or --not-published" in out
    say("queue", "retry", row["id"], code=1)
    assert "it may have been published: look at the account first" in say.err
    say("queue", "resolve", row["id"], code=2)
    for wrong in ("notaurl", "javascript:alert(1)", "https://"):
        say("queue", "resolve", row["id"], "--published", wrong, code=1)
        assert "is not the address of a post" in say.err
    say("queue", "resolve", row["id"], "q-0009", "--published", "https://x.example/1", code=2)
    assert "Resolve them one by one." in say.err
    assert states(ask) == {row["id"]: "unknown"}
    assert (
        ask("queue", "resolve", row["id"], "--not-published", "--dry-run")[0]["state"] == "failed"
    )
    (done,) = ask("queue", "resolve", row["id"], "--published", "https://there.example/7")
    assert (done["state"], done["receipt"]["url"]) == ("published", "https://there.example/7")
    (mended,) = ask("queue", "resolve", row["id"], "--published", "https://there.example/8")
    assert mended["receipt"]["url"] == "https://there.example/8"


def test_pause_and_resume(ask, say):
    ask("schedule", "p1", "--to", "webhook:main", "--in", "2h")
    assert (
        ask("queue", "pause", "webhook:main", "--reason", "holidays", "--dry-run")[0]["waiting"]
        == 1
    )
    say("queue")
    assert "paused" not in say.err
    ask("queue", "pause", "webhook:main", "--reason", "holidays")
    say("queue")
    assert "webhook:main is paused: holidays" in say.err
    say("queue", "resume", "webhook")
    say("queue", "resume", "webhook:main", code=2)
    assert "is not paused" in say.err
    assert "None is; sharekit queue list shows what waits." in say.err
    ask("queue", "pause", "webhook:careful")
    say("queue", "resume", "webhook:main", code=2)
    assert "Paused: webhook:careful." in say.err
    for command in (["queue", "pause", "webhok"], ["queue", "list", "--account", "webhok"],
                    ["queue", "retry", "--failed", "--account", "webhok"]):  # fmt: skip
        say(*command, code=2)
        assert "Did you mean 'webhook'?" in say.err


def test_every_decision_names_who_made_it(network, ask):
    def who(*words):
        ask(*words, "--by", "mira")
        return ask("history", "--limit", "1")[0]

    ask("schedule", "p1", "--to", "webhook:careful", "--in", "2h")
    for words, what in (
        (("schedule", "p2", "--to", "webhook:main", "--draft"), "scheduled"),
        (("approve", "q-0001"), "approved"),
        (("queue", "move", "q-0001", "--in", "3h"), "moved"),
        (("queue", "edit", "q-0001", "--text", "Other words"), "edited"),
        (("queue", "cancel", "q-0001"), "cancelled"),
        (("queue", "pause", "webhook:main"), "paused"),
        (("queue", "resume", "webhook:main"), "resumed"),
    ):
        event = who(*words)
        assert (event["who"], event["what"]) == ("mira", what)
    network.fail(Reply(status=500), times=9, when=to("/post"))
    ask("queue", "move", "q-0002", "--at", "now")
    ask("publish", "--due", code=1)
    assert who("queue", "resolve", "q-0002", "--not-published")["who"] == "mira"
    assert who("queue", "retry", "q-0002")["who"] == "mira"


def test_history_names_the_person(ask, monkeypatch):
    monkeypatch.setenv("SHAREKIT_USER", "maria")
    ask("schedule", "p1", "--to", "webhook:main", "--draft")
    ask("approve", "q-0001", "--by", "jon")
    monkeypatch.delenv("SHAREKIT_USER")
    monkeypatch.setenv("LOGNAME", "desk")
    ask("queue", "cancel", "q-0001")
    assert [(e["who"], e["what"]) for e in ask("history")] == [
        ("desk", "cancelled"), ("jon", "approved"), ("maria", "scheduled"),
    ]  # fmt: skip


def test_lists_can_be_narrowed(ask, say, monkeypatch):
    ask("schedule", "p1", "p2", "--to", "webhook:main", "--in", "2h")
    ask("schedule", "p3", "--to", "webhook:careful", "--in", "20d")
    ask("schedule", "p4", "--to", "webhook:main", "--in", "60d")
    ids = {key: [row["post"] for row in ask("queue", "list", *words)] for key, words in {
        "week": ["--week"], "month": ["--month"], "account": ["--account", "webhook:careful"],
        "post": ["--post", "p4"], "draft": ["--status", "waiting"], "few": ["--limit", "1"],
    }.items()}  # fmt: skip
    assert ids == {
        "week": ["p1", "p2"], "month": ["p1", "p2", "p3"], "account": ["p3"], "post": ["p4"],
        "draft": ["p3"], "few": ["p1"],
    }  # fmt: skip
    assert [row["post"] for row in ask("queue", "--week", "--limit", "1")] == ["p1"]
    monkeypatch.setattr("sharekit.cli.queue.SHOWN", 3)
    assert say("queue").count("q-0") == 3
    assert "... and 1 more; --limit N shows more of them" in say.err
    assert len(ask("queue")) == 4, "a script is given all"


def test_a_plan_goes_out_as_csv_and_comes_back(ask, say, tmp_path):
    ask("schedule", "p1", "--to", "webhook:main", "--at", "2027-04-01 14:30")
    ask("schedule", "p2", "--to", "webhook:main", "--draft")
    assert ask("queue", "export", "--csv", "plan.csv", "--ical", "plan.ics") == [
        "plan.csv",
        "plan.ics",
    ]
    assert "BEGIN:VEVENT" in (tmp_path / "plan.ics").read_text()
    assert say("queue", "export", "--csv", "-") == (tmp_path / "plan.csv").read_bytes().decode()
    assert {row["state"] for row in ask("queue", "import", "plan.csv", "--dry-run")} == {
        "scheduled",
        "draft",
    }
    for row in ask("queue"):
        ask("queue", "cancel", row["id"])
    back = ask("queue", "import", "plan.csv")
    assert [(row["post"], row["wall"]) for row in back] == [
        ("p1", "2027-04-01T14:30:00"),
        ("p2", None),
    ]


def test_what_was_over_when_it_was_written_is_not_queued_by_its_table(ask, say, tmp_path):
    ask("schedule", "p1", "p2", "--to", "webhook:main", "--in", "2h")
    ask("schedule", "p3", "--to", "webhook:main", "--at", "now")
    ask("publish", "--due")
    ask("queue", "cancel", "q-0001")
    say("queue", "export", "--all", "--csv", "plan.csv")
    say("queue", "import", "plan.csv")
    assert "Queued 0, left 3 as they are" in say.err
    (tmp_path / "plan.csv").write_text(
        edited((tmp_path / "plan.csv").read_text(), q0001=("at", "now"))
    )
    say("queue", "import", "plan.csv", code=1)
    assert "q-0001 is cancelled, and cannot be changed any more" in say.err
    (tmp_path / ".sharekit" / "queue.sqlite").unlink()
    say("queue", "import", "plan.csv")
    assert "plan.csv:2: q-0003 was published in another queue; left out" in say.err
    assert [row["post"] for row in ask("queue")] == ["p2"]


def test_a_table_read_into_another_queue_gives_own_words_only_where_they_are(ask, say, tmp_path):
    from sharekit.app import App

    ask("schedule", "p1", "--to", "webhook:main", "--in", "2h")
    ask("schedule", "p2", "--to", "webhook:main", "--in", "2h", "--text", "My own")
    say("queue", "export", "--csv", "plan.csv")
    (tmp_path / ".sharekit" / "queue.sqlite").unlink()
    rows = ask("queue", "import", "plan.csv")
    queue = App.open(tmp_path).queue
    assert {row["post"]: queue.has_own_words(row["id"]) for row in rows} == {
        "p1": False,
        "p2": True,
    }


def test_a_thread_is_edited_whole(ask, say, monkeypatch, tmp_path):
    config = tmp_path / "config.yaml"
    thread = "  outbox: {like: x, thread: true, attach: none}\nschedule:"
    config.write_text(config.read_text().replace("schedule:", thread))
    (row,) = ask("schedule", "p1", "--to", "outbox", "--in", "2h", "--text", "A long one. " * 40)
    before = ask("queue", "show", row["id"])["message"]
    assert before["parts"]
    monkeypatch.setattr("sharekit.cli.options.Run.interactive", True)
    monkeypatch.setattr(click, "edit", lambda text: text.replace("#: part 2\n", "#: part 2\nNew. "))
    say("queue", "edit", row["id"])
    after = ask("queue", "show", row["id"])["message"]
    assert after["text"] == before["text"]
    assert after["parts"] == [f"New. {before['parts'][0]}", *before["parts"][1:]]
    table = f"id,post,to,text\n{row['id']},p1,outbox,First words\n"
    (tmp_path / "plan.csv").write_text(table)
    say("queue", "import", "plan.csv")
    changed = ask("queue", "show", row["id"])["message"]
    assert (changed["text"], changed["parts"]) == ("First words", after["parts"])


def test_one_thing_is_printed_at_a_time(ask, say):
    for words in (["--csv", "-", "--ical", "-"], ["--csv", "-", "--json"]):
        say("queue", "export", *words, code=2)


def test_a_place_that_cannot_be_written_to(ask, say, tmp_path):
    (tmp_path / "taken").write_text("")
    say("queue", "export", "--csv", "taken/plan.csv", code=2)
    assert "taken/plan.csv cannot be written" in say.err


def test_a_plan_with_mistakes_lists_them_all_and_queues_nothing(ask, say, tmp_path):
    (tmp_path / "plan.csv").write_text(
        "post,to,at\np1,webhook:main,2027-04-01 14:30\np9,webhook:main,now\np2,nobody,now\n"
        "p3,webhook:main,someday\n,webhook:main,now\n"
    )
    for words in (["--dry-run"], []):
        ask("queue", "import", "plan.csv", *words, code=1)
        problems = {p["where"].rpartition(":")[2]: p["message"] for p in ask.whole["problems"]}
        assert problems == {
            "3": "there is no post 'p9'",
            "4": "there is no account 'nobody'",
            "5": "'someday' is not a time",
            "6": "says nothing under 'post'",
        }
    assert ask("queue") == []
    say("queue", "import", "plan.csv", code=1)
    assert "Nothing was queued or changed. Mend these lines and import the file again." in say.err


def edited(rows, **changes):
    """An exported plan, its cells changed: `q0001=("at", "2027-04-02 10:00")`."""
    found = list(csv.DictReader(io.StringIO(rows)))
    for row in found:
        column, value = changes.get(row["id"].replace("-", ""), (None, None))
        if column:
            row[column] = value
    out = io.StringIO()
    writer = csv.DictWriter(out, found[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return out.getvalue()


def test_a_plan_is_edited_as_a_table(ask, say, tmp_path):
    for n, account in ((1, "main"), (2, "main"), (3, "careful")):
        ask("schedule", f"p{n}", "--to", f"webhook:{account}", "--at", f"2027-04-0{n} 14:30")
    ask("queue", "approve", "q-0003")
    plan = say("queue", "export", "--csv", "-")
    (tmp_path / "plan.csv").write_text(
        edited(
            plan,
            q0001=("at", "2027-04-09 08:15"),
            q0002=("at", ""),
            q0003=("text", "Other words"),
        )
        + ",p4,webhook:careful,next slot,,,,\n"
    )
    before = ask("queue")
    foretold = ask("queue", "import", "plan.csv", "--dry-run")
    assert ask("queue") == before
    done = ask("queue", "import", "plan.csv")
    assert foretold == done
    assert [(row["id"], row["wall"][:16], row["state"]) for row in done[:3]] == [
        ("q-0001", "2027-04-09T08:15", "scheduled"),
        ("q-0002", "2027-04-02T14:30", "scheduled"),
        ("q-0003", "2027-04-03T14:30", "draft"),
    ]
    assert (done[3]["id"], done[3]["wall"][11:16]) == ("q-0004", "09:00")
    assert ask("queue", "show", "q-0003")["message"]["text"] == "Other words"
    assert len(ask("queue", "show", "q-0002")["events"]) == 1, "what stayed has no event"
    say("queue", "import", "plan.csv")
    assert "Queued 0, left 4 as they are" in say.err


def test_a_table_with_one_wrong_id_changes_nothing(ask, say, tmp_path):
    ask("schedule", "p1", "p2", "--to", "webhook:main", "--at", "2027-04-01 14:30")
    ask("schedule", "p3", "--to", "webhook:main", "--at", "now")
    ask("publish", "--due")
    before = ask("queue")
    (tmp_path / "plan.csv").write_text(
        "id,post,to,at\nq-0001,p1,webhook:main,2027-05-01 10:00\n"
        "q-0002,p4,webhook:main,2027-05-01 10:00\nq-0003,p3,webhook:main,2027-05-01 10:00\n"
        "q-0001,p1,webhook:main,\nx,p4,webhook:main,\n"
        ",p4,webhook:careful,\n,p4,webhook:careful,\n"
    )
    say("queue", "import", "plan.csv", code=1)
    for line in (
        "plan.csv:3: q-0002 is p2 to webhook:main, not p4 to webhook:main",
        "plan.csv:4: q-0003 is published, and cannot be changed any more",
        "plan.csv:5: q-0001 stands in line 2 already",
        "plan.csv:6: 'x' is not the id of a delivery",
        "plan.csv:8: p4 to webhook:careful stands in line 7 already",
    ):
        assert line in say.err
    assert ask("queue") == before


def test_a_dry_run_names_each_delivery_apart_and_as_it_will_be(ask):
    words = ("schedule", "p1", "p2", "p3", "--to", "webhook:main", "--in", "2h")
    foretold = [row["id"] for row in ask(*words, "--dry-run")]
    assert foretold == ["q-0001", "q-0002", "q-0003"]
    assert [row["id"] for row in ask(*words)] == foretold


def test_what_is_there_already_uses_up_no_slot(ask):
    ask("schedule", "p1", "--to", "webhook:careful", "--at", "2027-04-01 14:30")
    alone = ask("schedule", "p2", "--to", "webhook:careful", "--slot", "next", "--dry-run")
    both = ask("schedule", "p1", "p2", "--to", "webhook:careful", "--slot", "next", "--dry-run")
    assert next(row["due"] for row in both if row["post"] == "p2") == alone[0]["due"]


def test_a_zone_that_is_none_is_a_slip(say):
    say("schedule", "p1", "--to", "webhook:careful", "--at", "tue 09:00", "--tz", "Mars/X", code=2)
    assert "there is no time zone 'Mars/X'" in say.err
    for words in (["schedule", "p1", "--to", "webhook:careful"], ["queue", "move", "q-0001"]):
        say(*words, "--slot", "next", "--tz", "UTC", code=2)
        assert "--tz does not go with --slot" in say.err, "slots are on the site's clock"
        say(*words, "--at", "next slot", "--tz", "UTC", code=2)
        assert "--tz does not go with" in say.err


def test_an_editor_is_shown_the_counter(ask, say, monkeypatch):
    (row,) = ask("schedule", "p1", "--to", "webhook:main", "--in", "2h")
    seen = []

    def editor(text):
        seen.append(text)
        return text.replace("Post 1", "Another text")

    monkeypatch.setattr(click, "edit", editor)
    monkeypatch.setattr("sharekit.cli.options.Run.interactive", True)
    say("queue", "edit", row["id"])
    assert seen[0].startswith(f"#: {row['id']} to p1 to webhook:main: ")
    assert "Lines that begin with #: are left out." in seen[0]
    message = ask("queue", "show", row["id"])["message"]
    assert message["text"] == "Another text https://withy.example/p1"


def test_an_editor_that_is_not_there_is_told(ask, say, monkeypatch) -> None:
    (row,) = ask("schedule", "p1", "--to", "webhook:main", "--in", "2h")
    monkeypatch.setenv("VISUAL", "/nonexistent")
    monkeypatch.setattr("sharekit.cli.options.Run.interactive", True)
    ask("queue", "edit", row["id"], code=2)
    (problem,) = ask.whole["problems"]
    assert "the editor failed: /nonexistent" in problem["message"]
    assert "EDITOR" in problem["hint"]


def test_a_worker_sends_tells_and_leaves_a_heartbeat(network, ask, say, tmp_path):
    network.fail(Reply(status=422, json={"error": "no"}), times=1, when=to("/careful"))
    ask("schedule", "p1", "--to", "webhook:main", "--in", "1s")
    (draft,) = ask("schedule", "p2", "--to", "webhook:careful", "--in", "1s")
    ask("approve", draft["id"])
    worker = subprocess.Popen(
        [sys.executable, "-m", "sharekit", "worker"],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while "scheduled" in states(ask).values() or "publishing" in states(ask).values():
            assert time.monotonic() < end, "nothing was sent"
            time.sleep(0.2)
        assert ask.whole["problems"] == [], "somebody works"
        pulse = next(f for f in ask("doctor", code=0) if f["what"] == "queue")
        assert pulse["says"] == "1 worker alive, 0 overdue"
    finally:
        worker.send_signal(signal.SIGTERM)
        _, err = worker.communicate(timeout=40)
    assert worker.returncode == 0, err
    assert re.search(r"q-0001 webhook:main published", err)
    assert re.search(r"q-0002 webhook:careful failed", err)
    (told,) = [r for r in network.requests if r.path == "/hook"]
    assert [p["where"] for p in told.json()["problems"]] == ["q-0002"]
    assert states(ask) == {"q-0001": "published", "q-0002": "failed"}


def test_a_time_in_the_quiet_hours_is_said_aloud_and_taken(ask, say, tmp_path):
    """Slots keep out of them by themselves; who names a time means it."""
    config = tmp_path / "config.yaml"
    hours = 'hook"], quiet: "22:00-07:00"}'
    config.write_text(config.read_text().replace('hook"]}', hours))
    told = "lies in the quiet hours of webhook (22:00-07:00)"
    say("schedule", "p1", "--to", "webhook", "--at", "2031-12-01 23:30")
    assert f"23:30 {told}" in say.err
    say("schedule", "p2", "--to", "webhook", "--at", "2031-12-01 12:00")
    assert told not in say.err
    say("queue", "move", "q-0002", "--at", "2031-12-01 18:00 America/New_York")
    assert f"q-0002: 00:00 {told}" in say.err, "the hours are those of the site's clock"
    plan = tmp_path / "plan.csv"
    plan.write_text("post,to,at\np3,webhook,2031-12-01 02:00\n")
    say("queue", "import", str(plan), "--dry-run")
    assert f"plan.csv:2: 02:00 {told}" in say.err
    assert set(states(ask).values()) == {"scheduled"}


@pytest.mark.parametrize(
    "words",
    [
        ["queue", "move", "--at", "now"], ["queue", "nothing"], ["queue", "list", "--limit", "0"],
        ["queue", "resolve", "q-1"], ["publish"], ["follow", "--all", "--skip"],
    ],
)  # fmt: skip
def test_wrong_usage_names_a_next_step_in_json_too(ask, words):
    assert ask(*words, code=2) is None
    (problem,) = ask.whole["problems"]
    assert problem["code"] == "usage"
    assert problem["hint"]


def test_slots_that_are_never_used_are_told(ask, say, tmp_path):
    assert not [row for row in ask("doctor") if "quiet hours" in row["says"]]
    path = tmp_path / "config.yaml"
    path.write_text(
        path.read_text().replace("[daily 09:00]", "[daily 09:00, sat 23:30], quiet: '22:00-07:00'")
    )
    (row,) = [row for row in ask("doctor") if "quiet hours" in row["says"]]
    assert (row["what"], row["state"]) == ("account webhook:careful", "warning")
    assert row["says"].endswith("(22:00-07:00) are never used: 23:30")


def test_json_holds_what_a_person_is_told(ask, tmp_path) -> None:
    config = tmp_path / "config.yaml"
    quiet = config.read_text().replace("schedule: {", 'schedule: {quiet: "22:00-07:00", ')
    config.write_text(quiet)
    (row,) = ask("schedule", "p1", "--to", "webhook", "--at", "2027-05-04 23:30")
    quiet, nobody = ask.whole["remarks"]
    assert "quiet hours" in quiet
    assert "No worker is running" in nobody
    # The clocks go forward on 28 March 2027 at 2 in Berlin: there is no 2:30.
    ask("queue", "move", row["id"], "--at", "2027-03-28 02:30")
    (gap,) = ask.whole["remarks"]
    assert gap.startswith(row["id"])
    assert "03:30" in gap
    ask("queue", "move", row["id"], "--at", "2027-03-29 12:30")
    assert ask.whole["remarks"] == []
    (tmp_path / "plan.csv").write_text("post,to,at,text\np2,webhook,2027-05-04 23:30,\n")
    ask("queue", "import", "plan.csv", "--dry-run")
    (line,) = ask.whole["remarks"]
    assert "plan.csv:2: " in line
    assert "quiet hours" in line
