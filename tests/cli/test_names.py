"""A post has one name: the one that is listed is the one that every message says and takes."""

from __future__ import annotations

import json

import pytest

from sharekit.app.posts import choose, name_of, names_of
from sharekit.cli.main import run
from sharekit.errors import UserError
from sharekit.model import Post

CONFIG = """\
sharekit: 1
site: {name: Otter Trust, url: "https://otters.example"}
sources:
  posts: {reader: frontmatter, path: posts%s}
channels:
  outbox: {folder: outbox}
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "bridge.md").write_text(
        "---\ntitle: Under the bridge\ndate: 2026-03-01\n---\nThey are back.\n"
    )
    (tmp_path / "posts" / "ledge.md").write_text(
        "---\ntitle: A ledge\ndate: 2026-03-02\ndraft: true\n---\nSoon.\n"
    )
    (tmp_path / "config.yaml").write_text(CONFIG % ", permalink: /:year/:slug/")
    return tmp_path


@pytest.fixture
def told(capsys, site):
    def tell(*arguments):
        code = run(["-C", str(site), *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return tell


def test_the_name_that_is_listed_is_said_and_taken_everywhere(told, site):
    _, listed, _ = told("posts")
    assert listed.splitlines()[1].split()[2] == "bridge"
    code, out, _ = told("schedule", "bridge", "--to", "outbox", "--at", "now")
    assert (code, out.split()[-1]) == (0, "bridge")
    (site / "config.yaml").write_text(CONFIG % "")
    assert told("posts")[1] == listed
    assert "the post bridge" in told("check")[2]


@pytest.mark.parametrize(
    "name",
    ["bridge", "under-the-bridge", "Under the bridge", "https://otters.example/2026/bridge/"],
)
def test_whatever_a_post_was_called_is_taken(told, name):
    code, out, _ = told("show", name, "--no-card", "--json")
    assert code == 0
    assert json.loads(out)["data"][0]["url"] == "https://otters.example/2026/bridge/"


def test_a_slip_leads_to_the_name(told):
    code, _, err = told("show", "under-the-brigde")
    assert code == 2
    assert "Did you mean 'bridge'?" in err


def test_queue_and_history_take_the_names_too(told):
    told("schedule", "bridge", "--to", "outbox", "--at", "now")
    for arguments in (("queue", "list", "--post"), ("history",)):
        assert "q-0001" in told(*arguments, "under-the-bridge")[1]
        assert told(*arguments, "weir")[0] == 2


def test_an_address_for_an_id_is_shortened():
    post = Post(id="https://otters.example/notes/low-water.html", title="Low water")
    assert name_of(post) == "low-water"
    assert choose([post], "low-water") == [post]
    assert choose([post], post.id) == [post]
    bare = Post(id="https://otters.example/?p=7", title="Low water")
    assert name_of(bare) == bare.id
    assert "low-water" in names_of(bare)


def test_a_name_of_two_posts_is_no_name():
    posts = [Post(id=i, title="Low water") for i in ("a", "b")]
    with pytest.raises(UserError, match="2 posts are called"):
        choose(posts, "low-water")
    assert choose([*posts, Post(id="low-water")], "low-water")[0].id == "low-water"


def test_a_draft_that_is_asked_for_by_name_is_no_success(told):
    for what, queued in ((["ledge"], 0), (["ledge", "bridge"], 1)):
        code, out, err = told("schedule", *what, "--to", "outbox", "--at", "now", "--json")
        document = json.loads(out)
        assert (code, document["ok"], len(document["data"])) == (1, False, queued)
        assert document["problems"][0]["message"] == "ledge is a draft, so it was not queued"
    code, _, err = told("schedule", "posts", "--to", "outbox", "--at", "now")
    assert code == 0
    assert "ledge is a draft; left out" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("publish", "--only", "q-9"), "no delivery q-0009"),
        (("publish", "--only", "q-9", "--dry-run"), "no delivery q-0009"),
        (("queue", "move", "q-1", "--at", "x"), "'x' is not a time"),
        (("queue", "move", "q-1", "--in", "x"), "'x' is not a span"),
        (("queue", "move", "q-1", "--at", "noon", "--tz", "Mars/One"), "no time zone"),
        (("queue", "move", "q-1", "--at", "now", "--in", "2h"), "--at and --in both name"),
        (("queue", "move", "q-1"), "say when"),
        (("queue", "edit", "q-1", "--text", ""), "--text is empty"),
        (("schedule", "bridge", "--to", "outbox", "--at", "x"), "'x' is not a time"),
        (("schedule", "bridge", "--to", "outbox", "--at", "now", "--in", "2h"), "both name a time"),
        (("schedule", "bridge", "--to", "outbox", "--draft", "--slot", "next"), "--slot and --draft"),
        (("schedule", "bridge", "--to", "outbox"), "--draft. For example"),
        (("schedule", "bridge", "--to", "outbox", "--at", "now", "--text", " "), "--text is empty"),
        (("history", "--since", "x"), "2026-11-01"),
    ],
)  # fmt: skip
def test_a_slip_in_what_is_asked_ends_with_2_and_changes_nothing(told, arguments, words):
    told("schedule", "bridge", "--to", "outbox", "--in", "5h")
    before = told("queue", "list", "--json")[1]
    code, out, err = told(*arguments)
    assert (code, out) == (2, "")
    assert words in err
    assert told("queue", "list", "--json")[1] == before


def test_a_text_file_is_one_text_and_readable(told, site):
    asked = ("schedule", "bridge", "--to", "outbox", "--in", "5h", "--text-file")
    for content, words in ((b" \n", "is empty"), (b"\xff\xfe\x00", "is not UTF-8")):
        (site / "text.txt").write_bytes(content)
        code, _, err = told(*asked, str(site / "text.txt"))
        assert code == 2
        assert words in err
    code, _, err = told(*asked, str(site / "text.txt"), "--text", "x")
    assert (code, "Leave one out" in err) == (2, True)


def test_the_help_says_that_slot_needs_its_word(told):
    for arguments in (("schedule", "--help"), ("queue", "move", "--help")):
        assert "--slot next " in told(*arguments)[1]


def test_a_post_that_is_switched_off_everywhere_is_no_success(told, site):
    (site / ".sharekit").mkdir()
    (site / ".sharekit" / "overrides.yaml").write_text("posts: {bridge: {off: [outbox]}}\n")
    code, _, err = told("schedule", "bridge", "--to", "outbox", "--at", "now")
    assert code == 1
    assert "bridge is switched off for these accounts, so it was not queued" in err


def test_a_draft_in_a_csv_is_a_wrong_line(told, site):
    (site / "plan.csv").write_text("post,to\nbridge,outbox\nledge,outbox\n")
    code, _, err = told("queue", "import", str(site / "plan.csv"))
    assert code == 1
    assert "plan.csv:3: ledge is a draft" in err
    assert told("queue", "list")[1] == ""


def test_a_delivery_that_is_named_and_not_due_is_told_of(told):
    told("schedule", "bridge", "--to", "outbox", "--at", "2099-12-01 09:00")
    told("schedule", "bridge", "--to", "outbox", "--at", "now", "--again")
    code, _, err = told("publish", "--only", "q-1", "--only", "q-2")
    assert code == 0
    assert "1 published" in err
    assert "q-0001 was left as it is: scheduled for 2099-12-01 09:00 UTC" in err
