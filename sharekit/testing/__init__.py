"""For authors of adapters: sample values, a server that fails as networks fail, the contract.

    from sharekit.testing import FakeServer, Reply, sample_message

    def test_posts(tmp_path):
        with FakeServer([Reply(json={"id": "42"})]) as server, Session() as web:
            receipt = MyChannel(base_url=server.url).publish(sample_message(), web)
        assert receipt.id == "42"

`PublisherContract` holds the tests that every publisher passes; subclass it in your tests (see
docs/how-to/add-a-channel.md). Needs pytest only where the contract is used.
"""

from __future__ import annotations

from sharekit.testing.contract import Network, PublisherContract, deliver
from sharekit.testing.samples import NASTY_TEXTS, sample_card, sample_message, sample_post
from sharekit.testing.server import FakeServer, Fault, Reply, Request, Upload

__all__ = [
    "NASTY_TEXTS",
    "FakeServer",
    "Fault",
    "Network",
    "PublisherContract",
    "Reply",
    "Request",
    "Upload",
    "deliver",
    "sample_card",
    "sample_message",
    "sample_post",
]
