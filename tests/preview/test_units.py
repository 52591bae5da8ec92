from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from sharekit import plugins
from sharekit.composer import SIZES, Composer
from sharekit.errors import Problem, SharekitError
from sharekit.model import Asset, Card, Link, Message, Post
from sharekit.preview import drawing, networks, states, words
from sharekit.preview.pages import article
from sharekit.preview.times import Clock

PREVIEW = Path(networks.__file__).parent
MESSAGE = Message(
    key="k",
    post_id="p",
    channel="x",
    account="main",
    text="",
    created=datetime(2026, 1, 1, tzinfo=UTC),
)


# --- times


def test_a_time_names_its_zone():
    clock = Clock("Europe/Berlin", datetime(2026, 11, 24, 8, tzinfo=UTC))
    due = datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert clock.say(due) == "Tue 1 Dec, 09:00 CET"
    assert clock.say(datetime(2026, 11, 24, 16, tzinfo=UTC)) == "today, 17:00 CET"
    assert clock.say(datetime(2027, 7, 1, 7, tzinfo=UTC)) == "Thu 1 Jul 2027, 09:00 CEST"
    assert clock.zone_words(due) == "Berlin time (CET, UTC+1)"
    assert clock.utc(datetime(2026, 11, 30, 23, 30, tzinfo=UTC)) == "Mon 30 Nov, 23:30 UTC"


def test_a_zone_without_letters_says_its_offset():
    clock = Clock("Asia/Kathmandu", datetime(2026, 11, 24, tzinfo=UTC))
    assert clock.time(datetime(2026, 11, 24, 3, 15, tzinfo=UTC)) == "09:00 UTC+5:45"
    assert clock.zone_words(clock.now) == "Kathmandu time (UTC+5:45)"


def test_utc_is_called_by_its_name():
    assert Clock("UTC").zone_words(datetime(2026, 11, 24, tzinfo=UTC)) == "UTC"


def test_the_week_in_which_the_clocks_change_says_so():
    clock = Clock("Europe/Berlin", datetime(2026, 10, 20, tzinfo=UTC))
    days = clock.week(date(2026, 10, 25))
    assert [clock.change(day) for day in days] == [None] * 6 + ["clocks go back"]
    assert clock.week_words(days) == "19 to 25 Oct 2026"
    assert clock.week_words(clock.week(date(2026, 12, 31))) == "28 Dec 2026 to 3 Jan 2027"


# --- words


def test_every_word_that_is_asked_for_is_there():
    sources = [*PREVIEW.rglob("*.py"), *PREVIEW.rglob("*.html")]
    asked = {
        key
        for path in sources
        for key in re.findall(r"""\bw\(\s*["']([a-z_]+\.[\w-]+)["']""", path.read_text("utf-8"))
    }
    assert len(asked) > 200
    # `w("article." ~ name)` goes on elsewhere: those are asked for when pages are drawn.
    missing = [key for key in sorted(asked) if not key.endswith("_") and not _known(key)]
    assert missing == []


def _known(key: str) -> bool:
    section, _, name = key.partition(".")
    return name in words.section(section)


def test_the_scripts_words_are_there():
    asked = {
        key
        for path in (PREVIEW / "static").glob("*.js")
        for key in re.findall(r"""\bw\("([a-z_]+)\"""", path.read_text("utf-8"))
    }
    assert asked - set(words.section("script")) == set()


def test_words_are_filled_in_once():
    assert words.w("articles.fix", n=1) == "Fix 1 problem"
    assert words.w("articles.fix", n=1200) == "Fix 1,200 problems"
    assert words.w("plan.spoken", title="{when}", when="now") == "{when}, now. Press m to move."
    assert words.listed(["X", "Bluesky", "Mastodon"]) == "X, Bluesky and Mastodon"


