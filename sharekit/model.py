"""The values that flow through sharekit, one way: Post, Card, Message, Delivery, Receipt.

All are frozen and keyword-only, and hold no behaviour but their own consistency.
Texts are plain Unicode, offsets are code points, times are aware.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from sharekit.errors import Problem

__all__ = [
    "Asset",
    "Attach",
    "Card",
    "Count",
    "Delivery",
    "Limits",
    "Link",
    "Mention",
    "MentionRule",
    "Message",
    "Post",
    "Problem",
    "Receipt",
    "Rules",
    "Site",
    "State",
    "Tag",
    "as_data",
    "message_from_data",
]

Attach = Literal["image", "link", "none"]
MentionRule = Literal["none", "common", "handle", "username", "fediverse", "domain"]
State = Literal[
    "draft",
    "approved",
    "scheduled",
    "publishing",
    "published",
    "failed",
    "unknown",
    "held",
    "cancelled",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the posts come from. *timezone* is an IANA name, *logo* an image file."""

    name: str = ""
    url: str = ""
    timezone: str = "UTC"
    language: str = "en"
    logo: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A picture that a post names.

    *src* is a URL or a file path; `None` where the source gives only words.
    *alt* keeps "not given" (`None`) and "given as empty" (`""`) apart.
    *focus* is (x, y) from the top left, each 0 to 1.
    """

    src: str | None = None
    alt: str | None = None
    focus: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One post, wherever it was written.

    `None` means that the source does not say; `""` and `()` mean that it says "nothing".
    *social* maps a channel's kind (or `"*"` for all) to a text that may hold tokens.
    *flags* are checkboxes: true, false, or `None` where the state is not known.
    *extra* holds what has no place of its own, as plain JSON values; keys in use:
    `zone` ("assumed" when the date's zone was not given), `dialect` (of the tokens in
    *social*), and whatever a reader documents.
    *source* is `file:line` or a URL.
    """

    id: str
    url: str | None = None
    title: str | None = None
    summary: str = ""
    body: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    image: Asset | None = None
    share_image: Asset | None = None
    social: Mapping[str, str] = field(default_factory=dict)
    draft: bool = False
    style: str | None = None
    flags: Mapping[str, bool | None] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A drawn card on disk. *width* and *height* in px, *bytes* the file's size.

    *digest* is the hash of everything that drew it, so equal digests mean equal pictures.
    """

    path: Path
    mime: str
    width: int
    height: int
    bytes: int
    alt: str
    digest: str
    layout: str
    size: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a channel takes.

    *length* counts in *unit*: `weighted` (twitter-text v3), `graphemes` (UAX #29), `chars`
    (code points), `utf16` (UTF-16 units), `bytes` (UTF-8) or `chars+emoji-bytes` (code points,
    emoji as UTF-8 bytes). *max_bytes* bounds the UTF-8 length besides. *link_length* is what
    any link costs (`None`: as written), *mention_domain_free* counts `@user@host` as `@user`.
    *image_bytes* and *card_bytes* bound an attached picture and a link card's thumbnail.
    *link_card* says who builds the card of a link: the network (`crawl`), the client (`embed`)
    or nobody. *links* says whether a link in the text works (`text`) or is dead (`dead`), and
    *link_text* whether it may stand shortened, because the message says where it leads
    (`Message.links`). *content_warning*: one can be given, and counts with the text. *markup* is
    what a text must be escaped for, where the escapes count as well. *tag_rule* is what makes a
    hashtag: what all networks take for one, or what the client or the server marks.
    *mention_rule* is what makes a mention that somebody is told of (`sharekit.text.mentions` has
    the rules): `none` where nothing in a text can, or where the channel is told not to.
    """

    length: int | None = None
    unit: Literal["weighted", "graphemes", "chars", "utf16", "bytes", "chars+emoji-bytes"] = (
        "graphemes"
    )
    max_bytes: int | None = None
    link_length: int | None = None
    mention_domain_free: bool = False
    caption_length: int | None = None
    title_length: int | None = None
    summary_length: int | None = None
    max_links: int | None = None
    max_tags: int | None = None
    max_cashtags: int | None = None
    images: int = 1
    image_required: bool = False
    image_bytes: int | None = None
    image_pixels: int | None = None
    image_ratio: tuple[float, float] | None = None
    image_formats: tuple[str, ...] = ("image/jpeg", "image/png")
    card_bytes: int | None = None
    alt_length: int | None = None
    card_size: str = "og"
    link_card: Literal["crawl", "embed", "none"] = "none"
    links: Literal["text", "dead"] = "text"
    attach: tuple[Attach, ...] = ("image", "link", "none")
    tags: bool = True
    threads: bool = False
    link_text: Literal["whole", "short"] = "whole"
    content_warning: bool = False
    markup: Literal["none", "markdown"] = "none"
    tag_rule: Literal["common", "atproto", "fediverse"] = "common"
    mention_rule: MentionRule = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How one account's words are made: the part of its section every channel shares.

    *template* is a sandboxed Jinja template over `post`, `site` and `link`; `None` takes the
    post's own text for the channel, else title and link. *link* appends the link to a text
    that has none. *utm* are query parameters for links to the post. *hashtags* is how many
    tags become hashtags. *mentions* maps a person's name to this channel's handle. *thread*
    allows a long text to be split.
    """

    template: str | None = None
    link: Literal["append", "never"] = "append"
    utm: Mapping[str, str] = field(default_factory=dict)
    hashtags: int = 0
    hashtags_at: Literal["end", "text"] = "end"
    mentions: Mapping[str, str] = field(default_factory=dict)
    thread: bool = False
    thread_link: Literal["first", "last"] = "first"
    attach: Attach | None = None
    layout: str = "article"
    size: str | None = None
    content_warning: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link in a text: code points *start* to *end* (exclusive) lead to *url*."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A mention in a text: code points *start* to *end* (exclusive) name *handle* (no `@`)."""

    start: int
    end: int
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A hashtag in a text: code points *start* to *end* (exclusive) stand for *tag* (no `#`)."""

    start: int
    end: int
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Exactly what one channel account will be given: what is previewed, stored and sent.

    *key* is derived from the post, the account and the content, so that a repeat of the same
    message has the same key. *created* is frozen when the message is made, because a repeat
    must be the same to the byte. *parts* holds the texts of a thread after *text*.
    """

    key: str
    post_id: str
    channel: str
    account: str
    text: str
    links: tuple[Link, ...] = ()
    mentions: tuple[Mention, ...] = ()
    tags: tuple[Tag, ...] = ()
    url: str | None = None
    title: str | None = None
    summary: str = ""
    language: str | None = None
    attach: Attach = "none"
    card: Card | None = None
    content_warning: str | None = None
    parts: tuple[str, ...] = ()
    created: datetime
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the channel calls the post it took, and where it stands."""

    id: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whose account it is, by the channel's own word.

    *name* is the handle or name people see, *expires* when the credentials end (`None`: not
    known or never), *notes* what else is worth knowing, one sentence each.
    """

    id: str
    name: str
    url: str | None = None
    limits: Limits | None = None
    expires: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message on its way. *due* is UTC; *wall* and *zone* are what the person asked for.

    *rev* rises with every change, *approved* is the content hash that was approved, and
    *approval* says that one is needed. *wake* is when the queue turns to it next (`None`: not
    by itself), and *waiting* why that is not when it is due: the account's `limit`, a `retry`,
    or a `look` at the channel for a post whose outcome is unknown. *cause* is *error*'s code.
    """

    id: str
    message: Message
    state: State
    rev: int
    due: datetime | None
    wall: str | None
    zone: str | None
    attempts: int = 0
    error: str | None = None
    receipt: Receipt | None = None
    approved: str | None = None
    approval: bool = False
    wake: datetime | None = None
    waiting: Literal["limit", "retry", "look"] | None = None
    cause: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How long a text is by a channel's own way of counting. *limit* `None`: no limit known."""

    length: int
    limit: int | None
    unit: str
    fits: bool


