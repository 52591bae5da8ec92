from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from mastodon_server import TOKEN, MastodonServer

from sharekit import publishers
from sharekit.errors import Refused, RetryLater, Unauthorized, Unsure
from sharekit.publishers import _mastodon_limits
from sharekit.publishers.mastodon import Mastodon
from sharekit.testing import PublisherContract, Reply, deliver, sample_message


@pytest.fixture
def network():
    with MastodonServer() as server:
        yield server


@pytest.fixture
def publisher(network):
    return Mastodon(server=network.url, token=TOKEN)


def message(text="Otters return", **changes):
    return sample_message(
        **{"text": text, "channel": "mastodon", "created": datetime.now(UTC), **changes}
    )


class TestMastodon(PublisherContract):
    channel = "mastodon"


def test_a_post_with_everything(network, web, card) -> None:
    publisher = Mastodon(
        server=network.url, token=TOKEN, visibility="unlisted", focus=(0.5, -0.25), sensitive=True
    )
    receipt = publisher.publish(
        message(card=card, attach="image", content_warning="Otters", language="de"), web
    )
    (post,) = network.posts
    assert (receipt.id, receipt.url) == (post["id"], f"{network.url}/@otters/{post['id']}")
    (media,) = network.media.values()
    assert media["content"] == card.path.read_bytes()
    assert (media["alt"], media["focus"]) == (card.alt, "0.5,-0.25")
    assert post["body"] == {
        "status": "Otters return",
        "visibility": "unlisted",
        "media_ids": list(network.media),
        "spoiler_text": "Otters",
        "language": "de",
        "sensitive": True,
    }


def test_a_picture_that_takes_time(publisher, network, web, card) -> None:
    network.slow_media = 3
    publisher.publish(message(card=card, attach="image"), web)
    assert len(network.posts) == 1


def test_a_picture_that_takes_too_long(publisher, network, web, card) -> None:
    network.slow_media = 10**6
    hasty = publisher.model_copy(update={"timeout": 0.3})
    with pytest.raises(RetryLater, match="still working on the picture"):
        hasty.publish(message(card=card, attach="image"), web)
    assert network.posts == []


def test_the_server_says_what_it_takes(publisher, network, web) -> None:
    network.max_characters = 1000
    assert publisher.limits.length == 500
    publisher.publish(message("x" * 1000), web)
    assert publisher.limits.length == 1000
    with pytest.raises(Refused, match="1001 of 1000 graphemes"):
        publisher.publish(message("x" * 1001), web)
    assert [request.path for request in network.requests].count("/api/v2/instance") == 1
    assert Mastodon(server=network.url, token=TOKEN, length=700).limits.length == 700


def test_limits_are_asked_again_after_a_day(publisher, network, web, monkeypatch) -> None:
    publisher.ask_limits(web)
    asked, limits = _mastodon_limits._limits[network.url]
    monkeypatch.setitem(_mastodon_limits._limits, network.url, (asked - 90_000, limits))
    publisher.ask_limits(web)
    assert [request.path for request in network.requests] == ["/api/v2/instance"] * 2


def test_a_server_that_does_not_say(publisher, network, web) -> None:
    network.version_2 = False
    publisher.publish(message(), web)
    assert publisher.limits == Mastodon.default_limits


def test_the_same_key_within_the_hour(publisher, network, web) -> None:
    wanted = message()
    assert publisher.publish(wanted, web) == publisher.publish(wanted, web)
    assert len(network.posts) == 1


def test_a_lost_answer_is_looked_up(publisher, network, web) -> None:
    network.fail("cut-after", when=network.creates)
    wanted = message("A link https://otters.example/a_b & <more>")
    journal: dict[str, str] = {}
    with pytest.raises(Unsure):
        publisher.resume(wanted, web, journal)
    network.keys.clear()  # as after an hour
    receipt = publisher.resume(wanted, web, journal)
    assert receipt == publisher.find(wanted, web)
    assert receipt.url
    assert len(network.posts) == 1


def test_find_turns_pages_and_stops_in_time(publisher, network, web) -> None:
    wanted = message("the first")
    receipt = publisher.publish(wanted, web)
    for number in range(90):
        publisher.publish(message(f"later {number}"), web)
    assert publisher.find(wanted, web) == receipt
    later = dataclasses.replace(wanted, created=datetime.now(UTC) + timedelta(hours=1))
    assert publisher.find(later, web) is None


def test_find_where_reading_is_not_allowed(publisher, network, web) -> None:
    network.scopes = {"write"}
    with pytest.raises(Unsure, match="cannot be seen"):
        publisher.find(message(), web)


def test_a_thread(publisher, network, web) -> None:
    publisher.publish(message("one", parts=("two", "three")), web)
    ids = [post["id"] for post in network.posts]
    assert [post["above"] for post in network.posts] == [None, *ids[:2]]


@pytest.mark.parametrize("fault", ["cut-before", "cut-after", "503-after", "429-reset"])
def test_a_thread_goes_on_where_it_stopped(publisher, network, web, fault) -> None:
    def second(request):
        return network.creates(request) and request.json()["status"] == "two"

    network.fail(fault, when=second)
    deliver(publisher, message("one", parts=("two", "three")), web)
    assert network.texts() == ["one", "two", "three"]


def test_a_token_without_the_right_to_write(publisher, network, web) -> None:
    network.scopes = {"read"}
    with pytest.raises(Unauthorized, match="outside the authorized scopes"):
        publisher.publish(message(), web)


def test_the_words_of_a_refusal(publisher, network, web) -> None:
    said = "Validation failed: Text contains a disallowed word"
    network.fail(Reply(status=422, json={"error": said}), when=network.creates)
    with pytest.raises(Refused, match=said):
        publisher.publish(message(), web)


def test_whoami(publisher, network, web) -> None:
    network.max_characters = 777
    who = publisher.whoami(web)
    host = network.url.partition("://")[2]
    assert (who.id, who.name, who.limits.length) == ("14715", f"@otters@{host}", 777)


def test_the_requests_are_shown_and_not_sent(publisher, network, card) -> None:
    *_, upload, post = publishers.requests(publisher, message(card=card, attach="image"))
    assert network.requests == []
    assert "file=‹file otters-return-og.png, image/png›" in upload
    assert "Authorization: Bearer •••" in post
    assert "Idempotency-Key: " in post
    assert '"media_ids": [\n    "‹answer 2: id›"\n  ]' in post


def test_a_bare_host_is_an_address() -> None:
    assert Mastodon(server="mastodon.social/", token="x").server == "https://mastodon.social"


def test_a_dry_run_leaves_the_limits_to_the_server(publisher, network, web, monkeypatch) -> None:
    monkeypatch.setattr(_mastodon_limits, "_limits", {})
    network.max_characters = 5000
    shown = publishers.requests(publisher, message("x " * 2000 + "x"))
    assert "x " * 2000 in shown[-1]
    assert network.requests == []
    publisher.publish(message("x" * 4000), web)
    assert network.texts() == ["x" * 4000]