def test_a_problem_of_a_card_is_told_for_an_editor():
    covered = Problem(code="text-covered", message="title reaches where cards are printed over")
    assert words.told(covered, size="x") == words.w("covered.x")
    assert words.told(covered, size="gone") == words.w("problem.text-covered")
    missing = Problem(code="text-missing", message="post a has no event.day")
    assert words.told(missing, layout="event") == words.w("needs.event")
    assert words.told(missing, layout="my-own") == words.w("problem.text-missing")
    assert words.told(Problem(code="new", message="it rains")) == "It rains"


def test_a_text_that_is_cut_in_a_card_is_not_the_posts_text():
    said = [
        Problem(code="text-cut", message="title is cut"),
        Problem(code="text-small", message=""),
    ]
    card = Card(path=Path("c.png"), mime="image/png", width=1, height=1, bytes=1, alt="", digest="d",
                layout="person", size="og", problems=tuple(said))  # fmt: skip
    assert [problem.code for problem in words.of_card(card)] == ["card-text-cut", "text-small"]
    assert words.of_card(None) == []


def test_all_that_covers_a_card_and_all_that_a_layout_needs_has_words():
    covering = {size.name for size in SIZES.values() if size.covered}
    assert set(words.section("covered")) == covering
    composer = Composer()
    post = Post(id="p", title="T", image=Asset(alt="none"))
    needing = set()
    for entry in composer.layouts():
        try:
            composer.covered(post, entry.name, "og")
        except SharekitError as error:
            needing |= {entry.name} & {
                entry.name for p in error.problems if p.code == "text-missing"
            }
    assert set(words.section("needs")) == needing


@pytest.mark.parametrize("title", ["النهر", "\u202eevil"])
def test_a_title_turns_no_other_words_around(title):
    assert words.w("plan.spoken", title=title, when="now").startswith(f"\u2068{title}\u2069, now")


# --- rules of the networks


def test_every_publisher_has_a_drawing_and_every_drawing_its_sources():
    table = networks.rules()
    assert set(plugins.names(plugins.PUBLISHERS)) <= set(table.networks)
    for key, rule in table.networks.items():
        assert set(rule.sources) <= set(table.sources), key
        assert rule.says, key
        if rule.confidence in ("model", "source") and key != "outbox":
            assert rule.sources, key


def test_the_eleven_networks_are_drawn():
    asked = "x bluesky mastodon linkedin facebook threads telegram discord slack whatsapp search"
    drawn = {k for k, rule in networks.rules().networks.items() if rule.card.style != "none"}
    assert drawn == set(asked.split())


def test_an_unknown_network_is_a_sketch_and_says_so():
    rule = networks.named("friendica")
    assert (rule.name, rule.confidence, rule.bars) == ("Friendica", "unchecked", 0)


def test_the_numbers_reach_the_style_sheet():
    sheet = networks.stylesheet()
    assert ".n-bluesky{--phone:335px;--computer:487px;--ratio:1.91;--round:12px;}" in sheet


# --- drawings


def _card(width: int = 1200, height: int = 630, size: int = 90_000) -> Card:
    return Card(
        path=Path("c.png"), mime="image/png", width=width, height=height, bytes=size,
        alt="A meadow", digest="d", layout="photo", size="og",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("network", "size", "shape"),
    [
        ("mastodon", (1200, 630), "large"),
        ("mastodon", (1080, 1080), "small"),  # a square is no wide picture there
        ("mastodon", (1000, 1500), "small"),
        ("linkedin", (400, 210), "small"),
        ("linkedin", (1200, 630), "large"),
        ("facebook", (445, 445), "small"),
        ("facebook", (446, 446), "large"),
        ("facebook", (1080, 1920), "tall"),
        ("facebook", (199, 800), "bare"),  # no such picture is taken
        ("facebook", (200, 200), "small"),
        ("bluesky", (199, 199), "large"),
        ("bluesky", (1080, 1080), "large"),
    ],
)
def test_a_picture_is_large_or_a_thumbnail(network, size, shape):
    assert drawing.shape_of(networks.named(network), _card(*size)) == shape


