from __future__ import annotations

from datetime import UTC, datetime

import pytest
from slack_server import CHANNEL, TOKEN, SlackServer

from sharekit import publishers
from sharekit.errors import Refused, RetryLater, Unauthorized, Unsure
from sharekit.model import Link
from sharekit.publishers.slack import Slack
from sharekit.testing import PublisherContract, Reply, deliver, sample_message


@pytest.fixture
def network():
    with SlackServer() as server:
        yield server


@pytest.fixture
def publisher(network):
    return Slack(base_url=f"{network.url}/api", token=TOKEN, channel=CHANNEL)


def message(**changes):
    return sample_message(**{"channel": "slack", "created": datetime.now(UTC), **changes})


class TestSlack(PublisherContract):
    channel = "slack"


def test_a_text_with_its_link(publisher, network, web) -> None:
    text = "See otters.example/a & more"
    link = Link(start=4, end=20, url="https://otters.example/a?utm_source=slack")
    receipt = publisher.publish(message(text=text, links=(link,)), web)
    (sent,) = network.messages
    (section,) = sent["blocks"][0]["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "See "},
        {"type": "link", "url": link.url, "text": "otters.example/a"},
        {"type": "text", "text": " & more"},
    ]
    assert sent["text"] == "See otters.example/a &amp; more"
    assert sent["unfurl_links"] is False
    number = sent["ts"].replace(".", "")
    assert receipt.id == f"{CHANNEL}/{sent['ts']}"
    assert receipt.url == f"https://otters.slack.com/archives/{CHANNEL}/p{number}"


def test_a_picture_with_its_alt_text(publisher, network, web, card) -> None:
    publisher.publish(message(card=card, attach="image"), web)
    ((number, file),) = network.files.items()
    assert file["content"] == card.path.read_bytes()
    assert network.messages[0]["blocks"][1] == {
        "type": "image",
        "slack_file": {"id": number},
        "alt_text": card.alt,
    }


def test_a_link_card_is_slacks_own(publisher, network, web, card) -> None:
    publisher.publish(message(card=card, attach="link"), web)
    assert network.messages[0]["unfurl_links"] is True
    assert network.files == {}


def test_a_lost_answer_is_found_by_the_key(publisher, network, web) -> None:
    network.fail("cut-after", when=network.creates)
    wanted = message()
    with pytest.raises(Unsure):
        publisher.publish(wanted, web)
    receipt = publisher.find(wanted, web)
    assert receipt.id.endswith(network.messages[0]["ts"])


def test_find_turns_pages(publisher, network, web) -> None:
    wanted = message()
    receipt = publisher.publish(wanted, web)
    filler = {"blocks": [], "ts": f"{datetime.now(UTC).timestamp() + 1:.6f}"}
    network.messages += [filler] * 500
    assert publisher.find(wanted, web) == receipt
    network.messages += [filler] * 600
    with pytest.raises(Unsure, match="too many messages"):
        publisher.find(wanted, web)


def test_find_without_the_right_to_read(publisher, network, web) -> None:
    network.scopes.discard("channels:history")
    with pytest.raises(Unsure, match="cannot be seen"):
        publisher.find(message(), web)


def test_the_address_is_not_worth_a_second_post(publisher, network, web) -> None:
    network.fail("503-before", when=lambda request: "getPermalink" in request.path)
    assert publisher.publish(message(), web).url is None
    assert len(network.messages) == 1


def test_a_missing_scope(publisher, network, web) -> None:
    network.scopes.clear()
    with pytest.raises(Unauthorized, match="missing_scope"):
        publisher.publish(message(), web)


def test_an_unknown_channel(network, web) -> None:
    publisher = Slack(base_url=f"{network.url}/api", token=TOKEN, channel="C0")
    with pytest.raises(Refused, match="channel_not_found") as caught:
        publisher.publish(message(), web)
    assert "channel's id" in str(caught.value)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("internal_error", Unsure),
        ("ratelimited", RetryLater),
        ("invalid_blocks", RetryLater),
        ("msg_too_long", Refused),
        ("token_revoked", Unauthorized),
    ],
)
def test_what_slack_says_with_status_200(publisher, network, web, said, error) -> None:
    network.fail(Reply(json={"ok": False, "error": said}), when=network.creates)
    with pytest.raises(error, match=said):
        publisher.publish(message(), web)


def test_an_upload_that_fails_leaves_nothing_open(publisher, network, web, card) -> None:
    network.fail("503-after", when=lambda request: request.path.startswith("/upload/"))
    wanted = message(card=card, attach="image")
    with pytest.raises(RetryLater) as caught:
        publisher.publish(wanted, web)
    assert not caught.value.maybe
    deliver(publisher, wanted, web)
    assert len(network.messages) == 1


def test_whoami(publisher, web) -> None:
    who = publisher.whoami(web)
    assert (who.name, who.notes) == ("otterbot", ("The workspace is Otters.",))


def test_the_requests_are_shown_and_not_sent(publisher, network, card) -> None:
    shown = publishers.requests(publisher, message(card=card, attach="image"))
    assert network.requests == []
    assert [text.splitlines()[0].rpartition("/")[2] for text in shown] == [
        "files.getUploadURLExternal",
        "POST ‹answer 1: upload_url›",
        "files.completeUploadExternal",
        "chat.postMessage",
        "chat.getPermalink",
    ]
    assert '"slack_file": {\n        "id": "‹answer 1: file_id›"' in shown[3]
