from __future__ import annotations

import json
import re
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from fault_proxy import FaultProxy
from pds_server import pds

from sharekit import publishers
from sharekit.credentials import Vault
from sharekit.errors import Refused, RetryLater, Unauthorized
from sharekit.model import Limits, Link, Mention, Tag
from sharekit.publishers import _bluesky_records as records
from sharekit.publishers import _bluesky_xrpc
from sharekit.publishers.bluesky import Bluesky
from sharekit.testing import PublisherContract, Reply, deliver, sample_message

pytestmark = [pytest.mark.peer, pytest.mark.usefixtures("no_keyring")]
PASSWORD = "pw0ThePasswordOfTheAccountForTests"


def ask(url, method, params=None, body=None, token=None):
    address = f"{url}/xrpc/{method}" + (f"?{urlencode(params)}" if params else "")
    headers = {"Content-Type": "application/json"} | (
        {"Authorization": f"Bearer {token}"} if token else {}
    )
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address, data, headers)) as answer:
        return json.load(answer)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with pds(tmp_path_factory.mktemp("pds")) as url:
        yield url


class Pds(FaultProxy):
    """The real server with one new account, behind the fault proxy."""

    number = 0

    def __init__(self, upstream) -> None:
        super().__init__(upstream)
        Pds.number += 1
        self.handle = f"otters{Pds.number}.test"
        self.real = upstream
        account = ask(
            upstream,
            "com.atproto.server.createAccount",
            body={
                "handle": self.handle,
                "email": f"{self.handle}@otters.example",
                "password": PASSWORD,
            },
        )
        self.did = account["did"]

    def records(self):
        """The records that stand, in the order in which they were first sent."""
        sent = [request.json()["rkey"] for request in self.requests if self.creates(request)]
        where = {"repo": self.did, "collection": "app.bsky.feed.post", "limit": 100}
        found = ask(self.real, "com.atproto.repo.listRecords", where)["records"]
        by_key = {record["uri"].rpartition("/")[2]: record["value"] for record in found}
        return [by_key[key] for key in dict.fromkeys(sent) if key in by_key]

    def texts(self):
        return [record["text"] for record in self.records()]

    def titles(self):
        embeds = [record.get("embed", {}) for record in self.records()]
        return [embed["external"]["title"] for embed in embeds if "external" in embed]

    def creates(self, request):
        return request.path == "/xrpc/com.atproto.repo.putRecord"


@pytest.fixture
def network(server):
    with Pds(server) as proxy:
        yield proxy


@pytest.fixture
def publisher(network):
    return Bluesky(server=network.url, handle=network.handle, app_password=PASSWORD)


def message(text="Otters return", **changes):
    return sample_message(
        **{"text": text, "channel": "bluesky", "created": datetime.now(UTC), **changes}
    )


class TestBluesky(PublisherContract):
    channel = "bluesky"


def test_links_mentions_and_tags_are_facets(publisher, network, web) -> None:
    text = f"🦦 Größe: otters.example/a, by @{network.handle} and @nobody.test #Fluß"
    link = text.index("otters.example/a")
    known, unknown = text.index(f"@{network.handle}"), text.index("@nobody")
    tag = text.index("#")
    publisher.publish(
        message(
            text,
            links=(
                Link(start=link, end=link + 16, url="https://otters.example/a?utm_source=bluesky"),
            ),
            mentions=(
                Mention(start=known, end=known + 1 + len(network.handle), handle=network.handle),
                Mention(start=unknown, end=unknown + 12, handle="nobody.test"),
            ),
            tags=(Tag(start=tag, end=tag + 5, tag="Fluß"),),
        ),
        web,
    )
    (record,) = network.records()
    raw = text.encode()
    found = [
        (raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), facet["features"])
        for facet in record["facets"]
    ]
    kind = "app.bsky.richtext.facet"
    assert found == [
        (
            "otters.example/a",
            [{"$type": f"{kind}#link", "uri": "https://otters.example/a?utm_source=bluesky"}],
        ),
        (f"@{network.handle}", [{"$type": f"{kind}#mention", "did": network.did}]),
        ("#Fluß", [{"$type": f"{kind}#tag", "tag": "Fluß"}]),
    ]


def test_a_picture_with_its_alt_text(publisher, network, web, card) -> None:
    publisher.publish(message(card=card, attach="image"), web)
    (record,) = network.records()
    assert record["langs"] == ["en"]
    (image,) = record["embed"]["images"]
    assert image["alt"] == card.alt
    assert image["aspectRatio"] == {"width": 1200, "height": 630}
    assert (image["image"]["mimeType"], image["image"]["size"]) == ("image/png", card.bytes)


