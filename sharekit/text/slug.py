"""A name that is safe on every disk and in every URL, from a text in any script."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["slugify"]

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
    return slug or "post"
