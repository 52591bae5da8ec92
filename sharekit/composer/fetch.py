"""Where a post's picture lies on this computer: beside its source, or fetched and kept."""

from __future__ import annotations

import difflib
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from sharekit import files
from sharekit.composer import decode, names
from sharekit.composer.cache import Cache
from sharekit.errors import ReadError, RenderError
from sharekit.model import Post

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["Fetcher"]

_FRESH = 24 * 3600
"""Seconds for which a fetched picture is taken to be unchanged."""


class Fetcher:
    """Finds pictures; fetches those that lie on the web through *web*, once a day at most."""

    def __init__(self, folder: Path | None, cache: Cache, web: Session | None) -> None:
        self._folder = folder
        self._cache = cache
        self._web = web

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
        if path and path.is_file():
            if time.time() - kept["at"] < _FRESH:
                return path
        else:
            path = None
        if self._web is None or self._folder is None:
            if path:
                return path
            raise RenderError(
                f"picture {url} is on the web, and there is no way there", code="picture-missing"
            )
        try:
            page = self._web.get(
                url,
                max_bytes=decode.MAX_FILE,
                etag=kept.get("etag") if path else None,
                last_modified=kept.get("modified") if path else None,
            )
        except ReadError as error:
            if path:
                return path
            hint = error.problems[0].hint
            raise RenderError(
                f"picture {url}: {error.message}", code="picture-unreachable", hint=hint
            ) from error
        if not (page.unchanged and path):
            path = self._folder / f"{names.digest_of_bytes(page.content)}.bin"
            if not path.is_file():
                files.write(path, page.content)
        headers = page.headers
        entry = {
            "path": str(path),
            "at": time.time(),
            "etag": headers.get("etag") or kept.get("etag"),
            "modified": headers.get("last-modified") or kept.get("modified"),
        }
        self._cache.put((key, entry))
        return path


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
