from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sharekit.errors import UserError
from sharekit.model import Card, Limits, Link, Post, Rules, Site, as_data, message_from_data
from sharekit.text.count import count_message
from sharekit.text.draft import draft as make
from sharekit.text.draft import reworded, with_words_of

URL = "https://example.org/otters-are-back"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CARD = Card(
    path=Path("otters.jpg"),
    mime="image/jpeg",
    width=1200,
    height=630,
    bytes=90_000,
    alt="An otter on its back.",
    digest="d1",
    layout="article",
    size="og",
)


@pytest.fixture
def draft(site, limits):
    """Makes a message; the channel is `c`, its limits are those of *kind*."""

    def made(post, kind="weighted", *, rules=None, card=None, unknown="keep", **options):
        return make(
            post,
            channel="c",
            account="main",
            limits=dataclasses.replace(limits[kind], **options),
            rules=rules or Rules(),
            site=site,
            card=card,
            unknown=unknown,
            created=NOW,
        )

    return made


def codes(message) -> list[str]:
    return [problem.code for problem in message.problems]


# --- whose words


def test_title_and_link_where_nothing_else_is_said(draft, post) -> None:
    message = draft(post(title="Otters  are\nback"))
    assert message.text == f"Otters are back {URL}"
    assert [(link.url, message.text[link.start : link.end]) for link in message.links] == [
        (URL, URL)
    ]
    assert message.problems == ()


def test_the_posts_own_text_comes_first_then_the_template(draft, post) -> None:
    rules = Rules(template="T: {{ post.title }}")
    own = post(social={"c": "For c: [node:title]", "*": "For all"})
    assert draft(own, rules=rules).text == f"For c: Otters are back in the bay {URL}"
    assert draft(post(social={"*": "For all"}), rules=rules).text == f"For all {URL}"
    assert draft(post(social={"d": "For d", "c": " "}), rules=rules).text == (
        f"T: Otters are back in the bay {URL}"
    )


def test_content_is_never_a_template_or_a_token(draft, post) -> None:
    title = "{{ 7*7 }} [node:url] %%title%% #title#"
    message = draft(post(title=title, social={"*": "[node:title]"}))
    assert message.text == f"{title} {URL}"
    message = draft(post(title=title), rules=Rules(template="{{ post.title }}"))
    assert message.text == f"{title} {URL}"


@pytest.mark.parametrize(
    ("text", "dialect"),
    [("%%title%% %%permalink%%", "yoast"), ("%TITLE% %URL%", None), ("#title# #url#", "xposter")],
)
def test_other_systems_tokens(draft, post, text, dialect) -> None:
    extra = {"dialect": dialect} if dialect else {}
    assert draft(post(social={"*": text}, extra=extra)).text == f"Otters are back in the bay {URL}"


# --- the link


def test_the_link_has_its_parameters_wherever_it_stands(draft, post) -> None:
    rules = Rules(utm={"utm_source": "c"})
    link = f"{URL}?utm_source=c"
    for text in ("Read [node:url] now", f"Read {URL} now", "Read {{ link }} now"):
        if "{{" in text:
            message = draft(post(), rules=dataclasses.replace(rules, template=text))
        else:
            message = draft(post(social={"*": text}), rules=rules)
        assert message.text == f"Read {link} now"
        assert [each.url for each in message.links] == [link]
        assert message.url == link
    assert draft(post(social={"*": "Read"}), rules=rules).text == f"Read {link}"


def test_a_longer_address_is_another(draft, post) -> None:
    message = draft(post(social={"*": f"See {URL}/more and {URL}?x=1"}))
    assert message.text == f"See {URL}/more and {URL}?x=1 {URL}"


def test_a_link_at_the_end_of_a_sentence_is_found(draft, post) -> None:
    assert draft(post(social={"*": f"Have you read {URL}?"})).text == f"Have you read {URL}?"
    assert draft(post(social={"*": f"({URL})"})).text == f"({URL})"


