from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sharekit
from sharekit.errors import UserError
from sharekit.text import tokens
from sharekit.text.drupal import summary_of

PACIFIC = ZoneInfo("America/Los_Angeles")
VALUES = {
    "node": {
        "title": "Tom & Jerry's <b>day</b>",
        "url": "https://site.example/blog/first-node?a=1",
        "author": {"name": "jmarch", "display-name": "Jane March"},
        "created": datetime(2018, 3, 8, 11, 45, 7, tzinfo=PACIFIC),
        "changed": "2018-03-09T10:00:00+00:00",
        "langcode": "en",
        "nid": 42,
        "body": "<p>First.</p><p>Second &amp; third.</p>",
        "empty": "",
        "nothing": None,
        "field_tags": ["red", "green", "blue"],
        "field_none": [],
        "field_image": [{"alt": "An otter", "url": "/otter.jpg"}],
        "field_plain": "one",
    },
    "site": {"name": "Drupal", "url": "https://site.example/", "slogan": "Go"},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[node:title]", "Tom & Jerry's <b>day</b>"),  # plain mode: nothing is escaped
        ("[node:url]", "https://site.example/blog/first-node?a=1"),
        ("[node:url:absolute]", "https://site.example/blog/first-node?a=1"),
        ("[node:url:relative]", "/blog/first-node?a=1"),
        ("[node:url:path]", "/blog/first-node"),
        ("[node:url:brief]", "site.example/blog/first-node?a=1"),
        ("[node:url:args:value:1]", "first-node"),
        ("[node:url:unaliased]", "https://site.example/node/42"),
        ("[node:url:unaliased:path]", "/node/42"),
        ("[node:url:unaliased:brief]", "site.example/node/42"),
        ("[node:url:args:join:+]", "blog+first-node"),
        ("[node:url:args:value:7]", "[node:url:args:value:7]"),
        ("[node:author]", "jmarch"),
        ("[node:author:name]", "jmarch"),
        ("[node:author:display-name]", "Jane March"),
        ("[node:author:mail]", "[node:author:mail]"),
        ("[node:created]", "Thu, 8 Mar 2018 - 11:45"),
        ("[node:created:short]", "8 Mar 2018 - 11:45"),
        ("[node:created:medium]", "Thu, 8 Mar 2018 - 11:45"),
        ("[node:created:long]", "Thursday, 8 March 2018 - 11:45"),
        ("[node:created:raw]", "1520538307"),
        ("[node:created:custom:l, F j, Y - g:ia]", "Thursday, March 8, 2018 - 11:45am"),
        ("[node:created:custom:]", "[node:created:custom:]"),
        ("[node:created:nonsense]", "[node:created:nonsense]"),
        ("[node:changed:custom:Y-m-d H:i T]", "2018-03-09 10:00 UTC"),
        ("[node:langcode]/[node:nid]", "en/42"),
        ("[node:field_tags]", "red, green, blue"),
        ("[node:field_tags:0] [node:field_tags:2]", "red blue"),
        ("[node:field_tags:3]", "[node:field_tags:3]"),
        ("[node:field_tags:join: | ]", "red | green | blue"),
        ("[node:field_tags:first]/[node:field_tags:last]", "red/blue"),
        ("[node:field_tags:count]", "3"),
        ("[node:field_tags:reversed]", "blue, green, red"),
        ("[node:field_tags:reversed:first]", "blue"),
        ("[node:field_tags:keys]", "0, 1, 2"),
        ("[node:field_tags:value]", "red"),
        ("[node:field_tags:value:1]", "green"),
        ("[node:field_image:alt]", "An otter"),
        ("[node:field_image:0:alt]", "An otter"),
        ("[node:field_plain:0:value]", "one"),
        ("[node:field_none]", "[node:field_none]"),
        ("[node:field_none:count]", "[node:field_none:count]"),
        ("[node:field_missing]", "[node:field_missing]"),
        ("[site:name] [site:slogan]", "Drupal Go"),
        ("[site:url-brief]", "site.example"),
        ("[site:base-url]|[site:base-path]", "https://site.example|/"),
        ("[site:login-url]", "https://site.example/user"),
        ("[site:mail]", "[site:mail]"),
        ("<[node:empty]>", "<>"),  # an empty value replaces
        ("[node:nothing]", "[node:nothing]"),
        # core's own table of prefixes and suffixes
        ("[[[[site:name]", "[[[Drupal"),
        ("[site:name]]]]", "Drupal]]]"),
        ("[:[site:name]:]", "[:Drupal:]"),
        ("[site:[site:name]:name]", "[site:Drupal:name]"),
        # what the scanner does not take for a token
        ("[ node:url]", "[ node:url]"),
        ("[x] [:a] [a:] [no de:url]", "[x] [:a] [a:] [no de:url]"),
        ("[node: url] [node:title:]", "[node: url] [node:title:]"),
        ("[user:name][bogus:token]", "[user:name][bogus:token]"),
        ("[current-page:title]", "[current-page:title]"),
    ],
)
def test_drupal(text, expected) -> None:
    assert tokens.replace(text, VALUES) == expected


