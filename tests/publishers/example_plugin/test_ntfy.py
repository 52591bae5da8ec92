from __future__ import annotations

import pytest
from sharekit_ntfy import Ntfy

from sharekit.testing import Network, PublisherContract, Reply, sample_message
from sharekit.web import Session

TOKEN = "tk_0123456789abcdefghijklmnopqrs"


class NtfyServer(Network):
    """ntfy as its documentation says: strict about the token and the length."""

    def __init__(self):
        super().__init__()
        self.notes = []

    def texts(self):
        return [note["message"] for note in self.notes]

    def creates(self, request):
        return request.method == "POST"

    def respond(self, request):
        if request.headers["Authorization"] != f"Bearer {TOKEN}":
            return Reply(status=401, json={"code": 40101, "error": "unauthorized"})
        note = request.json()
        assert len(note["message"].encode()) <= 4096
        self.notes.append(note)
        return Reply(json={"id": f"n{len(self.notes)}", "topic": note["topic"]})


@pytest.fixture
def network():
    with NtfyServer() as server:
        yield server


@pytest.fixture
def web():
    with Session(allow=["127.0.0.1"]) as session:
        yield session


@pytest.fixture
def publisher(network):
    return Ntfy(server=network.url, topic="otters", token=TOKEN)


class TestNtfy(PublisherContract):
    channel = "ntfy"


def test_a_tap_opens_the_post(publisher, network, web) -> None:
    publisher.publish(sample_message(), web)
    assert network.notes[0]["click"] == "https://otters.example/otters-return"