def test_a_brief_url_is_the_link_too(draft, post) -> None:
    text = "[node:url:brief] " + "word " * 100
    message = draft(post(social={"*": text}))
    assert message.text.startswith("example.org/otters-are-back word")
    assert message.links[0].url == URL
    assert message.attach == "link"


def test_the_link_is_left_out_where_it_is_not_wanted_or_dead(draft, post) -> None:
    words = "Otters are back in the bay"
    assert draft(post(), rules=Rules(link="never")).text == words
    assert draft(post(), links="dead").text == words
    assert draft(post(url=None), rules=Rules(link="never"), unknown="error").text == words
    assert draft(post(url=None), links="dead", unknown="error").text == words


def test_lines_keep_the_link_apart(draft, post) -> None:
    assert draft(post(social={"*": "One.\n\nTwo."})).text == f"One.\n\nTwo.\n\n{URL}"


def test_links_are_shown_short_where_the_message_says_where_they_lead(draft, post) -> None:
    message = draft(
        post(social={"*": "[node:url] and https://b.example/a/very/long/path"}), "graphemes"
    )
    assert message.text == "example.org/otters-are-b... and b.example/a/very/long/..."
    assert [(link.url, message.text[link.start : link.end]) for link in message.links] == [
        (URL, "example.org/otters-are-b..."),
        ("https://b.example/a/very/long/path", "b.example/a/very/long/..."),
    ]


def test_another_link_can_stand_for_the_posts(site, limits, post) -> None:
    message = make(
        post(social={"*": "[node:title] [node:url]"}),
        channel="c",
        account="main",
        limits=limits["weighted"],
        rules=Rules(utm={"a": "b"}),
        site=site,
        link="https://l.ink/1",
    )
    assert message.text == "Otters are back in the bay https://l.ink/1"
    assert message.url == "https://l.ink/1"


# --- what is missing


@pytest.mark.parametrize(
    ("fields", "rules", "code"),
    [
        ({"title": None}, Rules(), "title-missing"),
        ({"title": ""}, Rules(), "title-missing"),
        ({"url": None}, Rules(), "url-missing"),
        ({"social": {"*": "[node:title]"}, "title": None}, Rules(), "title-missing"),
        ({"social": {"*": "x [node:url]"}, "url": None}, Rules(link="never"), "url-missing"),
        ({"social": {"*": "x [node:nope]"}}, Rules(), "token-unknown"),
        ({"social": {"*": "x [nope:url]"}}, Rules(), "token-unknown"),
        ({"social": {"*": "x [node:field_x]"}}, Rules(), "token-unknown"),
        ({"title": None}, Rules(template="{{ post.title }}"), "title-missing"),
        ({"url": None}, Rules(template="x {{ link }}"), "url-missing"),
        ({"updated": None}, Rules(template="{{ post.updated }}"), "template"),
        ({}, Rules(template="{{ post.titel }}"), "template"),
        ({"social": {"*": "$AA $BB"}}, Rules(), "text-refused"),
        ({"url": "https://o.example/" + "a" * 5000}, Rules(), "text-too-long"),
    ],
)
def test_what_is_missing_is_named_and_never_goes_out(draft, post, fields, rules, code) -> None:
    message = draft(post(**fields), rules=rules)
    assert code in codes(message)
    problem = next(problem for problem in message.problems if problem.code == code)
    assert (problem.severity, problem.where) == ("error", "posts/otters.md:1") or code == "template"
    assert problem.hint
    with pytest.raises(UserError) as raised:
        draft(post(**fields), rules=rules, unknown="error")
    assert code in [problem.code for problem in raised.value.problems]


def test_an_unknown_token_stays_as_written_in_a_preview(draft, post) -> None:
    message = draft(post(social={"*": "[node:title] [node:nope] [node:url]"}, url=None))
    assert message.text == "Otters are back in the bay [node:nope] [node:url]"
    assert sorted(codes(message)) == ["token-unknown", "url-missing"]


def test_a_remark_in_brackets_is_no_token(draft, post) -> None:
    message = draft(post(social={"*": "[Update: it is open] Come!"}), unknown="error")
    assert message.text == f"[Update: it is open] Come! {URL}"


