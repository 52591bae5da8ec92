from __future__ import annotations

import dataclasses

import pytest
from telegram_server import CHAT, TOKEN, TelegramServer

from sharekit import publishers
from sharekit.errors import Refused, RetryLater, Unauthorized, Unsure
from sharekit.model import Link
from sharekit.publishers.telegram import Telegram
from sharekit.testing import PublisherContract, Reply, sample_message


@pytest.fixture
def network():
    with TelegramServer() as server:
        yield server


@pytest.fixture
def publisher(network):
    return Telegram(base_url=network.url, token=TOKEN, chat=CHAT)


class TestTelegram(PublisherContract):
    channel = "telegram"


def test_a_text_and_its_address(publisher, network, web) -> None:
    receipt = publisher.publish(sample_message(), web)
    (sent,) = network.sent
    assert sent == {
        "chat_id": CHAT,
        "text": "Otters return to the Elbe https://otters.example/otters-return",
        "link_preview_options": {"is_disabled": True},
    }
    assert receipt.id == "-1001234567890/1"
    assert receipt.url == "https://t.me/otters_example/1"


def test_a_link_card_is_drawn_by_telegram(publisher, network, web, card) -> None:
    publisher.publish(sample_message(text="Otters", attach="link", card=card), web)
    assert network.sent[0]["link_preview_options"] == {
        "url": "https://otters.example/otters-return",
        "prefer_large_media": True,
    }


def test_a_photo(publisher, network, web, card) -> None:
    publisher.publish(sample_message(attach="image", card=card), web)
    (sent,) = network.sent
    assert sent["photo"].content == card.path.read_bytes()
    assert sent["caption"].startswith("Otters return")


def test_a_link_under_other_words(publisher, network, web, card) -> None:
    text = "🦦 otters.example/a is new"
    link = Link(start=2, end=18, url="https://otters.example/a?utm_source=telegram")
    entity = {"type": "text_link", "offset": 3, "length": 16, "url": link.url}
    message = sample_message(text=text, links=(link,), card=card)
    publisher.publish(message, web)
    assert network.sent[0]["entities"] == [entity]
    publisher.publish(dataclasses.replace(message, attach="image"), web)
    assert network.sent[1]["caption_entities"] == [entity]


def test_options(network, web) -> None:
    publisher = Telegram(base_url=network.url, token=TOKEN, chat=CHAT, silent=True, topic=7)
    publisher.publish(sample_message(), web)
    assert network.sent[0]["disable_notification"] is True
    assert network.sent[0]["message_thread_id"] == 7


def test_a_caption_too_long(publisher, web, card) -> None:
    with pytest.raises(Refused, match="1025 of 1024 chars"):
        publisher.publish(sample_message(text="x" * 1025, attach="image", card=card), web)


def test_a_thread_is_refused(publisher, network, web) -> None:
    with pytest.raises(Refused, match="takes no threads"):
        publisher.publish(sample_message(parts=("two",)), web)
    assert network.requests == []


def test_an_unknown_bot(publisher, web) -> None:
    with pytest.raises(Unauthorized, match="knows no bot"):
        publisher.model_copy(update={"token": type(publisher.token)("1:x")}).whoami(web)


def test_a_bot_that_was_thrown_out(publisher, network, web) -> None:
    said = "Forbidden: bot is not a member of the channel chat"
    network.fail(Reply(status=403, json={"ok": False, "error_code": 403, "description": said}))
    with pytest.raises(Unauthorized, match="not a member"):
        publisher.publish(sample_message(), web)


def test_telegrams_own_way_to_say_wait(publisher, network, web) -> None:
    body = {"ok": False, "error_code": 429, "parameters": {"retry_after": 35}}
    network.fail(Reply(status=429, json=body))
    with pytest.raises(RetryLater) as caught:
        publisher.publish(sample_message(), web)
    assert caught.value.after == 35


def test_a_lost_answer_stays_open(publisher, network, web) -> None:
    network.fail("cut-after")
    with pytest.raises(Unsure):
        publisher.publish(sample_message(), web)


def test_whoami(publisher, web) -> None:
    who = publisher.whoami(web)
    assert (who.name, who.notes) == ("@otters_bot", ("It writes to Otters.",))


def test_the_token_in_the_address_is_masked(publisher) -> None:
    (post,) = publishers.requests(publisher, sample_message())
    assert TOKEN not in post
    assert "/bot•••/sendMessage" in post