def test_names_may_be_given_whole() -> None:
    values = {"node": {"author:name": "jmarch", "created:custom:Y": "2018"}}
    assert tokens.replace("[node:author:name] [node:created:custom:Y]", values) == "jmarch 2018"
    assert sharekit.replace_tokens("[node:author:name]", values) == "jmarch"


@pytest.mark.parametrize(
    "created",
    [
        datetime(2018, 3, 8, 11, 45, tzinfo=UTC),
        "2018-03-08T11:45:00Z",
        "2018-03-08T11:45:00+00:00",
        1520509500,
        "1520509500",
    ],
)
def test_a_time_in_any_form(created) -> None:
    values = {"node": {"created": created}}
    assert tokens.replace("[node:created:custom:Y-m-d H:i]", values) == "2018-03-08 11:45"


def test_a_day_without_a_time() -> None:
    values = {"node": {"created": date(2018, 3, 8)}}
    assert tokens.replace("[node:created:short]", values) == "8 Mar 2018 - 00:00"


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("2026-11-24T11:59:50+00:00", "10 seconds"),
        ("2026-11-24T11:00:00+00:00", "1 hour"),
        ("2026-11-24T09:58:00+00:00", "2 hours 2 minutes"),
        ("2026-11-07T12:00:00+00:00", "2 weeks 3 days"),
        ("2025-09-24T12:00:00+00:00", "1 year 2 months"),
        ("2025-11-24T11:59:00+00:00", "1 year"),  # nothing in the unit that follows
        ("2026-11-24T12:00:00+00:00", "0 seconds"),
        ("2027-01-01T00:00:00+00:00", "0 seconds"),  # not yet
    ],
)
def test_since(created, expected) -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    values = {"node": {"created": created}, "date": now}
    assert tokens.replace("[node:created:since]", values) == expected


