"""Pages kept on disk, so that asking again for an unchanged one costs a single 304."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sharekit.web.answers import Page

__all__ = ["Cache"]

_MOST = 2_000  # files; the oldest go first
_KEPT_HEADERS = (
    "content-type",
    "content-location",
    "content-language",
    "link",
    "etag",
    "last-modified",
)


class Cache:
    """A folder of pages that came with an `ETag` or a `Last-Modified`, by their URL.

    A file is one line of JSON (where it was found, its headers) and then the content. Whatever
    is wrong with a file, it counts as not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, url: str) -> Page | None:
        """What was kept for *url*."""
        try:
            head, _, content = self._path(url).read_bytes().partition(b"\n")
            data = json.loads(head)
            if data["asked"] != url or data["bytes"] != len(content):
                return None
            return Page(url=data["url"], status=200, headers=data["headers"], content=content)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, url: str, page: Page) -> None:
        """Keep *page* for *url*, if it says how to ask whether it has changed."""
        headers = {name: page.headers[name] for name in _KEPT_HEADERS if name in page.headers}
        if page.status != 200 or not headers.keys() & {"etag", "last-modified"}:
            return
        head = {"asked": url, "url": page.url, "headers": headers, "bytes": len(page.content)}
        # A full disk costs a download next time, and nothing else.
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            _write(self._path(url), (json.dumps(head).encode(), b"\n", page.content))
            self._prune()

    def _path(self, url: str) -> Path:
        import hashlib

        return self._folder / (hashlib.sha256(url.encode()).hexdigest()[:32] + ".page")

    def _prune(self) -> None:
        files = list(self._folder.glob("*.page"))
        if len(files) > _MOST:
            files.sort(key=lambda file: file.stat().st_mtime)
            for file in files[: len(files) - _MOST]:
                file.unlink(missing_ok=True)


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(chunks)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