def test_nothing_to_say_is_a_problem(draft, post) -> None:
    message = draft(
        post(social={"*": "[node:empty]"}, extra={"empty": ""}), rules=Rules(link="never")
    )
    assert codes(message) == ["text-empty"]


# --- people and tags


def test_people_and_tags(draft, post) -> None:
    rules = Rules(hashtags=2, mentions={"Jane March": "jane@o.example", "Nobody": ""})
    words = {"*": "By [node:author] and Nobody [node:url]"}
    message = draft(post(social=words), "reserved", rules=rules)
    assert message.text == f"By @jane@o.example and Nobody {URL} #ClimateChange #otters"
    assert [mention.handle for mention in message.mentions] == ["jane@o.example"]
    assert [tag.tag for tag in message.tags] == ["ClimateChange", "otters"]
    assert all(message.text[tag.start : tag.end] == f"#{tag.tag}" for tag in message.tags)


def test_an_address_is_left_alone_even_where_it_is_no_link(draft, post) -> None:
    rules = Rules(hashtags=1, hashtags_at="text", mentions={"Jane": "jane"}, link="never")
    text = "See https://intranet/Jane/otters and http://localhost:8000/otters."
    message = draft(post(social={"*": text}, tags=("otters",)), rules=rules)
    assert message.text == f"{text} #otters"
    long = draft(post(social={"*": "word " * 50 + "https://intranet/" + "a/b-" * 20}), rules=rules)
    assert long.text.endswith("word…")


def test_tags_in_the_text(draft, post) -> None:
    rules = Rules(hashtags=3, hashtags_at="text")
    text = "Climate Change, otters and seals: [node:url]"
    message = draft(post(social={"*": text}, tags=("climate change", "Otters", "bay")), rules=rules)
    assert message.text == f"#ClimateChange, #otters and seals: {URL} #bay"


@pytest.mark.parametrize(
    ("options", "tags"),
    [({"max_tags": 1}, "#ClimateChange"), ({"tags": False}, ""), ({"max_tags": 0}, "")],
)
def test_tags_by_the_channels_rules(draft, post, options, tags) -> None:
    message = draft(post(), rules=Rules(hashtags=5), **options)
    assert message.text == f"Otters are back in the bay {URL} {tags}".strip()


def test_a_tag_that_is_there_is_not_added(draft, post) -> None:
    message = draft(post(social={"*": "All about #OTTERS"}), rules=Rules(hashtags=2))
    assert message.text == f"All about #OTTERS {URL} #ClimateChange"


def test_tags_go_first_and_it_is_said(draft, post) -> None:
    title = "x" * 250
    message = draft(post(title=title), rules=Rules(hashtags=2))
    assert message.text == f"{title} {URL}"
    assert codes(message) == ["tags-dropped"]


# --- fitting


def test_a_text_that_was_cut_is_said_with_its_figures(draft, post) -> None:
    message = draft(post(title="otters " * 60))
    assert message.text.endswith(f"otters… {URL}")
    assert codes(message) == ["text-cut"]
    assert "443 of 280 weighted" in message.problems[0].message
    assert message.problems[0].severity == "warning"


def test_a_thread_where_account_and_channel_allow_it(draft, post) -> None:
    text = "The otters are back in the bay, all of them. " * 12
    cut = draft(post(social={"*": text}))
    assert cut.parts == ()
    message = draft(post(social={"*": text}), rules=Rules(thread=True))
    assert len(message.parts) == 2
    assert message.text.endswith(f"{URL} 1/3")
    assert message.parts[1].endswith(" 3/3")
    assert message.problems == ()
    last = draft(post(social={"*": text}), rules=Rules(thread=True, thread_link="last", hashtags=1))
    assert URL not in last.text
    assert last.parts[-1].endswith(f"{URL} #ClimateChange 3/3")
    short = draft(post(), rules=Rules(thread=True))
    assert (short.text, short.parts) == (f"Otters are back in the bay {URL}", ())
    assert draft(post(social={"*": text}), rules=Rules(thread=True), threads=False).parts == ()


