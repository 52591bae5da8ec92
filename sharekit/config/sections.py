"""What config.yaml may hold, section by section. Field descriptions are the documentation."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from sharekit.config.defaults import CARDS, DATABASE, LAYOUTS
from sharekit.errors import UserError
from sharekit.model import Attach
from sharekit.text.zones import zone_named

__all__ = ["AccountSection", "CardsSection", "Document", "ScheduleSection", "SourceSection"]

Share = Annotated[float, Field(ge=0, le=1)]


class _Section(BaseModel):
    # Built once, as part of the whole document.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _zone(name: str | None) -> str | None:
    with _said():
        if name is not None:
            zone_named(name)
    return name


def _slots(texts: list[str] | None) -> list[str] | None:
    from sharekit.queue.slots import Slots

    with _said():
        Slots.parse(texts or (), zone="UTC")
    return texts


def _quiet(text: str | None) -> str | None:
    from sharekit.queue.slots import Quiet

    with _said():
        if text is not None:
            Quiet.parse(text)
    return text


def _rate(texts: list[str]) -> list[str]:
    from sharekit.queue.limits import Cap

    with _said():
        for text in texts:
            Cap.parse(text)
    return texts


def _span(text: str) -> str:
    from sharekit.queue.schedule import span_of

    with _said():
        span_of(text)
    return text


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """A mistake in a time as what pydantic wants, with the next step."""
    try:
        yield
    except UserError as error:
        msg = f"{error.message}. {error.problems[0].hint}"
        raise ValueError(msg) from error


class SiteSection(_Section):
    """The site that the posts belong to."""

    name: str = Field("", description="The site's name, as cards and tokens show it.")
    url: str = Field("", description="The site's address; relative links are joined to it.")
    timezone: str = Field("UTC", description="IANA zone for dates that name none, and for times.")
    language: str = Field("en", description="BCP 47 language of posts that do not name theirs.")
    logo: str | None = Field(None, description="The mark on the cards: a PNG or SVG file.")

    _check_zone = field_validator("timezone")(_zone)

    @field_validator("url")
    @classmethod
    def _absolute(cls, url: str) -> str:
        if url and not url.startswith(("https://", "http://")):
            msg = "an address begins with https:// or http://"
            raise ValueError(msg)
        return url.rstrip("/")


class SourceSection(BaseModel):
    """Where posts come from. Other keys are the reader's own settings."""

    model_config = ConfigDict(extra="allow", frozen=True)

    reader: str | None = Field(None, description="A reader's name; guessed when left out.")
    path: str | None = Field(None, description="A file or folder.")
    url: str | None = Field(None, description="An address (or, beside `path`, the page's own).")
    supplement: str | None = Field(
        None, description="A YAML file with titles, links and pictures that the source lacks."
    )
    dialect: Literal["drupal", "yoast", "snap", "xposter", "nelio", "buffer", "xyz"] | None = Field(
        None, description="Whose tokens its social texts hold; else it shows from each text."
    )
    timezone: str | None = Field(None, description="Instead of the site's.")
    language: str | None = Field(None, description="Instead of the site's.")

    _check_zone = field_validator("timezone")(_zone)


class AccountSection(_Section):
    """What the section of every channel may hold; the channel's own settings stand beside it."""

    template: str | None = Field(
        None, description="Jinja template of the text, over post, site and link."
    )
    link: Literal["append", "never"] = Field("append", description="Add the link if none is there.")
    utm: dict[str, str] = Field({}, description="Query parameters for links to the post.")
    shorten: bool = Field(False, description="Shorten links to the post; see `shortener`.")
    hashtags: int = Field(0, ge=0, le=30, description="How many tags become hashtags.")
    hashtags_at: Literal["end", "text"] = Field("end", description="Where hashtags stand.")
    mentions: dict[str, str] = Field({}, description="A person's name to the handle here.")
    thread: bool = Field(False, description="Split a text that is too long.")
    thread_link: Literal["first", "last"] = Field("first", description="Which part has the link.")
    attach: Attach | None = Field(None, description="Attach the card, a link card, or nothing.")
    layout: str = Field("article", description="The layout of the cards.")
    size: str | None = Field(None, description="The size of the cards; else the channel's own.")
    content_warning: str | None = Field(None, description="Shown in place of the text.")
    approve: Literal["required", "optional"] = Field(
        "optional", description="Whether a person must approve before a post goes out."
    )
    follow: Literal["draft", "slot", "off"] | None = Field(
        None, description="What `follow` makes of a new post here; else as `schedule.follow` says."
    )
    slots: list[str] | None = Field(None, description="Posting times, like 'mon-fri 09:00'.")
    spacing: int | None = Field(None, ge=0, description="Least minutes between two posts.")
    quiet: str | None = Field(None, description="Hours without posts, like '22:00-07:00'.")
    daily: int | None = Field(None, ge=1, description="Most posts in one day.")
    rate: list[str] = Field([], description="Most posts in any such time, like '25 per 24h'.")

    _check_slots = field_validator("slots")(_slots)
    _check_quiet = field_validator("quiet")(_quiet)
    _check_rate = field_validator("rate")(_rate)


