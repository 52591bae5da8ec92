from __future__ import annotations

import pytest
from discord_server import NUMBER, DiscordServer

from sharekit import publishers
from sharekit.errors import Refused, Unauthorized, Unsure
from sharekit.model import Link
from sharekit.publishers.discord import Discord
from sharekit.testing import PublisherContract, sample_message


@pytest.fixture
def network():
    with DiscordServer() as server:
        yield server


@pytest.fixture
def publisher(network):
    return Discord(webhook=network.webhook)


class TestDiscord(PublisherContract):
    channel = "discord"


def test_a_text_and_its_address(publisher, network, web) -> None:
    receipt = publisher.publish(sample_message(), web)
    (sent,) = network.messages
    assert sent["content"] == "Otters return to the Elbe https://otters.example/otters-return"
    assert receipt.url == f"https://discord.com/channels/@me/42/{receipt.id}"


def test_nobody_is_ever_pinged(publisher, network, web) -> None:
    publisher.publish(sample_message(text="@everyone <@123> <@&4>"), web)
    (sent,) = network.messages
    assert sent["content"] == r"@everyone \<@123\> \<@&4\>"
    assert sent["allowed_mentions"] == {"parse": []}


def test_a_picture_with_its_alt_text(publisher, network, web, card) -> None:
    publisher.publish(sample_message(card=card, attach="image"), web)
    (sent,) = network.messages
    assert sent["files"][0].content == card.path.read_bytes()
    assert sent["attachments"] == [
        {"id": 0, "filename": "otters-return-og.png", "description": card.alt}
    ]
    assert sent["flags"] == 4  # no second card from the link


def test_a_link_in_the_text_is_crawled(publisher, network, web, card) -> None:
    publisher.publish(sample_message(card=card, attach="link"), web)
    assert set(network.messages[0]) & {"embeds", "flags"} == set()


def test_a_link_beside_the_text_becomes_an_embed(publisher, network, web, card) -> None:
    publisher.publish(
        sample_message(text="Otters", card=card, attach="link", title="*Otters*"), web
    )
    (sent,) = network.messages
    assert sent["embeds"] == [
        {
            "url": "https://otters.example/otters-return",
            "title": r"\*Otters\*",
            "description": "After forty years the first family has settled above the weir.",
            "image": {"url": "attachment://otters-return-og.png"},
        }
    ]
    assert len(sent["files"]) == 1


def test_a_link_with_markup_in_it_stays_a_link(publisher, network, web) -> None:
    url = "https://otters.example/a_b_c*(d)"
    text = f"see _this_ {url}."
    link = Link(start=11, end=11 + len(url), url=url)
    publisher.publish(sample_message(text=text, links=(link,)), web)
    assert network.messages[0]["content"] == rf"see \_this\_ {url}."


def test_a_link_under_other_words(publisher, network, web) -> None:
    url = "https://otters.example/a?utm_source=discord"
    link = Link(start=4, end=20, url=url)
    publisher.publish(sample_message(text="See otters.example/a", links=(link,)), web)
    assert network.messages[0]["content"] == f"See [otters.example/a]({url})"


def test_options(network, web) -> None:
    publisher = Discord(webhook=network.webhook, username="Otters", thread="77")
    publisher.publish(sample_message(), web)
    assert network.messages[0]["username"] == "Otters"
    assert network.messages[0]["thread"] == "77"


def test_a_text_that_escaping_makes_too_long(publisher, network, web) -> None:
    with pytest.raises(Refused, match="4000 of 2000 chars"):
        publisher.publish(sample_message(text="*" * 2000), web)
    assert network.requests == []


def test_a_webhook_that_is_gone(publisher, network, web) -> None:
    gone = Discord(webhook=network.webhook + "x")
    with pytest.raises(Unauthorized, match="knows no such webhook"):
        gone.publish(sample_message(), web)


def test_a_lost_answer_stays_open(publisher, network, web) -> None:
    network.fail("cut-after")
    with pytest.raises(Unsure):
        publisher.publish(sample_message(), web)


def test_whoami(publisher, web) -> None:
    who = publisher.whoami(web)
    assert (who.id, who.name) == (NUMBER, "Otters")


def test_the_address_is_masked(publisher, network, card) -> None:
    (post,) = publishers.requests(publisher, sample_message(card=card, attach="image"))
    assert post.startswith("POST •••?wait=true\n")
    assert "files[0]=‹file otters-return-og.png, image/png›" in post
