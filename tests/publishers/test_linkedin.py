from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from linkedin_server import PERSON, TOKEN, LinkedInServer
from pydantic import ValidationError

from sharekit import publishers
from sharekit.errors import Refused, RetryLater, Unsure
from sharekit.model import Tag
from sharekit.publishers.linkedin import LinkedIn
from sharekit.testing import PublisherContract, deliver, sample_message


@pytest.fixture
def network():
    with LinkedInServer() as server:
        yield server


@pytest.fixture
def publisher(network):
    return LinkedIn(base_url=network.url, token=TOKEN)


def message(**changes):
    return sample_message(**{"channel": "linkedin", "created": datetime.now(UTC), **changes})


class TestLinkedIn(PublisherContract):
    channel = "linkedin"


def test_an_unescaped_character_would_cut_the_text(publisher, network, web) -> None:
    text = "Otters (and *beavers*) return [again] @ the Elbe #1"
    publisher.publish(message(text=text), web)
    assert network.posts[0]["commentary"] == (
        r"Otters \(and \*beavers\*\) return \[again\] \@ the Elbe \#1"
    )
    assert network.texts() == [text]


def test_hashtags_are_hashtags(publisher, network, web) -> None:
    text = "Otters are back #Elbe_2026!"
    publisher.publish(message(text=text, tags=(Tag(start=16, end=26, tag="Elbe_2026"),)), web)
    assert network.posts[0]["commentary"] == r"Otters are back {hashtag|\#|Elbe\_2026}!"


def test_a_link_card_built_by_hand(publisher, network, web, card) -> None:
    receipt = publisher.publish(message(card=card, attach="link"), web)
    (post,) = network.posts
    (urn,) = network.images
    assert network.images[urn] == card.path.read_bytes()
    assert post["content"]["article"] == {
        "source": "https://otters.example/otters-return",
        "title": "Otters return to the Elbe",
        "description": "After forty years the first family has settled above the weir.",
        "thumbnail": urn,
        "thumbnailAltText": card.alt,
    }
    assert receipt.url == f"https://www.linkedin.com/feed/update/{post['id']}/"


def test_a_picture_with_its_alt_text(publisher, network, web, card) -> None:
    publisher.publish(message(card=card, attach="image"), web)
    (urn,) = network.images
    assert network.posts[0]["content"] == {"media": {"id": urn, "altText": card.alt}}


def test_the_author(network, web) -> None:
    publisher = LinkedIn(base_url=network.url, token=TOKEN, author=PERSON)
    publisher.publish(message(), web)
    assert {request.path for request in network.requests} == {"/rest/posts"}
    with pytest.raises(ValidationError, match="pattern"):
        LinkedIn(token=TOKEN, author="otters")


def test_a_duplicate_is_a_hint_and_no_proof(publisher, network, web) -> None:
    first = publisher.publish(message(), web)
    with pytest.raises(Unsure, match=f"duplicate of {first.id}"):
        publisher.publish(message(), web)


def test_a_lost_answer_is_found(publisher, network, web) -> None:
    network.fail("cut-after", when=network.creates)
    wanted = message(text="(lost) #answer")
    receipt = deliver(publisher, wanted, web)
    assert receipt.id == network.posts[0]["id"]


def test_find_stops_where_the_message_was_made(publisher, network, web) -> None:
    wanted = message()
    receipt = publisher.publish(wanted, web)
    network.posts += [{**network.posts[0], "commentary": "x", "id": str(n)} for n in range(250)]
    assert publisher.find(wanted, web) == receipt
    later = dataclasses.replace(wanted, created=datetime.now(UTC) + timedelta(hours=1))
    assert publisher.find(later, web) is None


def test_find_where_reading_is_not_allowed(publisher, network, web) -> None:
    network.reads = False
    with pytest.raises(Unsure, match="cannot be seen"):
        publisher.find(message(), web)


def test_an_old_version(network, web) -> None:
    publisher = LinkedIn(base_url=network.url, token=TOKEN, version="202501")
    with pytest.raises(Refused, match="not active") as caught:
        publisher.publish(message(), web)
    assert "newer month" in str(caught.value)


def test_an_upload_that_fails_leaves_nothing_open(publisher, network, web, card) -> None:
    network.fail("503-after", when=lambda request: request.method == "PUT")
    with pytest.raises(RetryLater) as caught:
        publisher.publish(message(card=card, attach="image"), web)
    assert not caught.value.maybe


def test_whoami(publisher, web) -> None:
    assert publisher.whoami(web).name == "Otto Otter"


def test_the_requests_are_shown_and_not_sent(publisher, network, card) -> None:
    _, begin, upload, post = publishers.requests(publisher, message(card=card, attach="link"))
    assert network.requests == []
    assert "LinkedIn-Version: 20" in begin
    assert upload.startswith("PUT ‹answer 2: value.uploadUrl›")
    assert '"thumbnail": "‹answer 2: value.image›"' in post
    assert '"author": "urn:li:person:‹answer 1: sub›"' in post
