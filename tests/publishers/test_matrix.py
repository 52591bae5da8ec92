from __future__ import annotations

import itertools
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fault_proxy import FaultProxy
from synapse_server import PASSWORD, synapse

from sharekit import publishers
from sharekit.errors import Refused, RetryLater, Unauthorized
from sharekit.publishers import _matrix_api
from sharekit.publishers.matrix import Matrix
from sharekit.testing import PublisherContract, deliver, sample_message

pytestmark = pytest.mark.peer
numbers = itertools.count()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with synapse(tmp_path_factory.mktemp("synapse")) as running:
        yield running


class Room(FaultProxy):
    """The real server with one new room, behind the fault proxy."""

    def __init__(self, server) -> None:
        super().__init__(server.url)
        self.server = server
        self.token = server.login("TESTS")
        body = {"room_alias_name": f"otters{next(numbers)}", "preset": "public_chat"}
        self.room = server.ask("POST", "v3/createRoom", body, self.token)["room_id"]
        self.alias = f"#{body['room_alias_name']}:localhost"

    def events(self):
        """The messages of the room, oldest first."""
        path = f"v3/rooms/{self.room}/messages?dir=b&limit=100"
        events = self.server.ask("GET", path, token=self.token)["chunk"]
        return [one["content"] for one in reversed(events) if one["type"] == "m.room.message"]

    def texts(self):
        return [one["body"] for one in self.events() if one["msgtype"] == "m.text"]

    def creates(self, request):
        return "/send/m.room.message/" in request.path


@pytest.fixture
def network(server):
    with Room(server) as room:
        yield room


@pytest.fixture
def publisher(network):
    return Matrix(server=network.url, room=network.room, token=network.token)


def message(text="Otters return", **changes):
    return sample_message(
        **{"text": text, "channel": "matrix", "created": datetime.now(UTC), **changes}
    )


class TestMatrix(PublisherContract):
    channel = "matrix"


def with_password(network):
    return Matrix(
        server=network.url,
        room=network.alias,
        user=network.server.user,
        password=PASSWORD,
        device="PASSWORD",
    )


def test_a_password_and_an_alias(network, web) -> None:
    publisher = with_password(network)
    for text in ("one", "two"):
        publisher.publish(message(text), web)
    assert network.texts() == ["one", "two"]
    assert sum("/login" in request.path for request in network.requests) == 1
    _matrix_api._tokens.clear()


class Person:
    """Answers what it was told to."""

    def __init__(self, **answers) -> None:
        self.answers = answers
        self.hidden = set()

    def ask(self, name, about, *, secret=False, default=None, choices=None):
        self.hidden |= {name} if secret else set()
        return self.answers.get(name, default)


def test_a_password_becomes_a_token_of_a_device_of_its_own(network, web) -> None:
    person = Person(server=network.url, user=network.server.user, password=PASSWORD)
    first, second = (Matrix.sign_in({}, person=person, web=web) for _ in range(2))
    assert person.hidden == {"password"}
    assert first["password"] == ""
    assert first["device"] != second["device"]
    _matrix_api._tokens.clear()
    publisher = Matrix(server=first["server"], room=network.alias, token=first["token"])
    assert publisher.whoami(web).notes == (f"The device is {first['device']}.",)
    publisher.publish(message("by token"), web)
    assert network.texts() == ["by token"]
    person.answers |= {"user": "", "token": "typed"}
    assert Matrix.sign_in({}, person=person, web=web)["token"] == "typed"


def test_the_password_never_shows(network, web, caplog) -> None:
    contract = PublisherContract()
    contract.test_secrets_never_show(with_password(network), network, web, caplog)
    _matrix_api._tokens.clear()


