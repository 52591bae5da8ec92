from __future__ import annotations

import itertools
import json
import re
import threading
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import feedparser
import pytest
from pydantic import ValidationError

from sharekit.errors import Refused, RetryLater
from sharekit.model import Tag
from sharekit.publishers.feeds import Feeds
from sharekit.testing import (
    NASTY_TEXTS,
    FakeServer,
    Network,
    PublisherContract,
    Reply,
    sample_message,
)

HOME = "https://otters.example/feeds"


@pytest.fixture
def feeds(tmp_path):
    return Feeds(folder=tmp_path / "feeds", url=HOME, title="Otters & friends", language="en")


def read(feeds, name):
    return feedparser.parse((feeds.folder / name).read_bytes())


class Shelf(Network):
    """What stands in the feed, for the contract of publishers."""

    def __init__(self, folder) -> None:
        super().__init__()
        self.path = folder / "feed.json"

    def _items(self):
        items = json.loads(self.path.read_text())["items"] if self.path.exists() else []
        return list(reversed(items))

    def texts(self):
        return [item["content_text"] for item in self._items()]

    def titles(self):
        return [item["title"] for item in self._items()]

    def creates(self, request):
        raise AssertionError


class TestFeeds(PublisherContract):
    channel = "feeds"

    @pytest.fixture
    def publisher(self, feeds):
        return feeds

    @pytest.fixture
    def network(self, feeds):
        with Shelf(feeds.folder) as shelf:
            yield shelf


def test_three_feeds_and_the_card(feeds, web, card) -> None:
    text = "Otters return #Elbe"
    message = sample_message(
        text=text, card=card, attach="image", tags=(Tag(start=14, end=19, tag="Elbe"),)
    )
    receipt = feeds.publish(message, web)
    media = f"{HOME}/media/{card.digest[:32]}.png"
    assert (
        feeds.folder / "media" / f"{card.digest[:32]}.png"
    ).read_bytes() == card.path.read_bytes()
    for name in ("rss.xml", "atom.xml"):
        parsed = read(feeds, name)
        assert not parsed.bozo
        assert parsed.feed.title == "Otters & friends"
        (entry,) = parsed.entries
        assert entry.title == "Otters return to the Elbe"
        assert entry.link == "https://otters.example/otters-return"
        assert entry.id == receipt.id
        assert [tag.term for tag in entry.tags] == ["Elbe"]
        (enclosure,) = entry.enclosures
        assert (enclosure.href, enclosure.type) == (media, "image/png")
        assert int(enclosure.length) == card.bytes
        shared = datetime(*entry.published_parsed[:6], tzinfo=UTC)
        assert abs((shared - datetime.now(UTC)).total_seconds()) < 60
    data = json.loads((feeds.folder / "feed.json").read_text())
    assert data["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = data["items"]
    assert item["content_text"] == text
    assert item["attachments"][0]["title"] == card.alt
    assert item["image"] == media


@pytest.mark.parametrize("text", [*NASTY_TEXTS, "control \x00\x0b\x1f characters \ufffe"])
def test_any_text_arrives_literally(feeds, web, text) -> None:
    feeds.publish(sample_message(text=text, title=text, summary=text), web)
    readable = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe]", "\ufffd", text)
    rss = ET.parse(feeds.folder / "rss.xml")
    assert rss.findtext("channel/item/title") == readable
    atom = ET.parse(feeds.folder / "atom.xml")
    assert atom.findtext(".//{*}entry/{*}content") == readable
    shown = read(feeds, "rss.xml").entries[0].description
    assert "<script" not in shown
    assert json.loads((feeds.folder / "feed.json").read_text())["items"][0]["content_text"] == text


def test_ids_never_change(feeds, web) -> None:
    first = feeds.publish(sample_message(), web)
    before = {path.name: path.read_bytes() for path in feeds.folder.glob("*.*")}
    assert feeds.publish(sample_message(), web) == first
    assert {path.name: path.read_bytes() for path in feeds.folder.glob("*.*")} == before
    renamed = feeds.model_copy(update={"title": "Another", "url": "https://elsewhere.example"})
    renamed.publish(sample_message(text="next"), web)
    assert read(feeds, "rss.xml").entries[1].id == first.id


def test_newest_first_and_no_more_than_wanted(feeds, web) -> None:
    small = feeds.model_copy(update={"keep": 3})
    for text in "abcde":
        small.publish(sample_message(text=text), web)
    data = json.loads((feeds.folder / "feed.json").read_text())
    assert [item["content_text"] for item in data["items"]] == ["e", "d", "c"]
    assert len(read(feeds, "atom.xml").entries) == 3


def test_find(feeds, web) -> None:
    assert feeds.find(sample_message(), web) is None
    receipt = feeds.publish(sample_message(), web)
    assert feeds.find(sample_message(), web) == receipt


def test_many_at_once(feeds, web) -> None:
    threads = [
        threading.Thread(target=feeds.publish, args=(sample_message(text=text), web))
        for text in "abcdefgh" * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read(feeds, "rss.xml").entries) == 8


def test_a_crash_at_any_write_loses_and_doubles_nothing(feeds, web, monkeypatch) -> None:
    feeds.publish(sample_message(text="before"), web)
    for stop in range(3):
        writes = itertools.count()

        def fail(_, stop=stop, writes=writes):
            if next(writes) == stop:
                raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("os.fsync", fail)
            with pytest.raises(RetryLater, match="No space left"):
                feeds.publish(sample_message(text=f"stopped at {stop}"), web)
        feeds.publish(sample_message(text=f"stopped at {stop}"), web)
    for name in ("rss.xml", "atom.xml"):
        assert len(read(feeds, name).entries) == 4


def test_a_feed_that_is_something_else_is_not_overwritten(feeds, web) -> None:
    feeds.folder.mkdir()
    (feeds.folder / "feed.json").write_text("[]")
    with pytest.raises(Refused, match="not the feed that was written"):
        feeds.publish(sample_message(), web)
    assert (feeds.folder / "feed.json").read_text() == "[]"


def test_a_hub_is_told(feeds, web) -> None:
    with FakeServer([Reply(status=204)] * 3) as server:
        feeds.model_copy(update={"hub": server.url}).publish(sample_message(), web)
        forms = [request.form() for request in server.requests]
        assert {form["hub.url"] for form in forms} == {
            f"{HOME}/{name}" for name in ("rss.xml", "atom.xml", "feed.json")
        }
        assert f'rel="hub" href="{server.url}"' in (feeds.folder / "rss.xml").read_text()


def test_a_hub_that_does_not_answer_is_reported(feeds, web) -> None:
    with FakeServer([Reply(status=500)]) as server:
        receipt = feeds.model_copy(update={"hub": server.url}).publish(sample_message(), web)
    assert receipt
    assert "was not told" in web.problems[0].message


def test_an_address_must_be_absolute(tmp_path) -> None:
    with pytest.raises(ValidationError, match="absolute"):
        Feeds(folder=tmp_path, url="/feeds")
