from __future__ import annotations

import base64
import hashlib
import hmac
import time

import pytest

from sharekit.errors import Unsure
from sharekit.publishers.webhook import Webhook
from sharekit.testing import FakeServer, Network, PublisherContract, Reply, sample_message

SECRET = "whsec_" + base64.b64encode(b"a key of twenty-four byt").decode()


class Receiver(Network):
    """Checks the signature as the Standard Webhooks say."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = []

    def texts(self):
        return [payload["data"]["text"] for payload in self.taken]

    def creates(self, request):
        return True

    def respond(self, request):
        headers = request.headers
        moment = headers["webhook-timestamp"]
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        content = f"{headers['webhook-id']}.{moment}.".encode() + request.body
        expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
        given = [one.removeprefix("v1,") for one in headers["webhook-signature"].split(" ")]
        if abs(time.time() - int(moment)) > 300 or expected not in given:
            return Reply(status=401, json={"error": "the signature is wrong"})
        self.taken.append(request.json())
        return Reply(status=202, json={"id": len(self.taken), "url": "https://there.example/1"})


@pytest.fixture
def network():
    with Receiver() as server:
        yield server


@pytest.fixture
def publisher(network):
    return Webhook(url=f"{network.url}/hook", secret_key=SECRET)


class TestWebhook(PublisherContract):
    channel = "webhook"

    def test_missing_secrets(self, publisher, network, web) -> None:
        """A webhook may go without a signature."""
        with FakeServer([Reply()]) as server:
            Webhook(url=server.url).publish(self.message("Unsigned"), web)
            assert "webhook-signature" not in server.requests[0].headers


def test_the_whole_message(publisher, network, web, card) -> None:
    message = sample_message(card=card, attach="image")
    receipt = publisher.publish(message, web)
    (payload,) = network.taken
    assert payload["type"] == "message.publish"
    data = payload["data"]
    assert data["title"] == message.title
    assert data["links"][0]["url"] == message.url
    assert base64.b64decode(data["card"]["content"]) == card.path.read_bytes()
    assert "path" not in data["card"]
    assert (receipt.id, receipt.url) == ("1", "https://there.example/1")


def test_the_id_is_the_messages_key(publisher, network, web) -> None:
    publisher.publish(sample_message(), web)
    assert network.requests[0].headers["webhook-id"] == sample_message().key


def test_without_the_file(network, web, card) -> None:
    publisher = Webhook(url=network.url, secret_key=SECRET, card=False)
    publisher.publish(sample_message(card=card), web)
    assert "content" not in network.taken[0]["data"]["card"]


@pytest.mark.parametrize("body", [b"", b"ok", b"[1]", b'{"id": null}'])
def test_any_answer_will_do(publisher, network, web, body) -> None:
    network.fail(Reply(status=200, body=body))
    message = sample_message()
    assert publisher.publish(message, web).id == message.key


def test_a_lost_answer_stays_open(publisher, network, web) -> None:
    network.fail("cut-after")
    with pytest.raises(Unsure):
        publisher.publish(sample_message(), web)


def test_a_secret_of_plain_words(web) -> None:
    with FakeServer([Reply()]) as server:
        Webhook(url=server.url, secret_key="whsec_not base64!").publish(sample_message(), web)
        (request,) = server.requests
    moment = request.headers["webhook-timestamp"]
    content = f"{request.headers['webhook-id']}.{moment}.".encode() + request.body
    signature = hmac.new(b"whsec_not base64!", content, hashlib.sha256).digest()
    assert request.headers["webhook-signature"] == f"v1,{base64.b64encode(signature).decode()}"


def test_an_account_from_adding_to_removing(network, account_cycle) -> None:
    account_cycle(
        "webhook",
        {"url": f"{network.url}/hook"},
        {"secret_key": SECRET},
        who=None,
        says="webhook",
        texts=network.texts,
    )
    assert network.requests == []
