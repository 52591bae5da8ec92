"""The config file of a site generator, in YAML, TOML or JSON, as plain values.

Values stay as they are written (YAML scalars are text); whoever needs a truth value asks
`truth` for it. Keys keep their case; `Folded` finds them in any.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sharekit.errors import ReadError
from sharekit.readers import _yaml_text
from sharekit.readers._fields import text
from sharekit.readers._input import decode, file_bytes

__all__ = ["absolute_url", "load", "lower", "merged", "name_of", "value_of"]

_MAX_BYTES = 1_000_000


def load(path: Path) -> dict[str, Any]:
    """The file's top mapping; empty where it holds something else. Raises as `value_of`."""
    data = value_of(path)
    return data if isinstance(data, dict) else {}


def value_of(path: Path) -> Any:
    """What the file holds. Raises `ReadError` with the place when it cannot be understood."""
    content = decode(file_bytes(path, max_bytes=_MAX_BYTES))
    suffix = path.suffix.lower()
    if suffix == ".toml":
        return _toml(content, path)
    return _json(content, path) if suffix == ".json" else _yaml(content, path)


def _yaml(content: str, path: Path) -> Any:
    try:
        return _yaml_text.load(content)
    except _yaml_text.BadYaml as error:
        where = f"{path}:{error.line}:{error.column}"
        raise ReadError(error.message, where=where, code="site-config", hint=error.hint) from error


def _toml(content: str, path: Path) -> Any:
    import tomllib

    try:
        return tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"is not TOML: {error}"
        raise ReadError(message, where=str(path), code="site-config") from error


def _json(content: str, path: Path) -> Any:
    import json

    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        message = f"is not JSON: {error}"
        raise ReadError(message, where=str(path), code="site-config") from error


def lower(data: Mapping[str, Any]) -> dict[str, Any]:
    """*data* with its top keys in lower case."""
    return {str(key).lower(): value for key, value in data.items()}


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """*second* over *first*, mappings into each other."""
    result = dict(first)
    for key, value in second.items():
        old = result.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            result[key] = merged(old, value)
        else:
            result[key] = value
    return result


def name_of(value: Any) -> str | None:
    """The person that a config's `author` means: a name, or a mapping that holds one."""
    if isinstance(value, Mapping):
        return text(value.get("name"))
    if isinstance(value, list):
        return name_of(value[0]) if value else None
    return text(value)


def absolute_url(value: Any) -> str | None:
    """*value* if it is an http(s) URL with a host; `/` and placeholders are none."""
    said = text(value)
    return said if said and said.lower().startswith(("http://", "https://")) else None