def test_a_link_card_with_its_thumb(publisher, network, web, card) -> None:
    publisher.publish(message(card=card, attach="link"), web)
    (record,) = network.records()
    external = record["embed"]["external"]
    assert external["thumb"]["size"] == card.bytes
    assert external["uri"] == "https://otters.example/otters-return"
    assert external["title"] == "Otters return to the Elbe"
    assert external["description"].startswith("After forty years")


def test_a_link_card_without_a_thumb(publisher, network, web) -> None:
    publisher.publish(message(attach="link"), web)
    assert "thumb" not in network.records()[0]["embed"]["external"]


def test_a_card_too_big_for_a_thumb_is_not_uploaded(
    publisher, network, web, card, tmp_path
) -> None:
    big = tmp_path / "big.png"
    big.write_bytes(card.path.read_bytes() + b"\0" * 1_000_000)
    with pytest.raises(Refused, match="Bluesky takes 1,000,000 here"):
        publisher.publish(message(card=replace(card, path=big), attach="link"), web)
    assert not any("uploadBlob" in request.path for request in network.requests)


def test_301_graphemes_are_refused_before_anything_is_sent(publisher, network, web) -> None:
    asked = len(network.requests)
    with pytest.raises(Refused, match="the text has 301 of 300 graphemes"):
        publisher.publish(message("👨‍👩‍👧‍👦" + "x" * 300), web)
    assert len(network.requests) == asked
    publisher.publish(message("👨‍👩‍👧‍👦" * 100), web)


def test_the_same_key_twice_leaves_one_post(publisher, network, web) -> None:
    wanted = message()
    first = publisher.publish(wanted, web)
    assert publisher.publish(wanted, web) == first
    assert len(network.records()) == 1


def test_what_stands_is_never_overwritten(publisher, network, web) -> None:
    wanted = message()
    publisher.publish(wanted, web)
    publisher.publish(replace(wanted, text="Other words, same key"), web)
    assert network.texts() == [wanted.text]


def test_a_5xx_after_the_record_was_taken(publisher, network, web) -> None:
    network.fail("503-after", when=network.creates)
    wanted = message()
    receipt = publisher.publish(wanted, web)
    assert len(network.records()) == 1
    assert publisher.find(wanted, web) == receipt


def test_a_5xx_before_the_record_was_taken(publisher, network, web) -> None:
    network.fail("503-before", when=network.creates)
    wanted = message()
    with pytest.raises(RetryLater):
        publisher.publish(wanted, web)
    deliver(publisher, wanted, web)
    assert len(network.records()) == 1


def test_a_thread(publisher, network, web) -> None:
    thread = message("one", parts=("two https://otters.example/two", "three #Elbe"))
    receipt = publisher.publish(thread, web)
    one, two, three = network.records()
    assert two["reply"]["root"] == two["reply"]["parent"] == three["reply"]["root"]
    assert one["text"] == "one"
    assert two["reply"]["root"]["uri"].endswith(receipt.id)
    assert three["reply"]["parent"]["uri"] != three["reply"]["root"]["uri"]
    assert two["facets"][0]["features"][0]["uri"] == "https://otters.example/two"
    assert three["facets"][0]["features"][0]["tag"] == "Elbe"


@pytest.mark.parametrize("fault", ["cut-before", "cut-after", "429-seconds"])
def test_a_thread_goes_on_where_it_stopped(publisher, network, web, fault) -> None:
    def second(request):
        return network.creates(request) and request.json()["record"]["text"] == "two"

    network.fail(fault, when=second)
    deliver(publisher, message("one", parts=("two", "three")), web)
    assert network.texts() == ["one", "two", "three"]


def test_one_sign_in_serves_many_posts(publisher, network, web) -> None:
    for text in "abc":
        publisher.publish(message(text), web)
    assert sum("createSession" in request.path for request in network.requests) == 1


def test_a_token_that_has_run_out_is_replaced(publisher, network, web) -> None:
    publisher.publish(message("one"), web)
    network.fail(
        Reply(status=400, json={"error": "ExpiredToken", "message": "Token has expired"}),
        when=network.creates,
    )
    publisher.publish(message("two"), web)
    assert network.texts() == ["one", "two"]
    assert asked(network) == {"createSession": 1, "refreshSession": 1}


EXPIRED = Reply(status=400, json={"error": "ExpiredToken", "message": "Token has expired"})


def asked(network):
    """How often a session was begun, and how often it was gone on with."""
    names = [request.path.rpartition(".")[2] for request in network.requests]
    return {name: names.count(name) for name in ("createSession", "refreshSession")}


