"""Plans as CSV and iCalendar, and CSV back in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.model import Delivery
from sharekit.queue.exchange import from_csv, to_csv, to_ical
from sharekit.testing import sample_message

DUE = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def delivery(text="Words", *, title="A title", state="scheduled", url="https://x.example/p"):
    message = replace(sample_message(post_id="p1", text=text), title=title, url=url)
    return Delivery(
        id="q-0007", message=message, state=state, rev=3, due=DUE, wall="2026-12-01T09:00:00",
        zone="Europe/Berlin",
    )  # fmt: skip


def read(tmp_path, text):
    path = tmp_path / "plan.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    lines, problems = from_csv(path)
    return lines, [f"{p.where.rpartition(':')[2]}: {p.message}" for p in problems]


def test_what_is_written_is_read_back(tmp_path):
    (line,), problems = read(tmp_path, to_csv([delivery('Say "hi", then; go\nhome')]))
    assert problems == []
    assert (line.post, line.to, line.at) == ("p1", "sample:main", "2026-12-01 09:00 Europe/Berlin")
    assert line.text == 'Say "hi", then; go\nhome'


@given(words)
def test_any_text_comes_back_and_is_no_formula(tmp_path_factory, text):
    written = to_csv([delivery(text)])
    (line,), problems = read(tmp_path_factory.mktemp("csv"), written)
    assert problems == []
    # Spreadsheets write their own line ends.
    assert (line.text or "") == text.replace("\r\n", "\n").replace("\r", "\n").strip()


@pytest.mark.parametrize("text", ["=1+1", "@cmd", "+1", "-1", "\tx"])
def test_a_spreadsheet_runs_nothing(text):
    assert f"'{text}" in to_csv([delivery(text)])


def test_what_a_spreadsheet_saves(tmp_path):
    saved = "\ufeffpost;to;at\r\np1;mastodon;2026-12-01 09:00\r\n;;\r\np2;bluesky;\r\n".encode()
    lines, problems = read(tmp_path, saved)
    assert problems == []
    assert [(n.line, n.post, n.to, n.at) for n in lines] == [
        (2, "p1", "mastodon", "2026-12-01 09:00"), (4, "p2", "bluesky", None),
    ]  # fmt: skip


def test_every_problem_is_told_with_its_line(tmp_path):
    lines, problems = read(
        tmp_path, "post,to,at,colour\np1,x,,\n,x,,\np2,,now,\np3,x,now,red,more\n"
    )
    assert [line.post for line in lines] == ["p1"]
    assert problems == [
        "1: the column 'colour' means nothing",
        "3: says nothing under 'post'",
        "4: says nothing under 'to'",
        "5: has more cells than there are columns",
    ]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "has no column 'post'"),
        (b"post,at\np1,now\n", "has no column 'to'"),
        (b"post,to\np1,\xe4\n", "2: is not UTF-8"),
        (b'post,to\np1,"x\n', "is not CSV"),
    ],
)
def test_what_is_no_plan(tmp_path, data, says):
    lines, problems = read(tmp_path, data)
    assert not lines
    assert any(says in problem for problem in problems)


def test_a_calendar_reads_it():
    draft = delivery(state="draft")
    untimed = replace(delivery(), due=None)
    stream = to_ical([draft, untimed], "Otters; news, daily")
    assert r"X-WR-CALNAME:Otters\; news\, daily" in stream.splitlines()
    calendar = icalendar.Calendar.from_ical(stream)
    (event,) = calendar.events
    assert event["DTSTART"].dt == DUE
    assert (event["STATUS"], event["SEQUENCE"], event["URL"]) == (
        "TENTATIVE",
        2,
        "https://x.example/p",
    )
    assert event["SUMMARY"] == "sample:main · A title"


@given(words, words)
def test_any_text_is_a_calendar(text, title):
    stream = to_ical([delivery(text, title=title, url=None)])
    assert max(len(line.encode()) for line in stream.split("\r\n")) <= 75
    (event,) = icalendar.Calendar.from_ical(stream).events
    plain = "".join(
        c
        for c in text.replace("\r\n", "\n").replace("\r", "\n")
        if c == "\n" or (c >= " " and c != "\x7f")
    )
    assert event["DESCRIPTION"] == plain


def test_the_uid_of_a_delivery_stays_when_it_is_edited():
    before, after = delivery("One"), delivery("Two")
    after = replace(after, rev=4, message=replace(after.message, key="another"))
    uids = {icalendar.Calendar.from_ical(to_ical([d])).events[0]["UID"] for d in (before, after)}
    assert len(uids) == 1
