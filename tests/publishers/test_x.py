from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from x_server import BEARER, KEYS, XServer

from sharekit import publishers
from sharekit.errors import Refused, RetryLater, Unauthorized, Unsure
from sharekit.publishers.x import X
from sharekit.testing import NASTY_TEXTS, PublisherContract, Reply, deliver, sample_message


@pytest.fixture
def network():
    with XServer() as server:
        yield server


@pytest.fixture
def publisher(network):
    return X(base_url=network.url, **KEYS)


def message(text="Otters return", **changes):
    now = datetime.now(UTC)
    return sample_message(text=text, channel="x", created=now, **changes)


class TestX(PublisherContract):
    channel = "x"


class TestXWithBearer(PublisherContract):
    channel = "x"

    @pytest.fixture
    def publisher(self, network):
        return X(base_url=network.url, bearer_token=BEARER)


def test_a_post_with_its_card(publisher, network, web, card) -> None:
    receipt = publisher.publish(message(card=card, attach="image"), web)
    (post,) = network.posts
    assert receipt.id == post["id"]
    assert receipt.url == f"https://x.com/i/status/{post['id']}"
    media = network.media[post["media"][0]]
    assert media == {"content": card.path.read_bytes(), "alt": card.alt}


def test_no_alt_text_costs_no_request(publisher, network, web, card) -> None:
    publisher.publish(message(card=replace(card, alt=""), attach="image"), web)
    assert "/2/media/metadata" not in {request.path for request in network.requests}


def test_a_link_card_is_left_to_x(publisher, network, web, card) -> None:
    publisher.publish(message(card=card, attach="link"), web)
    assert network.media == {}


def test_a_thread(publisher, network, web) -> None:
    publisher.publish(message("one", parts=("two", "three")), web)
    ids = [post["id"] for post in network.posts]
    assert [post["above"] for post in network.posts] == [None, *ids[:2]]
    assert network.texts() == ["one", "two", "three"]


@pytest.mark.parametrize("fault", ["cut-before", "cut-after", "503-after", "429-seconds"])
def test_a_thread_goes_on_where_it_stopped(publisher, network, web, fault) -> None:
    def third(request):
        return network.creates(request) and request.json()["text"] == "three"

    network.fail(fault, when=third)
    journal: dict[str, str] = {}
    thread = message("one", parts=("two", "three", "four"))
    with pytest.raises((Unsure, RetryLater)):
        publisher.resume(thread, web, journal)
    receipt = publisher.resume(thread, web, journal)
    assert network.texts() == ["one", "two", "three", "four"]
    ids = [post["id"] for post in network.posts]
    assert [post["above"] for post in network.posts] == [None, *ids[:3]]
    assert receipt.id == ids[0]


def test_a_thread_that_stands_in_part_is_not_found(publisher, network, web) -> None:
    publisher.publish(message("one"), web)
    with pytest.raises(Unsure, match="1 of the thread's 2 parts"):
        publisher.find(message("one", parts=("two",)), web)


def test_a_duplicate_may_be_ours(publisher, network, web) -> None:
    first = publisher.publish(message(), web)
    journal: dict[str, str] = {}
    with pytest.raises(Unsure, match="posted these words already"):
        publisher.resume(message(), web, journal)
    assert publisher.resume(message(), web, journal) == first
    assert len(network.posts) == 1


def test_a_duplicate_of_an_older_post_is_refused(publisher, network, web) -> None:
    publisher.publish(message(), web)
    network.posts[0]["at"] -= timedelta(hours=1)
    journal: dict[str, str] = {}
    with pytest.raises(Unsure, match="posted these words already"):
        publisher.resume(message(), web, journal)
    with pytest.raises(Refused, match="posted these words already"):
        publisher.resume(message(), web, journal)


def test_find_sees_through_links_and_pictures(publisher, network, web, card) -> None:
    text = "A & B <c> https://otters.example/a-b and https://otters.example/c"
    wanted = message(text, card=card, attach="image")
    receipt = publisher.publish(wanted, web)
    assert publisher.find(wanted, web) == receipt


