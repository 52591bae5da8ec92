from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from sharekit.model import Limits, Post, Site

# One of each way of counting; the figures are those of real channels.
LIMITS = {
    "weighted": Limits(
        length=280,
        unit="weighted",
        max_cashtags=1,
        mention_rule="handle",
        link_card="crawl",
        threads=True,
        alt_length=1000,
    ),
    "graphemes": Limits(
        length=300,
        unit="graphemes",
        max_bytes=3000,
        mention_rule="domain",
        tag_rule="atproto",
        link_card="embed",
        link_text="short",
        threads=True,
    ),
    "reserved": Limits(
        length=500,
        unit="graphemes",
        link_length=23,
        mention_domain_free=True,
        mention_rule="fediverse",
        tag_rule="fediverse",
        content_warning=True,
        link_card="crawl",
        threads=True,
    ),
    "chars": Limits(
        length=4096, unit="chars", caption_length=1024, link_card="crawl", mention_rule="username"
    ),
    "emoji-bytes": Limits(
        length=500, unit="chars+emoji-bytes", max_links=5, link_card="crawl", mention_rule="common"
    ),
    "bytes": Limits(length=200, unit="bytes"),
    "utf16": Limits(length=150, unit="utf16", link_card="none"),
}


@pytest.fixture(scope="session")
def limits() -> dict[str, Limits]:
    """Limits by the way of counting."""
    return LIMITS


@pytest.fixture(scope="session", params=sorted(LIMITS))
def any_limits(request) -> Limits:
    """Each of them in turn."""
    return LIMITS[request.param]


@pytest.fixture
def site() -> Site:
    return Site(name="The Otter", url="https://example.org", timezone="America/Los_Angeles")


@pytest.fixture
def post():
    """Makes a post; each field can be given."""

    def make(**fields) -> Post:
        base = Post(
            id="otters",
            url="https://example.org/otters-are-back",
            title="Otters are back in the bay",
            summary="After forty years.",
            body="After forty years. They came at night.",
            published=datetime(2018, 3, 8, 19, 45, tzinfo=UTC),
            authors=("Jane March",),
            tags=("climate change", "otters"),
            language="en",
            source="posts/otters.md:1",
        )
        return dataclasses.replace(base, **fields)

    return make
