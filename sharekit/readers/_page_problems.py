"""What is wrong with a page, as networks would find it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, urlsplit

from sharekit.errors import Problem

if TYPE_CHECKING:
    from sharekit.readers._link_rules import Rule
    from sharekit.readers._page import Facts
    from sharekit.readers.inspect import Picture, View

__all__ = ["of_page", "of_picture", "of_robots"]

_SMALLEST, _LARGE = (200, 200), (600, 315)
_DRAWN = {"image/jpeg", "image/png", "image/gif", "image/webp"}
_BEST = "1200x630 px is best."
_RELATIVE = {"og:image": "og-image-relative", "twitter:image": "twitter-image-relative"}
_ROBOTS = {"page": "robots-page", "image": "robots-image"}


class _Teller:
    """Makes the problems of one address."""

    def __init__(self, where: str) -> None:
        self.where = where

    def __call__(
        self,
        code: str,
        message: str,
        hint: str,
        severity: Literal["error", "warning", "info"] = "warning",
    ) -> Problem:
        # What a page says may hold what a terminal acts on.
        message = "".join(c if c.isprintable() else " " for c in message)
        return Problem(code=code, message=message, where=self.where, hint=hint, severity=severity)


def of_page(said: Facts, url: str, *, saved: bool, wanted: Mapping[str, Rule]) -> Iterator[Problem]:
    """The problems of the tags of the page at *url* for the networks *wanted*.

    *saved*: it is a file, which cannot be another page than the one that it says it is.
    """
    problem = _Teller(url)
    if not said.first("og:title"):
        yield problem("og-title-missing", "there is no og:title", "sharekit meta prints the tags.")
    yield from _picture_tags(said, problem)
    for tag in {rule.card_tag for rule in wanted.values() if rule.card_tag}:
        if not said.first(tag):
            hint = f"Add {tag} summary_large_image."
            yield problem("card-type-missing", f"there is no {tag}", hint)
    if {"noindex", "none"} & set((said.first("robots") or "").lower().replace(",", " ").split()):
        hint = "Take noindex out of the robots tag, unless nobody is to find the page."
        yield problem("noindex", "the page asks not to be indexed", hint)
    own = said.canonical if saved else url
    if said.canonical and own and _apart(said.canonical, own):
        hint = "Networks show the canonical page's card instead. Correct link rel=canonical."
        message = f"the canonical address is another page: {said.canonical}"
        yield problem("canonical-elsewhere", message, hint, "error")
    shared = said.first("og:url")
    if shared and own and "://" in shared and _apart(shared, own):
        hint = "Facebook shows the card of the page at og:url instead. Correct it."
        yield problem("og-url-elsewhere", f"og:url is another page: {shared}", hint, "error")


def _picture_tags(said: Facts, problem: _Teller) -> Iterator[Problem]:
    src = said.first("og:image", "og:image:url", "og:image:secure_url")
    other = said.first("twitter:image", "twitter:image:src")
    if not src:
        hint = "sharekit render draws one, sharekit meta prints the tag."
        yield problem("og-image-missing", "there is no og:image", hint, "error")
    for tag, value in (("og:image", src), ("twitter:image", other)):
        scheme = urlsplit(value).scheme if value else "http"
        if value and scheme not in ("http", "https"):
            what = f"no web address: {value[:60]}" if scheme else f"relative: {value}"
            hint = "Write it with https:// and the host: crawlers do not join it."
            yield problem(_RELATIVE[tag], f"{tag} is {what}", hint, "error")
    alt = said.pictures[0].alt if said.pictures else None
    if (src or other) and not (alt or said.first("twitter:image:alt")):
        yield problem("alt-missing", "the picture has no alt text", "Add og:image:alt.")


def _apart(one: str, other: str) -> bool:
    """Whether two addresses are different pages.

    Scheme, `www.` and a slash at the end are left aside, and so is what *other* has in its query
    beside that of *one*: campaigns, session ids.
    """

    def plain(url: str) -> str:
        parts = urlsplit(url)
        return (parts.hostname or "").removeprefix("www.") + parts.path.rstrip("/")

    try:
        asked = set(parse_qsl(urlsplit(one).query)) <= set(parse_qsl(urlsplit(other).query))
        return plain(one) != plain(other) or not asked
    except ValueError:
        return True


def of_picture(picture: Picture, said: Facts, takers: Mapping[str, Rule]) -> Iterator[Problem]:
    """The problems of a picture with the networks that take it."""
    problem = _Teller(picture.url)
    if not picture.mime.startswith("image/"):
        hint = "Put the address of a picture into og:image."
        message = f"og:image leads to {picture.mime}, not to a picture"
        yield problem("image-no-image", message, hint, "error")
        return
    if picture.mime not in _DRAWN:
        message = f"{picture.mime} is not drawn by every network"
        yield problem("image-format", message, "Use JPEG or PNG.")
    elif picture.width is None or picture.height is None:
        yield problem("image-unknown", "the picture's size cannot be read", "Use JPEG or PNG.")
    else:
        yield from _size(picture.width, picture.height, said, problem)
    for most in sorted({rule.largest or 0 for rule in takers.values()} - {0}):
        names = [name for name, rule in takers.items() if rule.largest == most]
        if picture.bytes > most:
            message = (
                f"{picture.bytes // 1000:,} kB is more than {' and '.join(names)} "
                f"{'takes' if len(names) == 1 else 'take'} ({most // 1000:,} kB)"
            )
            yield problem("image-heavy", message, "sharekit render --type jpeg draws lighter ones.")


def _size(width: int, height: int, said: Facts, problem: _Teller) -> Iterator[Problem]:
    if width < _SMALLEST[0] or height < _SMALLEST[1]:
        hint = f"At least {_LARGE[0]}x{_LARGE[1]} px; {_BEST}"
        yield problem("image-small", f"the picture is only {width}x{height} px", hint, "error")
    elif width < _LARGE[0] or height < _LARGE[1]:
        message = f"{width}x{height} px gives a small card on most networks"
        yield problem("image-small", message, _BEST)
    told = said.first("og:image:width"), said.first("og:image:height")
    if len(said.pictures) == 1 and all(told) and told != (str(width), str(height)):
        message = f"og:image:width and height say {told[0]}x{told[1]}, and it is {width}x{height}"
        yield problem("image-size-wrong", message, "Correct the tags, or leave them out.")


def of_robots(
    views: Sequence[View], url: str, failure: Callable[[str], str | None]
) -> Iterator[Problem]:
    """The crawlers that robots.txt keeps from the page or its picture.

    *failure* says of an address why its site's robots.txt cannot be had.
    """
    from sharekit.readers._link_rules import RULES

    hint = "Let these crawlers in: cards are drawn from what they read."
    for what in ("page", "image"):
        shut = [view for view in views if getattr(view, f"{what}_allowed") is False]
        shut = [view for view in shut if RULES[view.network].robots != "not"]
        if not shut:
            continue
        place = url if what == "page" else shut[0].image or url
        problem = _Teller(place)
        if failed := failure(place):
            message = f"robots.txt cannot be had ({failed}): crawlers that keep to it read nothing"
            yield problem(_ROBOTS[what], message, "Mend it, or let it answer 404.")
            continue
        keeps = any(RULES[view.network].robots == "kept" for view in shut)
        names = ", ".join(dict.fromkeys(view.agent for view in shut))
        kept = "the page" if what == "page" else "its picture"
        yield problem(
            _ROBOTS[what],
            f"robots.txt keeps {names} from {kept}",
            hint,
            "error" if keeps else "warning",
        )