def test_date_is_the_time_given_else_now() -> None:
    moment = datetime(2020, 2, 29, 1, 2, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert tokens.replace("[date:custom:c]", {"date": moment}) == "2020-02-29T01:02:00+05:30"
    assert tokens.replace("[current-date:custom:Y]", {"date": moment}) == "2020"
    assert tokens.replace("[date:custom:Y]", {}) == str(datetime.now(UTC).year)


def test_markup_becomes_text_only_where_it_is_marked_as_such() -> None:
    class Markup(str):
        __slots__ = ()

        def __html__(self) -> str:
            return str(self)

    values = {"node": {"title": Markup("Tom &amp; <em>Jerry</em><!-- x -->"), "body": "a <b> c"}}
    assert tokens.replace("[node:title] [node:body]", values) == "Tom & Jerry a <b> c"


def test_odd_values() -> None:
    values = {
        "node": {
            "url": "https://[",
            "author": "Jane",
            "promote": True,
            "created": "soon",
            "n": 1.5,
        },
        "site": {"url": "https://["},
    }
    text = "[node:url] [node:url:path] [node:author:mail] [node:promote] [node:created:short]"
    assert tokens.replace(text, values) == (
        "https://[ [node:url:path] [node:author:mail] 1 [node:created:short]"
    )
    assert tokens.replace("[site:base-url] [node:n]", values) == "[site:base-url] 1.5"
    naive = {"node": {"created": datetime(2026, 1, 1)}, "date": datetime(2026, 1, 2, tzinfo=UTC)}
    assert tokens.replace("[node:created:since]", naive) == "1 day"
    assert tokens.replace("%%excerpt%%", {"node": {"body": "x" * 200}}, "yoast") == "x" * 155
    assert tokens.replace("%%excerpt%%", {"node": {}}, "yoast") == "%%excerpt%%"


def test_a_value_is_never_read_again() -> None:
    values = {"node": {"title": "About [node:url] and %%title%%", "url": "U"}}
    for text in ("[node:title] [node:url]", "[node:url] [node:title]"):
        assert "About [node:url] and %%title%%" in tokens.replace(text, values)


@given(st.text(), st.text(alphabet="[]:node titleurl%#{}"))
def test_one_pass_whatever_the_value(value, text) -> None:
    values = {"node": {"title": value, "url": value}}
    done = tokens.resolve(text, values)
    parts = tokens.DIALECTS["drupal"].pattern.split(text)
    # What stands between the tokens, and each token's value or itself, in order: nothing else.
    between = parts[::3]
    said = [t.value if t.status in {"resolved", "empty"} else t.text for t in done.tokens]
    assert done.text == "".join(a + b for a, b in zip(between, [*said, ""], strict=True))


def test_clear_and_error() -> None:
    text = "a [user:name][bogus:token] b"
    assert tokens.replace(text, VALUES, unknown="clear") == "a  b"
    with pytest.raises(UserError) as raised:
        tokens.replace(text, VALUES, unknown="error")
    assert [problem.code for problem in raised.value.problems] == ["token-unknown"] * 2
    assert "[user:name]" in raised.value.problems[0].message
    assert tokens.replace("[node:title]", VALUES, unknown="error") == VALUES["node"]["title"]


def test_every_token_is_reported() -> None:
    done = tokens.resolve("[node:title] [node:empty] [node:vid] [node:field_x] [nod:title]", VALUES)
    assert [token.status for token in done.tokens] == [
        "resolved",
        "empty",
        "no-data",
        "no-data",
        "unknown",
    ]
    assert [token.text for token in done.unresolved] == [
        "[node:vid]",
        "[node:field_x]",
        "[nod:title]",
    ]


@pytest.mark.parametrize("option", [{"dialect": "latin"}, {"unknown": "drop"}])
def test_wrong_options_are_named(option) -> None:
    with pytest.raises(UserError) as raised:
        tokens.replace("[node:title]", VALUES, **option)
    assert next(iter(option.values())) in str(raised.value)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Short.", "Short."),
        ("Intro.<!--break-->Rest.", "Intro."),
        ("<p>One &amp; two</p><!--break--><p>Rest</p>", "One & two"),
        ("<p>" + "a" * 300 + "</p><p>" + "b" * 400 + "</p>", "a" * 300),
        ("a" * 300 + "<br />" + "b" * 400, "a" * 300),
        ("One. " + "x" * 700, "One."),
        ("一。" + "文" * 700, "一。"),
        ("x" * 700, "x" * 600),
        ("Line one\n" + "y" * 700, "Line one"),
    ],
)
def test_summary_is_cut_as_drupal_cuts_it(body, expected) -> None:
    assert summary_of(body) == expected
    assert tokens.replace("[node:summary]", {"node": {"body": body}}) == expected


def test_summary_given_wins_and_an_empty_body_gives_none() -> None:
    assert tokens.replace("[node:summary]", {"node": {"summary": "S", "body": "B"}}) == "S"
    assert tokens.replace("[node:summary]", {"node": {"body": ""}}) == "[node:summary]"


# --- other systems

