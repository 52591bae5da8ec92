"""Terms that a dump printed side by side, told apart by a vocabulary.

A Drupal listing shows a field with two terms as `Privacy and Surveillance Immigrants' Rights`:
nothing in the text says where one ends. A list of the site's terms does; without one, the other
posts help, because most carry a single term.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

__all__ = ["learn", "split"]

# A term neither ends nor begins with one of these, so no seam is where one stands.
_CONNECTORS = frozenset(
    (
        *("a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "per", "the"),
        *("to", "vs", "with", "de", "del", "la", "las", "los", "el", "y", "e", "et", "le", "les"),
        *("du", "der", "die", "das", "und", "von", "do", "dos", "da"),
    )
)


def learn(values: Iterable[str], vocabulary: Collection[str] = ()) -> frozenset[str]:
    """The terms in *values* (each a whole field): those given, and those that *values* show.

    A value that stands at the start or the end of another, at a word's edge, is a term, and so
    is what it leaves over: `Immigrants' Rights` beside
    `Privacy and Surveillance Immigrants' Rights` gives both.
    """
    terms = set(vocabulary)
    # Shortest first: a value that holds two terms is met after the terms.
    for value in sorted({_clean(value) for value in values} - {""}, key=lambda v: (len(v), v)):
        terms.update(_divide(value, terms) or (value,))
    return frozenset(terms)


def split(value: str, terms: Collection[str]) -> tuple[str, ...] | None:
    """*value* as the fewest *terms* that make it up; `None` where they do not."""
    words = _clean(value).split(" ")
    known = set(terms)
    # best[i]: the fewest terms that make up words[i:]
    best: list[tuple[str, ...] | None] = [None] * len(words) + [()]
    for start in range(len(words) - 1, -1, -1):
        for end in range(len(words), start, -1):
            rest = best[end]
            if rest is None or (term := " ".join(words[start:end])) not in known:
                continue
            found = best[start]
            if found is None or len(rest) + 1 < len(found):
                best[start] = (term, *rest)
    return best[0] or None


def _divide(value: str, terms: Collection[str]) -> tuple[str, ...] | None:
    """*value* as terms where one of *terms* begins or ends it and the rest can stand alone."""
    if whole := split(value, terms):
        return whole
    for term in sorted(terms, key=len, reverse=True):
        if value.endswith(f" {term}"):
            rest = value[: -len(term) - 1]
            if _is_seam(rest, term) and _may_stand(rest, terms):
                return (*(_divide(rest, terms) or (rest,)), term)
        if value.startswith(f"{term} "):
            rest = value[len(term) + 1 :]
            if _is_seam(term, rest) and _may_stand(rest, terms):
                return (term, *(_divide(rest, terms) or (rest,)))
    return None


def _may_stand(rest: str, terms: Collection[str]) -> bool:
    """Whether *rest* can be a term, or several. One word is too often half of a longer one."""
    return " " in rest or rest in terms


def _is_seam(before: str, after: str) -> bool:
    """Whether one term can end with *before* and another begin with *after*."""
    last, first = before.rpartition(" ")[2], after.partition(" ")[0]
    return (
        last.casefold() not in _CONNECTORS
        and first.casefold() not in _CONNECTORS
        and last[-1:] not in ",&+/'’-–(:"
        and not last.endswith(("'s", "’s"))
        and first[:1] not in ",&+/-–)"
        and not first[:1].islower()
    )


def _clean(value: str) -> str:
    return " ".join(value.split())
