"""What each network would read from a page, and what is wrong with it.

The rules are data: the order of tags and the sizes come from link-card rules of the networks'
own code where it is public (Mastodon, Bluesky) and from reports elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from sharekit.errors import Problem, ReadError
from sharekit.readers import _charset, _page

if TYPE_CHECKING:
    from sharekit.web import Page, Session

__all__ = ["NETWORKS", "Inspection", "View", "inspect"]

TITLES = {
    "mastodon": ("ld:headline", "og:title", "title"),
    "x": ("twitter:title", "og:title", "title"),
}
IMAGES = {
    "x": ("twitter:image", "twitter:image:src", "og:image"),
}
NETWORKS = (
    "bluesky", "discord", "facebook", "linkedin", "mastodon", "slack", "telegram", "threads",
    "whatsapp", "x",
)  # fmt: skip
SMALLEST, LARGE = (200, 200), (600, 315)
HEAVY = {"whatsapp": 300_000, "bluesky": 1_000_000, "x": 5_000_000, "facebook": 8_000_000}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What one network reads from the page."""

    network: str
    title: str | None
    description: str | None
    image: str | None
    card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A page as networks see it. *width*, *height* (px) and *bytes* are its picture's."""

    url: str
    canonical: str | None
    alt: str | None
    width: int | None
    height: int | None
    bytes: int | None
    views: tuple[View, ...]
    problems: tuple[Problem, ...] = ()

    def lines(self) -> Iterator[str]:
        """For a person to read."""
        yield self.url
        if self.width:
            yield f"picture  {self.width}x{self.height}, {(self.bytes or 0) // 1000} kB"
        yield f"alt      {self.alt or 'MISSING'}"
        for view in self.views:
            yield f"{view.network:9} {view.card:6} {view.title or 'NO TITLE'}"
            if view.description:
                yield f"{'':16} {view.description[:100]}"


def inspect(page: Page, web: Session, network: str | None = None) -> Inspection:
    """Look at *page* as networks do; its picture is asked for once."""
    said = _page.facts(_charset.decode(page.content, page.headers.get("content-type")), page.url)
    picture = said.first("og:image", "og:image:url", "og:image:secure_url", "twitter:image")
    alt = (said.pictures[0].alt if said.pictures else None) or said.first("twitter:image:alt")
    problems = list(_tag_problems(said, page.url, picture, alt))
    size: tuple[int, int] | None = None
    weight: int | None = None
    if picture:
        try:
            answer = web.get(urljoin(page.url, picture))
            weight = len(answer.content)
            size = _size_of(answer.content)
            where = urljoin(page.url, picture)
            if answer.mime in ("text/html", "application/json", "text/plain"):
                hint = "Put the address of a picture into og:image."
                said_is = f"og:image leads to {answer.mime}, not to a picture"
                problems.append(
                    Problem(code="image-no-image", message=said_is, where=where, hint=hint)
                )
            else:
                problems += _picture_problems(size, weight, where)
        except ReadError as error:
            problems += [
                Problem(code="image-unreachable", message=p.message, where=p.where, hint=p.hint)
                for p in error.problems
            ]
    wanted = [network] if network else NETWORKS
    return Inspection(
        url=page.url,
        canonical=said.canonical,
        alt=alt,
        width=size[0] if size else None,
        height=size[1] if size else None,
        bytes=weight,
        views=tuple(_view(name, said, size) for name in wanted),
        problems=tuple(problems),
    )


def _view(network: str, said: _page.Facts, size: tuple[int, int] | None) -> View:
    title = None
    for name in TITLES.get(network, ("og:title", "twitter:title", "title")):
        if name == "title":
            title = title or said.title
        elif name == "ld:headline":
            value = said.data("headline")
            title = title or (value if isinstance(value, str) else None)
        else:
            title = title or said.first(name)
    image = said.first(*IMAGES.get(network, ("og:image", "og:image:url", "twitter:image")))
    return View(
        network=network,
        title=title,
        description=said.first("og:description", "twitter:description", "description"),
        image=urljoin(said.url, image) if image else None,
        card=_card(network, said, size, image),
    )