WP = {
    "node": {
        "title": "Otters",
        "url": "https://o.example/1",
        "summary": "They are back.",
        "body": "They are back, all of them.",
        "author": "Jane",
        "created": "2018-03-08T11:45:00+00:00",
        "tags": ["climate change", "otters"],
        "categories": ["Sea", "Bay"],
        "price": "3",
        "nid": 7,
    },
    "site": {"name": "The Otter", "slogan": "News"},
}


@pytest.mark.parametrize(
    ("dialect", "text", "expected"),
    [
        (
            "yoast",
            "%%title%% %%sep%% %%sitename%% %%cf_price%% %%date%% %%category%% %%foo%%",
            "Otters - The Otter 3 March 8, 2018 Sea, Bay %%foo%%",
        ),
        (
            "yoast",
            "%%excerpt%%|%%primary_category%%|%%tag%%",
            "They are back.|Sea|climate change, otters",
        ),
        (
            "snap",
            "%TITLE% %URL% %HTAGS% 50% of 100% %CF-price% %CATS%",
            "Otters https://o.example/1 #ClimateChange #otters 50% of 100% 3 Sea, Bay",
        ),
        (
            "xposter",
            "#title# by #author# #url# #otters# [[price]] #tags# #news#title#",
            "Otters by Jane https://o.example/1 #otters# 3 #ClimateChange #otters #newsOtters",
        ),
        (
            "nelio",
            "{title} {permalink} {excerpt} {mood}",
            "Otters https://o.example/1 They are back. {mood}",
        ),
        ("buffer", "{sitename}: {excerpt:characters(4)}", "The Otter: They"),
        ("xyz", "{POST_TITLE} {PERMALINK} {POST_ID}", "Otters https://o.example/1 7"),
    ],
)
def test_other_dialects(dialect, text, expected) -> None:
    assert tokens.replace(text, WP, dialect) == expected
    assert tokens.detect(text) == dialect
    assert tokens.replace(text, WP, "auto") == expected


def test_yoast_closes_the_gap_that_a_cleared_name_leaves() -> None:
    text = "%%title%% %%sep%% %%foo%% %%sep%% %%sitename%%"
    assert tokens.replace(text, WP, "yoast", "clear") == "Otters - The Otter"


def test_yoast_ends_a_name_with_one_percent_sign_too() -> None:
    assert tokens.replace("%%title% and %%title%%%%sep%%", WP, "yoast") == "Otters and Otters-"


def test_an_excerpt_is_cut_at_a_word_of_155_characters() -> None:
    values = {"node": {"body": "word " * 60}}
    excerpt = tokens.replace("%%excerpt%%", values, "yoast")
    assert len(excerpt) <= 155
    assert excerpt == ("word " * 31).strip()


@pytest.mark.parametrize(
    "text", ["", "plain", "[Update: open]", "100% sure", "#otters #bay", "{x}"]
)
def test_ordinary_text_is_taken_for_drupals(text) -> None:
    assert tokens.detect(text) == "drupal"


# --- values from a post


def test_values_for_a_post(post, site) -> None:
    values = tokens.values_for(
        post(extra={"field_subtitle": "Sub", "zone": "assumed", "nid": 3}), site, "https://l.ink"
    )
    text = (
        "[node:title]|[node:url]|[node:author]|[node:created:custom:H:i T]|[node:field_subtitle]"
        "|[node:nid]|[site:name]|[node:tags:first]|[node:published_status]"
    )
    assert tokens.replace(text, values) == (
        "Otters are back in the bay|https://l.ink|Jane March|11:45 PST|Sub"
        "|3|The Otter|climate change|Published"
    )
    assert tokens.replace("[node:zone]", values) == "[node:zone]"


def test_what_the_source_does_not_say_has_no_value(post, site) -> None:
    values = tokens.values_for(post(title=None, url=None, authors=()), site, None)
    text = "[node:title] [node:url] [node:author]"
    done = tokens.resolve(text, values)
    assert done.text == text
    assert {token.status for token in done.tokens} == {"no-data"}
