from __future__ import annotations

from datetime import UTC, datetime

import pytest
from threads_server import TOKEN, ThreadsServer

from sharekit import publishers
from sharekit.errors import Refused, RetryLater, Unauthorized, Unsure
from sharekit.publishers.threads import Threads
from sharekit.testing import PublisherContract, Reply, deliver, sample_message


@pytest.fixture
def network():
    with ThreadsServer() as server:
        yield server


@pytest.fixture
def publisher(network):
    return Threads(base_url=network.url, token=TOKEN, cards_url="https://otters.example/cards/")


def message(text="Otters return", **changes):
    return sample_message(
        **{"text": text, "channel": "threads", "created": datetime.now(UTC), **changes}
    )


class TestThreads(PublisherContract):
    channel = "threads"


def test_a_picture_from_its_public_address(publisher, network, web, card) -> None:
    receipt = publisher.publish(message(card=card, attach="image"), web)
    (container,) = network.containers.values()
    assert container["image_url"] == "https://otters.example/cards/otters-return-og.png"
    assert container["alt_text"] == card.alt
    assert receipt.url == f"https://www.threads.net/t/{receipt.id}"


def test_a_link_card(publisher, network, web) -> None:
    publisher.publish(message(attach="link"), web)
    (container,) = network.containers.values()
    assert container["link_attachment"] == "https://otters.example/otters-return"


def test_pictures_need_a_public_address() -> None:
    assert "image" not in Threads(token="t").limits.attach


def test_a_picture_that_takes_time(publisher, network, web, card) -> None:
    network.slow = 3
    publisher.publish(message(card=card, attach="image"), web)
    assert len(network.posts) == 1


def test_a_picture_that_takes_too_long_is_not_made_twice(publisher, network, web, card) -> None:
    network.slow = 4
    wanted, journal = message(card=card, attach="image"), {}
    hasty = publisher.model_copy(update={"timeout": 0.3})
    with pytest.raises(RetryLater, match="still fetching"):
        hasty.resume(wanted, web, journal)
    publisher.resume(wanted, web, journal)
    assert len(network.containers) == len(network.posts) == 1


def test_a_picture_that_cannot_be_fetched(publisher, network, web, card) -> None:
    network.unreachable_pictures = True
    with pytest.raises(Refused, match="FAILED_DOWNLOADING_IMAGE"):
        publisher.publish(message(card=card, attach="image"), web)


@pytest.mark.parametrize("fault", ["cut-before", "cut-after", "503-after", "half"])
def test_the_container_says_what_became_of_it(publisher, network, web, fault) -> None:
    network.fail(fault, when=network.creates)
    wanted, journal = message(), {}
    with pytest.raises(Unsure):
        publisher.resume(wanted, web, journal)
    assert set(journal) == {"container-0", "part-0"}
    receipt = publisher.resume(wanted, web, journal)
    assert receipt.id == network.posts[0]["id"]
    assert len(network.containers) == len(network.posts) == 1


def test_a_thread(publisher, network, web) -> None:
    network.fail("cut-after", when=network.creates)
    deliver(publisher, message("one", parts=("two", "three")), web)
    assert network.texts() == ["one", "two", "three"]
    ids = [post["id"] for post in network.posts]
    above = [post["container"].get("reply_to_id") for post in network.posts]
    assert above == [None, *ids[:2]]


def test_find_turns_pages(publisher, network, web) -> None:
    wanted = message()
    receipt = publisher.publish(wanted, web)
    network.posts += [{**network.posts[0], "text": "later", "id": str(n)} for n in range(250)]
    assert publisher.find(wanted, web) == receipt
    network.posts += network.posts[1:] * 2
    with pytest.raises(Unsure, match="more than 500 posts"):
        publisher.find(wanted, web)


@pytest.mark.parametrize(
    ("code", "error"), [(190, Unauthorized), (4, RetryLater), (2, Unsure), (100, Refused)]
)
def test_the_meaning_is_in_the_code(publisher, network, web, code, error) -> None:
    body = {"error": {"message": "Something", "code": code}}
    network.fail(Reply(status=400, json=body), when=network.creates)
    with pytest.raises(error, match="Something"):
        publisher.publish(message(), web)


def test_six_links_are_refused_before_anything_is_sent(publisher, network, web) -> None:
    text = " ".join(f"https://otters.example/{number}" for number in range(6))
    with pytest.raises(Refused, match="does not fit"):
        publisher.publish(message(text), web)
    assert network.requests == []


def test_whoami(publisher, web) -> None:
    assert publisher.whoami(web).name == "@otters"


def test_the_requests_are_shown_and_not_sent(publisher, network) -> None:
    shown = publishers.requests(publisher, message())
    assert network.requests == []
    assert "access_token=•••" in shown[0]
    assert "creation_id=‹answer 1: id›" in shown[2]