def _card(network: str, said: _page.Facts, size: tuple[int, int] | None, image: str | None) -> str:
    """Large picture, small picture beside the text, or text alone."""
    if not image:
        return "text"
    if network == "x":
        return "large" if said.first("twitter:card") == "summary_large_image" else "small"
    if size is None:
        return "large"
    width, height = size
    if network == "mastodon":
        return "large" if width > height else "small"
    if network == "whatsapp":
        return "small"
    return "large" if width >= LARGE[0] and height >= LARGE[1] else "small"


def _tag_problems(
    said: _page.Facts, url: str, picture: str | None, alt: str | None
) -> Iterator[Problem]:
    def problem(code: str, message: str, hint: str, severity: str = "warning") -> Problem:
        return Problem(code=code, message=message, where=url, hint=hint, severity=severity)  # type: ignore[arg-type]

    if not said.first("og:title"):
        yield problem("og-title-missing", "there is no og:title", "sharekit meta prints the tags.")
    if not picture:
        hint = "sharekit render draws one, sharekit meta prints the tag."
        yield problem("og-image-missing", "there is no og:image", hint, "error")
    elif urlsplit(picture).scheme not in ("http", "https"):
        hint = "Write it with https:// and the host: crawlers do not join it."
        yield problem("og-image-relative", f"og:image is relative: {picture}", hint, "error")
    if picture and not alt:
        yield problem("alt-missing", "the picture has no alt text", "Add og:image:alt.")
    if not said.first("twitter:card"):
        hint = "Add twitter:card summary_large_image."
        yield problem("card-type-missing", "there is no twitter:card", hint)
    if "noindex" in (said.first("robots") or "").lower():
        hint = "Take noindex out of the robots tag, unless nobody is to find the page."
        yield problem("noindex", "the page asks not to be indexed", hint)
    if said.canonical and _apart(said.canonical, url):
        hint = "Networks show the canonical page's card instead."
        message = f"the canonical address is another page: {said.canonical}"
        yield problem("canonical-elsewhere", message, hint, "error")


def _apart(one: str, other: str) -> bool:
    """Whether two addresses are different pages, leaving scheme, `www.` and a slash aside."""

    def plain(url: str) -> str:
        parts = urlsplit(url)
        return (parts.hostname or "").removeprefix("www.") + parts.path.rstrip("/")

    return plain(one) != plain(other)


def _picture_problems(size: tuple[int, int] | None, weight: int, where: str) -> Iterator[Problem]:
    if size is None:
        yield Problem(code="image-unknown", message="the picture's size cannot be read",
                      where=where, severity="warning", hint="Use JPEG or PNG.")  # fmt: skip
    elif size[0] < SMALLEST[0] or size[1] < SMALLEST[1]:
        yield Problem(code="image-small", message=f"the picture is only {size[0]}x{size[1]} px",
                      where=where, hint="At least 600x315; 1200x630 is best.")  # fmt: skip
    elif size[0] < LARGE[0] or size[1] < LARGE[1]:
        yield Problem(code="image-small", severity="warning", where=where,
                      message=f"{size[0]}x{size[1]} px gives a small card on most networks",
                      hint="1200x630 is best.")  # fmt: skip
    for network, most in HEAVY.items():
        if weight > most:
            yield Problem(
                code="image-heavy",
                message=f"{weight // 1000} kB is more than {network} takes ({most // 1000} kB)",
                severity="warning",
                where=where,
                hint="sharekit render --type jpeg makes a lighter one.",
            )


def _size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height from the header of a JPEG, PNG, GIF or WebP."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    if data[:4] == b"GIF8":
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp_size(data)
    return _jpeg_size(data) if data[:2] == b"\xff\xd8" else None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    kind = data[12:16]
    if kind == b"VP8X":
        return (
            int.from_bytes(data[24:27], "little") + 1,
            int.from_bytes(data[27:30], "little") + 1,
        )
    if kind == b"VP8 ":
        return (
            int.from_bytes(data[26:28], "little") & 0x3FFF,
            int.from_bytes(data[28:30], "little") & 0x3FFF,
        )
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None
