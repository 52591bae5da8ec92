"""Request bodies: JSON, forms, uploads."""

from __future__ import annotations

import json as _json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

__all__ = ["File", "encode"]

File = tuple[str, bytes | Path | BinaryIO, str]
"""A file to upload: its name, its content, its media type."""


def encode(
    *,
    json: Any = None,
    data: Mapping[str, Any] | None = None,
    files: Mapping[str, File] | None = None,
    content: bytes | None = None,
) -> tuple[str | None, bytes | None]:
    """The `Content-Type` and the bytes of a body; a caller's own header wins over the first."""
    if content is not None:
        return "application/octet-stream", content
    if json is not None:
        text = _json.dumps(json, ensure_ascii=False, separators=(",", ":"))
        return "application/json", text.encode()
    if files:
        return _multipart(data or {}, files)
    if data is not None:
        from urllib.parse import urlencode

        pairs = {name: _plain(value) for name, value in data.items() if value is not None}
        return "application/x-www-form-urlencoded", urlencode(pairs, doseq=True).encode()
    return None, None


def _multipart(data: Mapping[str, Any], files: Mapping[str, File]) -> tuple[str, bytes]:
    from urllib3.filepost import encode_multipart_formdata

    fields: list[Any] = []
    for name, value in data.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        fields += [(name, _plain(one)) for one in values if one is not None]
    for name, (file_name, file, mime) in files.items():
        fields.append((name, (file_name, _read(file), mime)))
    body, kind = encode_multipart_formdata(fields)
    return kind, body


def _read(file: bytes | Path | BinaryIO) -> bytes:
    if isinstance(file, bytes):
        return file
    return file.read_bytes() if isinstance(file, Path) else file.read()


def _plain(value: Any) -> Any:
    """Forms know only text; APIs expect `true`, not `True`, and structures as JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return _json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, (str, bytes, list, tuple)) else str(value)
