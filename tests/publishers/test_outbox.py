from __future__ import annotations

import json
import threading
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pydantic import ValidationError

from sharekit.errors import Refused, RetryLater
from sharekit.model import message_from_data
from sharekit.publishers.outbox import Outbox
from sharekit.testing import (
    NASTY_TEXTS,
    Network,
    PublisherContract,
    sample_card,
    sample_message,
)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(folder=tmp_path / "outbox")


class Page(HTMLParser):
    """What a reader of the page sees: texts, pictures, and whatever elements there are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


class Folder(Network):
    """What stands in the folder, for the contract of publishers."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def _messages(self):
        found = self.folder.glob("*/message.json")
        messages = [json.loads(path.read_text()) for path in found]
        return sorted(messages, key=lambda message: message["created"])

    def texts(self):
        return [message["text"] for message in self._messages()]

    def titles(self):
        return [message["title"] for message in self._messages() if message["attach"] == "link"]

    def creates(self, request):
        raise AssertionError


class TestOutbox(PublisherContract):
    channel = "outbox"

    @pytest.fixture
    def publisher(self, outbox):
        return outbox

    @pytest.fixture
    def network(self, outbox):
        with Folder(outbox.folder) as folder:
            yield folder


def page(outbox: Outbox) -> Page:
    return Page((outbox.folder / "index.html").read_text())


def test_a_message_becomes_a_folder(outbox, web, tmp_path) -> None:
    message = sample_message(channel="outbox", card=sample_card(tmp_path), attach="image")
    receipt = outbox.publish(message, web)

    home = outbox.folder / receipt.id
    assert home.name.startswith("2026-11-24-otters-return-to-the-elbe-outbox-main-")
    assert sorted(file.name for file in home.iterdir()) == ["card.png", "message.json", "text.txt"]
    assert (home / "card.png").read_bytes() == message.card.path.read_bytes()
    assert (home / "text.txt").read_text() == message.text + "\n"
    read = message_from_data(json.loads((home / "message.json").read_text()))
    assert read == replace(message, card=replace(message.card, path=Path("card.png")))
    assert receipt.url == (outbox.folder / "index.html").as_uri() + "#" + home.name


def test_a_repeat_changes_nothing(outbox, web) -> None:
    first = outbox.publish(sample_message(), web)
    assert outbox.publish(sample_message(), web) == first
    assert [home.name for home in outbox.folder.iterdir() if home.is_dir()] == [first.id]


def test_find(outbox, web) -> None:
    assert outbox.find(sample_message(), web) is None
    receipt = outbox.publish(sample_message(), web)
    assert outbox.find(sample_message(), web) == receipt
    assert outbox.find(sample_message(text="other"), web) is None


def test_the_page_shows_every_message(outbox, web, tmp_path) -> None:
    card = sample_card(tmp_path)
    for account in ("main", "second"):
        for text in ("one", "two"):
            message = sample_message(
                text=text, account=account, card=card, attach="image", key=text + account
            )
            outbox.publish(message, web)
    shown = page(outbox)
    pictures = [attrs for tag, attrs in shown.elements if tag == "img"]
    assert len(pictures) == 4
    assert all((outbox.folder / picture["src"]).is_file() for picture in pictures)
    assert {picture["alt"] for picture in pictures} == {card.alt}


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_any_text_arrives_literally(outbox, web, text, tmp_path) -> None:
    card = sample_card(tmp_path, alt=f'" onload="alert(1) {text}')
    message = sample_message(
        text=text, title=text, summary=text, card=card, attach="link", content_warning=text,
        post_id=text, account=text, parts=(text,),
    )  # fmt: skip
    receipt = outbox.publish(message, web)
    assert (outbox.folder / receipt.id / "text.txt").read_text() == f"{text}\n\n{text}\n"
    shown = page(outbox)
    assert shown.words.count(text) >= 3
    assert not {tag for tag, _ in shown.elements} & {"script", "iframe", "object", "form"}
    assert not any(name.startswith("on") for _, attrs in shown.elements for name in attrs)


def test_names_stay_inside_the_folder(outbox, web) -> None:
    message = sample_message(
        title="../../etc/passwd\0", account="../x", channel="a/b", key="../../k", post_id="/"
    )
    receipt = outbox.publish(message, web)
    assert (outbox.folder / receipt.id).resolve().parent == outbox.folder.resolve()
    assert set(receipt.id) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_a_thread_shows_its_parts(outbox, web) -> None:
    receipt = outbox.publish(sample_message(text="one", parts=("two", "three")), web)
    assert (outbox.folder / receipt.id / "text.txt").read_text() == "one\n\ntwo\n\nthree\n"
    words = page(outbox).words
    assert words.index("two") < words.index("three")


def test_links_in_the_text_are_marked(outbox, web) -> None:
    outbox.publish(sample_message(), web)
    html = (outbox.folder / "index.html").read_text()
    assert '<span class="link">https://otters.example/otters-return</span>' in html


def test_a_folder_that_cannot_be_read_is_named(outbox, web) -> None:
    outbox.publish(sample_message(), web)
    (outbox.folder / "broken").mkdir()
    (outbox.folder / "broken" / "message.json").write_text("{")
    outbox.publish(sample_message(text="next"), web)
    words = page(outbox).words
    assert "broken" in words
    assert "next" in words


def test_a_deleted_folder_leaves_the_page(outbox, web) -> None:
    gone = outbox.publish(sample_message(text="gone"), web)
    for file in (outbox.folder / gone.id).iterdir():
        file.unlink()
    (outbox.folder / gone.id).rmdir()
    outbox.publish(sample_message(text="stays"), web)
    assert "gone" not in page(outbox).words


def test_a_card_that_is_gone(outbox, web, tmp_path) -> None:
    card = sample_card(tmp_path)
    card.path.unlink()
    with pytest.raises(Refused, match=r"otters-return-og\.png is gone"):
        outbox.publish(sample_message(card=card, attach="image"), web)
    assert outbox.find(sample_message(card=card, attach="image"), web) is None
    outbox.publish(sample_message(text="next"), web)
    assert [home.name for home in outbox.folder.iterdir() if home.is_dir()] != []


def test_a_folder_that_cannot_be_written(web, tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RetryLater, match="cannot be written"):
        Outbox(folder=tmp_path / "file" / "outbox").publish(sample_message(), web)


def test_many_at_once(outbox, web) -> None:
    texts = [f"message {number}" for number in range(12)]
    threads = [
        threading.Thread(target=outbox.publish, args=(sample_message(text=text), web))
        for text in texts * 2
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([home for home in outbox.folder.iterdir() if home.is_dir()]) == len(texts)
    assert all(text in page(outbox).words for text in texts)


def test_like_another_channel() -> None:
    from sharekit.publishers.x import X

    assert Outbox(like="x").limits == X.default_limits
    with pytest.raises(ValidationError, match="Did you mean 'mastodon'"):
        Outbox(like="mastodom")


def test_the_page_counts_as_the_channel_does(tmp_path, web) -> None:
    outbox = Outbox(folder=tmp_path / "outbox", like="x")
    outbox.publish(sample_message(), web)
    assert "62 of 280" in page(outbox).words


def test_whoami(outbox, web) -> None:
    assert outbox.whoami(web).url == outbox.folder.resolve().as_uri()
