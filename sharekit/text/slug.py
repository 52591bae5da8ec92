"""Names: one that is safe on every disk and in every URL, what a post is called, and numbers."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

__all__ = ["NAMELESS", "name_of_id", "several", "slug_of_url", "slugify"]

NAMELESS = "post"
"""The slug of a text that has nothing to make one from."""
_LONGEST = 100
# Letters that decompose to nothing Latin, as their own languages spell them out.
_SPELT = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "ı": "i",
        "ŋ": "n",
        "’": "'",
        "&": " and ",
    }
)


def slugify(text: str) -> str:
    """*text* in `[a-z0-9-]`, at most 100 characters, cut at a hyphen where there is one.

    Accents go, `ß` becomes `ss`, an apostrophe joins (`immigrants-rights`). What has no Latin
    form is dropped; a text that has nothing else gives `post`. Two texts may share a slug, so
    a file name needs something more.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_SPELT))
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark))
    plain = re.sub(r"(?<=\w)'(?=\w)", "", plain)
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > _LONGEST:
        head, hyphen, _ = slug[: _LONGEST + 1].rpartition("-")
        slug = (head if hyphen else slug[:_LONGEST]).strip("-")
    return slug or NAMELESS


def several(number: int, noun: str) -> str:
    """`1 post`, `2 posts`, `3 deliveries`."""
    many = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else many}"


def slug_of_url(url: str) -> str:
    """The last part of *url*'s path as a slug; empty where it says nothing."""
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    slug = slugify(unquote(last.removesuffix(".html").removesuffix(".htm")))
    return "" if slug == NAMELESS else slug


def name_of_id(id: str) -> str:  # noqa: A002  (that is what it is called everywhere)
    """What the post *id* is called wherever a person reads it, and may type it.

    That is its id; of an address, which some feeds and pages have for one, its last part.
    """
    return (slug_of_url(id) or id) if id.startswith(("https://", "http://")) else id
