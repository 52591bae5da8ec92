"""What each network would read from a page, and what is wrong with it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sharekit.errors import Problem, ReadError
from sharekit.readers import _charset, _ld, _page
from sharekit.readers._link_rules import RULES, Rule
from sharekit.readers._page_problems import of_page, of_picture, of_robots
from sharekit.readers._picture_size import size_of

if TYPE_CHECKING:
    from sharekit.web import Page, Session

__all__ = ["NETWORKS", "Inspection", "Picture", "View", "inspect"]

NETWORKS = tuple(RULES)
_DRAWN = "image/"
_PAGES = {"text/html", "application/xml", "text/plain"}  # XHTML is XML, fragments look like text


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one network reads from the page.

    *tags* names, for each of title, description, image and alt that was found, the tag that it
    was read from. *card* is `large`, `small`, `text` or `none`. *agent* is the crawler's name in
    robots.txt; *page_allowed* and *image_allowed* are what that file says to it, `None` where it
    was not asked. *confidence* says how sure the rules of this network are: `source`, `report`
    or `unchecked`.
    """

    network: str
    card: str
    title: str | None
    description: str | None
    image: str | None
    alt: str | None
    tags: Mapping[str, str]
    agent: str
    page_allowed: bool | None = None
    image_allowed: bool | None = None
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was asked for. *width* and *height* in px, where they can be read."""

    url: str
    hops: tuple[str, ...]
    mime: str
    bytes: int
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A page as networks see it.

    *url* is where it was found, *hops* the addresses that redirected there, the one that was
    asked for first. *alt*, *width*, *height* (px) and *bytes* are those of the picture that
    most networks take; *pictures* has every one that some network takes.
    """

    url: str
    hops: tuple[str, ...]
    canonical: str | None
    alt: str | None
    width: int | None
    height: int | None
    bytes: int | None
    pictures: tuple[Picture, ...]
    views: tuple[View, ...]


def inspect(
    page: Page, web: Session, network: str | None = None, *, saved: bool = False
) -> tuple[Inspection, tuple[Problem, ...]]:
    """Look at *page* as networks do. Its pictures and its robots.txt are asked for once each.

    *network* looks as that one alone. *saved*: the page is a file, so it is not asked for, and
    its canonical address is its own. Raises `ReadError` when it is no page.
    """
    if page.mime not in _PAGES:
        hint = "Give the address of a web page."
        raise ReadError(f"is {page.mime}, not a page", where=page.url, hint=hint, code="no-page")
    said, url = _facts(page, saved=saved)
    rules = {network: RULES[network]} if network else RULES
    views = [_view(name, rule, said) for name, rule in rules.items()]
    problems = list(of_page(said, url, saved=saved, wanted=rules))
    pictures: dict[str, Picture] = {}
    for src in dict.fromkeys(view.image for view in views if view.image):
        try:
            pictures[src] = _picture(src, web)
        except ReadError as error:
            problems += _unreachable(src, error)
        else:
            takers = {v.network: RULES[v.network] for v in views if v.image == src}
            problems += of_picture(pictures[src], said, takers)
    if not web.offline:
        views = [
            dataclasses.replace(
                view,
                page_allowed=None if saved else _may(web, url, view.agent),
                image_allowed=_may(web, view.image, view.agent) if view.image in pictures else None,
            )
            for view in views
        ]
        problems += of_robots(views, url, web.robots_failure)
    found = [_drawn(view, pictures) for view in views]
    return _inspection(page, said, found, pictures), tuple(problems)


def _facts(page: Page, *, saved: bool) -> tuple[_page.Facts, str]:
    """What the page says, and the address that it has or, where it is a file, will have."""
    text = _charset.decode(page.content, page.headers.get("content-type"))
    said = _page.facts(text, page.url)
    if saved and (own := said.canonical or said.first("og:url")) and "://" in own:
        return _page.facts(text, own), own
    return said, page.url


def _view(network: str, rule: Rule, said: _page.Facts) -> View:
    tags: dict[str, str] = {}
    found: dict[str, str | None] = {}
    for what in ("title", "description", "image", "alt"):
        found[what] = None
        for tag, value in _values(getattr(rule, what), said, rule):
            if value:
                found[what], tags[what] = value, tag
                break
    image = found["image"]
    card = "large"
    if not image:
        card = "none" if rule.needs_image else "text"
        tags.pop("alt", None)
        found["alt"] = None
    elif rule.card_tag:
        card = "large" if said.first(rule.card_tag) == "summary_large_image" else "small"
    return View(
        network=network,
        card=card,
        title=found["title"],
        description=found["description"],
        image=_page.joined(said.url, image) if image else None,
        alt=found["alt"],
        tags=tags,
        agent=rule.agent,
        confidence=rule.confidence,
    )


def _values(
    names: Iterable[str], said: _page.Facts, rule: Rule
) -> Iterator[tuple[str, str | None]]:
    """What the page says under each of *names*, in their order."""
    for name in names:
        if name == "title":
            yield "<title>", said.title
        elif name == "og:image:alt":
            # https://ogp.me/#array: it belongs to the og:image before it.
            yield name, said.pictures[0].alt if said.pictures else said.first(name)
        elif name.startswith("ld:"):
            yield f"JSON-LD {name[3:]}", _ld_text(said, name[3:], rule.ld_types)
        else:
            yield name, said.first(name)


def _ld_text(said: _page.Facts, name: str, types: frozenset[str]) -> str | None:
    for thing in said.things:
        if not types or _ld.kinds(thing) & types:
            return _ld.text(thing.get(name))
    return None


def _picture(url: str, web: Session) -> Picture:
    page = web.get(url)
    width, height = size_of(page.content) or (None, None)
    return Picture(
        url=page.url,
        hops=page.hops,
        mime=page.mime,
        bytes=len(page.content),
        width=width,
        height=height,
    )


def _unreachable(url: str, error: ReadError) -> Iterator[Problem]:
    for problem in error.problems:
        yield Problem(
            code="image-unreachable",
            message=f"the picture cannot be had: {problem.message}",
            where=problem.where or url,
            hint=problem.hint,
        )


def _may(web: Session, url: str | None, agent: str) -> bool | None:
    try:
        return web.allows(url, agent) if url else None
    except ReadError:
        return None  # no URL that one may ask for, which is told already


def _drawn(view: View, pictures: Mapping[str, Picture]) -> View:
    """*view* with the card that its picture gives."""
    if not view.image:
        return view
    rule = RULES[view.network]
    picture = pictures.get(view.image)
    if picture is None or not picture.mime.startswith(_DRAWN):
        return dataclasses.replace(view, card="none" if rule.needs_image else "text")
    if rule.card_tag:
        return view
    size = (picture.width, picture.height) if picture.width and picture.height else None
    return dataclasses.replace(view, card=rule.card(size))


def _inspection(
    page: Page, said: _page.Facts, views: list[View], pictures: Mapping[str, Picture]
) -> Inspection:
    usual = next((view for view in views if view.image and view.tags["image"] == "og:image"), None)
    usual = usual or next((view for view in views if view.image), None)
    picture = pictures.get(usual.image) if usual and usual.image else None
    return Inspection(
        url=page.url,
        hops=page.hops,
        canonical=said.canonical,
        alt=next((view.alt for view in views if view.alt), None),
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        bytes=picture.bytes if picture else None,
        pictures=tuple(pictures.values()),
        views=tuple(views),
    )
