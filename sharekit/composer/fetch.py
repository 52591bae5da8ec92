"""Where a post's picture lies on this computer: beside its source, or fetched and kept."""

from __future__ import annotations

import dataclasses
import difflib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from sharekit import files
from sharekit.composer import decode, heads, names
from sharekit.composer.cache import Cache
from sharekit.errors import ReadError, RenderError
from sharekit.model import Post

if TYPE_CHECKING:
    from sharekit.web import Page, Session

__all__ = ["Fetcher", "placed"]

_FRESH = 24 * 3600
"""Seconds for which a fetched picture is taken to be unchanged."""
_FAILED = 60
"""Seconds for which a picture that could not be had is not asked for again."""


class Fetcher:
    """Finds pictures; fetches those that lie on the web through *web*, once a day at most."""

    def __init__(self, folder: Path | None, cache: Cache, web: Session | None) -> None:
        self._folder = folder
        self._cache = cache
        self._web = web
        self._failed: dict[str, tuple[float, RenderError]] = {}

    def locate(self, src: str, post: Post) -> Path:
        """The file of *src*, a path or an address in *post*. The file may be missing.

        Raises `RenderError` for an address that cannot be fetched, and for a path in a post that
        came from the web: such a post has no say over this computer's files.
        """
        scheme = urlsplit(src).scheme.lower() if "://" in src or src.startswith("//") else ""
        if scheme in ("http", "https") or src.startswith("//"):
            return self._fetched(f"https:{src}" if src.startswith("//") else src)
        if scheme == "file":
            src = unquote(urlsplit(src).path)
        elif scheme:
            raise RenderError(
                f"picture {src} is neither a file nor a web address", code="picture-missing"
            )
        if "://" in post.source:
            raise RenderError(
                f"picture {src} is a path in a post from the web",
                code="picture-missing",
                hint="It needs a whole address. Set the source's site_url.",
            )
        if "\0" in src:
            raise RenderError(f"picture {src!r} is not a path", code="picture-missing")
        path = Path(src)
        return path if path.is_absolute() else folder_of(post) / path

    def _fetched(self, url: str) -> Path:
        key = f"picture {url}"
        kept = self._cache.get(key) or {}
        path = Path(kept["path"]) if kept else None
        if path is None or not path.is_file():
            path, kept = None, {}
        elif time.time() - kept["at"] < _FRESH:
            return path
        try:
            page = self._asked(url, kept)
        except RenderError:
            if path:
                return path  # that of yesterday is better than none
            raise
        if path is None or page.status != 304:
            path = self._kept(page.content)
        entry = {
            "path": str(path),
            "at": time.time(),
            "etag": page.headers.get("etag") or kept.get("etag"),
            "modified": page.headers.get("last-modified") or kept.get("modified"),
        }
        self._cache.put((key, entry))
        return path

    def _asked(self, url: str, kept: Mapping[str, Any]) -> Page:
        """A picture, or word that the one *kept* is unchanged.

        Raises `RenderError` for all else; the same one for a while, since a post's cards in five
        sizes would else wait five times for a server that does not answer.
        """
        at, failed = self._failed.get(url, (0.0, None))
        if failed and time.monotonic() - at < _FAILED:
            raise RenderError(failed.message, problems=failed.problems)
        try:
            return self._answer(url, kept)
        except RenderError as error:
            self._failed[url] = time.monotonic(), error
            raise

    def _answer(self, url: str, kept: Mapping[str, Any]) -> Page:
        if self._web is None or self._folder is None:
            raise RenderError(
                f"picture {url} is on the web, and there is no way there", code="picture-missing"
            )
        try:
            page = self._web.get(
                url,
                max_bytes=decode.MAX_FILE,
                keep=False,
                etag=kept.get("etag"),
                last_modified=kept.get("modified"),
            )
        except ReadError as error:
            hint = error.problems[0].hint
            raise RenderError(
                f"picture {url}: {error.message}", code="picture-unreachable", hint=hint
            ) from error
        if kept and page.status == 304:
            return page
        if page.status != 200:
            hint = "Is the address right?"
            raise RenderError(
                f"picture {url}: answered {page.status}", code="picture-unreachable", hint=hint
            )
        if heads.sniff(page.content[:16]) is None:
            raise RenderError(
                f"picture {url} leads to {page.mime}",
                code="picture-unreadable",
                hint=decode.HINT,
            )
        return page

    def _kept(self, content: bytes) -> Path:
        """*content* as a file named by its digest: one for all addresses that have the same."""
        assert self._folder is not None
        path = self._folder / f"{names.digest_of_bytes(content)}.bin"
        if not path.is_file():
            try:
                files.write(path, content)
            except OSError as error:
                reason = error.strerror or str(error)
                raise RenderError(
                    f"the picture {path} cannot be written: {reason}",
                    code="picture-unwritable",
                    hint="Check the folder and the space on the disk.",
                ) from error
        return path


@contextmanager
def placed(post: Post) -> Iterator[None]:
    """Gives each `RenderError` that is raised inside the place of *post*, where it has none."""
    try:
        yield
    except RenderError as error:
        if not post.source or all(problem.where for problem in error.problems):
            raise
        problems = [
            p if p.where else dataclasses.replace(p, where=post.source) for p in error.problems
        ]
        raise RenderError(error.message, problems=problems) from error


def folder_of(post: Post) -> Path:
    """The folder that *post* was read from, which its paths start at."""
    name = post.source
    head, _, tail = name.rpartition(":")
    while head and tail.isdecimal():
        name = head
        head, _, tail = name.rpartition(":")
    path = Path(name)
    return path if path.is_dir() else path.parent


def missing(src: str, path: Path) -> RenderError:
    """The picture *src* is not at *path*: which one may be meant."""
    hint = None
    if path.parent.is_dir():
        near = difflib.get_close_matches(path.name, [p.name for p in path.parent.iterdir()], n=1)
        if near:
            hint = f"Did you mean {str(Path(src).with_name(near[0]))!r}?"
    return RenderError(
        f"picture {src} is not there",
        code="picture-missing",
        hint=hint or f"Looked for {path}. Correct its path in the post.",
    )