class EvergreenSection(_Section):
    """Posts that are shared over and over, in rotation."""

    posts: list[str] = Field([], description="Posts or whole sources, in their order.")
    tags: list[str] = Field([], description="Also every post with one of these tags.")
    to: list[str] = Field(min_length=1, description="The accounts.")
    slots: list[str] = Field(min_length=1, description="Times for them, like 'wed 12:00'.")
    gap: str = Field("90d", description="Least time until the same post is shared again.")
    ahead: str = Field("14d", description="How far ahead slots are filled.")

    _check_slots = field_validator("slots")(_slots)
    _check_spans = field_validator("gap", "ahead")(_span)


class ScheduleSection(_Section):
    """When posts go out, unless an account says otherwise."""

    slots: list[str] = Field([], description="Posting times, like 'mon-fri 09:00'.")
    spacing: int = Field(0, ge=0, description="Least minutes between two posts of an account.")
    quiet: str | None = Field(None, description="Hours without posts, like '22:00-07:00'.")
    daily: int | None = Field(None, ge=1, description="Most posts of an account in one day.")
    grace: int = Field(30, ge=1, description="Minutes that a post may be late before it is held.")
    approve: Literal["required", "optional"] = Field(
        "optional", description="Whether a person must approve before a post goes out."
    )
    follow: Literal["draft", "slot", "off"] = Field(
        "draft", description="What `follow` makes of a new post: a draft, its next slot, nothing."
    )
    evergreen: dict[str, EvergreenSection] = Field(
        {}, description="Rotations of posts that are shared over and over, by name."
    )
    notify: list[str] = Field([], description="mailto: or https: addresses told of failures.")

    _check_slots = field_validator("slots")(_slots)
    _check_quiet = field_validator("quiet")(_quiet)

    @field_validator("notify")
    @classmethod
    def _addresses(cls, addresses: list[str]) -> list[str]:
        for address in addresses:
            if not re.match(r"mailto:[^@\s]+@[^@\s]+$|https?://\S", address):
                msg = f"{address!r} is neither mailto:NAME@HOST nor a web address"
                raise ValueError(msg)
        return addresses


class ShortenerSection(BaseModel):
    """What makes links short, for the accounts that say `shorten`. Other keys are its own."""

    model_config = ConfigDict(extra="allow", frozen=True)

    use: str = Field(description="A shortener's name; a package of its own brings it.")


class QueueSection(_Section):
    """Where the queue keeps its table."""

    database: str = Field(
        DATABASE,
        description="sqlite:///FILE, or postgresql://USER:PASSWORD@HOST/NAME for several machines.",
    )


class CardsSection(_Section):
    """How and where cards are drawn."""

    folder: str = Field(CARDS, description="Where `render` writes.")
    layouts: str = Field(LAYOUTS, description="The project's own layouts.")
    alt: Literal["require", "warn", "off"] = Field("warn", description="What a missing alt is.")
    picture: Literal["require", "warn"] = Field(
        "require",
        description="What a post's picture that is missing or broken is: `require` keeps the post "
        "out of the queue, `warn` lets it go out with a card without picture.",
    )
    sizes: list[str] = Field([], description="Drawn by `render` besides the channels' sizes.")


class PreviewSection(_Section):
    """The preview page."""

    save: Literal["overrides", "frontmatter"] = Field(
        "overrides",
        description="Keep edits in .sharekit/overrides.yaml, or in a post's own front matter.",
    )


class NetworkSection(_Section):
    """The one door out."""

    allow: list[str] = Field(
        [], description="Hosts (host or host:port) inside your network that may be read."
    )
    offline: bool = Field(False, description="Open no connection.")


class Document(_Section):
    """The whole of config.yaml."""

    sharekit: Literal[1] = Field(1, description="The version of this file's format.")
    site: SiteSection = SiteSection()
    theme: dict[str, Any] | str | None = Field(None, description="A theme's name, or its tokens.")
    sources: dict[str, SourceSection | str] = Field({}, description="Where posts come from.")
    channels: dict[str, dict[str, Any] | None] = Field(
        {}, description="Accounts, as `kind` or `kind:account`."
    )
    shortener: ShortenerSection | None = None
    schedule: ScheduleSection = ScheduleSection()
    queue: QueueSection = QueueSection()
    cards: CardsSection = CardsSection()
    preview: PreviewSection = PreviewSection()
    network: NetworkSection = NetworkSection()
