"""Readers: every place where a post is written, one module a kind.

    dump          the text dump of a Drupal listing
    feed          RSS, Atom, RDF, JSON Feed
    frontmatter   Markdown, reStructuredText or HTML with front matter: a file or a folder
    ghost         Ghost's Content API, and its export
    html          web pages, by their metadata
    jsonapi       Drupal's JSON:API, and saved answers of it
    sitemap       the pages that a sitemap lists
    table         CSV, JSON, JSON Lines, YAML; also from standard input
    wordpress     WordPress's REST API, and saved answers of it
    wxr           WordPress's export file

**A reader of your own** is one class in one module. Its fields are its section of config.yaml;
`read` yields posts. What a source does not say stays `None`; nothing is invented::

    from collections.abc import Iterator

    from sharekit.errors import ReadError
    from sharekit.model import Post
    from sharekit.ports import ReaderSettings
    from sharekit.web import Session

    class Notes(ReaderSettings):
        '''Short notes, one a line: `2026-03-08 Otters are back`.'''

        author: str | None = None

        def read(self, web: Session) -> Iterator[Post]:
            for number, line in enumerate(open(self.source, encoding="utf-8"), 1):
                where = f"{self.source}:{number}"
                day, blank, title = line.strip().partition(" ")
                if not blank:
                    web.report(ReadError("a date without a note", where=where))
                    continue  # the rest is read all the same
                yield Post(id=day, title=title, authors=(self.author,), source=where)

An address is read with `web.get(url)` and no other way: the session checks where it leads and how
much comes back. Dates, HTML, Markdown and charsets have helpers in the modules that begin with
`_`. Then:

1. name the class in pyproject.toml, `notes = "your_package.notes:Notes"` under
   `[project.entry-points."sharekit.readers.v1"]`, and install the package;
2. `sharekit posts FILE --reader notes --json` shows what it makes of a file;
3. for a reader of sharekit's own, put a file into `tests/golden/readers/notes/` and the posts it
   must give beside it, as `NAME.posts.json`: that is its test (`UPDATE_POSTS=1 pytest
   tests/readers` writes the first version, for you to look at). `guess` below learns to know
   its files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["guess"]


def guess(source: str, web: Session) -> str:
    """The name of the reader for *source*: a path, a folder, `-` or an address.

    Files and pages are known by what is in them, folders by what they hold most of.
    Raises `ReadError` when there is nothing, or nothing known, with the names to choose from.
    """
    from sharekit.readers import _guess

    return _guess.guess(source, web)
