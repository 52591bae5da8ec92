"""The picture of a page, the one it keeps for Twitter, and what they show in words."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from sharekit.model import Asset
from sharekit.readers import _html, _ld, _page

__all__ = ["of"]

# What servers put at the end of a picture's name for one of its sizes.
_SIZE = re.compile(
    r"(?:[-_@](?:\d{2,4}x\d{2,4}|\d{3,4}w?|scaled|large|medium|small|thumb\w*|[1-4]x))+$"
)


def of(said: _page.Facts) -> tuple[Asset | None, Asset | None]:
    """The page's picture, and the one that it keeps for Twitter where that is another."""
    main = said.pictures[0] if said.pictures else None
    twitter = _twitter(said)
    if main is None and (found := _other(said)):
        main = Asset(src=_page.joined(said.url, found))
    if main is None:
        main, twitter = twitter, None
    if main is None:
        return None, None
    if twitter and (
        twitter.src == main.src or (twitter.alt and not main.alt and _same(twitter, main))
    ):
        main = Asset(src=main.src, alt=main.alt or twitter.alt)
        twitter = twitter if twitter.src != main.src else None
    return _with_alt(main, said), _with_alt(twitter, said) if twitter else None


def _twitter(said: _page.Facts) -> Asset | None:
    src = said.first("twitter:image", "twitter:image:src", "twitter:image0")
    if not src:
        return None
    return Asset(src=_page.joined(said.url, src), alt=said.first("twitter:image:alt"))


def _other(said: _page.Facts) -> str | None:
    """What else a page says of a picture."""
    for value in said.every("image", "thumbnailUrl"):
        if found := _ld.image(value):
            return found
    return said.prop("image", "image.url", "image.contentUrl", "thumbnailUrl") or said.first(
        "image_src",
        "thumbnail",
        "parsely-image-url",
        "sailthru.image.full",
        "msapplication-tileimage-article",
    )


def _with_alt(asset: Asset, said: _page.Facts) -> Asset:
    """*asset* with the alt text that it has where the page itself shows it."""
    if asset.alt:
        return asset
    stem = _stem(asset.src)
    for shown in said.shown:
        if shown.src == asset.src or (len(stem) > 3 and _stem(shown.src) == stem):
            return Asset(src=asset.src, alt=shown.alt)
    return Asset(src=asset.src, alt=_caption(stem, said) or asset.alt)


def _caption(stem: str, said: _page.Facts) -> str | None:
    """What JSON-LD says of the picture; Yoast and others put its alt text there."""
    for thing in (*said.things, *said.known.values()):
        if "imageobject" in _ld.kinds(thing) and len(stem) > 3:
            caption = _ld.text(thing.get("caption")) or _ld.text(thing.get("description"))
            if caption and _stem(_ld.image(thing)) == stem:
                return _html.to_title(caption)
    return None


def _same(one: Asset, other: Asset) -> bool:
    return _stem(one.src) == _stem(other.src)


def _stem(src: str | None) -> str:
    """The name of the picture's file, without its ending and size."""
    try:
        name = unquote(urlsplit(src or "").path).rpartition("/")[2]
    except ValueError:
        return ""
    return _SIZE.sub("", name.rpartition(".")[0] or name).casefold()
