"""The system's ICU, an oracle for bidirectional text and for the names of months and days.

Called through its C interface: https://unicode-org.github.io/icu-docs/apidoc/released/icu4c/
"""

from __future__ import annotations

import ctypes
import ctypes.util
import re
from functools import cache
from typing import Any

_DEFAULT_LTR = 0xFE
_STANDALONE_MONTHS, _STANDALONE_WEEKDAYS = 10, 13
_DEFAULT_STYLE = 2


class Missing(Exception):
    """There is no ICU here."""


@cache
def _library(name: str) -> tuple[ctypes.CDLL, str]:
    """The library and what its functions' names end in: each release has its own."""
    path = ctypes.util.find_library(name)
    version = re.search(r"\.so\.(\d+)", path or "")
    if path is None or version is None:
        raise Missing(name)
    return ctypes.CDLL(path), f"_{version[1]}"


def _function(library: str, name: str, result: Any = None) -> Any:
    loaded, ending = _library(library)
    function = getattr(loaded, name + ending)
    function.restype = result
    return function


def levels(text: str, base: int | None) -> tuple[int, list[int]]:
    """The paragraph's level and each character's, by `ubidi_setPara`."""
    units = text.encode("utf-16-le")
    length = len(units) // 2
    bidi = ctypes.c_void_p(_function("icuuc", "ubidi_open", ctypes.c_void_p)())
    try:
        error = ctypes.c_int(0)
        _function("icuuc", "ubidi_setPara")(
            bidi,
            ctypes.c_char_p(units),
            ctypes.c_int32(length),
            ctypes.c_uint8(_DEFAULT_LTR if base is None else base),
            None,
            ctypes.byref(error),
        )
        found = _function("icuuc", "ubidi_getLevels", ctypes.POINTER(ctypes.c_uint8))(
            bidi, ctypes.byref(error)
        )
        assert error.value <= 0, error.value
        paragraph = _function("icuuc", "ubidi_getParaLevel", ctypes.c_uint8)(bidi)
        at, result = 0, []
        for char in text:
            result.append(found[at])
            at += 1 + (ord(char) > 0xFFFF)
        return paragraph, result
    finally:
        _function("icuuc", "ubidi_close")(bidi)


def months_and_days(language: str) -> tuple[list[str], list[str]]:
    """January to December and Sunday to Saturday, as they stand alone."""
    error = ctypes.c_int(0)
    style = ctypes.c_int(_DEFAULT_STYLE)
    opened = ctypes.c_void_p(
        _function("icui18n", "udat_open", ctypes.c_void_p)(
            style,
            style,
            f"{language}@calendar=gregorian".encode(),
            None,
            ctypes.c_int32(-1),
            None,
            ctypes.c_int32(-1),
            ctypes.byref(error),
        )
    )
    assert error.value <= 0, error.value
    try:
        months = [_symbol(opened, _STANDALONE_MONTHS, number) for number in range(12)]
        return months, [_symbol(opened, _STANDALONE_WEEKDAYS, number) for number in range(1, 8)]
    finally:
        _function("icui18n", "udat_close")(opened)


def _symbol(opened: ctypes.c_void_p, kind: int, number: int) -> str:
    error = ctypes.c_int(0)
    buffer = ctypes.create_string_buffer(400)
    length = _function("icui18n", "udat_getSymbols", ctypes.c_int32)(
        opened,
        ctypes.c_int(kind),
        ctypes.c_int32(number),
        buffer,
        ctypes.c_int32(200),
        ctypes.byref(error),
    )
    assert error.value <= 0, error.value
    return buffer.raw[: 2 * length].decode("utf-16-le")