def test_a_picture_and_a_text(publisher, network, web, card) -> None:
    receipt = publisher.publish(message(card=card, attach="image"), web)
    image, text = network.events()
    assert image["body"] == card.alt
    assert image["info"] == {"mimetype": "image/png", "size": card.bytes, "w": 1200, "h": 630}
    assert text == {"msgtype": "m.text", "body": "Otters return", "m.mentions": {}}
    assert receipt.url.startswith("https://matrix.to/#/%21")
    address = image["url"].removeprefix("mxc://")
    request = urllib.request.Request(
        f"{network.server.url}/_matrix/client/v1/media/download/{address}",
        headers={"Authorization": f"Bearer {network.token}"},
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.read() == card.path.read_bytes()


def test_the_same_message_twice_is_one_event(publisher, network, web, card) -> None:
    wanted = message(card=card, attach="image")
    assert publisher.publish(wanted, web) == publisher.publish(wanted, web)
    assert len(network.events()) == 2


def test_a_new_sign_in_on_the_same_device_makes_no_second_event(network, web) -> None:
    wanted = message()
    receipts = set()
    for _ in range(2):
        publisher = Matrix(
            server=network.url, room=network.room, user=network.server.user, password=PASSWORD
        )
        receipts.add(publisher.publish(wanted, web))
        _matrix_api._tokens.clear()
    assert len(receipts) == 1
    assert network.texts() == ["Otters return"]


def test_a_lost_answer_is_sent_again(publisher, network, web) -> None:
    network.fail("cut-after", when=network.creates)
    wanted = message()
    with pytest.raises(RetryLater) as caught:
        publisher.publish(wanted, web)
    assert caught.value.maybe
    receipt = deliver(publisher, wanted, web)
    assert publisher.find(wanted, web) == receipt
    assert network.texts() == ["Otters return"]


def test_find_stops_where_the_message_was_made(publisher, network, web) -> None:
    wanted = message()
    receipt = publisher.publish(wanted, web)
    assert publisher.find(wanted, web) == receipt
    later = replace(wanted, created=datetime.now(UTC) + timedelta(hours=1))
    assert publisher.find(later, web) is None


def test_too_long(publisher, network, web) -> None:
    with pytest.raises(Refused, match="60001 of 60000 bytes"):
        publisher.publish(message("x" * 60_001), web)
    publisher.publish(message("x" * 60_000), web)
    assert network.texts() == ["x" * 60_000]


def test_a_room_that_was_not_joined(network, web) -> None:
    publisher = Matrix(server=network.url, room="!nowhere:localhost", token=network.token)
    with pytest.raises(Refused, match="not in room"):
        publisher.publish(message(), web)


def test_wrong_password(network, web) -> None:
    publisher = Matrix(
        server=network.url, room=network.room, user="@otters:localhost", password="x"
    )
    with pytest.raises(Unauthorized, match="does not let"):
        publisher.publish(message(), web)


def test_whoami(publisher, web) -> None:
    who = publisher.whoami(web)
    assert (who.name, who.notes) == ("@otters:localhost", ("The device is TESTS.",))


def test_the_requests_are_shown_and_not_sent(publisher, network, card) -> None:
    upload, image, text = publishers.requests(publisher, message(card=card, attach="image"))
    assert network.requests == []
    assert upload.startswith(f"POST {network.url}/_matrix/media/v3/upload?filename=otters")
    assert '"url": "‹answer 1: content_uri›"' in image
    assert '"body": "Otters return"' in text


def test_a_room_by_its_alias_is_shown_by_name(network) -> None:
    publisher = Matrix(server=network.url, room=network.alias, token=network.token)
    *_, text = publishers.requests(publisher, message())
    assert "/rooms/‹answer 1: room_id›/send/" in text


@pytest.mark.usefixtures("no_keyring")
def test_an_account_from_adding_to_removing(network, account_cycle) -> None:
    accounts = account_cycle(
        "matrix",
        {"server": network.url, "room": network.room},
        {"token": network.token},
        who="@otters:localhost",
        says="The device is TESTS",
        texts=network.texts,
    )
    accounts("test", "matrix", code=4)
