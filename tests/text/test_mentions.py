"""Mentions by each network's rule, and texts that call nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharekit.model import Rules
from sharekit.text import graphemes, links, mentions, weighted
from sharekit.text.draft import draft as make
from sharekit.text.draft import reworded
from sharekit.text.mentions import GUARD

RULES = ("common", "handle", "username", "fediverse", "domain")
PIECES = st.sampled_from(
    (
        *("@", "＠", "a", "Z", "0", "_", ".", "-", "/", "=", " ", "\n", "é", "日", "#", "!", "("),
        *("rt", "RT:", "@otter", "@otter.example.org", "@otter@social.example", "://", "\u0301"),
        *(".com", ".test", "https://a.example/@otter", "medium.com/@otter", "me@otter.example"),
    )
)


def silenced(text: str, handles: dict[str, str] | None = None) -> str:
    return mentions.silenced(text, outside=links.written_spans(text), handles=handles or {})


@pytest.mark.parametrize(
    ("rule", "text", "handles"),
    [
        ("handle", "@otter .@otter =@otter ＠otter x@otter", ["otter"] * 4),
        ("handle", "RT@otter: and art@otter", ["otter"]),
        ("handle", "@otter/family @otter@river @otteré @otter://", []),
        ("handle", "@" + "o" * 25, ["o" * 20]),
        ("username", "@otter @ott @otter_of_the_river_elbe_and_more_x вы@otter", ["otter"]),
        ("username", "@gif @GIF @giffy @wikis @ya @yak a@pic", ["gif", "giffy", "wikis", "ya"]),
        ("fediverse", "@otter and (@otter@social.example)", ["otter", "otter@social.example"]),
        ("fediverse", "@river.otter-1 日@otter /@otter =@otter", ["river.otter-1"]),
        ("fediverse", "@otter@выдра.example. @otter@", ["otter@выдра.example"]),
        ("domain", "(@otter.example.org) @otter .@otter.example.org", ["otter.example.org"]),
        ("domain", "@otter.test. @otter.jpg @otter.com-", ["otter.test", "otter.com"]),
        ("none", "@otter @otter.example.org", []),
    ],
)
def test_each_network_has_its_rule(rule, text, handles) -> None:
    found = mentions.find(text, rule)
    assert [mention.handle for mention in found] == handles
    assert [text[m.start + 1 : m.end] for m in found] == handles


@pytest.mark.parametrize("rule", RULES)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_nobody_is_called(rule, text) -> None:
    quiet = silenced(text)
    inside = links.written_spans(quiet)
    called = mentions.find(quiet, rule)
    assert all(any(a < m.end and m.start < b for a, b in inside) for m in called), quiet
    assert quiet.replace(GUARD, "") == text.replace(GUARD, "")


@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_guard_is_cheap_and_stays_with_its_sign(text) -> None:
    quiet = silenced(text)
    assert graphemes.length(quiet) == graphemes.length(text)
    assert weighted.weight("@\u200cotter") == weighted.weight("@otter") + 1
    assert not {at for at in graphemes.boundaries(quiet) if quiet[at : at + 1] == GUARD}


def test_addresses_and_people_who_are_meant_stay() -> None:
    text = "https://a.example/@otter medium.com/@otter me@otter.example @jo @max @everyone"
    known = {"@jo": "jo@social.example", "Max": "@MAX", "Nobody": ""}
    assert silenced(text, known) == text.replace("@everyone", f"@{GUARD}everyone")


def draft(post, limits, site, **rules):
    return make(
        post, channel="c", account="main", limits=limits, rules=Rules(link="never", **rules), site=site
    )  # fmt: skip


KINDS = ("weighted", "graphemes", "reserved", "chars", "emoji-bytes")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("fields", "rules"),
    [
        ({}, {}),
        ({"social": {"c": "[node:title]"}}, {}),
        ({"social": {"*": "[node:field_teaser]"}}, {}),
        ({}, {"template": "{{ post.title }}"}),
        ({}, {"template": "{{ post.extra.field_teaser }}"}),
        ({}, {"template": "{{ post.authors | first }}"}),
    ],
)
def test_what_a_post_says_calls_nobody(limits, site, post, kind, fields, rules) -> None:
    said = "Otters @home.example.org"
    extra = {"field_teaser": said}
    made = post(title=said, authors=(said,), extra=extra, **fields)
    message = draft(made, limits[kind], site, **rules)
    assert message.text == f"Otters @{GUARD}home.example.org"
    assert message.mentions == ()
    assert message.title == said, "a card's title is no text that a network searches"


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_named_on_purpose_is_called(limits, site, post, kind) -> None:
    wanted = "Thanks @otter.example.org"
    typed = draft(post(social={"c": "Thanks @otter.example.org"}), limits[kind], site)
    templated = draft(post(), limits[kind], site, template="Thanks @otter.example.org")
    mapped = draft(post(title="Thanks Otter"), limits[kind], site,
                   mentions={"Otter": "otter.example.org"})  # fmt: skip
    known = draft(post(title="Thanks @Otter"), limits[kind], site,
                  mentions={"@Otter": "otter.example.org"})  # fmt: skip
    for message in (typed, templated, mapped, known):
        assert message.text == wanted
        assert len(message.mentions) == 1


def test_where_nothing_calls_the_text_stays_as_it_is(limits, site, post) -> None:
    message = draft(post(title="Otters @home"), limits["bytes"], site)
    assert (message.text, message.mentions) == ("Otters @home", ())


def test_who_edits_a_text_may_call(limits, site, post) -> None:
    message = draft(post(title="Otters @home"), limits["weighted"], site)
    changed = reworded(message, "Otters @home", limits=limits["weighted"])
    assert [mention.handle for mention in changed.mentions] == ["home"]
    again = reworded(message, message.text, limits=limits["weighted"])
    assert again.mentions == ()