def test_a_session_is_kept_for_the_next_run(publisher, network, web, tmp_path) -> None:
    vault = Vault(channel="bluesky", account="main", folder=tmp_path)
    for text in "abc":
        _bluesky_xrpc._kept.clear()  # as another process would begin
        publisher.with_vault(vault).publish(message(text), web)
    assert asked(network) == {"createSession": 1, "refreshSession": 0}
    assert PASSWORD not in (tmp_path / "credentials.json").read_text()
    network.fail(EXPIRED, when=network.creates)
    publisher.with_vault(vault).publish(message("d"), web)
    assert asked(network) == {"createSession": 1, "refreshSession": 1}
    # What was stored is the new one.
    _bluesky_xrpc._kept.clear()
    publisher.with_vault(vault).publish(message("e"), web)
    assert asked(network) == {"createSession": 1, "refreshSession": 1}
    assert network.texts() == list("abcde")


def test_a_session_that_has_ended_for_good_is_begun_again(
    publisher, network, web, tmp_path
) -> None:
    vault = Vault(channel="bluesky", account="main", folder=tmp_path)
    publisher.with_vault(vault).publish(message("one"), web)
    network.fail(EXPIRED, when=network.creates)
    network.fail(EXPIRED, when=lambda request: "refreshSession" in request.path)
    publisher.with_vault(vault).publish(message("two"), web)
    assert asked(network) == {"createSession": 2, "refreshSession": 0}  # the refused one apart
    assert network.texts() == ["one", "two"]


def test_a_session_of_another_password_is_not_used(publisher, network, web, tmp_path) -> None:
    vault = Vault(channel="bluesky", account="main", folder=tmp_path)
    publisher.with_vault(vault).publish(message("one"), web)
    wrong = publisher.model_copy(update={"app_password": type(publisher.app_password)("wrong")})
    with pytest.raises(Unauthorized, match="does not let"):
        wrong.with_vault(vault).publish(message("two"), web)


def test_a_content_warning_is_a_label(publisher, network, web) -> None:
    warned = publisher.model_copy(update={"labels": ("graphic-media",)})
    warned.publish(message("one", parts=("two",)), web)
    for record in network.records():
        assert record["labels"]["values"] == [{"val": "graphic-media"}]


def test_wrong_password(publisher, web) -> None:
    wrong = publisher.model_copy(update={"app_password": type(publisher.app_password)("wrong")})
    with pytest.raises(Unauthorized, match="does not let"):
        wrong.whoami(web)


def test_whoami(publisher, network, web) -> None:
    who = publisher.whoami(web)
    assert (who.id, who.name) == (network.did, f"@{network.handle}")


def test_the_requests_are_shown_and_not_sent(publisher, network, card) -> None:
    asked = len(network.requests)
    sign_in, upload, put = publishers.requests(publisher, message(card=card, attach="image"))
    assert len(network.requests) == asked
    assert '"password": "•••"' in sign_in
    assert "‹4," not in upload
    assert f"‹{card.bytes:,} bytes›" in upload
    assert '"repo": "‹answer 1: did›"' in put
    assert '"image": "‹answer 2: blob›"' in put
    _bluesky_xrpc._kept.clear()


TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")


def test_keys_are_tids_and_differ() -> None:
    made = datetime(2026, 11, 24, 9, tzinfo=UTC)
    keys = {
        records.key(sample_message(text=f"post {number}", created=made), part)
        for number in range(2_000)
        for part in range(3)
    }
    assert len(keys) == 6_000
    assert all(TID.fullmatch(key) for key in keys)
    assert records.key(sample_message(), 0) == records.key(sample_message(), 0)


def test_facets_outside_the_text_or_over_another_are_left_out() -> None:
    marks = [
        Link(start=0, end=4, url="https://a.example"),
        Tag(start=2, end=5, tag="x"),
        Link(start=5, end=99, url="https://b.example"),
        Tag(start=5, end=6, tag="y" * 65),
    ]
    (facet,) = records.facets(("abcdefg", marks), lambda _: None)
    assert facet["index"] == {"byteStart": 0, "byteEnd": 4}


def test_a_mention_that_is_no_domain_asks_nobody() -> None:
    def fail(_):
        raise AssertionError

    assert records.facets(("@everyone", [Mention(start=0, end=9, handle="everyone")]), fail) == []


def test_limits() -> None:
    assert Bluesky.default_limits == Limits(
        length=300, max_bytes=3000, images=4, image_bytes=2_000_000, card_bytes=1_000_000,
        image_formats=("image/jpeg", "image/png", "image/webp"), link_card="embed",
        link_text="short", threads=True, tag_rule="atproto", mention_rule="domain",
    )  # fmt: skip


def test_an_account_from_adding_to_removing(network, account_cycle) -> None:
    accounts = account_cycle(
        "bluesky",
        {"handle": network.handle, "server": network.url},
        {"app_password": PASSWORD},
        who=f"@{network.handle}",
        says="300 graphemes",
        texts=network.texts,
    )
    accounts("test", "bluesky", code=4)
