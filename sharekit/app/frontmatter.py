"""Front matter: one key of a post's own file set, every other byte left as it is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sharekit import files
from sharekit.model import Post

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["file_of", "put"]

_FENCED = re.compile(
    r"\A\ufeff?\s*---[ \t]*(?:ya?ml)?[ \t]*\r?\n(?P<meta>.*?)^(?:---|\.\.\.)[ \t]*\r?$",
    re.DOTALL | re.MULTILINE,
)


def file_of(post: Post) -> Path | None:
    """The file that *post* was read from; `None` when it came from somewhere else."""
    path = Path(re.sub(r"(?::\d+)+$", "", post.source))
    return path if "://" not in post.source and path.is_file() else None


def put(post: Post, key: str, value: Mapping[str, Any]) -> Path | None:
    """Set the top-level *key* of the YAML front matter of *post*'s file to *value*.

    Returns the file; `None` when the post is not from a file that begins with YAML.
    Raises `OSError` when it cannot be written.
    """
    path = file_of(post)
    if path is None:
        return None
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    if not (found := _FENCED.match(text)):
        return None
    meta = _with(found["meta"], key, value)
    if meta is None:
        return None
    start, end = found.span("meta")
    changed = text[:start] + meta + text[end:]
    return files.write(path, changed.encode("utf-8", "surrogateescape"), mode=path.stat().st_mode)


def _with(meta: str, key: str, value: Mapping[str, Any]) -> str | None:
    """The YAML *meta* with *key* set; `None` when it is not a mapping in block style."""
    import yaml

    from sharekit.app.overrides import dumped

    plain = meta.replace("\r\n", "\n")
    try:
        root = yaml.compose(plain, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        return None
    lines = plain.splitlines(keepends=True)
    written = dumped({key: value})
    for name, item in root.value:
        if name.value == key:
            first, last = name.start_mark.line, item.end_mark.line
            # A block ends where the next key begins; a scalar ends on its own line.
            last = max(last, first + 1) if item.end_mark.column == 0 else last + 1
            # What stands before the next key is the next key's.
            while last > first + 1 and (not lines[last - 1].strip() or lines[last - 1][0] == "#"):
                last -= 1
            lines[first:last] = [written]
            break
    else:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        lines.append(written)
    result = "".join(lines)
    return result.replace("\n", "\r\n") if "\r\n" in meta else result
