"""A message as a network draws it: which parts, in which shape, cut where. Values for a template.

Nothing is decided here about what goes out: the text, its links and its card are the message's.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from sharekit.model import Card, Message, Post
from sharekit.preview.networks import Network, Text, rules
from sharekit.preview.words import w

__all__ = ["Drawing", "Segment", "elsewhere", "of_link", "of_message", "segments"]


Shape = Literal["large", "small", "tall", "bare"]
NOTABLE = 3
"""Per cent of a card from which on it is told that they are cut off."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text: plain, or a link, mention or tag."""

    kind: Literal["text", "link", "mention", "tag"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A link that is shared: its address, and the words that its page has for a card.

    *dated* is how old the page is, for networks that say so.
    """

    url: str
    title: str
    description: str
    site: str
    author: str | None = None
    dated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """The card of a link. *shape* is `large`, `small` (a thumbnail), `tall` (a high one) or
    `bare` (no picture).
    """

    shape: Shape
    src: str | None
    alt: str
    title: str
    description: str
    site: str
    domain: str
    byline: str | None = None
    dated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A post as it will look. *picture* is an attached one: its address and alt text.

    *file* is the address of the card's file and *suffix* what its name ends with.
    """

    network: str
    rule: Network
    who: str
    handle: str
    texts: tuple[tuple[Segment, ...], ...]
    picture: tuple[str, str] | None = None
    card: LinkCard | None = None
    warning: str | None = None
    notes: tuple[str, ...] = field(default=())
    file: str | None = None
    suffix: str = ""


def segments(text: str, message: Message) -> tuple[Segment, ...]:
    """*message*'s first text in pieces, each facet by itself."""
    spans: list[tuple[int, int, Literal["link", "mention", "tag"]]] = [
        *((s.start, s.end, "link") for s in message.links),
        *((s.start, s.end, "mention") for s in message.mentions),
        *((s.start, s.end, "tag") for s in message.tags),
    ]
    found: list[Segment] = []
    at = 0
    for start, end, kind in sorted(spans):
        if start < at:
            continue
        found += [Segment("text", text[at:start]), Segment(kind, text[start:end])]
        at = end
    found.append(Segment("text", text[at:]))
    return tuple(segment for segment in found if segment.text)


def of_message(
    message: Message,
    *,
    network: str,
    rule: Network,
    who: str,
    handle: str,
    post: Post,
    url_of: Callable[[Card], str],
    dated: str = "",
) -> Drawing:
    """*message* as *network* draws it; *url_of* gives the address of a card's file.

    *dated* is how old the article is, where the network says so.
    """
    card = message.card
    shared = Shared(
        url=message.url or "",
        title=message.title or "",
        description=message.summary,
        site=who,
        author=_author(post),
        dated=dated,
    )
    link = _card(rule, card, url_of, shared) if message.attach == "link" else None
    return Drawing(
        network=network,
        rule=rule,
        who=who,
        handle=handle,
        texts=(
            segments(message.text, message),
            *((Segment("text", part),) for part in message.parts),
        ),
        picture=(url_of(card), card.alt) if card and message.attach == "image" else None,
        card=link,
        warning=message.content_warning,
        notes=_notes(rule, link, card),
        file=url_of(card) if card else None,
        suffix=card.path.suffix if card else "",
    )


def of_link(
    post: Post,
    *,
    network: str,
    rule: Network,
    site: str,
    card: Card | None,
    url_of: Callable[[Card], str],
    dated: str = "",
) -> Drawing:
    """The card that *network* draws when anybody shares the post's link."""
    shared = Shared(
        url=post.url or "",
        title=post.title or "",
        description=post.summary,
        site=site,
        author=_author(post),
        dated=dated,
    )
    link = _card(rule, card, url_of, shared)
    text = (Segment("link", post.url),) if post.url and rule.card.style != "result" else ()
    return Drawing(
        network=network,
        rule=rule,
        who=site,
        handle="",
        texts=(text,) if text else (),
        card=link,
        notes=_notes(rule, link, card),
        file=url_of(card) if card else None,
        suffix=card.path.suffix if card else "",
    )


def elsewhere(
    post: Post,
    here: Container[str],
    *,
    site: str,
    card: Card | None,
    url_of: Callable[[Card], str],
    dated: str = "",
) -> list[Drawing]:
    """How the post's link looks on every network but *here*, when anybody shares it."""
    return [
        of_link(post, network=key, rule=rule, site=site, card=card, url_of=url_of, dated=dated)
        for key, rule in rules().networks.items()
        if key not in here and rule.card.style != "none"
    ]


def _author(post: Post) -> str | None:
    return post.authors[0] if post.authors else None


def _card(
    rule: Network, card: Card | None, url_of: Callable[[Card], str], shared: Shared
) -> LinkCard | None:
    shown = rule.card
    if _too_small(rule, card):
        card = None
    if shown.style == "none" or not shared.url or (shown.needs_picture and card is None):
        return None
    byline = shown.byline + shared.author if shown.byline and shared.author else None
    hidden = shown.description.hidden_by_author and byline
    return LinkCard(
        shape=shape_of(rule, card),
        src=url_of(card) if card else None,
        alt=card.alt if card else "",
        title=_cut(shared.title, shown.title),
        description="" if hidden else _cut(shared.description, shown.description),
        site=shared.site,
        domain=_address(shared.url, shown.domain.characters),
        byline=byline,
        dated=shared.dated if shown.site.dated else "",
    )


def _address(url: str, characters: int | None) -> str:
    """The host as it is written; with *characters*, the whole address up to so many."""
    host = urlsplit(url).netloc
    if characters is None:
        return host
    whole = url.partition("://")[2].rstrip("/")
    return whole if len(whole) <= characters else f"{whole[:characters]}..."


def shape_of(rule: Network, card: Card | None) -> Shape:
    """How *rule*'s network shows *card*'s picture: large, as a thumbnail, or there is none."""
    if card is None or _too_small(rule, card):
        return "bare"
    small = rule.card.small
    if small is None:
        return "large"
    if small.tall and card.height > card.width:
        return "tall"
    if small.when == "not-wider":
        return "large" if card.width > card.height else "small"
    if small.when == "narrow":
        return "large" if card.width >= small.below else "small"
    return "large" if max(card.width, card.height) >= small.below else "small"


def _too_small(rule: Network, card: Card | None) -> bool:
    """Whether the network takes no picture of *card*'s size."""
    return card is not None and min(card.width, card.height) < (rule.card.least or 0)


def _cut(text: str, rule: Text) -> str:
    """*text* cut at a space, where the network counts characters."""
    if rule.characters is None or len(text) <= rule.characters:
        return text
    most = rule.at_space or rule.characters
    if len(text) <= most:
        most = len(text) - 1  # the last word goes, however short it is
    head = text[: most + 1].rpartition(" ")[0] or text[: rule.characters]
    return f"{head} ..."


def _notes(rule: Network, link: LinkCard | None, card: Card | None) -> tuple[str, ...]:
    """What the network does to this drawing that nobody would guess."""
    found: list[str | None] = []
    if link and _too_small(rule, card):
        found.append(w("drawing.tiny", least=rule.card.least))
    if link and link.byline and rule.card.description.hidden_by_author:
        found.append(w("drawing.byline"))
    if link and link.src:
        found += [rule.covered, rule.cut or _trimmed(rule, link, card)]
        if rule.bytes and card and card.bytes > rule.bytes:
            found.append(w("drawing.heavy", is_=card.bytes // 1000, most=rule.bytes // 1000))
    return tuple(note for note in found if note)


def _trimmed(rule: Network, link: LinkCard, card: Card | None) -> str | None:
    """How much of the card is lost where the network cuts it to a shape of its own."""
    if card is None or link.shape != "large" or not rule.card.ratio:
        return None
    part = rule.card.ratio / (card.width / card.height)
    lost = round(100 * (1 - min(part, 1 / part)))
    if lost < NOTABLE:
        return None
    return w("drawing.sides" if part < 1 else "drawing.ends", n=lost)
