"""Bytes to text, as careful readers of untidy files do it.

The order is that of the standards, byte order mark, HTTP, the document's own declaration,
UTF-8, detection, with two things that practice adds. What is well-formed UTF-8 and has letters
outside ASCII *is* UTF-8, whatever its label says: other encodings do not look like that by
chance. And ISO-8859-1 means Windows-1252 (https://encoding.spec.whatwg.org/#names-and-labels).
"""

from __future__ import annotations

import codecs
import re

__all__ = ["declared_charset", "decode"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins with the mark of UTF-16, so it is asked first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Labels that mean more than they say, by the Encoding Standard and by what is sent.
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_ALIASES = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso8859-8",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-user-defined": "cp1252",
    "windows-874": "cp874",
}
_WIDE = {"cp932", "cp949", "gb18030", "big5hkscs", "euc_jp"}
_SEVEN_BIT = {"iso2022_jp", "hz", "utf-7"}  # no byte of these is outside ASCII
_XML = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
_META = re.compile(rb"""<meta\s[^>]{0,500}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_PARAMETER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HEAD = 16_384  # bytes; browsers stop at 1,024, but not every page has its charset that early


def decode(content: bytes, content_type: str | None = None) -> str:
    """*content* as text. *content_type* is what the HTTP header says. Raises nothing.

    Bytes that are wrong in an otherwise good UTF-8 text are read as Windows-1252.
    """
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(name, "replace")
    if (wide := _utf16_without_bom(content)) is not None:
        return wide
    names = _labels(content, content_type)
    if content.isascii() and not _SEVEN_BIT.intersection(names):
        return content.decode("ascii")
    if (text := _as_utf8(content, names)) is not None:
        return text
    for name in names:
        if name == "utf-8" or name.startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
            continue  # that the bytes are not this is known by now
        if (text := _try(content, name)) is not None:
            return text
    return _detected(content)


def declared_charset(content: bytes) -> str | None:
    """The charset that an XML or HTML document names for itself."""
    head = content[:_HEAD]
    if not head.lstrip().startswith(b"<"):
        return None
    found = _XML.match(head) or _META.search(head)
    return found[1].decode("ascii", "replace") if found else None


def _labels(content: bytes, content_type: str | None) -> list[str]:
    parameter = _PARAMETER.search(content_type or "")
    labels = [parameter[1] if parameter else None, declared_charset(content)]
    names = [_codec(label) for label in labels if label]
    return [name for name in names if name]


def _codec(label: str) -> str | None:
    label = label.strip().lower()
    try:
        name = codecs.lookup(_ALIASES.get(label, label)).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(name, name)


def _utf16_without_bom(content: bytes) -> str | None:
    for start, name in ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")):
        if content.startswith(start) and content[2:].count(0) > len(content) // 4:
            return content.decode(name, "replace")
    return None


def _as_utf8(content: bytes, names: list[str]) -> str | None:
    if names and names[0] in _SEVEN_BIT and content.isascii():
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _mostly_utf8(content, names)
    if names and names[0] in _WIDE and not re.search(rb"[\xe0-\xf4][\x80-\xbf]{2}", content):
        return None  # a few bytes of Chinese or Japanese can pass for two-byte UTF-8
    return text


def _mostly_utf8(content: bytes, names: list[str]) -> str | None:
    """UTF-8 with some bytes that are wrong: a cut last letter, or a word pasted as Windows-1252."""
    text = content.decode("utf-8", "surrogateescape")
    wrong = sum("\udc80" <= c <= "\udcff" for c in text)
    right = sum(c > "\x7f" for c in text) - wrong
    believed = not names or "utf-8" in names
    if wrong > (right if believed else right // 20):
        return None
    return re.sub("[\udc80-\udcff]+", lambda run: _windows_1252(_bytes(run[0])), text)


def _bytes(escaped: str) -> bytes:
    return escaped.encode("utf-8", "surrogateescape")


def _windows_1252(content: bytes) -> str:
    # Five bytes have no letter in Windows-1252; the Encoding Standard keeps them as controls.
    return "".join(bytes([b]).decode("cp1252", "replace").replace("�", chr(b)) for b in content)


def _try(content: bytes, name: str) -> str | None:
    if name == "cp1252":
        return _fast_1252(content)
    try:
        return content.decode(name)
    except (UnicodeError, ValueError):
        pass
    # Cut in the middle of a letter, or one stray byte in a long text: still that encoding.
    try:
        text = content.decode(name, "replace")
    except (UnicodeError, ValueError):
        return None
    wrong = text.count("\ufffd")
    return text if wrong <= max(1, sum(c > "\x7f" for c in text) // 50) else None


def _fast_1252(content: bytes) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return _windows_1252(content)


def _detected(content: bytes) -> str:
    import cchardet

    guess = cchardet.detect(content)
    name = _codec(guess["encoding"] or "") if guess["encoding"] else None
    if name and name != "utf-8" and (text := _try(content, name)) is not None:
        return text
    return _fast_1252(content)
