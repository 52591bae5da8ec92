"""What authors of adapters are given works, and the contract catches what it is there to catch."""

from __future__ import annotations

import http.client
import time
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr

from sharekit.errors import Refused, RetryLater, Unsure
from sharekit.model import Limits, Receipt
from sharekit.publishers import NetworkAccount, pick
from sharekit.testing import (
    FakeServer,
    Network,
    PublisherContract,
    Reply,
    Upload,
    deliver,
    sample_message,
)
from sharekit.web import Session


@pytest.fixture
def web():
    with Session(allow=["127.0.0.1"]) as session:
        yield session


def test_the_server_records_what_it_is_asked(web) -> None:
    with FakeServer([Reply(json={"ok": True})]) as server:
        file = ("a.png", b"\r\n--x\r\n\0", "image/png")
        web.call("POST", f"{server.url}/up?q=%C3%A9", data={"words": "Größe"}, files={"f": file})
        (request,) = server.requests
    assert (request.path, request.query) == ("/up", {"q": "é"})
    assert request.form() == {
        "words": "Größe",
        "f": Upload(name="a.png", mime="image/png", content=b"\r\n--x\r\n\0"),
    }


def test_a_body_in_chunks() -> None:
    with FakeServer([Reply()]) as server:
        client = http.client.HTTPConnection(urlsplit(server.url).netloc)
        client.request("POST", "/", iter([b"ab", b"c"]), encode_chunked=True)
        client.getresponse().read()
        client.close()
        assert server.requests[0].body == b"abc"


def test_an_assertion_in_the_server_is_not_lost(web) -> None:
    def fail(_):
        raise AssertionError("nobody asked for this")

    server = FakeServer(handler=fail)
    server.__enter__()
    with pytest.raises(Unsure):
        web.call("POST", server.url)
    with pytest.raises(AssertionError, match="nobody asked"):
        server.__exit__(None)


@pytest.mark.parametrize(
    ("fault", "error", "acted"),
    [
        ("cut-before", Unsure, False),
        ("cut-after", Unsure, True),
        ("half", Unsure, True),
        ("stall", Unsure, True),
        ("503-before", Unsure, False),
        ("503-after", Unsure, True),
        ("429-seconds", RetryLater, False),
        ("429-date", RetryLater, False),
        ("429-reset", RetryLater, False),
    ],
)
def test_faults(web, fault, error, acted) -> None:
    with FakeServer([Reply(json={"id": 1})] * 2) as server:
        server.fail(fault, when=lambda request: request.path == "/post")
        web.call("POST", f"{server.url}/other")
        with pytest.raises(error):
            web.call("POST", f"{server.url}/post", timeout=1 if fault == "stall" else 30)
        time.sleep(0.05)
        assert [request.path for request in server.requests] == ["/other", *["/post"] * acted]


class Board(Network):
    """A network of one route."""

    def __init__(self) -> None:
        super().__init__()
        self.notes = []

    def texts(self):
        return [note["text"] for note in self.notes]

    def creates(self, request):
        return request.method == "POST"

    def respond(self, request):
        if request.headers["Authorization"] != "Bearer t0ken-for-tests":
            return Reply(status=401, json={"error": "who are you?"})
        self.notes.append(request.json())
        return Reply(json={"id": len(self.notes)})


class Good(NetworkAccount):
    """An adapter as it should be."""

    default_limits: ClassVar[Limits] = Limits(length=500)

    server: str
    token: SecretStr | None = None

    def text(self, message):
        return message.text

    def publish(self, message, web):
        self.check(message)
        token = self.secret("token", web, message)
        body = {"text": self.text(message)}
        answer = web.call("POST", self.server, token=token, json=body, timeout=self.timeout)
        return Receipt(id=pick(answer.json(), "id"))


class Blind(Good):
    """Sends again whatever happened."""

    def publish(self, message, web):
        try:
            return super().publish(message, web)
        except Unsure:
            return super().publish(message, web)


class Sloppy(Good):
    """Strips what looks like a tag."""

    def text(self, message):
        return message.text.replace("<b>", "")


class Hopeful(Good):
    """Takes a broken connection for "not posted"."""

    def publish(self, message, web):
        try:
            return super().publish(message, web)
        except Unsure as error:
            raise RetryLater(error.message) from error


class Chatty(Good):
    """Says its token when something is wrong."""

    def publish(self, message, web):
        try:
            return super().publish(message, web)
        except Refused as error:
            raise Refused(f"{error.message} ({self.token.get_secret_value()})") from error


class Forgetful(Good):
    """Sends without its token."""

    def secret(self, name, web, message=None):
        return self.token.get_secret_value() if self.token else "none"


@pytest.fixture
def network():
    with Board() as server:
        yield server


def account(kind, network):
    return kind(server=network.url, token="t0ken-for-tests")


class TestGood(PublisherContract):
    @pytest.fixture
    def publisher(self, network):
        return account(Good, network)


contract = PublisherContract()


def test_the_contract_catches_a_blind_repeat(network, web) -> None:
    with pytest.raises(AssertionError):
        contract.test_never_twice(account(Blind, network), network, web)


def test_the_contract_catches_a_changed_text(network, web) -> None:
    with pytest.raises(AssertionError):
        contract.test_text_arrives_literally(account(Sloppy, network), network, web)


def test_the_contract_catches_false_hope(network, web) -> None:
    with pytest.raises(AssertionError):
        contract.test_a_sure_failure_posts_nothing(account(Hopeful, network), network, web)


def test_the_contract_catches_a_leak(network, web, caplog) -> None:
    with pytest.raises(AssertionError, match="token"):
        contract.test_secrets_never_show(account(Chatty, network), network, web, caplog)


def test_the_contract_catches_a_send_without_a_secret(network, web) -> None:
    with pytest.raises(AssertionError):
        contract.test_missing_secrets(account(Forgetful, network), network, web)


def test_delivering_gives_up_with_the_last_error(network, web) -> None:
    network.fail("429-seconds", times=9)
    with pytest.raises(RetryLater):
        deliver(account(Good, network), sample_message(), web)
    assert network.notes == []