def test_a_caption_is_shorter(draft, post) -> None:
    text = "word " * 400
    rules = Rules(attach="image")
    message = draft(post(social={"*": text}), "chars", rules=rules, card=CARD)
    assert len(message.text) <= 1024
    assert len(draft(post(social={"*": text}), "chars").text) > 1024


@settings(max_examples=60, deadline=None)
@given(
    title=st.text(max_size=600),
    social=st.text(alphabet="ab #@$[]node:titleurl é日👍\n.", max_size=600),
    tags=st.lists(st.text(max_size=20), max_size=4),
    thread=st.booleans(),
    at=st.sampled_from(["end", "text"]),
)
def test_whatever_the_content_the_message_fits(any_limits, title, social, tags, thread, at) -> None:
    post = Post(id="p", url=URL, title=title, tags=tuple(tags), social={"*": social})
    message = make(
        post,
        channel="c",
        account="a",
        limits=any_limits,
        rules=Rules(hashtags=3, hashtags_at=at, thread=thread, content_warning="Otters"),
        site=Site(),
        created=NOW,
    )
    refused = {"text-refused"} & set(codes(message))
    assert count_message(message, any_limits).fits or refused
    assert all(0 <= link.start < link.end <= len(message.text) for link in message.links)
    assert message_from_data(as_data(message)) == message
    assert any(URL in (link.url, *message.parts) for link in message.links) or message.parts


# --- what is attached


@pytest.mark.parametrize(
    ("options", "rules", "card", "attach"),
    [
        ({"link_card": "crawl"}, Rules(), CARD, "link"),
        ({"link_card": "crawl"}, Rules(link="never"), CARD, "image"),
        ({"link_card": "crawl"}, Rules(link="never"), None, "none"),
        ({"link_card": "embed"}, Rules(link="never"), CARD, "link"),
        ({"link_card": "none"}, Rules(), CARD, "image"),
        ({"link_card": "none"}, Rules(), None, "none"),
        ({"link_card": "crawl"}, Rules(attach="image"), CARD, "image"),
        ({"link_card": "none"}, Rules(attach="none"), CARD, "none"),
        ({"link_card": "crawl", "image_required": True}, Rules(), CARD, "image"),
        ({"link_card": "crawl", "attach": ("image", "none")}, Rules(), CARD, "image"),
    ],
)
def test_what_is_attached(draft, post, options, rules, card, attach) -> None:
    message = draft(post(), rules=rules, card=card, **options)
    assert message.attach == attach
    assert message.card == (None if attach == "none" else card)


def test_no_link_no_link_card(draft, post) -> None:
    assert draft(post(url=None), "graphemes", card=CARD).attach == "image"


def test_what_the_channel_cannot_attach_is_said(draft, post) -> None:
    message = draft(post(), rules=Rules(attach="image"), card=CARD, attach=("link", "none"))
    assert (message.attach, codes(message)) == ("link", ["attach-unsupported"])


def test_a_picture_that_is_missing(draft, post) -> None:
    message = draft(post(), rules=Rules(attach="image"))
    assert codes(message) == ["card-missing"]
    assert draft(post(), rules=Rules(attach="image"), unknown="error").attach == "image"
    with pytest.raises(UserError):
        draft(post(), image_required=True, unknown="error")


def test_alt_texts(draft, post) -> None:
    rules = Rules(attach="image")
    bare = dataclasses.replace(CARD, alt=" ")
    assert codes(draft(post(), rules=rules, card=bare)) == ["alt-missing"]
    long = dataclasses.replace(CARD, alt="An otter swims. " * 100)
    message = draft(post(), rules=rules, card=long)
    assert len(message.card.alt) <= 1000
    assert message.card.alt.endswith("swims. An…")


# --- the message