def test_facets_are_drawn_as_links():
    message = Message(
        **{
            **_fields(MESSAGE),
            "text": "See https://a.example 🦦",
            "links": (Link(start=4, end=21, url="u"),),
        }
    )
    pieces = drawing.segments(message.text, message)
    assert [(p.kind, p.text) for p in pieces] == [
        ("text", "See "),
        ("link", "https://a.example"),
        ("text", " 🦦"),
    ]


def _fields(message: Message) -> dict[str, object]:
    return {name: getattr(message, name) for name in message.__dataclass_fields__}


def _link(network: str, card: Card | None = None, **post: object) -> drawing.Drawing:
    post = {"id": "p", "url": "https://www.withy.example/a", "title": "T", "summary": "S", **post}
    return drawing.of_link(
        Post(**post), network=network, rule=networks.named(network), site="Withy",
        card=card or _card(size=400_000), url_of=lambda card: "/c",
    )  # fmt: skip


def test_threads_draws_no_card_without_a_picture():
    rule = networks.named("threads")
    post = Post(id="p", url="https://withy.example/", title="T")
    drawn = drawing.of_link(
        post, network="threads", rule=rule, site="", card=None, url_of=lambda card: "/c"
    )
    assert drawn.card is None


def test_the_host_is_written_as_it_is():
    assert _link("bluesky").card.domain == "www.withy.example"


def test_a_search_result_shows_the_address():
    assert _link("search").card.domain == "www.withy.example/a"
    long = _link("search", url=f"https://withy.example/{'a' * 90}/").card.domain
    assert long == f"withy.example/{'a' * 54}..."


def test_how_old_an_article_is_stands_where_the_network_says_so():
    clock = Clock("Europe/Berlin", datetime(2026, 11, 24, 12, tzinfo=UTC))
    times = [
        datetime(2026, 11, 24, 11, 59, 30, tzinfo=UTC),
        datetime(2026, 11, 24, 11, 15, tzinfo=UTC),
        datetime(2026, 11, 24, 9, tzinfo=UTC),
        datetime(2026, 11, 21, 9, tzinfo=UTC),
        datetime(2026, 6, 9, 9, tzinfo=UTC),
        datetime(2025, 6, 9, 9, tzinfo=UTC),
    ]
    said = [clock.short_ago(each) for each in times]
    assert said == ["now", "45m", "3h", "3d", "Jun 9", "Jun 9, 2025"]


def test_what_a_shape_cuts_off_the_card_is_told():
    assert "The network cuts 7% off the card's sides." in _link("threads").notes
    assert not any("cuts" in note for note in _link("bluesky").notes)


def test_a_heavy_card_is_told_where_reports_name_a_limit():
    assert any("300 kB" in note for note in _link("whatsapp").notes)
    assert not any("kB" in note for note in _link("bluesky").notes)


def test_a_search_result_is_cut_at_a_space():
    title = "The hay meadow that floods on purpose, and why nobody pumps it dry any more"
    shown = _link("search", title=title).card.title
    assert shown == "The hay meadow that floods on purpose, and why nobody pumps it dry any ..."
    assert len(shown.removesuffix(" ...")) <= 73


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("a" * 63, "a" * 63),  # whole
        ("a" * 64, "a" * 63 + " ..."),  # no space to cut at
        ("a" * 62 + " bc", "a" * 62 + " ..."),
        (f"{'a' * 64} {'b' * 8} c", f"{'a' * 64} {'b' * 8} ..."),
        (f"{'a' * 64} {'b' * 9}", "a" * 64 + " ..."),
    ],
)
def test_what_is_longer_than_a_search_title_goes_on_to_a_space(title, shown):
    assert _link("search", title=title).card.title == shown


