"""What each network reads of a page to draw a link's card: which tags, in which order.

`confidence` says how sure a rule is: "source" is the network's own code (Mastodon:
mastodon/mastodon app/lib/link_details_extractor.rb and card.tsx), "report" is what people and
copies of the networks' documentation say, "unchecked" is that nobody looked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

__all__ = ["RULES", "Rule"]

Robots = Literal["kept", "partly", "not", "unknown"]
Size = tuple[int, int] | None  # px; None where it could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One network's way to read a page. The first tag of a list that says something counts.

    `ld:` is a property of the page's JSON-LD, of things with one of the types *ld_types* where
    those are named; `title` and `description` are the page's own. *agent* is the name that its
    crawler goes by in robots.txt, *robots* whether it keeps to that file. *card* gives the card
    for a picture's size; a *card_tag* asks for a large one whatever the size. *largest* is in
    bytes.
    """

    agent: str
    robots: Robots = "unknown"
    title: tuple[str, ...] = ("og:title", "twitter:title", "title")
    description: tuple[str, ...] = ("og:description", "twitter:description", "description")
    image: tuple[str, ...] = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image")
    alt: tuple[str, ...] = ("og:image:alt",)
    ld_types: frozenset[str] = frozenset()
    card: Callable[[Size], str]
    card_tag: str | None = None
    needs_image: bool = False
    largest: int | None = None
    confidence: Literal["source", "report", "unchecked"] = "unchecked"


def _from(width: int, height: int = 0) -> Callable[[Size], str]:
    """A large card for pictures of at least that many px, a small one for smaller."""
    return lambda size: (
        "large" if size is None or (size[0] >= width and size[1] >= height) else "small"
    )


def _landscape(size: Size) -> str:
    return "large" if size is None or size[0] > size[1] else "small"


def _always(kind: str) -> Callable[[Size], str]:
    return lambda _: kind


# Networks that read Open Graph and, of the rest, the page's own title and description.
_OPEN_GRAPH = Rule(
    agent="facebookexternalhit",
    robots="partly",
    title=("og:title", "title"),
    description=("og:description", "description"),
    image=("og:image", "og:image:url", "og:image:secure_url"),
    card=_always("large"),
    confidence="report",
)

RULES: dict[str, Rule] = {
    # Its card is built by whatever posts; the app asks a service of Bluesky's for the page, and
    # com.atproto's app.bsky.embed.external allows a picture of 1,000,000 bytes.
    "bluesky": Rule(agent="Bluesky Cardyb", largest=1_000_000, card=_always("large")),
    "discord": Rule(agent="Discordbot", card=_from(400)),
    "facebook": replace(_OPEN_GRAPH, largest=8_000_000, card=_from(600, 315)),
    "linkedin": replace(
        _OPEN_GRAPH, agent="LinkedInBot", robots="kept", largest=5_000_000, card=_from(401)
    ),
    "mastodon": Rule(
        agent="Mastodon",
        title=("ld:headline", "og:title", "title"),
        description=("ld:description", "og:description", "description"),
        image=("og:image",),
        ld_types=frozenset(("newsarticle", "webpage")),
        card=_landscape,
        confidence="source",
    ),
    "slack": Rule(agent="Slackbot-LinkExpanding", robots="not", card=_from(400)),
    "telegram": Rule(agent="TelegramBot", card=_from(400)),
    "threads": replace(_OPEN_GRAPH, needs_image=True),
    "whatsapp": replace(
        _OPEN_GRAPH, agent="WhatsApp", robots="unknown", largest=300_000, card=_always("small")
    ),
    "x": Rule(
        agent="Twitterbot",
        robots="kept",
        title=("twitter:title", "og:title"),
        description=("twitter:description", "og:description"),
        image=("twitter:image", "twitter:image:src", "og:image"),
        alt=("twitter:image:alt",),
        largest=5_000_000,
        card=_always("large"),
        card_tag="twitter:card",
        confidence="report",
    ),
}
"""By the network's name."""
