"""Which reader a source is for, by its content; endings and addresses only help out."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sharekit import plugins
from sharekit.errors import ReadError
from sharekit.readers import _input

if TYPE_CHECKING:
    from sharekit.web import Session

__all__ = ["guess"]

_HEAD = 65_536
_LOOKED_AT = 2_000  # files of a folder
_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdx", ".qmd", ".rmd", ".rst", ".rest")
_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".yaml", ".yml")
# APIs that may want a token before they show anything.
_PATHS = (
    (re.compile(r"/wp-json(/|$)"), "wordpress"),
    (re.compile(r"/ghost/api/(content|v\d|canary)"), "ghost"),
    (re.compile(r"/jsonapi(/|$)"), "jsonapi"),
)
_ROOT = re.compile(
    r"\s*(?:<(?:\?[^>]*\?|!--.*?--|![^<>\[]*(?:\[[^\]]*\])?\s*)>\s*)*<([\w:.-]+)", re.DOTALL
)
_ROOTS = {
    "rss": "feed",
    "feed": "feed",
    "rdf": "feed",
    "channel": "feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
}
_WXR = re.compile(r"xmlns:wp\s*=\s*[\"']https?://wordpress\.org/export/|<wp:wxr_version>")
_JSON = (
    (re.compile(r"\"version\"\s*:\s*\"https?:\\?/\\?/jsonfeed\.org"), "feed"),
    (re.compile(r"\"jsonapi\"\s*:\s*\{|\"type\"\s*:\s*\"[a-z_]+--[a-z_]+\""), "jsonapi"),
    (re.compile(r"\"db\"\s*:\s*\[|\"comment_id\"\s*:|\"feature_image(?:_alt)?\"\s*:"), "ghost"),
    (
        re.compile(r"\"title\"\s*:\s*\{\s*\"(?:raw\"\s*:|rendered\"\s*:)|\"date_gmt\"\s*:"),
        "wordpress",
    ),
)
_FENCE = re.compile(r"(?:---|\+\+\+)[ \t]*(?:yaml|yml|toml|json)?[ \t]*\n")
_NIKOLA = re.compile(r"(?:<!--\s*)?\.\. (?:title|slug|date): ")
_DATE_LABEL = re.compile(r"^[ \t\u00a0]*Date:?[ \t\u00a0]*$", re.MULTILINE)


def guess(source: str, web: Session) -> str:
    """See `sharekit.readers.guess`."""
    if _input.is_url(source):
        return _of_url(source, web)
    if source == _input.STDIN:
        stdin: Any = sys.stdin.buffer  # looked into without taking anything out
        head = stdin.peek(_HEAD)[:_HEAD]
        return _of_content(head, "-") or "table"
    path = Path(source)
    if path.is_dir():
        return _of_folder(path)
    data = _input.file_bytes(path)
    if not data.strip():
        raise ReadError("is empty", where=source, code="empty")
    found = _of_content(data, source)
    if found is None:
        raise _unknown(source, "nothing in it tells what it is")
    return found


def _of_url(url: str, web: Session) -> str:
    path = urlsplit(url).path
    for pattern, name in _PATHS:
        if pattern.search(path):
            return name
    page = web.peek(url, max_bytes=_input.MAX_BYTES)
    content = _input.unpacked(page.content, _input.MAX_BYTES, url)
    found = _of_content(content, path.removesuffix(".gz"))
    if found is None:
        raise _unknown(url, "it is neither a page, nor a feed, nor data that is known")
    return found


def _of_folder(folder: Path) -> str:
    from sharekit.readers import _sites

    site = _sites.find(folder)
    if site.generator and site.root:
        return "frontmatter"
    files = _files(folder)
    if not files:
        raise ReadError(
            "this folder is empty",
            where=str(folder),
            code="folder-empty",
            hint="Put posts into it, or name another folder.",
        )
    kinds = Counter(path.suffix.lower() for path in files)
    if any(kinds[suffix] for suffix in _MARKDOWN):
        return "frontmatter"
    for suffix in (".txt", ".json", ".xml", ".html", ".htm", ".csv"):
        for path in files:
            if path.suffix.lower() == suffix:
                found = _of_content(_input.file_bytes(path), str(path))
                if found:
                    return found
                break
    raise _unknown(str(folder), "no file in it tells what they are")


def _files(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in folder.rglob("*"):
        if path.is_file() and not any(p.startswith(".") for p in path.relative_to(folder).parts):
            found.append(path)
            if len(found) == _LOOKED_AT:
                break
    return sorted(found)


def _of_content(data: bytes, name: str) -> str | None:  # noqa: PLR0911  (one a kind of file)
    """The reader for *data*; *name* is a path, for its ending. `None` where nothing tells."""
    suffix = Path(name).suffix.lower()
    if data.startswith(b"\x1f\x8b"):
        data = _input.unpacked(data, _input.MAX_BYTES, name)
        suffix = Path(name).with_suffix("").suffix.lower()
    text = _input.decode(data[:_HEAD]).lstrip("\ufeff \t\n")
    if not text or "\x00" in text:
        return None
    if _FENCE.match(text) and suffix not in (".yaml", ".yml"):
        return "frontmatter"
    if suffix in _MARKDOWN or _NIKOLA.match(text):
        return "frontmatter"
    if text.startswith("<"):
        return _of_markup(text)
    if suffix in _TABLES:
        return "table"
    if text[0] in "{[":
        return next((found for pattern, found in _JSON if pattern.search(text)), "table")
    if _is_dump(data):
        return "dump"
    return "table" if _is_table(text) else None


def _of_markup(text: str) -> str:
    found = _ROOT.match(text)
    root = found[1].lower().rpartition(":")[2] if found else ""
    if _WXR.search(text):
        return "wxr"
    return _ROOTS.get(root, "html")


def _is_dump(data: bytes) -> bool:
    from sharekit.readers._dump_page import DATE_LINE

    text = _input.decode(data)
    for label in _DATE_LABEL.finditer(text):
        below = text[label.end() : label.end() + 300].strip().partition("\n")[0].strip()
        if DATE_LINE.fullmatch(below):
            return True
    return False


def _is_table(text: str) -> bool:
    """Whether *text* begins with two lines that have as many commas, semicolons or tabs."""
    lines = [line for line in text.splitlines()[:3] if line.strip()]
    return len(lines) > 1 and any(
        lines[0].count(mark) == lines[1].count(mark) > 0 for mark in ("\t", ";", ",")
    )


def _unknown(source: str, why: str) -> ReadError:
    readers = ", ".join(plugins.names(plugins.READERS))
    return ReadError(
        f"which reader this is for cannot be told: {why}",
        where=source,
        code="reader-unknown",
        hint=f"Name one with --reader: {readers}.",
    )