_PLAIN = frozenset((str, int, float, bool))


def as_data(value: Any) -> Any:
    """*value* as JSON types: dataclasses to objects, times to ISO 8601, paths to strings."""
    if value is None or type(value) in _PLAIN:  # most values, and every message is made of them
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_data(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [as_data(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def digest_of(value: Any, length: int = 64) -> str:
    """A hex SHA-256 of *value*'s JSON form, cut to *length* characters."""
    import hashlib
    import json

    text = json.dumps(as_data(value), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def message_from_data(data: Mapping[str, Any]) -> Message:
    """The message that `as_data` wrote. Unknown keys are ignored, missing ones get defaults."""
    known = {f.name for f in dataclasses.fields(Message)}
    values = {key: item for key, item in data.items() if key in known}
    values["links"] = tuple(Link(**item) for item in values.get("links", ()))
    values["mentions"] = tuple(Mention(**item) for item in values.get("mentions", ()))
    values["tags"] = tuple(Tag(**item) for item in values.get("tags", ()))
    values["parts"] = tuple(values.get("parts", ()))
    values["problems"] = _problems(values.get("problems", ()))
    values["created"] = datetime.fromisoformat(values["created"])
    if card := values.get("card"):
        values["card"] = Card(
            **{**card, "path": Path(card["path"]), "problems": _problems(card["problems"])}
        )
    return Message(**values)


def _problems(items: Any) -> tuple[Problem, ...]:
    return tuple(Problem(**item) for item in items)
