"""The site generators whose sources `frontmatter` reads: one module each.

A module says where its generator keeps posts, what its config says of address, zone, language and
author, and what address a post has. `find` picks the one that a file or folder belongs to.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sharekit.readers._sites.base import Page, Site

__all__ = ["Page", "Site", "find"]

_LEVELS = 12  # how far up a config is looked for


def find(source: Path) -> Site:
    """The site that *source*, a file or a folder, is a part of.

    The nearest folder upwards that holds a generator's config decides; without one, a folder
    called `_posts` tells Jekyll, and everything else is of no known site.
    """
    start = source if source.is_dir() else source.parent
    absolute = start.absolute()
    for folder in (absolute, *absolute.parents[:_LEVELS]):
        # As the person wrote it, as long as that is possible: paths in messages stay short.
        shown = start if folder == absolute else _above(start, absolute, folder)
        names = _names(folder)
        for detect in _detectors(names):
            if (site := detect(shown, names)) and site.holds(start):
                return site
        if ".git" in names:
            break
    return _by_layout(start, absolute)


def _above(start: Path, absolute: Path, folder: Path) -> Path:
    count = len(absolute.parts) - len(folder.parts)
    if not start.is_absolute() and count < len(start.parts) and ".." not in start.parts:
        return start.parents[count - 1]
    return folder


def _names(folder: Path) -> frozenset[str]:
    import os

    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name for entry in entries)
    except OSError:
        return frozenset()


def _detectors(names: frozenset[str]) -> list[Callable[[Path, frozenset[str]], Site | None]]:
    """What to ask about a folder with files called *names*; modules are imported only then."""
    found: list[Callable[[Path, frozenset[str]], Site | None]] = []
    if names & {"_config.yml", "_config.yaml", "_config.toml"}:
        from sharekit.readers._sites import jekyll

        found.append(jekyll.detect)
    if names & {"config.toml", "zola.toml"}:
        from sharekit.readers._sites import zola

        found.append(zola.detect)
    if any(name.startswith(("hugo.", "config.")) for name in names) or "config" in names:
        from sharekit.readers._sites import hugo

        found.append(hugo.detect)
    if names & {"mkdocs.yml", "mkdocs.yaml"}:
        from sharekit.readers._sites import mkdocs

        found.append(mkdocs.detect)
    if "pelicanconf.py" in names or "conf.py" in names:
        from sharekit.readers._sites import python

        found.append(python.detect)
    if any(name.startswith(_SCRIPTS) for name in names):
        from sharekit.readers._sites import javascript

        found.append(javascript.detect)
    return found


_SCRIPTS = ("docusaurus.config.", "eleventy.config.", ".eleventy.", "astro.config.")


def _by_layout(start: Path, absolute: Path) -> Site:
    for folder in (absolute, *absolute.parents):
        if folder.name in ("_posts", "_drafts"):
            from sharekit.readers._sites import jekyll

            return jekyll.Jekyll(root=_above(start, absolute, folder.parent))
    return Site()
