"""Which articles the list shows: what is searched for, the filters, and how many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from sharekit.preview.pages.articles import Row

__all__ = ["FILTERS", "SCREEN", "Wanted"]

SCREEN = 40
"""So many rows are sent at first, and with each step further down."""
FILTERS = ("work", "wait", "plan", "failed", "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for, as it stands in the page's address.

    *words* are to be in a row, all of them, in any order; *show* is one of `FILTERS` or `all`,
    *lacks* what an article is to be without. The first *n* rows that fit are sent, without the
    first *start*, which the page has.
    """

    words: str = ""
    show: str = "all"
    lacks: str = ""
    n: int = SCREEN
    start: int = 0

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """What *query* asks for; what makes no sense in it is as if it were not there."""
        show = query.get("show", "all")
        return cls(
            words=query.get("q", "").strip(),
            show=show if show in FILTERS else "all",
            lacks=query.get("lacks", ""),
            n=max(_number(query.get("n")), SCREEN),
            start=_number(query.get("from")),
        )

    def of_all(self, rows: Iterable[Row]) -> list[Row]:
        """The rows that fit, all of them."""
        words = self.words.casefold().split()
        return [
            row
            for row in rows
            if self.show in ("all", *row.tags)
            and (not self.lacks or self.lacks in row.lacks)
            and (not words or row.says_all(words))
        ]

    def further(self) -> str:
        """The address of the same list with a screen more of rows."""
        asked = {"q": self.words, "lacks": self.lacks, "n": str(self.n + SCREEN)}
        if self.show != "all":
            asked["show"] = self.show
        return "/?" + urlencode({name: value for name, value in asked.items() if value})


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
