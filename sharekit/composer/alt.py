"""A card's alternative text, by rule.

It says what is on the card: the words that carry its meaning, then what the picture shows, as
sentences in the post's language. The site's name is left out, because networks print it beside
the card. Where the card is the picture alone, the picture's own text is the card's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sharekit.composer import values, words
from sharekit.composer.schema import Alt

__all__ = ["alt_text"]

_USUAL = ("{{ post.title }}", "{{ post.picture.alt }}")
_PICTURE_ALT = "{{ post.picture.alt }}"


def alt_text(
    alt: Alt | None, context: Mapping[str, Any], language: str, *, shows_picture: bool
) -> str:
    """The text that *alt* (a layout's templates) says with *context*'s values.

    What the picture shows is left out of a card without it.
    """
    if isinstance(alt, str):
        return values.template(alt)(context).strip()
    parts = [part for part in alt or _USUAL if shows_picture or part != _PICTURE_ALT]
    return words.sentences([_filled(part, context) for part in parts], language)


def _filled(template: str, context: Mapping[str, Any]) -> str:
    """The template's text; nothing when only its punctuation is left."""
    text = values.template(template)(context).strip()
    return text if any(char.isalnum() for char in text) else ""