def test_whatsapp_shows_seventy_characters_of_a_title():
    title = "The hay meadow that floods on purpose, and why nobody pumps it dry any more"
    shown = _link("whatsapp", title=title).card.title
    assert shown == "The hay meadow that floods on purpose, and why nobody pumps it dry any ..."


def test_a_picture_that_facebook_refuses_is_not_drawn():
    small = _link("facebook", card=_card(199, 199))
    assert (small.card.shape, small.card.src) == ("bare", None)
    assert "no picture smaller than 200 by 200" in " ".join(small.notes)
    assert _link("facebook").notes == ()


def test_mastodon_hides_the_description_under_a_byline():
    message = Message(
        **{
            **_fields(MESSAGE),
            "attach": "link",
            "title": "T",
            "summary": "S",
            "url": "https://a.example",
        }
    )
    rule = networks.named("mastodon")
    post = Post(id="p", authors=("Ada",))
    drawn = drawing.of_message(
        message,
        network="mastodon",
        rule=rule,
        who="W",
        handle="h",
        post=post,
        url_of=lambda c: "/c",
    )
    assert (drawn.card.byline, drawn.card.description) == ("By Ada", "")
    assert "The description is hidden" in " ".join(drawn.notes)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("the server is busy (503)", "The server is busy (503)."),
        ("the sign-in has ended (Sign in again.)", "The sign-in has ended (Sign in again.)"),
        ("why not?", "Why not?"),
        ("", ""),
    ],
)
def test_what_a_network_said_ends_as_a_sentence(said, shown):
    assert words.sentence(said) == shown


# --- what could not be read, and who is held


def _read(*sources, wheres):
    posts = [Post(id=source, source=str(source)) for source in sources]
    problems = [Problem(code="x", message=where, where=where) for where in wheres]
    desk = SimpleNamespace(reading=SimpleNamespace(posts=posts, problems=problems))
    return [[p["says"].rstrip(".") for p in article._unread(desk, post)] for post in posts]


def test_a_row_of_a_table_shows_its_own_problems(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("Table.csv", "Post.md"):
        (tmp_path / name).touch()
    of_rows = ["Table.csv:2", "Table.csv:17", "Table.csv:23"]
    assert _read("Table.csv:2", "Table.csv:17", wheres=of_rows) == [[of_rows[0]], [of_rows[1]]]
    assert _read("Table.csv:2", wheres=of_rows) == [[of_rows[0]]]
    of_file = ["Post.md:1", "Post.md:5"]
    assert _read("Post.md:1", "Table.csv:2", wheres=of_file) == [of_file, []]


@pytest.mark.parametrize(
    ("reason", "said"),
    [("Holiday.", "Holiday."), ("Holiday", "Holiday."), (None, "no reason given.")],
)
def test_why_nothing_goes_out_is_one_sentence(reason, said, start):
    served = start()
    served.desk.app.queue.pause("outbox:x", reason=reason)
    for path, before in ((served.path_of("flood-meadow"), "out there: "), ("/queue", "out on X: ")):
        page = served.get(path).text
        assert f"{before}{said}<" in page


# --- states


@pytest.mark.parametrize(
    ("state", "due", "cause", "error", "kind"),
    [
        ("draft", None, None, None, "draft"),
        ("draft", 1, None, None, "wait"),
        ("scheduled", 1, None, None, "plan"),
        ("scheduled", 1, "retry-later", "busy", "fail"),  # so far; it is tried again by itself
        ("scheduled", 1, "unauthorized", "ended", "held"),
        ("published", 1, None, None, "sent"),
        ("failed", 1, "refused", "no", "fail"),
        ("unknown", 1, "unsure", "?", "unk"),
        ("cancelled", 1, None, None, None),
    ],
)
def test_every_state_has_its_kind(state, due, cause, error, kind):
    item = SimpleNamespace(state=state, due=due, cause=cause, error=error)
    assert states.kind_of(item) == kind