def test_the_key_is_of_the_content_and_of_nothing_else(site, limits, post) -> None:
    def key(account="main", created=NOW, card=None, fields=None, **rules) -> str:
        return make(
            post(**(fields or {})),
            channel="c",
            account=account,
            limits=limits["weighted"],
            rules=Rules(**rules),
            site=site,
            card=card,
            created=created,
        ).key

    assert key() == key(created=datetime(2020, 1, 1, tzinfo=UTC))
    assert key() == key(card=CARD)  # a crawled card is not part of what is sent
    other = dataclasses.replace(CARD, digest="d2")
    keys = {
        key(),
        key(fields={"id": "seals"}),
        key(fields={"title": "Seals"}),
        key(account="second"),
        key(utm={"a": "b"}),
        key(attach="image", card=CARD),
        key(attach="image", card=other),
    }
    assert len(keys) == 7


def test_fields_within_the_channels_limits(draft, post) -> None:
    message = draft(
        post(title="otters are back " * 9, summary="s " * 400, language=None),
        "graphemes",
        title_length=20,
        summary_length=30,
    )
    assert message.title == "otters are back…"
    assert len(message.summary) <= 30
    assert message.language == "en"  # the site's
    assert message.created == NOW


def test_a_content_warning_where_there_can_be_one(draft, post) -> None:
    rules = Rules(content_warning="Otters")
    assert draft(post(), "reserved", rules=rules).content_warning == "Otters"
    assert draft(post(), "weighted", rules=rules).content_warning is None


def test_created_is_now_unless_it_is_given(site, post) -> None:
    before = datetime.now(UTC)
    message = make(post(), channel="c", account="a", limits=Limits(), rules=Rules(), site=site)
    assert before <= message.created <= datetime.now(UTC)


# --- words changed by hand


def test_changed_words_keep_what_their_links_lead_to(draft, post, limits) -> None:
    message = draft(post(), "graphemes", rules=Rules(hashtags=1))
    shown = "example.org/otters-are-b..."
    text = f"New words: {shown} #Otters @bob.example.org https://b.example/x"
    changed = reworded(message, f"  {text}\n", limits=limits["graphemes"])
    assert changed.text == text
    assert [(link.url, text[link.start : link.end]) for link in changed.links] == [
        (URL, shown),
        ("https://b.example/x", "https://b.example/x"),
    ]
    assert [tag.tag for tag in changed.tags] == ["Otters"]
    assert [mention.handle for mention in changed.mentions] == ["bob.example.org"]
    assert changed.key != message.key
    assert reworded(message, message.text, limits=limits["graphemes"]).key == message.key


def test_a_longer_address_does_not_keep_the_shorter_ones_link(draft, post, limits) -> None:
    changed = reworded(draft(post()), f"Read {URL}/more", limits=limits["weighted"])
    assert [link.url for link in changed.links] == [f"{URL}/more"]


def test_kept_words_are_kept_wholly_and_the_rest_is_new(draft, post, limits) -> None:
    grown = limits["graphemes"]
    shown = "other.org/a-long-address-..."
    old = dataclasses.replace(
        reworded(draft(post(), "graphemes"), "Mine @bob.example.org", limits=grown, parts=["Two"]),
        text=f"Mine {shown}",
        links=(Link(start=5, end=5 + len(shown), url="https://other.org/a-long-address-to-it"),),
    )
    new = draft(post(title="Another title"), "graphemes")
    kept = with_words_of(new, old, limits=grown)
    assert (kept.text, kept.parts, kept.links) == (old.text, ("Two",), old.links)
    assert (kept.mentions, kept.title) == (old.mentions, "Another title")
    assert kept.key not in (old.key, new.key)
    assert with_words_of(old, new, limits=grown).text == new.text
    long = dataclasses.replace(old, parts=("word " * 100,))
    with pytest.raises(UserError, match="a part of the thread is too long"):
        with_words_of(new, long, limits=grown)


@pytest.mark.parametrize(
    ("text", "code"),
    [(" ", "text-empty"), ("word " * 60, "text-too-long"), ("$AA $BB", "text-refused")],
)
def test_changed_words_are_never_cut(draft, post, limits, text, code) -> None:
    with pytest.raises(UserError) as raised:
        reworded(draft(post()), text, limits=limits["weighted"])
    assert [problem.code for problem in raised.value.problems] == [code]
