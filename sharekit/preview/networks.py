"""The networks' drawing rules: data from `networks.yaml`, checked when it is read.

A network without a rule of its own is drawn as a plain message, and the badge says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Card", "Network", "Rules", "named", "rules", "stylesheet"]

Confidence = Literal["source", "model", "report", "unchecked"]
Part = Literal["site", "title", "description", "domain", "picture"]
BARS: Mapping[str, int] = {"source": 3, "model": 2, "report": 1, "unchecked": 0}


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Strict):
    """One text of a card. *lines* before it is cut; *small*, *tall* and *without_picture* instead.

    What is longer than *characters* is cut at the last space among the first *at_space* ones.
    """

    lines: int = 1
    small: int | None = None
    tall: int | None = None
    without_picture: int | None = None
    characters: int | None = None
    at_space: int | None = None
    hidden_by_author: bool = False
    dated: bool = False
    upper: bool = False
    before: str = ""
    mark: str | None = None
    ruled: bool = False


class Small(_Strict):
    """When the picture becomes a thumbnail: *not-wider* than high, narrower or smaller than
    *below* px. *box* is the thumbnail's side, CSS px; with *tall*, a picture
    that is higher than wide is one of that height.
    """

    when: Literal["not-wider", "narrow", "square"]
    below: int = 0
    box: int
    tall: int | None = None


class Box(_Strict):
    """What stands where there is no picture."""

    box: int


class Card(_Strict):
    """How a link's card is drawn. *ratio* width to height, 0 as the picture is; *radius* CSS px.

    A picture in its own shape is at most *picture* wide and *high* (CSS px); one with a side
    shorter than *least* (its own px) is not drawn at all. *together*: all of its texts run as the
    first one does, from the left or from the right.
    """

    style: Literal["overlay", "below", "bleed", "quote", "beside", "result", "none"]
    ratio: float = 0
    radius: int = 0
    picture: int | None = None
    high: int | None = None
    least: int | None = None
    boxed: bool = False
    order: tuple[Part, ...] = ()
    site: Text = Text()
    title: Text = Text()
    description: Text = Text()
    domain: Text = Text()
    byline: str | None = None
    together: bool = False
    small: Small | None = None
    no_picture: Box | None = None
    needs_picture: bool = False


class Width(_Strict):
    """How wide a post is, CSS px."""

    phone: int
    computer: int


class Network(_Strict):
    """One network. *says* tells what was seen and what was not, for the badge."""

    name: str
    mark: str
    group: Literal["feed", "chat", "search"]
    confidence: Confidence
    says: str
    sources: tuple[str, ...] = ()
    width: Width
    avatar: Literal["round", "square"] | None = None
    bubble: Literal["plain", "sent"] | None = None
    card: Card
    covered: str | None = None
    cut: str | None = None
    bytes: int | None = None

    @property
    def bars(self) -> int:
        """How many of the badge's three bars are filled."""
        return BARS[self.confidence]


class Rules(_Strict):
    """The whole table, the day it was *checked*, and the *sources* by their short names."""

    checked: str
    sources: Mapping[str, str]
    networks: Mapping[str, Network] = Field(min_length=1)


@cache
def rules() -> Rules:
    """The table that is shipped."""
    from sharekit import marked

    text = files("sharekit.preview").joinpath("networks.yaml").read_text("utf-8")
    return Rules.model_validate(marked.parse(text, "networks.yaml").data)


def named(voice: str) -> Network:
    """The network that a channel's words are drawn as."""
    known = rules().networks
    if voice in known:
        return known[voice]
    plain = known["webhook"]
    update = {
        "name": voice.capitalize(),
        "mark": voice[:2].capitalize(),
        "says": "No rules are known for it. Take this drawing as a sketch.",
    }
    return plain.model_copy(update=update)


@cache
def stylesheet() -> str:
    """The numbers of the table as CSS, since a strict policy allows no style in a page."""
    lines = ["/* Made from networks.yaml. */"]
    for key, item in rules().networks.items():
        card = item.card
        ratio = f"{card.ratio:g}" if card.ratio else "auto"
        picture = f"--most:{card.picture}px;" if card.picture else ""
        high = f"--high:{card.high}px;" if card.high else ""
        small = "" if card.small is None else _thumbnail(card.small)
        lines.append(
            f".n-{key}{{--phone:{item.width.phone}px;--computer:{item.width.computer}px;"
            f"--ratio:{ratio};--round:{card.radius}px;{picture}{high}{small}}}"
        )
    return "\n".join(lines) + "\n"


def _thumbnail(small: Small) -> str:
    tall = f"--tall:{small.tall}px;" if small.tall else ""
    return f"--box:{small.box}px;{tall}"
