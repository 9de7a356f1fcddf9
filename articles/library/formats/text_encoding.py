"""Find the encoding of a file of works: by its byte order mark, UTF-8, what the file declares, or else its bytes."""

import codecs
import re
from collections.abc import Mapping

from charset_normalizer import from_bytes

from articles.library.formats.records import LOST

MARKS: Mapping[bytes, str] = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Codecs by byte order mark. That of UTF-32 begins as that of UTF-16, and is tried first."""

NAMES: Mapping[str, str] = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32-le": "UTF-32",
    "utf-32-be": "UTF-32",
    "cp1250": "windows-1250",
    "cp1251": "windows-1251",
    "cp1252": "windows-1252",
    "cp1253": "windows-1253",
}
"""The names that people know, where they differ from Python's."""

CANDIDATES = [
    *("cp1252", "cp1250", "cp1251", "koi8_r", "cp1253"),
    *("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr"),
]
"""What is detected: the usual encodings of Western, Central European, Cyrillic, Greek and East Asian exports."""

WESTERN = ("cp1252", "cp1250")
NOT_WESTERN = re.compile(r"\w[\xa1\xa2\xbe\xbf\xb6]\w|[\xa3\xa5\xaf\xb3\xb9\xbc]\w")
"""Symbols inside words: the text was not written in windows-1252, whose letters have these places in windows-1250."""

DECLARED = re.compile(rb"(?:encoding\s{0,3}[:=]|coding[:=])\s{0,3}[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
HEAD = 2048
"""Bytes at the beginning in which an encoding is declared, as by JabRef, Emacs and XML."""

SAMPLE = 64 * 1024
"""Bytes of lines that are not ASCII, from which the encoding is detected."""


def decoded(content: bytes, *, is_json: bool = False) -> tuple[str, str]:
    """Return the text of a file, and which encoding was read and why, such as ``windows-1252, as declared``.

    Bytes that the encoding does not have become replacement characters. UTF-8 with some broken bytes stays UTF-8.
    JSON without a byte order mark is UTF-8 (RFC 8259, 8.1).
    """
    for mark, codec in MARKS.items():
        if content.startswith(mark):
            return _read(content.removeprefix(mark), codec, "by its byte order mark")
    if is_json:
        return _read(content, "utf-8", "")
    if codec := _wide(content):
        return _read(content, codec, "detected")
    declared = _declared(content)
    if declared and (content.isascii() or not _is_utf8(content)):
        return _read(content, declared, "as declared")
    if _is_utf8(content) or _is_broken_utf8(content):
        return _read(content, "utf-8", "")
    return _read(content, _detected(content), "detected")


def _read(content: bytes, codec: str, why: str) -> tuple[str, str]:
    return content.decode(codec, "replace"), ", ".join(filter(None, [NAMES.get(codec, codec), why]))


def _wide(content: bytes) -> str:
    """Return the codec of UTF-16 without a mark: every second byte of ASCII text is zero."""
    head = content[:HEAD]
    halves = {"utf-16-be": head[0::2], "utf-16-le": head[1::2]}
    return next((codec for codec, half in halves.items() if half and half.count(0) > len(half) * 0.6), "")


def _declared(content: bytes) -> str:
    """Return the codec that the file names at its beginning, if the whole file can be read with it."""
    found = DECLARED.search(content[:HEAD])
    try:
        codec = codecs.lookup(found[1].decode()).name if found else ""
        content.decode(codec or "utf-8")
    except (LookupError, ValueError):
        return ""
    return codec


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_broken_utf8(content: bytes) -> bool:
    """Return whether the file has more characters in UTF-8 than broken bytes: encodings were mixed in it."""
    text = content.decode("utf-8", "replace")
    lost = text.count(LOST)
    return sum(not letter.isascii() for letter in text) - lost >= lost


def _detected(content: bytes) -> str:
    lines = (line for line in content.splitlines(keepends=True) if not line.isascii())
    sample = b"".join(lines)[:SAMPLE]
    best = from_bytes(sample, cp_isolation=CANDIDATES).best()
    codec = best.encoding if best else WESTERN[0]
    if codec not in WESTERN:
        return codec
    return WESTERN[1] if NOT_WESTERN.search(sample.decode("cp1252", "replace")) else WESTERN[0]
