"""The names of people in bylines: `By Ann Lee and Bo Roe | 8 March 2018` are two."""

from __future__ import annotations

import re

from sharekit.readers import _dates

__all__ = ["BY", "MONTHS", "names_in"]

MONTHS = "|".join(sorted(_dates.MONTHS, key=len, reverse=True))
_LETTERS = re.compile(r"[^\W\d_]{2,}")
BY = re.compile(
    r"^(?:(?:(?:geschrieben|verfasst|veröffentlicht|eingestellt|gepostet|written|posted|published|"
    r"publié|publicado|escrito|rédigé|story|text|(?:ein )?(?:artikel|beitrag|text)|interview|words|"
    r"article|view all posts|see all posts|posts|"
    r"(?:zeige )?alle beiträge|alle artikel|beiträge|"
    r"post author|pressemitteilung)\s*)?"
    r"(?:by|von|vom|par|por|di|door|af|av|deur)\b|by(?=[A-Z][a-z])|"
    r"(?:post author|author|autorin|autor|auteure?|autore|text|texte|redaktion|verfasser|writer|"
    r"journalist|reporter|words|interview|geschrieben|by|von)\b\s*(?=:)|"
    r"(?:post )?author\s+(?=\S)|©)"
    r"\s*:?\s*",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:[|•·(<@»\[]|\s/\s|\s[-–—]+\s|,\s*\d|\b(?:am|on|um|at|le|el|il|in|for|für|updated|"
    r"published|posted|veröffentlicht|aktualisiert|erstellt|publiziert|shares?|follow|"
    r"contact|special to|says?|"
    r"staff writer|edited|illustration|fotos?|photos?|stand|datum)\b"
    r"|https?:|www\.|\bvor \d"
    r"|(?:\b(?:mo|di|mi|do|fr|sa|so|(?:mon|tue|wed|thu|fri|sat|sun)(?:[a-z]{0,6}day)?)\.?,?\s)?"
    r"(?:\d{1,2}[./:]\s?\d|\b\d{4}\b|\d{1,2}\.?\s(?:" + MONTHS + r")\b|,?\s*\b(?:" + MONTHS
    + r")\.?\s\d)).*$",
    re.IGNORECASE | re.DOTALL,
)  # fmt: skip
_AND = re.compile(r"\s*;\s*|\s*,\s+(?:and|und|et|y|e)\s+|\s+(?:and|und|et|y|e|&|og|och|en)\s+")
_NOBODY = frozenset((
    "author", "autor", "admin", "administrator", "by", "von", "par", "por", "about", "share",
    "follow", "editor", "editors", "posted", "written", "unknown", "guest",
    "no author", "n/a", "none", "null", "anonymous", "anonym", "user", "webmaster", "author name",
    "about the author", "über den autor", "view all posts", "profile", "more", "home", "authors",
    "autoren", "the author", "blog", "news", "contact", "kontakt", "stand", "datum", "last", "text",
    "username", "sign", "sign in", "sign up", "login", "log in", "fotos", "politik", "published",
    "last updated", "subscribe", "comments", "email", "website", "view the website", "updated",
))  # fmt: skip


def names_in(text: str, *, shown: bool = True) -> list[str]:
    """The names in a byline: without `by`, and where it is *shown*, without what stands beside."""
    text = " ".join(text.split())
    for _ in range(2):
        text = BY.sub("", text)
    if shown or len(text) > 60:
        text = _AFTER.sub("", text)
    text = text.strip(" ,:;|-–—»")
    parts = [part.strip(" ,:;|-–—") for part in _AND.split(text)]
    commas = [piece for part in parts for piece in re.split(r"\s*,\s+", part)]
    short = [piece for piece in commas if not 1 <= piece.count(" ") <= 3]
    if not short or (len(short) == 1 and len(commas) > 3):  # one that is called by one name
        parts = [piece for piece in commas if piece not in short or not piece.isupper()]
    elif not all(" " in part for part in parts) and ";" not in text:
        parts = [text]
    return list(dict.fromkeys(name for name in parts if _is_name(name)))[:12]


def _is_name(name: str) -> bool:
    return (
        1 < len(name) <= 70
        and name.count(" ") <= 7
        and bool(_LETTERS.search(name))
        and name.casefold() not in _NOBODY
        and not re.search(r"[<>{}=]|https?:|www\.|\w@\w", name)
    )