def test_find_turns_pages(publisher, network, web) -> None:
    wanted = message("the first")
    receipt = publisher.publish(wanted, web)
    posts = [{**network.posts[0], "id": str(n), "text": f"later {n}"} for n in range(250)]
    network.posts += posts
    assert publisher.find(wanted, web) == receipt
    network.posts += [{**post, "id": f"1{post['id']}"} for post in posts] * 2
    with pytest.raises(Unsure, match="more than 500 posts"):
        publisher.find(wanted, web)


def test_find_where_reading_is_not_allowed(publisher, network, web) -> None:
    network.reads = False
    with pytest.raises(Unsure, match="cannot be seen"):
        publisher.find(message(), web)


def test_no_credits_pause_the_account(publisher, network, web) -> None:
    network.credits = False
    with pytest.raises(Unauthorized, match="credits are used up"):
        publisher.publish(message(), web)


def test_an_app_without_the_right_to_write(publisher, network, web) -> None:
    detail = "Your client app is not configured with the appropriate oauth1 app permissions."
    network.fail(Reply(status=403, json={"title": "Forbidden", "detail": detail}))
    with pytest.raises(Unauthorized, match="does not let the app post"):
        publisher.publish(message(), web)


def test_too_long_is_refused_before_anything_is_sent(publisher, network, web) -> None:
    with pytest.raises(Refused, match="the text has 281 of 280 weighted"):
        publisher.publish(message("x" * 281), web)
    assert network.requests == []


def test_an_answer_without_an_id(publisher, network, web) -> None:
    network.fail(Reply(status=201, json={"data": {}}), when=network.creates)
    with pytest.raises(Unsure, match=r"no data\.id"):
        publisher.publish(message(), web)


def test_an_upload_that_fails_is_tried_again(publisher, network, web, card) -> None:
    network.fail("503-after", when=lambda request: "media" in request.path)
    wanted = message(card=card, attach="image")
    with pytest.raises(RetryLater):
        publisher.publish(wanted, web)
    deliver(publisher, wanted, web)
    assert len(network.posts) == 1


def test_the_requests_are_shown_and_not_sent(publisher, network, card) -> None:
    upload, words, post = publishers.requests(publisher, message(card=card, attach="image"))
    assert network.requests == []
    assert upload.startswith(f"POST {network.url}/2/media/upload\n")
    assert "Authorization: OAuth •••" in upload
    assert '"id": "‹answer 1: data.id›"' in words
    assert '"media_ids": [\n      "‹answer 1: data.id›"' in post
    assert '"text": "Otters return"' in post
    for secret in KEYS.values():
        assert secret not in upload + words + post


def test_the_requests_are_shown_before_there_is_an_account() -> None:
    (post,) = publishers.requests(X(), message())
    assert post.splitlines()[:2] == [
        "POST https://api.x.com/2/tweets",
        "Content-Type: application/json",
    ]
    assert "not-known-yet" not in post


def test_price() -> None:
    x = X()
    assert x.price(sample_message(text="no link")) == 0.015
    assert x.price(sample_message()) == 0.2
    assert x.price(sample_message(text="one", parts=("two https://otters.example",))) == 0.215


def test_price_of_an_alt_text(card) -> None:
    assert X().price(sample_message(text="a", card=card, attach="image")) == 0.02


def test_budget() -> None:
    x = X(monthly_budget=1.0)
    x.afford(sample_message(), spent=0.8)
    with pytest.raises(Refused, match=r"\$0\.200 for this post.*\$1\.00 \$0\.10 are left"):
        x.afford(sample_message(), spent=0.9)
    X().afford(sample_message(), spent=1e6)


def test_whoami(publisher, web) -> None:
    who = publisher.whoami(web)
    assert (who.id, who.name, who.url) == ("2244994945", "@otters", "https://x.com/otters")


def test_no_text_changes_on_the_way_back(publisher, network, web) -> None:
    for text in NASTY_TEXTS:
        wanted = message(text)
        receipt = publisher.publish(wanted, web)
        assert publisher.find(wanted, web) == receipt
