"""The counts against the networks' own libraries, run by Node.

They are installed below tests/peers/.cache, never into the tree.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import installed
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sharekit.model import Limits
from sharekit.text import graphemes, hashtags, links, mentions, urls, weighted

pytestmark = pytest.mark.peer

HERE = Path(__file__).parent / "oracle"
PLAIN = Limits(unit="graphemes")


class Oracle:
    """One Node process that answers questions line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, question: str, text: str):
        self._process.stdin.write(json.dumps([question, text]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    package = HERE / "package.json"
    folder = installed.installed(
        "words", package.read_text(), lambda folder: installed.npm(folder, package)
    )
    command = [shutil.which("node") or "node", str(HERE / "oracle.mjs"), str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield Oracle(process)
        process.terminate()


# What the rules look at, in every order.
PIECES = (
    *"aBz09-_./?=&#@＠＃$:'\"()[]{}!,;~|*+%<>`^\\ \n\t",
    *("http://", "https://", "HTTP://", "http", "ftp://", "www.", "com", ".com", ".co.uk", "xn--"),
    *(".xn--p1ai", ".рф", ".中国", "中国", "日本", "語", "한국", ".한국", "嘉里", ".嘉里大酒店"),
    *("é", "ü", "ſ", "K", "ß", "ι", "ⱥ", "Ж", "я", "ᲀ", "ı", "İ", "Å", "가", "각", "क्", "ष"),
    *("\u0301", "\u0308", "\ufe0f", "\ufe0e", "\u200d", "\u200b", "\u202a", "\u200e", "\u2066"),
    *("\ufeff", "\ufffe", "\uffff", "\u3000", "\xa0", "\x85", "\u180e", "。", "．", "｡", "\x00"),
    *("😀", "👨", "👩", "👧", "👦", "❤️", "💋", "🏽", "🏿", "♀️", "♂️", "♀", "⚕️", "✈️", "🚀", "🏳️"),
    *("🌈", "🏴", "☠️", "🇺", "🇸", "🇬", "🇧", "🇦", "🇽", "1️⃣", "⃣", "☝", "✌️", "©", "®", "™", "👁"),
    *(
        "🗨",
        "🕵",
        "🏋",
        "🏃",
        "🧑",
        "🫠",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ),
    *("https://t.co/", "t.co", "a.com", "https://a.com/x_(y)", "localhost", ".zip", "museum", "…"),
    *("#tag", "#日本", "$ACME", "$AB.C", "@bob"),
)
texts = st.one_of(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.text())
thorough = settings(
    max_examples=500,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _no_lone_surrogates(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


def _assigned(text: str) -> bool:
    """Whether every character has a meaning: before it has, each Unicode version guesses anew."""
    return not any(unicodedata.category(char) == "Cn" for char in text)


@thorough
@given(texts.filter(_no_lone_surrogates))
@example("http://xn--a.com/" + "é" * 4000 + " b.com")
@example("https://t.co/" + "a" * 41 + " https://t.co/" + "a" * 40 + "/b")
@example("🏋localhost嘉里大酒店ιbücher가xn--中国a.com")
@example("🕵localhostt.co1️⃣t.co/")
@example("https://t.co/:(https://t.co/üb.рф/é)")
@example("https://a.com/" + "(a)" * 200 + ".")
def test_weighted_count(oracle, text) -> None:
    found = weighted.weigh(text)
    expected = oracle.ask("weigh", text)
    assert {
        "weight": found.weight,
        "valid": found.valid,
        "permillage": found.permillage,
    } == expected


@thorough
@given(texts.filter(_no_lone_surrogates))
def test_weighted_urls_and_cashtags(oracle, text) -> None:
    text = unicodedata.normalize("NFC", text)
    found = [[url.start, url.end] for url in urls.find(text, urls.bare_rule())]
    if not any(char > "\uffff" for char in text):
        # The library may place a URL inside such a character; the count above covers that.
        assert found == oracle.ask("urls", text)
    assert [list(span) for span in weighted.cashtags(text)] == oracle.ask("cashtags", text)


@thorough
@given(texts.filter(_no_lone_surrogates).filter(_assigned))
def test_graphemes(oracle, text) -> None:
    assert graphemes.length(text) == oracle.ask("graphemes", text)


@thorough
@given(st.lists(st.sampled_from([*PIECES, "example.com", "foo.bar", "\u2028"])).map("".join))
def test_links_that_the_client_marks(oracle, text) -> None:
    expected = _facets(oracle, text, "link")
    found = [
        (len(text[: link.start].encode()), len(text[: link.end].encode()), link.url)
        for link in links.find(text, PLAIN)
    ]
    assert _sure(found) == _sure(expected)


def _sure(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Less the domains that begin with `http`: the library takes each for a whole URL."""
    return [span for span in spans if re.match(r"https?://(?!http)", span[2])]


CALLS = [
    *"@＠aZ0_.-/=+ \n#!(é日",
    "rt",
    "RT:",
    "@otter",
    "@otter.com",
    "\ufeff",
    "://",
    "\u0301",
    "x.test",
]
calls = st.lists(st.sampled_from(CALLS)).map("".join)


@thorough
@given(calls)
def test_mentions_by_handle(oracle, text) -> None:
    found = [[mention.start, mention.end] for mention in mentions.find(text, "handle")]
    assert found == oracle.ask("mentions", text)


@thorough
@given(calls)
def test_mentions_by_domain(oracle, text) -> None:
    found = [
        (len(text[: one.start].encode()), len(text[: one.end].encode()), one.handle)
        for one in mentions.find(text, "domain")
    ]
    assert found == _facets(oracle, text, "mention")


@thorough
@given(calls)
def test_silenced_texts_call_nobody(oracle, text) -> None:
    quiet = mentions.silenced(text, outside=[], handles={})
    assert oracle.ask("mentions", quiet) == []
    assert _facets(oracle, quiet, "mention") == []


def _facets(oracle: Oracle, text: str, kind: str) -> list[tuple[int, int, str]]:
    return [
        (facet["start"], facet["end"], facet["value"])
        for facet in oracle.ask("facets", text)
        if facet["kind"] == kind
    ]


HASHTAGS = [*"#＃a9_ é日·〜!-", "😀", "✌\ufe0f", "\u200c", "\u093e", "#日本", "#a:// "]


@thorough
@given(st.lists(st.sampled_from(HASHTAGS)).map("".join))
def test_hashtags(oracle, text) -> None:
    found = [[tag.start, tag.end] for tag in hashtags.find(text)]
    assert found == oracle.ask("hashtags", text)


MARKED = [
    *HASHTAGS,
    "\ufe0f",
    "\u20e3",
    "\u200b",
    "\xad",
    "\ufeff",
    "\u3000",
    "🦋",
    ",",
    "$",
    "tag" * 22,
    *("$acme", "$A1", "(", ")", "’"),
]


@thorough
@given(st.lists(st.sampled_from(MARKED)).map("".join).filter(_no_lone_surrogates))
def test_hashtags_that_the_client_marks(oracle, text) -> None:
    expected: list[tuple[int, int, str]] = []
    for facet in sorted(_facets(oracle, text, "tag")):
        if not expected or facet[0] >= expected[-1][1]:  # no facet may lie over another
            expected.append(facet)
    found = [
        (len(text[: tag.start].encode()), len(text[: tag.end].encode()), tag.tag)
        for tag in hashtags.find(text, "atproto")
    ]
    assert found == expected


@pytest.mark.parametrize("number", range(0, 0x20000, 0x2000))
def test_each_character_by_itself(oracle, number) -> None:
    chars = [chr(point) for point in range(number, number + 0x2000) if not 0xD800 <= point < 0xE000]
    # A hundred at a time, with and without what may follow an emoji.
    for suffix in ("", "\ufe0f", "\U0001f3fd", "\u200d\u2640\ufe0f", "\u20e3"):
        for at in range(0, len(chars), 256):
            text = "".join(f"x{char}{suffix} " for char in chars[at : at + 256])
            assert weighted.weight(text) == oracle.ask("weigh", text)["weight"], (
                number,
                at,
                suffix,
            )


def test_every_flag_and_family(oracle) -> None:
    letters = [chr(0x1F1E6 + at) for at in range(26)]
    text = " ".join(a + b for a in letters for b in letters)
    assert weighted.weight(text) == oracle.ask("weigh", text)["weight"]
    people = ["👨", "👩", "👧", "👦", "❤️", "💋", "🧑"]
    for first in people:
        text = " ".join(
            f"{first}\u200d{b}\u200d{c}\u200d{d}" for b in people for c in people for d in people
        )
        assert weighted.weight(text) == oracle.ask("weigh", text)["weight"]
